"""Every format that was ever shipped opens and reads completely."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sample_project

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import FieldType
from embexplorer.store import schema
from embexplorer.store.copies import salvage
from embexplorer.store.migrations import MIGRATIONS, migrate
from embexplorer.store.project import ProjectStore

KEPT = Path(__file__).resolve().parents[1] / "data" / "projects"


@pytest.fixture(params=["v1", "fresh"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    target = tmp_path / "kept.embx"
    if request.param == "fresh":
        sample_project.make(target)
    else:
        shutil.copy(KEPT / f"{request.param}.embx", target)
    return target


def test_items_and_fields_read_back(path: Path) -> None:
    with ProjectStore.open(path) as store:
        assert store.items.ids().tolist() == [1, 2, 3, 5]
        frame = store.items.frame(text=True)
        assert frame["@title"].to_list() == [sample_project.TITLES[row] for row in (0, 1, 2, 4)]
        assert frame["@text"][1] == "Alles war gut."
        for name, values in sample_project.typed_fields().items():
            assert frame[name].to_list() == [values.to_list()[row] for row in (0, 1, 2, 4)], name
        types = {field.name: (field.type, field.whole) for field in store.fields.all()}
        assert types["stars"] == (FieldType.NUMBER, True)
        assert types["price"] == (FieldType.NUMBER, False)
        assert store.items.get(1).note == "Ask again."
        assert store.sources.all()[0].choices.passages == 3
        assert store.sources.problems(1)[0].where == "row 7"


def test_vectors_columns_and_maps_read_back(path: Path) -> None:
    with ProjectStore.open(path) as store:
        space = store.spaces.get("minilm")
        vectors = store.spaces.vectors(space.id)
        assert vectors.ids.tolist() == [1, 2, 3]
        np.testing.assert_array_equal(vectors.matrix, sample_project.unit_rows(4, 8)[:3])
        assert store.spaces.failures(space.id) == ((5, "The text is empty."),)
        assert len(store.spaces.pending(space.id)) == 0
        assert store.columns.get("cluster").values.to_list() == ["left", "right", None]
        assert store.columns.get("map x").values.to_list() == [0.0, 1.0, 2.0, 3.0]
        assert store.maps.get("map").quality == {"trust": 0.9}
        assert store.check() == ()


def test_tags_history_and_the_rest_read_back(path: Path) -> None:
    with ProjectStore.open(path) as store:
        assert store.tags.all() == {"draft": 1, "keep": 3}
        assert store.tags.keys() == {"1": "keep"}
        assert store.history.redo_label() == "Tag “draft” deleted"
        undone = store.history.undo()
        assert undone is not None
        assert undone.kind == "trash"
        assert store.items.count() == 5
        assert store.saved.queries() == {"slow": {"text": "slow delivery"}}
        assert store.saved.views() == {"mine": {"zoom": 2.5}}
        assert store.meta.get("view") == {"filter": "stars > 2"}
        assert store.jobs.unfinished()[0].params == {"model": "minilm"}


def test_an_older_format_is_read_where_it_may_not_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "kept.embx"
    shutil.copy(KEPT / "v1.embx", path)
    before = path.read_bytes()
    with ProjectStore.open(path, read_only=True) as store:
        space = store.spaces.get("minilm")
        assert (space.count, space.kept) == (4, "float32")
        np.testing.assert_array_equal(store.spaces.vectors(space.id).matrix, sample_project.unit_rows(4, 8)[:3])
    assert path.read_bytes() == before


def test_an_older_format_is_salvaged_without_missing_what_it_never_had(tmp_path: Path) -> None:
    outcome = salvage(KEPT / "v1.embx", tmp_path / "saved.embx")
    assert outcome.problems == ()
    with ProjectStore.open(tmp_path / "saved.embx") as store:
        assert store.spaces.get("minilm").count == 4
        assert store.check() == ()


def test_the_file_says_what_it_is(path: Path) -> None:
    with ProjectStore.open(path):
        pass
    raw = path.read_bytes()[:100]
    assert raw[68:72] == b"EMBX"
    assert int.from_bytes(raw[60:64], "big") == schema.VERSION
    assert int.from_bytes(raw[16:18], "big") == 16_384


def test_a_newer_format_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(EmbexError, match="newer version"):
        ProjectStore.open(path)
    assert path.read_bytes() == before


def test_a_migration_makes_a_backup_first_and_is_all_or_nothing(path: Path) -> None:
    def good(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE fresh (x)")

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE item")
        raise RuntimeError("half way")

    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(RuntimeError):
        migrate(connection, path, {**MIGRATIONS, schema.VERSION + 1: broken})
    assert connection.execute("SELECT count(*) FROM item").fetchone() == (5,)
    backup = migrate(connection, path, {**MIGRATIONS, schema.VERSION + 1: good})
    assert backup is not None
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION + 1,)
    connection.close()
    with ProjectStore.open(backup) as store:
        assert store.items.count() == 4
