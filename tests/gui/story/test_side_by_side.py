"""Maps beside each other: one hover, one selection, a view of each; and the way from one map to another."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import NO_KEY, Person
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QToolButton
from reviews import write_reviews

from embexplorer.base.progress import finish
from embexplorer.base.settings import Settings, save_settings
from embexplorer.gui.map.view import MapView
from embexplorer.gui.mappanel import MapPanel
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.embedding import EmbedParams, embed_pending
from embexplorer.operations.importing import sources_of
from embexplorer.operations.mapping import BuildMapParams, MapParams, build_map
from embexplorer.store.project import ProjectStore

START = Callable[[], Person]
ITEMS = 60
NAMES = ("map", "map of minilm", "loose", "far apart", "one more")


@pytest.fixture(scope="session")
def compared_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty texts in two spaces, with five maps."""
    folder = tmp_path_factory.mktemp("compared")
    source = write_reviews(folder / "reviews.csv", ITEMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("compared-home")))
        with ProjectStore.create(folder / "compared.embx") as store:
            finish(fill(store, CreateParams(sources_of([source]), text_model="minilm-static")))
            finish(embed_pending(store, EmbedParams("minilm")))
            first, second = (space.name for space in store.spaces.all())
            finish(build_map(store, BuildMapParams(second, NAMES[1])))
            finish(build_map(store, BuildMapParams(first, NAMES[2], MapParams(min_dist=0.9))))
            finish(build_map(store, BuildMapParams(first, NAMES[3], MapParams(spread=5.0, seed=7))))
            finish(build_map(store, BuildMapParams(second, NAMES[4], MapParams(seed=9))))
    return folder / "compared.embx"


@pytest.fixture
def compared(compared_once: Path, tmp_path: Path) -> Path:
    path = tmp_path / "compared.embx"
    path.write_bytes(compared_once.read_bytes())
    return path


@pytest.fixture
def viewer(sit_down: START, compared: Path) -> Person:
    return opened(sit_down, compared)


@pytest.fixture
def traveller(sit_down: START, compared: Path) -> Person:
    """With motion."""
    save_settings(Settings(text_model="minilm-static", theme="light"))
    person = opened(sit_down, compared)
    person.breathe(0.3)
    return person


def opened(start: START, path: Path) -> Person:
    person = start()
    person.app.open((path,))
    person.wait(lambda: person.core.resolved is not None, "the project")
    person.settle()
    return person


def panels(person: Person) -> list[MapPanel]:
    return person.view.map.panels


def shown(person: Person) -> list[str]:
    return [panel.map for panel in panels(person)]


def add(person: Person, times: int = 1) -> None:
    for _ in range(times):
        person.window.trigger("view.add_map")
        person.settle()


def place(view: MapView, row: int) -> QPoint:
    return view.place_of(row).toPoint()


def alone(view: MapView) -> int:
    """A row that lies under no other, and under nothing that lies over the map."""
    rows = [row for row in range(len(view.xy)) if view.row_at(QPointF(place(view, row))) == row]
    return next(row for row in rows if view.childAt(place(view, row)) is None)


def choose(person: Person, panel: MapPanel, name: str) -> None:
    """In the list over a map."""
    combo = panel.heading.maps
    combo.setFocus()
    at = combo.findText(name)
    while combo.currentIndex() != at:
        QTest.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < at else Qt.Key.Key_Up)


def test_two_maps_have_one_hover_and_one_card(viewer: Person) -> None:
    assert not panels(viewer)[0].heading.isVisible()
    add(viewer)
    first, second = panels(viewer)
    assert shown(viewer) == list(NAMES[:2])
    assert first.heading.isVisible() and second.heading.isVisible()
    assert first.view.legend.isVisible() and not second.view.legend.isVisible()
    row = alone(second.view)
    viewer.hover(second.view, place(second.view, row))
    assert (first.view.hover.row, second.view.hover.row) == (row, row)
    assert (first.view.card.card, second.view.card.card.row) == (None, row)
    viewer.settle()
    viewer.hover(first.view, place(first.view, alone(first.view)))
    viewer.wait(lambda: second.view.card.card is None, "the card to go")
    assert first.view.card.card.row == second.view.hover.row == alone(first.view)


