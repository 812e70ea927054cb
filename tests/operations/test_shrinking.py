"""A space in fewer bytes in a real project: chosen, undone, compacted, cut off, filled up, and opened by others."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from embexplorer.api import Project
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.items import ImportChoices, ItemBatch, Kind
from embexplorer.data.precision import Form
from embexplorer.data.vectors import normalised
from embexplorer.operations.indexing import spaces_fingerprint
from embexplorer.operations.resuming import recorded, unfinished_work
from embexplorer.operations.shrinking import ShrinkParams, shrink_space
from embexplorer.operations.weighing import all_sizes, sizes_of, weigh_space
from embexplorer.store.project import ProjectStore

ROWS, DIMS = 9_000, 24  # three blocks


def vectors(rows: int = ROWS, dims: int = DIMS, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    centres, axes = random.standard_normal((30, dims)), random.standard_normal((6, dims))
    wide = centres[random.integers(0, 30, rows)] + 0.4 * random.standard_normal((rows, 6)) @ axes
    return normalised(wide.astype(np.float32))


def add_items(store: ProjectStore, number: int, first: int = 0) -> np.ndarray:
    source = store.sources.add(f"/data/{first}.npy", "vectors", ImportChoices(), "abc")
    names = [f"item {row}" for row in range(first, first + number)]
    keys = np.arange(first, first + number, dtype=np.int64) * 7919 + 13
    return store.items.add(source, ItemBatch(Kind.TEXT, names, names, [""] * number, keys, pl.DataFrame())).ids


def make(path: Path, matrix: np.ndarray, model: str = "") -> ProjectStore:
    store = ProjectStore.create(path)
    space = store.spaces.create("space", model, matrix.shape[1], "cosine", "text")
    store.spaces.append(space.id, add_items(store, len(matrix)), matrix)
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.embx"


def kept(store: ProjectStore) -> tuple[str, int]:
    space = store.spaces.get("space")
    return space.kept, space.count


def shrunk(store: ProjectStore, form: str) -> np.ndarray:
    finish(shrink_space(store, ShrinkParams(form)))
    return store.spaces.vectors(store.spaces.get("space").id).matrix


@pytest.mark.parametrize(
    ("form", "nearest"),
    [("float16", 0.99999), ("int8", 0.999), ("binary", 0.5), ("pca18", 0.8), ("pca18-int8", 0.8)],
)
def test_a_form_is_kept_undone_redone_and_opened_by_a_colleague(
    path: Path, form: str, nearest: float, monkeypatch
) -> None:
    matrix = vectors()
    with make(path, matrix) as store:
        small = np.array(shrunk(store, form))
        assert kept(store) == (form, ROWS)
        assert not np.array_equal(small, matrix)
        assert np.einsum("ij,ij->i", small, matrix).min() > nearest
        assert store.history.undo_label() == f"“space” kept as {form}"
        store.history.undo()
        assert kept(store) == ("float32", ROWS)
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix, matrix)
        store.history.redo()
        assert store.spaces.forms.spare_bytes() == 4 * DIMS * ROWS
        store.compact()
        row_bytes = Form.named(form).row_bytes(DIMS)
        assert store.spaces.forms.spare_bytes() == 0
        assert store.history.undo_label() == ""
        assert store.check() == ()
        sizes = {choice.name: choice for choice in sizes_of(store, store.spaces.get("space")).forms}
        assert (sizes[form].state, sizes[form].row_bytes) == ("kept", row_bytes)
        assert "float32" not in sizes
    monkeypatch.setenv("EMBEXPLORER_HOME", str(path.parent / "another home"))
    sent = shutil.copy(path, path.parent / "sent.embx")
    with ProjectStore.open(sent, read_only=True) as store:
        assert kept(store) == (form, ROWS)
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix, small)


def test_vectors_that_come_later_are_kept_alike_and_survive_the_way_back(path: Path) -> None:
    matrix, late = vectors(), vectors(100, seed=5)
    with make(path, matrix) as store:
        shrunk(store, "int8")
        ids = add_items(store, 100, ROWS)
        store.spaces.append(1, ids, late)
        assert kept(store) == ("int8", ROWS + 100)
        found = store.spaces.vectors(1)
        assert np.abs(found.matrix[-100:] - late).max() < 1 / 127
        store.history.undo()
        back = store.spaces.vectors(1)
        np.testing.assert_array_equal(back.matrix[:ROWS], matrix)
        np.testing.assert_array_equal(back.matrix[ROWS:], found.matrix[-100:])
        store.history.redo()
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix, found.matrix)
        store.items.trash(ids[:50])
        store.items.empty_trash()
        store.compact()
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix[ROWS:], found.matrix[-50:])
        assert store.check() == ()


def test_what_is_cut_off_changes_nothing_and_goes_on(path: Path) -> None:
    matrix = vectors()
    with make(path, matrix) as store:
        count = store.change_count
        work = recorded(store, ShrinkParams("int8", "space"), shrink_space(store, ShrinkParams("int8", "space")))
        for _ in range(4):  # two blocks are written
            next(work)
        lacking = store.spaces.forms.lacking(store.spaces.get("space"), 1)
        assert len(lacking) == 1
        assert (kept(store), store.change_count) == (("float32", ROWS), count)
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix, matrix)
        unfinished = unfinished_work(store)[0]
        assert unfinished.work == ShrinkParams("int8", "space")
        work.close()
        assert unfinished_work(store) == ()
        steps = list(shrink_space(store, ShrinkParams("int8", "space")))
        assert steps[-1].done == 2 * 4_096
        assert len(steps) == 2
        assert kept(store) == ("int8", ROWS)
        assert store.check() == ()


def test_a_full_disk_in_the_middle_leaves_the_space_whole(path: Path) -> None:
    matrix = vectors()
    with make(path, matrix) as store:
        work = shrink_space(store, ShrinkParams("float16"))
        next(work)
        next(work)
        with store.spaces._database.writer() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 10}")
        with pytest.raises(EmbexError, match="disk"):
            finish(work)
        assert kept(store) == ("float32", ROWS)
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix, matrix)
        with store.spaces._database.writer() as connection:
            connection.execute("PRAGMA max_page_count=1000000")
        shrunk(store, "float16")
        assert kept(store) == ("float16", ROWS)


def test_a_damaged_block_is_left_behind_and_said(path: Path) -> None:
    with make(path, vectors()) as store:
        block = store.spaces._blocks.of_space(1)[1]
        with store.transaction():
            store.spaces._database.execute("UPDATE vector_block SET data = zeroblob(8) WHERE id = ?", (block.id,))
        finish(shrink_space(store, ShrinkParams("int8")))
        assert kept(store) == ("int8", ROWS - len(block.ids))
        assert len(store.spaces.damaged(1)) == 1
        store.compact()
        assert store.check() == ()


def test_one_form_after_the_other_and_back(path: Path) -> None:
    matrix = vectors()
    with make(path, matrix) as store:
        shrunk(store, "float16")
        shrunk(store, "binary")
        states = {choice.name: choice.state for choice in all_sizes(store)[0].forms}
        assert states == {"float32": "back", "float16": "back", "binary": "kept"}
        with pytest.raises(EmbexError, match="would not make it smaller"):
            shrunk(store, "int8")
        np.testing.assert_array_equal(shrunk(store, "float32"), matrix)
        assert kept(store) == ("float32", ROWS)
        assert "already" in finish(shrink_space(store, ShrinkParams("float32"))).summary
        for _ in range(3):
            store.history.undo()
        assert kept(store) == ("float32", ROWS)
        shrunk(store, "int8")
        store.compact()
        with pytest.raises(EmbexError, match="kept as int8"):
            shrunk(store, "float32")


def test_an_index_of_other_digits_is_not_taken_for_this_one(path: Path) -> None:
    with make(path, vectors(300)) as store:
        names = []
        for form in ("float32", "int8", "binary"):
            space = store.spaces.get("space")
            if form != "float32":
                shrunk(store, form)
                space = store.spaces.get("space")
            names.append(spaces_fingerprint(space, store.spaces.vectors(1)))
        assert len(set(names)) == 3


def test_a_search_is_right_before_and_after(path: Path) -> None:
    matrix = vectors(3_000)
    make(path, matrix).close()
    with Project.open(path) as project:
        before = project.search(like=[7], k=10).ids
        sizes = project.measure_space()
        assert sizes.measurement is not None
        assert {choice.name for choice in sizes.forms} >= {"float32", "float16", "int8", "binary"}
        assert project.shrink("float16").kept == "float16"
        after = project.search(like=[7], k=10).ids
        assert len(set(before) & set(after)) >= 9
        assert project.undo() == "“space” kept as float16"
        np.testing.assert_array_equal(project.search(like=[7], k=10).ids, before)


def test_what_was_measured_is_kept_until_the_items_change(path: Path) -> None:
    with make(path, vectors(2_000)) as store:
        found = finish(weigh_space(store)).value
        assert found.measurement.sampled == 2_000
        assert found.advised in {"int8", "pca12", "float16"} or not found.advised
        assert found.advice
        assert sizes_of(store, store.spaces.get("space")).measurement == found.measurement
        shrunk(store, "int8")
        assert sizes_of(store, store.spaces.get("space")).measurement == found.measurement
        store.spaces.append(1, add_items(store, 5, 50_000), vectors(5))
        assert sizes_of(store, store.spaces.get("space")).measurement is None


@pytest.mark.parametrize("rows", [1, 2])
def test_a_space_of_one_item_or_two(path: Path, rows: int) -> None:
    with make(path, vectors(rows)) as store:
        found = finish(weigh_space(store)).value
        assert ("too few" in found.advice) == (rows == 1)
        for form in ("float16", "int8", "pca12"):
            assert np.isfinite(shrunk(store, form)).all()
        assert store.check() == ()


def test_what_cannot_be_done_is_said_and_changes_nothing(path: Path) -> None:
    with make(path, vectors(100), model="minilm") as store:
        empty = store.spaces.create("empty", "", 8, "cosine", "text")
        for params, words in (
            (ShrinkParams("first12"), "not made so"),
            (ShrinkParams("pca24"), "cannot be cut"),
            (ShrinkParams("nonsense"), "cannot be kept"),
            (ShrinkParams("int8", "empty"), "no vectors yet"),
            (ShrinkParams("int8", "gone"), "no space"),
        ):
            with pytest.raises(EmbexError, match=words):
                finish(shrink_space(store, params))
        assert kept(store) == ("float32", 100)
        assert sizes_of(store, empty).measurement is None
    with ProjectStore.open(path, read_only=True) as store:
        with pytest.raises(EmbexError, match="cannot be changed"):
            finish(shrink_space(store, ShrinkParams("int8")))
        assert finish(weigh_space(store)).value.measurement is not None


def test_numbers_that_do_not_fit_are_refused(path: Path) -> None:
    matrix = np.full((50, 4), 3e38, np.float32)
    matrix[::2] *= -1
    with ProjectStore.create(path) as store:
        store.spaces.append(store.spaces.create("space", "", 4, "l2", "text").id, add_items(store, 50), matrix)
        with pytest.raises(EmbexError, match="too large"):
            shrunk(store, "pca2")
        assert kept(store) == ("float32", 50)
        np.testing.assert_array_equal(store.spaces.vectors(1).matrix, matrix)
