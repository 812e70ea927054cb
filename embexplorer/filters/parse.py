"""Text to tree. `;` parts conditions that must all hold and binds weakest, then `or`, `and`, `not`.

stars <= 2 and section in ("science", "math") and not tags has "draft"
published between 2024-01-01 and 2024-06-30 and body contains "refund"
cluster = 7 or selected or tagged "keep" ; author is missing
similar to 17 at least 0.6 and not similar to "slow delivery"

`similar to` takes the number of an item or a text in quotes; without `at least` it means what is likely related. A
column called similar needs no backquotes, for no other condition goes on with `to`.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from embexplorer.data.items import FieldType
from embexplorer.filters.check import Fault, fault_of, no_such_item
from embexplorer.filters.tokens import Token, source_offset, tokenise
from embexplorer.filters.tree import (
    And,
    Between,
    Compare,
    Comparison,
    Contains,
    Everything,
    Filter,
    FilterError,
    Has,
    In,
    IsMissing,
    Matches,
    Not,
    OnColumn,
    Or,
    Selected,
    Similar,
    StartsWith,
    Tagged,
    Value,
)

# A column of one of these names is written in backquotes.
KEYWORDS = frozenset(
    {"and", "or", "not", "selected", "tagged", "everything", "true", "false", "in", "between", "is", "missing"}
    | {"has", "any", "all", "contains", "starts", "with", "matches"}
)
_COMPARISONS: dict[str, Comparison] = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OPERATORS = "an operator such as =, <=, in, between, has, contains or is missing"
# Each level costs some frames of Python's stack; nobody writes half as many by hand.
_DEEPEST = 60
_DIGITS = 30

_Read = TypeVar("_Read")


def parse(
    text: str, schema: Mapping[str, FieldType] | None = None, is_item: Callable[[int], bool] | None = None
) -> Filter:
    """The filter that a text describes; Everything for an empty one.

    schema: with the columns given, unknown names and unfit comparisons are found too, and their place in the text;
    is_item: so are the numbers that no item has. Raises FilterError with a sentence that names the character, and its
    position.
    """
    return _Parser(tokenise(text), schema, is_item).whole()


class _Parser:
    def __init__(
        self, tokens: list[Token], schema: Mapping[str, FieldType] | None, is_item: Callable[[int], bool] | None
    ) -> None:
        self._tokens = tokens
        self._is_item = is_item
        self._at = 0
        self._depth = 0
        self._schema = schema

    def whole(self) -> Filter:
        parts: list[Filter] = []
        while not self._ended:
            parts.append(self._alternatives())
            if not self._take_sign(";") and not self._ended:
                raise self._expected("and, or, ; or the end")
        return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else Everything()

    # -- the tree ------------------------------------------------------------------------------------------------

    def _alternatives(self) -> Filter:
        parts = [self._conjunction()]
        while self._take_word("or"):
            parts.append(self._conjunction())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _conjunction(self) -> Filter:
        parts = [self._unary()]
        while self._take_word("and"):
            parts.append(self._unary())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _unary(self) -> Filter:
        self._depth += 1
        if self._depth > _DEEPEST:
            place = self._now.position
            raise FilterError(
                f"The filter is nested too deeply at character {place + 1}.", "Take away some brackets.", place
            )
        try:
            if self._take_word("not"):
                return Not(self._unary())
            if self._take_sign("("):
                inner = self._alternatives()
                self._need_sign(")")
                return inner
            return self._condition()
        finally:
            self._depth -= 1

    def _condition(self) -> Filter:
        if self._take_word("selected"):
            return Selected()
        if self._take_word("everything"):
            return Everything()
        if self._take_word("tagged"):
            return Tagged(self._text("the tag in quotes"))
        if self._now.is_word("similar") and self._tokens[self._at + 1].is_word("to"):
            self._at += 2
            return self._similar()
        name = self._name()
        operator = self._now
        values_at = self._at + 1
        return self._fitting(self._on_column(str(name.value)), name, operator, values_at)

    def _similar(self) -> Similar:
        token = self._next()
        reference = str(token.value) if token.kind == "text" else self._item(token)
        if isinstance(reference, str) and not reference.strip():
            raise self._expected("some words in the text", token)
        if not self._take_word("at"):
            return Similar(reference)
        self._need_word("least")
        score = self._next()
        if score.kind != "number" or not isinstance(score.value, float):
            raise self._expected("a score such as 0.6", score)
        return Similar(reference, score.value)

    def _item(self, token: Token) -> int:
        if token.kind != "number" or not token.source.isdecimal():
            hint = f'Put text in quotes: "{token.source}".' if token.kind in ("word", "name") else ""
            raise self._expected("the number of an item or a text in quotes", token, hint)
        number = int(token.source[:_DIGITS])  # no number of an item is longer
        if self._is_item is not None and not self._is_item(number):
            raise no_such_item(number, token.position)
        return number

    def _on_column(self, name: str) -> OnColumn | Not:
        operator = self._next()
        if operator.is_sign(*_COMPARISONS):
            return Compare(name, _COMPARISONS[str(operator.value)], self._value())
        reader = self._readers().get(operator.source.lower()) if operator.kind == "word" else None
        if reader is None:
            raise self._expected(f"{_OPERATORS} after “{name}”", operator)
        return reader(name)

    def _readers(self) -> dict[str, Callable[[str], OnColumn | Not]]:
        return {
            "in": lambda name: In(name, self._list(self._value)),
            "not": self._not_in,
            "between": self._between,
            "has": self._has,
            "contains": lambda name: Contains(name, self._text("the text in quotes")),
            "starts": self._starts_with,
            "matches": lambda name: Matches(name, self._text("a regular expression in quotes")),
            "is": self._is_missing,
        }

    def _not_in(self, name: str) -> OnColumn:
        if not self._take_word("in"):
            raise self._expected("in after “not”; to turn a condition round, write not before the name")
        return In(name, self._list(self._value), negated=True)

    def _between(self, name: str) -> OnColumn:
        low = self._value()
        self._need_word("and")
        return Between(name, low, self._value())

    def _has(self, name: str) -> OnColumn:
        mode: Literal["any", "all"] | None = (
            "any" if self._take_word("any") else "all" if self._take_word("all") else None
        )
        if mode is None:
            return Has(name, "one", (self._text("any, all or the value in quotes"),))
        return Has(name, mode, self._list(lambda: self._text("a value in quotes")))

    def _starts_with(self, name: str) -> OnColumn:
        self._need_word("with")
        return StartsWith(name, self._text("the text in quotes"))

    def _is_missing(self, name: str) -> OnColumn | Not:
        turned = self._take_word("not")
        self._need_word("missing")
        return Not(IsMissing(name)) if turned else IsMissing(name)

    # -- names and values ----------------------------------------------------------------------------------------

    def _name(self) -> Token:
        token = self._next()
        if token.kind == "name" or (token.kind == "word" and token.source.lower() not in KEYWORDS):
            return token
        hint = ""
        if token.kind == "word":
            hint = f"If this is the name of a column, write it in backquotes: `{token.source}`."
        raise self._expected("a condition", token, hint)

    def _value(self) -> Value:
        token = self._next()
        if token.kind in ("text", "number", "date"):
            return token.value
        if token.is_word("true", "false"):
            return token.source.lower() == "true"
        hint = f'Put text in quotes: "{token.source}".' if token.kind in ("word", "name") else ""
        raise self._expected("a number, a date, true, false or a text in quotes", token, hint)

    def _text(self, what: str) -> str:
        token = self._next()
        if token.kind != "text":
            hint = f'Put it in quotes: "{token.source}".' if token.kind in ("word", "number", "date") else ""
            raise self._expected(what, token, hint)
        return str(token.value)

    def _list(self, read: Callable[[], _Read]) -> tuple[_Read, ...]:
        self._need_sign("(")
        values = [read()]
        while self._take_sign(","):
            values.append(read())
        if not self._take_sign(")"):
            raise self._expected("a comma or )")
        return tuple(values)

    # -- checks and errors ---------------------------------------------------------------------------------------

    def _fitting(self, condition: OnColumn | Not, name: Token, operator: Token, values_at: int) -> Filter:
        """The condition, once it is known to fit the columns."""
        leaf = condition.part if isinstance(condition, Not) else condition
        if self._schema is None or not isinstance(leaf, OnColumn):
            return condition
        fault = fault_of(leaf, self._schema)
        if fault is None:
            return condition
        if fault.value == Fault.NAME:
            place = name.position
        elif fault.value == Fault.OPERATOR:
            place = operator.position
        else:
            values = [t for t in self._tokens[values_at : self._at] if _is_value(t)]
            token = values[fault.value]
            place = token.position + (source_offset(token.source, fault.offset) if fault.offset else 0)
        raise FilterError(f"{fault.text[:-1]} (character {place + 1}).", fault.hint, place)

    def _expected(self, what: str, token: Token | None = None, hint: str = "") -> FilterError:
        token = token or self._now
        found = f"found {token.source}" if token.kind != "end" else "the filter ends there"
        sentence = f"Expected {what} at character {token.position + 1}, but {found}."
        return FilterError(sentence, hint, token.position)

    # -- tokens --------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    @property
    def _ended(self) -> bool:
        return self._now.kind == "end"

    def _next(self) -> Token:
        token = self._now
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take_word(self, word: str) -> bool:
        found = self._now.is_word(word)
        self._at += found
        return found

    def _take_sign(self, sign: str) -> bool:
        found = self._now.is_sign(sign)
        self._at += found
        return found

    def _need_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self._expected(word)

    def _need_sign(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self._expected(sign)


def _is_value(token: Token) -> bool:
    return token.kind in ("text", "number", "date") or token.is_word("true", "false")
