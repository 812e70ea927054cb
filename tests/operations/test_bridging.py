"""Words find images with the bundled models alone, and say why."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from onnxfolders import pair_folder
from PIL import Image, ImageDraw

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.columns import Column, Provenance
from embexplorer.data.items import FieldType
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, TextTerm
from embexplorer.encoders.bridge import BRIDGE_ID, ClassScore
from embexplorer.operations.bridging import LOOKS_LIKE, LOOKS_LIKE_MOST, SPACE_NAME, likeness_words, unbridged
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.embedding import EmbedParams, embed_pending, pending_work
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.modelling import install_model
from embexplorer.operations.searching import Searcher
from embexplorer.store.project import ProjectStore


def draw(folder: Path) -> Path:
    """Patches of colours, and a clock; their names say nothing about them."""
    folder.mkdir(exist_ok=True)
    for seed in range(6):
        noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
        Image.fromarray(noise).resize((160, 120), Image.Resampling.BICUBIC).save(folder / f"p{seed}.png")
    clock = Image.new("RGB", (224, 224), "white")
    pen = ImageDraw.Draw(clock)
    pen.ellipse((20, 20, 204, 204), outline="black", width=8)
    for turn in range(12):
        x, y = np.cos(turn / 6 * np.pi), np.sin(turn / 6 * np.pi)
        pen.line((112 + 72 * x, 112 + 72 * y, 112 + 84 * x, 112 + 84 * y), fill="black", width=6)
    pen.line((112, 112, 112, 50), fill="black", width=7)
    pen.line((112, 112, 150, 130), fill="black", width=7)
    clock.save(folder / "q1.png")
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("bridge") / "pictures")


@pytest.fixture(scope="module")
def store(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectStore]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("bridge-home")))
        with ProjectStore.create(tmp_path_factory.mktemp("bridged") / "p.embx") as store:
            finish(fill(store, CreateParams(sources_of([pictures]))))
            yield store


def test_one_job_makes_both_spaces_and_only_one_map(store: ProjectStore) -> None:
    own, crossing = store.spaces.all()
    assert (own.model, own.count, own.dims) == ("efficientnet-lite0", 7, 1280)
    assert (crossing.name, crossing.model, crossing.count, crossing.dims) == (SPACE_NAME, BRIDGE_ID, 7, 384)
    assert crossing.precision == own.precision and crossing.checksum.startswith(own.checksum[:32])
    assert [info.space_id for info in store.maps.all()] == [own.id]
    lengths = np.linalg.norm(store.spaces.vectors(crossing.id).matrix, axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)


def test_a_text_finds_the_picture_of_its_kind_and_the_limits_are_said(store: ProjectStore) -> None:
    searcher = Searcher(store)
    hits = searcher.search(Query((TextTerm("what time is it on the clock"),), k=3))
    assert hits.space == SPACE_NAME
    assert store.items.titles(hits.ids)[0].startswith("q1")
    assert any("one of 1,000" in note for note in hits.notes)
    searcher.close()


def test_every_picture_says_what_it_looks_like(store: ProjectStore) -> None:
    best, most = store.columns.get(LOOKS_LIKE), store.columns.get(LOOKS_LIKE_MOST)
    assert best.type is FieldType.CATEGORY and most.type is FieldType.TEXT
    assert np.array_equal(best.ids, store.items.ids()) and np.array_equal(most.ids, store.items.ids())
    for kind, words in zip(best.values.to_list(), most.values.to_list(), strict=True):
        first, share = words.split(",")[0].rsplit(" ", 2)[:2]
        assert (kind == first) if int(share) > 40 else (kind is None or int(share) == 40)
    clock = most.values.to_list()[-1]
    assert "clock" in clock.split(",")[0]


def test_more_like_this_asks_the_image_model_and_a_mixture_the_bridge(store: ProjectStore, pictures: Path) -> None:
    searcher = Searcher(store)
    first = int(store.items.ids()[0])
    assert searcher.search(Query((ItemsTerm((first,)),), k=2)).space == "efficientnet-lite0"
    image = ImageTerm(str(pictures / "q1.png"))
    alone = searcher.search(Query((image,), k=1))
    assert (alone.space, alone.ids[0]) == ("efficientnet-lite0", store.items.ids()[-1])
    mixed = searcher.search(Query((image, TextTerm("a clock")), k=1))
    assert (mixed.space, mixed.ids[0]) == (SPACE_NAME, store.items.ids()[-1])
    either = searcher.search(Query((ItemsTerm((first,)), TextTerm("a clock")), k=6, combine="either"))
    assert either.space == SPACE_NAME and store.items.ids()[-1] in either.ids
    searcher.close()


def test_a_space_of_texts_answers_before_the_bridge(pictures: Path, things: Path, tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "both.embx") as store:
        finish(fill(store, CreateParams(sources_of([things, pictures]), with_map=False)))
        searcher = Searcher(store)
        assert searcher.search(Query((TextTerm("clock"),), k=1)).space == "minilm"
        asked = searcher.search(Query((TextTerm("clock"),), k=1, space=SPACE_NAME))
        assert store.items.titles(asked.ids)[0].startswith("q1")
        searcher.close()


def test_a_stopped_job_goes_on_in_both_spaces(pictures: Path, tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "half.embx") as store:
        finish(import_sources(store, sources_of([pictures])))
        work = embed_pending(store, EmbedParams("efficientnet-lite0"))
        for step in work:
            if step.done:
                break
        work.close()
        finish(embed_pending(store, EmbedParams("efficientnet-lite0")))
        assert [space.count for space in store.spaces.all()] == [7, 7]
        assert np.array_equal(store.columns.get(LOOKS_LIKE).ids, store.items.ids())
        assert pending_work(store, "minilm", "efficientnet-lite0") == ()


def test_images_that_were_embedded_without_the_bridge_get_it_later(pictures: Path, tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "older.embx") as store:
        finish(import_sources(store, sources_of([pictures])))
        finish(embed_pending(store, EmbedParams("efficientnet-lite0")))
        made = store.spaces.all()[1]
        with store.transaction():  # as a damaged block leaves it
            store.spaces._database.execute("DELETE FROM vector_block WHERE space_id = ?", (made.id,))
        before = {name: store.columns.get(name).values.to_list() for name in (LOOKS_LIKE, LOOKS_LIKE_MOST)}
        (work,) = pending_work(store, "minilm", "efficientnet-lite0")
        assert work.model == BRIDGE_ID and len(unbridged(store)) == 7
        finish(embed_pending(store, work))
        assert store.spaces.get(made.id).count == 7 and not len(unbridged(store))
        assert {name: store.columns.get(name).values.to_list() for name in before} == before


def test_what_people_named_alike_is_left_as_it_is(pictures: Path, tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "named.embx") as store:
        finish(import_sources(store, sources_of([pictures])))
        ids = store.items.ids()
        own = Column(LOOKS_LIKE, FieldType.NUMBER, ids, pl.Series(np.arange(7.0)), Provenance("by hand"))
        store.columns.put(own)
        store.spaces.create(SPACE_NAME, "", 3, "l2", "vector")
        finish(embed_pending(store, EmbedParams("efficientnet-lite0")))
        assert store.columns.get(LOOKS_LIKE).values.to_list() == own.values.to_list()
        assert [space.name for space in store.spaces.all()] == [SPACE_NAME, "efficientnet-lite0", f"{SPACE_NAME} 2"]


def test_words_find_names_where_there_is_no_bridge(tmp_path: Path) -> None:
    folder = tmp_path / "things"
    folder.mkdir()
    for name in ("red bird", "blue car"):
        Image.new("RGB", (30, 30), name.split()[0]).save(folder / f"{name}.png")
    with ProjectStore.create(tmp_path / "p.embx") as store:
        finish(import_sources(store, sources_of([folder])))
        ids = store.items.ids()
        space = store.spaces.create("a model that reads no texts", "efficientnet-lite0", 2, "cosine", "image")
        store.spaces.append(space.id, ids, np.eye(2, dtype=np.float32))
        searcher = Searcher(store)
        hits = searcher.search(Query((TextTerm("bird"),)))
        assert store.items.titles(hits.ids) == ["red bird"]
        assert hits.method == "lexical" and "words themselves" in hits.notes[0]
        with pytest.raises(EmbexError, match="cannot be searched by a text"):
            searcher.search(Query((TextTerm("submarine"),)))
        searcher.close()


def test_a_space_goes_on_with_the_file_that_made_it_only(pictures: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    shutil.copy(pictures / "p0.png", more / "again.png")
    with ProjectStore.create(tmp_path / "two.embx") as store:
        finish(import_sources(store, sources_of([pictures])))
        finish(embed_pending(store, EmbedParams("efficientnet-lite0")))
        finish(import_sources(store, sources_of([more])))
        with pytest.raises(EmbexError, match="another version"):
            finish(embed_pending(store, EmbedParams("efficientnet-lite0", precision="int8")))
        finish(embed_pending(store, EmbedParams("efficientnet-lite0", "fast", precision="int8")))
        spaces = {space.name: space for space in store.spaces.all()}
        assert spaces["fast"].checksum != spaces["efficientnet-lite0"].checksum
        assert (spaces["fast"].precision, spaces["fast"].count) == ("int8", 8)
        assert spaces[SPACE_NAME].count == 7, "the bridge waits for the file that it was made with"
        for work in pending_work(store, "minilm", "efficientnet-lite0"):
            finish(embed_pending(store, work))
        assert store.spaces.get(SPACE_NAME).count == 8


def test_likeness_in_words() -> None:
    scores = [ClassScore("strawberry", 0.612), ClassScore("fig", 0.09), ClassScore("ant", 0.01)]
    assert likeness_words(scores) == "strawberry 61 %, fig 9 %"
    assert likeness_words(scores[2:]) == "ant 1 %"


def test_a_model_of_both_takes_the_bridges_place(pictures: Path, tmp_path: Path) -> None:
    finish(install_model(pair_folder(tmp_path / "clip")))
    with ProjectStore.create(tmp_path / "pair.embx") as store:
        finish(import_sources(store, sources_of([pictures])))
        for model in ("efficientnet-lite0", "clip"):
            finish(embed_pending(store, EmbedParams(model)))
        assert [space.kind for space in store.spaces.all()] == ["image"] * 3
        searcher = Searcher(store)
        hits = searcher.search(Query((TextTerm("a clock"),), k=3))
        assert hits.space == "clip" and hits.notes == ()
        both = searcher.search(Query((TextTerm("a clock"), ImageTerm(str(pictures / "p1.png"))), k=3))
        assert both.space == "clip"
        searcher.close()


def test_a_model_of_both_embeds_texts_beside_images(pictures: Path, things: Path, tmp_path: Path) -> None:
    finish(install_model(pair_folder(tmp_path / "clip")))
    with ProjectStore.create(tmp_path / "pair.embx") as store:
        finish(import_sources(store, sources_of([things, pictures])))
        for work in pending_work(store, "clip", "clip"):
            finish(embed_pending(store, work))
        assert {(space.name, space.kind, space.count) for space in store.spaces.all()} == {
            ("clip", "text", 40),
            ("clip images", "image", 6),  # of the white picture this random model makes nothing
        }
        assert pending_work(store, "clip", "clip") == ()
