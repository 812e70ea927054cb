"""Pictures of the map from the command line and from Python: what was asked for is in the file."""

import base64
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from PIL import Image

import embexplorer as ex
from embexplorer.cli.program import run_program
from embexplorer.data.picture import MapPicture
from embexplorer.operations.exporting import ExportParams, export

SVG = "{http://www.w3.org/2000/svg}"
GROUPS = ("cats & dogs", "birds", "</script><b>fish")


@pytest.fixture(scope="module")
def mapped_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of 60 ready-made vectors in three groups, with a map."""
    folder = tmp_path_factory.mktemp("mapped")
    rng = np.random.default_rng(0)
    np.save(folder / "v.npy", np.repeat(np.eye(3, 8), 20, axis=0) + rng.normal(size=(60, 8)) / 20)
    pl.DataFrame(
        {
            "title": [f"item {i}" for i in range(60)],
            "group": [GROUPS[i // 20] for i in range(60)],
            "weight": [i / 2 for i in range(60)],
            "seen": [i % 2 == 0 for i in range(60)],
        }
    ).write_csv(folder / "m.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("mapped-home")))
        made = ["create", folder / "p.embx", folder / "v.npy", "--metadata", folder / "m.csv", "--title", "title"]
        assert run_program([str(word) for word in made]) == 0
    return folder / "p.embx"


@pytest.fixture
def mapped(mapped_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(mapped_once, tmp_path / "p.embx"))


def words_of(path: Path) -> list[str | None]:
    return [text.text for text in ElementTree.parse(path).getroot().iter(f"{SVG}text")]


def test_size_resolution_and_theme_are_as_asked(tmp_path: Path, mapped: Path, embexplorer) -> None:
    options = ["--width", 100, "--height", 50, "--unit", "mm", "--dpi", 254, "--dark", "--title", ""]
    embexplorer("export", mapped, tmp_path / "m.png", *options).succeeded()
    with Image.open(tmp_path / "m.png") as image:
        assert image.size == (1000, 500) and round(image.info["dpi"][0]) == 254
        assert image.getpixel((3, 3)) == (16, 18, 22)
    embexplorer("export", mapped, tmp_path / "clear.png", "--transparent").succeeded()
    with Image.open(tmp_path / "clear.png") as image:
        assert image.mode == "RGBA" and image.size == (1600, 1000)


def test_an_svg_says_what_was_asked_for(tmp_path: Path, mapped: Path, embexplorer) -> None:
    out = tmp_path / "m.svg"
    embexplorer("export", mapped, out, "--colour-by", "group", "--title", "Our <animals>").succeeded()
    words = words_of(out)
    assert "Our <animals>" in words and {*GROUPS, "20", "group"} <= set(words)
    assert words.count("birds") == 2  # in the legend, and on the map
    embexplorer("export", mapped, out, "--colour-by", "group", "--no-labels", "--no-legend", "--title", "").succeeded()
    assert words_of(out) == []
    embexplorer("export", mapped, out, "--where", 'group = "birds"').succeeded()
    assert len(list(ElementTree.parse(out).getroot().iter(f"{SVG}circle"))) == 20
    assert "p · map" in words_of(out)


def test_a_page_tells_of_the_items(tmp_path: Path, mapped: Path, embexplorer) -> None:
    embexplorer("export", mapped, tmp_path / "m.html", "--where", "weight < 5").succeeded()
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["titles"] == [f"item {i}" for i in range(10)]
    told = {field["name"]: field for field in data["fields"]}
    assert told["weight"]["words"] == ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5"]
    seen = np.frombuffer(base64.b64decode(told["seen"]["at"]), "<u2").tolist()
    assert [told["seen"]["words"][at] for at in seen] == ["yes", "no"] * 5


def test_what_cannot_be_drawn_is_said_and_leaves_nothing(tmp_path: Path, mapped: Path, embexplorer) -> None:
    out = tmp_path / "out"
    out.mkdir()
    embexplorer("export", mapped, out / "m.png", "--width", 40_000).failed("40,000 × 1,000 pixels is too large")
    embexplorer("export", mapped, out / "m.svg", "--unit", "mm", "--width", 9_000).failed("is too large")
    embexplorer("export", mapped, out / "m.png", "--colour-by", "grup").failed("no column “grup”")
    embexplorer("export", mapped, out / "m.png", "--map", "other").failed("There is no map")
    embexplorer("export", mapped, out / "nowhere" / "m.png").failed("could not be written", "there is no such folder")
    assert list(out.iterdir()) == []


def test_no_item_at_all_makes_a_picture_too(tmp_path: Path, mapped: Path, embexplorer) -> None:
    for ending in ("png", "svg", "html"):
        out = tmp_path / f"none.{ending}"
        ran = embexplorer("export", mapped, out, "--where", "weight > 1000", "--density").succeeded()
        assert ran.out.startswith("0 items written") and out.stat().st_size > 0


def test_python_draws_the_same_picture(tmp_path: Path, mapped: Path) -> None:
    with ex.open(mapped) as project:
        picture = MapPicture(300, 200, title="x", density=True)
        project.export(tmp_path / "a.png", colour_by="group", map_name="map", picture=picture)
        project.export(tmp_path / "b.png", width=320, dark=True)
    for name, size in (("a", (300, 200)), ("b", (320, 1000))):
        with Image.open(tmp_path / f"{name}.png") as image:
            assert image.size == size


def test_a_picture_that_is_stopped_leaves_nothing(tmp_path: Path, mapped: Path) -> None:
    with ex.open(mapped) as project:
        out = tmp_path / "out" / "large.png"
        out.parent.mkdir()
        work = export(project.store, ExportParams(out, picture=MapPicture(6000, 6000)))
        steps = [next(work), next(work), next(work)]
        assert 0 < steps[-1].done < steps[-1].total
        assert len(list(out.parent.iterdir())) == 1
        work.close()
        assert list(out.parent.iterdir()) == []
