"""Edits the terms of the query: what is asked for, in which way, how much, and how the parts act together."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from embexplorer.app.core import READ, Core, once
from embexplorer.app.details import item_name
from embexplorer.base.wording import count, excerpt
from embexplorer.data.query import Combine, ImageTerm, ItemsTerm, Query, Term, TextTerm
from embexplorer.operations.asking import text_of_file

# As far as the wheel and the arrow keys go; a weight of 10 leaves nothing to the others.
LEAST_WEIGHT, MOST_WEIGHT, WEIGHT_STEP = 0.1, 10.0, 0.1


class Composing:
    """Every change makes a new query, which is answered at once."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # -- more terms -------------------------------------------------------------------------------------------

    def add_text(self, text: str, weight: float = 1.0, aside: bool = False) -> None:
        if text.strip():
            self._add(TextTerm(text.strip(), weight, aside=aside))

    def add_image(self, path: str, weight: float = 1.0, aside: bool = False) -> None:
        self._add(ImageTerm(path, weight, aside=aside))

    def add_images(self, paths: list[str], weight: float = 1.0, aside: bool = False) -> None:
        if paths:
            self._add(*(ImageTerm(path, weight, aside=aside) for path in paths))

    def add_text_files(self, paths: list[str], weight: float = 1.0, aside: bool = False) -> None:
        """What stands in these files, each as a text."""
        for path in paths:
            self._core.start(
                "read a text",
                lambda path=path: once(lambda: text_of_file(Path(path))),  # type: ignore[misc]
                READ,
                on_done=lambda outcome: self.add_text(outcome.value, weight, aside),
                on_failed=self._core.tell,
            )

    def add_rows(self, rows: np.ndarray, weight: float = 1.0, aside: bool = False) -> None:
        """More (or, with a negative weight, less) like the mean of these items, or whatever they are about."""
        facts = self._core.facts
        if facts is None or not len(rows):
            return
        ids = tuple(facts.ids[rows].tolist())
        label = excerpt(item_name(facts, int(rows[0])), 40) if len(ids) == 1 else count(len(ids), "item")
        self._add(ItemsTerm(ids, label, weight, aside=aside))

    # -- the terms that are there -----------------------------------------------------------------------------

    def remove_term(self, position: int) -> None:
        self._set_terms([t for i, t in enumerate(self._core.state.query.terms) if i != position])

    def turn_term(self, position: int) -> None:
        """More like becomes less like, that is set aside, and that is more like again."""

        def turned(term: Term) -> Term:
            if term.aside:
                return replace(term, weight=abs(term.weight), aside=False)
            return replace(term, weight=-term.weight) if term.weight > 0 else replace(term, aside=True)

        self._edit(position, turned)

    def set_way(self, position: int, sign: float, aside: bool) -> None:
        """sign: 1.0 for more like, -1.0 for less like."""
        self._edit(position, lambda term: replace(term, weight=sign * abs(term.weight), aside=aside))

    def weigh_term(self, position: int, weight: float) -> None:
        """weight: above 0; which way the term acts stays as it is."""
        size = min(MOST_WEIGHT, max(LEAST_WEIGHT, round(weight, 1)))
        self._edit(position, lambda term: replace(term, weight=size if term.weight > 0 else -size))

    def nudge_term(self, position: int, steps: int) -> None:
        """Let a term count so many steps more, or less."""
        terms = self._core.state.query.terms
        if 0 <= position < len(terms):
            self.weigh_term(position, abs(terms[position].weight) + steps * WEIGHT_STEP)

    def mute_term(self, position: int, muted: bool) -> None:
        self._edit(position, lambda term: replace(term, muted=muted))

    def rewrite_term(self, position: int, text: str) -> None:
        """Another text for a text; nothing happens to other terms, and an empty text takes it away."""
        if not text.strip():
            self.remove_term(position)
            return
        self._edit(position, lambda term: replace(term, text=text.strip()) if isinstance(term, TextTerm) else term)

    def move_term(self, position: int, to: int) -> None:
        """Put a term at another place among the others."""
        terms = list(self._core.state.query.terms)
        if 0 <= position < len(terms):
            terms.insert(max(0, min(to, len(terms) - 1)), terms.pop(position))
            self._set_terms(terms)

    def rows_of_term(self, position: int) -> np.ndarray:
        """int64: the rows of the items of a term that are still there."""
        terms, facts = self._core.state.query.terms, self._core.facts
        term = terms[position] if 0 <= position < len(terms) else None
        if facts is None or not isinstance(term, ItemsTerm):
            return np.empty(0, np.int64)
        rows = facts.rows_of(np.array(term.ids, np.int64))
        there: np.ndarray = np.sort(rows[rows >= 0])
        return there

    def clear(self) -> None:
        self._set_terms([])

    # -- how they act together --------------------------------------------------------------------------------

    def set_combine(self, combine: Combine) -> None:
        self._change(replace(self._core.state.query, combine=combine))

    def set_but_not(self, but_not: bool) -> None:
        self._change(replace(self._core.state.query, but_not=but_not))

    def _add(self, *terms: Term) -> None:
        self._set_terms([*self._core.state.query.terms, *terms])

    def _edit(self, position: int, change: Callable[[Term], Term]) -> None:
        terms = list(self._core.state.query.terms)
        if 0 <= position < len(terms):
            terms[position] = change(terms[position])
            self._set_terms(terms)

    def _set_terms(self, terms: list[Term]) -> None:
        self._change(replace(self._core.state.query, terms=tuple(terms)))

    def _change(self, query: Query) -> None:
        if query != self._core.state.query:
            self._core.change(query=query)
