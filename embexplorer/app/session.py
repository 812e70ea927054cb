"""An open project with all that is kept in memory for it."""

import threading
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from embexplorer.app.state import Json, MapLook, State
from embexplorer.app.views import MapViews
from embexplorer.base.errors import EmbexError
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, Term, TextTerm
from embexplorer.data.selection import Selection
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import Everything, Filter
from embexplorer.operations.searching import Searcher
from embexplorer.store.project import ProjectStore

_VIEW = "view"
# A selection is remembered up to this many items; more are quicker selected again than stored.
_MOST_REMEMBERED = 200_000


class Session:
    """quitting: set before the project is closed, so that running jobs stay on record and continue next time.
    was_seen: a window has shown the project before, and remembered how."""

    def __init__(self, store: ProjectStore, device: str = "auto", threads: int = 0) -> None:
        self.store = store
        self.searcher = Searcher(store, device, threads)
        self.quitting = threading.Event()
        self.was_seen = bool(store.meta.get(_VIEW, {}))

    @property
    def name(self) -> str:
        return self.store.path.stem

    def close(self) -> None:
        self.searcher.close()
        self.store.close()


def open_session(path: Path, *, new: bool, device: str, threads: int) -> Session:
    """Raises EmbexError where the project cannot be opened or made."""
    store = ProjectStore.create(path) if new else ProjectStore.open(path)
    return Session(store, device, threads)


def remember(session: Session, state: State, ids: np.ndarray, map_views: MapViews) -> None:
    """Keep in the project where the user was. Nothing happens in a read-only project."""
    if session.store.read_only:
        return
    chosen = ids[state.selection.mask] if len(state.selection.mask) == len(ids) else ids[:0]
    session.store.meta.set(
        _VIEW,
        {
            "filter": state.filter_text,
            "query": query_json(state.query),
            "map": state.map,
            "side_maps": list(state.side_maps),
            "look": asdict(state.look),
            "colour_by": state.colour_by,
            "muted": sorted(state.muted),
            "value_range": state.value_range,
            "current": int(ids[state.current]) if 0 <= state.current < len(ids) else -1,
            "hide_filtered": state.hide_filtered,
            "only_selected": state.only_selected,
            "sort": state.sort,
            "descending": state.descending,
            "columns": list(state.columns),
            "cut": state.cut,
            "results_by": state.results_by,
            "results_descending": state.results_descending,
            "selection": chosen[:_MOST_REMEMBERED].tolist() if len(chosen) <= _MOST_REMEMBERED else [],
            "map_view": map_views.get(state.map, {}),  # all that a program of before knows
            "map_views": map_views,
        },
    )


def remembered(session: Session, results: int) -> tuple[State, MapViews]:
    """Where the user was when the project was closed, and the parts of the maps that were seen. results: how many a
    search shows where the project does not say."""
    kept: Json = session.store.meta.get(_VIEW, {})
    ids = session.store.items.ids()
    chosen = np.searchsorted(ids, np.intersect1d(ids, np.array(kept.get("selection", []), np.int64)))
    current = np.flatnonzero(ids == kept.get("current", -1))
    text, tree = kept.get("filter", ""), _filter(kept.get("filter", ""))
    state = State(
        selection=Selection.of_rows(len(ids), chosen),
        filter=tree,
        filter_text=text,
        query=query_from_json(kept.get("query", {}), results),
        map=kept.get("map", ""),
        side_maps=tuple(kept.get("side_maps", ())),
        look=_look(kept.get("look", {})),
        colour_by=kept.get("colour_by", ""),
        muted=frozenset(kept.get("muted", ())),
        value_range=tuple(kept["value_range"]) if kept.get("value_range") else None,
        current=int(current[0]) if len(current) else -1,
        hide_filtered=bool(kept.get("hide_filtered", False)),
        only_selected=bool(kept.get("only_selected", False)),
        sort=kept.get("sort", ""),
        descending=bool(kept.get("descending", False)),
        columns=tuple(kept.get("columns", ())),
        cut=None if kept.get("cut") is None else float(kept["cut"]),
        results_by=kept.get("results_by", ""),
        results_descending=bool(kept.get("results_descending", True)),
    )
    return state, kept.get("map_views") or ({state.map: kept["map_view"]} if kept.get("map_view") else {})


def _look(kept: Json) -> MapLook:
    known = {part.name for part in fields(MapLook)}
    return MapLook(**{name: value for name, value in kept.items() if name in known})


def _filter(text: str) -> Filter:
    try:
        return parse(text)
    except EmbexError:
        return Everything()


_TERMS: dict[str, type[Term]] = {"text": TextTerm, "image": ImageTerm, "items": ItemsTerm}


def query_json(query: Query) -> Json:
    """A query as JSON values, the way it is kept in the project."""
    names = {kind: name for name, kind in _TERMS.items()}
    terms = [{"kind": names[type(term)], **term.__dict__} for term in query.terms]
    kept = {"k": query.k, "mode": query.mode, "exact": query.exact, "space": query.space}
    ways = {"combine": query.combine, "but_not": query.but_not, "lexical_weight": query.lexical_weight, "by": query.by}
    return {"terms": terms, **kept, **ways, "diversity": query.diversity}


def query_from_json(kept: Json, results: int = 50) -> Query:
    """The query of query_json; what cannot be understood is left out."""
    terms: list[Term] = []
    for raw in kept.get("terms", []):
        kind = _TERMS.get(raw.get("kind", ""))
        if kind is None:
            continue
        known = {part.name for part in fields(kind)}
        values = {key: value for key, value in raw.items() if key in known}
        if "ids" in values:
            values["ids"] = tuple(values["ids"])
        terms.append(kind(**values))
    default = Query(k=results, by="auto")
    return Query(
        tuple(terms),
        k=int(kept.get("k", default.k)),
        mode=kept.get("mode", default.mode),
        exact=bool(kept.get("exact", False)),
        space=kept.get("space", ""),
        combine=kept.get("combine", default.combine),
        but_not=bool(kept.get("but_not", False)),
        lexical_weight=float(kept.get("lexical_weight", default.lexical_weight)),
        by=kept.get("by", default.by),
        diversity=float(kept.get("diversity", 0.0)),
    )
