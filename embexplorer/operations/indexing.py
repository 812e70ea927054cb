"""The search index of a space: built as a job, kept in the cache, brought up to date as items come and go."""

import logging
import secrets
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Operation, Outcome, Step, finish, part
from embexplorer.base.wording import count
from embexplorer.data.ids import rows_of
from embexplorer.data.vectors import SpaceInfo, Vectors
from embexplorer.operations.spaces import chosen_space
from embexplorer.search.graph import GraphIndex
from embexplorer.search.partition_building import build_partitions, has_outgrown, updated
from embexplorer.search.partition_neighbours import Lookup
from embexplorer.search.partition_neighbours import neighbour_lookup as lookup_of
from embexplorer.search.partitionfile import Kept, read_partitions, write_partitions
from embexplorer.search.planner import Index
from embexplorer.search.recall import DEPTHS, with_recall
from embexplorer.search.steepness import with_steepness
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)

# Below this an exact scan answers faster than anyone notices, and an index would only cost time.
SMALLEST_INDEXED = 1_000
# Of building and checking an index, by where the time goes at 1,000,000 x 384.
_BUILT, _STEEP = 0.7, 0.9
_NEW_SHARE = 0.1  # of rows that are new: from then on what was measured is measured again
# Rows that a walk estimates: 0.2 ms; from there on hnswlib's graph and a walk through it cost less.
_MOST_ESTIMATED = 20_000
_NOTE = "Building the search index"


def build_index(store: ProjectStore, space_name: str = "", threads: int = 0, graph: bool = False) -> Operation:
    """Bring the index of a space up to date: build it, or take in what is new. Searches are right meanwhile.

    graph: also build hnswlib's graph, which takes 30 times as long and answers unfiltered searches about as fast.
    Outcome.value is the planner's Index, None where so few items need none."""
    space = chosen_space(store, space_name)
    vectors = store.spaces.vectors(space.id, trashed=True)
    if len(vectors) < SMALLEST_INDEXED:
        return Outcome(f"So few items ({len(vectors):,}) need no index: every search scans them all")
    kept = _kept(store, space)
    is_current = kept is not None and np.array_equal(kept.ids, vectors.ids)
    if not is_current:
        fresh = yield from part(_brought_up_to_date(kept, space, vectors), 0, 0.1 if graph else 1, _NOTE)
        if fresh is None:
            return Outcome("Some numbers are too large for an index: every search scans all items")
        _save(store, space, fresh)
        kept = fresh
    walked = _load_graph(store, space, vectors)
    if graph and walked is None:
        walked = yield from part(_built_graph(store, space, vectors, threads), 0.1, 1, _NOTE)
        is_current = False
    value = Index(kept.index, kept.recalls, walked) if kept is not None else None
    if is_current:
        return Outcome("The search index is up to date", value=value)
    return Outcome(f"Search index of {count(len(vectors), 'item')} built", value=value)


def load_index(store: ProjectStore, space: SpaceInfo, vectors: Vectors) -> Index:
    """What the cache holds to search these vectors by. They are of items in the trash too, since moving items there and
    back must not cost another index. Items that came last are left to be scanned; where others came or went between,
    what is known of the rest is put in its new place, 0.2 s for a million."""
    graph, kept = _load_graph(store, space, vectors), _kept(store, space)
    if kept is not None and not np.array_equal(kept.ids, vectors.ids[: len(kept.ids)]):
        there = np.flatnonzero(rows_of(kept.ids, vectors.ids) >= 0)
        end = int(there[-1]) + 1 if len(there) else 0
        kept = _taken_over(kept, Vectors(vectors.ids[:end], vectors.matrix[:end]))
    return Index(kept.index, kept.recalls, graph) if kept is not None else Index(graph=graph)


def neighbour_lookup(store: ProjectStore, space: SpaceInfo, vectors: Vectors, threads: int = 0) -> Lookup | None:
    """lookup(block, k) over exactly these vectors by the index in the cache; None where there is none that is good, or
    a temporary graph is quicker: among vectors without clusters a walk enters most partitions."""
    kept = _kept(store, space)
    expected = kept.recalls.expected(1.0, DEPTHS[1]) if kept is not None else None
    if kept is None or expected is None or expected.estimated > _MOST_ESTIMATED:
        return None
    if not np.array_equal(kept.ids, vectors.ids):
        kept = _taken_over(kept, vectors)
    return lookup_of(kept.index, vectors.matrix, threads) if kept is not None else None


