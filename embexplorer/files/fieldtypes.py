"""What the columns of a table mean, guessed from a sample: the type of each, the text, and the title."""

from collections.abc import Sequence

import polars as pl

from embexplorer.data.items import Field, FieldType
from embexplorer.files.conversions import FALSE_WORDS, TRUE_WORDS, as_text, cleaned, numbers
from embexplorer.files.dates import are_written_days, date_formats, dates
from embexplorer.files.tagging import are_tags

# A type is guessed when this share of the values that are there fits it: a few slips do not spoil a column.
_SHARE = 0.95
_LONGEST_CATEGORY = 60
_MOST_CATEGORIES = 1000
_TEXT_NAMES = (
    ("text", "body", "content", "review", "description", "abstract", "gloss", "definition", "comment", "message"),
    ("summary", "sentence", "document", "passage", "caption", "question", "answer", "article", "prompt", "lyrics"),
)
_TITLE_NAMES = ("title", "headline", "name", "subject", "heading", "label", "word", "term", "topic")
_TAG_NAMES = ("tags", "tag", "keywords", "labels", "categories", "genres", "topics", "words", "authors", "subjects")
_TIME_NAMES = ("timestamp", "time", "date", "created", "updated", "published", "modified")
_DATE_SHAPE = r"^\w{0,4},?\s?\w{1,9}[-/. ]\w{1,9}[-/.,]? ?\d{0,4}.{0,22}$|^\d{4}年"
_MAIL_SHAPE = r"^\S+@\S+\.\w+$"
_URL_SHAPE = r"^(https?://|www\.|/|[A-Za-z]:\\)\S+$"
_SAYS_YES = frozenset(TRUE_WORDS) - {"1", "1.0", "on"}
_SAYS_NO = frozenset(FALSE_WORDS) - {"0", "0.0", "off"}
_LETTERS = ({"y", "n"}, {"t", "f"})
_LEADING_ZERO = r"^0\d+$"


def guess_fields(rows: pl.DataFrame) -> tuple[Field, ...]:
    """One Field per column of a sample of raw rows, in their order."""
    return tuple(guess_field(rows[name]) for name in rows.columns)


def guess_field(values: pl.Series) -> Field:
    kind = values.dtype
    if kind == pl.Boolean:
        return Field(values.name, FieldType.BOOLEAN)
    if kind.is_numeric():
        return _guess_number(values.drop_nulls().cast(pl.Float64, strict=False))
    if kind in (pl.Date, pl.Datetime):
        return Field(values.name, FieldType.DATE)
    if isinstance(kind, pl.Categorical | pl.Enum):
        return Field(values.name, FieldType.CATEGORY)
    if isinstance(kind, pl.List | pl.Array):
        loose = kind.inner.is_nested() or kind.inner.is_float()
        return Field(values.name, FieldType.TEXT if loose else FieldType.TAGS)
    if isinstance(kind, pl.Struct):
        return Field(values.name, FieldType.TEXT)
    text = cleaned(values).drop_nulls()
    return _guess_text(text) if len(text) else Field(values.name, FieldType.TEXT)


def guess_text_column(rows: pl.DataFrame, fields: Sequence[Field], needed: bool = True) -> str:
    """The column that is most worth embedding: the longest prose, or one whose name says so; "" where none is text.

    needed: take categories or tags where there is nothing better.
    """
    best, column = 0.0, ""
    for kinds in ((FieldType.TEXT,), (FieldType.CATEGORY, FieldType.TAGS))[: 1 + needed]:
        for field in fields:
            score = _prose_score(rows[field.name], needed) if field.type in kinds else 0.0
            if score > best:
                best, column = score, field.name
        if column:
            break
    return column


def guess_title_column(rows: pl.DataFrame, fields: Sequence[Field], text_column: str) -> str:
    """The column with a short name for each row, by its own name or by its looks; "" where there is none."""
    texts = [f.name for f in fields if f.type is FieldType.TEXT and f.name != text_column]
    for hint in _TITLE_NAMES:
        for name in texts:
            if hint in _words(name) and _is_short(rows[name], lettered=False):
                return name
    names = [name for name in texts if "id" not in _words(name) and _is_name(rows[name])]
    return names[0] if names and text_column else ""


