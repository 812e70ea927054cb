"""Texts as the index of words holds them, so that every script can be searched by words.

The index cuts a text where its letters end. Chinese, Japanese, Thai, Lao, Khmer and Burmese write no blanks between
words, and Korean ties particles to them: their letters are indexed in overlapping pairs, which finds a word wherever it
stands without a dictionary (the usual way since Lucene's CJK analyser). The last letter of a run stands alone too, so
that every letter begins some entry. What is not of these scripts stays as it is.
"""

import itertools
import re
import unicodedata

# Marks of scripts in which they tell words apart. To the index a mark ends a word, so each gets a letter for private
# use instead; the places of these scripts lie between U+0900 and U+17FF.
_TELLING = re.compile("[\u0900-\u0903\u093a-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u17d3]")
_FIRST_TELLING, _PRIVATE = 0x0900, 0xE000
# Marks that are written or not as one likes: Hebrew points, Arabic vowels and the stretching stroke.
_OPTIONAL = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200c\u200d]"
)

SPACELESS = (  # ranges of a character class
    "\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u109d\u1780-\u17d3"
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_PRIVATE_MARKS = "\ue501-\ueed3"  # of Thai, Lao, Burmese and Khmer
_RUN = re.compile(f"[{SPACELESS}{_PRIVATE_MARKS}]+")
_LETTER = re.compile(f"[^{_PRIVATE_MARKS}][{_PRIVATE_MARKS}]*|[{_PRIVATE_MARKS}]+")
_PASSAGE_NUMBER = re.compile(r" · \d+\Z")
_ANY_SPACELESS = re.compile(f"[{SPACELESS}]")


def is_spaceless(letter: str) -> bool:
    """Whether a letter is of a script that is searched by any part of a run rather than by whole words."""
    return _ANY_SPACELESS.match(letter) is not None


def without_number(title: str) -> str:
    """A title without the number that importing gives to a passage: who looks for a year does not mean it."""
    return _PASSAGE_NUMBER.sub("", title)


def indexed(text: str) -> str:
    """A title or a text as it goes into the index."""
    return text if text.isascii() else _RUN.sub(_pairs_and_last, _with_letters_only(text))


def looked_for(words: str) -> tuple[str, bool]:
    """Words that follow each other as the index is asked for them, and whether the last may be the beginning of an
    entry: a single letter is found as the first of a pair."""
    if words.isascii():
        return words, False
    plain = _with_letters_only(words).rstrip()
    runs = list(_RUN.finditer(plain))
    if not runs or runs[-1].end() < len(plain):
        return _RUN.sub(_pairs_and_last, plain), False
    last = _LETTER.findall(runs[-1][0])
    end = " ".join(map("".join, itertools.pairwise(last))) if len(last) > 1 else last[0]
    return f"{_RUN.sub(_pairs_and_last, plain[: runs[-1].start()])} {end}", len(last) == 1


def _with_letters_only(text: str) -> str:
    """One form for letters that can be written in several ways, and marks made letters or left out."""
    composed = _OPTIONAL.sub("", unicodedata.normalize("NFKC", text))
    return _TELLING.sub(_as_letter, composed)


def _as_letter(mark: re.Match[str]) -> str:
    if unicodedata.category(mark[0])[0] != "M":
        return mark[0]
    return chr(ord(mark[0]) - _FIRST_TELLING + _PRIVATE)


def _pairs_and_last(run: re.Match[str]) -> str:
    letters = _LETTER.findall(run[0])
    pairs = map("".join, itertools.pairwise(letters))
    return f" {' '.join([*pairs, letters[-1]])} "
