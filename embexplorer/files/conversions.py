"""Raw cells to the types of fields; what does not fit becomes missing and is counted."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from embexplorer.data.items import POLARS_TYPES, Field, FieldType
from embexplorer.files.dates import DATE_FORMATS, date_formats, dates, dates_of_numbers, in_utc
from embexplorer.files.tagging import tag_separator, tags_of

_MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "–", "—", "?", "k.a.", "k. a.")
# English, German, French, Spanish, Portuguese, Italian, Dutch, the Scandinavian languages
TRUE_WORDS = ("true", "yes", "y", "t", "ja", "oui", "sí", "si", "sì", "sim", "wahr", "vrai", "on", "1", "1.0")
FALSE_WORDS = ("false", "no", "n", "f", "nein", "nee", "nej", "nei", "non", "não", "falsch", "faux", "off", "0", "0.0")


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
        return Conversion(field, separator=tag_separator(sample))
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


def _filled(values: pl.Series, kind: FieldType) -> pl.Series:
    """Native values as they are, strings without what stands for a missing value in this type."""
    if values.dtype != pl.String:
        return values
    if kind in (FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN):
        return cleaned(values)
    text = pl.col(values.name) if kind is FieldType.TEXT else pl.col(values.name).str.strip_chars()
    if kind is FieldType.CATEGORY:  # tables that align their columns have blanks before the quotation marks
        text = text.str.replace(r'^"(.*)"$', "${1}")
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
        return in_utc(values)
    if values.dtype.is_numeric():
        return dates_of_numbers(values.cast(pl.Float64, strict=False))
    text = cleaned(values)
    found = dates(text, conversion.formats or DATE_FORMATS)
    return found if found.count() else dates_of_numbers(text.cast(pl.Float64, strict=False))


def _to_boolean(values: pl.Series, _: Conversion) -> pl.Series:
    if values.dtype == pl.Boolean:
        return values
    lower = pl.col(values.name).str.to_lowercase()
    chosen = pl.when(lower.is_in(TRUE_WORDS)).then(True).when(lower.is_in(FALSE_WORDS)).then(False)
    return cleaned(values).to_frame().select(chosen.alias(values.name)).to_series()


def _to_tags(values: pl.Series, conversion: Conversion) -> pl.Series:
    if isinstance(values.dtype, pl.List | pl.Array):
        inner = pl.element().cast(pl.String, strict=False)
        return values.cast(pl.List(values.dtype.inner)).list.eval(inner).list.drop_nulls()
    return tags_of(as_text(values), conversion.separator or ";")


_CONVERTERS: dict[FieldType, Callable[[pl.Series, Conversion], pl.Series]] = {
    FieldType.TEXT: _to_text,
    FieldType.CATEGORY: _to_text,
    FieldType.NUMBER: _to_number,
    FieldType.DATE: _to_date,
    FieldType.BOOLEAN: _to_boolean,
    FieldType.TAGS: _to_tags,
}
assert set(_CONVERTERS) == set(POLARS_TYPES)
