"""The index of a project as items come and go: right at once, brought up to date by a job, kept in the cache."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base.progress import Step, finish
from embexplorer.data.query import ItemsTerm, Query
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.indexing import build_index, drop_indexes, load_index, neighbour_lookup
from embexplorer.operations.searching import Searcher
from embexplorer.search.costs import Costs
from embexplorer.store.project import ProjectStore

SLOW = {**Costs().to_json(), "scanned": 0.5, "listed": 0.5}  # so that the index is used wherever it may be


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectStore]:
    monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / "home"))
    with ProjectStore.create(tmp_path / "project.embx") as store:
        yield store


def clustered(number: int, seed: int) -> np.ndarray:
    """The same clusters for every seed."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(40, 24))
    return (centres[random.integers(0, 40, number)] + 0.4 * random.normal(size=(number, 24))).astype(np.float32)


@pytest.fixture
def add(store: ProjectStore, tmp_path: Path):
    """(count, seed): that many items with ready-made vectors, in the project's one space."""

    def adding(number: int, seed: int = 0) -> None:
        np.save(tmp_path / f"v{seed}.npy", clustered(number, seed))
        finish(import_sources(store, sources_of([tmp_path / f"v{seed}.npy"])))

    return adding


@pytest.fixture
def searcher(store: ProjectStore) -> Searcher:
    searcher = Searcher(store)
    searcher.measure_costs(SLOW)
    return searcher


def indexes(store: ProjectStore) -> list[Path]:
    return sorted(store.cache_folder().glob("partitions-*"))


def found(searcher: Searcher, item: int, where: str = "", k: int = 10):
    """The answer to "like this item", after holding it against the exact one."""
    query = Query((ItemsTerm((item,)),), where, k)
    hits = searcher.search(query)
    truth = searcher.search(Query((ItemsTerm((item,)),), where, k, exact=True))
    assert len(hits) == len(truth)
    assert len(np.intersect1d(hits.ids, truth.ids)) >= 0.8 * len(truth)
    return hits


def test_a_search_uses_the_index_and_says_what_it_finds(store, add, searcher) -> None:
    add(3_000)
    item = int(store.items.ids()[7])
    assert found(searcher, item).sureness == "exact"
    outcome = finish(build_index(store))
    assert outcome.summary == "Search index of 3,000 items built"
    searcher.forget_index()
    hits = found(searcher, item)
    assert (hits.method, hits.exact) == ("partitions", False)
    assert hits.recall is not None
    assert hits.recall >= 0.99
    assert hits.sureness.startswith("finds 99.")
    assert hits.sureness.endswith(" % of what an exact search finds")
    assert item not in hits.ids


def test_what_is_up_to_date_is_not_built_again(store, add) -> None:
    add(2_000)
    finish(build_index(store))
    kept = [(path, path.stat().st_mtime_ns) for path in indexes(store)]
    assert finish(build_index(store)).summary == "The search index is up to date"
    assert [(path, path.stat().st_mtime_ns) for path in indexes(store)] == kept


def test_few_items_need_none(store, add) -> None:
    add(999)
    assert "need no index" in finish(build_index(store)).summary
    assert indexes(store) == []


def test_new_items_are_found_at_once_and_taken_in_by_the_next_job(store, add, searcher) -> None:
    add(3_000)
    finish(build_index(store))
    found(searcher, int(store.items.ids()[0]))
    add(500, seed=1)
    new = int(store.items.ids()[-1])
    hits = found(searcher, new, k=100)
    assert hits.method == "partitions"
    assert (hits.ids > store.items.ids()[2_999]).any()
    before = _index(store)
    assert before.partitions.rows == 3_000
    steps: list[Step] = []
    finish(build_index(store), steps.append)
    after = _index(store)
    assert after.partitions.rows == 3_500
    # taken over, not built again
    assert after.partitions.made_for == 3_000
    np.testing.assert_array_equal(after.partitions.centres, before.partitions.centres)
    assert len(indexes(store)) == 1
    searcher.forget_index()
    assert found(searcher, new).method == "partitions"
    done = [step.done / step.total for step in steps]
    assert done == sorted(done)


def test_an_index_that_was_outgrown_is_built_again(store, add) -> None:
    add(1_000)
    finish(build_index(store))
    add(3_500, seed=1)
    finish(build_index(store))
    assert _index(store).partitions.made_for == 4_500


def test_items_in_the_trash_are_no_hits_and_come_back(store, add, searcher) -> None:
    add(2_000)
    finish(build_index(store))
    ids = store.items.ids()
    near = found(searcher, int(ids[5])).ids
    store.items.trash(near[:5])
    hits = found(searcher, int(ids[5]))
    assert not np.isin(near[:5], hits.ids).any()
    assert hits.method == "partitions"
    assert finish(build_index(store)).summary == "The search index is up to date"
    store.items.restore(near[:5])
    assert found(searcher, int(ids[5])).ids.tolist() == near.tolist()


def test_vectors_that_are_gone_for_good_leave_the_index(store, add, searcher) -> None:
    add(2_000)
    finish(build_index(store))
    ids = store.items.ids()
    store.items.trash(ids[::3])
    store.items.empty_trash()
    store.compact()
    left = store.items.ids()
    searcher.forget_index()
    for item in left[:200:40]:
        hits = found(searcher, int(item))
        assert hits.method == "partitions"
        assert np.isin(hits.ids, left).all()
    finish(build_index(store))
    assert _index(store).partitions.rows == len(left)


@pytest.mark.parametrize("harm", ["cut", "damaged", "emptied"])
def test_a_harmed_index_is_noticed_and_built_again(store, add, searcher, harm) -> None:
    add(2_000)
    finish(build_index(store))
    path = indexes(store)[0]
    whole = path.read_bytes()
    path.unlink()  # it may still be mapped
    middle = len(whole) // 2
    path.write_bytes(
        {"cut": whole[:middle], "damaged": whole[:middle] + b"\xff" * 64 + whole[middle + 64 :], "emptied": b""}[harm]
    )
    assert found(searcher, int(store.items.ids()[3])).exact
    assert finish(build_index(store)).summary == "Search index of 2,000 items built"
    searcher.forget_index()
    assert found(searcher, int(store.items.ids()[3])).method == "partitions"
    assert len(indexes(store)) == 1


def test_stopped_half_way_nothing_is_kept(store, add, searcher) -> None:
    add(5_000)
    work = build_index(store)
    for _ in range(6):
        next(work)
    assert found(searcher, int(store.items.ids()[3])).exact
    work.close()
    assert indexes(store) == []


def test_hnswlibs_graph_is_built_only_where_it_is_asked_for(store, add) -> None:
    add(2_000)
    finish(build_index(store))
    assert _index(store).graph is None
    finish(build_index(store, graph=True))
    assert _index(store).graph is not None
    drop_indexes(store)
    assert _index(store).graph is None
    assert _index(store).partitions is None


def test_neighbours_of_the_live_items_alone(store, add) -> None:
    add(3_000)
    finish(build_index(store))
    store.items.trash(store.items.ids()[1::4])
    space = store.spaces.all()[0]
    vectors = store.spaces.vectors(space.id)
    lookup = neighbour_lookup(store, space, vectors)
    assert lookup is not None
    rows, _far = lookup(vectors.matrix[:300], 5)
    assert rows.max() < len(vectors)
    assert (rows[:, 0] == np.arange(300)).mean() > 0.98


def _index(store: ProjectStore):
    space = store.spaces.all()[0]
    return load_index(store, space, store.spaces.vectors(space.id, trashed=True))
