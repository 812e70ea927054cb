"""A document cut into passages at the borders of paragraphs, and of sentences where a paragraph is too long."""

import itertools
import re

_TOKEN = re.compile(r"\w+|[^\w\s]")
_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+|\n")
# Sub-word tokenisers cut an English text into about this many tokens a word or mark.
_TOKENS_PER_WORD = 1.2
# A heading, or the rest of a paragraph that was cut, says little alone: under this share it stays with what follows.
_LEAST_SHARE = 0.25


def tokens(text: str) -> int:
    """An estimate of how many tokens a model sees in a text."""
    return round(len(_TOKEN.findall(text)) * _TOKENS_PER_WORD)


def passages(text: str, size: int) -> list[str]:
    """The text in passages of about size tokens, in order, each without surrounding blanks; [] for a blank text.

    No passage is longer than 1.25 × size, and only the last is shorter than a quarter of it where others follow.
    Nothing is lost but the blanks at the cuts. size 0 leaves the text whole.
    """
    if not text.strip():
        return []
    if size <= 0:
        return [text.strip()]
    gathered: list[str] = []
    current: list[str] = []
    used = 0
    for piece, separator in _pieces(text, size):
        cost = tokens(piece)
        if used + cost > size and used >= size * _LEAST_SHARE:
            gathered.append("".join(current).strip())
            current, used = [], 0
        current.append(piece + separator)
        used += cost
    gathered.append("".join(current).strip())
    return [passage for passage in gathered if passage]


def _pieces(text: str, size: int) -> list[tuple[str, str]]:
    """What may not be cut further, each with what joined it to the next."""
    found: list[tuple[str, str]] = []
    for paragraph in _PARAGRAPH.split(text):
        if not paragraph.strip():
            continue
        if tokens(paragraph) <= size:
            found.append((paragraph.strip(), "\n\n"))
            continue
        sentences = [part for sentence in _SENTENCE.split(paragraph) for part in _halved(sentence, size)]
        found.extend((sentence, " ") for sentence in sentences[:-1])
        found.extend((sentence, "\n\n") for sentence in sentences[-1:])
    return found


def _halved(sentence: str, size: int) -> list[str]:
    """A sentence without an end, such as a table or a text without stops, is cut between words."""
    sentence = sentence.strip()
    if not sentence:
        return []
    if tokens(sentence) <= size:
        return [sentence]
    starts = [match.start() for match in _TOKEN.finditer(sentence)]
    step = max(1, int(size / _TOKENS_PER_WORD))
    borders = [0, *starts[step::step], len(sentence)]
    parts = [sentence[a:b].strip() for a, b in itertools.pairwise(borders)]
    return [part for part in parts if part]
