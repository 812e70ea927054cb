"""Whatever is wrong with a file, a person gets one sentence, and nothing else is lost."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import sample_project

from embexplorer.base.errors import EmbexError
from embexplorer.data.wordquery import Words
from embexplorer.store.copies import salvage
from embexplorer.store.project import ProjectStore
from embexplorer.store.textsearch import Asked


def _png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "project.embx"
    sample_project.make(target)
    return target


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"hello world\n" * 400, "is not an embexplorer project"),
        (_png(), "is not an embexplorer project"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "other.embx"
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(EmbexError, match=says):
            ProjectStore.open(path, read_only=read_only)
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["other.embx"]


def test_a_folder_a_missing_file_and_another_database(tmp_path: Path) -> None:
    with pytest.raises(EmbexError, match="is a folder"):
        ProjectStore.open(tmp_path)
    with pytest.raises(EmbexError, match="There is no project"):
        ProjectStore.open(tmp_path / "nothing.embx")
    with pytest.raises(EmbexError, match="There is no folder"):
        ProjectStore.create(tmp_path / "nowhere" / "p.embx")
    connection = sqlite3.connect(tmp_path / "music.embx")
    connection.execute("CREATE TABLE song (name)")
    connection.close()
    with pytest.raises(EmbexError, match="not an embexplorer project"):
        ProjectStore.open(tmp_path / "music.embx")


def test_create_never_overwrites(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(EmbexError, match="already a file"):
        ProjectStore.create(path)
    assert path.read_bytes() == before


def test_a_project_whose_making_was_cut_off_opens_empty(tmp_path: Path) -> None:
    path = tmp_path / "begun.embx"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA page_size=16384")
        connection.execute(f"PRAGMA application_id={0x454D4258}")
    with pytest.raises(EmbexError, match="just being made"):
        ProjectStore.open(path, read_only=True)
    with ProjectStore.open(path) as store:
        assert store.items.count() == 0 and store.check() == ()
    assert [p.name for p in tmp_path.iterdir()] == ["begun.embx"]


@pytest.mark.parametrize("keep", [100, 20_000, 0.5])
def test_a_truncated_project_is_called_damaged(path: Path, keep: float) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: int(keep if keep > 1 else len(raw) * keep)])
    with pytest.raises(EmbexError, match=r"damaged|not an embexplorer project"), ProjectStore.open(path) as store:
        store.items.frame(text=True)
        for space in store.spaces.all():
            store.spaces.vectors(space.id)
        store.history.undo()


def test_garbage_in_the_first_pages_is_called_damaged(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[100:16_384] = os.urandom(16_284)
    path.write_bytes(raw)
    with pytest.raises(EmbexError, match="damaged"):
        ProjectStore.open(path)


def test_silent_damage_in_a_block_is_found_and_its_items_are_pending_again(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    data = sample_project.unit_rows(4, 8).tobytes()
    place = raw.index(data)
    raw[place + 5] ^= 0xFF
    path.write_bytes(raw)
    with ProjectStore.open(path) as store:
        space = store.spaces.get("minilm")
        assert len(store.spaces.vectors(space.id)) == 0
        assert "vectors of 4 items" in store.spaces.damaged(space.id)[0].text
        assert store.spaces.pending(space.id).tolist() == [1, 2, 3]
        assert len(store.check()) == 1
        store.spaces.append(space.id, np.array([1, 2, 3]), sample_project.unit_rows(3, 8))
        assert store.spaces.vectors(space.id).ids.tolist() == [1, 2, 3]


def test_salvage_saves_what_can_be_read(path: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tag'").fetchone()
    connection.close()
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * 16_384 : page * 16_384] = os.urandom(16_384)
    path.write_bytes(raw)
    outcome = salvage(path, tmp_path / "saved.embx")
    assert [problem.where for problem in outcome.problems] == ["tag"]
    with ProjectStore.open(tmp_path / "saved.embx") as store:
        assert store.items.count() == 4
        assert store.items.match_words(Asked(((Words("weeks"),),)), 5)[0].tolist() == [1]
        assert len(store.spaces.vectors(1)) == 3
        assert store.check() == ()


def test_a_second_window_reads_and_says_who_has_it(path: Path) -> None:
    with ProjectStore.open(path) as first, ProjectStore.open(path) as second:
        assert second.read_only
        assert f"process {os.getpid()}" in second.read_only_reason
        first.tags.add(np.array([1]), "new")
        assert second.tags.all()["new"] == 1
        with pytest.raises(EmbexError, match="reading only"):
            second.tags.add(np.array([1]), "other")
    with ProjectStore.open(path) as third:
        assert not third.read_only


def test_the_file_alone_is_the_project(path: Path) -> None:
    with ProjectStore.open(path) as store:
        store.tags.add(np.array([1]), "new")
    assert [p.name for p in path.parent.iterdir()] == ["project.embx"]


OTHER_USER = """
import os, sys
from embexplorer.data.wordquery import Words
from embexplorer.store.project import ProjectStore
os.setgid(65534); os.setuid(65534)
with ProjectStore.open(sys.argv[1]) as store:
    print(store.read_only, store.items.count(), store.read_only_reason)
