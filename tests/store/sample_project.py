"""A small project with something of everything, for tests and for the kept file of each format."""

from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.progress import Problem
from embexplorer.data.columns import Column, MapInfo, Provenance
from embexplorer.data.items import Field, FieldType, ImportChoices, ItemBatch, Kind
from embexplorer.data.precision import Codec, Form
from embexplorer.store.changes import delete_tag, tag_items, trash_items, write_note
from embexplorer.store.project import ProjectStore

TITLES = ["Slow delivery", "Grüße aus Köln", "🎉 party", "plain", "last"]
TEXTS = ["It took three weeks.", "Alles war gut.", "A cake, a candle and a song.", "", "The end of the list."]


def batch(start: int = 0, number: int = 5, kind: Kind = Kind.TEXT, **fields: pl.Series) -> ItemBatch:
    """Items with keys start, start + 1, ...; fields as given."""
    rows = range(start, start + number)
    return ItemBatch(
        kind,
        [TITLES[row % 5] for row in rows],
        [TEXTS[row % 5] for row in rows],
        [f"/data/{row}.txt" for row in rows],
        np.arange(start, start + number, dtype=np.int64) * 7919,
        pl.DataFrame(fields),
    )


def typed_fields() -> dict[str, pl.Series]:
    """One field of each type, with something missing in each."""
    days = pl.Series([0, 1_700_000_000_123, None, -86_400_000, 1], dtype=pl.Int64).cast(pl.Datetime("ms"))
    return {
        "section": pl.Series(["a", "b", None, "a", "ü"], dtype=pl.Categorical),
        "stars": pl.Series([1.0, 2.0, None, 4.0, 5.0]),
        "price": pl.Series([0.5, -1.25, None, 1e300, 3.0]),
        "day": days,
        "ok": pl.Series([True, False, None, True, False]),
        "words": pl.Series([["x", "y z"], [], None, ["ü"], ["🎉"]], dtype=pl.List(pl.String)),
        'say "hi"': pl.Series(["one", "", None, "four\nlines", "🎉"]),
    }


def unit_rows(number: int, dims: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(number, dims)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def fill(store: ProjectStore) -> None:
    """Five items with all types of fields, a space, a map, columns, tags, notes, history, saved things, a job."""
    choices = ImportChoices(text="body", fields=(Field("stars", FieldType.NUMBER, True),), passages=3)
    source = store.sources.add("/data/reviews.csv", "CSV table", choices, "abc")
    store.sources.add_problems(source, [Problem("row 7", "It has too many cells.", "Look at it.")])
    ids = store.items.add(source, batch(**typed_fields())).ids
    space = store.spaces.create("minilm", "minilm", 8, "cosine", "text", "int8", "feed", "passage: ", "CPU")
    store.spaces.append(space.id, ids[:4], unit_rows(4, 8))
    store.spaces.forms.prepare(space, Codec(Form("int8"), 8, "cosine"))
    store.spaces.fail(space.id, [(int(ids[4]), "The text is empty.")])
    made = Provenance("cluster", {"k": 2}, "f00d")
    names = pl.Series("cluster", ["left", "right", None], dtype=pl.Categorical)
    store.columns.put(Column("cluster", FieldType.CATEGORY, ids[:3], names, made))
    info = MapInfo("map", space.id, {"neighbors": 15}, True, {"trust": 0.9})
    for name in (info.x_column, info.y_column):
        xy = pl.Series(name, np.arange(4, dtype=np.float32))
        store.columns.put(Column(name, FieldType.NUMBER, ids[:4], xy, Provenance("map"), hidden=True))
    store.maps.put(info)
    store.history.perform(tag_items(ids[:3], "keep"))
    store.history.perform(tag_items(ids[:1], "draft"))
    store.history.perform(write_note(int(ids[0]), "Ask again."))
    store.history.perform(trash_items(ids[3:4]))
    store.history.perform(delete_tag("draft"))
    store.history.undo()
    store.tags.set_key("keep", "1")
    store.saved.put_query("slow", {"text": "slow delivery"})
    store.saved.put_view("mine", {"zoom": 2.5})
    store.meta.set("view", {"filter": "stars > 2"})
    store.jobs.begin("embed", {"model": "minilm"})


def make(path: Path) -> None:
    with ProjectStore.create(path) as store:
        fill(store)
