"""Work in a child process: arrays there and back, errors as they were, death in words, cancel kills."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.work import child
from embexplorer.work.child import in_child

sys.path.insert(0, str(Path(__file__).parent))
import childs_play


@pytest.mark.parametrize("rows", [3, 50_000])
def test_arrays_go_there_and_back(rows: int) -> None:
    matrix = np.arange(rows * 4, dtype=np.float32).reshape(rows, 4)
    doubled, pid = finish(in_child(childs_play.scaled, matrix, 2.0))
    np.testing.assert_array_equal(doubled, matrix * 2)
    assert doubled.dtype == np.float32
    assert pid != os.getpid()


def test_the_childs_errors_arrive() -> None:
    with pytest.raises(EmbexError) as caught:
        finish(in_child(childs_play.refuse, "a.csv"))
    assert (caught.value.text, caught.value.hint) == ("a.csv is unreadable.", "Choose another.")
    with pytest.raises(RuntimeError, match="KeyError: 'lost'"):
        finish(in_child(childs_play.stumble))


def test_a_child_that_dies_is_reported_in_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "embexplorer"), pytest.raises(EmbexError, match="ended before its work"):
        finish(in_child(childs_play.vanish))


def test_a_noisy_child_does_not_hang() -> None:
    assert finish(in_child(childs_play.chatter)) == 7


def test_closing_kills_the_child(tmp_path: Path) -> None:
    sign = tmp_path / "pid"
    work = in_child(childs_play.linger, str(sign), note="Thinking")
    deadline = time.monotonic() + 30
    while not (sign.exists() and sign.read_text()) and time.monotonic() < deadline:
        assert next(work).note == "Thinking"
    pid = int(sign.read_text())
    os.kill(pid, 0)
    work.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_only_functions_that_a_child_can_import() -> None:
    with pytest.raises(ValueError, match="can import"):
        next(in_child(lambda: None))


def test_a_frozen_program_starts_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program stands for the frozen one: it knows the flag and hands over to main."""
    program = tmp_path / "program"
    paths = repr([str(Path(__file__).parent), *sys.path])
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path[:] = {paths}\n"
        "from embexplorer.work import child\n"
        "assert sys.argv[1] == child.CHILD_FLAG\nsys.exit(child.main(sys.argv[2]))\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    doubled, _ = finish(in_child(childs_play.scaled, np.ones(3), 2.0))
    assert doubled.tolist() == [2, 2, 2]


def test_a_program_that_cannot_start_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(EmbexError, match="could not be started"):
        finish(in_child(childs_play.scaled, np.ones(3), 2.0))


def test_the_child_needs_no_qt() -> None:
    code = "import sys, embexplorer.work.child; sys.exit(any(m.startswith('PySide6') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert child.CHILD_FLAG.startswith("--")
