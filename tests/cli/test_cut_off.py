"""Work that is cut off, and files that change or vanish under it: what was finished is kept, and the work goes on."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.store.project import ProjectStore
from tests.cli.conftest import GOOD, QUICK


def write_rows(path: Path, number: int) -> Path:
    rows = "".join(f"n{i},{f'the words of the text number {i} and more of them ' * 4}\n" for i in range(number))
    path.write_text("name,body\n" + rows, encoding="utf-8")
    return path


def stored(project: Path) -> tuple[int, int]:
    """Items and vectors that are committed, seen from outside while another process writes."""
    try:
        with ProjectStore.open(project, read_only=True) as store:
            return store.items.count(), sum(space.count for space in store.spaces.all())
    except EmbexError:
        return 0, 0


def wait_for(process: subprocess.Popen[str], project: Path, reached: Callable[[int, int], bool]) -> None:
    until = time.monotonic() + 120
    while not reached(*stored(project)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


def vectors_begun(_items: int, vectors: int) -> bool:
    return vectors > 0


def items_begun(items: int, _vectors: int) -> bool:
    return items > 0


@pytest.mark.parametrize("reached", [items_begun, vectors_begun])
def test_a_killed_create_goes_on_where_it_was(tmp_path: Path, program, embexplorer, contents, reached) -> None:
    table, project = write_rows(tmp_path / "many.csv", 12_000), tmp_path / "p.embx"
    process = program("create", project, table, "--model", "minilm-static")
    wait_for(process, project, reached)
    process.kill()
    process.communicate()
    kept = contents(project)
    assert reached(kept.items, sum(kept.vectors.values()))
    embexplorer("add", project, table).succeeded().says()
    assert contents(project).items == 12_000
    embexplorer("embed", project, "--model", "minilm-static").succeeded().says()
    done = contents(project)
    assert (done.items, done.vectors) == (12_000, {"minilm-static": 12_000})


def test_a_killed_create_has_its_map_made_later(tmp_path: Path, program, embexplorer) -> None:
    table, project = write_rows(tmp_path / "few.csv", 2_000), tmp_path / "p.embx"
    process = program("create", project, table, "--model", "minilm-static")
    wait_for(process, project, vectors_begun)
    process.kill()
    process.communicate()
    embexplorer("embed", project).succeeded().says()
    embexplorer("map", project).succeeded().says()
    with ProjectStore.open(project) as store:
        assert store.check() == () and [info.finished for info in store.maps.all()] == [True]


def test_control_c_says_what_is_kept(tmp_path: Path, program, contents) -> None:
    table, project = write_rows(tmp_path / "many.csv", 60_000), tmp_path / "p.embx"
    process = program("create", project, table, *QUICK)
    wait_for(process, project, items_begun)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    kept = contents(project)
    assert process.returncode == 1 and 0 < kept.items <= 60_000
    assert [line for line in said.splitlines() if line] == [
        f"p.embx keeps {kept.items:,} items. To go on, run “embexplorer add” with the same files, "
        "then “embexplorer embed” and “embexplorer map”.",
        "Stopped. What was finished before is kept.",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.csv", "p.embx"]


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, contents) -> None:
    table = write_rows(tmp_path / "many.csv", 40_000)
    with ProjectStore.create(tmp_path / "p.embx") as store:
        work = import_sources(store, sources_of([table]))
        next(work)
        with table.open("a", encoding="utf-8") as stream:
            stream.write("late,the words that came while it was read\n")
        outcome = finish(work)
    assert [str(problem) for problem in outcome.problems] == [
        "many.csv was changed while it was read. Add it again to take up what is new in it."
    ]
    assert contents(tmp_path / "p.embx").items in (40_000, 40_001)


def test_a_file_that_is_cut_while_it_is_read(tmp_path: Path, contents) -> None:
    table = write_rows(tmp_path / "many.csv", 40_000)
    with ProjectStore.create(tmp_path / "p.embx") as store:
        work = import_sources(store, sources_of([table]))
        next(work)
        with table.open("r+b") as stream:
            stream.truncate(2_000)
        outcome = finish(work)
        kept = len(outcome.value.added)
    assert "was changed while it was read" in str(outcome.problems[0])
    assert contents(tmp_path / "p.embx").items == kept > 0


def test_files_that_vanish_between_the_drop_and_the_reading(tmp_path: Path, good: Path, contents) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"the words of {name}", encoding="utf-8")
    gone = tmp_path / "gone.csv"
    gone.write_text(GOOD, encoding="utf-8")
    with ProjectStore.create(tmp_path / "p.embx") as store:
        work = import_sources(store, sources_of([good, gone, folder]))
        gone.unlink()
        (folder / "b.txt").unlink()
        outcome = finish(work)
    said = "\n".join(map(str, outcome.problems))
    assert "gone.csv is no longer there" in said and "b.txt is no longer there" in said
    assert outcome.summary == "4 items added"
    assert contents(tmp_path / "p.embx").items == 4


def test_pictures_that_vanish_before_they_are_embedded(tmp_path: Path, embexplorer, contents) -> None:
    from PIL import Image

    for name in ("stays", "goes"):
        Image.new("RGB", (40, 40), (200, 10, 10)).save(tmp_path / f"{name}.png")
    project = tmp_path / "p.embx"
    with ProjectStore.create(project) as store:
        finish(import_sources(store, sources_of([tmp_path / "stays.png", tmp_path / "goes.png"])))
    (tmp_path / "goes.png").unlink()
    embexplorer("embed", project).succeeded().says("goes.png is no longer in its folder", "Put it back")
    found = contents(project)
    assert (found.items, found.vectors) == (2, {"efficientnet-lite0": 1, "text to image": 1})


def test_what_was_read_before_a_failure_is_kept_and_counted(tmp_path: Path, good: Path, contents) -> None:
    lines = "".join(f'{{"title": "t{i}", "text": "{f"the words of the line {i} " * 8}"}}\n' for i in range(60_000))
    table = tmp_path / "lines.jsonl"
    table.write_text(lines, encoding="utf-8")
    with ProjectStore.create(tmp_path / "p.embx") as store:
        work = import_sources(store, sources_of([table, good]))
        next(work)
        table.unlink()
        outcome = finish(work)
        assert len(outcome.value.added) == store.items.count() > 2
    assert contents(tmp_path / "p.embx").items == len(outcome.value.added)