def test_a_hovered_point_that_is_not_seen_is_pointed_at(viewer: Person) -> None:
    add(viewer)
    first, second = (panel.view for panel in panels(viewer))
    row = alone(second)
    for _ in range(6):
        viewer.turn_wheel(first, QPoint(3, 3), 8)
    before = first.grab().toImage()
    viewer.hover(second, place(second, row))
    assert not first.rect().contains(place(first, row))
    assert first.grab().toImage() != before, "an arrow at the border"


def test_legend_and_tools_make_room_for_maps(viewer: Person) -> None:
    first = panels(viewer)[0]
    assert not first.view.legend.is_folded
    add(viewer)
    assert first.view.legend.is_folded
    viewer.click(viewer.part(QToolButton, "Unfold the legend", first))
    viewer.settle()
    viewer.window.trigger("view.labels")
    viewer.settle()
    assert not first.view.legend.is_folded
    viewer.window.resize(1_024, 640)
    add(viewer, 2)
    viewer.breathe(0.1)
    assert not first.view.legend.isVisible()
    row = alone(panels(viewer)[3].view)
    viewer.hover(panels(viewer)[3].view, place(panels(viewer)[3].view, row))
    title = viewer.facts.frame["title"][row]
    assert panels(viewer)[3].view.toolTip() == title
    viewer.window.resize(1_440, 900)
    viewer.window.trigger("view.one_map")
    viewer.settle()
    viewer.breathe(0.1)
    assert first.view.legend.isVisible() and not first.view.legend.is_folded


def test_a_lasso_in_the_second_selects_in_all(viewer: Person) -> None:
    add(viewer, 2)
    view = panels(viewer)[1].view
    corners = [QPoint(4, 4), QPoint(view.width() - 4, 4), QPoint(view.width() - 4, view.height() - 4)]
    viewer.drag(view, [*corners, QPoint(4, view.height() - 4)], Qt.KeyboardModifier.ShiftModifier)
    viewer.settle()
    chosen = viewer.core.state.selection.mask
    assert 3 < chosen.sum() <= ITEMS
    for panel in panels(viewer):
        assert [panel.view.raster.is_selected(row) for row in range(ITEMS)] == chosen.tolist()


def test_each_map_has_a_view_of_its_own_and_the_selection_fits_in_all(viewer: Person) -> None:
    add(viewer)
    first, second = (panel.view for panel in panels(viewer))
    whole = first.view
    viewer.turn_wheel(second, second.rect().center(), 3)
    assert first.view == whole
    assert second.view.scale > second.camera.fit_scale * 1.3
    viewer.controller.selecting.select(np.arange(4))
    viewer.settle()
    viewer.window.trigger("view.fit_selection")
    assert first.view != whole
    for view in (first, second):
        assert all(view.rect().contains(place(view, row)) for row in range(4))


def test_the_keys_of_the_view_are_for_the_map_that_is_used(viewer: Person) -> None:
    add(viewer)
    first, second = (panel.view for panel in panels(viewer))
    viewer.click(second, QPoint(3, 3))
    viewer.window.trigger("view.zoom_in")
    assert first.view.scale == pytest.approx(first.camera.fit_scale)
    assert second.view.scale > second.camera.fit_scale
    viewer.window.trigger("view.fit")
    assert second.view.scale == pytest.approx(second.camera.fit_scale)


def test_four_maps_and_no_more(viewer: Person) -> None:
    add(viewer, 3)
    assert shown(viewer) == list(NAMES[:4])
    action = viewer.window.commands.actions["view.add_map"]
    assert not action.isEnabled()
    assert "Four maps" in action.toolTip()
    viewer.controller.side_by_side.add(NAMES[4])
    viewer.settle()
    assert shown(viewer) == list(NAMES[:4])
    corners = {(panel.x() > 0, panel.y() > 0) for panel in panels(viewer)}
    assert len(corners) == 4, "two by two"
    viewer.window.trigger("view.one_map")
    viewer.settle()
    assert shown(viewer) == ["map"]
    assert not panels(viewer)[0].heading.isVisible()
    assert panels(viewer)[0].view.width() == viewer.view.map.width()


