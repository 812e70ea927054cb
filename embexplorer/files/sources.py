"""A drop of files and folders to sources, and each source to a preview and to items."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.drop import sources_of_drop
from embexplorer.files.failures import told
from embexplorer.files.registry import reader_module

__all__ = ["Chunk", "Source", "expand", "is_missing", "preview", "read"]


def is_missing(path: Path) -> bool:
    """Whether there is certainly nothing at this path. What may not be looked at is left to preview and read, which
    say why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def expand(paths: Sequence[Path]) -> tuple[Source, ...]:
    """The sources in a drop, in the order of the drop. Never raises for bad input: what cannot be used at all becomes
    a source with the reader "none", whose preview and read raise one EmbexError."""
    return sources_of_drop(paths)


def preview(source: Source, choices: ImportChoices | None = None) -> Preview:
    """What a source holds, from its head alone. choices: what the user has chosen already, honoured and completed.

    Raises EmbexError where nothing of the source can be used.
    """
    _refuse_unusable(source)
    with told(source.path):
        seen = reader_module(source.reader).preview(source, choices)
    return replace(seen, problems=(*source.problems, *seen.problems))


def read(source: Source, choices: ImportChoices, batch_rows: int = 4096) -> Generator[Chunk, None, None]:
    """The items of a source, at most batch_rows at a time, in bounded memory.

    choices may be partial: with fields None, a text or title of "" is guessed as in the preview; with fields given, ""
    means none. What is left out comes as problems of the batches, once each. Closing the generator releases the files.
    Raises EmbexError where nothing of the source can be used or the file cannot be read on.
    """
    _refuse_unusable(source)
    with told(source.path):
        yield from reader_module(source.reader).read(source, choices, batch_rows)


def _refuse_unusable(source: Source) -> None:
    if source.reader == "none":
        problem = source.problems[0]
        raise EmbexError(problem.text, problem.hint)
