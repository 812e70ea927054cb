"""Files in: read sources batch by batch and store what is new."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Problem, Step
from embexplorer.base.wording import count
from embexplorer.data.items import FieldType, ImportChoices, ItemBatch
from embexplorer.data.vectors import normalised, usable_rows
from embexplorer.files.sources import Chunk, Source, expand, is_missing, preview, read
from embexplorer.store.project import ProjectStore
from embexplorer.store.sources import choices_from_json, choices_to_json

_VECTOR_SPACE = "vectors"


@dataclass(frozen=True)
class ImportParams:
    """sources with the choices for each; None takes what the preview proposes."""

    sources: tuple[tuple[Source, ImportChoices | None], ...]


@dataclass(frozen=True)
class Imported:
    """added: item ids, int64. known: how many items were there already and were left as they are."""

    added: np.ndarray
    known: int


def sources_of(paths: Sequence[Path], choices: ImportChoices | None = None) -> ImportParams:
    """What a drop of these files and folders means. Raises EmbexError where a path is missing."""
    for path in paths:
        if is_missing(path):
            raise EmbexError(f"There is no file or folder {path}.", "Check the name and try again.")
    return ImportParams(tuple((source, choices) for source in expand(paths)))


def import_sources(store: ProjectStore, params: ImportParams) -> Operation:
    """Store what is new in these sources. A source that cannot be used becomes a problem; the rest goes on.

    Outcome.value is Imported. Raises EmbexError when no source could be used at all, and where the project itself
    cannot take in more (a full disk); what was stored before stays.
    """
    added: list[np.ndarray] = []
    known = 0
    problems: list[Problem] = []
    failures: list[EmbexError] = []
    total = len(params.sources)
    for position, (source, choices) in enumerate(params.sources):
        part = yield from _import_source(store, source, choices, position, total)
        added.append(part.imported.added)
        known += part.imported.known
        problems.extend(part.problems)
        if part.useless is not None:
            failures.append(part.useless)
    if failures and len(failures) == total:
        raise failures[0]
    ids = np.concatenate(added) if added else np.empty(0, np.int64)
    summary = f"{count(len(ids), 'item')} added" + (f", {known:,} known already" if known else "")
    return Outcome(summary, tuple(problems), Imported(ids, known), {"items": len(ids), "known": known})


@dataclass(frozen=True)
class _Part:
    """What came of one source. useless: why nothing at all did."""

    imported: Imported
    problems: tuple[Problem, ...]
    useless: EmbexError | None = None


def _import_source(
    store: ProjectStore, source: Source, choices: ImportChoices | None, position: int, total: int
) -> Generator[Step, None, _Part]:
    try:
        seen = preview(source, choices)
    except EmbexError as error:
        return _Part(Imported(np.empty(0, np.int64), 0), (_problem(source, error),), error)
    chosen = choices or seen.choices
    fields = seen.columns if chosen.fields is None else chosen.fields
    categories = frozenset(field.name for field in fields if field.type is FieldType.CATEGORY)
    source_id = store.sources.add(source.path, seen.format, chosen, fingerprint="")
    added: list[np.ndarray] = []
    problems: list[Problem] = list(seen.problems)
    known = 0
    failure: EmbexError | None = None
    for chunk in _chunks(source, chosen):
        if isinstance(chunk, EmbexError):
            failure = chunk
            problems.append(_problem(source, failure))
            break
        fresh = tuple(p for p in chunk.batch.problems if p not in problems)
        problems.extend(fresh)
        result = store.items.add(source_id, _with_categories(chunk.batch, categories))
        added.append(result.ids)
        known += result.known
        if chunk.batch.vectors is not None and len(result.ids):
            _store_vectors(store, source.path, chunk.batch, result.ids, result.rows)
        share = chunk.done / chunk.total if chunk.total else 0.0
        yield Step(position + min(share, 1.0), total, f"Reading {source.path.name}", problems=fresh)
    if problems:
        store.sources.add_problems(source_id, problems)
    ids = np.concatenate(added) if added else np.empty(0, np.int64)
    return _Part(Imported(ids, known), tuple(problems), None if added else failure)


def _chunks(source: Source, chosen: ImportChoices) -> Iterator[Chunk | EmbexError]:
    """What can be read and, last, why it ended early: what was stored until then counts. What the project itself
    fails at is raised where it is stored, and ends the whole import."""
    try:
        yield from read(source, chosen)
    except EmbexError as error:
        yield error


def _problem(source: Source, error: EmbexError) -> Problem:
    return Problem(source.path.name, error.text, error.hint)


def _with_categories(batch: ItemBatch, categories: frozenset[str]) -> ItemBatch:
    """Categories as such: readers may give them as plain text, which says less than the choices or the preview do."""
    plain = [name for name, dtype in batch.fields.schema.items() if dtype == pl.String and name in categories]
    return replace(batch, fields=batch.fields.cast(dict.fromkeys(plain, pl.Categorical()))) if plain else batch


def _store_vectors(store: ProjectStore, path: Path, batch: ItemBatch, ids: np.ndarray, rows: np.ndarray) -> None:
    """Put ready-made vectors into the project's space of their width; rows are those of the batch that are new."""
    assert batch.vectors is not None
    matrix = np.asarray(batch.vectors, np.float32)[rows]
    space = _vector_space(store, matrix.shape[1])
    by_angle = store.spaces.get(space).metric == "cosine"
    good = usable_rows(matrix)
    if good.any():
        store.spaces.append(space, ids[good], normalised(matrix[good]) if by_angle else matrix[good])
    if not good.all():
        reason = f"The vector in {path.name} holds nothing usable: not a number, infinite or all zero."
        store.spaces.fail(space, [(int(i), reason) for i in ids[~good]])


def _vector_space(store: ProjectStore, dims: int) -> int:
    ready_made = [space for space in store.spaces.all() if not space.model]
    for space in ready_made:
        if space.dims == dims:
            return space.id
    name = _VECTOR_SPACE if not ready_made else f"{_VECTOR_SPACE} {dims}"
    # two numbers are a place, of which nothing but a circle would be left at length 1
    return store.spaces.create(name, "", dims, "l2" if dims == 2 else "cosine", "vector").id


def params_json(params: ImportParams) -> dict[str, Any]:
    """The sources and choices as JSON values, so that an import that was cut off can go on."""
    return {
        "sources": [
            {
                "path": str(source.path),
                "reader": source.reader,
                "files": [str(file) for file in source.files],  # of a drop of loose files, the folder holds others too
                "choices": choices_to_json(choices) if choices is not None else None,
            }
            for source, choices in params.sources
        ]
    }


def params_from_json(kept: dict[str, Any]) -> ImportParams:
    """The import of params_json; sources that are gone meanwhile are left out."""
    sources: list[tuple[Source, ImportChoices | None]] = []
    for raw in kept["sources"]:
        path = Path(raw["path"])
        choices = choices_from_json(raw["choices"]) if raw["choices"] is not None else None
        if is_missing(path):
            continue
        if raw.get("files"):
            files = tuple(Path(file) for file in raw["files"] if not is_missing(Path(file)))
            sources.extend([(Source(path, raw["reader"], files), choices)] if files else [])
        else:
            sources.extend((source, choices) for source in expand([path]))
    return ImportParams(tuple(sources))
