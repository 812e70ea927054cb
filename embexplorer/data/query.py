"""What is asked: terms that pull towards or push away, a filter, and how many."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TextTerm:
    text: str
    weight: float = 1.0  # negative: less like this
    muted: bool = False


@dataclass(frozen=True)
class ImageTerm:
    path: str
    weight: float = 1.0
    muted: bool = False


@dataclass(frozen=True)
class ItemsTerm:
    """More (or less) like the mean of these items. label: how the chip names them."""

    ids: tuple[int, ...]
    label: str = ""
    weight: float = 1.0
    muted: bool = False


Term = TextTerm | ImageTerm | ItemsTerm
Mode = Literal["vector", "lexical", "hybrid"]


@dataclass(frozen=True)
class Query:
    """terms: at least one positive for a ranking. where: a filter in the language of filters/parse, "" for all.
    k: how many hits at most, >= 0. exact: no approximation. space: a name, "" for the project's first fit."""

    terms: tuple[Term, ...] = ()
    where: str = ""
    k: int = 10
    mode: Mode = "vector"
    exact: bool = False
    space: str = ""

    def active_terms(self) -> tuple[Term, ...]:
        return tuple(t for t in self.terms if not t.muted and t.weight != 0)
