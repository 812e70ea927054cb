"""From a drop of files to the import sheet to a running import."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from embexplorer.app.core import Core, once
from embexplorer.app.projects import ENDING, Projects
from embexplorer.app.values import ImportProposal, SourceProposal
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome
from embexplorer.data.items import ImportChoices
from embexplorer.operations.estimating import describe_device, estimate_words, model_choices
from embexplorer.operations.importing import ImportParams
from embexplorer.operations.previewing import FoundSource, look, look_again
from embexplorer.work.job import DETAILS


class Importing:
    """The sheet proposes, the user changes what is wrong, and one key starts the import."""

    def __init__(self, core: Core, projects: Projects) -> None:
        self._core = core
        self._projects = projects
        self._found: list[FoundSource] = []
        self.proposal: ImportProposal | None = None

    def drop(self, paths: Sequence[Path]) -> None:
        """Files were dropped or chosen: a project is opened, anything else is looked at and proposed."""
        projects = [path for path in paths if path.suffix.lower() == ENDING]
        if projects:
            self._projects.open(projects[0])
            return
        if not paths:
            return
        self._show(ImportProposal(tuple(_being_read(path) for path in paths), reading=True))
        self._core.start(
            "Looking at the files",
            lambda: look(tuple(paths), self._core.settings.import_choices),
            DETAILS,
            key="preview",
            on_done=lambda outcome: self._looked(outcome, paths[0]),
            on_failed=self._failed,
        )

    def change(self, position: int, choices: ImportChoices) -> None:
        """The user changed how one source is read; its preview is read anew."""
        if self.proposal is None:
            return
        found = self._found[position]
        self._core.start(
            "Looking again",
            lambda: once(lambda: look_again(found, choices)),
            DETAILS,
            key="preview",
            on_done=lambda outcome: self._looked_again(position, outcome),
            on_failed=self._core.tell,
        )

    def want(self, position: int, wanted: bool) -> None:
        if self.proposal is not None:
            sources = list(self.proposal.sources)
            sources[position] = replace(sources[position], wanted=wanted)
            self._show(self._estimated(replace(self.proposal, sources=tuple(sources))))

    def set_models(self, text_model: str, image_model: str) -> None:
        if self.proposal is not None:
            self._show(self._estimated(replace(self.proposal, text_model=text_model, image_model=image_model)))

    def set_project_path(self, path: str) -> None:
        if self.proposal is not None:
            self._show(replace(self.proposal, project_path=path))

    def cancel(self) -> None:
        self._found = []
        self._show(None)

    def accept(self) -> None:
        """Start. Into the open project, or into a new one at the proposed path."""
        core, proposal = self._core, self.proposal
        if proposal is None or proposal.reading:
            return
        chosen = [
            (found.source, shown.choices)
            for found, shown in zip(self._found, proposal.sources, strict=True)
            if shown.wanted and found.source is not None and not shown.error
        ]
        if not chosen:
            core.inform("There is nothing here that can be imported.", level="warning")
            return
        kept = {shown.path: asdict(shown.choices) for shown in proposal.sources if shown.wanted}
        core.settings = replace(
            core.settings,
            text_model=proposal.text_model or core.settings.text_model,
            image_model=proposal.image_model or core.settings.image_model,
            import_choices={**core.settings.import_choices, **kept},
        )
        params = ImportParams(tuple(chosen))
        self.cancel()
        if proposal.project_path:
            self._projects.open(Path(proposal.project_path), then=params, new=True)
        else:
            self._projects.import_sources(params)

    def _looked(self, outcome: Outcome, first: Path) -> None:
        if self.proposal is None:
            return  # the sheet was closed meanwhile
        self._found = list(outcome.value)
        settings = self._core.settings
        texts, images = model_choices()
        path = "" if self._core.session is not None else str(free_path(first))
        proposal = ImportProposal(
            sources=tuple(_shown(found) for found in self._found),
            project_path=path,
            text_models=texts,
            image_models=images,
            text_model=settings.text_model,
            image_model=settings.image_model,
            device=describe_device(settings.device),
        )
        self._show(self._estimated(proposal))

    def _looked_again(self, position: int, outcome: Outcome) -> None:
        if self.proposal is None:
            return
        self._found[position] = outcome.value
        sources = list(self.proposal.sources)
        sources[position] = replace(_shown(outcome.value), wanted=sources[position].wanted)
        self._show(self._estimated(replace(self.proposal, sources=tuple(sources))))

    def _estimated(self, proposal: ImportProposal) -> ImportProposal:
        previews = [shown.preview for shown in proposal.sources if shown.wanted and shown.preview is not None]
        words = estimate_words(previews, proposal.text_model, proposal.image_model, self._core.settings.threads)
        return replace(proposal, estimate=words)

    def _failed(self, error: EmbexError) -> None:
        self.cancel()
        self._core.tell(error)

    def _show(self, proposal: ImportProposal | None) -> None:
        self.proposal = proposal
        self._core.view.show_import(proposal)


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
