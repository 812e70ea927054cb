"""What leaves the project, and what keeps it whole: export, copies, checks."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from embexplorer.app.core import EXPORT, Core, once
from embexplorer.app.values import Message
from embexplorer.base.progress import Outcome, Problem
from embexplorer.base.wording import count, size
from embexplorer.data.picture import MapPicture
from embexplorer.operations.exporting import ExportParams, export
from embexplorer.operations.rescuing import rescue
from embexplorer.raster.contents import ShownMap
from embexplorer.work.job import WRITE


class Upkeep:
    """Each runs as a job of its own and says how it went."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def export(self, params: ExportParams) -> None:
        session = self._core.session
        if session is None:
            return

        def done(outcome: Outcome) -> None:
            self._core.inform(f"{outcome.summary}.")

        store = session.store
        self._core.start(
            f"Exporting {params.path.name}", lambda: export(store, params), EXPORT, shown=True, on_done=done
        )

    def export_selection(self, path: Path) -> None:
        facts = self._core.facts
        if facts is not None:
            self.export(ExportParams(path, facts.ids[self._core.state.selection.mask]))

    def export_all(self, path: Path) -> None:
        self.export(ExportParams(path))

    def export_map(self, path: Path, picture: MapPicture | None = None, shown: ShownMap | None = None) -> None:
        """Draw a map into a file. shown: as a window shows it; None for the shown map's points in its colours."""
        resolved = self._core.resolved
        if resolved is not None:
            choice, drawn = resolved.choice, picture or MapPicture()
            self.export(ExportParams(path, map=choice.map, colour_by=choice.colour_by, picture=drawn, shown=shown))

    def save_copy(self, path: Path) -> None:
        session = self._core.session
        if session is not None:
            self._core.start(
                f"Saving a copy to {path.name}",
                lambda: once(lambda: session.store.save_copy(path)),
                EXPORT,
                shown=True,
                on_done=lambda _: self._core.inform(f"A copy was saved to {path.name}."),
            )

    def rescue(self, damaged: Path, copy: Path, then: Callable[[Path], None]) -> None:
        """Save what can be read of a damaged project into a copy; then: what to do with that."""

        def done(outcome: Outcome) -> None:
            details = tuple(map(str, outcome.problems))
            level: Literal["warning", "info"] = "warning" if details else "info"
            self._core.view.show_message(Message(level, f"{outcome.summary}.", details=details))
            then(copy)

        self._core.start(f"Rescuing {damaged.name}", lambda: rescue(damaged, copy), EXPORT, shown=True, on_done=done)

    def check(self) -> None:
        """Read the whole file and say whether anything in it is damaged."""
        session = self._core.session
        if session is None:
            return

        def done(outcome: Outcome) -> None:
            problems: tuple[Problem, ...] = outcome.value
            if not problems:
                self._core.inform("The project is whole: all of it was read and checked.")
            else:
                text = f"{count(len(problems), 'damaged place')} found in this project."
                self._core.view.show_message(Message("warning", text, details=tuple(map(str, problems))))

        self._core.start("Checking the project", lambda: once(session.store.check), EXPORT, shown=True, on_done=done)

    def compact(self) -> None:
        """Give back the space of what was deleted."""
        session = self._core.session
        if session is None:
            return

        def compact() -> int:
            before = session.store.path.stat().st_size
            session.store.compact()
            return before - session.store.path.stat().st_size

        def done(outcome: Outcome) -> None:
            saved: int = outcome.value
            self._core.inform(f"The project is {size(saved)} smaller." if saved > 0 else "Nothing to give back.")
            self._core.refresh()  # what could be undone may not be any more

        self._core.start("Compacting", lambda: once(compact), WRITE, shown=True, on_done=done)

    def list_failures(self) -> None:
        """Which items have no vector, and why."""
        session = self._core.session
        if session is None:
            return

        def found() -> tuple[str, ...]:
            lines = []
            for space in session.store.spaces.all():
                for item_id, reason in session.store.spaces.failures(space.id):
                    lines.append(f"{session.store.items.get(item_id).title or item_id}: {reason}")
            return tuple(lines)

        def done(outcome: Outcome) -> None:
            lines: tuple[str, ...] = outcome.value
            if lines:
                text = f"{count(len(lines), 'item')} could not be embedded."
                self._core.view.show_message(Message("warning", text, details=lines))
            else:
                self._core.inform("Every item has its vector.")

        self._core.start("failures", lambda: once(found), EXPORT, on_done=done)