"""


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs to become another user")
@pytest.mark.parametrize("modes", [(0o444, 0o777), (0o444, 0o555), (0o666, 0o555)])
def test_read_only_files_and_folders_open_for_reading(modes: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory(prefix="embexplorer-") as folder:
        path = Path(folder) / "project.embx"
        sample_project.make(path)
        path.chmod(modes[0])
        Path(folder).chmod(modes[1])
        environment = {**os.environ, "EMBEXPLORER_HOME": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run(
            [sys.executable, "-c", OTHER_USER, str(path)], capture_output=True, text=True, env=environment, check=False
        )
        assert run.stdout.startswith("True 4 You may not write"), run.stdout + run.stderr


def test_a_full_disk_is_said_and_the_project_stays_whole(store: ProjectStore) -> None:
    source = store.sources.add("/data/a.csv", "CSV", sample_project.ImportChoices(), "")
    ids = store.items.add(source, sample_project.batch(0, 5)).ids
    space = store.spaces.create("big", "m", 4096, "cosine", "text")
    with store._database.writer() as connection:  # the same error as of a disk, and repeatable
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(EmbexError, match="disk is full"):
        store.spaces.append(space.id, ids, sample_project.unit_rows(5, 4096))
    assert store.spaces.count(space.id) == 0
    assert store.items.count() == 5
    with store._database.writer() as connection:
        connection.execute("PRAGMA max_page_count=1000000")
    store.spaces.append(space.id, ids, sample_project.unit_rows(5, 4096))
    assert store.check() == ()


def test_too_little_room_is_said_before_a_job(store: ProjectStore) -> None:
    store.free_space_check(1)
    with pytest.raises(EmbexError, match="are needed"):
        store.free_space_check(10**18)


WRITER = """
import os, sys, numpy as np
from embexplorer.data.wordquery import Words
from embexplorer.store.project import ProjectStore
with ProjectStore.open(sys.argv[1]) as store:
    assert not store.read_only, store.read_only_reason
    space = store.spaces.get("s").id
    first = int(store.spaces.count(space))
    ids = store.items.ids()[first:]
    for start in range(0, len(ids), 64):
        part = ids[start : start + 64]
        store.spaces.append(space, part, np.full((len(part), 384), part[:, None], np.float32))
        os.write(1, b"%d\\n" % part[-1])
"""


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "killed.embx"
    with ProjectStore.create(path) as store:
        source = store.sources.add("/a", "CSV", sample_project.ImportChoices(), "")
        store.items.add(source, sample_project.batch(0, 40_000))
        store.spaces.create("s", "m", 384, "l2", "text")
    said = 0
    for stop_after in (1, 3, 7, 2, 11, 5, 1, 17):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(stop_after)]
        process.kill()
        lines += process.stdout.read().split()
        process.stdout.close()
        process.wait()
        with ProjectStore.open(path) as store:
            vectors = store.spaces.vectors(1)
            said = max(said, int(lines[-1])) if lines else said
            assert len(vectors) >= said
            np.testing.assert_array_equal(vectors.matrix[:, 0], vectors.ids)
            assert store.check() == ()
    assert said > 0