def test_a_map_is_closed_where_it_stands(viewer: Person) -> None:
    add(viewer, 2)
    second = panels(viewer)[1]
    viewer.click(viewer.part(QToolButton, f"Close the map {NAMES[1]}", second))
    viewer.settle()
    assert shown(viewer) == [NAMES[0], NAMES[2]]
    viewer.click(viewer.part(QToolButton, f"Close the map {NAMES[0]}"))
    viewer.settle()
    assert shown(viewer) == [NAMES[2]]
    assert panels(viewer)[0].view.legend.isVisible(), "the next one has the legend"


def test_another_map_is_chosen_over_each(viewer: Person) -> None:
    add(viewer)
    choose(viewer, panels(viewer)[1], NAMES[2])
    viewer.settle()
    assert shown(viewer) == [NAMES[0], NAMES[2]]
    before = [panel.view for panel in panels(viewer)]
    viewer.turn_wheel(before[1], before[1].rect().center(), 2)
    seen = before[1].view
    viewer.controller.side_by_side.show(0, NAMES[2])
    viewer.settle()
    assert shown(viewer) == [NAMES[2], NAMES[0]], "the two change places"
    assert [panel.view for panel in panels(viewer)] == before[::-1]
    assert before[1].view == seen


def test_the_palette_shows_a_map_beside(viewer: Person) -> None:
    viewer.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    viewer.write(f"{NAMES[3]} beside")
    viewer.press(Qt.Key.Key_Return)
    viewer.settle()
    assert shown(viewer) == [NAMES[0], NAMES[3]]


def test_the_maps_and_what_is_seen_of_them_come_back(sit_down: START, compared: Path) -> None:
    before = opened(sit_down, compared)
    add(before, 2)
    second = panels(before)[1].view
    before.turn_wheel(second, second.rect().center(), 4)
    before.controller.side_by_side.show(0, NAMES[3])
    before.settle()
    seen = before.view.map.view_state()
    assert list(seen) == [NAMES[1]]
    before.leave()
    after = opened(sit_down, compared)
    assert shown(after) == [NAMES[3], NAMES[1], NAMES[2]]
    assert after.view.map.view_state()[NAMES[1]] == pytest.approx(seen[NAMES[1]], rel=0.05)
    assert list(after.view.map.view_state()) == [NAMES[1]]


def test_a_map_that_is_gone_is_not_missed(sit_down: START, compared: Path) -> None:
    before = opened(sit_down, compared)
    add(before, 3)
    before.leave()
    with ProjectStore.open(compared) as store:
        store.maps.rename(NAMES[1], "another name")
    after = opened(sit_down, compared)
    assert shown(after) == [NAMES[0], NAMES[2], NAMES[3]]


def test_items_are_deleted_while_four_maps_are_shown(viewer: Person) -> None:
    add(viewer, 3)
    for left in (ITEMS - 20, 2, 1, 0):
        viewer.controller.selecting.select(np.arange(left, len(viewer.facts)))
        viewer.settle()
        viewer.window.trigger("edit.trash")
        viewer.settle()
        viewer.breathe()
        assert [len(panel.view.xy) for panel in panels(viewer)] == [left] * 4
        viewer.view.map.grab()
    for _ in range(4):
        viewer.window.trigger("edit.undo")
        viewer.settle()
    assert all(np.isfinite(panel.view.xy).all() and len(panel.view.xy) == ITEMS for panel in panels(viewer))


def journey(person: Person, view: MapView) -> list[np.ndarray]:
    """The places of the points until they rest."""
    frames = [view.xy]
    person.wait(lambda: view.is_travelling, "the journey")

    def has_arrived() -> bool:
        if view.xy is not frames[-1]:
            frames.append(view.xy)
        return not view.is_travelling

    person.wait(has_arrived, "the arrival")
    return frames


def xy_of(person: Person, name: str) -> np.ndarray:
    return next(places.xy for places in person.core.resolved.maps if places.name == name)


