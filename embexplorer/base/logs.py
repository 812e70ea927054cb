"""Every traceback reaches the log; none reaches a user."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from embexplorer.base import paths

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


def log_file() -> Path:
    return paths.log_folder() / "embexplorer.log"


def start_logging(level: int = logging.INFO) -> None:
    """Write the log of this process to the user's log folder. Called once by the command line and the window.

    Where the folder cannot be written, the process goes on without a log file.
    """
    logger = logging.getLogger("embexplorer")
    logger.setLevel(level)
    if any(isinstance(handler, RotatingFileHandler) for handler in logger.handlers):
        return
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=2_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        logger.addHandler(logging.NullHandler())  # else Python would print what belongs into the log
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger.addHandler(handler)


def recent_lines(number: int = 200) -> list[str]:
    """The last lines of the log, for "copy diagnostics" and the crash dialog; [] where there is none."""
    try:
        return log_file().read_text(encoding="utf-8", errors="replace").splitlines()[-number:]
    except OSError:
        return []
