"""What a web page of the map tells of its items: their values in words, and small pictures of images."""

import io
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from embexplorer.base.progress import finish
from embexplorer.operations import picturing
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.picturing import page_items
from embexplorer.raster.colours import plain_scale
from embexplorer.raster.contents import ShownMap, plain_contents
from embexplorer.raster.page import PageItems
from embexplorer.store.project import ProjectStore


def items_of(store: ProjectStore, ids: np.ndarray) -> PageItems:
    xy = np.zeros((len(ids), 2), np.float32)
    return finish(page_items(store, ShownMap("map", ids, plain_contents(xy, plain_scale(len(ids))))))


@pytest.fixture
def store(tmp_path: Path) -> ProjectStore:
    with ProjectStore.create(tmp_path / "p.embx") as made:
        yield made


def test_values_are_in_words_and_in_the_order_of_the_map(store: ProjectStore, tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "body": [f"the words of the text number {i} and some more of them" for i in range(40)],
            "stars": [i % 5 for i in range(40)],
            "price": [i / 3 for i in range(40)],
            "day": [datetime(2024, 1, 1 + i % 28, 12 * (i % 2)) for i in range(40)],
            "new": [i % 2 == 0 for i in range(40)],
        }
    ).write_parquet(tmp_path / "t.parquet")
    finish(import_sources(store, sources_of([tmp_path / "t.parquet"])))
    ids = store.items.ids()
    asked = np.array([ids[5], ids[2], 10**9, ids[7]])
    told = items_of(store, asked)
    values = {field.name: list(field.values) for field in told.fields}
    assert values["stars"] == ["0", "2", None, "2"]
    assert values["price"] == ["1.66667", "0.666667", None, "2.33333"]
    assert values["day"] == ["2024-01-06 12:00", "2024-01-03", None, "2024-01-08 12:00"]
    assert values["new"] == ["no", "yes", None, "no"]
    assert "number 5 " in told.texts[0] and told.texts[2] is None and "number 7 " in told.texts[3]
    assert (dict(told.pictures), told.notes) == ({}, ())


def test_images_come_as_small_pictures_within_bounds(
    store: ProjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(6):
        Image.new("RGBA", (400, 200), (40 * number, 90, 200, 255 if number else 0)).save(folder / f"{number}.png")
    finish(import_sources(store, sources_of([folder])))
    (folder / "3.png").unlink()
    ids = store.items.ids()
    told = items_of(store, ids)
    assert sorted(told.pictures) == [0, 1, 2, 4, 5] and told.notes == ()
    for row, data in told.pictures.items():
        with Image.open(io.BytesIO(data)) as small:
            assert (small.format, small.size) == ("JPEG", (96, 48))
            red = small.convert("RGB").getpixel((40, 20))[0]
            assert abs(red - (40 * row if row else 255)) < 12  # what is see-through lies on white
    monkeypatch.setattr(picturing, "_MOST_PICTURES", 4)
    told = items_of(store, ids)
    assert len(told.pictures) in (3, 4)
    assert told.notes == ("Pictures of 2 items are left out, to keep this page small.",)
