"""What an installation carries: the wheel is built and run from a folder elsewhere."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]
MADE_BY_RUNNING = {"__pycache__"}


def files_below(folder: Path) -> set[str]:
    """Every file that belongs to the project, by its path below the folder."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not MADE_BY_RUNNING & set(path.parts)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return Path(next(iter(built)))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def installed(unpacked: Path, own_home: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """installed("models"): a command of the unpacked wheel, in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}

    def run(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
        code = f"{before}\nfrom embexplorer.cli import main\nmain()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_wheel_carries_the_package_and_its_resources(unpacked: Path) -> None:
    package = {f"embexplorer/{name}" for name in files_below(ROOT / "embexplorer")}
    resources = {f"embexplorer/resources/{name}" for name in files_below(ROOT / "resources")}
    carried = {name for name in files_below(unpacked) if name.startswith("embexplorer/")}
    assert carried == package | resources
    assert any(name.endswith("minilm/model.json") for name in carried)


def test_the_wheel_carries_nothing_else(unpacked: Path) -> None:
    (information,) = unpacked.glob("*.dist-info")
    assert {path.name for path in unpacked.iterdir()} == {"embexplorer", information.name}
    assert (information / "licenses" / "LICENSE").is_file()
    entries = (information / "entry_points.txt").read_text(encoding="utf-8")
    assert "[console_scripts]\nembexplorer = " in entries
    assert "[gui_scripts]\nembexplorer-window = " in entries


@pytest.mark.slow
def test_an_installed_copy_does_the_main_job_and_leaves_nothing(installed, unpacked: Path, own_home: Path) -> None:
    ran = installed("selftest", before="import embexplorer.base.paths as p; print(p.resources())")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[0] == str(unpacked / "embexplorer" / "resources")
    assert "All of it works." in ran.stdout
    assert list((own_home / "cache" / "projects").iterdir()) == []


@pytest.mark.slow
def test_an_installed_window_opens_a_sample(installed, tmp_path: Path) -> None:
    ran = installed("open", "--sample", "emoji", "--screenshot", "window.png")
    assert ran.returncode == 0, ran.stderr
    assert "300 items" in ran.stdout
    assert (tmp_path / "window.png").stat().st_size > 20_000
    assert ran.stderr == ""


WITHOUT_ONNXRUNTIME = "import sys; sys.modules['onnxruntime'] = None"


def test_without_onnxruntime_one_sentence_names_the_extra(installed, tmp_path: Path) -> None:
    (tmp_path / "reviews.csv").write_text("body,stars\nslow delivery,1\nlovely colour,5\n", encoding="utf-8")
    ran = installed("create", "reviews.embx", "reviews.csv", before=WITHOUT_ONNXRUNTIME)
    assert ran.returncode == 1
    assert 'pip install "embexplorer[cpu]"' in ran.stderr
    assert "Traceback" not in ran.stderr
    for command in (("info", "reviews.embx"), ("table", "reviews.embx", "--where", "stars = 5"), ("models",)):
        rest = installed(*command, before=WITHOUT_ONNXRUNTIME)
        assert rest.returncode == 0, rest.stderr


def test_without_qts_libraries_the_window_says_so(installed) -> None:
    ran = installed("open", before="import sys; sys.modules['PySide6.QtWidgets'] = None")
    assert ran.returncode == 1
    assert ran.stderr.startswith("The window could not be loaded")
    assert "Traceback" not in ran.stderr
