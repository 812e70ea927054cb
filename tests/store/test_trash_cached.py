"""The table of items while items go to the trash and back: nothing is read again, and nothing is lost."""

import numpy as np
import polars as pl
import pytest

from embexplorer.data.items import ImportChoices, ItemBatch, Kind
from embexplorer.store import frame as frames
from embexplorer.store.project import ProjectStore


@pytest.fixture
def filled(store: ProjectStore, monkeypatch: pytest.MonkeyPatch) -> ProjectStore:
    monkeypatch.setattr(frames, "_SMALLEST_CACHED", 3)
    source = store.sources.add(store.path, "CSV table", ImportChoices(), fingerprint="")
    tags = pl.Series("labels", [["a", "ü b"], [], None, ["c"]] * 2, dtype=pl.List(pl.String))
    titles = [f"item {n}" for n in range(8)]
    keys = np.arange(8, dtype=np.int64)
    store.items.add(source, ItemBatch(Kind.TEXT, titles, titles, [""] * 8, keys, pl.DataFrame({"labels": tags})))
    return store


def test_trash_and_back(filled: ProjectStore) -> None:
    before = filled.items.frame(text=True)
    gone = before["@id"].to_numpy()[[0, 3]]
    filled.items.trash(gone)
    assert filled.items.frame(text=True)["@title"].to_list() == ["item 1", "item 2", *before["@title"][4:]]
    assert filled.items.frame()["@id"].to_list() == filled.items.ids().tolist()
    filled.items.restore(gone)
    assert filled.items.frame(text=True).equals(before)


def test_restored_after_the_cache_was_written(filled: ProjectStore) -> None:
    everything = filled.items.ids()
    filled.items.trash(everything[2:5])
    assert filled.items.frame().height == 5
    path = filled.path
    assert list(filled.cache_folder().glob("items-*.arrow"))
    filled.close()
    with ProjectStore.open(path) as again:
        assert again.items.frame()["@id"].to_list() == [*everything[:2], *everything[5:]]
        again.items.restore(everything[2:5])
        frame = again.items.frame()
        assert frame["@id"].to_list() == everything.tolist()
        assert frame["labels"].to_list() == [["a", "ü b"], [], None, ["c"]] * 2


def test_ids_are_new_after_the_trash_was_emptied(filled: ProjectStore) -> None:
    everything = filled.items.ids()
    filled.items.frame()
    filled.items.trash(everything[:3])
    filled.items.empty_trash()
    assert filled.items.frame()["@id"].to_list() == everything[3:].tolist()
