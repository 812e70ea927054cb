"""Names stand where most of what they name is, and never between two clumps."""

import numpy as np
import polars as pl
import pytest

from embexplorer.data.labels import MapLabels, always_offered
from embexplorer.raster.anchors import MOST_VALUES, labels_where_shown, value_labels

RNG = np.random.default_rng(5)


def clump(x: float, y: float, n: int, spread: float = 0.1) -> np.ndarray:
    return RNG.normal((x, y), spread, (n, 2)).astype(np.float32)


def labels_of(values: pl.Series, xy: np.ndarray, shown: np.ndarray | None = None) -> MapLabels:
    return value_labels(values, xy, np.ones(len(xy), np.bool_) if shown is None else shown, {"ant": 3})


def first(labels: MapLabels, text: str) -> np.ndarray:
    """The place of a value's most important label."""
    rows = [k for k, known in enumerate(labels.texts) if known == text]
    return labels.xy[max(rows, key=lambda k: labels.weights[k])]


def test_a_name_stands_in_the_denser_clump_and_not_between_two() -> None:
    xy = np.concatenate([clump(-4, 0, 400), clump(4, 0, 700), clump(0, 3, 300)])
    labels = labels_of(pl.Series(["ant"] * 1100 + ["bee"] * 300), xy)
    np.testing.assert_allclose(first(labels, "ant"), (4, 0), atol=0.2)
    np.testing.assert_allclose(first(labels, "bee"), (0, 3), atol=0.2)


def test_a_large_second_clump_has_the_name_too_and_a_small_one_has_not() -> None:
    xy = np.concatenate([clump(-4, 0, 500), clump(4, 0, 700), clump(0, 4, 60), clump(0, -4, 50)])
    labels = labels_of(pl.Series(["ant"] * 1260 + ["bee"] * 50), xy)
    whole = [k for k in range(len(labels)) if labels.scales[k, 0] <= 1 and labels.texts[k] == "ant"]
    assert sorted(round(x) for x in labels.xy[whole, 0].tolist()) == [-4, 4]
    assert not (labels.xy[:, 1] > 3).any()
    assert labels.weights[whole].max() == 1260
    assert labels.weights[whole].min() < 630


def test_near_places_of_one_name_are_offered_when_one_looks_closer() -> None:
    xy = np.concatenate([clump(0, 0, 500, 0.05), clump(1, 0, 450, 0.05), clump(5, 5, 900, 0.05)])
    labels = labels_of(pl.Series(["ant"] * 950 + ["bee"] * 900), xy)
    near = [k for k in range(len(labels)) if labels.texts[k] == "ant"]
    assert len(near) == 2
    low = sorted(labels.scales[near, 0].tolist())
    assert low[0] == 0 and 1.5 < low[1] < 4
    assert np.isinf(labels.scales[:, 1]).all()


def test_hidden_items_and_those_without_a_place_have_no_name() -> None:
    xy = np.concatenate([clump(0, 0, 100), clump(5, 0, 100), clump(0, 5, 100)])
    values = pl.Series(["ant"] * 100 + ["bee"] * 100 + ["cat"] * 100, dtype=pl.Categorical)
    xy[100:200] = np.nan
    shown = np.arange(300) < 250
    labels = labels_of(values, xy, shown)
    assert set(labels.texts) == {"ant", "cat"}
    assert {round(w) for t, w in zip(labels.texts, labels.weights.tolist(), strict=True) if t == "cat"} == {50}
    assert dict(zip(labels.texts, labels.keys.tolist(), strict=True)) == {"ant": 3, "cat": -1}


def test_every_tag_of_an_item_counts() -> None:
    xy = np.concatenate([clump(0, 0, 40), clump(5, 0, 40)])
    labels = labels_of(pl.Series([["ant", "bee"]] * 40 + [["bee"], [], None, ["bee", "cat"]] * 10), xy)
    pairs = sorted(zip(labels.texts, labels.weights.tolist(), strict=True))  # of a name's labels the main one is last
    weights = dict(pairs)
    assert weights == {"ant": 40, "bee": 60, "cat": 10}
    np.testing.assert_allclose(first(labels, "ant"), (0, 0), atol=0.2)


def test_too_many_values_give_the_most_frequent() -> None:
    n = 60_000
    values = pl.Series([f"value {k // 2 if k < 2000 else k}" for k in range(n)])
    labels = labels_of(values, RNG.normal(0, 1, (n, 2)).astype(np.float32))
    assert len(labels) == MOST_VALUES
    assert np.count_nonzero(labels.weights == 2) == 1000


NOTHING = (
    pl.Series([None, None, None], dtype=pl.String),
    pl.Series(["", "  ", None]),
    pl.Series([[], [], None], dtype=pl.List(pl.String)),
)


@pytest.mark.parametrize("values", NOTHING)
def test_a_column_without_values_has_no_labels(values: pl.Series) -> None:
    assert len(labels_of(values, np.zeros((3, 2), np.float32))) == 0


@pytest.mark.parametrize("scale", [0.0, 1e-30, 1e30])
def test_maps_of_any_size_have_names(scale: float) -> None:
    xy = (RNG.random((50, 2)) * scale).astype(np.float32)
    labels = labels_of(pl.Series(["ant"] * 50), xy)
    assert np.isfinite(labels.xy).all()
    assert labels.texts[0] == "ant"
    assert (np.abs(labels.xy) <= scale).all()


def test_a_far_point_does_not_push_all_names_into_one_cell() -> None:
    xy = np.concatenate([clump(-1, 0, 3000), clump(1, 0, 3500), np.array([[1e6, 1e6]], np.float32)])
    labels = labels_of(pl.Series(["ant"] * 6500 + ["far"]), xy)
    np.testing.assert_allclose(first(labels, "ant"), (1, 0), atol=0.2)
    np.testing.assert_allclose(first(labels, "far"), (1e6, 1e6))


def test_areas_of_which_all_items_are_hidden_lose_their_names() -> None:
    xy = np.concatenate([clump(-4, 0, 400), clump(4, 0, 400)])
    areas = always_offered(("left", "right"), np.array([(-4, 0), (4, 0)]), np.array([400, 400]))
    shown = np.arange(800) < 400
    shown[400:402] = True
    kept = labels_where_shown(areas, xy, shown)
    assert kept.texts == ("left",)
    assert kept.weights[0] == pytest.approx(400)
    half = labels_where_shown(areas, xy, np.arange(800) % 2 == 0)
    assert half.texts == ("left", "right")
    assert half.weights == pytest.approx([200, 200], rel=0.2)
    assert labels_where_shown(areas, xy, np.ones(800, np.bool_)) is areas
    assert len(labels_where_shown(areas, np.full((800, 2), np.nan, np.float32), shown)) == 0
