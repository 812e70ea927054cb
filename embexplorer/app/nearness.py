"""The true neighbours of the item that is pointed at, for lines on the map, and selections that grow by neighbours."""

import numpy as np

from embexplorer.app.core import Core, once
from embexplorer.app.resolve import Aspect
from embexplorer.app.selecting import Selecting
from embexplorer.app.session import Session
from embexplorer.app.state import Facts
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome
from embexplorer.data.query import ItemsTerm, Query
from embexplorer.data.selection import Combine
from embexplorer.operations.nearness import NEAREST, Nearest, find_nearest, kept_nearest, strengths
from embexplorer.work.job import Lane

_NEAR = Lane("near", newest_wins=True)
_GROW = Lane("grow", steps_back=True)
_NONE = (np.zeros(0, np.int64), np.zeros(0, np.float32))

Near = tuple[np.ndarray, np.ndarray]  # rows int64 (k,), the nearest first; strengths float32 (k,), 1 is strongest


class _Kept:
    """What is nearest to what, read when it is first asked for. Used in one lane only."""

    def __init__(self, session: Session, facts: Facts) -> None:
        self._session, self._facts = session, facts
        self._is_read = False
        self._nearest: Nearest | None = None

    def fits(self, session: Session, facts: Facts) -> bool:
        """Whether it is of these items and of the map that is shown."""
        mine = self._facts
        same_items = mine is facts or np.array_equal(mine.ids, facts.ids)
        return self._session is session and mine.map == facts.map and mine.maps == facts.maps and same_items

    def nearest(self) -> Nearest | None:
        if not self._is_read:
            self._is_read, self._nearest = True, kept_nearest(self._session.store, self._facts.map)
        return self._nearest


class Nearness:
    """Lines lead from the hovered item, or else from the current one. What is asked last is answered first, and an
    answer about something that is no longer pointed at is dropped."""

    def __init__(self, core: Core, selecting: Selecting) -> None:
        self._core, self._selecting = core, selecting
        self._hovered = -1
        self._asked: tuple[np.ndarray, str, int] | None = None  # ids, map and row
        self._kept: _Kept | None = None
        selecting.hovering.append(self._on_hover)
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    def _forget(self) -> None:
        self._hovered, self._asked, self._kept = -1, None, None
        self._core.view.map.set_neighbours(-1, *_NONE)

    def _on_hover(self, row: int) -> None:
        self._hovered = row
        self._follow()

    def _on_show(self, changed: frozenset[Aspect]) -> None:
        if Aspect.POINTS in changed:
            self._asked = None
        self._follow()

    def _follow(self) -> None:
        """Ask for the neighbours of what is pointed at now."""
        core, facts, session = self._core, self._core.facts, self._core.session
        if facts is None or session is None:
            return
        row = self._hovered if self._hovered >= 0 else core.state.current
        if not core.state.look.neighbour_lines or not 0 <= row < len(facts) or not facts.map:
            row = -1
        if self._is_asked(facts, row):
            return
        self._asked = (facts.ids, facts.map, row)
        if row < 0:
            core.view.map.set_neighbours(-1, *_NONE)
            return
        kept = self._kept_of(session, facts)
        core.start(
            "neighbours",
            lambda: once(lambda: _near(session, facts, kept, row)),
            _NEAR,
            key="near",
            on_done=lambda outcome: self._answered(facts, row, outcome.value),
            on_failed=lambda _error: self._answered(facts, row, _NONE),  # nothing is embedded: there are no lines
        )

    def _kept_of(self, session: Session, facts: Facts) -> _Kept:
        if self._kept is None or not self._kept.fits(session, facts):
            self._kept = _Kept(session, facts)
        return self._kept

    def _is_asked(self, facts: Facts, row: int) -> bool:
        asked = self._asked
        return asked is not None and asked[0] is facts.ids and asked[1:] == (facts.map, row)

    def _answered(self, facts: Facts, row: int, near: Near) -> None:
        if self._is_asked(facts, row):
            self._core.view.map.set_neighbours(row, *near)

    # -- selecting ----------------------------------------------------------------------------------------------------

    def grow(self) -> None:
        """The selection, or the current item, and what is nearest to it become selected."""
        core, facts, session = self._core, self._core.facts, self._core.session
        if facts is None or session is None or not facts.map:
            return
        rows = core.state.selection.rows()
        rows = rows if len(rows) else np.array([core.state.current] if core.state.current >= 0 else [], np.int64)
        ids = facts.ids[rows]
        if not len(ids):
            return
        kept = self._kept_of(session, facts)

        def look() -> np.ndarray | None:
            nearest = kept.nearest()
            return nearest.around(ids) if nearest is not None else None

        core.start(
            "neighbours",
            lambda: once(look),
            _NEAR,
            key="grow",
            on_done=lambda outcome: self._grown(session, facts, ids, outcome.value),
        )

    def _grown(self, session: Session, facts: Facts, ids: np.ndarray, near: np.ndarray | None) -> None:
        if near is not None:
            self._select(np.union1d(ids, near))
            return
        self._core.start(
            "Finding neighbours",
            lambda: _found_around(session, facts.map, ids, self._core.settings.threads),
            _GROW,
            key="grow",
            shown=True,
            on_done=lambda outcome: self._found(outcome.value, ids),
        )

    def _found(self, near: np.ndarray, ids: np.ndarray) -> None:
        self._kept = None  # the graph is there from now on
        self._select(np.union1d(ids, near))

    def _select(self, ids: np.ndarray) -> None:
        """Add items to the selection, as far as they are not hidden."""
        facts, resolved = self._core.facts, self._core.resolved
        if facts is None or resolved is None:
            return
        rows = facts.rows_of(ids)
        rows = rows[rows >= 0]
        if self._core.state.hide_filtered and len(resolved.mask) == len(facts):
            rows = rows[resolved.mask[rows]]
        self._selecting.select(rows, Combine.ADD)


def _near(session: Session, facts: Facts, kept: _Kept, row: int) -> Near:
    """From the map's graph, else from a search."""
    item_id = int(facts.ids[row])
    nearest = kept.nearest()
    found = nearest.of(item_id) if nearest is not None else _searched(session, facts, item_id)
    if found is None:
        return _NONE
    rows = facts.rows_of(found[0])
    return rows[rows >= 0], found[1][rows >= 0]


def _searched(session: Session, facts: Facts, item_id: int) -> Near | None:
    space = _space_of(facts)
    if not space:
        return None
    try:
        hits = session.searcher.search(Query((ItemsTerm((item_id,)),), k=NEAREST, space=space))
    except EmbexError:  # this item has no vector
        return None
    return np.asarray(hits.ids, np.int64), strengths(-np.asarray(hits.scores, np.float32))


def _space_of(facts: Facts) -> str:
    """The name of the space that the shown map is of."""
    wanted = next((info.space_id for info in facts.maps if info.name == facts.map), None)
    return next((space.name for space in facts.spaces if space.id == wanted), "")


def _found_around(session: Session, map_name: str, ids: np.ndarray, threads: int) -> Operation:
    nearest = yield from find_nearest(session.store, map_name, threads)
    return Outcome("Neighbours found", value=nearest.around(ids))
