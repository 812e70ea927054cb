"""From a drop of files to the import sheet to a running import."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embexplorer.app.core import Core, once
from embexplorer.app.filling import Filling
from embexplorer.app.projects import ENDING, Projects
from embexplorer.app.values import ImportProposal, SourceProposal
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome
from embexplorer.base.settings import Settings
from embexplorer.data.items import ImportChoices
from embexplorer.operations.estimating import describe_device, estimate_words, model_choices
from embexplorer.operations.importing import ImportParams
from embexplorer.operations.previewing import FoundSource, look, look_again
from embexplorer.store.sources import choices_to_json
from embexplorer.work.job import DETAILS


@dataclass(frozen=True)
class _Sheet:
    """What the sheet shows, and the sources that it is about, in the same order."""

    proposal: ImportProposal
    found: tuple[FoundSource, ...] = ()


class Importing:
    """The sheet proposes, the user changes what is wrong, and one key starts the import."""

    def __init__(self, core: Core, projects: Projects, filling: Filling) -> None:
        self._core = core
        self._projects = projects
        self._filling = filling
        self._sheet: _Sheet | None = None
        core.on_leave.append(self.cancel)

    @property
    def proposal(self) -> ImportProposal | None:
        return None if self._sheet is None else self._sheet.proposal

    def drop(self, paths: Sequence[Path]) -> None:
        """Files were dropped or chosen: a project is opened, anything else is looked at and proposed."""
        projects = [path for path in paths if path.suffix.lower() == ENDING]
        if projects:
            self._projects.open(projects[0])
            return
        if not paths:
            return
        self._show(_Sheet(ImportProposal(tuple(_being_read(path) for path in paths), reading=True)))
        settings, new = self._core.settings, self._core.session is None
        self._work(lambda: _first_look(tuple(paths), settings, new), self._failed)

    def change(self, position: int, choices: ImportChoices) -> None:
        """The user changed how one source is read; its preview is read anew."""
        self._edit(position, choices=choices)

    def want(self, position: int, wanted: bool) -> None:
        self._edit(position, wanted=wanted)

    def set_models(self, text_model: str, image_model: str) -> None:
        if self._sheet is not None:
            self._propose(replace(self._sheet.proposal, text_model=text_model, image_model=image_model))

    def set_project_path(self, path: str) -> None:
        if self._sheet is not None:
            self._show(replace(self._sheet, proposal=replace(self._sheet.proposal, project_path=path)))

    def cancel(self) -> None:
        if self._sheet is not None:
            self._core.cancel(DETAILS)
            self._show(None)

    def accept(self) -> None:
        """Start. Into the open project, or into a new one at the proposed path."""
        core, sheet = self._core, self._sheet
        if sheet is None or sheet.proposal.reading:
            return
        proposal = sheet.proposal
        chosen = [
            (found.source, shown.choices)
            for found, shown in zip(sheet.found, proposal.sources, strict=True)
            if shown.wanted and found.source is not None and not shown.error
        ]
        if not chosen:
            core.inform("There is nothing here that can be imported.", level="warning")
            return
        core.keep_settings(_with_choices(core.settings, proposal))
        params = ImportParams(tuple(chosen))
        self.cancel()
        if core.session is None:
            path = Path(proposal.project_path) if proposal.project_path else free_path(chosen[0][0].path)
            self._projects.open(path, then=lambda: params, new=True)
        else:
            self._filling.import_sources(params)

    def _edit(self, position: int, **fields: object) -> None:
        if self._sheet is not None and position < len(self._sheet.found):
            sources = list(self._sheet.proposal.sources)
            sources[position] = replace(sources[position], **fields)  # type: ignore[arg-type]
            self._propose(replace(self._sheet.proposal, sources=tuple(sources)))

    def _propose(self, proposal: ImportProposal) -> None:
        """Show the change at once; what follows from it is read in the background."""
        if self._sheet is None:
            return
        sheet, threads = replace(self._sheet, proposal=proposal), self._core.settings.threads
        self._show(sheet)
        self._work(lambda: once(lambda: _followed(sheet, threads)), self._core.tell)

    def _work(self, make: Callable[[], Operation], failed: Callable[[EmbexError], None]) -> None:
        self._core.start("Looking at the files", make, DETAILS, key="sheet", on_done=self._looked, on_failed=failed)

    def _looked(self, outcome: Outcome) -> None:
        if self._sheet is None:
            return  # the sheet was closed meanwhile
        fresh: _Sheet = outcome.value
        path = self._sheet.proposal.project_path or fresh.proposal.project_path  # the user may have chosen meanwhile
        self._show(replace(fresh, proposal=replace(fresh.proposal, project_path=path)))

    def _failed(self, error: EmbexError) -> None:
        self.cancel()
        self._core.tell(error)

    def _show(self, sheet: _Sheet | None) -> None:
        self._sheet = sheet
        self._core.view.show_import(self.proposal)


def _first_look(paths: tuple[Path, ...], settings: Settings, new: bool) -> Operation:
    """Outcome.value is the _Sheet for these files and folders."""
    outcome = yield from look(paths, settings.import_choices)
    found: tuple[FoundSource, ...] = outcome.value
    texts, images = model_choices()
    proposal = ImportProposal(
        sources=tuple(_shown(one) for one in found),
        project_path=str(free_path(_first_usable(paths, found))) if new else "",
        text_models=texts,
        image_models=images,
        text_model=settings.text_model,
        image_model=settings.image_model,
        device=describe_device(settings.device),
    )
    return Outcome(value=_Sheet(_estimated(proposal, settings.threads), found))


def _first_usable(paths: tuple[Path, ...], found: tuple[FoundSource, ...]) -> Path:
    """What the project is named after: the first of the drop that can be imported."""
    usable = {path for one in found if one.source and not one.error for path in (one.path, *one.source.files)}
    return next((path for path in paths if path.absolute() in usable), paths[0])


def _followed(sheet: _Sheet, threads: int) -> _Sheet:
    """The sheet with the previews and the estimate that its choices ask for."""
    found, sources = list(sheet.found), list(sheet.proposal.sources)
    for position, (seen, shown) in enumerate(zip(sheet.found, sheet.proposal.sources, strict=True)):
        if seen.source is None or (seen.preview is not None and seen.preview.choices == shown.choices):
            continue
        fresh = found[position] = look_again(seen, shown.choices)
        chosen = shown.choices if fresh.error or fresh.preview is None else fresh.preview.choices
        sources[position] = replace(_shown(fresh), choices=chosen, wanted=shown.wanted)
    return _Sheet(_estimated(replace(sheet.proposal, sources=tuple(sources)), threads), tuple(found))


def _estimated(proposal: ImportProposal, threads: int) -> ImportProposal:
    previews = [shown.preview for shown in proposal.sources if shown.wanted and shown.preview is not None]
    words = estimate_words(previews, proposal.text_model, proposal.image_model, threads) if previews else ""
    return replace(proposal, estimate=words)


def _with_choices(settings: Settings, proposal: ImportProposal) -> Settings:
    """What was chosen here is proposed the next time."""
    kept = {shown.path: choices_to_json(shown.choices) for shown in proposal.sources if shown.wanted}
    return replace(
        settings,
        text_model=proposal.text_model or settings.text_model,
        image_model=proposal.image_model or settings.image_model,
        import_choices={**settings.import_choices, **kept},
    )


def free_path(first: Path) -> Path:
    """A project file beside the first source that does not exist yet; in the home folder where that is read-only."""
    folder = first.resolve().parent
    try:
        probe = folder / f".{first.stem}.probe"
        probe.touch()
        probe.unlink()
    except OSError:
        folder = Path.home()
    path = folder / f"{first.stem}{ENDING}"
    number = 2
    while path.exists():
        path = folder / f"{first.stem} {number}{ENDING}"
        number += 1
    return path


def _being_read(path: Path) -> SourceProposal:
    return SourceProposal(path.name, str(path), None, ImportChoices())


def _shown(found: FoundSource) -> SourceProposal:
    choices = found.preview.choices if found.preview is not None else ImportChoices()
    return SourceProposal(found.path.name, str(found.path), found.preview, choices, found.error)
