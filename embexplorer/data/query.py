"""What is asked: terms that pull towards, push away or are set aside, how they act together, a filter, how many.

A term has one of three ways. A weight above 0 pulls: more like this. Below 0 it pushes: less like this. And a term that
is aside says what does not matter: its direction is taken out of the others (search/compose), whatever its weight.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TextTerm:
    text: str
    weight: float = 1.0
    muted: bool = False
    aside: bool = False


@dataclass(frozen=True)
class ImageTerm:
    path: str
    weight: float = 1.0
    muted: bool = False
    aside: bool = False


@dataclass(frozen=True)
class ItemsTerm:
    """The mean of these items, of one or of a whole selection. label: how the chip names them."""

    ids: tuple[int, ...]
    label: str = ""
    weight: float = 1.0
    muted: bool = False
    aside: bool = False


Term = TextTerm | ImageTerm | ItemsTerm
Mode = Literal["vector", "lexical", "hybrid"]
Combine = Literal["blend", "both", "either"]
AnswerBy = Literal["passage", "document", "whole", "auto"]


@dataclass(frozen=True)
class Query:
    """terms: at least one that pulls for a ranking. where: a filter in the language of filters/parse, "" for all.
    k: how many hits at most, >= 0. exact: no approximation. space: a name, "" for the project's first fit.

    combine: "blend" makes one vector of all terms; "both" ranks by what an item is like least of the pulling terms,
    "either" by what it is like most. but_not: items that are more like a pushing term than like the pulling ones are
    left out; under "both" and "either" pushing terms always mean that, under "blend" they only push where it is off.

    diversity: 0 for the order of likeness alone, up to 1 for hits that are unlike each other (search/diversity); in the
    mode "vector" only. offset: a page of the whole order, from this place, found without approximation so that pages
    join without a gap; None for the best k by the quickest way.

    lexical_weight: in the mode "hybrid", how much words count, 0 to 1; meaning counts for the rest. by: whether hits
    are passages or documents with their best passage, k of them; "auto" is by document where documents were cut,
    and "whole" asks each part of the query of all passages of a document at once (search/late), in the mode "vector".
    """

    terms: tuple[Term, ...] = ()
    where: str = ""
    k: int = 10
    mode: Mode = "vector"
    exact: bool = False
    space: str = ""
    combine: Combine = "blend"
    but_not: bool = False
    diversity: float = 0.0
    offset: int | None = None
    lexical_weight: float = 0.5
    by: AnswerBy = "passage"

    def active_terms(self) -> tuple[Term, ...]:
        return tuple(t for t in self.terms if not t.muted and t.weight != 0)

    def pulling(self) -> tuple[Term, ...]:
        return tuple(t for t in self.active_terms() if t.weight > 0 and not t.aside)

    def pushing(self) -> tuple[Term, ...]:
        return tuple(t for t in self.active_terms() if t.weight < 0 and not t.aside)

    def set_aside(self) -> tuple[Term, ...]:
        return tuple(t for t in self.active_terms() if t.aside)
