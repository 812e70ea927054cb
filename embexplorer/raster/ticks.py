"""Round numbers and dates for the axis of a legend."""

import math
from datetime import UTC, datetime, timedelta

Ticks = tuple[tuple[float, str], ...]

_WANTED = 4
_DAY_MS = 86_400_000.0
_EARLIEST, _LATEST = -62_135_596_800_000.0, 253_402_300_799_000.0  # the years 1 to 9999, all that datetime knows


def number_ticks(low: float, high: float) -> Ticks:
    """Some round values within [low, high] as (place between 0 and 1, text); one tick where low is high."""
    span = high - low
    if not span > 0 or not math.isfinite(span) or abs(span) < 1e-300:
        return ((0.5, _number(low)),) if low == high else ((0.0, _number(low)), (1.0, _number(high)))
    step = _round_step(span / _WANTED)
    first = math.ceil(low / step - 1e-9)
    values = [(first + k) * step for k in range(_WANTED * 3) if (first + k) * step <= high + step * 1e-9]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((min(1.0, max(0.0, (v - low) / span)), _number(v, decimals)) for v in values)
    return ticks if len({text for _, text in ticks}) > 1 else ((0.0, _number(low)), (1.0, _number(high)))


def _round_step(rough: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= rough * 0.999)


def _number(value: float, decimals: int | None = None) -> str:
    size = abs(value)
    if size and not 1e-4 <= size < 1e7:
        return f"{value:.3g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    text = f"{value:,.4g}" if decimals is None else f"{value:,.{min(decimals, 6)}f}"
    return "0" if text.strip("-0.") == "" else text


def date_ticks(low_ms: float, high_ms: float) -> Ticks:
    """As number_ticks for milliseconds since 1970, with texts as short as the span allows."""
    low_ms, high_ms = (min(max(ms, _EARLIEST), _LATEST) for ms in (low_ms, high_ms))
    days = (high_ms - low_ms) / _DAY_MS
    pattern = "%Y" if days > 1500 else "%b %Y" if days > 90 else "%d %b %Y" if days > 2 else "%d %b %H:%M"
    if days <= 0:
        return ((0.5, _date(low_ms, "%d %b %Y")),)
    ticks: list[tuple[float, str]] = []
    for k in range(_WANTED):
        place = k / (_WANTED - 1)
        text = _date(low_ms + (high_ms - low_ms) * place, pattern)
        if text not in (known for _, known in ticks):
            ticks.append((place, text))
    return tuple(ticks)


def _date(ms: float, pattern: str) -> str:
    # a sum from 1970, since fromtimestamp refuses years before it on Windows
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return moment.strftime(pattern.replace("%Y", f"{moment.year}"))
