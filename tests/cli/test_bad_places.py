"""Folders without permission, odd paths, full and read-only disks; projects newer, damaged or open elsewhere."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embexplorer.store.project import ProjectStore
from tests.cli.conftest import GOOD, QUICK

READING = [["search", "{p}", "words"], ["info", "{p}"], ["table", "{p}"], ["export", "{p}", "{out}"]]
CHANGING = [["add", "{p}", "{good}"], ["embed", "{p}"], ["map", "{p}"], ["tag", "{p}", "keep"]]


@pytest.fixture
def project(tmp_path: Path, good: Path, embexplorer) -> Path:
    """Two texts, embedded; nothing has been opened since."""
    embexplorer("create", tmp_path / "texts.embx", good, *QUICK).succeeded()
    return tmp_path / "texts.embx"


def filled(commands: list[list[str]], project: Path, good: Path) -> list[list[str]]:
    places = {"p": project, "good": good, "out": good.with_name("out.csv")}
    return [[word.format(**places) for word in command] for command in commands]


def test_what_may_not_be_opened_is_told_and_the_rest_comes_in(
    tmp_path: Path, good: Path, as_plain_user, contents
) -> None:
    texts, closed = tmp_path / "texts", tmp_path / "texts" / "closed"
    closed.mkdir(parents=True)
    for path in (texts / "a.txt", texts / "locked.txt", closed / "b.txt", tmp_path / "shut.csv"):
        path.write_text(GOOD, encoding="utf-8")
    for path in (texts / "locked.txt", tmp_path / "shut.csv", closed):
        path.chmod(0)
    inputs = [good, texts, closed, tmp_path / "shut.csv", closed / "b.txt"]
    (ran, alone) = as_plain_user(
        ["create", tmp_path / "p.embx", *inputs, *QUICK], ["create", tmp_path / "none.embx", closed, *QUICK]
    )
    closed.chmod(0o700)
    ran.succeeded().says("closed may not be opened", "locked.txt may not be read", "shut.csv may not be read")
    ran.says("b.txt may not be read", "Ask its owner for permission")
    assert contents(tmp_path / "p.embx").vectors == {"minilm-static": 3}
    alone.failed("closed", "may not be opened")
    assert not (tmp_path / "none.embx").exists()


def test_folders_in_which_nothing_may_be_written(tmp_path: Path, good: Path, project: Path, as_plain_user) -> None:
    locked, unseen = tmp_path / "locked", tmp_path / "unseen"
    locked.mkdir()
    unseen.mkdir()
    locked.chmod(0o555)
    unseen.chmod(0)
    endings = ("csv", "parquet", "jsonl", "npz")
    exports = [["export", project, locked / f"out.{ending}"] for ending in endings]
    ran = as_plain_user(
        ["create", locked / "p.embx", good], ["create", unseen / "p.embx", good], ["info", unseen / "p.embx"], *exports
    )
    for one in ran[:3]:
        one.failed("no permission to use the folder")
    for one, ending in zip(ran[3:], endings, strict=True):
        one.failed(f"out.{ending} could not be written to", "you may not write there")
    assert not list(locked.iterdir())


@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_read_only_project_answers_and_refuses_changes(
    tmp_path: Path, good: Path, project: Path, as_plain_user, contents, where: str
) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    kept = Path(shutil.copy(project, folder))
    (kept if where == "file" else folder).chmod(0o444 if where == "file" else 0o555)
    before = kept.read_bytes()
    ran = as_plain_user(*filled(READING + CHANGING, kept, good))
    folder.chmod(0o755)
    for one in ran[: len(READING)]:
        one.succeeded().says()
    assert good.with_name("out.csv").read_text(encoding="utf-8").count("\n") == 3
    for one in ran[len(READING) :]:
        one.failed("texts.embx cannot be changed now", "You may not write")
    assert kept.read_bytes() == before and [path.name for path in folder.iterdir()] == ["texts.embx"]


HOLDER = """
import sys
from embexplorer.store.project import ProjectStore
with ProjectStore.open(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_second_window_reads_and_is_told_who_has_it(good: Path, project: Path, embexplorer, contents) -> None:
    command = [sys.executable, "-c", HOLDER, str(project)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
        for command in filled(READING, project, good):
            embexplorer(*command).succeeded().says()
        for command in filled(CHANGING, project, good):
            embexplorer(*command).failed("already open in a window", f"process {holder.pid}")
        holder.communicate("")
    assert contents(project).items == 2
    embexplorer("tag", project, "keep").succeeded()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and os.name == "posix" and os.geteuid() == 0
    options = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if not mounted or subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("a small disk may not be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_while_importing(tmp_path: Path, small_disk: Path, embexplorer, contents) -> None:
    rows = "".join(f"n{i},{f'the words of the text number {i} ' * 20}\n" for i in range(40_000))
    (tmp_path / "big.csv").write_text("name,body\n" + rows, encoding="utf-8")
    project = small_disk / "p.embx"
    ran = embexplorer("create", project, tmp_path / "big.csv", *QUICK).failed("The disk is full", "Free some space")
    kept = contents(project).items
    assert 0 < kept < 40_000
    assert f"p.embx keeps {kept:,} items" in ran.err
    embexplorer("search", project, "number", "--lexical", "-k", 3).succeeded()


def test_a_full_disk_while_embedding_tagging_and_exporting(
    tmp_path: Path, small_disk: Path, good: Path, embexplorer, contents
) -> None:
    rows = "".join(f"n{i},the words of the text number {i}\n" for i in range(3_000))
    (tmp_path / "many.csv").write_text("name,body\n" + rows, encoding="utf-8")
    project = small_disk / "p.embx"
    embexplorer("create", project, good, *QUICK).succeeded()
    embexplorer("add", project, tmp_path / "many.csv").succeeded()
    ballast = small_disk / "ballast"
    with pytest.raises(OSError), ballast.open("wb", buffering=0) as stream:
        while stream.write(bytes(65_536)):
            pass
    for command in (["embed", project], ["tag", project, "keep"]):
        embexplorer(*command).failed("full")
    embexplorer("export", project, small_disk / "out.csv").failed("out.csv could not be written", "the disk is full")
    embexplorer("search", project, "words", "-k", 2).succeeded()
    ballast.unlink()
    assert contents(project).items == 3_002
    embexplorer("embed", project).succeeded()
    assert contents(project).vectors == {"minilm-static": 3_002}
    assert [path.name for path in small_disk.iterdir()] == ["p.embx"]


def test_a_full_disk_while_drawing_the_map(tmp_path: Path, small_disk: Path, embexplorer) -> None:
    np.save(tmp_path / "v.npy", np.random.default_rng(0).normal(size=(3_000, 4)).astype(np.float32))
    embexplorer("create", tmp_path / "p.embx", tmp_path / "v.npy").succeeded()
    (small_disk / "ballast").write_bytes(bytes(8_300_000))
    for ending in ("png", "svg", "html"):
        out = small_disk / f"map.{ending}"
        embexplorer("export", tmp_path / "p.embx", out).failed("could not be written", "the disk is full")
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


def test_a_path_with_spaces_and_emoji_of_over_300_characters(tmp_path: Path, embexplorer, contents) -> None:
    folder = tmp_path.joinpath(*["a folder with 😀 and a name of forty sig"] * 8)
    folder.mkdir(parents=True)
    (folder / "täble 日本 😀.csv").write_text(GOOD, encoding="utf-8")
    project, out = folder / "my pröject 😀.embx", folder / "öut 'quoted' %20.csv"
    assert len(str(project)) > 300
    embexplorer("create", project, folder / "täble 日本 😀.csv", *QUICK).succeeded().says()
    assert contents(project).vectors == {"minilm-static": 2}
    embexplorer("search", project, "words").succeeded()
    embexplorer("export", project, out).succeeded()
    assert "first" in out.read_text(encoding="utf-8")


def test_a_file_name_that_is_no_text(tmp_path: Path, good: Path, embexplorer, contents) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff\xfe.csv"
    try:
        shutil.copy(good, odd)
    except OSError:
        pytest.skip("this file system refuses such names")
    embexplorer("create", tmp_path / "p.embx", os.fsdecode(odd), *QUICK).succeeded().says()
    assert contents(tmp_path / "p.embx").items == 2


def test_names_too_long_for_the_system(tmp_path: Path, good: Path, project: Path, embexplorer) -> None:
    long = "x" * 300
    embexplorer("create", tmp_path / f"{long}.embx", good).failed("too long")
    embexplorer("create", tmp_path / f"{'x' * 248}.embx", good).failed("too long")
    embexplorer("create", tmp_path / "p.embx", tmp_path / f"{long}.csv").failed("too long")
    embexplorer("info", tmp_path / f"{long}.embx").failed("too long")
    embexplorer("export", project, tmp_path / f"{long}.csv").failed("too long")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.csv", "texts.embx"]


@pytest.mark.parametrize(
    ("out", "words"),
    [("no/such/out.csv", "no such folder"), ("good.csv/out.csv", "no folder"), ("there.csv", "folder")],
)
def test_exports_to_nowhere(tmp_path: Path, project: Path, embexplorer, out: str, words: str) -> None:
    (tmp_path / "there.csv").mkdir()
    before = sorted(tmp_path.rglob("*"))
    embexplorer("export", project, tmp_path / out).failed("could not be written", words)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_project_of_a_newer_version_is_not_touched(good: Path, project: Path, embexplorer) -> None:
    with sqlite3.connect(project) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = project.read_bytes()
    for command in filled(READING + CHANGING, project, good):
        embexplorer(*command).failed("made by a newer version", "Install the newest version")
    assert project.read_bytes() == before


@pytest.mark.parametrize("damage", ["short", "half", "garbage", "empty", "first pages", "text"])
def test_a_damaged_project_is_called_so_and_not_touched(good: Path, project: Path, embexplorer, damage: str) -> None:
    whole = project.read_bytes()
    broken = {
        "short": whole[:100],
        "half": whole[: len(whole) // 2],
        "garbage": os.urandom(50_000),
        "empty": b"",
        "first pages": whole[:100] + os.urandom(16_384 * 6 - 100) + whole[16_384 * 6 :],
        "text": GOOD.encode() * 100,
    }[damage]
    project.write_bytes(broken)
    for command in filled(READING + CHANGING, project, good):
        embexplorer(*command).failed("texts.embx")
    embexplorer("create", project, good).failed("already a file", "another name")
    assert project.read_bytes() == broken


def test_a_file_of_the_name_is_never_overwritten(tmp_path: Path, good: Path, project: Path, embexplorer) -> None:
    before = project.read_bytes()
    embexplorer("create", project, tmp_path / "good.csv", *QUICK).failed("already a file")
    assert project.read_bytes() == before
    with ProjectStore.open(project) as store:
        assert store.items.count() == 2
