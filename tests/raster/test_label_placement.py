"""Words on a map never overlap, are never cut, keep what is taken free, and stay while they can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.data.labels import MapLabels, always_offered, no_labels
from embexplorer.raster.labels import (
    OVER,
    Box,
    Manner,
    Occupancy,
    Standing,
    Window,
    beside,
    candidates,
    nothing_stands,
    place,
)
from embexplorer.raster.view import View, fitted

WIDE, HIGH = 800, 500
WHOLE = fitted((-1, -1, 1, 1), WIDE, HIGH)


def window(view: View = WHOLE, taken: tuple[Box, ...] = (), size: tuple[int, int] = (WIDE, HIGH)) -> Window:
    return Window(view, size[0], size[1], WHOLE.scale, taken)


def placed(
    labels: MapLabels, sizes: np.ndarray, here: Window, shown: Standing | None = None, manner: Manner = OVER
) -> Standing:
    """sizes: of all labels."""
    before = shown or nothing_stands()
    rows = candidates(labels, here, before)
    return place(labels, rows, sizes[rows], here, before, manner)


def overlap(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


@st.composite
def scenes(draw: st.DrawFn) -> tuple[MapLabels, np.ndarray, Window, Manner]:
    m = draw(st.integers(0, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    labels = always_offered(
        tuple(f"label {k}" for k in range(m)),
        rng.normal(0, draw(st.sampled_from([0.02, 0.5, 3.0])), (m, 2)),
        rng.random(m),
    )
    sizes = rng.uniform(1, draw(st.sampled_from([30.0, 250.0, 900.0])), (m, 2)) * (1, 0.2)
    view = View(*rng.normal(0, 0.3, 2).tolist(), scale=WHOLE.scale * draw(st.sampled_from([0.1, 1.0, 7.0, 300.0])))
    size = draw(st.sampled_from([(WIDE, HIGH), (1, 1), (160, 120), (1601, 997)]))
    taken = tuple(
        (left, top, left + abs(wide), top + abs(high))
        for left, top, wide, high in rng.uniform(-50, 400, (draw(st.integers(0, 3)), 4)).tolist()
    )
    return labels, sizes, window(view, taken, size), draw(st.sampled_from([OVER, beside(3.5)]))


@given(scenes())
@settings(max_examples=150, deadline=None)
def test_no_words_overlap_or_are_cut_or_stand_where_something_is(
    scene: tuple[MapLabels, np.ndarray, Window, Manner],
) -> None:
    labels, sizes, here, manner = scene
    found = placed(labels, sizes, here, manner=manner)
    boxes = found.boxes
    for k, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in boxes[:k])
        assert not any(overlap(box, np.array(taken)) for taken in here.taken)
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= here.width and box[3] <= here.height
    np.testing.assert_array_equal(boxes[:, 2:] - boxes[:, :2], np.ceil(sizes[found.rows]))
    assert len(set(found.rows.tolist())) == len(found) <= here.width * here.height / 4800 + 1


@given(scenes())
@settings(max_examples=80, deadline=None)
def test_what_stands_stays_where_nothing_moves(scene: tuple[MapLabels, np.ndarray, Window, Manner]) -> None:
    labels, sizes, here, manner = scene
    first = placed(labels, sizes, here, manner=manner)
    again = placed(labels, sizes, here, first, manner)
    assert set(first.rows.tolist()) <= set(again.rows.tolist())


@given(scenes(), st.floats(-6, 6), st.floats(-6, 6))
@settings(max_examples=80, deadline=None)
def test_what_is_far_from_the_edges_stays_while_the_map_is_dragged(
    scene: tuple[MapLabels, np.ndarray, Window, Manner], dx: float, dy: float
) -> None:
    labels, sizes, here, manner = scene
    here = window(here.view, (), (here.width, here.height))
    wide = window(here.view, (), (here.width + 4000, here.height + 4000))  # no edge is near
    first = placed(labels, sizes, wide, manner=manner)
    moved = window(wide.view.panned(dx, dy), (), (wide.width, wide.height))
    again = placed(labels, sizes, moved, first, manner)
    inside = (first.boxes[:, :2] > 60).all(axis=1) & (first.boxes[:, 2:] < (wide.width - 60, wide.height - 60)).all(
        axis=1
    )
    if inside.all():
        spots = dict(zip(again.rows.tolist(), again.spots.tolist(), strict=True))
        if set(spots) <= set(first.rows.tolist()):  # nothing more important has come into its own
            assert [spots.get(row) for row in first.rows.tolist()] == first.spots.tolist()


def test_the_more_important_of_two_stands() -> None:
    labels = always_offered(("minor", "major"), np.zeros((2, 2)), np.array([1.0, 9.0]))
    found = placed(labels, np.full((2, 2), (700.0, 200.0)), window())
    assert found.rows.tolist() == [1]


def test_what_stands_gives_way_only_to_what_is_far_more_important() -> None:
    sizes = np.full((2, 2), (700.0, 200.0))
    before = Standing(np.array([0]), np.zeros((1, 4)), np.array([0]))
    for weight, stands in ((3.0, 0), (9.0, 1)):
        labels = always_offered(("here", "new"), np.zeros((2, 2)), np.array([1.0, weight]))
        assert placed(labels, sizes, window(), before).rows.tolist() == [stands]


def test_words_step_aside_and_keep_their_spot() -> None:
    labels = always_offered(("a", "b"), np.array([(0, 0), (0, -12 / WHOLE.scale)]), np.array([2.0, 1.0]))
    sizes = np.array([(60.0, 20.0), (60.0, 20.0)])
    narrow = Manner(OVER.spots, (0, 0))
    found = placed(labels, sizes, window(), manner=narrow)
    assert found.rows.tolist() == [0, 1] and found.spots[1] > 0
    alone = always_offered(("a", "b"), np.array([[5.0, 5.0], [0, 0]]), np.array([2.0, 1.0]))
    later = placed(alone, sizes, window(), found, narrow)
    assert later.rows.tolist() == [1] and later.spots[0] == found.spots[1]


def test_the_range_of_zoom_is_kept_a_little_longer_by_what_stands() -> None:
    labels = MapLabels(("far", "near"), np.zeros((2, 2)), np.ones(2, np.float32),
                       np.array([[0, 2], [2, np.inf]], np.float32), np.full(2, -1, np.int16))  # fmt: skip
    sizes = np.full((2, 2), (60.0, 20.0))

    def at(zoom: float, shown: Standing | None = None) -> list[int]:
        return placed(labels, sizes, window(View(0, 0, WHOLE.scale * zoom)), shown).rows.tolist()

    assert (at(1.0), at(2.1), at(0.5), at(500)) == ([0], [1], [0], [1])
    standing = Standing(np.array([0]), np.zeros((1, 4)), np.array([0]))
    assert 0 in at(2.1, standing)
    assert 0 not in at(2.5, standing)


def test_a_name_at_the_edge_is_pushed_in_until_its_place_is_gone() -> None:
    labels = always_offered(("name",), np.zeros((1, 2)), np.ones(1))
    sizes = np.array([(90.0, 20.0)])
    edge = window(WHOLE.panned(WIDE / 2 - 5, 0))
    assert placed(labels, sizes, edge).boxes[0, 2] == WIDE - 4
    assert len(placed(labels, sizes, window(WHOLE.panned(WIDE / 2 + 5, 0)))) == 0


def test_points_names_stand_beside_them() -> None:
    labels = always_offered(("name",), np.zeros((1, 2)), np.ones(1))
    found = placed(labels, np.array([(50.0, 16.0)]), window(), manner=beside(5))
    assert found.boxes[0].tolist() == [WIDE / 2 + 9, HIGH / 2 - 8, WIDE / 2 + 59, HIGH / 2 + 8]
    covered = window(taken=((WIDE / 2 + 4, 0, WIDE, HIGH),))
    assert placed(labels, np.array([(50.0, 16.0)]), covered, manner=beside(5)).spots.tolist() == [1]


def test_several_kinds_of_words_share_the_room() -> None:
    area = always_offered(("area",), np.zeros((1, 2)), np.ones(1))
    points = always_offered(("point", "off"), np.array([[0.0, 0.0], [0.9, 0.5]]), np.ones(2))
    here, size = window(), np.full((2, 2), (80.0, 20.0))
    room = Occupancy(here)
    place(area, np.array([0]), size[:1], here, nothing_stands(), OVER, room)
    found = place(points, np.array([0, 1]), size, here, nothing_stands(), beside(2), room)
    assert found.rows.tolist() == [1]


def test_only_the_best_of_many_are_candidates() -> None:
    rng = np.random.default_rng(3)
    labels = always_offered(tuple(map(str, range(20_000))), rng.uniform(-0.7, 0.7, (20_000, 2)), rng.random(20_000))
    rows = candidates(labels, window(), nothing_stands())
    assert len(rows) == 400
    assert labels.weights[rows].min() >= np.sort(labels.weights)[-400]
    assert (np.diff(labels.weights[rows]) <= 0).all()


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (7, 2000)])
def test_the_smallest_windows_hold_no_words(size: tuple[int, int]) -> None:
    labels = always_offered(("name",), np.zeros((1, 2)), np.ones(1))
    assert len(placed(labels, np.array([(50.0, 16.0)]), window(size=size))) == 0
    assert len(placed(no_labels(), np.zeros((0, 2)), window(size=size))) == 0


def test_words_do_not_flicker_while_the_map_is_dragged_and_zoomed() -> None:
    rng = np.random.default_rng(1)
    m = 600
    labels = always_offered(tuple(map(str, range(m))), rng.normal(0, 0.35, (m, 2)), rng.pareto(1.2, m) + 1)
    sizes = np.stack([rng.uniform(50, 190, m), np.full(m, 20.0)], axis=1)
    drag = [window(View(0.003 * k, 0.0, WHOLE.scale * 3)) for k in range(40)]
    zoom = [window(WHOLE.zoomed(1.03**k, 420, 230, WIDE, HIGH)) for k in range(40)]
    for views, most in ((drag, 0), (zoom, 6)):
        shown, gone, back = nothing_stands(), set[int](), 0
        for here in views:
            before, shown = set(shown.rows.tolist()), placed(labels, sizes, here, shown)
            now = set(shown.rows.tolist())
            back += len(now & gone)
            gone |= before - now
        assert len(gone) > 0  # there was something to flicker
        assert back <= most


def test_the_same_words_are_not_written_twice_close_by() -> None:
    places = np.array([(-0.8, 0.0), (-0.5, 0.0), (0.8, 0.0), (-0.5, 0.5)])
    labels = always_offered(("name", "name", "name", "other"), places, np.array([4.0, 3.0, 2.0, 1.0]))
    assert candidates(labels, window(), nothing_stands()).tolist() == [0, 2, 3]
    far = window(View(0, 0, WHOLE.scale / 3))
    assert candidates(labels, far, nothing_stands()).tolist() == [0, 3]
