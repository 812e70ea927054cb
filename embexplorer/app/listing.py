"""The results of an answer as a list: in which order, and some of it at a time."""

from dataclasses import dataclass, replace

import numpy as np

from embexplorer.app.details import result_rows
from embexplorer.app.session import Session
from embexplorer.app.standing import Standing
from embexplorer.app.state import Facts
from embexplorer.app.values import ResultRow
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.hits import Hits

Wanted = tuple[float | None, str, bool]  # the line, the column to sort by, largest first


@dataclass(frozen=True)
class Page:
    """rows: of the list, from a place on."""

    start: int
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, eq=False)
class Listing:
    """places: int64, the hits in the order of the list. is_plain: in that of the answer."""

    session: Session
    facts: Facts
    hits: Hits
    places: np.ndarray
    is_plain: bool = False

    def __len__(self) -> int:
        return len(self.places)

    def page(self, start: int, end: int) -> Page:
        rows = result_rows(self.session, self.facts, self.hits.at(self.places[start:end]))
        return Page(start, tuple(replace(row, rank=rank) for rank, row in enumerate(rows, start + 1)))

    def load(self, start: int, end: int) -> Operation:
        """Outcome.value is the Page."""
        yield Step(0, 1)
        return Outcome(value=self.page(start, end))


def list_pages(session: Session, facts: Facts, found: Standing, wanted: Wanted, size: int) -> Operation:
    """Outcome.value is a Listing and its first page."""
    yield Step(0, 1)
    line, sort, _descending = wanted
    is_plain = not sort and (found.by_score or line is None)
    listing = Listing(session, facts, found.hits, found.places(facts, *wanted), is_plain)
    return Outcome(value=(listing, listing.page(0, size)))
