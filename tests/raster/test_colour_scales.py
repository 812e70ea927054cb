"""Colour scales: every point has a colour of the palette and the legend tells the truth about it."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embexplorer.data.items import FieldType
from embexplorer.raster.colours import scale_for


def test_categories_by_frequency_and_missing() -> None:
    scale = scale_for(pl.Series(["b", "a", "a", None, "b", "a"], dtype=pl.Categorical()), FieldType.CATEGORY)
    assert scale.keys.tolist() == [2, 1, 1, 0, 2, 1]
    assert [(e.label, e.key, e.count) for e in scale.legend.entries] == [("a", 1, 3), ("b", 2, 2), ("missing", 0, 1)]


def test_fifty_thousand_categories_share_the_rest() -> None:
    scale = scale_for(pl.Series([str(i % 50_000) for i in range(60_000)]), FieldType.CATEGORY)
    other = scale.legend.entries[-1]
    assert (other.label, other.value) == ("49,980 others", None)
    assert len(scale.light) == len(scale.dark) == 22
    assert np.count_nonzero(scale.keys == other.key) == other.count
    assert sum(e.count for e in scale.legend.entries) == 60_000


@pytest.mark.parametrize("kind", [FieldType.CATEGORY, FieldType.NUMBER, FieldType.DATE, FieldType.TAGS])
@pytest.mark.parametrize("n", [0, 3])
def test_nothing_but_missing_values(kind: FieldType, n: int) -> None:
    types = {FieldType.NUMBER: pl.Float64, FieldType.DATE: pl.Datetime("ms"), FieldType.TAGS: pl.List(pl.String)}
    scale = scale_for(pl.Series([None] * n, dtype=types.get(kind, pl.String)), kind)
    assert scale.keys.tolist() == [0] * n and scale.legend.range is None


def test_booleans_tags_and_dates() -> None:
    assert scale_for(pl.Series([True, False, True]), FieldType.BOOLEAN).legend.entries[0].label == "yes"
    tags = scale_for(pl.Series([["x", "y"], [], None, ["x"]]), FieldType.TAGS)
    assert tags.keys.tolist() == [1, 0, 0, 1]
    dates = scale_for(pl.Series([datetime(1850, 1, 1), datetime(2020, 1, 1)]), FieldType.DATE)
    assert dates.keys.tolist() == [1, 255]
    assert dates.legend.range is not None and dates.legend.range.ticks[0][1] == "1850"


@given(st.lists(st.floats(), max_size=50))
def test_numbers_keep_their_order(values: list[float]) -> None:
    numbers = np.array(values, np.float64)
    scale = scale_for(numbers, FieldType.NUMBER)
    known = np.isfinite(numbers)
    assert (scale.keys[~known] == 0).all() and (scale.keys[known] > 0).all()
    assert (np.diff(scale.keys[known][np.argsort(numbers[known])].astype(int)) >= 0).all()
    if known.any():
        assert scale.legend.range is not None and scale.legend.range.ticks
        assert all(0 <= place <= 1 for place, _ in scale.legend.range.ticks)


def test_far_values_do_not_take_all_the_colours() -> None:
    values = np.concatenate([np.linspace(0, 1, 1_000), [1e6]])
    scale = scale_for(values, FieldType.NUMBER)
    assert scale.legend.range is not None and scale.legend.range.cut_high and not scale.keys.max() < 255
    assert len(np.unique(scale.keys)) > 200


def luminance(rgb: np.ndarray) -> np.ndarray:
    c = rgb / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("dark", [False, True])
def test_hues_stand_out_and_differ_for_the_colour_blind(dark: bool) -> None:
    palette = scale_for(pl.Series(list("abcdefgh")), FieldType.CATEGORY).palette(dark)[1:].astype(float)
    background = luminance(np.array([16, 18, 22] if dark else [255, 255, 255], float))
    light = luminance(palette)
    assert ((np.maximum(light, background) + 0.05) / (np.minimum(light, background) + 0.05)).min() > 2
    # deuteranopia, after Machado, Oliveira and Fernandes (2009)
    blind = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    seen = palette @ blind.T
    gaps = np.linalg.norm(seen[:, None] - seen[None], axis=-1)[np.triu_indices(8, 1)]
    assert gaps.min() > 20
