"""Raw cells to the types of fields; what does not fit becomes missing and is counted."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from embexplorer.data.items import POLARS_TYPES, Field, FieldType

_MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "–", "—", "?")
_TRUE = ("true", "yes", "y", "t", "on", "1", "1.0")
_FALSE = ("false", "no", "n", "f", "off", "0", "0.0")
_SEPARATORS = (";", "|", ",")

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
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d-%m-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %z %Y",
)


@dataclass(frozen=True)
class Conversion:
    """How one column becomes a field: found once on a sample, then the same for every block of the source."""

    field: Field
    formats: tuple[str, ...] = ()
    separator: str = ""

    def apply(self, values: pl.Series) -> tuple[pl.Series, int]:
        """The values in the type of POLARS_TYPES (a category as String), and how many did not fit."""
        convert = _CONVERTERS[self.field.type]
        filled = _filled(values, self.field.type)
        converted = convert(filled, self)
        misfits = converted.null_count() - filled.null_count()
        return converted.alias(self.field.name), max(0, misfits)


def conversion_for(sample: pl.Series, field: Field) -> Conversion:
    """sample: raw values of the column."""
    if field.type is FieldType.DATE and sample.dtype == pl.String:
        return Conversion(field, formats=date_formats(cleaned(sample)) or DATE_FORMATS)
    if field.type is FieldType.TAGS and sample.dtype == pl.String:
        return Conversion(field, separator=_commonest_separator(sample))
    return Conversion(field)


def as_text(values: pl.Series) -> pl.Series:
    """Any column as String, the form in which cells are shown, hashed and embedded."""
    kind = values.dtype
    if kind == pl.String:
        return values
    if isinstance(kind, pl.List | pl.Array):
        inner = values.cast(pl.List(kind.inner)) if isinstance(kind, pl.Array) else values
        if isinstance(kind.inner, pl.Struct | pl.List | pl.Array):
            return pl.Series(values.name, [None if v is None else str(v) for v in inner.to_list()], pl.String)
        return inner.list.eval(pl.element().cast(pl.String, strict=False)).list.join(", ", ignore_nulls=True)
    if isinstance(kind, pl.Struct):
        return values.struct.json_encode()
    if kind == pl.Binary:
        return pl.Series(values.name, [None] * len(values), pl.String)
    if kind == pl.Object:
        return pl.Series(values.name, [None if v is None else str(v) for v in values.to_list()], pl.String)
    return values.cast(pl.String, strict=False)


def cleaned(values: pl.Series) -> pl.Series:
    """String without surrounding blanks; what people write for a missing value is null."""
    text = pl.col(values.name).str.strip_chars()
    missing = text.str.to_lowercase().is_in(_MISSING)
    return as_text(values).to_frame().select(pl.when(missing).then(None).otherwise(text).alias(values.name)).to_series()


def numbers(text: pl.Series) -> pl.Series:
    """Float64 of cleaned text; understands 1,234.5 and 1.234,5 and 12 %, null where it is no finite number."""
    plain = text.cast(pl.Float64, strict=False)
    if plain.null_count() > text.null_count():
        plain = plain.fill_null(_written_out(text).cast(pl.Float64, strict=False))
    return plain.set(plain.is_nan() | plain.is_infinite(), None)


def _written_out(text: pl.Series) -> pl.Series:
    bare = pl.col(text.name).str.replace_all(r"^[$€£]\s?|\s?[%$€£]$", "")
    bare = bare.str.replace_all(r"(\d)[\s'’](\d{3})\b", "${1}${2}")
    english = bare.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
    comma = bare.str.contains(r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$")
    points = bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    result = pl.when(english).then(bare.str.replace_all(",", "", literal=True)).when(comma).then(points).otherwise(bare)
    return text.to_frame().select(result.alias(text.name)).to_series()


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


def _parsed(text: pl.Series, form: str) -> pl.Series:
    if "%H" not in form:
        return text.str.to_date(form, strict=False).cast(pl.Datetime("ms"))
    parsed = text.str.to_datetime(form, strict=False, time_unit="us", ambiguous="null")
    return _utc(parsed)


def _utc(values: pl.Series) -> pl.Series:
    if getattr(values.dtype, "time_zone", None):
        values = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return values.cast(pl.Datetime("ms"))


def _filled(values: pl.Series, kind: FieldType) -> pl.Series:
    """Native values as they are, strings without what stands for a missing value in this type."""
    if values.dtype != pl.String:
        return values
    if kind in (FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN):
        return cleaned(values)
    text = pl.col(values.name) if kind is FieldType.TEXT else pl.col(values.name).str.strip_chars()
    return values.to_frame().select(pl.when(text != "").then(text).alias(values.name)).to_series()


def _to_text(values: pl.Series, _: Conversion) -> pl.Series:
    return as_text(values)


def _to_number(values: pl.Series, _: Conversion) -> pl.Series:
    if values.dtype.is_numeric() or values.dtype == pl.Boolean:
        wide = values.cast(pl.Float64, strict=False)
        return wide.set(wide.is_nan() | wide.is_infinite(), None)
    return numbers(cleaned(values))


def _to_date(values: pl.Series, conversion: Conversion) -> pl.Series:
    if values.dtype.is_temporal() and values.dtype not in (pl.Time, pl.Duration):
        return _utc(values)
    if values.dtype.is_numeric():
        return _of_epoch(values.cast(pl.Float64, strict=False))
    text = cleaned(values)
    return dates(text, conversion.formats or DATE_FORMATS)


def _of_epoch(seconds: pl.Series) -> pl.Series:
    """Seconds since 1970, or milliseconds where they would otherwise lie beyond the year 5138."""
    value = pl.col(seconds.name)
    millis = pl.when(value.abs() > 1e11).then(value).otherwise(value * 1000)
    return seconds.to_frame().select(millis.cast(pl.Int64, strict=False).cast(pl.Datetime("ms"))).to_series()


def _to_boolean(values: pl.Series, _: Conversion) -> pl.Series:
    if values.dtype == pl.Boolean:
        return values
    lower = pl.col(values.name).str.to_lowercase()
    chosen = pl.when(lower.is_in(_TRUE)).then(True).when(lower.is_in(_FALSE)).then(False)
    return cleaned(values).to_frame().select(chosen.alias(values.name)).to_series()


def _to_tags(values: pl.Series, conversion: Conversion) -> pl.Series:
    if isinstance(values.dtype, pl.List | pl.Array):
        inner = pl.element().cast(pl.String, strict=False)
        return values.cast(pl.List(values.dtype.inner)).list.eval(inner).list.drop_nulls()
    bare = as_text(values).str.strip_chars("[]{}()")
    parts = bare.str.split(conversion.separator or ";")
    part = pl.element().str.strip_chars(" \t\r\n\"'")
    return parts.list.eval(part.filter(part != ""))


def _commonest_separator(sample: pl.Series) -> str:
    return max(_SEPARATORS, key=lambda mark: int(sample.str.contains(mark, literal=True).sum()))


_CONVERTERS: dict[FieldType, Callable[[pl.Series, Conversion], pl.Series]] = {
    FieldType.TEXT: _to_text,
    FieldType.CATEGORY: _to_text,
    FieldType.NUMBER: _to_number,
    FieldType.DATE: _to_date,
    FieldType.BOOLEAN: _to_boolean,
    FieldType.TAGS: _to_tags,
}
assert set(_CONVERTERS) == set(POLARS_TYPES)
