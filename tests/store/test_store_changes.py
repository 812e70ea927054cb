"""Everything that a user changes can be undone and redone, also after a restart; vectors, columns and copies."""

import threading
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sample_project import ImportChoices, batch, fill, unit_rows

from embexplorer.base.errors import EmbexError
from embexplorer.data.columns import Column, Provenance
from embexplorer.data.items import FieldType
from embexplorer.store import changes
from embexplorer.store.project import ProjectStore
from embexplorer.store.vectorblocks import BLOCK_ROWS

IDS = np.array([1, 2, 3])

EVERY_CHANGE = [
    changes.tag_items(IDS, "new"),
    changes.tag_items(IDS, "draft"),
    changes.untag_items(IDS, "keep"),
    changes.rename_tag("keep", "kept"),
    changes.delete_tag("keep"),
    changes.set_tag_key("draft", "1"),
    changes.set_tag_key("keep", ""),
    changes.trash_items(IDS),
    changes.restore_items(np.array([4])),
    changes.write_note(1, "Other."),
    changes.write_note(2, "First."),
    changes.set_field_type("stars", FieldType.CATEGORY),
    changes.rename_field("stars", "points"),
    changes.save_query("slow", {"text": "other"}),
    changes.save_query("fresh", 1),
    changes.delete_query("slow"),
    changes.save_view("other", [1]),
    changes.delete_view("mine"),
    changes.rename_map("map", "plan"),
    changes.delete_map("map"),
    changes.keep_form("minilm", 1, 1, "int8"),
]


def state(store: ProjectStore) -> tuple[object, ...]:
    return (
        store.items.frame(text=True).to_dict(as_series=False),
        store.tags.all(),
        store.tags.keys(),
        {int(i): store.notes.get(int(i)) for i in store.items.ids()},
        store.saved.queries(),
        store.saved.views(),
        store.maps.all(),
        store.spaces.all(),
        store.spaces.vectors(1).matrix.tolist(),
        tuple(info.name for info in store.columns.all()),
    )


@pytest.mark.parametrize("change", EVERY_CHANGE, ids=lambda change: change.label)
def test_every_change_is_undone_and_redone_over_a_restart(tmp_path: Path, change: changes.Change) -> None:
    path = tmp_path / "p.embx"
    with ProjectStore.create(path) as store:
        fill(store)
        before = state(store)
        store.history.perform(change)
        after = state(store)
        assert after != before
        assert store.history.undo_label() == change.label
    with ProjectStore.open(path) as store:
        undone = store.history.undo()
        assert undone is not None
        assert undone.label == change.label
        assert state(store) == before
        store.history.redo()
        assert state(store) == after
        store.history.undo()
        assert state(store) == before


def test_every_kind_of_change_is_tested() -> None:
    assert {change.kind for change in EVERY_CHANGE} == set(changes.KINDS)


def test_a_new_change_drops_what_was_undone(store: ProjectStore) -> None:
    fill(store)
    store.history.perform(changes.tag_items(IDS, "one"))
    store.history.undo()
    store.history.perform(changes.tag_items(IDS, "two"))
    assert store.history.redo_label() == ""
    assert store.history.redo() is None


def test_a_change_that_fails_leaves_nothing(store: ProjectStore) -> None:
    fill(store)
    label, count = store.history.undo_label(), store.change_count
    with pytest.raises(EmbexError):
        store.history.perform(changes.rename_tag("nothing", "x"))
    assert (store.history.undo_label(), store.change_count) == (label, count)


def test_a_transaction_is_all_or_nothing_and_parts_can_fail(store: ProjectStore) -> None:
    fill(store)
    with pytest.raises(RuntimeError), store.transaction():
        store.tags.add(IDS, "gone")
        raise RuntimeError
    with store.transaction():
        store.tags.add(IDS, "stays")
        with pytest.raises(RuntimeError), store.transaction():
            store.tags.add(IDS, "gone")
            raise RuntimeError
    assert "gone" not in store.tags.all()
    assert "stays" in store.tags.all()


def test_threads_read_while_one_writes(store: ProjectStore) -> None:
    fill(store)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for step in range(20):
                store.tags.add(IDS, f"t{number}-{step}")
                assert store.items.count() == 4
                assert f"t{number}-{step}" in store.tags.all()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.tags.all()) == 82


def test_a_closed_project_says_so(store: ProjectStore) -> None:
    store.close()
    with pytest.raises(EmbexError, match="is closed"):
        store.items.count()
    with pytest.raises(EmbexError, match="is closed"):
        store.tags.add(IDS, "x")


