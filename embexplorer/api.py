"""The Python API: a project as an object, over the same operations that the window and the command line run."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import polars as pl

from embexplorer.base.progress import Operation, Outcome, Step, finish
from embexplorer.base.settings import IMAGE_MODEL, TEXT_MODEL
from embexplorer.data.columns import MapInfo
from embexplorer.data.hits import Hits
from embexplorer.data.items import ImportChoices
from embexplorer.data.models import ModelView as ModelView
from embexplorer.data.picture import MapPicture
from embexplorer.data.projectinfo import ProjectInfo
from embexplorer.data.query import AnswerBy, Combine, Mode, Query
from embexplorer.data.relevance import Relevance
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.asking import Image, Item, Parts, Text, terms_of
from embexplorer.operations.creating import joined
from embexplorer.operations.doubting import judge_map
from embexplorer.operations.embedding import EmbedParams, embed_pending, forget_failures, pending_work
from embexplorer.operations.exporting import ExportParams, export
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.indexing import build_index
from embexplorer.operations.itemtable import item_table
from embexplorer.operations.labelling import named_regions
from embexplorer.operations.mapping import BuildMapParams, MapParams, build_map, coordinates
from embexplorer.operations.modelling import add_model as add_model
from embexplorer.operations.modelling import model_views as model_views
from embexplorer.operations.modelling import uninstall_model as uninstall_model
from embexplorer.operations.searching import Searcher
from embexplorer.operations.shrinking import ShrinkParams, shrink_space
from embexplorer.operations.spaces import chosen_space
from embexplorer.operations.weighing import SpaceSizes, weigh_space
from embexplorer.store.changes import tag_items, untag_items
from embexplorer.store.project import ProjectStore


class Project:
    """One project file. Use it in a with statement, or close it.

    on_step: called with every progress step of long work.
    """

    def __init__(self, store: ProjectStore, on_step: Callable[[Step], None] | None = None) -> None:
        self.store = store
        self.on_step = on_step
        self._searcher = Searcher(store)

    @classmethod
    def create(cls, path: str | Path) -> "Project":
        return cls(ProjectStore.create(Path(path)))

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> "Project":
        return cls(ProjectStore.open(Path(path), read_only=read_only))

    def close(self) -> None:
        self._searcher.close()
        self.store.close()

    def __enter__(self) -> "Project":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(
        self,
        *inputs: str | Path,
        text: str = "",
        title: str = "",
        fields: Sequence[str] | None = None,
        passages: int = 0,
        metadata: str | Path = "",
    ) -> Outcome:
        """Import files and folders; what is known already is left as it is. Outcome.value.added holds the new ids.

        A source that the project knows is read as it was the last time where nothing else is given.
        text, title: column names, found by themselves when "". fields: the columns to keep, all when None.
        passages: cut documents into passages of about so many tokens. metadata: a table beside ready-made vectors.
        """
        from embexplorer.operations.choosing import choose, earlier_choices

        wanted = sources_of([Path(p) for p in inputs])
        given = ImportChoices(text=text, title=title, passages=passages, metadata=str(metadata))
        return self._run(import_sources(self.store, choose(wanted, given, fields, earlier_choices(self.store))))

    def embed(
        self, model: str = "", *, space: str = "", device: str = "auto", threads: int = 0, again: bool = False
    ) -> Outcome:
        """Embed what has no vector yet. model "": the bundled one for each kind of item. again: also try the items
        again that could not be embedded before.

        Outcome.value is the SpaceInfo, or a tuple of outcomes where more than one kind was embedded.
        """
        if again:
            forget_failures(self.store)
        given = (EmbedParams(model, space, device, threads),) if model else ()
        works = given or pending_work(self.store, TEXT_MODEL, IMAGE_MODEL, device, threads)
        outcomes = [(f"embed {work.model}", self._run(embed_pending(self.store, work))) for work in works]
        if not outcomes:
            return Outcome("Nothing to embed")
        return outcomes[0][1] if len(outcomes) == 1 else joined(outcomes)

    def build_map(
        self, space: str = "", *, name: str = "", start: str = "", refine: bool = False, **layout: Any
    ) -> MapInfo:
        """Index and lay out a space; new items are placed on a map that is there already. name: a new one keeps the
        maps there are. start: the map to start from. refine: all points move a little. layout: as in MapParams."""
        self._run(build_index(self.store, space))
        self._searcher.forget_index()
        params = BuildMapParams(space, name, replace(MapParams(), **layout), start=start, refine=refine)
        info: MapInfo = self._run(build_map(self.store, params)).value
        return info

    def search(
        self,
        text: Text | Sequence[Text] = "",
        *,
        image: Image | Sequence[Image] = "",
        like: Sequence[Item] = (),
        minus: Text | Sequence[Text] = "",
        minus_image: Image | Sequence[Image] = "",
        minus_like: Sequence[Item] = (),
        aside: Text | Sequence[Text] = "",
        aside_like: Sequence[Item] = (),
        combine: Combine = "blend",
        but_not: bool = False,
        where: str = "",
        k: int = 10,
        space: str = "",
        exact: bool = False,
        mode: Mode = "vector",
        lexical_weight: float = 0.5,
        by: AnswerBy = "auto",
        diversity: float = 0.0,
        offset: int | None = None,
        related: bool = False,
    ) -> Hits:
        """The k items nearest to what is asked, among those that pass the filter. See also ask().

        Texts, images and items (by id) to be like, less like, or to set aside: what an aside part says has no say.
        Each may be given with a weight, as ("cheap", 2.0). combine: "blend" them, or ask for what is like "both" (all)
        of them or like "either". but_not: leave out what is more like a minus part than like the rest.
        mode "hybrid": by meaning and by words, which count lexical_weight of 1. by "document": of documents that were
        cut into passages each by its best one, k documents, as "auto" does where there are such; "passage": each alone.
        diversity: 0 for the most similar hits, up to 1 for hits that are unlike each other. offset: the page of k hits
        from this place of the whole order; pages join without a gap. related: only what is above line_of(hits).
        """
        apart = combine != "blend"
        terms = terms_of(Parts(text, image, like), apart=apart)
        terms += terms_of(Parts(minus, minus_image, minus_like), sign=-1.0, apart=apart or but_not)
        terms += terms_of(Parts(aside, items=aside_like), aside=True, apart=True)
        query = Query(tuple(terms), where, k, mode, exact, space, combine, but_not)
        query = replace(query, lexical_weight=lexical_weight, by=by, diversity=diversity, offset=offset)
        hits = self.ask(query)
        line = self.line_of(hits) if related else None
        return hits if line is None else hits.at(np.flatnonzero(hits.scores > line))

    def relevance(self, space: str = "") -> Relevance | None:
        """How near unrelated items are in a space ("": the largest), from random pairs; None where they are too few."""
        found: Relevance | None = self._run(self._searcher.calibrate(space)).value
        return found

    def line_of(self, hits: Hits) -> float | None:
        """The score above which hits are likely related to what was asked; None where scores do not tell, as in
        searches by words, or where there are too few items."""
        relevance = self.relevance(hits.space) if hits.space else None
        return None if relevance is None else relevance.line(hits.matching, by_text=hits.by_text)

    def ask(self, query: Query) -> Hits:
        """Answer a query value. Raises EmbexError where it cannot be understood."""
        return self._searcher.search(query)

    def everything(self, query: Query) -> Hits:
        """As ask, but all that pass the filter in the order of the answer; of a search by words, all that hold them."""
        return self._searcher.everything(query)

    def table(self, where: str = "", columns: Sequence[str] = ()) -> pl.DataFrame:
        """The items that pass the filter: id, title, text, fields, computed columns, tags, notes, map."""
        ids = self._searcher.matching(where) if where else None
        return item_table(self.store, ids, tuple(columns))

    def vectors(self, space: str = "") -> np.ndarray:
        """float32 (n, dims), in the order of vector_ids(); read-only, mapped from a cache file."""
        return self.store.spaces.vectors(chosen_space(self.store, space).id).matrix

    def vector_ids(self, space: str = "") -> np.ndarray:
        """int64 (n,): the item of each row of vectors()."""
        return self.store.spaces.vectors(chosen_space(self.store, space).id).ids

    def coordinates(self, name: str = "") -> np.ndarray:
        """float32 (n, 2), in the order of table(); NaN where an item is not on the map."""
        ids = self.store.items.ids()
        names = [info.name for info in self.store.maps.all()]
        xy = coordinates(self.store, name or (names[0] if names else ""), ids)
        return xy if xy is not None else np.full((len(ids), 2), np.nan, np.float32)

    def labels(self, map: str = "") -> pl.DataFrame:  # noqa: A002  (as the command line says it)
        """What the parts of a map are about, the largest first: text, x, y, items, and level (1 is the coarsest).

        map: its name, "" for the first. Raises EmbexError where there is none.
        """
        table: pl.DataFrame = self._run(named_regions(self.store, map)).value
        return table.select("text", "x", "y", "items", "level")

    def trust(self, map: str = "") -> MapInfo:  # noqa: A002
        """How far a map can be believed: its quality in figures, and for each item the column “… trust” of the table,
        the share of its true neighbours that are its neighbours on the map.

        map: its name, "" for the first. Raises EmbexError where there is none.
        """
        names = [info.name for info in self.store.maps.all()]
        judged: MapInfo = self._run(judge_map(self.store, map or next(iter(names), "map"))).value
        return judged

    def matching(self, where: str) -> np.ndarray:
        """int64: the ids of the items that pass a filter, ascending. Raises EmbexError."""
        return self._searcher.matching(where)

    def tag(self, tag: str, ids: Sequence[int] | np.ndarray | None = None, *, where: str = "") -> int:
        """Tag these items, or those that pass the filter; the number of items. Can be undone."""
        chosen = self._chosen(ids, where)
        self.store.history.perform(tag_items(chosen, tag))
        return len(chosen)

    def untag(self, tag: str, ids: Sequence[int] | np.ndarray | None = None, *, where: str = "") -> int:
        """Take a tag away from these items, or from those that pass the filter. Can be undone."""
        chosen = self._chosen(ids, where)
        self.store.history.perform(untag_items(chosen, tag))
        return len(chosen)

    def undo(self) -> str:
        """Take the last change back; what it was, "" where there is none."""
        change = self.store.history.undo()
        return change.label if change else ""

    def redo(self) -> str:
        change = self.store.history.redo()
        return change.label if change else ""

    def export(
        self,
        path: str | Path,
        *,
        where: str = "",
        columns: Sequence[str] = (),
        colour_by: str = "",
        map_name: str = "",
        picture: MapPicture | None = None,
        **drawn: Any,
    ) -> Path:
        """Write .csv, .parquet, .jsonl, .npz (vectors), or the map as .png, .svg or .html. map_name: "" for the first
        map. drawn: the fields of MapPicture that are to differ from the picture: width=1920, dark=True."""
        ids = self._searcher.matching(where) if where else None
        wanted = replace(picture or MapPicture(), **drawn)
        params = ExportParams(Path(path), ids, tuple(columns), map=map_name, colour_by=colour_by, picture=wanted)
        self._run(export(self.store, params))
        return Path(path)

    def measure_space(self, space: str = "") -> SpaceSizes:
        """What the vectors of a space would take and still find in other forms, measured on a sample of them."""
        sizes: SpaceSizes = self._run(weigh_space(self.store, space)).value
        return sizes

    def shrink(self, form: str, *, space: str = "") -> SpaceInfo:
        """Keep a space as "float16", "int8", "binary", "pca128" or "pca128-int8". undo() brings every digit back until
        the file is compacted (store.compact()), which gives the room back."""
        kept: SpaceInfo = self._run(shrink_space(self.store, ShrinkParams(form, space))).value
        return kept

    def info(self) -> ProjectInfo:
        store = self.store
        return ProjectInfo(
            path=str(store.path),
            items=store.items.count(),
            kinds={kind.value: number for kind, number in store.items.kinds().items()},
            fields=store.fields.all(),
            spaces=tuple(store.spaces.all()),
            maps=tuple(store.maps.all()),
            tags=store.tags.all(),
            size_bytes=store.path.stat().st_size,
            read_only=store.read_only,
        )

    def _chosen(self, ids: Sequence[int] | np.ndarray | None, where: str) -> np.ndarray:
        return self.matching(where) if ids is None else np.asarray(ids, np.int64)

    def _run(self, operation: Operation) -> Outcome:
        return finish(operation, self.on_step)
