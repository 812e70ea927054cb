"""The real program ends cleanly when it is asked to, with a project open."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from embexplorer.store.project import ProjectStore


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_window_closes_its_project_when_it_is_asked_to_end(tmp_path: Path, number: signal.Signals) -> None:
    project = tmp_path / "p.embx"
    with ProjectStore.create(project):
        pass
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "EMBEXPLORER_HOME": str(tmp_path / "home")}
    program = [sys.executable, "-m", "embexplorer", "open", str(project)]
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True) as running:
        wal = project.with_name("p.embx-wal")
        deadline = time.monotonic() + 60
        while not wal.exists() and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1.0)  # the project is shown
        running.send_signal(number)
        assert running.wait(60) == 0
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "p.embx"]
