"""Items with the same content, so that it is embedded once."""

from collections.abc import Generator
from pathlib import Path

import numpy as np

from embexplorer.base.fingerprint import content_key, file_fingerprint
from embexplorer.base.progress import Step
from embexplorer.data.items import Kind
from embexplorer.store.project import ProjectStore

_CHUNK = 4096


class Blocks:
    """Items in blocks, each with all that are the same as one of its own. number: how many are to be read."""

    def __init__(self, ids: np.ndarray, first: np.ndarray) -> None:
        """ids: int64 (n,). first: int64 (n,), see first_of_same."""
        self._ids = ids
        self._first = first
        self._order = np.argsort(first, kind="stable")
        self._starts = np.flatnonzero(np.diff(first[self._order], prepend=-1))  # in that order, of each group
        self.number = len(self._starts)
        self._at = 0

    def next(self, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The next so many items to read, all items that get a vector by that, ascending, and for each of these the
        place of the one to read. int64 arrays."""
        starts = self._starts[self._at : self._at + size]
        end = self._at + len(starts)
        stop = self._starts[end] if end < self.number else len(self._order)
        rows = np.sort(self._order[starts[0] : stop])
        read = self._order[starts]
        self._at = end
        return self._ids[read], self._ids[rows], np.searchsorted(read, self._first[rows])


def first_of_same(store: ProjectStore, ids: np.ndarray, kind: str) -> Generator[Step, None, np.ndarray]:
    """int64 (n,): for each item the row of the first among these that has the same text, or the same image file to
    the byte. Only files of equal size are read."""
    same = np.empty(len(ids), np.int64)
    for start in range(0, len(ids), _CHUNK):
        yield Step(0, len(ids), "Looking for items that are the same")
        some = ids[start : start + _CHUNK]
        if kind == Kind.IMAGE:
            same[start : start + _CHUNK] = [_bytes(path) for path in store.items.uris(some)]
        else:
            texts = store.items.texts(some)
            same[start : start + _CHUNK] = [content_key([text.encode("utf-8", "replace")]) for text in texts]
    first = _first(same)
    if kind == Kind.IMAGE:
        yield from _compare_files(store, ids, first)
    return first


def _compare_files(store: ProjectStore, ids: np.ndarray, first: np.ndarray) -> Generator[Step, None, None]:
    """Set apart, in place, what are files of equal size only."""
    alike = np.isin(first, first[first != np.arange(len(first))])
    rows = np.flatnonzero(alike)
    keys: list[str] = []
    for path in store.items.uris(ids[rows]):
        yield Step(0, len(ids), "Looking for items that are the same")
        keys.append(_content(path))
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    first[rows] = rows[_first(np.array([number[key] for key in keys], np.int64))]


def _first(values: np.ndarray) -> np.ndarray:
    """int64 (n,): the first place of each value."""
    _, places, groups = np.unique(values, return_index=True, return_inverse=True)
    found: np.ndarray = places[groups].astype(np.int64)
    return found


def _bytes(path: str) -> int:
    """The size of a file; of one that is not there a number that no other has, for each has its own reason."""
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return content_key([path.encode("utf-8", "replace")]) | -(2**63)


def _content(path: str) -> str:
    try:
        return file_fingerprint(Path(path))
    except (OSError, ValueError):
        return path
