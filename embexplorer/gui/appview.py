"""The window as the controllers know it: every view protocol of app/views.py, joined to the real widgets."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from embexplorer.app.jobview import JobView
from embexplorer.app.values import ImportProposal, Message, StatusView, TagView
from embexplorer.gui.facets import FacetPanel
from embexplorer.gui.gallery import GalleryPanel
from embexplorer.gui.importsheet import ImportSheet
from embexplorer.gui.itemview import ItemPanel
from embexplorer.gui.mapgrid import MapGrid
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.querybar import QueryBar
from embexplorer.gui.results import ResultsPanel
from embexplorer.gui.table import TablePanel
from embexplorer.gui.tagspanel import TagsPanel
from embexplorer.gui.window import MainWindow


class _Tags:
    """The list of tags, and the places that complete their names."""

    def __init__(self, panel: TagsPanel, item: ItemPanel) -> None:
        self._panel, self._item = panel, item
        self.names: tuple[str, ...] = ()
        self.names_of_selection: tuple[str, ...] = ()

    def set_tags(self, tags: tuple[TagView, ...]) -> None:
        self.names = tuple(tag.tag for tag in tags)
        self.names_of_selection = tuple(tag.tag for tag in tags if tag.chosen)
        self._panel.set_tags(tags)
        self._item.set_tag_names(self.names)


class AppView:
    """Makes the panels, puts them into the window, and passes values on."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.pictures = Pictures(window)
        self.map = MapGrid(self.pictures)
        self.facets = FacetPanel()
        self.query = QueryBar()
        self.results = ResultsPanel(self.pictures)
        self.item = ItemPanel(self.pictures)
        self.table = TablePanel()
        self.gallery = GalleryPanel(self.pictures)
        self.tags_panel = TagsPanel()
        self.tags = _Tags(self.tags_panel, self.item)
        self.import_sheet = ImportSheet(window)
        panels = {
            "map": self.map,
            "query": self.query,
            "facets": self.facets,
            "tags": self.tags_panel,
            "results": self.results,
            "item": self.item,
            "table": self.table,
            "gallery": self.gallery,
        }
        for name, widget in panels.items():
            window.set_panel(name, widget)

    def show_welcome(self, recent: Sequence[str]) -> None:
        self.pictures.forget()
        self.window.show_welcome(recent)

    def show_project(self, name: str, read_only_reason: str) -> None:
        self.window.show_project(name, read_only_reason)

    def show_import(self, proposal: ImportProposal | None) -> None:
        self.import_sheet.set_proposal(proposal)

    def set_status(self, status: StatusView) -> None:
        self.window.set_status(status)

    def set_jobs(self, jobs: tuple[JobView, ...]) -> None:
        self.window.set_jobs(jobs)

    def set_flags(self, flags: dict[str, bool]) -> None:
        self.window.set_flags(flags)

    def set_undo_labels(self, undo: str, redo: str) -> None:
        self.window.set_undo_labels(undo, redo)

    def show_message(self, message: Message) -> None:
        self.window.show_message(message)

    def set_thumbnail(self, uri: str, rgba: np.ndarray | None) -> None:
        self.pictures.put(uri, rgba)

    def reveal(self, panel: str) -> None:
        self.window.docks.reveal(panel)

    def open_file(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
