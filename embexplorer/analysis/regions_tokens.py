"""Texts as numbered words: where each stands, how it was written, and which forms are the same word."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.analysis.regions_stopwords import STOP_WORDS
from embexplorer.base.progress import Step

_CUT = 400  # characters of a text: what it is about is said at its beginning
_LONGEST = 24  # letters of a word; what is longer was not written by a person, or does not fit on a map
_CHUNK = 5_000  # texts between two steps, about 50 ms
_FEWEST = 3  # times that a word must stand somewhere to be kept
_END_OF_TITLE = "\x1e"
# control characters, addresses, markup, and runs that no line could hold
_RUBBISH = (
    r"(?i)[\x00-\x1f]|(?:https?://|www\.)\S+|\S+@\S+\.\S+|<[^<>]{1,200}>|&#?\w{1,8};|\\[a-z]+|[^\s\p{Han}\p{Kana}]{60,}"
)
# A word; one letter of a script without spaces; or something that stands between the words of a phrase.
_TOKEN = (
    r"\p{Han}|[\p{L}--\p{Han}--\p{Hiragana}][[\p{L}\p{M}\p{N}]--\p{Han}--\p{Hiragana}]*"
    r"(?:-[[\p{L}\p{N}]--\p{Han}--\p{Hiragana}]+)*|\p{N}+|\p{Hiragana}+|[.,;:!?()\[\]{}|/\"“”„«»…。、，；：！？\x1e]"
)
_WORD = r"^[\p{L}--\p{Hiragana}]"
_SIMPLE_PLURALS = (("ies", "y"), ("es", ""), ("s", ""))


@dataclass(frozen=True, eq=False)
class Tokens:
    """The words of many texts, one after the other. doc: int32 (t,), ascending. in_title: bool (t,). form: int32 (t,),
    a row of forms as it was written, -1 for what is no word or too rare. word: int32 (t,), a row of words, -1 as form.
    word_of_form: int32 (forms,). words: small letters. is_letter: bool (words,), one
    letter of a script without spaces."""

    doc: np.ndarray
    in_title: np.ndarray
    form: np.ndarray
    word: np.ndarray
    forms: list[str]
    word_of_form: np.ndarray
    words: list[str]
    is_letter: np.ndarray


def tokens_of(titles: pl.Series, texts: pl.Series) -> Generator[Step, None, Tokens]:
    """The words of texts and their titles; a title that the text begins with is read once. Nulls are empty."""
    parts: list[pl.Series] = []
    for start in range(0, max(len(texts), 1), _CHUNK):
        yield Step(start, max(len(texts), 1))
        parts.append(_split(titles[start : start + _CHUNK], texts[start : start + _CHUNK]))
    lists = pl.concat(parts)
    lengths = lists.list.len().to_numpy().astype(np.int64)
    tokens = lists.explode(empty_as_null=False, keep_nulls=False).alias("form")
    yield Step(len(texts), max(len(texts), 1))
    return _numbered(tokens, np.repeat(np.arange(len(lengths), dtype=np.int32), lengths))


def _split(titles: pl.Series, texts: pl.Series) -> pl.Series:
    """One list of tokens per text."""
    plain = pl.DataFrame({"title": titles.cast(pl.String), "text": texts.cast(pl.String)}).select(
        pl.col("title", "text").fill_null("").str.slice(0, _CUT).str.replace_all(_RUBBISH, " ")
    )
    told = pl.col("text").str.starts_with(pl.col("title").str.strip_chars_end("… "))
    title = pl.when(told).then(pl.lit("")).otherwise(pl.col("title"))
    whole = pl.concat_str(title, pl.lit(f" {_END_OF_TITLE} "), pl.col("text"))
    return plain.select(whole.str.extract_all(_TOKEN)).to_series()


def _numbered(tokens: pl.Series, doc: np.ndarray) -> Tokens:
    ends = np.flatnonzero((tokens == _END_OF_TITLE).to_numpy())  # one in each text
    in_title = np.arange(len(tokens)) < ends[doc] if len(ends) else np.zeros(len(tokens), bool)
    counted = pl.DataFrame({"form": tokens}).group_by("form").len()
    counted = counted.filter(pl.col("form").str.contains(_WORD) & (pl.col("form").str.len_chars() <= _LONGEST))
    counted = counted.with_columns(word=pl.col("form").str.to_lowercase()).filter(_can_name())
    frequent = pl.col("len").sum().over("word") >= _FEWEST
    counted = counted.filter(frequent).sort("form").with_row_index("row")
    words, of_form = _words(counted["word"])
    known = counted.select("form", "row")
    rows = pl.DataFrame({"form": tokens}).join(known, on="form", how="left", maintain_order="left")
    form = rows["row"].cast(pl.Int32).fill_null(-1).to_numpy()
    word = np.append(of_form, np.int32(-1))[form]  # -1 is the last
    is_letter = pl.Series(words, dtype=pl.String).str.contains(r"^\p{Han}$").to_numpy()
    return Tokens(doc, in_title, form, word, counted["form"].to_list(), of_form, words, is_letter)


def _can_name() -> pl.Expr:
    """Short words only where they are written as names are: TV, UK."""
    short = pl.col("word").str.len_chars() < 3
    is_name = pl.col("form") == pl.col("form").str.to_uppercase()
    without_case = pl.col("form").str.to_uppercase() == pl.col("word")
    single = pl.col("word").str.len_chars() < 2
    spoken = ~pl.col("word").is_in(list(STOP_WORDS))
    return spoken & (~short | (is_name & ~single) | without_case)


def _words(of_form: pl.Series) -> tuple[list[str], np.ndarray]:
    """The words of these forms in small letters, plurals taken as their singular; int32, the word of each form."""
    known = set(of_form.to_list())
    singular = {word: _singular(word, known) for word in known}
    words = sorted(set(singular.values()))
    place = {word: row for row, word in enumerate(words)}
    return words, np.fromiter((place[singular[word]] for word in of_form), np.int32, len(of_form))


def _singular(word: str, known: Iterable[str]) -> str:
    """The word without the ending of a plural, where that is a word of these texts too."""
    if len(word) < 5 or word.endswith(("ss", "us", "is")):
        return word
    for ending, instead in _SIMPLE_PLURALS:
        if word.endswith(ending) and (base := word.removesuffix(ending) + instead) in known:
            return base
    return word
