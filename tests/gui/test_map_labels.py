"""Words on the real map widget: what is written, where, in which colours, and that it can be read."""

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage

from embexplorer.app.state import MapLook
from embexplorer.data.items import FieldType
from embexplorer.data.labels import ItemNames, MapLabels, always_offered
from embexplorer.gui.map import label_layer
from embexplorer.gui.map.lettering import Ink, Lettering, Style, readable
from embexplorer.gui.map.view import MapView
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import DARK, LIGHT, contrast
from embexplorer.raster import engine
from embexplorer.raster.colours import scale_for

N = 4_000
NAMES = ("North", "East", "South", "West")
CENTRES = np.array([(0, 8), (8, 0), (0, -8), (-8, 0)], np.float64)


def labels(keys: bool = True) -> MapLabels:
    weights = np.array([40, 30, 20, 10])
    return always_offered(NAMES, CENTRES, weights, np.arange(1, 5) if keys else None)


@pytest.fixture
def view(qtbot) -> MapView:
    engine.warm_up()
    widget = MapView()
    qtbot.addWidget(widget)
    widget.set_reduced_motion(True)
    widget.resize(900, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    clump = np.arange(N) % 4
    xy = CENTRES[clump] + np.random.default_rng(0).normal(0, 0.5, (N, 2))
    widget.set_points(xy.astype(np.float32))
    widget.set_colours(scale_for(pl.Series([NAMES[k] for k in clump.tolist()]), FieldType.CATEGORY), "side")
    return widget


def picture(view: MapView) -> np.ndarray:
    view.grab()
    while view.labels.is_unfinished:
        view.grab()
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def box_of(view: MapView, word: str) -> tuple[slice, slice]:
    left, top, right, bottom = view.labels.boxes[view.labels.words.index(word)].astype(int).tolist()
    return slice(top, bottom), slice(left, right)


def test_words_are_written_at_their_places(view: MapView) -> None:
    before = picture(view)
    view.set_labels(labels())
    after = picture(view)
    assert view.labels.words == list(NAMES)
    changed = (before != after).any(axis=2)
    for name, centre in zip(NAMES, CENTRES.tolist(), strict=True):
        place = box_of(view, name)
        x, y = view.view.to_pixel(*centre, view.width(), view.height())
        assert place[1].start < x < place[1].stop and place[0].start < y < place[0].stop
        assert changed[place].mean() > 0.2
        changed[place] = False
    assert not changed.any()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_a_crowd_of_their_own_colour(view: MapView, scheme: str) -> None:
    theme().choose(scheme)  # type: ignore[arg-type]
    view.set_labels(labels())
    written = picture(view)[box_of(view, "North")].sum(axis=2)
    assert written.max() - written.min() > 450  # of 765: letters beside their halo


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#f0e442", "#0072b2", "#d55e00"])
def test_coloured_letters_stand_out_from_the_map(tokens, colour: str) -> None:
    assert contrast(readable(colour, tokens), tokens.map_background) >= 8


def test_words_that_take_too_long_for_one_frame_come_with_the_next_ones(
    view: MapView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_layer, "_DRAWING_S", 0.0)
    before = picture(view)
    view.set_labels(always_offered(("twice", "twice", "third"), CENTRES[[0, 2, 1]], np.ones(3)))
    frames = 0
    while view.labels.is_unfinished or not frames:
        view.grab()
        frames += 1
    assert frames == 2
    after = picture(view)
    for box in view.labels.boxes.astype(int).tolist():
        place = slice(box[1], box[3]), slice(box[0], box[2])
        assert (before[place] != after[place]).any()
    assert sorted(view.labels.words) == ["third", "twice", "twice"]


def test_words_fade_in_where_motion_is_wanted(qtbot, view: MapView) -> None:
    view.set_labels(labels())
    written = picture(view)
    view.set_labels(always_offered((), np.zeros((0, 2)), np.zeros(0)))
    picture(view)
    view.set_reduced_motion(False)
    view.set_labels(labels())
    view.grab()
    assert view.labels.is_unfinished
    faint = np.frombuffer(view.grab().toImage().bits(), np.uint8).copy()
    qtbot.waitUntil(lambda: not view.labels.is_unfinished)
    np.testing.assert_array_equal(picture(view), written)
    assert (faint != np.frombuffer(view.grab().toImage().bits(), np.uint8)).any()


def test_words_are_switched_on_and_off_with_the_look(view: MapView) -> None:
    without = picture(view)
    view.set_labels(labels())
    view.set_look(MapLook(labels=False))
    np.testing.assert_array_equal(picture(view), without)
    assert view.labels.words == []
    view.set_look(MapLook(labels=True))
    picture(view)
    assert len(view.labels.words) == 4


def test_nothing_is_written_under_the_legend(view: MapView) -> None:
    view.set_labels(labels())
    view.camera.pan(view.legend.geometry().center().x() - view.width() / 2, 0)
    picture(view)
    boxes = [QRectF(*b[:2], b[2] - b[0], b[3] - b[1]) for b in view.labels.boxes.tolist()]
    assert boxes and not any(box.intersects(QRectF(view.legend.geometry())) for box in boxes)


def test_words_come_and_go_with_the_zoom(view: MapView) -> None:
    scales = np.array([(0, 3), (3, np.inf), (3, np.inf), (3, np.inf)], np.float32)
    m = labels()
    view.set_labels(MapLabels(("Compass", *NAMES[1:]), m.xy * 0, m.weights, scales, m.keys))
    picture(view)
    assert view.labels.words == ["Compass"]
    view.camera.zoom(5, QPointF(*view.view.to_pixel(0, 0, view.width(), view.height())))
    picture(view)
    assert "Compass" not in view.labels.words and view.labels.words


def test_words_forget_their_places_when_the_points_move(view: MapView) -> None:
    view.set_labels(labels())
    picture(view)
    view.move_points(view.xy)
    picture(view)
    assert len(view.labels.words) == 4  # nothing moved
    view.move_points(view.xy[::-1])
    picture(view)
    assert view.labels.words == []


def test_single_items_are_named_from_near(view: MapView) -> None:
    view.set_labels(labels())
    shown = np.arange(N) % 8 < 4
    view.set_names(ItemNames(pl.Series([f"item {k}" if k % 3 else None for k in range(N)]), shown))
    picture(view)
    assert view.labels.words == list(NAMES)
    view.camera.zoom(60, view.place_of(0))
    view.camera.is_moving = False
    picture(view)
    named = [int(word.removeprefix("item ")) for word in view.labels.words if word.startswith("item ")]
    assert named
    assert all(shown[k] and k % 3 for k in named)
    assert len(set(named)) == len(named)


def test_more_items_are_named_as_one_looks_closer_and_the_first_ones_stay(view: MapView) -> None:
    view.set_names(ItemNames(pl.Series([f"{k}" for k in range(N)]), np.ones(N, np.bool_), only_near=False))
    picture(view)
    far = set(view.labels.words)
    assert 8 < len(far) <= 150
    view.camera.zoom(1.2, view.place_of(0))
    view.camera.is_moving = False
    picture(view)
    near = set(view.labels.words)
    inside = {
        word for word in far if view.rect().adjusted(60, 60, -60, -60).contains(view.place_of(int(word)).toPoint())
    }
    assert len(near & inside) > 0.6 * len(inside)


def test_a_click_on_a_word_is_a_click_on_the_map(qtbot, view: MapView) -> None:
    view.set_labels(always_offered(("Name",), view.xy[:1].astype(float), np.ones(1)))
    picture(view)
    place = view.place_of(0).toPoint()
    with qtbot.waitSignal(view.picked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(place))


@pytest.mark.parametrize(
    "text",
    ["a" * 5000, "two\nlines\tand\x00more", "   ", "שלום עולם", "料理とワイン", "👩‍👩‍👧‍👧 family", "e\u0301" * 200],
)
def test_any_text_fits_on_one_short_line(qtbot, text: str) -> None:
    lettering, style = Lettering(), Style(1.0)
    size = lettering.size(text, style)
    assert size.width() < 320 and size.height() < 40
    drawn = lettering.picture(text, style, Ink("#000000", "#ffffff"), 2.0)
    assert drawn.devicePixelRatio() == 2
    assert abs(drawn.deviceIndependentSize().width() - size.width()) <= 1
    assert lettering.picture(text, style, Ink("#000000", "#ffffff"), 2.0) is drawn


def test_a_halo_surrounds_the_letters(qtbot) -> None:
    image = Lettering().picture("I", Style(2.0), Ink("#000000", "#ff0000"), 1.0).toImage()
    image.convertTo(QImage.Format.Format_ARGB32)
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)
    letters = (pixels[..., 3] > 200) & (pixels[..., 2] < 60)
    halo = (pixels[..., 3] > 150) & (pixels[..., 2] > 200)
    assert letters.any() and halo.any()
    assert (pixels[[0, -1], :, 3] < 120).all()  # it ends before the picture does
