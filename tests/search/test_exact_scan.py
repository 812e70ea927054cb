"""The exact scan against sorting everything in float64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.data.vectors import normalised
from embexplorer.search.exact import scan, scan_rows

METRICS = ("cosine", "ip", "l2")


def brute(matrix: np.ndarray, query: np.ndarray, metric: str) -> np.ndarray:
    wide, wanted = matrix.astype(np.float64), query.astype(np.float64)
    if metric == "l2":
        return -np.linalg.norm(wide - wanted, axis=1)
    if metric == "cosine":
        wanted = wanted / np.linalg.norm(wanted)
    return wide @ wanted


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 400),
    dims=st.sampled_from([1, 2, 7, 64]),
    k=st.sampled_from([0, 1, 3, 10, 399, 10_000_000]),
    metric=st.sampled_from(METRICS),
    share=st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    copies=st.sampled_from([1, 5]),
)
def test_agrees_with_brute_force(seed, rows, dims, k, metric, share, copies) -> None:
    random = np.random.default_rng(seed)
    distinct = random.standard_normal((rows, dims)).astype(np.float32) + 0.01
    matrix = np.concatenate([distinct] * copies)
    matrix = normalised(matrix) if metric == "cosine" else matrix
    query = random.standard_normal(dims).astype(np.float32) + 0.02
    mask = random.random(len(matrix)) < share
    found = scan(matrix, query, k, metric, mask)
    expected = brute(matrix, query, metric)
    assert len(found.rows) == min(k, mask.sum())
    assert found.candidates == mask.sum()
    assert mask[found.rows].all() and len(set(found.rows.tolist())) == len(found.rows)
    np.testing.assert_allclose(found.scores, np.sort(expected[mask])[::-1][:k], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found.scores, expected[found.rows], rtol=1e-5, atol=1e-5)
    steps = np.diff(found.scores)
    assert (steps <= 0).all()
    assert (np.diff(found.rows)[steps == 0] > 0).all()


@pytest.mark.parametrize("metric", METRICS)
def test_small_and_large_roads_give_the_same_bits(metric) -> None:
    random = np.random.default_rng(1)
    matrix = normalised(random.standard_normal((30_000, 96)).astype(np.float32))
    chosen = np.sort(random.choice(30_000, 500, replace=False))
    query = random.standard_normal(96)
    whole = scan(matrix, query, 30_000, metric)
    few = scan_rows(matrix, query, 500, metric, chosen)
    np.testing.assert_array_equal(few.rows, whole.rows[np.isin(whole.rows, chosen)])
    np.testing.assert_array_equal(few.scores, whole.scores[np.isin(whole.rows, chosen)])


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("rows", [50, 20_000])
def test_equal_rows_come_in_their_order(metric, rows) -> None:
    matrix = normalised(np.tile(np.random.default_rng(2).standard_normal(67), (rows, 1)))
    found = scan(matrix, matrix[0], 20, metric)
    assert found.rows.tolist() == list(range(20))
    assert len(set(found.scores.tolist())) == 1


@pytest.mark.parametrize("rows", [50, 20_000])
@pytest.mark.parametrize("metric", METRICS)
def test_broken_rows_are_never_hits(rows, metric) -> None:
    matrix = np.random.default_rng(3).standard_normal((rows, 64)).astype(np.float32)
    matrix[::2, 5] = np.nan
    found = scan(matrix, np.ones(64), rows, metric)
    assert len(found.rows) == rows // 2
    assert (found.rows % 2 == 1).all()
    assert len(scan(matrix, np.full(64, np.nan), 5, metric).rows) == 0


def test_a_memory_mapped_read_only_file_and_half_precision(tmp_path) -> None:
    matrix = normalised(np.random.default_rng(4).standard_normal((9_000, 40)))
    np.save(tmp_path / "v.npy", matrix)
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    expected = scan(matrix, matrix[7], 10, "cosine")
    np.testing.assert_array_equal(scan(mapped, matrix[7], 10, "cosine").rows, expected.rows)
    assert scan(matrix.astype(np.float16), matrix[7], 10, "cosine").rows[0] == 7


def test_small_distances_far_from_the_origin_are_told_apart() -> None:
    matrix = np.full((20_000, 32), 1000.0, np.float32)
    matrix[:, 0] += np.arange(20_000, dtype=np.float32) / 512
    assert scan(matrix, matrix[777], 3, "l2").rows.tolist() == [777, 776, 778]


def test_nothing_in_nothing_out() -> None:
    empty = np.empty((0, 8), np.float32)
    assert len(scan(empty, np.ones(8), 10, "ip").rows) == 0
    assert len(scan(empty, np.ones(8), 10, "ip", np.empty(0, np.bool_)).rows) == 0
