"""Models for the window: looking at a folder, adding, removing, measuring and trying, each in the background."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from embexplorer.app.core import Core, once
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome
from embexplorer.base.settings import Settings
from embexplorer.data.models import ModelChoices, ModelProposal, ModelView
from embexplorer.operations.modelling import (
    compare,
    install_model,
    is_model_folder,
    look_at_model,
    measure_model,
    model_views,
    uninstall_model,
)
from embexplorer.work.job import Lane

LOOK = Lane("model look", newest_wins=True, steps_back=True)
WORK = Lane("model work", steps_back=True)


class Modelling:
    """Everything returns at once. None of it belongs to a project: it goes on whichever one is open."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.changed: list[Callable[[], None]] = []  # called when models were added, removed or measured

    def sort_out(
        self, paths: Sequence[Path], model: Callable[[Path], None], others: Callable[[Sequence[Path]], None]
    ) -> None:
        """Hand a dropped folder that holds a model to model, and all else that is dropped to others."""
        if len(paths) != 1:
            others(paths)
            return

        def known(outcome: Outcome) -> None:
            if outcome.value:
                model(paths[0])
            else:
                others(paths)

        self._core.start("sort out", lambda: once(lambda: is_model_folder(paths[0])), LOOK, free=True, on_done=known)

    def look(self, folder: Path, choices: ModelChoices | None, on_done: Callable[[ModelProposal], None]) -> None:
        """What is in a folder, and how it runs with these choices; of several requests only the last is told."""
        self._core.start(
            "look at a model",
            lambda: look_at_model(folder, choices),
            LOOK,
            key="look",
            free=True,
            on_done=lambda outcome: on_done(outcome.value),
            on_failed=lambda error: on_done(ModelProposal(folder, choices or ModelChoices(), error=str(error))),
        )

    def forget(self) -> None:
        """Nobody waits for the look any more."""
        self._core.cancel(LOOK)

    def install(self, folder: Path, choices: ModelChoices | None, *, link: bool) -> None:
        """Add a model, as a job that the job panel shows."""

        def added(outcome: Outcome) -> None:
            action = "project.embed" if self._core.facts is not None else "project.models"
            self._core.inform(f"{outcome.summary}.", action=action)
            self._tell_change()

        self._core.start(
            f"Adding {choices.name if choices else folder.name}",
            lambda: install_model(folder, choices, link=link),
            WORK,
            shown=True,
            free=True,
            on_done=added,
        )

    def remove(self, model_id: str) -> None:
        def removed(_outcome: Outcome) -> None:
            self._core.keep_settings(_without(self._core.settings, model_id))
            self._core.inform(f"“{model_id}” is removed. Its vectors stay in the projects that have them.")
            self._tell_change()

        self._core.start(
            "remove a model", lambda: once(lambda: uninstall_model(model_id)), WORK, free=True, on_done=removed
        )

    def measure(self, view: ModelView) -> None:
        settings = self._core.settings
        self._core.start(
            f"Measuring {view.name}",
            lambda: measure_model(view.id, settings.device, settings.threads),
            WORK,
            shown=True,
            free=True,
            on_done=lambda _outcome: self._tell_change(),
            on_stopped=self._tell_change,
        )

    def list(self, on_done: Callable[[tuple[ModelView, ...]], None]) -> None:
        self._core.start(
            "models",
            lambda: once(model_views),
            LOOK,
            key="list",
            free=True,
            on_done=lambda outcome: on_done(outcome.value),
        )

    def compare(
        self,
        model_id: str,
        one: str,
        other: str,
        on_done: Callable[[float], None],
        on_failed: Callable[[EmbexError], None],
    ) -> None:
        """The similarity of two texts or image files to a model; of several requests only the last is told."""
        settings = self._core.settings
        self._core.start(
            "compare",
            lambda: compare(model_id, one, other, settings.device, settings.threads),
            LOOK,
            key="compare",
            free=True,
            on_done=lambda outcome: on_done(outcome.value),
            on_failed=on_failed,
        )

    def _tell_change(self) -> None:
        for tell in self.changed:
            tell()


def _without(settings: Settings, model_id: str) -> Settings:
    """The settings with a bundled model in place of one that is gone."""
    usual = Settings()
    return replace(
        settings,
        text_model=usual.text_model if settings.text_model == model_id else settings.text_model,
        image_model=usual.image_model if settings.image_model == model_id else settings.image_model,
    )
