"""The legend: what each colour and size means, how many items have it, and which of them are switched off."""

import sys

import numpy as np

from embexplorer.app.appearance import Colouring, Sizing
from embexplorer.app.state import Facts, State
from embexplorer.app.values import BarView, LegendLine, LegendView
from embexplorer.data.items import FieldType
from embexplorer.raster.colours import MISSING_KEY, LegendEntry, LegendRange

MISSING, OTHERS = "@missing", "@others"  # as names of what stands for no single category
END = sys.float_info.max  # as an end of State.value_range: no end, so that values beyond the colours belong to it

_PARTS = 51  # of the colour bar's 255 steps
_DAY_MS = 86_400_000.0
_LONGEST_LABEL = 200
_DAYS_FROM = 4  # on a shorter bar than so many days one chooses moments


def name_of(entry: LegendEntry) -> str:
    """What State.muted calls an entry of the legend."""
    if entry.value is not None:
        return entry.value
    return MISSING if entry.key == MISSING_KEY else OTHERS


def tally(colours: Colouring, allowed: np.ndarray) -> np.ndarray:
    """int64 (2, 256): how many items have each colour, all of them and those that pass the filter. allowed: bool."""
    keys = colours.scale.keys
    total = np.bincount(keys, minlength=256)
    return np.stack([total, total if allowed.all() else np.bincount(keys[allowed], minlength=256)])


def switched_off(state: State, colours: Colouring) -> np.ndarray | None:
    """bool (n,): what the legend keeps off the map; None where it keeps nothing off."""
    if state.colour_by not in ("", colours.column):
        return None  # what was switched off belongs to a column that is gone
    off = None
    keys = [entry.key for entry in colours.scale.legend.entries if name_of(entry) in state.muted]
    if keys:
        is_off = np.zeros(256, np.bool_)
        is_off[keys] = True
        off = is_off[colours.scale.keys]
    if state.value_range is not None and colours.numbers is not None:
        low, high = state.value_range
        outside = (colours.numbers < low) | (colours.numbers > high)  # never of missing values: NaN is not less
        off = outside if off is None else off | outside
    return off


def legend_view(state: State, facts: Facts, colours: Colouring, counts: np.ndarray, sizes: Sizing) -> LegendView:
    """counts: of tally()."""
    muted = state.muted if state.colour_by in ("", colours.column) else frozenset()
    total, shown = counts
    legend = colours.scale.legend
    lines = tuple(
        LegendLine(
            name=name_of(entry),
            label=" ".join(entry.label[:_LONGEST_LABEL].split()),
            key=entry.key,
            shown=int(shown[entry.key]),
            total=int(total[entry.key]),
            is_on=name_of(entry) not in muted,
        )
        for entry in legend.entries
    )
    bar = _bar(state, facts, colours, legend.range, counts) if legend.range is not None else None
    return LegendView(colours.title, lines, bar, sizes.title, sizes.marks)


def _bar(state: State, facts: Facts, colours: Colouring, shown: LegendRange, counts: np.ndarray) -> BarView:
    kind, whole = facts.schema[colours.column], colours.column in facts.whole
    parts = counts[:, 1:].reshape(2, _PARTS, -1).sum(axis=2)
    days = kind is FieldType.DATE and shown.high - shown.low >= _DAYS_FROM * _DAY_MS
    return BarView(
        low=shown.low,
        high=shown.high,
        ticks=shown.ticks,
        totals=tuple(parts[0].tolist()),
        shown=tuple(parts[1].tolist()),
        type=kind,
        whole=whole,
        step=_DAY_MS if days else 1.0 if whole else 0.0,
        left=state.value_range if state.colour_by in ("", colours.column) else None,
        open_low=shown.cut_low,
        open_high=shown.cut_high,
    )
