"""Queries of before: the last fifty that were asked, and those that the user keeps by name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from embexplorer.app.core import EDIT, READ, Core, once
from embexplorer.app.queryview import read_filter
from embexplorer.app.session import Session, query_from_json, query_json
from embexplorer.app.state import Json
from embexplorer.app.values import PastQuery
from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import excerpt
from embexplorer.data.query import ItemsTerm, Query, Term, TextTerm
from embexplorer.filters.tree import Everything
from embexplorer.operations.ranking import name_of

MOST = 50
_KEY = "queries"  # in the project's view values
_MOST_IDS = 10_000  # of items in a query that is remembered by itself; larger selections would fill the project
_WORDS, _NAME_LETTERS = 72, 40


@dataclass(frozen=True)
class _Asked:
    query: Query
    filter_text: str

    @property
    def gist(self) -> object:
        """Equal for queries of the same terms: of those that differ in ways and weights, the last is kept."""
        return frozenset(replace(term, weight=1.0, muted=False, aside=False) for term in self.query.terms)


class PastQueries:
    """Notes what is asked; opens, keeps and deletes queries by name."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._session: Session | None = None
        self._recent: list[_Asked] = []
        self._saved: dict[str, Json] = {}
        core.after_show.append(lambda _changed: self._on_show())
        core.on_leave.append(self._forget)
        self.changed: list[Callable[[], None]] = []

    def texts(self) -> tuple[str, ...]:
        """What was searched for in words, the newest first."""
        asked = (term for past in self._recent for term in past.query.pulling())
        return tuple(term.text for term in asked if isinstance(term, TextTerm))

    @property
    def saved_names(self) -> tuple[str, ...]:
        return tuple(self._saved)

    def _note(self) -> None:
        """What is asked now is the newest of the recent queries."""
        query, text = self._core.state.query, self._core.state.filter_text
        if not query.terms or sum(len(t.ids) for t in query.terms if isinstance(t, ItemsTerm)) > _MOST_IDS:
            return
        asked = _Asked(query, text)
        if self._recent and self._recent[0] == asked:
            return
        self._recent = [asked, *(old for old in self._recent if old.gist != asked.gist)][:MOST]
        self._keep_recent()
        self._tell()

    def proposed_name(self) -> str:
        """What the query that is asked now could be called."""
        return excerpt(words_of(self._core.state.query), _NAME_LETTERS)

    def open_recent(self, position: int) -> None:
        """0 is the newest."""
        if 0 <= position < len(self._recent):
            self._open(self._recent[position])

    def open_saved(self, name: str) -> None:
        if name in self._saved:
            self._open(_read(self._saved[name], self._core.settings.results))

    def save(self, name: str) -> None:
        """Keep the query and the filter under a name; what stood under it is replaced."""
        name, session = " ".join(name.split()), self._core.session
        if session is None or not name:
            return
        value = _written(_Asked(self._core.state.query, self._core.state.filter_text))
        was_there = name in self._saved
        words = f"“{name}” is now this query." if was_there else f"The query is kept as “{name}”."
        self._edit(lambda: session.store.saved.put_query(name, value), {**self._saved, name: value}, words)

    def delete(self, name: str) -> None:
        session = self._core.session
        if session is None or name not in self._saved:
            return
        left = {own: value for own, value in self._saved.items() if own != name}
        self._edit(lambda: session.store.saved.delete_query(name), left, f"The query “{name}” is deleted.")

    def clear_recent(self) -> None:
        self._recent = []
        self._keep_recent()
        self._tell()

    def _edit(self, do: Callable[[], Any], then: dict[str, Json], words: str) -> None:
        def done(_outcome: object) -> None:
            self._saved = dict(sorted(then.items(), key=lambda pair: pair[0].casefold()))
            self._tell()
            self._core.inform(words)

        self._core.start("keep a query", lambda: once(do), EDIT, on_done=done, on_failed=self._core.tell)

    def _open(self, asked: _Asked) -> None:
        facts = self._core.facts
        if facts is None:
            return
        try:
            tree = read_filter(asked.filter_text, facts)
        except EmbexError:  # a column of then is gone: the query bar says so
            tree = Everything()
        self._core.change(query=asked.query, filter_text=asked.filter_text, filter=tree)

    def _on_show(self) -> None:
        session = self._core.session
        if session is None:
            return
        if session is self._session:
            self._note()
            return
        self._read_all(session)

    def _read_all(self, session: Session) -> None:
        """What a project that has just been opened remembers."""
        self._session = session
        results = self._core.settings.results

        def read() -> tuple[list[_Asked], dict[str, Json]]:
            kept = session.store.meta.get(_KEY, [])
            return [_read(value, results) for value in kept], session.store.saved.queries()

        def done(outcome: Any) -> None:
            earlier, self._saved = outcome.value
            known = {asked.gist for asked in self._recent}
            self._recent = [*self._recent, *(old for old in earlier if old.gist not in known)][:MOST]
            self._tell()
            self._note()

        self._core.start("read queries", lambda: once(read), READ, on_done=done, on_failed=self._core.tell)

    def _keep_recent(self) -> None:
        session, recent = self._core.session, tuple(self._recent)
        if session is None or session.store.read_only:
            return
        self._core.start(
            "keep queries",
            lambda: once(lambda: session.store.meta.set(_KEY, [_written(asked) for asked in recent])),
            EDIT,
            key="recent queries",
        )

    def _forget(self) -> None:
        self._session, self._recent, self._saved = None, [], {}
        self._tell()

    def _tell(self) -> None:
        recent = tuple(PastQuery(words_of(asked.query), asked.filter_text) for asked in self._recent)
        saved = tuple(
            PastQuery(words_of(asked.query), asked.filter_text, name)
            for name, asked in ((name, _read(value, 1)) for name, value in self._saved.items())
        )
        self._core.view.query.set_past(recent, saved)
        for react in self.changed:
            react()


def words_of(query: Query) -> str:
    """A query on one line: its terms with their signs."""
    parts = [f"{_sign(term)} {name_of(term)}" for term in query.terms]
    words = " ".join(parts).removeprefix("+ ")
    how = {"blend": "", "both": "All: ", "either": "Any: "}[query.combine] if len(query.pulling()) > 1 else ""
    return excerpt(how + words, _WORDS) if parts else "Filter only"


def _sign(term: Term) -> str:
    return "⟂" if term.aside else "+" if term.weight > 0 else "−"


def _written(asked: _Asked) -> Json:
    return {"query": query_json(asked.query), "filter": asked.filter_text}


def _read(value: Json, results: int) -> _Asked:
    """What cannot be understood is left out; queries of other programs may be kept under other names."""
    return _Asked(query_from_json(value.get("query", {}), results), str(value.get("filter", "")))
