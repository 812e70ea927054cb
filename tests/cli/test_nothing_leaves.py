"""The main job touches no network, and writes nowhere but into the project and the user's own cache and log folders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.operations.conftest import write_things

_CLOSED = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "urllib.Request"):
        raise SystemExit(f"the network was asked: {event} {arguments}")

sys.addaudithook(watch)
from embexplorer.cli.program import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the folders below a home are named there as here")
def test_the_main_job_needs_no_network_and_keeps_to_its_folders(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    (work / "inputs").mkdir(parents=True)
    write_things(work / "inputs" / "things.csv")
    Image.new("RGB", (32, 32), "green").save(work / "inputs" / "green.png")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "EMBEXPLORER_"))}
    environment = {**clean, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _CLOSED, *arguments], cwd=work, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    run("create", "all.embx", "inputs")
    run("search", "all.embx", "a wild animal", "--where", 'group = "animal"')
    run("export", "all.embx", "out.csv")
    written = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    expected = (
        "home/.cache/embexplorer/projects/",
        "home/.local/state/embexplorer/log/embexplorer.log",
        "work/inputs/",
    )
    assert {name for name in written if not name.startswith(expected)} == {"work/all.embx", "work/out.csv"}
    log = (home / ".local/state/embexplorer/log/embexplorer.log").read_text("utf-8")
    assert "wild animal" not in log and "lives" not in log, "texts and questions stay out of the log"
