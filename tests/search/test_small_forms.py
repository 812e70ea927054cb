"""Vectors in fewer bytes: what is read back is as near as the maths says, and searches over them find what it holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.precision import Codec, Form
from embexplorer.data.vectors import normalised
from embexplorer.search.exact import scan
from embexplorer.search.precision import Shrunk, fit, search, shrink
from embexplorer.search.precision_measuring import Way, measure

NAMES = ("float32", "float16", "int8", "binary", "pca8", "pca8-int8", "pca8-binary", "first8", "pca8-float32")
METRICS = ("cosine", "ip", "l2")


def rows_like(number: int, dims: int, seed: int = 0, spread: int = 6) -> np.ndarray:
    """Clusters that vary in a few directions, of length 1."""
    random = np.random.default_rng(seed)
    centres, axes = random.standard_normal((9, dims)), random.standard_normal((spread, dims))
    wide = centres[random.integers(0, 9, number)] + 0.5 * random.standard_normal((number, spread)) @ axes
    return normalised(wide.astype(np.float32))


def way(coarse: str, finer: str = "") -> Way:
    return Way(Form.named(coarse), Form.named(finer) if finer else None)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("metric", METRICS)
def test_rows_take_the_bytes_that_are_said_and_survive_the_file(name: str, metric) -> None:
    matrix = rows_like(300, 24)
    codec = fit(matrix, Form.named(name), metric)
    rows = codec.encode(matrix)
    assert rows.dtype == np.uint8
    assert rows.shape == (300, codec.row_bytes)
    again = Codec.from_bytes(codec.to_bytes())
    np.testing.assert_array_equal(again.decode(rows), codec.decode(rows))
    np.testing.assert_array_equal(again.encode(matrix), rows)
    assert codec.decode(rows).shape == matrix.shape
    assert codec.form.name == name
    if metric == "cosine":
        np.testing.assert_allclose(np.linalg.norm(codec.decode(rows), axis=1), 1, atol=1e-6)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(-30, 30))
@settings(max_examples=60, deadline=None)
def test_numbers_are_as_near_as_the_form_says(dims: int, seed: int, power: int) -> None:
    matrix = (np.random.default_rng(seed).standard_normal((20, dims)) * 10.0**power).astype(np.float32)
    largest = np.abs(matrix).max(axis=1, keepdims=True)
    short = Codec(Form.named("float16"), dims, "l2")
    gap = np.abs(short.decode(short.encode(matrix)) - matrix)
    assert (gap <= np.maximum(2.0**-11 * np.abs(matrix), 2.0**-38 * largest) * 1.001).all()
    whole = Codec(Form.named("int8"), dims, "l2")
    gap = np.abs(whole.decode(whole.encode(matrix)) - matrix)
    assert (gap <= largest / 254 * 1.001).all()


def test_single_bits_keep_the_side_and_the_best_step() -> None:
    matrix = np.random.default_rng(3).standard_normal((50, 33)).astype(np.float32)
    codec = fit(matrix, Form.named("binary"), "l2")
    back = codec.decode(codec.encode(matrix))
    assert codec.centre is not None
    apart = matrix - codec.centre
    assert ((back - codec.centre >= 0) == (apart >= 0)).all()
    steps = np.abs(back - codec.centre)[:, 0]
    gaps = [np.square(np.abs(apart) - factor * steps[:, None]).sum() for factor in (0.9, 1.0, 1.1)]
    assert gaps[1] < min(gaps[0], gaps[2])


def test_directions_are_those_of_largest_spread() -> None:
    random = np.random.default_rng(5)
    axes = np.linalg.qr(random.standard_normal((30, 4)))[0].T
    matrix = (random.standard_normal((500, 4)) * (8, 4, 2, 1) @ axes + 3).astype(np.float32)
    codec = fit(matrix, Form.named("pca4-float32"), "l2")
    np.testing.assert_allclose(codec.decode(codec.encode(matrix)), matrix, atol=1e-3)
    assert codec.basis is not None
    np.testing.assert_allclose(codec.basis @ codec.basis.T, np.eye(4), atol=1e-5)
    assert abs(float(codec.basis[0] @ axes[0])) > 0.99
    few = fit(matrix[:20], Form.named("pca8-float32"), "l2")  # more directions than 20 rows of rank 4 have
    np.testing.assert_allclose(few.decode(few.encode(matrix[:20])), matrix[:20], atol=1e-3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("metric", METRICS)
def test_a_search_finds_the_best_of_what_the_form_holds(name: str, metric) -> None:
    matrix = rows_like(700, 24)
    shrunk = shrink(matrix, Form.named(name), metric)
    held = shrunk.vectors(np.arange(700))
    for query in rows_like(5, 24, seed=9) * 3:
        truth = scan(held, query, 10, metric)
        found = search(shrunk, query, 10)
        least = truth.scores[-1]
        share = np.count_nonzero(found.scores >= least - 1e-5 * max(1, abs(least))) / 10
        assert share == 1 if "binary" not in name else share >= 0.8
        assert found.candidates == 700


@pytest.mark.parametrize("metric", METRICS)
def test_a_finer_form_decides_among_what_bits_found(metric) -> None:
    matrix = rows_like(2_000, 64)
    bits, numbers = shrink(matrix, Form.named("binary"), metric), shrink(matrix, Form.named("int8"), metric)
    alone, both = [], []
    for row in range(0, 2_000, 100):
        truth = set(scan(matrix, matrix[row], 10, metric).rows)
        alone.append(len(truth & set(search(bits, matrix[row], 10).rows)))
        both.append(len(truth & set(search(bits, matrix[row], 10, finer=numbers).rows)))
    assert np.mean(both) > 9.5
    assert np.mean(both) > np.mean(alone)


def test_the_table_tells_bytes_recall_and_time() -> None:
    matrix = rows_like(3_000, 48)
    ways = [way("float32"), way("float16"), way("int8"), way("binary"), way("binary", "int8")]
    found = finish(measure(matrix, "cosine", ways))
    assert (found.rows, found.sampled, found.queries, found.own) == (3_000, 3_000, 100, False)
    assert [each.name for each in found.ways] == ["float32", "float16", "int8", "binary", "binary+int8"]
    assert [each.row_bytes for each in found.ways] == [192, 98, 52, 10, 62]
    assert found.ways[0].total_bytes == 192 * 3_000
    assert found.ways[3].total_bytes == 10 * 3_000 + 48 * 4
    by_name = {each.name: each for each in found.ways}
    assert by_name["float32"].recall == by_name["float32"].worst == 1
    assert by_name["float16"].recall > 0.99
    assert by_name["int8"].recall > 0.95
    assert by_name["binary"].recall < by_name["binary+int8"].recall
    assert all(each.worst <= each.recall <= 1 and each.ms > 0 for each in found.ways)


def test_own_searches_are_used_where_there_are_some() -> None:
    found = finish(measure(rows_like(500, 16), "cosine", [way("float32")], rows_like(7, 16, seed=4)))
    assert (found.queries, found.own) == (7, True)
    assert found.ways[0].recall == 1


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
@pytest.mark.parametrize("metric", METRICS)
def test_hardly_any_items(rows: int, metric) -> None:
    found = finish(measure(rows_like(5, 16)[:rows], metric, [way(name) for name in NAMES]))
    for each in found.ways:
        assert each.recall == 1 if rows > 1 else each.recall != each.recall


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("metric", METRICS)
def test_equal_vectors_stay_equal(name: str, metric) -> None:
    matrix = np.repeat(rows_like(1, 16), 200, axis=0)
    codec = fit(matrix, Form.named(name), metric)
    back = codec.decode(codec.encode(matrix))
    assert np.isfinite(back).all()
    assert (back == back[0]).all()
    found = finish(measure(matrix, metric, [way(name)]))
    assert found.ways[0].recall == 1


@pytest.mark.parametrize("dims", [1, 2, 4_096])
@pytest.mark.parametrize("metric", METRICS)
def test_one_dimension_and_many(dims: int, metric) -> None:
    matrix = np.random.default_rng(1).standard_normal((60, dims)).astype(np.float32)
    matrix = normalised(matrix) if metric == "cosine" else matrix
    names = ["float16", "int8", "binary"] + (["pca64", "pca64-binary"] if dims > 64 else [])
    for name in names:
        shrunk = shrink(matrix, Form.named(name), metric)
        assert np.isfinite(shrunk.vectors(np.arange(60))).all()
        assert len(search(shrunk, matrix[3], 5).rows) == 5


def test_what_cannot_be_is_said() -> None:
    for wrong in ("", "float64", "pca", "pca0", "int4", "128", "first-int8"):
        with pytest.raises(EmbexError, match="cannot be kept"):
            Form.named(wrong)
    with pytest.raises(EmbexError, match="cannot be cut to 24"):
        fit(rows_like(10, 24), Form.named("pca24"), "cosine")
    with pytest.raises(ValueError, match="damaged"):
        Codec.from_bytes(b"{}\n")
    assert Form.named(" PCA128-INT8 ") == Form("int8", "pca", 128)
    assert Form.named("pca128").name == "pca128"


def test_rows_may_be_left_out() -> None:
    matrix = rows_like(50, 16)
    shrunk: Shrunk = shrink(matrix, Form.named("int8"), "cosine")
    assert search(shrunk, matrix[7], 1).rows.tolist() == [7]
    assert 7 not in search(shrunk, matrix[7], 50, exclude=np.array([7])).rows
