"""Qt's actions and menus, made from the one table."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from embexplorer.app.actions import ACTIONS, BY_ID, RECENT, SEPARATOR, Menu, missing_flag, why_not
from embexplorer.app.menus import MENUS
from embexplorer.gui.pieces import shortcut_words

_ONE_OF = (("tool.pan", "tool.rectangle", "tool.lasso"), ("theme.system", "theme.light", "theme.dark"))


class Commands(QObject):
    """triggered: the id of an action that was used by menu, key, button or palette, and that can be used now."""

    triggered = Signal(str)
    recent_chosen = Signal(str)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.flags: dict[str, bool] = {}
        self.actions: dict[str, QAction] = {action.id: self._make(action.id) for action in ACTIONS}
        self._recent_menus: list[QMenu] = []
        for ids in _ONE_OF:
            group = QActionGroup(self)
            for id_ in ids:
                group.addAction(self.actions[id_])
        self.set_flags({})

    def fill(self, bar: QMenuBar) -> None:
        """Build the menu bar."""
        for menu in MENUS:
            self._fill_menu(bar.addMenu(menu.title), menu)
        self.set_recent(())

    def set_flags(self, flags: Mapping[str, bool]) -> None:
        """Which actions can be used now; a flag that is not named is down."""
        self.flags = dict(flags)
        for id_, action in self.actions.items():
            action.setEnabled(not missing_flag(BY_ID[id_], flags))
            action.setToolTip(self._tool_tip(id_))

    def set_checked(self, id_: str, is_on: bool) -> None:
        """Show that something is switched on, without doing it."""
        self.actions[id_].setChecked(is_on)

    def set_text(self, id_: str, text: str) -> None:
        """Another text, such as “Undo tagging 40 items”; "" for the one of the table."""
        self.actions[id_].setText(text or BY_ID[id_].text)

    def set_recent(self, paths: tuple[str, ...]) -> None:
        """Fill “Open recent”."""
        for menu in self._recent_menus:
            menu.clear()
            for path in paths:
                menu.addAction(path.replace("&", "&&"), self._opener(path))
            menu.setEnabled(bool(paths))

    def trigger(self, id_: str) -> None:
        """Use an action as its menu entry would; nothing happens when it cannot be used now. Raises KeyError."""
        self.actions[id_].trigger()

    def _make(self, id_: str) -> QAction:
        row = BY_ID[id_]
        action = QAction(row.text, self._window)
        action.setShortcuts([QKeySequence(key) for key in row.shortcuts])
        action.setCheckable(row.checkable)
        action.setMenuRole(_role(id_))
        action.triggered.connect(lambda: self.triggered.emit(id_))
        self._window.addAction(action)  # shortcuts of actions that are in no menu work too
        return action

    def _tool_tip(self, id_: str) -> str:
        row = BY_ID[id_]
        keys = f" ({shortcut_words(row.shortcuts[0])})" if row.shortcuts else ""
        return f"{row.plain_text}{keys}\n{why_not(row, self.flags) or row.help}"

    def _fill_menu(self, menu: QMenu, row: Menu) -> None:
        menu.setToolTipsVisible(True)
        for entry in row.entries:
            if isinstance(entry, Menu):
                self._fill_menu(menu.addMenu(entry.title), entry)
            elif entry == SEPARATOR:
                menu.addSeparator()
            elif entry == RECENT:
                self._recent_menus.append(menu)
            else:
                menu.addAction(self.actions[entry])

    def _opener(self, path: str) -> Callable[[], None]:
        return lambda: self.recent_chosen.emit(path)


def _role(id_: str) -> QAction.MenuRole:
    """Where a Mac wants an action; everywhere else it stays in its menu."""
    roles = {
        "file.quit": QAction.MenuRole.QuitRole,
        "edit.settings": QAction.MenuRole.PreferencesRole,
        "help.about": QAction.MenuRole.AboutRole,
    }
    return roles.get(id_, QAction.MenuRole.NoRole)
