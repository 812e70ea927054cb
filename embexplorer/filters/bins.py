"""Edges for histograms that a person would have chosen."""

import numpy as np

_SECOND_MS, _MINUTE_MS, _HOUR_MS, _DAY_MS = 1000, 60_000, 3_600_000, 86_400_000
_CLOCK_MS = (
    *(n * _SECOND_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR_MS for n in (1, 2, 3, 6, 12)),
    *(n * _DAY_MS for n in (1, 2, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400)
_MONTH_MS = 30.44 * _DAY_MS
_EXACT_WHOLE = 2.0**53


def nice_edges(low: float, high: float, bins: int, whole: bool) -> np.ndarray:
    """float64 ascending edges around low to high, both finite: about as many bins as asked, at most twice as many,
    of a width 1, 2 or 5 times a power of ten. whole: all values are whole, so a bin is at least 1 wide."""
    if low == high:
        return np.array([low, low + 1.0]) if abs(low) < _EXACT_WHOLE else np.sort([low, np.nextafter(low, 0.0)])
    step, power = _nice_width((high / 2 - low / 2) / bins * 2, whole)
    scale = 10.0 ** abs(power)
    width = step * scale if power >= 0 else step / scale
    with np.errstate(over="ignore", invalid="ignore"):
        first = np.floor(low / width)
        numbers = first + np.arange(np.floor(high / width) - first + 2)
        # divided, not multiplied by a fraction: 3 / 10 is 0.3, and 3 * 0.1 is not
        edges: np.ndarray = numbers * step * scale if power >= 0 else numbers * step / scale
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all() and edges[0] <= low and high <= edges[-1]):
        # at the ends of what floats hold; halves, since high - low may be infinite
        edges = np.linspace(low / 2, high / 2, bins + 1) * 2
        edges[[0, -1]] = low, high
        edges = np.unique(np.clip(edges, low, high))
    return edges


def nice_date_edges(low_ms: int, high_ms: int, bins: int) -> np.ndarray:
    """float64 ascending edges in milliseconds since 1970 UTC: whole seconds, minutes, hours, days, weeks (from
    Monday), months or years, whichever gives about as many bins as asked."""
    span = max(high_ms - low_ms, 1)
    wanted = span / bins
    if wanted <= _CLOCK_MS[-1]:
        width = next(width for width in _CLOCK_MS if width >= wanted)
        monday = 4 * _DAY_MS if width >= 7 * _DAY_MS else 0  # 5 January 1970
        first = (low_ms - monday) // width
        steps = (high_ms - monday) // width - first + 1
        edges: np.ndarray = ((first + np.arange(steps + 1)) * width + monday).astype(np.float64)
        return edges
    return _month_edges(low_ms, high_ms, next((m for m in _MONTHS if m * _MONTH_MS >= wanted), _MONTHS[-1]))


def _month_edges(low_ms: int, high_ms: int, months: int) -> np.ndarray:
    first, last = (
        np.datetime64(ms, "ms").astype("datetime64[M]").astype(np.int64) // months for ms in (low_ms, high_ms)
    )
    numbers = np.arange(first, last + 2) * months
    edges: np.ndarray = numbers.astype("datetime64[M]").astype("datetime64[ms]").astype(np.int64).astype(np.float64)
    return edges


def _nice_width(width: float, whole: bool) -> tuple[float, int]:
    """A step of 1, 2, 5 or 10 and the power of ten to take it times."""
    if whole and width <= 1:
        return 1.0, 0
    power = int(np.floor(np.log10(max(width, 1e-300))))
    return next((step for step in (1.0, 2.0, 5.0) if step * 10.0**power >= width * (1 - 1e-9)), 10.0), power
