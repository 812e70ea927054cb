"""What could come next while a filter is typed."""

import re

from embexplorer.app.values import QueryView
from embexplorer.data.items import FieldType

_WORD = re.compile(r'[\w@`"]*$')
_LAST_NAME = re.compile(r"(?:`([^`]+)`|([\w@]+))\s+$")
_OPERATORS: dict[FieldType, tuple[str, ...]] = {
    FieldType.NUMBER: ("=", "!=", "<", "<=", ">", ">=", "between", "in", "is missing"),
    FieldType.DATE: ("=", "<", "<=", ">", ">=", "between", "is missing"),
    FieldType.CATEGORY: ("=", "!=", "in", "contains", "starts with", "matches", "is missing"),
    FieldType.TEXT: ("contains", "starts with", "matches", "=", "is missing"),
    FieldType.TAGS: ("has", "has any", "has all", "is missing"),
    FieldType.BOOLEAN: ("= true", "= false", "is missing"),
}
_MOST = 12


def complete(text: str, at: int, query: QueryView) -> tuple[str, ...]:
    """Words that may stand at the cursor: an operator after a column's name, else names and keywords."""
    before = text[:at]
    match = _LAST_NAME.search(before)
    types = dict(query.names)
    if match:
        name = match.group(1) or match.group(2)
        kind = types.get(name) or types.get(f"@{name}")
        if kind is not None:
            return _OPERATORS[kind]
    found = _WORD.search(before)
    start = found.group(0) if found else ""
    if not start.strip('`"'):
        return ()
    wanted = start.strip('`"').casefold()
    names = [name.removeprefix("@") for name in types]
    words = [name if re.fullmatch(r"[^\W\d]\w*", name) else f"`{name}`" for name in names]
    words += ["selected", "and", "or", "not", *(f'tagged "{tag}"' for tag in query.tags)]
    fitting = [w for w in words if w.strip("`").casefold().startswith(wanted) and w.casefold() != wanted]
    return tuple(fitting[:_MOST])
