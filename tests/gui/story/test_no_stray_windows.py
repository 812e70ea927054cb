"""Nothing flashes up as a window of its own while one works: a widget that is shown before it has its place would be
one for a moment, and take the keyboard away."""

from person import Person
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget


class Windows(QObject):
    """What was shown as a window, besides menus, tips and lists."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        is_shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if is_shown and watched.windowType() not in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
            self.shown.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_working_shows_no_other_window(reader: Person) -> None:
    windows = Windows()
    QApplication.instance().installEventFilter(windows)
    reader.controller.searching.set_filter_text("stars >= 3 and kind is missing or stars < 2")
    reader.settle()
    reader.controller.searching.set_filter_text("")
    for text in ("a dress", "too small"):
        reader.controller.searching.add_text(text)
        reader.settle()
    reader.controller.selecting.pick(3)
    reader.controller.editing.tag("keep")
    reader.settle()
    for action in ("project.make_map", "project.models", "project.spaces", "edit.settings", "help.cheatsheet"):
        reader.window.trigger(action)
        reader.settle()
        reader.press(Qt.Key.Key_Escape)
    reader.window.trigger("view.density")
    reader.controller.searching.clear()
    reader.settle()
    QApplication.instance().removeEventFilter(windows)
    assert windows.shown == []
    assert QApplication.activeWindow() is reader.window
