"""Dates as people and machines write them, and the formats that a column of them was written in."""

import polars as pl

# Tried in this order on a tie, so a day comes before a month where both could be meant.
DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f UTC",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d/%m/%y %H:%M",
    "%m/%d/%y %H:%M",
    "%d-%b-%y",
    "%Y-%m",
    "%b %Y",
    "%B %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %z %Y",
)
_EARLIEST_YEAR = 1000  # a year of fewer digits is a number that was taken for one
# Years of two digits lie between 1950 and 2049, as in spreadsheets; chrono's own range ends in 2068.
_FIRST_OF_LAST_CENTURY = 2050
_WRITTEN_DAYS = (19000101, 21001231)
_SHORT_YEAR = r"\D\d\d(\s|$)"


def date_formats(text: pl.Series) -> tuple[str, ...]:
    """The formats that together read most of these cleaned texts, the commonest first; () where none reads any."""
    rest = text.drop_nulls()
    chosen: list[str] = []
    enough = len(rest) // 100
    while len(rest) > enough:
        parsed = [(_parsed(rest, form), form) for form in DATE_FORMATS if form not in chosen]
        best, form = max(parsed, key=lambda pair: len(pair[0]) - pair[0].null_count())
        if best.null_count() == len(rest):
            break
        chosen.append(form)
        rest = rest.filter(best.is_null())
    return tuple(chosen)


def dates(text: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """Datetime("ms") in UTC of cleaned text; null where no format reads it."""
    result = pl.Series(text.name, [None] * len(text), pl.Datetime("ms"))
    for form in formats:
        if result.null_count() == text.null_count():
            break
        result = result.fill_null(_parsed(text, form))
    return result


def dates_of_numbers(values: pl.Series) -> pl.Series:
    """Datetime("ms") of Float64: 20240131 is a day; else seconds since 1970, or milliseconds where these would
    otherwise lie beyond the year 5138."""
    value = pl.col(values.name)
    written = value.cast(pl.Int64, strict=False).cast(pl.String).str.to_date("%Y%m%d", strict=False)
    millis = pl.when(value.abs() > 1e11).then(value).otherwise(value * 1000)
    moment = millis.cast(pl.Int64, strict=False).cast(pl.Datetime("ms"))
    found = pl.when(value.is_between(*_WRITTEN_DAYS)).then(written.cast(pl.Datetime("ms"))).otherwise(moment)
    return values.to_frame().select(found.alias(values.name)).to_series()


def are_written_days(values: pl.Series) -> bool:
    """Whether these numbers (Float64, no nulls) are all days of the form 20240131."""
    if not len(values) or not values.is_between(*_WRITTEN_DAYS).all():
        return False
    return values.cast(pl.Int64).cast(pl.String).str.to_date("%Y%m%d", strict=False).null_count() == 0


def in_utc(values: pl.Series) -> pl.Series:
    """Dates and times of any precision and zone as Datetime("ms") in UTC."""
    if getattr(values.dtype, "time_zone", None):
        values = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return values.cast(pl.Datetime("ms"))


def _parsed(text: pl.Series, form: str) -> pl.Series:
    if "%d" not in form:
        text, form = text + " 1", form + " %d"  # a month stands for its first day
    if "%H" in form or "%I" in form:
        parsed = in_utc(text.str.to_datetime(form, strict=False, time_unit="us", ambiguous="null"))
    else:
        parsed = text.str.to_date(form, strict=False).cast(pl.Datetime("ms"))
    if "%y" in form:
        return _in_this_century(parsed, text)
    return parsed.set(parsed.dt.year() < _EARLIEST_YEAR, None)


def _in_this_century(parsed: pl.Series, text: pl.Series) -> pl.Series:
    """Years of exactly two digits; 1.2.3 is a version rather than a day."""
    day = pl.col("parsed")
    late = pl.when(day.dt.year() >= _FIRST_OF_LAST_CENTURY).then(day.dt.offset_by("-100y")).otherwise(day)
    short = pl.when(pl.col("text").str.contains(_SHORT_YEAR)).then(late)
    return pl.DataFrame({"parsed": parsed, "text": text}).select(short.alias(text.name)).to_series()
