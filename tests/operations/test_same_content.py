"""Identical content is embedded once, whoever holds it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from embexplorer.base.progress import finish
from embexplorer.operations.embedding import EmbedParams, embed_pending
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.sameness import Blocks, first_of_same
from embexplorer.store.project import ProjectStore


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(1, 7))
def test_blocks_give_each_item_its_twin_once(contents: list[int], size: int) -> None:
    values = np.array(contents)
    first = np.array([contents.index(value) for value in contents])
    ids = np.arange(len(values)) * 3 + 5
    blocks = Blocks(ids, first)
    seen: dict[int, int] = {}
    reads = []
    for _ in range(-(-blocks.number // size)):
        read, items, of = blocks.next(size)
        assert len(read) <= size and (np.diff(items) > 0).all()
        reads.extend(read.tolist())
        for item, place in zip(items.tolist(), of.tolist(), strict=True):
            assert item not in seen
            seen[item] = contents[(int(read[place]) - 5) // 3]
    assert [seen[item] for item in ids.tolist()] == contents
    assert len(reads) == len(set(contents)) == blocks.number


def test_texts_are_the_same_wherever_they_stand(tmp_path: Path) -> None:
    contents = ("A red fox that runs.", "A blue whale that swims.", "☃")
    lines = [f"{number},{contents[number % 3]}" for number in range(900)]
    (tmp_path / "t.csv").write_text("\n".join(["number,text", *lines]), encoding="utf-8")
    with ProjectStore.create(tmp_path / "p.embx") as store:
        finish(import_sources(store, sources_of([tmp_path / "t.csv"])))
        pending = store.items.ids()
        outcome = finish(embed_pending(store, EmbedParams("minilm-static")))
        space = store.spaces.all()[0]
        assert space.count == 600 and outcome.figures["same"] == 897
        assert len(outcome.problems) == len(store.spaces.failures(space.id)) == 300
        vectors = store.spaces.vectors(space.id)
        foxes = vectors.matrix[vectors.rows_of(pending[0::3])]
        assert (foxes == foxes[0]).all() and not np.array_equal(foxes[0], vectors.matrix[vectors.rows_of(pending[1:2])])


def test_images_are_the_same_to_the_byte_only(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("a", "red"), ("b", "blue")):
        Image.new("RGB", (40, 40), colour).save(folder / f"{name}.bmp")  # of equal size, not of equal content
    shutil.copy(folder / "a.bmp", folder / "c.bmp")
    with ProjectStore.create(tmp_path / "p.embx") as store:
        finish(import_sources(store, sources_of([folder])))
        ids = store.items.ids()
        assert finish(first_of_same(store, ids, "image")).tolist() == [0, 1, 0]
        outcome = finish(embed_pending(store, EmbedParams("efficientnet-lite0")))
        assert outcome.figures["same"] == 1
        a, b, c = store.spaces.vectors(1).matrix
        assert np.array_equal(a, c) and not np.array_equal(a, b)


@pytest.mark.parametrize("kind", ["image", "text"])
def test_nothing_is_nobodys_twin(tmp_path: Path, kind: str) -> None:
    with ProjectStore.create(tmp_path / "p.embx") as store:
        assert finish(first_of_same(store, np.empty(0, np.int64), kind)).tolist() == []


def test_files_that_are_gone_keep_their_own_reasons(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in "ab":
        Image.new("RGB", (40, 40), "red").save(folder / f"{name}.png")
    with ProjectStore.create(tmp_path / "p.embx") as store:
        finish(import_sources(store, sources_of([folder])))
        shutil.rmtree(folder)
        outcome = finish(embed_pending(store, EmbedParams("efficientnet-lite0")))
        assert [problem.text[:5] for problem in outcome.problems] == ["a.png", "b.png"]
