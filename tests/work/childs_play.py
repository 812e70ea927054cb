"""What the tests of the child process call in there."""

import os
import time
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError


def scaled(matrix: np.ndarray, factor: float) -> tuple[np.ndarray, int]:
    return matrix * factor, os.getpid()


def refuse(name: str) -> None:
    raise EmbexError(f"{name} is unreadable.", "Choose another.")


def stumble() -> None:
    raise KeyError("lost")


def vanish() -> None:
    os._exit(9)


def chatter() -> int:
    for _ in range(3000):
        os.write(2, b"noise " * 100)
    return 7


def linger(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)
