"""What can be read of a damaged project, saved into a new one; the damaged file is never touched."""

from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Step
from embexplorer.store.copies import salvage


def rescue(damaged: Path, copy: Path) -> Operation:
    """Outcome.problems: what was lost. Raises EmbexError where nothing can be read or the copy cannot be written."""
    if not damaged.is_file():
        raise EmbexError(f"There is no file {damaged}.", "Check the name and try again.")
    yield Step(0, 0, f"Reading what is left of {damaged.name}")
    return salvage(damaged, copy)
