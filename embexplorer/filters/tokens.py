"""The first step from text to tree: words, names, values and signs, each with its place in the text."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from embexplorer.filters.dates import DATE_PATTERN, read_date
from embexplorer.filters.tree import FilterError

TokenKind = Literal["word", "name", "text", "number", "date", "sign", "end"]

_PATTERN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<date>{DATE_PATTERN}(?![\w.]))
    |(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<word>@?[^\W\d][\w.]*)
    |(?P<name>`(?:[^`]|``)*`)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign>!=|<>|<=|>=|==|[=<>≠≤≥(),;])""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST = 1_000_000
_SIGNS = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNCLOSED = {
    "`": "The name that begins with ` at character {} has no closing `.",
    '"': 'The text that begins with " at character {} has no closing quote.',
    "'": "The text that begins with ' at character {} has no closing quote.",
}


@dataclass(frozen=True)
class Token:
    """position: of its first character, from 0. value: a word or sign as written, else what it stands for."""

    kind: TokenKind
    position: int
    source: str
    value: str | float | date

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.source.lower() in words

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.value in signs


def tokenise(text: str) -> list[Token]:
    """The tokens, with an "end" behind the last. Raises FilterError at a character that begins none, and for a text
    that no one wrote by hand."""
    if len(text) > _LONGEST:
        raise FilterError(
            f"The filter is {len(text):,} characters long, and no more than {_LONGEST:,} can be read.",
            "Tag the items, or bring the list in as a column, and filter by that.",
            _LONGEST,
        )
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _PATTERN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        if found.lastgroup != "space":
            tokens.append(_token(found))
        position = found.end()
    return [*tokens, Token("end", len(text), "", "")]


def _token(found: re.Match[str]) -> Token:
    source, position = found.group(), found.start()
    if found.lastgroup == "text":
        return Token("text", position, source, unescaped(source[1:-1]))
    if found.lastgroup == "name":
        return Token("name", position, source, source[1:-1].replace("``", "`"))
    if found.lastgroup == "number":
        return Token("number", position, source, float(source))
    if found.lastgroup == "date":
        return Token("date", position, source, _date(source, position))
    if found.lastgroup == "sign":
        return Token("sign", position, source, _SIGNS.get(source, source))
    return Token("word", position, source, source)


def _date(source: str, position: int) -> date:
    value = read_date(source)
    if value is None:
        raise FilterError(
            f"{source} at character {position + 1} is not a date.", "Write dates such as 2024-01-31.", position
        )
    return value


def _unreadable(text: str, position: int) -> FilterError:
    character = text[position]
    if character in _UNCLOSED:
        return FilterError(_UNCLOSED[character].format(position + 1), "Close it.", position)
    if character.isdigit() or (character in "+-." and text[position + 1 : position + 2].isdigit()):
        return FilterError(
            f"The number at character {position + 1} cannot be read.",
            "Put text in quotes, and names that begin with a digit in backquotes.",
            position,
        )
    return FilterError(
        f"“{character}” at character {position + 1} has no meaning here.",
        "Put text in quotes, and names with spaces or signs in backquotes.",
        position,
    )


def unescaped(source: str) -> str:
    r"""What stands between quotes: \" \' \\ \n \t mean a character, any other backslash stays (as in "\d+")."""
    return _ESCAPED.sub(lambda m: _ESCAPES.get(m.group(1), m.group()), source)


def source_offset(source: str, index: int) -> int:
    """Where in a quoted source the character number index of its meaning stands, counted from the quote."""
    place = 1
    for _ in range(index):
        place += 2 if source[place] == "\\" and source[place + 1] in _ESCAPES else 1
    return place
