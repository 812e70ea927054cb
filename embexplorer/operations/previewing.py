"""Look at files before anything is imported."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.sources import Source, expand, is_missing, preview
from embexplorer.store.sources import choices_from_json

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundSource:
    """A source and what could be seen of it; source None and an error where it cannot be used."""

    path: Path
    source: Source | None
    preview: Preview | None
    error: str = ""


def look(paths: tuple[Path, ...], remembered: Mapping[str, Any]) -> Operation:
    """Outcome.value: a FoundSource for each source in these paths. remembered: earlier choices by path, as JSON."""
    missing = [path for path in paths if is_missing(path)]
    sources = expand([path for path in paths if path not in missing])  # at once: files of one drop may belong together
    found: list[FoundSource] = []
    for position, source in enumerate(sources):
        yield Step(position, len(sources), f"Looking at {source.path.name}")
        found.append(_look_at(source, _earlier(source, remembered)))
    found.extend(FoundSource(path, None, None, f"There is no file or folder {path}.") for path in missing)
    return Outcome(value=tuple(found))


def look_again(found: FoundSource, choices: ImportChoices) -> FoundSource:
    """The same source read with other choices."""
    assert found.source is not None
    fresh = _look_at(found.source, choices)
    if fresh.preview is None:
        return replace(found, error=fresh.error)
    return fresh


def _look_at(source: Source, choices: ImportChoices | None) -> FoundSource:
    try:
        return FoundSource(source.path, source, preview(source, choices))
    except EmbexError as error:
        return FoundSource(source.path, source, None, str(error))


def _earlier(source: Source, remembered: Mapping[str, Any]) -> ImportChoices | None:
    raw = remembered.get(str(source.path))
    if raw is None:
        return None
    try:
        choices = choices_from_json(raw)
    except (KeyError, TypeError, ValueError):
        _log.warning("earlier choices for %s cannot be read", source.path)
        return None
    is_described = len(source.files) > 1 and source.path == source.files[0]
    return None if is_described and not choices.metadata else choices  # then the table was not part of the drop