def test_points_travel_to_their_new_places(traveller: Person) -> None:
    view = traveller.view.map.view
    start = [place(view, row) for row in range(ITEMS)]
    traveller.controller.side_by_side.show(0, NAMES[3])
    frames = journey(traveller, view)
    traveller.settle()
    end = xy_of(traveller, NAMES[3])
    assert len(frames) > 3
    assert np.array_equal(view.xy, end)
    far = [float(np.abs(frame - end).mean()) for frame in frames[1:]]
    assert far == sorted(far, reverse=True) and far[0] > 0, "every frame is nearer"
    assert view.view.scale == pytest.approx(view.camera.fit_scale), "all of the new map is seen"
    assert [place(view, row) for row in range(ITEMS)] != start


def test_a_journey_begins_where_the_points_are_seen(traveller: Person) -> None:
    view = traveller.view.map.view
    traveller.turn_wheel(view, view.rect().center(), 3)
    start = np.array([view.place_of(row).toTuple() for row in range(ITEMS)])
    traveller.controller.side_by_side.show(0, NAMES[3])
    traveller.wait(lambda: view.is_travelling, "the journey")
    was = view.xy
    traveller.wait(lambda: view.xy is not was, "the first frame")
    then = np.array([view.place_of(row).toTuple() for row in range(ITEMS)])
    across = np.hypot(view.width(), view.height())
    assert np.median(np.hypot(*(then - start).T)) < across / 10, "nothing jumps"


def test_a_press_of_the_mouse_ends_the_journey(traveller: Person) -> None:
    view = traveller.view.map.view
    traveller.controller.side_by_side.show(0, NAMES[3])
    traveller.wait(lambda: view.is_travelling, "the journey")
    QTest.mousePress(view, Qt.MouseButton.LeftButton, NO_KEY, QPoint(5, 5))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NO_KEY, QPoint(5, 5))
    assert not view.is_travelling
    assert np.array_equal(view.xy, xy_of(traveller, NAMES[3]))
    traveller.breathe(0.1)
    assert np.array_equal(view.xy, xy_of(traveller, NAMES[3]))


def test_the_next_choice_does_not_wait_for_the_journey(traveller: Person) -> None:
    view = traveller.view.map.view
    traveller.controller.side_by_side.show(0, NAMES[3])
    traveller.wait(lambda: view.is_travelling, "the journey")
    traveller.controller.side_by_side.show(0, NAMES[2])
    traveller.wait(lambda: traveller.core.resolved.maps[0].name == NAMES[2], "the next map")
    traveller.wait(lambda: view.is_travelling, "the next journey")
    traveller.wait(lambda: not view.is_travelling, "the arrival")
    assert np.array_equal(view.xy, xy_of(traveller, NAMES[2]))
    assert view.camera.state() == {}


def test_where_motion_is_unwanted_the_map_just_changes(viewer: Person) -> None:
    view = viewer.view.map.view
    viewer.turn_wheel(view, view.rect().center(), 4)
    frames = [view.xy]
    viewer.controller.side_by_side.show(0, NAMES[3])
    viewer.wait(lambda: (view.xy is frames[-1]) or not frames.append(view.xy), "the map")
    viewer.settle()
    viewer.wait(lambda: np.array_equal(view.xy, xy_of(viewer, NAMES[3])), "the map")
    assert len(frames) <= 2
    assert view.camera.state() == {}, "a map of other coordinates is not seen at the old one's zoom"
    viewer.controller.side_by_side.show(0, NAMES[0])
    viewer.settle()
    viewer.wait(lambda: np.array_equal(view.xy, xy_of(viewer, NAMES[0])), "the map")
    assert view.camera.state() != {}, "the view of each map is remembered"


def test_the_list_of_the_legend_and_that_over_a_map_never_compete(viewer: Person) -> None:
    legend = viewer.view.map.view.legend
    assert any(combo.isVisible() and combo.accessibleName() == "Map" for combo in legend.findChildren(QComboBox))
    add(viewer)
    assert not any(combo.isVisible() and combo.accessibleName() == "Map" for combo in legend.findChildren(QComboBox))
