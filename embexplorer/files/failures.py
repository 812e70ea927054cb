"""The system's errors about files, in sentences."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into an EmbexError about it."""
    try:
        yield
    except OSError as error:
        raise in_words(Path(error.filename) if isinstance(error.filename, str) else path, error) from error


def in_words(path: Path, error: OSError) -> EmbexError:
    name = path.name or str(path)
    if isinstance(error, FileNotFoundError):
        return EmbexError(f"{name} is no longer there.", "Check whether it was moved or renamed, then add it again.")
    if isinstance(error, PermissionError):
        return EmbexError(
            f"{name} may not be read.", "Ask its owner for permission, or copy it to a place of your own."
        )
    if error.errno == errno.ENAMETOOLONG:
        return EmbexError(f"The name of {name[:40]}… is too long for this system.", "Shorten it and add it again.")
    return EmbexError(f"{name} could not be read: {error.strerror or error}.", "Copy it to another disk and try again.")


def folder_in_words(path: Path, error: OSError) -> EmbexError:
    if isinstance(error, PermissionError):
        text = f"The folder {path.name} may not be opened, so what lies in it is left out."
        return EmbexError(text, "Ask its owner for permission.")
    return in_words(path, error)


def as_problem(where: str, error: EmbexError) -> Problem:
    return Problem(where, error.text, error.hint)