def _guess_text(text: pl.Series) -> Field:
    name, total = text.name, len(text)
    distinct = text.n_unique()
    if _is_boolean(text, distinct):
        return Field(name, FieldType.BOOLEAN)
    is_code = bool(text.str.contains(_LEADING_ZERO).any())
    as_numbers = numbers(text).drop_nulls()
    if len(as_numbers) >= _SHARE * total and not is_code:
        return _guess_number(as_numbers)
    if _is_date(text):
        return Field(name, FieldType.DATE)
    if text.str.contains(_URL_SHAPE).sum() > total / 2:
        return Field(name, FieldType.TEXT)
    if are_tags(text, hinted=any(hint in _words(name) for hint in _TAG_NAMES)):
        return Field(name, FieldType.TAGS)
    return Field(name, FieldType.CATEGORY if _is_category(text, distinct) else FieldType.TEXT)


def _guess_number(values: pl.Series) -> Field:
    """values: Float64 without nulls. A column of identifiers says nothing as a number, so it stays text."""
    name = values.name
    whole = bool((values == values.round(0)).all()) if len(values) else False
    words = _words(name)
    if whole and ("id" in words or "uuid" in words) and values.n_unique() == len(values):
        return Field(name, FieldType.TEXT)
    if whole and values.n_unique() > 2 and are_written_days(values):
        return Field(name, FieldType.DATE)
    is_epoch = len(values) > 0 and bool(values.is_between(1e8, 5e9).all() or values.is_between(1e11, 5e12).all())
    if whole and is_epoch and any(hint in words for hint in _TIME_NAMES):
        return Field(name, FieldType.DATE)
    return Field(name, FieldType.NUMBER, whole=whole)


def _is_boolean(text: pl.Series, distinct: int) -> bool:
    if distinct > 6:
        return False
    values = set(text.str.to_lowercase().unique())
    yes, no = values & _SAYS_YES, values & _SAYS_NO
    if values != yes | no or len(yes) > 1 or len(no) > 1:
        return False
    if len(values) == 1:
        return values <= {"true", "false"}
    return values in _LETTERS or all(len(value) > 1 for value in values)


def _is_date(text: pl.Series) -> bool:
    shaped = text.str.contains(_DATE_SHAPE) & text.str.contains(r"\d")
    if shaped.sum() < _SHARE * len(text):
        return False
    some = text.head(200)
    formats = date_formats(some)
    return bool(formats) and dates(some, formats).null_count() <= (1 - _SHARE) * len(some)


def _is_category(text: pl.Series, distinct: int) -> bool:
    if (text.str.len_chars().quantile(0.95) or 0) > _LONGEST_CATEGORY:
        return False
    most = len(text) / 2 if len(text) < 100 else max(20, len(text) / 5)
    return distinct <= min(most, _MOST_CATEGORIES)


def _prose_score(values: pl.Series, single_words: bool) -> float:
    """Mean length in characters of the cells, weighed by how much they look like prose and by the column's name.

    single_words: whether a column of names or codes counts at all."""
    text = as_text(values).drop_nulls()
    text = text.filter(text.str.strip_chars() != "")
    if not len(text) or (text.str.contains(_URL_SHAPE).sum() > len(text) / 2):
        return 0.0
    length = float(text.str.len_chars().clip(upper_bound=2000).mean() or 0)  # type: ignore[arg-type]
    spaces = float(text.str.count_matches(" ").clip(upper_bound=400).mean() or 0)  # type: ignore[arg-type]
    if not single_words and spaces < 2:
        return 0.0
    words = _words(values.name)
    named = next((bonus for names, bonus in zip(_TEXT_NAMES, (4.0, 2.0), strict=True) if set(names) & words), 1.0)
    return length * named * (1.0 if spaces >= 1 else 0.2) * len(text) / len(values)


def _is_name(values: pl.Series) -> bool:
    """Whether these look like names and tell most rows apart; answers that many gave are no names."""
    filled = values.drop_nulls()
    return _is_short(values, lettered=True) and 2 * filled.n_unique() > len(filled)


def _is_short(values: pl.Series, lettered: bool) -> bool:
    """Whether these look like names of things: short, no addresses, and with letters where that is asked."""
    text = as_text(values).drop_nulls()
    if len(text) < len(values) / 2 or not len(text):
        return False
    if lettered and text.str.contains(r"\p{L}{2}").sum() <= len(text) / 2:
        return False
    addresses = text.str.contains(f"{_URL_SHAPE}|{_MAIL_SHAPE}").sum() > len(text) / 2
    return bool(not addresses and (text.str.len_chars().mean() or 0) <= 120)  # type: ignore[operator]


def _words(name: str) -> set[str]:
    """ "reviewBody" and "review_body" are {"review", "body"}."""
    spaced = "".join(f" {c.lower()}" if c.isupper() else c if c.isalnum() else " " for c in name)
    return {*spaced.split(), name.lower()}
