"""Labels of real projects' maps: made once, kept, made anew where the map or its items changed."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from embexplorer.api import Project
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome, Step, finish
from embexplorer.data.columns import Column, MapInfo, Provenance
from embexplorer.data.items import FieldType
from embexplorer.data.labels import MapLabels
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.labelling import label_regions, named_regions
from embexplorer.store.project import ProjectStore

TOPICS = {
    "parcel": ("the parcel came late", "a parcel by courier", "parcel and courier"),
    "garden": ("a garden of roses", "roses in the garden", "the garden has a pond"),
    "engine": ("the engine of the car", "a car with a loud engine", "engine and brakes"),
    "soup": ("soup with noodles", "noodles and hot soup", "the soup was cold"),
}
EACH = 120


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore.create(tmp_path / "named.embx") as store:
        yield store


def put_map(store: ProjectStore, xy: np.ndarray, name: str = "map") -> None:
    """A map with these places for the live items."""
    ids = store.items.ids()
    spaces = store.spaces.all()
    space = spaces[0] if spaces else store.spaces.create("own", "", 2, "cosine", "text")
    info = MapInfo(name, space.id, {}, True)
    for column, values in ((info.x_column, xy[:, 0]), (info.y_column, xy[:, 1])):
        series = pl.Series(column, np.ascontiguousarray(values, np.float32))
        store.columns.put(Column(column, FieldType.NUMBER, ids, series, Provenance("map"), hidden=True))
    store.maps.put(info)


def places(groups: int, each: int, seed: int = 0) -> np.ndarray:
    of = np.repeat(np.arange(groups), each)
    spread = np.random.default_rng(seed).normal(0, 0.5, (len(of), 2))
    return (np.stack([of * 10, of % 2 * 10], axis=1) + spread).astype(np.float32)


def add_texts(store: ProjectStore, folder: Path) -> None:
    draw = random.Random(6)
    with (folder / "texts.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "number"])
        rows = [(draw.choice(said), row) for said in TOPICS.values() for row in range(EACH)]
        writer.writerows((f"{text}, number {row}", row) for text, row in rows)
    finish(import_sources(store, sources_of([folder / "texts.csv"])))


@pytest.fixture
def told(store: ProjectStore, tmp_path: Path) -> ProjectStore:
    """A project of four topics, each at a place of its own."""
    add_texts(store, tmp_path)
    assert store.items.count() == EACH * len(TOPICS)
    put_map(store, places(len(TOPICS), EACH))
    return store


def ended(store: ProjectStore, name: str = "") -> tuple[Outcome, list[Step]]:
    steps: list[Step] = []
    return finish(label_regions(store, name), steps.append), steps


def test_a_map_gets_the_words_of_its_items(told: ProjectStore) -> None:
    outcome, steps = ended(told)
    labels: MapLabels = outcome.value
    assert outcome.summary == "4 parts of the map named"
    for topic, at in zip(TOPICS, range(0, 40, 10), strict=True):
        near = [text for text, (x, _) in zip(labels.texts, labels.xy, strict=True) if abs(x - at) < 2]
        assert len(near) == 1
        assert topic in near[0]
    assert labels.xy.dtype == np.float64
    assert (labels.weights.dtype, labels.scales.dtype, labels.keys.dtype) == (np.float32, np.float32, np.int16)
    assert (labels.weights > 0.8 * EACH).all()
    np.testing.assert_array_equal(labels.scales, [[0, np.inf]] * 4)
    assert (labels.keys == -1).all()
    done = [step.done for step in steps]
    assert len(done) > 5
    assert done == sorted(done)


def test_names_are_found_once(told: ProjectStore) -> None:
    first, _ = ended(told)
    again, steps = ended(told)
    assert len(steps) == 1
    assert again.value.texts == first.value.texts
    np.testing.assert_array_equal(again.value.xy, first.value.xy)
    np.testing.assert_array_equal(again.value.scales, first.value.scales)
    assert len(list(told.cache_folder().glob("labels-*"))) == 1


@pytest.mark.parametrize("change", ["moved", "fewer items"])
def test_another_map_gets_other_names(told: ProjectStore, change: str) -> None:
    ended(told)
    if change == "moved":
        put_map(told, places(len(TOPICS), EACH, seed=1))
    else:
        told.items.trash(told.items.ids()[:EACH])
    outcome, steps = ended(told)
    assert len(steps) > 1
    assert len(outcome.value) == (4 if change == "moved" else 3)
    assert len(list(told.cache_folder().glob("labels-*"))) == 1  # the outdated ones are gone


def test_two_maps_keep_names_of_their_own(told: ProjectStore) -> None:
    put_map(told, places(len(TOPICS), EACH, seed=1), "other")
    ended(told, "map")
    ended(told, "other")
    assert len(ended(told, "map")[1]) == len(ended(told, "other")[1]) == 1


def test_damaged_names_are_found_again(told: ProjectStore) -> None:
    first, _ = ended(told)
    (kept,) = told.cache_folder().glob("labels-*")
    kept.write_bytes(kept.read_bytes()[:100])
    again, steps = ended(told)
    assert len(steps) > 1
    assert again.value.texts == first.value.texts


def test_stopped_early_nothing_is_kept(told: ProjectStore) -> None:
    work = label_regions(told)
    for _ in range(3):
        next(work)
    work.close()
    assert not list(told.cache_folder().glob("labels-*"))


def test_items_that_are_not_on_the_map_have_no_part(told: ProjectStore) -> None:
    xy = places(len(TOPICS), EACH)
    xy[:EACH] = np.nan
    put_map(told, xy)
    assert not any("parcel" in text for text in ended(told)[0].value.texts)


def test_pictures_are_named_by_their_folders(store: ProjectStore, tmp_path: Path) -> None:
    for folder in ("birds", "boats", "trees"):
        (tmp_path / "pictures" / folder).mkdir(parents=True)
        for number in range(12):
            Image.new("RGB", (2, 2), (number, 0, 0)).save(tmp_path / "pictures" / folder / f"IMG_{number:04}.png")
    finish(import_sources(store, sources_of([tmp_path / "pictures"])))
    folders = store.items.frame()["folder"].cast(pl.String).to_list()
    middles = np.array([sorted(set(folders)).index(folder) for folder in folders]) * 10
    spread = np.random.default_rng(0).normal(0, 0.3, (len(middles), 2))
    put_map(store, np.stack([middles, middles * 0], axis=1) + spread)
    labels = ended(store)[0].value
    at = {text: round(float(x) / 10) for text, (x, _) in zip(labels.texts, labels.xy, strict=True)}
    assert len(at) == 3
    assert [next(text for text in at if name in text) for name in ("birds", "boats", "trees")] == sorted(at, key=at.get)


def test_pictures_are_else_named_by_their_files(store: ProjectStore, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    names = [f"{name}_{number:03}.png" for name in ("golden_retriever", "sailing_boat") for number in range(30)]
    for number, name in enumerate(names):
        Image.new("RGB", (2, 2), (number, 0, 0)).save(tmp_path / "all" / name)
    finish(import_sources(store, sources_of([tmp_path / "all"])))
    titles = store.items.titles(store.items.ids())
    middles = np.array([10.0 if title.startswith("sail") else 0.0 for title in titles])
    put_map(store, np.stack([middles, middles], axis=1) + np.random.default_rng(0).normal(0, 0.3, (60, 2)))
    assert sorted(ended(store)[0].value.texts) == ["golden retriever", "sailing boat"]


def test_vectors_without_any_words_have_no_names(store: ProjectStore, tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32))
    finish(import_sources(store, sources_of([tmp_path / "v.npy"])))
    put_map(store, places(2, 100))
    assert len(ended(store)[0].value) == 0


@pytest.mark.parametrize("items", [0, 1, 2])
def test_small_projects(store: ProjectStore, tmp_path: Path, items: int) -> None:
    if items:
        (tmp_path / "few.csv").write_text("text\n" + "some words here\n" * items, encoding="utf-8")
        finish(import_sources(store, sources_of([tmp_path / "few.csv"])))
    put_map(store, np.arange(2.0 * store.items.count()).reshape(-1, 2))
    assert len(ended(store)[0].value) == 0


def test_a_map_that_is_not_there_is_said_so(store: ProjectStore) -> None:
    with pytest.raises(EmbexError, match="has no map yet"):
        finish(label_regions(store))
    put_map(store, np.zeros((0, 2)))
    with pytest.raises(EmbexError, match="no map “other”"):
        finish(named_regions(store, "other"))


def test_python_gets_a_table(told: ProjectStore) -> None:
    table = Project(told).labels()
    assert table.columns == ["text", "x", "y", "items", "level"]
    assert table["items"].to_list() == sorted(table["items"], reverse=True)
    assert table["level"].to_list() == [1] * 4


def test_a_read_only_project_has_names_too(told: ProjectStore) -> None:
    with ProjectStore.open(told.path, read_only=True) as reader:
        assert len(ended(reader)[0].value) == 4
