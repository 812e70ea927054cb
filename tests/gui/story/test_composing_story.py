"""A query put together at the real window, by keys and by mouse, kept, and opened again."""

from person import Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QToolButton

ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def asked(person: Person) -> list[tuple[str, float, bool, bool]]:
    terms = person.core.state.query.terms
    return [(getattr(t, "text", "items"), t.weight, t.aside, t.muted) for t in terms]


def test_a_query_is_composed_by_keys_alone(reader: Person) -> None:
    reader.press(Qt.Key.Key_F, CTRL)
    for text, keys in (("slow delivery", Qt.KeyboardModifier.NoModifier), ("kind people", SHIFT), ("food", CTRL)):
        reader.write(text)
        reader.press(Qt.Key.Key_Return, keys)
        reader.settle()
    reader.press(Qt.Key.Key_Left)  # to the last chip
    reader.press(Qt.Key.Key_Left)
    reader.press(Qt.Key.Key_Up)
    reader.press(Qt.Key.Key_Left, ALT)
    reader.press(Qt.Key.Key_Space)
    reader.press(Qt.Key.Key_Space, SHIFT)
    reader.settle()
    assert asked(reader) == [
        ("kind people", -1.1, True, True),
        ("slow delivery", 1.0, False, False),
        ("food", 1.0, True, False),
    ]
    reader.press(Qt.Key.Key_Return)
    reader.write("polite staff")
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    assert asked(reader)[0][0] == "polite staff"
    reader.press(Qt.Key.Key_Delete)
    reader.settle()
    assert [words for words, *_ in asked(reader)] == ["slow delivery", "food"]
    assert reader.controller.answering.results.rows


def test_a_query_is_saved_and_found_again_in_the_palette_and_the_menu(reader: Person) -> None:
    reader.press(Qt.Key.Key_F, CTRL)
    reader.write("slow delivery")
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    reader.press(Qt.Key.Key_D, CTRL)
    assert isinstance(reader.window.focusWidget(), QLineEdit)
    reader.write("Late parcels")
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    reader.window.trigger("search.clear")
    reader.settle()
    assert asked(reader) == []
    reader.press(Qt.Key.Key_K, CTRL)
    reader.write("late parcels")
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    assert [words for words, *_ in asked(reader)] == ["slow delivery"]
    reader.window.trigger("search.clear")
    reader.press(Qt.Key.Key_F, CTRL)
    reader.settle()
    reader.press(Qt.Key.Key_Down)
    menu = reader.view.query.terms.past
    assert menu.isVisible()
    entries = [entry.text() for entry in menu.actions() if entry.text()]
    menu.close()
    assert {"Late parcels", "slow delivery"} <= set(entries)


def test_chips_by_the_mouse(reader: Person) -> None:
    for text in ("slow delivery", "kind people", "food"):
        reader.controller.searching.add_text(text)
    reader.settle()
    chips = reader.view.query.terms.area.chips
    reader.click(chips[1], QPoint(12, 12))
    reader.settle()
    assert [weight for _, weight, *_ in asked(reader)] == [1.0, -1.0, 1.0]
    reader.click(chips[1], QPoint(chips[1].width() - 12, 12))
    reader.settle()
    assert [words for words, *_ in asked(reader)] == ["slow delivery", "food"]
    combine = reader.view.query.terms.findChild(QToolButton, "combine")
    assert combine.isVisible() and combine.text() == "Blend"
    next(entry for entry in combine.menu().actions() if entry.text() == "Like all").trigger()
    reader.settle()
    assert combine.text() == "Like all"
    assert reader.core.state.query.combine == "both" and reader.controller.answering.results.rows
