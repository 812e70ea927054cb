"""Jobs: seen, paused, stopped, continued after the window was closed or the computer died; maps while embedding."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from desk import QUICK, Desk

from embexplorer.operations.importing import sources_of
from embexplorer.store.project import ProjectStore

WORDS = ["stone", "river", "music", "engine", "garden", "winter", "market", "lamp", "bread", "thunder"]


def write_many(path: Path, rows: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "group"])
        for number in range(rows):
            first, second = WORDS[number % 10], WORDS[number // 10 % 10]
            writer.writerow([f"The {first} beside the {second} is number {number} of them all.", first])
    return path


@pytest.fixture
def many_csv(tmp_path: Path) -> Path:
    return write_many(tmp_path / "many.csv", 3_000)


def start(desk: Desk, source: Path, model: str = "minilm") -> Path:
    """A project that is being embedded with the slow model."""
    path = source.with_suffix(".embx")
    desk.controller.core.settings = desk.controller.settings.__class__(text_model=model)
    desk.controller.projects.open(path, then=lambda: sources_of([source]), new=True)
    return path


def embedding(desk: Desk):
    return next((job for job in desk.controller.core.board.views() if job.title.startswith("Embedding")), None)


def stored(path: Path) -> int:
    with ProjectStore.open(path, read_only=True) as store:
        return sum(space.count for space in store.spaces.all())


def wait_for_vectors(desk: Desk) -> None:
    def some() -> bool:
        session = desk.controller.core.session
        return session is not None and any(space.count for space in session.store.spaces.all())

    desk.pump(some, "the first vectors")


def test_a_job_is_seen_paused_and_stopped_by_the_user_for_good(desk: Desk, many_csv: Path, another_desk) -> None:
    path = start(desk, many_csv)
    wait_for_vectors(desk)
    job = embedding(desk)
    assert job.state == "running"
    assert 0 < job.fraction < 1
    assert desk.shown("", "set_flags")["job"]
    desk.controller.core.toggle_pause(job.id)
    assert embedding(desk).state == "paused"
    desk.controller.core.dismiss(job.id)
    assert embedding(desk) is not None, "only what is over can be dismissed"
    desk.controller.core.toggle_pause(job.id)
    assert embedding(desk).state == "running"
    desk.controller.trigger("job.cancel")
    desk.settle()
    assert embedding(desk).state == "cancelled"
    assert not desk.shown("", "set_flags")["job"]
    kept = desk.facts.spaces[0].count
    assert 0 < kept < 3_000
    desk.controller.core.dismiss(job.id)
    assert embedding(desk) is None
    desk.leave()
    later = another_desk()
    later.open(path)
    assert later.facts.spaces[0].count == kept, "what the user stopped stays stopped"


def test_embedding_goes_on_after_the_project_was_closed(desk: Desk, many_csv: Path, another_desk) -> None:
    path = start(desk, many_csv)
    wait_for_vectors(desk)
    desk.controller.projects.close()
    desk.settle()
    before = stored(path)
    assert 0 < before < 3_000
    without = another_desk(resume_jobs=False)
    without.open(path)
    assert stored(path) == before
    without.leave()
    later = another_desk()
    later.controller.projects.open(path)
    later.pump(lambda: embedding(later) is not None and (embedding(later).fraction or 0) > 0, "embedding to go on")
    later.pump(lambda: stored_in(later) > before, "more vectors")
    assert len(later.facts) == 3_000


def stored_in(desk: Desk) -> int:
    return sum(space.count for space in desk.controller.core.session.store.spaces.all())


CHILD = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from desk import Desk
from test_long_work import start, wait_for_vectors
from embexplorer.base.settings import Settings
desk = Desk(Settings())
start(desk, Path(sys.argv[2]))
wait_for_vectors(desk)
print("embedding", flush=True)
desk.pump(lambda: False)
"""


def test_embedding_goes_on_after_the_program_was_killed(desk: Desk, tmp_path: Path) -> None:
    source = write_many(tmp_path / "many.csv", 1_500)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(source)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "embedding\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    path = source.with_suffix(".embx")
    desk.controller.projects.open(path)
    desk.pump(lambda: desk.facts is not None and embedding(desk) is not None, "embedding to go on")
    assert len(desk.facts) == 1_500
    before = stored_in(desk)
    assert before > 0
    desk.pump(lambda: stored_in(desk) > before, "more vectors")
    desk.controller.trigger("job.cancel")


def test_the_first_map_comes_while_the_rest_is_embedded_and_the_last_starts_from_it(desk: Desk, tmp_path: Path) -> None:
    source = write_many(tmp_path / "many.csv", 7_000)
    desk.controller.projects.open(source.with_suffix(".embx"), then=lambda: sources_of([source]), new=True)
    frames: list[np.ndarray] = []
    desk.view.map.move_points.side_effect = lambda _name, xy: frames.append(xy)
    desk.settle()
    shown = [int(np.isfinite(xy).all(axis=1).sum()) for xy in frames]
    assert 2_000 <= shown[0] < 7_000, "the first map was of what was embedded by then"
    assert shown[-1] == 7_000
    assert np.isfinite(desk.facts.xy).all()
    whole = shown.index(7_000)
    first, second = frames[whole - 1], frames[whole]
    both = np.isfinite(first).all(axis=1)
    turn = np.corrcoef(np.concatenate([first[both].T, second[both].T]))
    assert turn[0, 2] > 0.9, "the whole map starts from the first one"
    assert turn[1, 3] > 0.9
    jobs = [job.title for job in desk.shown("", "set_jobs")]
    assert jobs.count("Making the map") == 2


def test_a_map_that_was_cut_off_is_made_at_the_next_opening(desk: Desk, things_csv: Path, another_desk) -> None:
    path = start(desk, things_csv, QUICK)
    desk.pump(lambda: embedding(desk) is not None and embedding(desk).state == "done", "the vectors")
    desk.leave()
    later = another_desk()
    later.open(path)
    assert np.isfinite(later.facts.xy).all()
    assert len(later.facts.maps) == 1


def test_closing_waits_for_no_one_for_long(desk: Desk, many_csv: Path) -> None:
    start(desk, many_csv)
    wait_for_vectors(desk)
    began = time.monotonic()
    desk.controller.projects.close()
    assert time.monotonic() - began < 5, "closing goes on in the background"
    assert desk.shown("", "show_welcome")


def test_there_is_a_picture_before_there_is_an_index(desk: Desk, tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.random.default_rng(0).standard_normal((4_000, 32)).astype(np.float32))
    desk.controller.projects.open(tmp_path / "v.embx", then=lambda: sources_of([tmp_path / "v.npy"]), new=True)
    drawn = desk.view.map.move_points
    # on a slow computer the empty project is drawn first
    desk.pump(lambda: drawn.called and len(drawn.call_args.args[1]) > 0, "the first picture")
    _, xy = drawn.call_args.args
    session = desk.controller.core.session
    assert xy.shape == (4_000, 2) and np.isfinite(xy).all()
    assert session is not None and not session.store.maps.all()
    assert not list(session.store.cache_folder().glob("partitions-*"))
    desk.settle()
    assert session.store.maps.get("map").finished
