"""Regions of maps: blobs are found, levels lie within each other, and odd maps have few or none."""

from itertools import pairwise

import numpy as np
import pytest

from embexplorer.analysis.regions import Regions, find_regions


def blobs(places: np.ndarray, each: int, spread: float = 0.5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The points of Gaussian blobs, shuffled, and the blob of each."""
    random = np.random.default_rng(seed)
    of = random.permutation(np.repeat(np.arange(len(places)), each))
    return (places[of] + random.normal(0, spread, (len(of), 2))).astype(np.float32), of


def ring(count: int, radius: float = 10.0) -> np.ndarray:
    angles = np.arange(count) * 2 * np.pi / count
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def region_of(regions: Regions, level: int) -> np.ndarray:
    """Of each point, -1 for noise."""
    return np.append(regions.levels[level].of_hill, -1)[regions.hill]


@pytest.mark.parametrize("number", [4, 8, 15])
def test_blobs_are_regions(number: int) -> None:
    xy, of = blobs(ring(number), 400, spread=0.4)
    regions = find_regions(xy)
    assert len(regions.levels[0]) == number
    found = region_of(regions, 0)
    for blob in range(number):
        inside = found[(of == blob) & (found >= 0)]
        assert len(inside) > 300
        assert len(np.unique(inside)) == 1
    nearest = np.linalg.norm(regions.levels[0].xy[:, None] - ring(number), axis=2).min(axis=1)
    assert nearest.max() < 0.5


def test_every_level_lies_within_the_one_above() -> None:
    random = np.random.default_rng(5)
    xy, _ = blobs(random.normal(0, 4, (80, 2)), 500)
    regions = find_regions(xy)
    assert len(regions.levels) >= 3
    sizes = [len(level) for level in regions.levels]
    assert 12 <= sizes[0] <= 20
    assert all(2.5 <= finer / coarser <= 6 for coarser, finer in pairwise(sizes[:3]))
    for number, level in enumerate(regions.levels[1:], 1):
        above, own = region_of(regions, number - 1), region_of(regions, number)
        inside = own >= 0
        np.testing.assert_array_equal(level.parent[own[inside]], above[inside])
        np.testing.assert_array_equal(np.bincount(own[inside]), level.items)


def test_what_lies_apart_from_all_others_is_noise() -> None:
    xy, _ = blobs(ring(6), 500, spread=0.3)
    lonely = np.random.default_rng(1).uniform(-14, 14, (20, 2)).astype(np.float32)
    far = lonely[np.linalg.norm(lonely[:, None] - ring(6), axis=2).min(axis=1) > 3]
    assert len(far) > 5
    regions = find_regions(np.concatenate([xy, far]))
    assert (regions.hill[len(xy) :] == -1).all()
    assert (regions.hill[: len(xy)] >= 0).mean() > 0.9
    assert len(regions.levels[0]) == 6


def test_points_that_are_no_numbers_are_left_out() -> None:
    xy, _ = blobs(ring(5), 200)
    xy[::7, 0], xy[1::7, 1], xy[2::7] = np.nan, np.inf, -np.inf
    regions = find_regions(xy)
    on_map = np.isfinite(xy).all(axis=1)
    assert (regions.hill[~on_map] == -1).all()
    alone = find_regions(xy[on_map])
    np.testing.assert_array_equal(regions.hill[on_map], alone.hill)


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_the_extent_does_not_matter(scale: float) -> None:
    xy, _ = blobs(ring(7), 300)
    regions = find_regions((xy.astype(np.float64) * scale).astype(np.float32))
    assert len(regions.levels[0]) == 7
    assert np.isfinite(regions.levels[0].xy).all()


def test_one_outlier_does_not_hide_the_map() -> None:
    xy, _ = blobs(ring(6), 400)
    assert len(find_regions(np.concatenate([xy, np.array([[1e6, -1e6]], np.float32)])).levels[0]) == 6


@pytest.mark.parametrize(
    ("xy", "items"),
    [
        (np.zeros((0, 2)), 0),
        (np.full((3, 2), np.nan), 0),
        (np.zeros((1, 2)), 1),
        (np.array([[0.0, 0.0], [1.0, 1.0]]), 2),
        (np.full((50, 2), 7.25), 50),
        (np.stack([np.arange(300.0), np.zeros(300)], axis=1), 300),
    ],
    ids=["none", "nowhere", "one", "two", "all equal", "a line"],
)
def test_small_and_flat_maps(xy: np.ndarray, items: int) -> None:
    regions = find_regions(xy.astype(np.float32))
    assert len(regions.hill) == len(xy)
    assert (regions.levels[0].items.sum() if regions.levels else 0) >= 0.8 * items
    assert bool(regions.levels) == bool(items)


def test_the_same_points_give_the_same_regions() -> None:
    xy, _ = blobs(np.random.default_rng(2).normal(0, 4, (40, 2)), 300)
    one, other = find_regions(xy), find_regions(xy.copy())
    np.testing.assert_array_equal(one.hill, other.hill)
    for a, b in zip(one.levels, other.levels, strict=True):
        np.testing.assert_array_equal(a.of_hill, b.of_hill)
        np.testing.assert_array_equal(a.xy, b.xy)


def test_a_bent_region_is_named_where_it_has_points() -> None:
    random = np.random.default_rng(0)
    angles = random.uniform(0.15 * np.pi, 1.85 * np.pi, 4_000)
    arc = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 10 + random.normal(0, 0.2, (4_000, 2))
    regions = find_regions(arc.astype(np.float32))
    for level in regions.levels:
        assert (np.abs(np.linalg.norm(level.xy, axis=1) - 10) < 2.5).all()