def test_vectors_in_any_order_come_back_ascending_and_grow(store: ProjectStore) -> None:
    number = BLOCK_ROWS + 500
    source = store.sources.add("/a", "CSV", ImportChoices(), "")
    ids = store.items.add(source, batch(0, number)).ids
    rows = unit_rows(number, 8)
    space = store.spaces.create("s", "m", 8, "cosine", "text")
    for part in (slice(0, 100), slice(200, number), slice(100, 200)):
        store.spaces.append(space.id, ids[part], rows[part])
        vectors = store.spaces.vectors(space.id)
        assert (np.diff(vectors.ids) > 0).all()
        np.testing.assert_array_equal(vectors.matrix, rows[vectors.ids - 1])
    store.items.trash(ids[::2])
    np.testing.assert_array_equal(store.spaces.vectors(space.id).matrix, rows[1::2])
    store.items.empty_trash()
    store.compact()
    np.testing.assert_array_equal(store.spaces.vectors(space.id).matrix, rows[1::2])
    assert store.spaces.get("s").count == number // 2
    assert store.check() == ()


def test_vectors_that_do_not_fit_are_refused(store: ProjectStore) -> None:
    fill(store)
    space = store.spaces.get("minilm")
    with pytest.raises(EmbexError, match="do not fit"):
        store.spaces.append(space.id, np.array([5]), unit_rows(1, 9))
    for ids, rows in (([1], unit_rows(1, 8)), ([5, 5], unit_rows(2, 8)), ([5], np.full((1, 8), np.nan))):
        with pytest.raises(ValueError, match="vector"):
            store.spaces.append(space.id, np.array(ids), rows)
    store.spaces.append(space.id, np.array([5]), unit_rows(1, 8))
    assert store.spaces.failures(space.id) == ()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (FieldType.NUMBER, pl.Series([1.5, None, 3.0], dtype=pl.Float32)),
        (FieldType.NUMBER, pl.Series([1.5, None, 1e300])),
        (FieldType.BOOLEAN, pl.Series([True, None, False])),
        (FieldType.DATE, pl.Series([0, None, -5]).cast(pl.Datetime("ms"))),
        (FieldType.CATEGORY, pl.Series(["b", None, "ü"], dtype=pl.Categorical)),
        (FieldType.TAGS, pl.Series([["a"], None, []], dtype=pl.List(pl.String))),
        (FieldType.TEXT, pl.Series(["a", None, "🎉"])),
    ],
)
def test_columns_of_every_type_come_back(store: ProjectStore, kind: FieldType, values: pl.Series) -> None:
    many = pl.concat([values] * 30_000)
    ids = np.arange(len(many), dtype=np.int64)
    store.columns.put(Column("c", kind, ids[:3], values, Provenance("old")))
    store.columns.put(Column("c", kind, ids, many, Provenance("op", {"k": 1}, "f"), hidden=True))
    got = store.columns.get("c")
    assert got.values.to_list() == many.to_list()
    assert got.values.dtype == values.dtype
    assert (got.provenance, got.hidden) == (Provenance("op", {"k": 1}, "f"), True)
    assert [info.count for info in store.columns.all()] == [len(many)]
    store.columns.delete("c")
    with pytest.raises(EmbexError, match="no column"):
        store.columns.get("c")


def test_a_copy_is_whole_has_its_own_id_and_replaces(store: ProjectStore, tmp_path: Path) -> None:
    fill(store)
    target = tmp_path / "copy.embx"
    target.write_bytes(b"older")
    store.save_copy(target)
    with ProjectStore.open(target) as copy:
        assert copy.id != store.id
        assert state(copy) == state(store)
        assert copy.check() == ()
    with pytest.raises(EmbexError, match="onto itself"):
        store.save_copy(store.path)
    assert sorted(p.name for p in tmp_path.glob("*copy*")) == ["copy.embx"]


def test_view_state_and_jobs_do_not_count_as_changes(store: ProjectStore) -> None:
    fill(store)
    count = store.change_count
    store.meta.set("view", [1])
    job = store.jobs.begin("map", {})
    store.jobs.end(job, "done", "Map made")
    assert store.change_count == count
    assert [record.kind for record in store.jobs.unfinished()] == ["embed"]
    store.tags.add(IDS, "x")
    assert store.change_count == count + 1


def test_compacting_gives_deleted_maps_up(store: ProjectStore) -> None:
    fill(store)
    columns = {info.name for info in store.columns.all()}
    store.history.perform(changes.delete_map("map"))
    assert store.maps.all() == () and store.maps.unwanted() == {1}
    assert {info.name for info in store.columns.all() if not info.hidden} == {"cluster"}
    store.compact()
    assert {info.name for info in store.columns.all()} == columns - {"map x", "map y"}
    assert "Map" not in store.history.undo_label()


def test_a_deleted_map_does_not_come_back_over_another_of_its_name(store: ProjectStore) -> None:
    fill(store)
    info = store.maps.get("map")
    store.history.perform(changes.delete_map("map"))
    store.maps.put(info)
    assert store.maps.unwanted() == set()
    with pytest.raises(EmbexError, match="another map"):
        store.history.undo()
