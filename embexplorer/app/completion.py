"""What could come next while a filter is typed."""

import re

from embexplorer.app.values import QueryView
from embexplorer.data.items import FieldType
from embexplorer.filters.unparse import name_text, quoted

_WORD = re.compile(r"(?:`[^`]*|@?[\w.]*)$")
_LAST_NAME = re.compile(r"(?:`((?:[^`]|``)+)`|(@?[^\W\d][\w.]*))\s+$")
_INSIDE_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_OPERATORS: dict[FieldType, tuple[str, ...]] = {
    FieldType.NUMBER: ("=", "!=", "<", "<=", ">", ">=", "between", "in", "is missing"),
    FieldType.DATE: ("=", "<", "<=", ">", ">=", "between", "is missing"),
    FieldType.CATEGORY: ("=", "!=", "in", "contains", "starts with", "matches", "is missing"),
    FieldType.TEXT: ("contains", "starts with", "matches", "=", "is missing"),
    FieldType.TAGS: ("has", "has any", "has all", "is missing"),
    FieldType.BOOLEAN: ("= true", "= false", "is missing"),
}
_SIMILAR = re.compile(r"(?:^|[\s(;])similar\s+$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"""(?:^|[\s(;])similar\s+to\s+(?:\d+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s+(?:at\s+)?[a-z]*$""", re.IGNORECASE
)
_KEYWORDS = ("selected", "similar to", "and", "or", "not")
_MOST = 12


def complete(text: str, at: int, query: QueryView) -> tuple[str, ...]:
    """Words that may stand at the cursor: an operator after a column's name, else names, keywords and tags."""
    before = text[:at]
    if _is_quoting(before):
        return ()
    types = dict(query.names)
    if _SIMILAR.search(before) and "similar" not in types:
        return ("to",)
    if _REFERENCE.search(before):
        begun = before[word_start(before, at) :].casefold()
        return tuple(word for word in ("at least", "and", "or") if word.startswith(begun) and word != begun)
    match = _LAST_NAME.search(before)
    if match:
        name = match.group(1).replace("``", "`") if match.group(1) else match.group(2)
        kind = types.get(name) or types.get(f"@{name}")
        return _OPERATORS[kind] if kind is not None else ()
    wanted = before[word_start(before, at) :].lstrip("`@").casefold()
    if not wanted:
        return ()
    names = [name.removeprefix("@") for name in types]
    words = [(name, name_text(name)) for name in dict.fromkeys(names)]
    words += [(word, word) for word in _KEYWORDS]
    words += [(tag, f"tagged {quoted(tag)}") for tag in query.tags]
    fitting = [w for name, w in words if name.casefold().startswith(wanted) and w.casefold() != wanted]
    fitting += [w for name, w in words if w.startswith("tagged ") and w.startswith(wanted) and w not in fitting]
    return tuple(fitting[:_MOST])


def word_start(text: str, at: int) -> int:
    """Where the word begins that a completion at the cursor replaces; at itself where no word is begun."""
    found = _WORD.search(text[:at])
    return found.start() if found else at


def column_word(name: str) -> str:
    """A column as one types it in a filter: "@tags" is tags, and part of speech stands in backquotes."""
    return name_text(name.removeprefix("@"))


def _is_quoting(before: str) -> bool:
    """The cursor stands inside a value in quotes, where every word is the user's own."""
    rest = _INSIDE_QUOTES.sub("", before)
    return '"' in rest or "'" in rest
