"""Where a map lies: how many of an item's true neighbours are its neighbours on the map, for each item and in all."""

from collections.abc import Generator
from dataclasses import asdict, dataclass, replace

import numpy as np
import polars as pl

from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Operation, Outcome, Step, part
from embexplorer.data.columns import Column, MapInfo, Provenance
from embexplorer.data.items import FieldType
from embexplorer.data.vectors import Vectors
from embexplorer.operations.mapping import coordinates, graph_of, kept_graph, layout_params
from embexplorer.projection.neighbours import EXACT_ROWS
from embexplorer.projection.start import pca_start
from embexplorer.projection.trust import faithfulness, neighbour_preservation
from embexplorer.store.project import ProjectStore

_NOTE = "Comparing the map with the vectors"
_NEAR = 15  # neighbours that trustworthiness and continuity are told for, as papers do


@dataclass(frozen=True)
class Quality:
    """What MapInfo.quality holds. kept: the mean share of true neighbours that are neighbours on the map.
    trustworthiness, continuity: at 15 neighbours, on a sample (Venna and Kaski 2001); pca_trustworthiness,
    pca_continuity: of the two main axes of the same vectors, to compare with. All from 0 to 1."""

    kept: float
    trustworthiness: float
    continuity: float
    pca_trustworthiness: float
    pca_continuity: float


def judge_map(store: ProjectStore, map_name: str, threads: int = 0, *, only_at_hand: bool = False) -> Operation:
    """Compare a map with the vectors that it is of. Kept as the map's column “… trust”, a number from 0 to 1 for each
    item, and as its quality; Outcome.value is the MapInfo. Nothing is done again for a map that is as it was.

    only_at_hand: not where the neighbours of many items would have to be found first, which takes as long as a map.
    Raises EmbexError where there is no such map.
    """
    info = store.maps.get(map_name)
    yield Step(0, 1.0, _NOTE)
    space, vectors = store.spaces.get(info.space_id), store.spaces.vectors(info.space_id)
    xy = coordinates(store, map_name, vectors.ids)
    if xy is None or not np.isfinite(xy).any():
        return Outcome("There is nothing on the map to compare", value=info)
    seen = fingerprint(vectors.ids.tobytes(), xy.tobytes())
    if _judged(store, info) == seen:
        return Outcome("The map was compared already", value=info)
    neighbours = layout_params(info).neighbors
    if only_at_hand and len(vectors) > EXACT_ROWS and kept_graph(store, space, vectors, neighbours) is None:
        return Outcome("The neighbours of the map's items are not kept", value=info)
    graph, _ = yield from part(graph_of(store, space, vectors, neighbours, threads), 0, 0.5, _NOTE)
    share = yield from part(neighbour_preservation(graph, xy), 0.5, 0.9, _NOTE)
    quality = yield from part(_quality(vectors, xy, share), 0.9, 1, _NOTE)
    judged = replace(info, quality=asdict(quality))
    made = Provenance("judge", {"neighbors": neighbours}, seen)
    values = pl.Series(info.trust_column, share).fill_nan(None)
    with store.transaction():
        store.columns.put(Column(info.trust_column, FieldType.NUMBER, vectors.ids, values, made))
        store.maps.put(judged)
    return Outcome(f"The map keeps {quality.kept:.0%} of the items' true neighbours", value=judged)


def _judged(store: ProjectStore, info: MapInfo) -> str:
    """What the map's column was made from, "" where there is none."""
    known = {column.name: column.provenance for column in store.columns.all()}
    return known[info.trust_column].fingerprint if info.trust_column in known and info.quality else ""


def _quality(vectors: Vectors, xy: np.ndarray, share: np.ndarray) -> Generator[Step, None, Quality]:
    yield Step(0, 1.0)
    own = faithfulness(vectors.matrix, xy, _NEAR)
    axes = yield from part(pca_start(vectors.matrix), 0.3, 0.6)
    plain = faithfulness(vectors.matrix, axes, _NEAR)
    kept = float(np.nanmean(share)) if np.isfinite(share).any() else 1.0
    return Quality(kept, own.trustworthiness, own.continuity, plain.trustworthiness, plain.continuity)