def spaces_fingerprint(space: SpaceInfo, vectors: Vectors, params: dict[str, Any] | None = None) -> str:
    """Names the content of a space: vectors never change while it is kept in one form, so their ids say which are
    there."""
    return fingerprint(_name(space), vectors.ids.tobytes(), params)


def drop_indexes(store: ProjectStore) -> None:
    """Throw the kept indexes and neighbour graphs away, so that they are made anew."""
    for path in store.cache_folder().glob("*"):
        if path.name.startswith(("graph-", "partitions-", "neighbours-")):
            _remove(path)


def _brought_up_to_date(kept: Kept | None, space: SpaceInfo, vectors: Vectors) -> Generator[Step, None, Kept | None]:
    """The index of exactly these vectors, of the kept one where that has not been outgrown; None where they cannot be
    indexed."""
    matrix = vectors.matrix
    if kept is None or has_outgrown(kept.index, len(vectors)):
        is_new = True
        index = yield from part(build_partitions(matrix, space.metric), 0, _BUILT)
    else:
        rows = rows_of(kept.ids, vectors.ids)
        index = yield from part(updated(kept.index, matrix, rows), 0, _BUILT)
        changed = np.count_nonzero(rows < 0) + len(kept.ids) - np.count_nonzero(rows >= 0)
        is_new = bool(changed > _NEW_SHARE * kept.index.made_for or not kept.recalls.measured)
    if index is None:
        return None
    if not is_new and kept is not None:
        return Kept(vectors.ids, index, kept.recalls)
    index = yield from part(with_steepness(index, matrix), _BUILT, _STEEP)
    index, recalls = yield from part(with_recall(index, matrix), _STEEP, 1)
    return Kept(vectors.ids, index, recalls)


def _taken_over(kept: Kept, vectors: Vectors) -> Kept | None:
    """What is known of these vectors, in their places; the others of them are encoded."""
    index = finish(updated(kept.index, vectors.matrix, rows_of(kept.ids, vectors.ids)))
    return Kept(vectors.ids, index, kept.recalls) if index is not None else None


def _name(space: SpaceInfo) -> str:
    """Names what a space's vectors are and how they are kept, whichever items have some."""
    return fingerprint(space.id, space.model, space.checksum, space.dims, space.metric, space.kept)


def _files(store: ProjectStore, space: SpaceInfo) -> list[Path]:
    """Newest first. There may be more than one, since what is mapped somewhere cannot be removed on Windows."""
    found = [(path.stat().st_mtime_ns, path) for path in store.cache_folder().glob(f"partitions-{space.id}-*.idx")]
    return [path for _when, path in sorted(found, reverse=True)]


def _kept(store: ProjectStore, space: SpaceInfo) -> Kept | None:
    for path in _files(store, space):
        kept = read_partitions(path, _name(space))
        if kept is not None:
            return kept
    return None


def _save(store: ProjectStore, space: SpaceInfo, kept: Kept) -> None:
    """Under another name than the old one, which goes where nothing holds it. Raises EmbexError."""
    old = _files(store, space)
    write_partitions(store.cache_folder() / f"partitions-{space.id}-{secrets.token_hex(4)}.idx", kept, _name(space))
    for path in old:
        _remove(path)


def _graph_path(store: ProjectStore, space: SpaceInfo) -> Path:
    return store.cache_folder() / f"graph-{space.id}.hnsw"


def _load_graph(store: ProjectStore, space: SpaceInfo, vectors: Vectors) -> GraphIndex | None:
    path = _graph_path(store, space)
    return GraphIndex.load(path, spaces_fingerprint(space, vectors)) if path.exists() else None


def _built_graph(
    store: ProjectStore, space: SpaceInfo, vectors: Vectors, threads: int
) -> Generator[Step, None, GraphIndex]:
    graph = yield from GraphIndex.build(vectors.matrix, space.metric, threads=threads)
    graph.save(_graph_path(store, space), spaces_fingerprint(space, vectors))
    return graph


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        _log.info("%s is still mapped and will be removed later", path)
