"""What the window does about models: the page, the sheet that adds one, and a folder that is dropped."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from embexplorer.app.importing import Importing
from embexplorer.app.modelling import Modelling
from embexplorer.gui.addmodelsheet import AddModelSheet
from embexplorer.gui.modelspage import ModelsPage


class ModelDialogs:
    """The sheets are made when they are first asked for."""

    def __init__(self, window: QWidget, modelling: Modelling, importing: Importing) -> None:
        self._window, self._modelling, self._importing = window, modelling, importing
        self._page: ModelsPage | None = None
        self._sheet: AddModelSheet | None = None

    @property
    def page(self) -> ModelsPage:
        if self._page is None:
            self._page = ModelsPage(self._window, self._modelling)
            self._page.add_wanted.connect(self.choose_folder)
        return self._page

    @property
    def sheet(self) -> AddModelSheet:
        if self._sheet is None:
            self._sheet = AddModelSheet(self._window, self._modelling)
        return self._sheet

    def actions(self) -> dict[str, Callable[[], None]]:
        return {"project.models": lambda: self.page.open(), "project.add_model": self.choose_folder}

    def choose_folder(self) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        name = QFileDialog.getExistingDirectory(self._window, "Choose a model's folder", start)
        if name:
            self.add(Path(name))

    def add(self, folder: Path) -> None:
        """Show what a model's folder holds and ask whether to add it."""
        self.sheet.open(folder)

    def drop(self, paths: list[Path | str]) -> None:
        """A model's folder is proposed as a model, all else is imported."""
        self._modelling.sort_out([Path(path) for path in paths], self.add, self._importing.drop)
