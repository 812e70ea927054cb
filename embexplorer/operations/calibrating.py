"""What chance looks like in a space, from random pairs of its own items: found once, then kept in the cache."""

import contextlib
import json
import logging
import math
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.items import Kind
from embexplorer.data.relevance import LEVELS, Chance, Relevance
from embexplorer.data.vectors import Metric, SpaceInfo, Vectors
from embexplorer.operations.spaces import chosen_space
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)

FEWEST = 20  # items; the pairs of fewer say nothing
_MADE_BY = 1  # the way of calibrating; another number makes what is kept outdated
_SAMPLE = 1_024  # items, so that a million pairs are scored
_TEXTS = 128  # of which a transformer reads some 200 a second
_AT_ONCE = 16  # texts between two steps
_WORDS = 5  # of a text that has no title: about what people type
_GROWTH = 1.25  # a space that has grown by more than this is looked at again
_SEED = 11

Encode = Callable[[list[str]], np.ndarray]


def calibrate(store: ProjectStore, space_name: str, encode: Encode | None) -> Operation:
    """Outcome.value is a Relevance, or None where the space holds too few items to tell. space_name: "" for the one
    with most vectors. encode: texts to float32 (m, d) as queries of this space, None where none can be read.

    Takes some ten milliseconds, and with texts about a second. Raises EmbexError where there is no such space.
    """
    space = chosen_space(store, space_name)
    path = store.cache_folder() / f"relevance-{space.id}.json"
    made_of = fingerprint(_MADE_BY, space.id, space.model, space.checksum, space.metric, _size(space), bool(encode))
    kept = _kept(path, made_of, space.name)
    if kept is not None:
        return Outcome("The relevance line is known", value=kept)
    yield Step(0, 1, "Comparing random pairs")
    vectors = store.spaces.vectors(space.id, trashed=True)
    if len(vectors) < FEWEST:
        return Outcome("Too few items for a relevance line", value=None)
    rng = np.random.default_rng(_SEED)
    sources, targets = _some(rng, len(vectors)), _some(rng, len(vectors))
    far = vectors.matrix[targets]
    items = _chance(_scores(vectors.matrix[sources], far, space.metric), sources, targets)
    texts = None
    if encode is not None and space.kind == Kind.TEXT:
        texts = yield from _by_texts(store, space, vectors, sources, targets, encode)
    found = Relevance(space.name, items, texts)
    _keep(path, made_of, found)
    return Outcome("Relevance line found", value=found)


def _size(space: SpaceInfo) -> int:
    return math.floor(math.log(max(1, space.count), _GROWTH))


def _some(rng: np.random.Generator, rows: int) -> np.ndarray:
    chosen: np.ndarray = np.sort(rng.choice(rows, min(rows, _SAMPLE), replace=False))
    return chosen


def _by_texts(
    store: ProjectStore, space: SpaceInfo, vectors: Vectors, sources: np.ndarray, targets: np.ndarray, encode: Encode
) -> Generator[Step, None, Chance | None]:
    """Of the titles of some items, or their first words, with others."""
    some = sources[:: max(1, len(sources) // _TEXTS)][:_TEXTS]
    ids = vectors.ids[some]
    titles, texts = store.items.titles(ids), store.items.texts(ids)
    asked = [" ".join((title or text).split()[:_WORDS]) for title, text in zip(titles, texts, strict=True)]
    there = np.array([bool(words) for words in asked])
    if int(there.sum()) < min(FEWEST, len(asked)):
        return None
    words = [text for text in asked if text]
    read: list[np.ndarray] = []
    for start in range(0, len(words), _AT_ONCE):
        yield Step(start, len(words), "Comparing random pairs")
        try:
            read.append(encode(words[start : start + _AT_ONCE]))
        except EmbexError as error:  # its model is not here: items can be compared all the same
            _log.info("no texts were read to calibrate the space %s: %s", space.name, error)
            return None
    return _chance(_scores(np.concatenate(read), vectors.matrix[targets], space.metric), some[there], targets)


def _scores(near: np.ndarray, far: np.ndarray, metric: Metric) -> np.ndarray:
    """float64 (m, n): of every row of one with every row of the other, as a search scores them."""
    one, other = np.asarray(near, np.float64), np.asarray(far, np.float64)
    if metric != "l2":
        dots: np.ndarray = one @ other.T
        return dots
    centre = other.mean(axis=0)
    one, other = one - centre, other - centre
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * (one @ other.T)
    distances: np.ndarray = np.sqrt(np.maximum(squares, 0))
    return -distances


def _chance(scores: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> Chance:
    """Without the pairs of an item with itself."""
    found = scores[sources[:, None] != targets]
    return Chance(tuple(float(each) for each in np.quantile(found, LEVELS)))


def _kept(path: Path, made_of: str, name: str) -> Relevance | None:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["made_of"] != made_of:
            return None
        items, texts = _read(raw["items"]), _read(raw["texts"]) if raw["texts"] else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:  # only a cache: it is found again
        _log.info("the relevance line in %s is unusable: %s", path, error)
        return None
    return Relevance(name, items, texts)


def _read(raw: list[float]) -> Chance:
    values = tuple(float(each) for each in raw)
    if len(values) != len(LEVELS) or not np.isfinite(values).all():
        raise ValueError("no quantiles")
    return Chance(values)


def _keep(path: Path, made_of: str, found: Relevance) -> None:
    texts = None if found.texts is None else found.texts.quantiles
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"made_of": made_of, "items": found.items.quantiles, "texts": texts}))
        beside.replace(path)
    except OSError as error:
        _log.warning("the relevance line could not be kept: %s", error)
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
