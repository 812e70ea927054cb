"""The partitioned index: any vectors, any filter, rows that come and go, and a file that can be trusted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Step, finish
from embexplorer.data.vectors import normalised
from embexplorer.search.costs import Costs
from embexplorer.search.exact import scan
from embexplorer.search.partition_building import build_partitions, has_outgrown, updated
from embexplorer.search.partition_neighbours import neighbour_lookup
from embexplorer.search.partitionfile import Kept, read_partitions, write_partitions
from embexplorer.search.partitions import PartitionIndex
from embexplorer.search.planner import Index, search
from embexplorer.search.recall import Recalls, with_recall
from embexplorer.search.steepness import with_steepness

SLOW = Costs(scanned=1e-3, listed=1e-3)


def built(matrix: np.ndarray, metric="cosine") -> PartitionIndex:
    index = finish(build_partitions(matrix, metric))
    assert index is not None
    return index


def ready(matrix: np.ndarray, metric="cosine") -> Index:
    index, recalls = finish(with_recall(finish(with_steepness(built(matrix, metric), matrix)), matrix))
    return Index(index, recalls, costs=SLOW)


def share_found(matrix, query, k, metric, mask=None, index=None) -> float:
    """Of the best scores; of equal ones each counts."""
    answer = search(matrix, query, k, metric, mask, index)
    truth = scan(matrix, query, k, metric, mask)
    assert len(answer.rows) == len(truth.rows)
    assert mask is None or mask[answer.rows].all()
    if answer.exact:
        assert answer.rows.tolist() == truth.rows.tolist()
    if not len(truth.rows):
        return 1.0
    return float(np.mean(answer.scores >= truth.scores[-1] - 1e-6 * abs(truth.scores[-1])))


@settings(max_examples=25, deadline=None)
@given(
    rows=st.integers(1, 3_000),
    dims=st.sampled_from([1, 2, 3, 17, 63, 64, 65, 130, 384]),
    metric=st.sampled_from(["cosine", "ip", "l2"]),
    number=st.integers(0, 10**6),
    kinds=st.lists(st.sampled_from(["chance", "near", "far", "all"]), min_size=1, max_size=4),
    share=st.floats(0, 1),
    k=st.sampled_from([1, 10, 100]),
)
def test_the_planner_finds_what_brute_force_finds(rows, dims, metric, number, kinds, share, k) -> None:
    random = np.random.default_rng(number)
    centres = random.standard_normal((max(1, rows // 50), dims))
    matrix = centres[random.integers(len(centres), size=rows)] + 0.3 * random.standard_normal((rows, dims))
    matrix = normalised(matrix) if metric == "cosine" else matrix.astype(np.float32)
    index = ready(matrix, metric)
    found = []
    for kind in kinds:
        query = matrix[random.integers(rows)] + 0.3 * random.standard_normal(dims).astype(np.float32)
        order = {"chance": random.permutation(rows), "near": np.argsort(-(matrix @ query))}.get(
            kind, np.argsort(matrix @ query)
        )
        mask = np.zeros(rows, np.bool_)
        mask[order[: round(share * rows)]] = True
        found.append(share_found(matrix, query, k, metric, None if kind == "all" else mask, index))
    # of ten or more, nine in ten; one of one, where only one is asked for
    assert min(found) >= (0.9 if k > 1 else 0.0)


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
@pytest.mark.parametrize("dims", [5, 100, 384])
def test_recall_of_every_metric(clustered, metric, dims) -> None:
    matrix = clustered(6_000, dims)
    if metric != "cosine":
        matrix = (matrix * np.random.default_rng(1).uniform(0.5, 2, (len(matrix), 1)) + 3).astype(np.float32)
    index = ready(matrix, metric)
    random = np.random.default_rng(2)
    found = []
    for row in random.choice(len(matrix), 40):
        query = matrix[row] + 0.1 * random.standard_normal(dims).astype(np.float32) / np.sqrt(dims)
        masks = (None, random.random(len(matrix)) < 0.2)
        found += [share_found(matrix, query, 10, metric, mask, index) for mask in masks]
    assert np.mean(found) >= 0.99
    assert min(found) >= 0.8
    assert index.recalls.expected(1.0, 10) is not None


def test_half_precision_is_read_as_it_is(clustered) -> None:
    matrix = clustered(4_000, 96).astype(np.float16)
    index = ready(matrix)
    answers = [search(matrix, matrix[row], 10, "cosine", index=index) for row in range(0, 4_000, 200)]
    assert {answer.method for answer in answers} == {"partitions"}
    for row, answer in zip(range(0, 4_000, 200), answers, strict=True):
        truth = scan(matrix.astype(np.float32), matrix[row].astype(np.float32), 10, "cosine")
        assert len(np.intersect1d(truth.rows, answer.rows)) >= 9
        assert answer.rows[0] == row


def test_rows_without_numbers_are_never_found(clustered) -> None:
    matrix = clustered(3_000, 64).copy()
    matrix[::3] = np.nan
    matrix[1, 5] = np.inf
    index = ready(matrix)
    walked = index.partitions.walk(matrix, matrix[4], 5_000)
    assert sorted(walked.rows.tolist()) == np.flatnonzero(np.isfinite(matrix).all(axis=1)).tolist()
    assert search(matrix, matrix[4], 10, "cosine", index=index).rows[0] == 4


def test_nothing_but_rows_without_numbers() -> None:
    matrix = np.full((50, 8), np.nan, np.float32)
    index = ready(matrix)
    assert index.recalls == Recalls()
    assert len(index.partitions.walk(matrix, np.ones(8), 3).rows) == 0
    assert len(search(matrix, np.ones(8), 3, "cosine", index=index).rows) == 0


def test_numbers_too_large_for_an_index_are_left_to_a_scan() -> None:
    matrix = np.full((20, 4), 1e30, np.float32)
    assert finish(build_partitions(matrix, "l2")) is None
    ordinary = built(np.ones((20, 4), np.float32), "l2")
    assert finish(updated(ordinary, matrix, np.full(20, -1))) is None


@pytest.mark.parametrize("copies", [1, 2, 2_000])
def test_equal_vectors_come_in_the_order_of_their_rows(clustered, copies) -> None:
    matrix = np.repeat(clustered(4_000, 32)[: 4_000 // copies], copies, axis=0)
    np.random.default_rng(0).shuffle(matrix)
    index = ready(matrix)
    for k in (1, 10, 100):
        answer = search(matrix, matrix[17], k, "cosine", index=index)
        truth = scan(matrix, matrix[17], k, "cosine")
        if copies == 2_000:
            assert answer.rows.tolist() == truth.rows.tolist()
        assert search(matrix, matrix[17], k, "cosine", index=index).rows.tolist() == answer.rows.tolist()


def test_all_vectors_equal() -> None:
    matrix = np.tile(normalised(np.ones((1, 24))), (3_000, 1))
    index = ready(matrix)
    answer = search(matrix, matrix[0], 10, "cosine", index=index)
    assert answer.rows.tolist() == list(range(10))


def test_ten_thousand_copies_hide_nothing(clustered) -> None:
    matrix = clustered(12_000, 48).copy()
    matrix[:10_000] = matrix[0]
    index = ready(matrix)
    assert share_found(matrix, matrix[11_000], 10, "cosine", None, index) >= 0.9
    assert share_found(matrix, matrix[0], 100, "cosine", None, index) == 1.0


def test_one_row() -> None:
    matrix = np.ones((1, 3), np.float32) / np.sqrt(3)
    index = built(matrix)
    assert index.walk(matrix, matrix[0], 10).rows.tolist() == [0]
    assert len(index.walk(matrix, matrix[0], 0).rows) == 0
    assert len(index.walk(matrix, matrix[0], 10, np.zeros(1, np.bool_)).rows) == 0


def test_rows_come_and_go(clustered) -> None:
    whole = clustered(6_000, 80)
    old_ids = np.arange(0, 12_000, 3)  # 4,000 items
    new_ids = np.union1d(old_ids[old_ids % 5 != 0], np.arange(1, 6_000, 6))
    vectors = {int(i): whole[i % 6_000] for i in range(12_000)}
    old, new = (np.stack([vectors[int(i)] for i in ids]) for ids in (old_ids, new_ids))
    index = built(old)
    where = {int(i): row for row, i in enumerate(old_ids)}
    index2 = finish(updated(index, new, np.array([where.get(int(i), -1) for i in new_ids])))
    assert index2 is not None
    assert index2.rows == len(new)
    assert sorted(index2.order[index2.order < len(new)].tolist()) == list(range(len(new)))
    # the codes that were taken over are those that would be made anew
    again = finish(updated(index, new, np.full(len(new), -1)))
    assert again is not None
    for name in ("codes", "order", "places", "starts", "radii"):
        np.testing.assert_array_equal(getattr(index2, name), getattr(again, name), err_msg=name)
    np.testing.assert_allclose(index2.factors, again.factors)
    for row in range(0, len(new), 250):
        assert row in index2.walk(new, new[row], 2).rows


def test_an_index_is_outgrown_at_four_times_its_rows(clustered) -> None:
    index = built(clustered(500, 16))
    assert not has_outgrown(index, 2_000)
    assert has_outgrown(index, 2_001)


def test_building_tells_how_far_it_is_and_can_be_stopped(clustered) -> None:
    matrix = clustered(40_000, 16)
    work = build_partitions(matrix, "cosine")
    steps: list[Step] = []
    finish(build_partitions(matrix, "cosine"), steps.append)
    done = [step.done / step.total for step in steps]
    assert done == sorted(done)
    assert len(done) > 8
    for _ in range(5):
        next(work)
    work.close()


def test_the_same_vectors_give_the_same_index(clustered) -> None:
    matrix = clustered(3_000, 40)
    one, other = built(matrix), built(matrix)
    for name in ("codes", "factors", "order", "centres"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
def test_neighbours_of_every_row(clustered, metric) -> None:
    matrix = clustered(3_000, 40)
    index = finish(with_steepness(built(matrix, metric), matrix))
    rows, far = neighbour_lookup(index, matrix, 2)(matrix[:200], 11)
    assert rows.shape == far.shape == (200, 11)
    assert (np.diff(far, axis=1) >= 0).all()
    assert (rows[:, 0] == np.arange(200)).mean() > 0.98
    np.testing.assert_allclose(far[:, 0], 0, atol=1e-5)
    best = [scan(matrix, query, 11, metric).rows for query in matrix[:200]]
    assert np.mean([len(np.intersect1d(a, b)) for a, b in zip(rows, best, strict=True)]) >= 0.98 * 11


def test_fewer_neighbours_than_asked_for() -> None:
    matrix = np.eye(3, dtype=np.float32)
    rows, far = neighbour_lookup(built(matrix), matrix)(matrix, 5)
    assert (rows[:, 3:] == -1).all()
    assert np.isinf(far[:, 3:]).all()
    assert rows[:, 0].tolist() == [0, 1, 2]


@pytest.fixture
def kept(clustered) -> Kept:
    matrix = clustered(2_000, 48)
    index = ready(matrix)
    return Kept(np.arange(5, 2_005), index.partitions, index.recalls)


def test_a_saved_index_answers_as_before(kept, clustered, tmp_path) -> None:
    matrix = clustered(2_000, 48)
    write_partitions(tmp_path / "an.idx", kept, "a space")
    loaded = read_partitions(tmp_path / "an.idx", "a space")
    assert loaded is not None
    assert loaded.recalls == kept.recalls
    np.testing.assert_array_equal(loaded.ids, kept.ids)
    for row in (0, 700, 1_999):
        before, after = (one.index.walk(matrix, matrix[row], 10) for one in (kept, loaded))
        np.testing.assert_array_equal(before.rows, after.rows)
    assert [path.name for path in tmp_path.iterdir()] == ["an.idx"]


def test_an_index_of_another_space_is_not_read(kept, tmp_path) -> None:
    path = tmp_path / "an.idx"
    write_partitions(path, kept, "a space")
    assert read_partitions(path, "another") is None
    assert read_partitions(tmp_path / "none.idx", "a space") is None


def test_a_cut_or_damaged_index_is_not_read(kept, tmp_path) -> None:
    path = tmp_path / "an.idx"
    write_partitions(path, kept, "a space")
    whole = path.read_bytes()
    for place in (0, 10, 25, 60, len(whole) // 2, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        assert read_partitions(path, "a space") is None, place
        path.write_bytes(whole[:place])
        assert read_partitions(path, "a space") is None, place


def test_a_folder_that_cannot_be_written_to_is_said(kept, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EmbexError, match="could not be saved"):
        write_partitions(tmp_path / "file" / "an.idx", kept, "a space")
