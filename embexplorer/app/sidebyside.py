"""Maps beside each other: which of the project's maps are shown, and in which order."""

from embexplorer.app.core import Core
from embexplorer.app.facts import MOST_MAPS


class SideBySide:
    """Places count from 0, the first map."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def show(self, place: int, name: str) -> None:
        """Show a map at this place. Where it is shown already, the two change places."""
        self._show(exchanged(asked_for(self._core), place, name))

    def add(self, name: str = "") -> None:
        """Show one map more: this one, or the first that is not shown yet."""
        facts, shown = self._core.facts, asked_for(self._core)
        if facts is None or len(shown) >= MOST_MAPS or name in shown:
            return
        others = [info.name for info in facts.maps if info.name not in shown]
        if others and (not name or name in others):
            self._show((*shown, name or others[0]))

    def close(self, place: int) -> None:
        """Show the map at this place no longer; the last one stays."""
        shown = asked_for(self._core)
        if len(shown) > 1 and place < len(shown):
            self._show(shown[:place] + shown[place + 1 :])

    def keep_first(self) -> None:
        self._show(asked_for(self._core)[:1])

    def _show(self, names: tuple[str, ...]) -> None:
        if names and names != asked_for(self._core):
            self._core.look_at_maps(names)


def asked_for(core: Core) -> tuple[str, ...]:
    """The maps that the user last asked for, which may not be on the screen yet."""
    state, facts = core.state, core.facts
    if facts is None:
        return ()
    there = {info.name for info in facts.maps}
    first = state.map if state.map in there else facts.map
    return tuple(dict.fromkeys(name for name in (first, *state.side_maps) if name in there))


def exchanged(shown: tuple[str, ...], place: int, name: str) -> tuple[str, ...]:
    """The names with this one at this place. Where it stands at another, the one that was here goes there."""
    if not shown:
        return (name,)
    now = shown[place]
    return tuple(name if at == place else now if other == name else other for at, other in enumerate(shown))
