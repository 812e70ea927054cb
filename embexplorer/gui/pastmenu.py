"""The menu of earlier queries: those kept by name, then the recent ones, the newest first."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from embexplorer.app.values import PastQuery
from embexplorer.base.wording import excerpt
from embexplorer.gui.icons import icon

_FIRST = 12  # recent ones that stand in the menu itself; earlier ones in another
_FILTER_LETTERS = 32


class PastMenu(QMenu):
    """recent_chosen: 0 is the newest. saved_chosen, delete_wanted: the name."""

    recent_chosen = Signal(int)
    saved_chosen = Signal(str)
    delete_wanted = Signal(str)
    save_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Earlier queries")
        self.setToolTipsVisible(True)
        self._recent: tuple[PastQuery, ...] = ()
        self._saved: tuple[PastQuery, ...] = ()
        self._can_save = False
        self.aboutToShow.connect(self._fill)

    def set_past(self, recent: tuple[PastQuery, ...], saved: tuple[PastQuery, ...]) -> None:
        self._recent, self._saved = recent, saved

    def set_can_save(self, can_save: bool) -> None:
        self._can_save = can_save

    def _fill(self) -> None:
        for old in self.findChildren(QMenu):
            old.deleteLater()
        self.clear()
        save = self.addAction(icon("bookmark", "muted"), "Save the query…")
        save.triggered.connect(self.save_wanted)
        save.setEnabled(self._can_save)
        if self._saved:
            self.addSection("Saved")
            for past in self._saved:
                entry = self.addAction(icon("bookmark", "muted"), _words(past))
                entry.setToolTip(past.words)
                entry.triggered.connect(lambda _=False, name=past.name: self.saved_chosen.emit(name))
            deleting = self.addMenu("Delete a saved query")
            for past in self._saved:
                deleting.addAction(_escaped(past.name)).triggered.connect(
                    lambda _=False, name=past.name: self.delete_wanted.emit(name)
                )
        self.addSection("Recent")
        if not self._recent:
            self.addAction("What you search for is listed here.").setEnabled(False)
        for at, past in enumerate(self._recent[:_FIRST]):
            self._add_recent(self, at, past)
        if len(self._recent) > _FIRST:
            earlier = self.addMenu("Earlier")
            for at, past in enumerate(self._recent[_FIRST:], _FIRST):
                self._add_recent(earlier, at, past)

    def _add_recent(self, menu: QMenu, at: int, past: PastQuery) -> None:
        menu.addAction(_words(past)).triggered.connect(lambda _=False: self.recent_chosen.emit(at))


def _words(past: PastQuery) -> str:
    """The query, and at the right of the menu its filter."""
    filter_text = excerpt(past.filter_text, _FILTER_LETTERS)
    return _escaped(past.name or past.words) + (f"\t{_escaped(filter_text)}" if filter_text else "")


def _escaped(words: str) -> str:
    """In a menu, & marks the letter of a key, and a tab begins what stands at the right."""
    return " ".join(words.split()).replace("&", "&&")
