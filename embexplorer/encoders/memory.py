"""How much memory this computer has, and whether a model fits into it: asked before loading, because a system that
runs out of memory ends programs without a word."""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import size

# What a loaded graph takes for each byte of its file: onnxruntime packs the weights of large products anew.
_GROWTH = 1.25
# Half-precision weights become 32-bit numbers on a processor, beside which the halves are kept while loading.
_GROWTH_OF_HALVES = 3.0
_ROOM = 500_000_000  # for everything else that runs


class _WindowsMemory(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = [
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")),
    ]


def total_memory() -> int:
    """Bytes of physical memory, 0 where the system does not say."""
    if sys.platform == "win32":
        return _windows()[0]
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def free_memory() -> int:
    """Bytes that programs can still have without others being moved to disk; all of it where nobody knows."""
    if sys.platform == "win32":
        return _windows()[1]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return total_memory()


def needed_memory(file_bytes: int, kinds: Iterable[str] = ()) -> int:
    """Bytes that a model of this size takes when it runs. kinds: of its weights; see Graph.weights."""
    return int(file_bytes * (_GROWTH_OF_HALVES if "float16" in kinds else _GROWTH))


def refuse_too_large(name: str, needed: int, total: int) -> None:
    """Raises EmbexError where a model cannot fit into the memory of this computer, however little else runs."""
    if total and needed + _ROOM > total:
        raise EmbexError(
            f"{name} needs about {size(needed)} of memory, and this computer has {size(total)}.",
            "Take a smaller model, or a smaller file of this one, such as an int8 one.",
        )


def tightness(needed: int, free: int) -> str:
    """A sentence of warning where a model fits only when other programs are closed, else ""."""
    if free and needed + _ROOM > free:
        return f"It needs about {size(needed)} of memory, and only {size(free)} are free now: close other programs."
    return ""


def _windows() -> tuple[int, int]:
    status = _WindowsMemory()
    status.length = ctypes.sizeof(status)
    if sys.platform == "win32":
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.total), int(status.free)
