"""The item view, the hover card and the result rows, made of what is known of an item."""

from typing import Any

import numpy as np

from embexplorer.app.appearance import label_of
from embexplorer.app.rankwords import places_text, score_text
from embexplorer.app.session import Session
from embexplorer.app.state import Facts
from embexplorer.app.values import CardView, ItemDetails, ResultRow
from embexplorer.app.valuetext import value_text
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wordforms import without_number
from embexplorer.base.wording import excerpt
from embexplorer.data.hits import Hits
from embexplorer.data.items import FieldType, Kind
from embexplorer.data.marking import find_words, marked_excerpt
from embexplorer.data.query import ItemsTerm, Query
from embexplorer.operations.bridging import LOOKS_LIKE, LOOKS_LIKE_MOST

_NEIGHBOURS = 10
_CARD_LINES, _ROW_DETAILS = 6, 3
_CARD_TEXT, _ROW_TEXT = 220, 400
_ROW_SEEN = 110  # characters of a result's text that are seen even where there is little room


def card_view(facts: Facts, row: int, colour_by: str = "") -> CardView:
    """What hovering shows; read from memory, so at once. colour_by: the column whose colour the point has."""
    values = facts.frame.row(row, named=True)
    title, text = values["@title"] or "", values["@text"] or ""
    lines = _field_lines(facts, values, short=True)
    image = values.get("@kind") == Kind.IMAGE
    shown = excerpt(text, _CARD_TEXT)
    return CardView(
        row=row,
        title=title or excerpt(text, 60),
        text=shown if shown != title else "",
        lines=tuple(line for line in lines if line[0] != colour_by)[:_CARD_LINES],
        uri=_uri(values, image),
        colour=_colour_line(facts, values, colour_by),
        tags=tuple(values["@tags"] or ()) if colour_by != "@tags" else (),
    )


def _colour_line(facts: Facts, values: dict[str, Any], colour_by: str) -> tuple[str, str] | None:
    if colour_by not in facts.schema or colour_by not in values:
        return None
    text = value_text(values[colour_by], facts.schema[colour_by], colour_by in facts.whole)
    return label_of(colour_by), excerpt(text, 60) or "missing"


def item_name(facts: Facts, row: int) -> str:
    """What an item is called in a few words: its title, else its text, else its first field."""
    values = facts.frame.row(row, named=True)
    return values["@title"] or values["@text"] or _named_by(_field_lines(facts, values, short=True)) or "item"


def result_rows(session: Session, facts: Facts, hits: Hits) -> tuple[ResultRow, ...]:
    """The hits ready to be shown, best first; what was deleted meanwhile is left out."""
    rows = facts.rows_of(np.asarray(hits.ids, np.int64))
    uris = session.store.items.uris(np.asarray(hits.ids, np.int64))
    shown = []
    for at, (row, score, uri) in enumerate(zip(rows.tolist(), hits.scores.tolist(), uris, strict=True)):
        if row < 0:
            continue
        values = facts.frame.row(row, named=True)
        title, whole = values["@title"] or "", values["@text"] or ""
        text = marked_excerpt(whole, hits.words, _ROW_TEXT, _ROW_SEEN)
        lines = _field_lines(facts, values, short=True)[:_ROW_DETAILS]
        shown.append(
            ResultRow(
                row=row,
                id=int(values["@id"]),
                rank=at + 1,
                score=score,
                title=title or ("" if text.text else _named_by(lines)),
                text=text.text if text.text != title else "",
                kind=str(values["@kind"]),
                uri=uri,
                details=lines if title or text.text else lines[1:],
                tags=tuple(values["@tags"] or ()),
                title_marks=find_words(without_number(title), hits.words),
                text_marks=text.marks,
                places=places_text(hits, at),
                more=0 if hits.documents is None else int(hits.documents.more[at]),
                score_text=score_text(score, hits),
            )
        )
    return tuple(shown)


def load_details(session: Session, facts: Facts, row: int) -> Operation:
    """Outcome.value is ItemDetails: first the item, then what is nearest to it."""
    yield Step(0, 1)
    item_id = int(facts.ids[row])
    item = session.store.items.get(item_id)
    values = facts.frame.row(row, named=True)
    neighbours: tuple[ResultRow, ...] = ()
    problem = ""
    try:
        hits = session.searcher.search(Query((ItemsTerm((item_id,)),), k=_NEIGHBOURS))
        neighbours = result_rows(session, facts, hits)
    except EmbexError as error:
        problem = str(error)
    fields = _field_lines(facts, values, short=False)
    return Outcome(value=ItemDetails(item, row, fields, neighbours, problem, session.store.read_only))


def _named_by(lines: tuple[tuple[str, str], ...]) -> str:
    """A name for what has neither title nor text, such as a vector: "row 6"."""
    return " ".join(lines[0]) if lines else ""


def _field_lines(facts: Facts, values: dict[str, Any], *, short: bool) -> tuple[tuple[str, str], ...]:
    told = {*facts.own_names}
    lines = []
    if LOOKS_LIKE_MOST in facts.computed and values[LOOKS_LIKE_MOST]:  # why a text found this picture
        lines.append((LOOKS_LIKE, values[LOOKS_LIKE_MOST]))
        told |= {LOOKS_LIKE, LOOKS_LIKE_MOST}
    for name, kind in facts.schema.items():
        if name.startswith("@") or name in told:
            continue
        if short and (kind is FieldType.TEXT or name in facts.computed):
            continue
        text = value_text(values[name], kind, name in facts.whole)
        if text:
            lines.append((name, excerpt(text, 60) if short else text))
    return tuple(lines)


def _uri(values: dict[str, Any], image: bool) -> str:
    return str(values.get("@uri") or "") if image else ""
