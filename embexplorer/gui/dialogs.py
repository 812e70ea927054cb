"""The actions that need a file name or a choice before the controller can do them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

import embexplorer
from embexplorer.app.controller import Controller
from embexplorer.app.picturing import Picturing
from embexplorer.base.logs import log_file
from embexplorer.base.paths import resources
from embexplorer.base.settings import TEXT_MODEL, Settings, setting
from embexplorer.base.wording import count
from embexplorer.data.items import Kind
from embexplorer.data.picture import MapPicture
from embexplorer.gui.appview import AppView
from embexplorer.gui.diagnostics import diagnostics_text
from embexplorer.gui.exportsheet import ExportSheet, Format, seen_map
from embexplorer.gui.formsheet import FormSheet
from embexplorer.gui.mapdialogs import MapDialogs
from embexplorer.gui.modeldialogs import ModelDialogs
from embexplorer.gui.namesheet import NameSheet
from embexplorer.gui.settings_sheet import SettingsSheet
from embexplorer.gui.spacesheet import SpaceSheet
from embexplorer.gui.tagsheet import TagSheet
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID
from embexplorer.raster.contents import ShownMap

_PROJECTS = "embexplorer projects (*.embx)"
_TABLES = "Comma-separated values (*.csv);;Parquet (*.parquet);;JSON Lines (*.jsonl);;NumPy vectors (*.npz)"
_IMAGES = "Images (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff)"
_ENDINGS = frozenset({".embx", ".csv", ".parquet", ".jsonl", ".npz", ".png", ".svg", ".html"})
_ABOUT = (
    "Explore what embeddings know about your own files. Nothing leaves this computer.\n\n"
    "Apache License 2.0. The notices of the bundled models and samples lie in the folder “resources”."
)


@dataclass(frozen=True)
class EmbedChoice:
    """What “Embed with another model” asks for."""

    model: str = setting(TEXT_MODEL, "Model", "Every item of its kind gets a vector of this model.")
    space: str = setting("", "Name of the space", "How the new vectors are called; the model's own name when empty.")
    device: Literal["auto", "cpu", "cuda", "directml", "coreml"] = setting(
        "auto", "Device", "Where the model runs this time. What is not here is replaced by the processor, and said."
    )


class Dialogs:
    """Asks for what is missing, then tells the controller."""

    def __init__(self, view: AppView, controller: Controller) -> None:
        self._view, self._controller, self._window = view, controller, view.window
        self._settings: SettingsSheet | None = None
        self._tag_sheet = TagSheet(self._window)
        self._tag_sheet.chosen.connect(self._on_tag_chosen)
        self.maps = MapDialogs(self._window, controller)
        self._embed_sheet = FormSheet(
            self._window, "Embed with another model", "The vectors that are there stay as they are.", "Embed"
        )
        self._embed_sheet.wanted.connect(lambda choice: self._embed(choice))
        self._picturing = Picturing(controller.core, controller.upkeep)
        self._export_sheet = ExportSheet(self._window, self._picturing)
        self._export_sheet.wanted.connect(self._export_map)
        controller.core.on_leave.append(self._export_sheet.dismiss)
        self._space_sheet = self._made_space_sheet()
        self._is_removing = False
        self.models = ModelDialogs(self._window, controller.modelling, controller.importing)
        self._window.files_dropped.connect(self.models.drop)
        controller.modelling.changed.append(self._forget_settings)
        self._window.action_triggered.connect(self.trigger)
        self._window.welcome.sample_requested.connect(self._open_sample)
        view.query.terms.image_wanted.connect(self._search_image)
        self._name_sheet = NameSheet(self._window, "Save the query", "Save")
        self._name_sheet.chosen.connect(controller.past.save)
        self._own = self._table()
        self._window.set_checked(f"theme.{controller.settings.theme}", True)

    def trigger(self, action: str) -> None:
        """Do an action that the window handed on."""
        own = self._own.get(action)
        if own is not None:
            own()
        elif action.startswith("theme."):
            chosen = action.removeprefix("theme.")
            self._apply(replace(self._controller.settings, theme=chosen))  # type: ignore[arg-type]
        else:
            self._controller.trigger(action)

    def _table(self) -> dict[str, Callable[[], None]]:
        upkeep, view, past = self._controller.upkeep, self._view, self._controller.past
        return {
            "file.new": self._new_project,
            "file.open": self._open_project,
            "file.add_files": self._add_files,
            "file.add_folder": self._add_folder,
            "file.save_copy": self._save_copy,
            "file.rescue": self._rescue,
            "file.export_selection": lambda: self._export(upkeep.export_selection, "selection", _TABLES),
            "file.export_all": lambda: self._export(upkeep.export_all, "items", _TABLES),
            "file.export_map": self._ask_picture,
            "edit.settings": self._open_settings,
            "edit.empty_trash": lambda: self._controller.editing.ask_to_empty_trash(self._ask_to_empty_trash),
            "tag.add": lambda: self._ask_tag(False),
            "tag.remove": lambda: self._ask_tag(True),
            "view.colour_by": view.map.open_colours,
            "view.columns": view.table.choose_columns,
            "search.focus": view.query.focus_text,
            "search.filter": view.query.focus_filter,
            "search.image": self._search_image,
            "search.past": view.query.terms.open_past,
            "search.save": lambda: self._name_sheet.open(past.proposed_name(), past.saved_names),
            "project.embed": self._ask_model,
            **self.models.actions(),
            "project.spaces": self._ask_spaces,
            **self.maps.actions(),
            "help.log_folder": lambda: view.open_file(log_file().parent),
            "help.copy_diagnostics": self._copy_diagnostics,
            "help.about": self._about,
        }

    # -- files ------------------------------------------------------------------------------------------------

    def _folder(self) -> str:
        session = self._controller.core.session
        if session is not None:
            return str(session.store.path.parent)
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def _new_project(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self._window, "New project", f"{self._folder()}/project.embx", _PROJECTS)
        if name:
            self._controller.projects.open(_ending(Path(name), ".embx"), new=True)

    def _open_project(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open project", self._folder(), _PROJECTS)
        if name:
            self._controller.projects.open(Path(name))

    def _add_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self._window, "Add files", self._folder())
        self._controller.importing.drop([Path(name) for name in names])

    def _add_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, "Add a folder", self._folder())
        if name:
            self._controller.importing.drop([Path(name)])

    def _save_copy(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self._window, "Save a copy", self._folder(), _PROJECTS)
        if name:
            self._controller.upkeep.save_copy(_ending(Path(name), ".embx"))

    def _rescue(self) -> None:
        damaged, _ = QFileDialog.getOpenFileName(self._window, "Which project is damaged?", self._folder(), _PROJECTS)
        if not damaged:
            return
        start = f"{self._folder()}/{Path(damaged).stem} rescued.embx"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save what can be read", start, _PROJECTS)
        if name:
            copy = _ending(Path(name), ".embx")
            self._controller.upkeep.rescue(Path(damaged), copy, self._controller.projects.open)

    def _export(self, export: Callable[[Path], None], what: str, kinds: str) -> None:
        session = self._controller.core.session
        if session is None:
            return
        start = f"{self._folder()}/{session.name} {what}"
        name, chosen = QFileDialog.getSaveFileName(self._window, f"Export the {what}", start, kinds)
        if name:
            export(_ending(Path(name), chosen[chosen.rfind("*") + 1 : -1]))

    def _made_space_sheet(self) -> SpaceSheet:
        sheet, keeping = SpaceSheet(self._window), self._controller.space_keeping
        keeping.on_view, keeping.on_moved = sheet.set_view, sheet.set_moving
        sheet.measure_wanted.connect(keeping.measure)
        sheet.keep_wanted.connect(keeping.keep_as)
        sheet.compact_wanted.connect(self._controller.upkeep.compact)
        self._controller.core.on_leave.append(sheet.forget)
        return sheet

    def _ask_spaces(self) -> None:
        self._controller.space_keeping.look()
        self._space_sheet.open()

    def _ask_picture(self) -> None:
        seen = seen_map(self._view.map.current)
        shown = self._picturing.shown(seen)
        if shown is not None:
            self._export_sheet.open(shown, self._picturing.proposed(seen, theme().tokens.dark))

    def _export_map(self, chosen: Format, picture: MapPicture, shown: ShownMap) -> None:
        self._export(lambda path: self._picturing.export(path, shown, picture), "map", chosen.kinds)

    def _search_image(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Search with an image", self._folder(), _IMAGES)
        if name:
            self._controller.searching.add_image(name)

    def _open_sample(self, name: str) -> None:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._controller.open_sample(name, Path(place) if Path(place).is_dir() else Path.home())

    # -- choices ----------------------------------------------------------------------------------------------

    def _ask_tag(self, is_removing: bool) -> None:
        self._is_removing = is_removing
        tags = self._view.tags
        self._tag_sheet.open(tags.names_of_selection if is_removing else tags.names, is_removing)

    def _on_tag_chosen(self, tag: str) -> None:
        if self._is_removing:
            self._controller.editing.untag(tag)
        else:
            self._controller.editing.tag(tag)

    def _ask_model(self) -> None:
        """Only models for what the project holds; first one that it has not been embedded with."""
        facts, (texts, images) = self._controller.core.facts, self._controller.models()
        kinds = set(facts.frame["@kind"].cast(str)) if facts is not None else set()
        fitting = (*(texts if Kind.TEXT in kinds else ()), *(images if Kind.IMAGE in kinds else ()))
        if facts is None or not fitting:
            self._controller.core.inform("There is nothing here that a model could embed.", level="warning")
            return
        used = {space.model for space in facts.spaces}
        first = next((model for model, _ in fitting if model not in used), fitting[0][0])
        usual = self._controller.settings.device
        self._embed_sheet.open(EmbedChoice(first, device=usual), {"model": fitting})

    def _embed(self, choice: EmbedChoice) -> None:
        self._controller.filling.embed_with(choice.model, choice.space, choice.device)

    def _ask_to_empty_trash(self, items: int) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Empty the trash")
        box.setText(f"Delete {count(items, 'item')} for good?")
        box.setInformativeText("Their texts, vectors, tags and notes go with them. This cannot be undone.")
        delete = box.addButton("Delete for good", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Keep them", QMessageBox.ButtonRole.RejectRole))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        delete.clicked.connect(self._controller.editing.empty_trash)
        box.open()

    def _open_settings(self) -> None:
        if self._settings is None:
            texts, images = self._controller.models()
            self._settings = SettingsSheet(
                self._window, self._controller.settings, {"text_model": texts, "image_model": images}
            )
            self._settings.changed.connect(self._apply)
        self._settings.open(self._controller.settings)

    def _forget_settings(self) -> None:
        """Other models are there now: the settings are made anew when they are asked for."""
        if self._settings is not None and not self._settings.isVisible():
            self._settings.deleteLater()
            self._settings = None

    def _apply(self, settings: Settings) -> None:
        theme().choose(settings.theme)
        self._view.map.set_reduced_motion(settings.reduced_motion)
        self._controller.apply_settings(settings)
        self._window.set_checked(f"theme.{settings.theme}", True)

    def _copy_diagnostics(self) -> None:
        core = self._controller.core
        facts = {"project": f"{len(core.facts):,} items" if core.facts is not None else "none"}
        self._view.copy_text(diagnostics_text(core.settings, facts))
        core.inform("Versions, settings and the end of the log are on the clipboard.")

    def _about(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("About embexplorer")
        box.setText(f"embexplorer {embexplorer.__version__}")
        box.setInformativeText(_ABOUT)
        box.setIconPixmap(self._window.windowIcon().pixmap(GRID * 8))
        notices = resources() / "NOTICES.txt"
        if notices.is_file():  # made with the installers, of what they hold
            show = box.addButton("Third-party notices", QMessageBox.ButtonRole.ActionRole)
            show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(notices))))
            box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Ok))
        box.open()


def _ending(path: Path, ending: str) -> Path:
    """The path with this ending, unless it has one that is written here; a dot in a name is not the end of it."""
    return path if path.suffix.lower() in _ENDINGS else path.with_name(path.name + ending)
