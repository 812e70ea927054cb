"""A picture of the map as the window shows it: what is on it, how it will look, and the file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embexplorer.app.core import Core, once
from embexplorer.app.upkeep import Upkeep
from embexplorer.base.errors import EmbexError
from embexplorer.data.labels import MapLabels
from embexplorer.data.picture import MapPicture
from embexplorer.raster.contents import MapContents, ShownMap
from embexplorer.raster.export import preview
from embexplorer.raster.view import Bounds
from embexplorer.work.job import Lane

PREVIEW = Lane("preview", newest_wins=True, steps_back=True)


@dataclass(frozen=True, eq=False)
class SeenMap:
    """What only a map's widget knows. name: the map's. part: of it, what is in view. hits: rows that are ringed."""

    name: str
    part: Bounds
    labels: MapLabels
    hits: np.ndarray


class Picturing:
    """Everything returns at once; previews and files are made in the background."""

    def __init__(self, core: Core, upkeep: Upkeep) -> None:
        self._core, self._upkeep = core, upkeep

    def shown(self, seen: SeenMap) -> ShownMap | None:
        """A map with its colours, sizes, filter, selection and search results; None where it is not shown."""
        resolved = self._core.resolved
        places = next((places for places in resolved.maps if places.name == seen.name), None) if resolved else None
        if resolved is None or places is None:
            return None
        contents = MapContents(
            places.xy, resolved.colours.scale, resolved.point_state, resolved.colours.title, seen.hits, seen.labels,
            resolved.sizes.classes, seen.part, resolved.sizes.title, resolved.sizes.marks,
        )  # fmt: skip
        return ShownMap(seen.name, resolved.facts.ids, contents)

    def proposed(self, seen: SeenMap, dark: bool) -> MapPicture:
        """What a picture of this map would be at first: titled, and with what the window shows."""
        session, resolved = self._core.session, self._core.resolved
        if session is None or resolved is None:
            return MapPicture(title="", dark=dark)
        look = resolved.look
        return MapPicture(title=f"{session.name} · {seen.name}", labels=look.labels, density=look.density, dark=dark)

    def preview(
        self, shown: ShownMap, picture: MapPicture, size: tuple[int, int],
        on_done: Callable[[np.ndarray], None], on_failed: Callable[[EmbexError], None],
    ) -> None:  # fmt: skip
        """Draw it as large as it fits into so many pixels; of several that are asked for, only the last is told."""
        self._core.start(
            "preview",
            lambda: once(lambda: preview(shown.contents, picture, *size)),
            PREVIEW,
            key="preview",
            on_done=lambda outcome: on_done(outcome.value),
            on_failed=on_failed,
        )

    def export(self, path: Path, shown: ShownMap, picture: MapPicture) -> None:
        self._upkeep.export_map(path, picture, shown)
