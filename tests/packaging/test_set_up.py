"""The scripts of the first start: what they say when they cannot go on, and what they find installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "packaging").glob("*.sh"))

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are for bash")


def bash(code: str, path: str = os.environ["PATH"], **variables: str) -> subprocess.CompletedProcess[str]:
    """A piece of bash that has read setup.sh, with the same strictness as run.sh."""
    return subprocess.run(
        [str(shutil.which("bash")), "-c", f"set -euo pipefail; . packaging/setup.sh; {code}"],
        cwd=ROOT,
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def script(folder: Path, name: str, body: str) -> None:
    """A command of the system that answers as on another computer."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_read(path: Path) -> None:
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_a_user_who_may_not_install_is_told_the_one_line(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    script(tools, "dpkg-query", "exit 1")
    script(tools, "apt-get", "exit 1")
    script(tools, "id", "echo 1000")
    script(tools, "sudo", "exit 1")
    ran = bash("install_system_packages runtime", f"{tools}:{os.environ['PATH']}")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("  sudo apt-get install --no-install-recommends g++ libegl1 ")


def test_nothing_is_asked_for_where_all_is_there(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    # as dpkg-query does: one of the two names is known, so it answers and fails
    script(tools, "dpkg-query", "echo 'install ok installed'; exit 1")
    script(tools, "apt-get", "exit 1")
    ran = bash("install_system_packages tests", f"{tools}:{os.environ['PATH']}")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_system_without_debians_packages_is_left_alone(tmp_path: Path) -> None:
    ran = bash("install_system_packages runtime", str(tmp_path))
    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_unfit_python_is_passed_over(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    for name in ("python3.13", "python3.12", "python3.11"):
        script(tools, name, "exit 1")
    (tools / "python3").symlink_to(sys.executable)
    assert bash("python_for_venv", str(tools), PYTHON="").stdout == "python3"


def test_no_python_is_said_in_words(tmp_path: Path) -> None:
    ran = bash("python_for_venv", str(tmp_path), PYTHON="")
    assert ran.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in ran.stderr


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("Xvfb") is None, reason="Xvfb is not installed; packaging/test.sh installs it on Debian"
)
def test_the_window_opens_on_a_real_display(tmp_path: Path) -> None:
    """Qt finds every library that its plugin for X11 needs."""
    readable, writable = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writable), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writable],
        stderr=subprocess.DEVNULL,
    )
    os.close(writable)
    with os.fdopen(readable) as answer:
        display = answer.readline().strip()
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "embexplorer", "open", "--sample", "emoji", "--screenshot", "window.png"],
            cwd=tmp_path,
            env={**os.environ, "QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{display}"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.terminate()
        server.wait()
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "window.png").stat().st_size > 20_000
