"""Where the frozen application begins: what must hold before anything heavy is loaded, and failures nobody would see.

    embexplorer --selftest [--selftest-out FILE]     the main job on a sample; the file gets what was found

Everything else is the command line as it is. A program of the desktop has no terminal: what would be said there is
shown in a box.
"""

import ctypes
import io
import multiprocessing
import os
import platform
import sys
from pathlib import Path
from typing import Any

_NEEDED = ("avx2", "fma", "bmi2")
_TOO_OLD = (
    "This computer's processor is too old for embexplorer. It needs AVX2, which Intel's processors have since 2013 "
    "and AMD's since 2015."
)
_WINDOWS_AVX2 = 40  # PF_AVX2_INSTRUCTIONS_AVAILABLE


def is_processor_new_enough(machine: str = "", cpuinfo: str | None = None) -> bool:
    """Whether the compiled libraries run here. What cannot be found out counts as new enough.

    cpuinfo: the text of Linux's /proc/cpuinfo; read when not given.
    """
    if (machine or platform.machine()).lower() not in ("x86_64", "amd64"):
        return True
    if cpuinfo is None and sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(_WINDOWS_AVX2))
    if cpuinfo is None:
        try:
            cpuinfo = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
        except OSError:
            return True
    flags = next((line for line in cpuinfo.splitlines() if line.startswith("flags")), "")
    return not flags or set(_NEEDED) <= set(flags.split())


def main() -> int:
    """Run what the arguments ask for; the exit code."""
    multiprocessing.freeze_support()
    is_silent = sys.stderr is None  # a program of the desktop on Windows
    if is_silent:
        sys.stderr = io.StringIO()
    if not is_processor_new_enough():
        _tell(_TOO_OLD)
        return 1
    from embexplorer.base.paths import cache_folder

    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "kernels"))
    if sys.argv[1:2] == ["--selftest"]:
        return _selftest(sys.argv[2:])
    code = _run(sys.argv[1:])
    if code and isinstance(sys.stderr, io.StringIO) and sys.stderr.getvalue().strip():
        _show(sys.stderr.getvalue().strip())
    return code


def _run(arguments: list[str]) -> int:
    from embexplorer.base.logs import start_logging
    from embexplorer.cli.program import run_program

    start_logging()
    try:
        return run_program(arguments)
    except SystemExit as end:  # the window's own end
        return end.code if isinstance(end.code, int) else int(end.code is not None)


def _selftest(arguments: list[str]) -> int:
    from PySide6 import QtSvg, QtWidgets  # the window's libraries load, too

    from embexplorer.base.errors import EmbexError
    from embexplorer.operations.selftest import SelftestResult, run_selftest

    try:
        result = run_selftest()
    except EmbexError as error:
        result = SelftestResult(False, (str(error),))
    loaded = f"Qt {QtWidgets.__name__}, {QtSvg.__name__}"
    text = "\n".join((*result.lines, loaded, "passed" if result.passed else "failed", ""))
    if arguments[:1] == ["--selftest-out"] and arguments[1:]:
        Path(arguments[1]).write_text(text, encoding="utf-8")
    if sys.stdout is not None:
        sys.stdout.write(text)
    return 0 if result.passed else 1


def _tell(text: str) -> None:
    """On the terminal where there is one, else in a box."""
    if isinstance(sys.stderr, io.StringIO):
        _show(text)
    elif sys.stderr is not None:
        sys.stderr.write(text + "\n")
        if sys.platform == "linux" and not sys.stderr.isatty():
            _show(text)


def _show(text: str) -> None:
    """A box with a sentence; by the system itself where it can, as Qt may be what does not run."""
    if sys.platform == "win32":
        ctypes.windll.user32.MessageBoxW(None, text, "embexplorer", 0x30)
        return
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    from PySide6.QtWidgets import QApplication, QMessageBox

    kept: Any = QApplication.instance() or QApplication(["embexplorer"])
    QMessageBox.warning(None, kept.applicationName(), text)


if __name__ == "__main__":
    sys.exit(main())
