"""A function in a process of its own, for what holds the GIL or cannot be interrupted: cancelling kills it.

Plain pipes and files: where /dev/shm cannot be written, multiprocessing's locks and pools fail. Arrays travel as .npy
files in a folder that lives as long as the call. In a frozen program there is no Python to start, so the program
itself is started with CHILD_FLAG as its first argument; its entry calls main() then.
"""

import importlib
import io
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Step

CHILD_FLAG = "--embexplorer-child"

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")
_WAIT_S = 0.1
_INLINE_BYTES = 1 << 16


def in_child(function: Callable[..., _Result], *arguments: Any, note: str = "") -> Generator[Step, None, _Result]:
    """Call a function of a module in a child process and return what it returns.

    Yields a step of unknown length about ten times a second: closing the generator kills the child. function must be
    importable by its name; arguments and result must pickle; large arrays cost a file each. An EmbexError of the
    function is raised here as it was; any other exception becomes a RuntimeError that holds the child's traceback.
    Raises EmbexError when the child cannot be started or dies.
    """
    with tempfile.TemporaryDirectory(prefix="embexplorer-") as folder:
        (Path(folder) / "call").write_bytes(_packed((_reference(function), arguments), Path(folder), "in"))
        process = _start(folder)
        errors = _Tail(process)
        try:
            while process.poll() is None:
                yield Step(0, 0, note)
                _wait(process)
        finally:
            process.kill()
            process.wait()
            errors.close()
        result: _Result = _answer(Path(folder), process.returncode, errors.text())
        return result


def main(folder: str) -> int:
    """The child's side: read the call from the folder, make it, write the answer. Returns the exit status."""
    place = Path(folder)
    try:
        (module, name), arguments = _unpacked((place / "call").read_bytes(), place)
        function = getattr(importlib.import_module(module), name)
        answer: tuple[str, Any] = ("value", function(*arguments))
    except EmbexError as error:
        answer = ("embex", (error.text, error.hint))
    except Exception:
        answer = ("error", traceback.format_exc())
    beside = place / "answer.new"
    beside.write_bytes(_packed(answer, place, "out"))
    beside.replace(place / "answer")
    return 0


def _reference(function: Callable[..., Any]) -> tuple[str, str]:
    module, name = function.__module__, function.__qualname__
    if getattr(sys.modules.get(module), name, None) is not function or module == "__main__":
        raise ValueError(f"{module}.{name} is not a function of a module that a child can import")
    return module, name


def _start(folder: str) -> "subprocess.Popen[bytes]":
    if getattr(sys, "frozen", False):
        command = [sys.executable, CHILD_FLAG, folder]
    else:
        code = "import sys; sys.path[:] = sys.argv[2].split('\\n'); from embexplorer.work import child; "
        command = [sys.executable, "-c", f"{code}sys.exit(child.main(sys.argv[1]))", folder, "\n".join(sys.path)]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows: no console flashes up
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            creationflags=hidden,
            env={**os.environ, "PYTHONFAULTHANDLER": "1"},
        )
    except OSError as error:
        raise EmbexError(
            f"The helper process could not be started: {error.strerror or error}.",
            "Close other programs and try again.",
        ) from error


def _wait(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_WAIT_S)
    except subprocess.TimeoutExpired:
        return


def _answer(folder: Path, status: int, errors: str) -> Any:
    try:
        kind, value = _unpacked((folder / "answer").read_bytes(), folder)
    except FileNotFoundError:
        _log.error("a child ended with status %d: %s", status, errors)
        raise EmbexError(
            "The helper process ended before its work was done.",
            "Perhaps there was not enough memory: close other programs and try again.",
        ) from None
    if kind == "embex":
        raise EmbexError(*value)
    if kind == "error":
        raise RuntimeError(f"in the child process:\n{value}")
    return value


class _Tail:
    """Reads what the child complains of, so that a full pipe never stops it; keeps the end."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._kept = b""
        self._thread = threading.Thread(target=self._read, args=(process.stderr,), name="work child", daemon=True)
        self._thread.start()

    def _read(self, stream: BinaryIO) -> None:
        with stream:
            while chunk := stream.read1(4096):  # type: ignore[attr-defined]  # a pipe of Popen is buffered
                self._kept = (self._kept + chunk)[-8192:]

    def close(self) -> None:
        self._thread.join(5.0)

    def text(self) -> str:
        return self._kept.decode("utf-8", "replace")


class _Pickler(pickle.Pickler):
    """Puts large arrays into files of the folder."""

    def __init__(self, stream: BinaryIO, folder: Path, prefix: str) -> None:
        super().__init__(stream, protocol=pickle.HIGHEST_PROTOCOL)
        self._folder, self._prefix, self._count = folder, prefix, 0

    def persistent_id(self, value: Any) -> str | None:
        if type(value) not in (np.ndarray, np.memmap) or value.dtype.hasobject or value.nbytes < _INLINE_BYTES:
            return None
        name = f"{self._prefix}{self._count}.npy"
        self._count += 1
        np.save(self._folder / name, value, allow_pickle=False)
        return name


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: BinaryIO, folder: Path) -> None:
        super().__init__(stream)
        self._folder = folder

    def persistent_load(self, name: Any) -> np.ndarray:
        array: np.ndarray = np.load(self._folder / name, allow_pickle=False)
        return array


def _packed(value: Any, folder: Path, prefix: str) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream, folder, prefix).dump(value)
    return stream.getvalue()


def _unpacked(raw: bytes, folder: Path) -> Any:
    return _Unpickler(io.BytesIO(raw), folder).load()
