"""The parts of a map, named by the words of their items: found once, then kept in the cache."""

import logging
from collections.abc import Generator
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Operation, Outcome, Step, part
from embexplorer.base.wording import count
from embexplorer.data.ids import rows_of
from embexplorer.data.items import FieldType
from embexplorer.data.labels import MapLabels
from embexplorer.operations.mapping import coordinates
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)
_NOTE = "Naming the parts of the map"
_MADE_BY = 3  # the way of naming; another number makes kept names outdated
_MOST_TEXTS = 60_000  # that are read, evenly from everywhere
_FROM_EACH = 24
_CHUNK = 5_000  # texts read between two steps
_WITHOUT_TEXT = 0.2  # a region where fewer of the items have a text is named by its categories
_GROUPED = (FieldType.CATEGORY, FieldType.TAGS)


def label_regions(store: ProjectStore, map_name: str = "") -> Operation:
    """Names for the parts of a map that change with the zoom. map_name: "" for the first map.

    Outcome.value is a MapLabels whose weights are numbers of items. Raises EmbexError where there is no such map.
    """
    named = yield from named_regions(store, map_name)
    table: pl.DataFrame = named.value
    labels = MapLabels(
        tuple(table["text"].to_list()),
        table.select("x", "y").to_numpy().astype(np.float64).reshape(-1, 2),
        table["items"].to_numpy().astype(np.float32),
        table.select("from", "to").to_numpy().astype(np.float32).reshape(-1, 2),
        np.full(table.height, -1, np.int16),
    )
    return Outcome(named.summary, value=labels)


def named_regions(store: ProjectStore, map_name: str = "") -> Operation:
    """As label_regions; Outcome.value is a data frame, the largest first: text, x, y, items (how many belong there),
    level (1 is the coarsest), from and to (the zoom in which the name is shown, 1 is the whole map)."""
    name = map_name or _first_map(store)
    store.maps.get(name)
    yield Step(0, 1.0, _NOTE)
    ids = store.items.ids()
    xy = coordinates(store, name, ids)
    if xy is None:
        raise EmbexError(f"There is no map “{name}”.", "Check its name, or make the map first.")
    # texts never change once they are stored, so the ids say which are there
    wanted = fingerprint(_MADE_BY, ids.tobytes(), np.ascontiguousarray(xy).tobytes())
    path = store.cache_folder() / f"labels-{fingerprint(name)[:8]}-{wanted}.arrow"
    table = _kept(path)
    if table is None:
        table = yield from part(_named(store, ids, xy), 0, 1, _NOTE)
        _keep(path, table)
    return Outcome(f"{count(table.height, 'part')} of the map named", value=table)


def _first_map(store: ProjectStore) -> str:
    maps = store.maps.all()
    if not maps:
        raise EmbexError("This project has no map yet.", "Make the map first.")
    return maps[0].name


def _kept(path: Path) -> pl.DataFrame | None:
    try:
        return pl.read_ipc(path.read_bytes())  # not the file itself: one that is mapped cannot be replaced on Windows
    except (OSError, pl.exceptions.PolarsError):
        return None


def _keep(path: Path, table: pl.DataFrame) -> None:
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        table.write_ipc(beside)
        for old in path.parent.glob(f"{path.name.rpartition('-')[0]}-*.arrow"):
            old.unlink(missing_ok=True)
        beside.replace(path)
    except OSError as error:  # only a cache: they are found again the next time
        _log.warning("the names of a map's parts could not be kept: %s", error)
        beside.unlink(missing_ok=True)


def _named(store: ProjectStore, ids: np.ndarray, xy: np.ndarray) -> Generator[Step, None, pl.DataFrame]:
    from embexplorer.analysis.regions import find_regions
    from embexplorer.analysis.regions_names import names_of
    from embexplorer.analysis.regions_shown import shown_regions
    from embexplorer.analysis.regions_terms import terms_of
    from embexplorer.analysis.regions_tokens import tokens_of

    regions = find_regions(xy)
    if not regions.levels:
        return shown_regions((), [])
    yield Step(0.1, 1.0)
    rows = sample(regions.hill)
    hill = regions.hill[rows]
    titles, texts = yield from part(_read(store, ids[rows]), 0.1, 0.5)
    tokens = yield from part(tokens_of(titles, texts), 0.5, 0.75)
    terms = yield from part(terms_of(tokens, hill, len(regions.levels[0].of_hill)), 0.75, 0.85)
    names = yield from part(names_of(regions.levels, terms), 0.85, 0.95)
    without = (texts == "").to_numpy()
    if without.any():
        from embexplorer.analysis.regions_values import values_of

        values = values_of(regions.levels, hill, _grouped(store, ids[rows]))
        for level, words, told in zip(regions.levels, names, values, strict=True):
            share = np.bincount(level.of_hill[hill], without) / np.bincount(level.of_hill[hill])
            for region in np.flatnonzero(share > 1 - _WITHOUT_TEXT).tolist():
                words[region] = told[region] or words[region]
    yield Step(0.95, 1.0)
    return shown_regions(regions.levels, names)


def sample(hill: np.ndarray) -> np.ndarray:
    """int64: rows of the points on hills; where they are too many, a part of each hill's, evenly spread."""
    rows = np.flatnonzero(hill >= 0)
    if len(rows) <= _MOST_TEXTS:
        return rows
    order = rows[np.argsort(hill[rows], kind="stable")]
    items = np.bincount(hill[rows])
    some = min(_FROM_EACH, _MOST_TEXTS // (2 * len(items)))  # so that small hills are heard too
    taken = np.minimum(items, some + items * (_MOST_TEXTS - some * len(items)) // len(rows))
    place = np.arange(len(order)) - np.repeat(np.cumsum(items) - items, items)
    taken, items = np.repeat(taken, items), np.repeat(items, items)
    chosen: np.ndarray = order[(place + 1) * taken // items > place * taken // items]
    return np.sort(chosen)


def _read(store: ProjectStore, ids: np.ndarray) -> Generator[Step, None, tuple[pl.Series, pl.Series]]:
    """The titles and texts of these items."""
    titles: list[pl.Series] = []
    texts: list[pl.Series] = []
    for start in range(0, len(ids), _CHUNK):
        yield Step(start, len(ids))
        some = ids[start : start + _CHUNK]
        titles.append(pl.Series("title", store.items.titles(some), dtype=pl.String))
        texts.append(pl.Series("text", store.items.texts(some), dtype=pl.String))
    return pl.concat(titles), pl.concat(texts)


def _grouped(store: ProjectStore, ids: np.ndarray) -> pl.DataFrame:
    """The categories and tags of these items that came with them."""
    names = [field.name for field in store.fields.all() if field.type in _GROUPED]
    frame = store.items.frame(text=False).select("@id", *names)
    return frame[rows_of(frame["@id"].to_numpy(), ids)].drop("@id")
