"""The search index of a space: built as a job, kept in the cache, trusted only by its fingerprint."""

from typing import Any

from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Operation, Outcome
from embexplorer.base.wording import count
from embexplorer.data.vectors import SpaceInfo, Vectors
from embexplorer.operations.spaces import chosen_space
from embexplorer.search.graph import GraphIndex
from embexplorer.store.project import ProjectStore

# Below this an exact scan answers faster than anyone notices, and the graph would only cost time.
SMALLEST_INDEXED = 1_000


def build_index(store: ProjectStore, space_name: str = "", threads: int = 0) -> Operation:
    """Build the graph index of a space unless the one in the cache fits. Outcome.value is the index or None."""
    space = chosen_space(store, space_name)
    vectors = store.spaces.vectors(space.id, trashed=True)
    if len(vectors) < SMALLEST_INDEXED:
        return Outcome(f"So few items ({len(vectors):,}) need no index: every search scans them all")
    kept = load_index(store, space, vectors)
    if kept is not None:
        return Outcome("The search index is up to date", value=kept)
    index = yield from GraphIndex.build(vectors.matrix, space.metric, threads=threads)
    path = store.cache_folder() / f"graph-{space.id}.hnsw"
    path.parent.mkdir(parents=True, exist_ok=True)
    index.save(path, spaces_fingerprint(space, vectors))
    return Outcome(f"Search index of {count(len(vectors), 'item')} built", value=index)


def load_index(store: ProjectStore, space: SpaceInfo, vectors: Vectors) -> GraphIndex | None:
    """The index from the cache where it belongs to exactly these vectors, else None. It is made of those in the trash
    too, since moving items there and back must not cost another one."""
    path = store.cache_folder() / f"graph-{space.id}.hnsw"
    return GraphIndex.load(path, spaces_fingerprint(space, vectors))


def spaces_fingerprint(space: SpaceInfo, vectors: Vectors, params: dict[str, Any] | None = None) -> str:
    """Names the content of a space: vectors never change once they are stored, so their ids say which are there."""
    return fingerprint(space.id, space.model, space.checksum, space.dims, space.metric, vectors.ids.tobytes(), params)


def drop_indexes(store: ProjectStore) -> None:
    """Throw the kept indexes and neighbour graphs away, so that they are made anew."""
    for path in store.cache_folder().glob("*"):
        if path.name.startswith(("graph-", "neighbours-")):
            path.unlink(missing_ok=True)
