"""Pictures of the map as files: they open, show the points, and say what the colours mean."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from PIL import Image

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import FieldType
from embexplorer.raster.export import write_png, write_svg

SVG = "{http://www.w3.org/2000/svg}"


def cloud(n: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, 2)).astype(np.float32)


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_has_its_size_background_and_points(tmp_path: Path, dark: bool) -> None:
    scale = scale_of(500)
    write_png(tmp_path / "map.png", cloud(500), scale, width=900, height=600, dpi=200, title="T", dark=dark)
    with Image.open(tmp_path / "map.png") as image:
        assert image.size == (900, 600) and round(image.info["dpi"][0]) == 200
        pixels = np.asarray(image)
    assert pixels[-1, 0].tolist() == ([16, 18, 22] if dark else [255, 255, 255])
    assert (pixels[100:, :600] != pixels[-1, 0]).any(axis=-1).mean() > 0.01


def scale_of(n: int):
    from embexplorer.raster.colours import scale_for

    return scale_for(pl.Series([("cats & dogs", "birds")[i % 2] for i in range(n)]), FieldType.CATEGORY)


def test_an_svg_of_few_points_is_all_vectors(tmp_path: Path) -> None:
    xy = cloud(300)
    xy[0] = np.nan
    write_svg(tmp_path / "map.svg", xy, scale_of(300), title="<a> & b \x00")
    root = ElementTree.parse(tmp_path / "map.svg").getroot()
    assert len(root.findall(f"{SVG}g/{SVG}circle")) == 299
    assert not root.findall(f"{SVG}image")
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "cats & dogs" in words and "150" in words


def test_an_svg_of_many_points_embeds_a_picture(tmp_path: Path) -> None:
    write_svg(tmp_path / "map.svg", cloud(25_000), None)
    root = ElementTree.parse(tmp_path / "map.svg").getroot()
    assert len(root.findall(f"{SVG}image")) == 1 and (tmp_path / "map.svg").stat().st_size < 3_000_000


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_and_one_pixel(tmp_path: Path, n: int) -> None:
    write_png(tmp_path / "a.png", cloud(n), None, width=1, height=1)
    write_svg(tmp_path / "a.svg", cloud(n), None)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1, 1)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(EmbexError, match="could not be written"):
        write_png(tmp_path / "missing" / "a.png", cloud(3))
    with pytest.raises(EmbexError, match="cannot be drawn"):
        write_png(tmp_path / "a.png", cloud(3), width=10**6, height=10**6)
    assert list(tmp_path.iterdir()) == []
