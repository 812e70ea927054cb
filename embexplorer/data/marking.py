"""Where the words of a query stand in a text, and the part of a text that shows most of them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from embexplorer.base.wordforms import SPACELESS, is_spaceless
from embexplorer.base.wording import excerpt
from embexplorer.data.wordquery import Words

Spans = tuple[tuple[int, int], ...]  # (from, to) in characters, in order, without overlap

_MOST_READ = 300_000  # characters of a text in which the best part is looked for: 10 ms
_MOST_MARKS = 2_000
_MOST_WORDS = 64
_STROKE = "\u0300"
_LETTER = rf"[^\W_{SPACELESS}]"  # of a script with blanks between words
_BETWEEN = r"[\W_]{1,8}"  # words that follow each other


@dataclass(frozen=True)
class Marked:
    """A text and what in it is marked."""

    text: str
    marks: Spans = ()


class _Folded(dict[int, str]):
    """Each character without case and accents, one for one, so that places stay."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        plain = unicodedata.normalize("NFKD", letter)
        if "\u0300" <= letter <= "\u036f":
            folded = _STROKE
        elif all("\u0300" <= mark <= "\u036f" for mark in plain[1:]):
            folded = plain[0].lower()[0]
        else:
            folded = letter.lower()[0]
        self[code] = folded
        return folded


_FOLDED = _Folded()


def find_words(text: str, words: tuple[Words, ...]) -> Spans:
    """Where these words stand, whatever their case and accents; in scripts without blanks between words also within
    others. At most 2,000 places, the first."""
    return tuple(match.span() for match, _ in _found(text, words))


def marked_excerpt(text: str, words: tuple[Words, ...], length: int, seen: int = 0) -> Marked:
    """The part of a text of at most length characters, on one line, whose first seen characters (all for 0) hold most
    different words; of equal parts the one with more of them, then the first. Without any of the words the beginning.
    Cut at words, with an ellipsis."""
    line = " ".join(text[:_MOST_READ].split())
    found = [(match.span(), which) for match, which in _found(line, words)]
    if not found:
        return Marked(excerpt(text, length))
    seen = min(seen or length, length)
    first, last = _best(found, seen - 2)
    start = _start(line, found[first][0][0], found[last][0][1], seen)
    before = "…" if start else ""
    end = _end(line, start, found[first][0][1], length - len(before) - 1)
    after = "…" if end < len(line) or len(text) > _MOST_READ else ""
    shift = len(before) - start
    inside = ((max(a, start) + shift, min(b, end) + shift) for (a, b), _ in found if a < end and b > start)
    return Marked(before + line[start:end] + after, tuple(inside))


def _found(text: str, words: tuple[Words, ...]) -> list[tuple[re.Match[str], int]]:
    pattern = _pattern(words)
    if pattern is None:
        return []
    found: list[tuple[re.Match[str], int]] = []
    for match in pattern.finditer(text.translate(_FOLDED)):
        found.append((match, match.lastindex or 0))
        if len(found) == _MOST_MARKS:
            break
    return found


@lru_cache(maxsize=32)
def _pattern(words: tuple[Words, ...]) -> re.Pattern[str] | None:
    # longer ones first: of several that begin at one place the first is taken
    ordered = sorted(words, key=lambda each: len(each.text), reverse=True)[:_MOST_WORDS]
    parts = [part for part in map(_one, ordered) if part]
    return re.compile("|".join(f"({part})" for part in parts)) if parts else None


def _one(words: Words) -> str:
    folded = unicodedata.normalize("NFC", words.text).translate(_FOLDED).replace(_STROKE, "")
    parts = [part for part in re.split(r"[\W_]+", folded) if part] if folded.isascii() else _split(folded)
    if not parts:
        return ""
    body = _BETWEEN.join("".join(f"{re.escape(letter)}{_STROKE}*" for letter in part) for part in parts)
    before = "" if is_spaceless(parts[0][0]) else f"(?<!{_LETTER})(?<!{_STROKE})"
    if is_spaceless(parts[-1][-1]):
        return before + body
    return before + body + (f"(?:{_LETTER}|{_STROKE})*" if words.begins else f"(?!{_LETTER})(?!{_STROKE})")


def _split(folded: str) -> list[str]:
    """At what is neither letter nor digit nor a mark upon one, as vowel signs are."""
    kept = (letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " " for letter in folded)
    return "".join(kept).split()


def _best(found: Sequence[tuple[tuple[int, int], int]], length: int) -> tuple[int, int]:
    """The first and the last place of the best part."""
    best, most, last = (0, 0), (0, 0), -1
    inside: dict[int, int] = {}
    for first, ((low, _), which) in enumerate(found):
        while last + 1 < len(found) and (found[last + 1][0][1] - low <= length or last < first):
            last += 1
            inside[found[last][1]] = inside.get(found[last][1], 0) + 1
        worth = (len(inside), last - first)
        if worth > most or not first:
            best, most = (first, last), worth
        inside[which] -= 1
        if not inside[which]:
            del inside[which]
    return best


def _start(line: str, low: int, high: int, seen: int) -> int:
    """Where to begin so that low to high are seen, with at most a third of the other room before them."""
    if high <= seen - 1 or len(line) <= seen:
        return 0
    start = max(0, low - max(0, seen - 2 - (high - low)) // 3)
    blank = line.find(" ", start, low)
    return blank + 1 if start and blank >= 0 else start


def _end(line: str, start: int, least: int, length: int) -> int:
    """The end of the last whole word within the length, behind least where that can be."""
    end = start + length
    if end >= len(line) or (end + 1 == len(line) and not start):
        return len(line)
    blank = line.rfind(" ", least, end + 1)
    return blank if blank > start else end
