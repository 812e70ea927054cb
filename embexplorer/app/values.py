"""What the views are given: plain frozen values, ready to be shown."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from embexplorer.app.scores import Order, ScoresView
from embexplorer.data.items import FieldType, ImportChoices, Item, Preview
from embexplorer.data.marking import Spans
from embexplorer.data.query import AnswerBy


@dataclass(frozen=True)
class Chip:
    """A term of the query as the query bar shows it. kind: text, image or items. uri: a thumbnail's file. aside: its
    direction is taken out, whatever the weight."""

    kind: Literal["text", "image", "items"]
    label: str
    weight: float
    muted: bool
    uri: str = ""
    aside: bool = False


@dataclass(frozen=True)
class PastQuery:
    """A query of before: what it asked, its filter as text, and the name that it is kept by, "" for none."""

    words: str
    filter_text: str = ""
    name: str = ""


@dataclass(frozen=True)
class QueryView:
    """The query bar. filter_text: the filter as text; filter_words: as a sentence. error_at: the character where the
    text goes wrong, -1 where it is right. names: (column, type) for completion. spaces: names to choose from."""

    chips: tuple[Chip, ...] = ()
    filter_text: str = ""
    filter_words: str = ""
    error: str = ""
    error_at: int = -1
    k: int = 50
    mode: Literal["vector", "lexical", "hybrid"] = "vector"
    exact: bool = False
    names: tuple[tuple[str, FieldType], ...] = ()
    tags: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    space: str = ""
    combine: Literal["blend", "both", "either"] = "blend"
    but_not: bool = False
    lexical_weight: float = 0.5
    by: AnswerBy = "auto"
    has_passages: bool = False  # there is something to choose between passages and documents


@dataclass(frozen=True)
class ResultRow:
    """One hit. title_marks, text_marks: where the words that were asked for stand. places: how a hit by meaning and
    words stood in both, in words. more: how many further passages of the document are among the best.
    score_text: the score as it is shown."""

    row: int
    id: int
    rank: int
    score: float
    title: str
    text: str
    kind: str
    uri: str
    details: tuple[tuple[str, str], ...] = ()  # (field, value as text), the few that matter
    tags: tuple[str, ...] = ()
    title_marks: Spans = ()
    text_marks: Spans = ()
    places: str = ""
    more: int = 0
    score_text: str = ""


@dataclass(frozen=True)
class ResultsView:
    """headline: what was found in a few words. summary: of how many, exact or not, how long. can_be_exact: "make exact"
    would change something. rows: the first of total; above: how many of all stand above the relevance line, None where
    there is no line. is_whole: both are known, since all was looked at."""

    rows: tuple[ResultRow, ...] = ()
    summary: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""
    searching: bool = False
    asked: bool = False  # there is a query; False shows how to ask one
    can_be_exact: bool = False
    total: int = 0
    above: int | None = None
    scores: ScoresView | None = None
    order: Order = field(default_factory=Order)
    headline: str = ""
    is_whole: bool = False


@dataclass(frozen=True)
class ItemDetails:
    """The item view: the item, what is nearest to it, and its row; item None shows the empty state."""

    item: Item | None = None
    row: int = -1
    fields: tuple[tuple[str, str], ...] = ()  # values as text
    neighbours: tuple[ResultRow, ...] = ()
    problem: str = ""
    read_only: bool = False


@dataclass(frozen=True, eq=False)
class TableView:
    """The table and the gallery: a whole frame, and which of its rows are shown in what order.

    frame: one row per live item, with the columns of operations.columns.project_frame. order: int64 row numbers.
    columns: the names to show, in order. all_columns: what the column chooser offers.
    """

    frame: pl.DataFrame
    order: np.ndarray
    columns: tuple[str, ...]
    all_columns: tuple[str, ...]
    types: dict[str, FieldType]
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True)
class CardView:
    """The hover card of a point. colour: the name and value of the column that the map is coloured by, which lines
    then leave out; None where it is not coloured. uri: of an image, whose thumbnail belongs on the card."""

    row: int
    title: str
    text: str
    lines: tuple[tuple[str, str], ...]
    uri: str = ""
    colour: tuple[str, str] | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatusView:
    """The status line, each part a few words; "" hides it. map: how far it can be believed; map_help: in sentences."""

    items: str = ""
    shown: str = ""
    selected: str = ""
    model: str = ""
    note: str = ""
    map: str = ""
    map_help: str = ""


@dataclass(frozen=True)
class MapChoice:
    """What the map can show. maps, colours, sizes, labels: (name, label); the size "" is points of one size. beside:
    the maps shown beside the first. models: for each of maps, what its items were embedded with."""

    maps: tuple[tuple[str, str], ...] = ()
    map: str = ""
    beside: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    colours: tuple[tuple[str, str], ...] = ()
    colour_by: str = ""
    sizes: tuple[tuple[str, str], ...] = ()
    size_by: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    label_by: str = ""


@dataclass(frozen=True)
class LegendLine:
    """A category in the legend. name: what State.muted calls it. key: which colour of the palette. shown: how many of
    the total the filter lets through. is_on: they are on the map."""

    name: str
    label: str
    key: int
    shown: int
    total: int
    is_on: bool = True


@dataclass(frozen=True)
class BarView:
    """The colour bar of numbers or dates. low, high: its ends; dates in milliseconds since 1970. ticks: (place between
    0 and 1, text). shown, totals: how many points lie in each of its equal parts, with the filter and without.
    left: the values that are on the map, None for all. step: between values that can be chosen, 0 for any.
    open_low, open_high: values lie beyond that end."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    shown: tuple[int, ...]
    totals: tuple[int, ...]
    type: FieldType
    whole: bool = False
    step: float = 0.0
    left: tuple[float, float] | None = None
    open_low: bool = False
    open_high: bool = False


@dataclass(frozen=True)
class LegendView:
    """What colours and sizes mean. sizes: (size class, value as text), from small to large."""

    title: str = ""
    lines: tuple[LegendLine, ...] = ()
    bar: BarView | None = None
    size_title: str = ""
    sizes: tuple[tuple[int, str], ...] = ()

    @property
    def hides(self) -> bool:
        """Whether anything is switched off."""
        return any(not line.is_on for line in self.lines) or (self.bar is not None and self.bar.left is not None)


@dataclass(frozen=True)
class TagView:
    """A tag of the project. key: the digit that sets it, or "". chosen: how many of the selected items have it, of:
    how many are selected."""

    tag: str
    count: int
    key: str = ""
    chosen: int = 0
    of: int = 0


@dataclass(frozen=True)
class SourceProposal:
    """One source in the import sheet: what was read of it, or why nothing could be. name: the file's or folder's.

    choices: what will be done with it. wanted: the user wants it.
    """

    name: str
    path: str
    preview: Preview | None
    choices: ImportChoices
    error: str = ""
    wanted: bool = True


@dataclass(frozen=True)
class ImportProposal:
    """The import sheet. project_path: the file that will be made, "" where a project is open already.
    models: (id, name) for the kinds that are there. estimate: time and size in words. device: where it will run."""

    sources: tuple[SourceProposal, ...]
    project_path: str = ""
    text_models: tuple[tuple[str, str], ...] = ()
    image_models: tuple[tuple[str, str], ...] = ()
    text_model: str = ""
    image_model: str = ""
    device: str = ""
    estimate: str = ""
    reading: bool = False


@dataclass(frozen=True)
class Message:
    level: Literal["info", "warning", "error"]
    text: str
    hint: str = ""
    action: str = ""  # an action's id for a button
    details: tuple[str, ...] = ()
