"""Compares each finished map with the vectors that it is of, quietly, when nothing else is going on."""

from embexplorer.app.core import Core
from embexplorer.app.resolve import Aspect
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome
from embexplorer.data.columns import MapInfo
from embexplorer.operations.doubting import judge_map
from embexplorer.work.job import Lane

JUDGE = Lane("judge", steps_back=True)


class Doubting:
    """A map that is shown and finished gets its “… trust” column and its figures; one at a time."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tried: set[tuple[str, str]] = set()  # map and parameters: what failed is not tried for ever
        self._is_busy = False
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    def _forget(self) -> None:
        self._tried.clear()
        self._is_busy = False

    def _on_show(self, _changed: frozenset[Aspect]) -> None:
        session, facts = self._core.session, self._core.facts
        if session is None or facts is None or self._is_busy or session.store.read_only or self._core.board.running():
            return
        wanted = next((info for info in facts.maps if info.name in facts.shown_maps and self._wants(info)), None)
        if wanted is None:
            return
        store, name, threads = session.store, wanted.name, self._core.settings.threads
        self._tried.add(_key(wanted))
        self._is_busy = True
        self._core.start(
            "judge",
            lambda: judge_map(store, name, threads, only_at_hand=True),
            JUDGE,
            on_done=self._done,
            on_failed=self._failed,
        )

    def _wants(self, info: MapInfo) -> bool:
        return info.finished and not info.quality and _key(info) not in self._tried

    def _done(self, outcome: Outcome) -> None:
        self._is_busy = False
        info: MapInfo = outcome.value
        if info.quality:  # made anew, it is compared anew
            self._tried.discard(_key(info))
            self._core.refresh()

    def _failed(self, _error: EmbexError) -> None:
        self._is_busy = False  # the log has it; a map is as good as before without the figures


def _key(info: MapInfo) -> tuple[str, str]:
    return info.name, repr(sorted(info.params.items()))
