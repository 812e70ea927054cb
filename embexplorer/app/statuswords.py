"""What the status line says."""

import numpy as np

from embexplorer.app.state import Facts
from embexplorer.app.values import StatusView
from embexplorer.base.wording import count
from embexplorer.data.columns import MapInfo
from embexplorer.operations.estimating import model_name


def status_view(facts: Facts, allowed: np.ndarray, selected: np.ndarray) -> StatusView:
    """allowed, selected: bool (n,), what passes the filter and what is selected."""
    shown, chosen = int(np.count_nonzero(allowed)), int(np.count_nonzero(selected))
    info = next((info for info in facts.maps if info.name == facts.map), None)
    space = next((space for space in facts.spaces if info is not None and space.id == info.space_id), None)
    space = space or next(iter(facts.spaces), None)
    model = ""
    if space is not None:
        name = model_name(space.model) if space.model else space.name
        model = f"{name} on {space.granted}" if space.granted else name
    note = f"{count(facts.failures, 'item')} could not be embedded" if facts.failures else ""
    trust, about = _trust(info) if info is not None and info.quality else ("", "")
    return StatusView(
        items=count(len(facts), "item"),
        shown=f"{shown:,} shown" if shown != len(facts) else "",
        selected=f"{chosen:,} selected" if chosen else "",
        model=model,
        note=note,
        map=trust,
        map_help=about,
    )


def _trust(info: MapInfo) -> tuple[str, str]:
    quality = info.quality
    about = (
        f"Trustworthiness {quality['trustworthiness']:.2f}: how far neighbours on the map are true neighbours.\n"
        f"Continuity {quality['continuity']:.2f}: how far true neighbours lie together on the map.\n"
        f"1 is best. The two main axes alone would reach {quality['pca_trustworthiness']:.2f} "
        f"and {quality['pca_continuity']:.2f}.\n"
        f"Of an item's nearest items, {quality['kept']:.0%} are its nearest on the map too. "
        f"Colour by “{info.trust_column}” to see where."
    )
    return f"map trust {quality['trustworthiness']:.2f}", about


def model_of(facts: Facts, info: MapInfo) -> str:
    """What a map's items were embedded with, in words."""
    space = next((space for space in facts.spaces if space.id == info.space_id), None)
    return "" if space is None else model_name(space.model) if space.model else space.name
