"""The query bar and the facets: what is asked, and which items are looked at."""

from dataclasses import replace

from embexplorer.app.composing import Composing
from embexplorer.app.conditions import as_typed, kind_of, range_condition, typed_name, values_condition
from embexplorer.app.filterchips import with_similar, without
from embexplorer.app.queryview import read_filter
from embexplorer.base.errors import EmbexError
from embexplorer.data.query import AnswerBy, Mode
from embexplorer.filters.tree import Filter, replace_condition
from embexplorer.filters.unparse import to_text


class Searching(Composing):
    """Edits the query and the filter; every change is answered at once (app/answering)."""

    # -- how it is answered --------------------------------------------------------------------------------------

    def set_options(self, *, k: int | None = None, mode: Mode | None = None, exact: bool | None = None) -> None:
        given = {"k": k, "mode": mode, "exact": exact}
        query = replace(self._core.state.query, **{key: v for key, v in given.items() if v is not None})  # type: ignore[arg-type]
        self._core.change(query=query)

    def set_mix(self, lexical_weight: float) -> None:
        """How much the words themselves count where both meaning and words do, 0 to 1."""
        self._core.change(query=replace(self._core.state.query, lexical_weight=lexical_weight))

    def answer_by(self, by: AnswerBy) -> None:
        """Whether hits are passages or documents with their best passage."""
        self._core.change(query=replace(self._core.state.query, by=by))

    def set_space(self, name: str) -> None:
        self._core.change(query=replace(self._core.state.query, space=name))

    # -- the filter -------------------------------------------------------------------------------------------

    def set_filter_text(self, text: str) -> None:
        """What the user types. While it cannot be read, the old filter stays and the bar says where it goes wrong."""
        core = self._core
        if core.facts is None:
            return
        try:
            tree = read_filter(text, core.facts)
        except EmbexError:
            core.change(filter_text=text)
        else:
            core.change(filter_text=text, filter=tree)

    def set_condition(self, name: str, condition: Filter | None) -> None:
        """A facet's condition on its column; None takes it away."""
        facts = self._core.facts
        own = () if facts is None else facts.schema
        tree = replace_condition(as_typed(self._core.state.filter, own), typed_name(name, own), condition)
        self._set_filter(tree)

    def set_values(self, name: str, values: tuple[str | bool | None, ...]) -> None:
        """A facet's chosen values; None among them stands for "missing", no value at all for no condition."""
        facts = self._core.facts
        kind = None if facts is None else kind_of(name, facts.schema)
        if kind is not None:
            self.set_condition(name, values_condition(name, kind, values))

    def set_range(self, name: str, low: float | None, high: float | None) -> None:
        """A facet's range, dates in milliseconds since 1970; None for an open end."""
        facts = self._core.facts
        kind = None if facts is None else kind_of(name, facts.schema)
        if facts is not None and kind is not None:
            self.set_condition(name, range_condition(name, kind, low, high, whole=name in facts.whole))

    def remove_condition(self, position: int) -> None:
        """Take one of the conditions away that must all hold."""
        self._set_filter(without(self._core.state.filter, position))

    def only_similar(self, row: int) -> None:
        """Let only through what is likely related to an item."""
        facts = self._core.facts
        if facts is not None and 0 <= row < len(facts):
            self._set_filter(with_similar(self._core.state.filter, int(facts.ids[row])))

    def _set_filter(self, tree: Filter) -> None:
        self._core.change(filter=tree, filter_text=to_text(tree))

    def clear_filter(self) -> None:
        self.set_filter_text("")
