"""Pictures of the map as files: they open, show the points, and say what the colours mean."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from PIL import Image

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import FieldType
from embexplorer.data.labels import always_offered
from embexplorer.data.picture import MapPicture
from embexplorer.raster import export, fonts
from embexplorer.raster.colours import plain_scale, scale_for
from embexplorer.raster.contents import MapContents, plain_contents
from embexplorer.raster.drawing import drawing
from embexplorer.raster.export import preview, write_png
from embexplorer.raster.look import DIMMED, HIDDEN, SELECTED
from embexplorer.raster.marks import Words
from embexplorer.raster.svg import write_svg

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> & \x00\x08 ]]> \"'"


def cloud(n: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, 2)).astype(np.float32)


def contents_of(n: int, names: tuple[str, ...] = ("cats & dogs", "birds")) -> MapContents:
    scale = scale_for(pl.Series([names[i % len(names)] for i in range(n)], dtype=pl.String), FieldType.CATEGORY)
    return replace(plain_contents(cloud(n), scale), colour_name="kind")


def png(path: Path, contents: MapContents, **choices: object) -> Image.Image:
    for _ in write_png(path, contents, MapPicture(**choices)):  # type: ignore[arg-type]
        pass
    with Image.open(path) as image:
        image.load()
        return image


def svg(path: Path, contents: MapContents, **choices: object) -> ElementTree.Element:
    for _ in write_svg(path, contents, MapPicture(**choices)):  # type: ignore[arg-type]
        pass
    return ElementTree.parse(path).getroot()


def words_of(root: ElementTree.Element) -> list[str | None]:
    return [text.text for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_has_its_size_background_and_points(tmp_path: Path, dark: bool) -> None:
    image = png(tmp_path / "map.png", contents_of(500), width=900, height=600, dpi=200, title="T", dark=dark)
    assert (image.size, image.mode, round(image.info["dpi"][0])) == ((900, 600), "RGB", 200)
    pixels = np.asarray(image)
    assert pixels[-1, 0].tolist() == ([16, 18, 22] if dark else [255, 255, 255])
    assert (pixels[100:, :600] != pixels[-1, 0]).any(axis=-1).mean() > 0.01


def test_millimetres_become_pixels_by_the_resolution(tmp_path: Path) -> None:
    image = png(tmp_path / "a6.png", contents_of(30), width=148, height=105, unit="mm", dpi=200)
    assert image.size == (1165, 827)
    root = svg(tmp_path / "a6.svg", contents_of(30), width=148, height=105, unit="mm", dpi=200)
    assert (root.get("width"), root.get("viewBox")) == ("148mm", "0 0 1165 827")


@pytest.mark.parametrize("n", [800, 60_000])
@pytest.mark.parametrize("transparent", [False, True])
def test_bands_join_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, transparent: bool
) -> None:  # fmt: skip
    contents = replace(contents_of(n), labels=always_offered(("middle",), np.zeros((1, 2)), np.ones(1)))
    choices = {"width": 640, "height": 480, "title": "Title", "density": True, "transparent": transparent}
    whole = np.asarray(png(tmp_path / "whole.png", contents, **choices))
    monkeypatch.setattr(export, "_BAND_PIXELS", 640 * 37)
    assert np.array_equal(np.asarray(png(tmp_path / "bands.png", contents, **choices)), whole)


@pytest.mark.parametrize("dark", [False, True])
def test_without_background_the_picture_over_it_is_as_with_it(tmp_path: Path, dark: bool) -> None:
    contents = contents_of(300)
    choices = {"width": 500, "height": 400, "title": "", "legend": False, "dark": dark}
    clear = png(tmp_path / "clear.png", contents, transparent=True, **choices)
    assert clear.mode == "RGBA" and clear.getpixel((2, 2))[3] == 0 and clear.getextrema()[3][1] > 200
    full = np.asarray(png(tmp_path / "full.png", contents, **choices)).astype(int)
    paper = Image.new("RGBA", clear.size, tuple(full[2, 2].tolist()))
    paper.alpha_composite(clear)
    assert np.abs(np.asarray(paper)[..., :3].astype(int) - full).max() <= 4


def test_what_is_hidden_or_dimmed_can_be_left_out(tmp_path: Path) -> None:
    state = np.repeat(np.array([SELECTED, DIMMED, HIDDEN], np.uint8), 100)
    contents = replace(contents_of(300), state=state)
    assert len(svg(tmp_path / "a.svg", contents).findall(f".//{SVG}g/{SVG}circle")) == 200
    assert len(svg(tmp_path / "b.svg", contents, only_strong=True).findall(f".//{SVG}g/{SVG}circle")) == 100


def test_the_legend_counts_what_is_drawn(tmp_path: Path) -> None:
    contents = contents_of(90, ("a", "b", "c"))
    contents.state[1::3] = HIDDEN
    contents.xy[0] = np.nan
    words = words_of(svg(tmp_path / "map.svg", contents, title=""))
    assert words == ["kind", "a", "29", "c", "30"]


def test_sizes_are_explained_and_drawn(tmp_path: Path) -> None:
    sizes = np.array([0, 7] * 20, np.uint8)
    marks = ((0, "1"), (7, "900"))
    contents = replace(contents_of(40), sizes=sizes, size_name="visits", size_marks=marks)
    root = svg(tmp_path / "map.svg", contents)
    assert {"visits", "1", "900"} <= set(words_of(root))
    radii = {float(circle.get("r", "")) for circle in root.findall(f"{SVG}g/{SVG}g/{SVG}circle")}
    assert len(radii) == 2 and max(radii) / min(radii) == pytest.approx(5, rel=0.02)
    assert "visits" not in words_of(svg(tmp_path / "map.svg", contents, legend=False))


def test_only_what_is_in_view_is_drawn(tmp_path: Path) -> None:
    xy = np.array([[0, 0], [1, 1], [100, 100]], np.float32)
    contents = replace(plain_contents(xy, plain_scale(3)), part=(-1.0, -1.0, 2.0, 2.0))
    assert len(svg(tmp_path / "all.svg", contents).findall(f".//{SVG}g/{SVG}circle")) == 3
    assert len(svg(tmp_path / "part.svg", contents, in_view=True).findall(f".//{SVG}g/{SVG}circle")) == 2


@pytest.mark.parametrize("transparent", [False, True])
def test_nothing_of_the_map_reaches_into_title_or_legend(tmp_path: Path, transparent: bool) -> None:
    contents = replace(contents_of(5_000), part=(-0.3, -0.2, 0.3, 0.2), hits=np.arange(5_000))
    choices = {"width": 900, "height": 600, "in_view": True, "density": True, "transparent": transparent}
    drawn = drawing(contents, MapPicture(title="T", **choices))  # type: ignore[arg-type]
    assert len(drawn.marks) > 50
    full = np.asarray(png(tmp_path / "full.png", contents, title="T", **choices))
    bare = replace(contents, hits=np.zeros(0, np.int64))
    none = np.asarray(png(tmp_path / "none.png", bare, title="T", **{**choices, "density": False}))
    title = full[: drawn.top - 8] != none[: drawn.top - 8]
    legend = full[:, drawn.map_width + 8 :] != none[:, drawn.map_width + 8 :]
    assert not title.any() and not legend.any()


def test_an_svg_of_few_points_is_all_vectors(tmp_path: Path) -> None:
    contents = contents_of(300)
    contents.xy[0] = np.nan
    root = svg(tmp_path / "map.svg", contents, title="<a> & b \x00")
    assert len(root.findall(f".//{SVG}g/{SVG}circle")) == 299
    assert not list(root.iter(f"{SVG}image"))
    words = words_of(root)
    assert {"<a> & b", "kind", "cats & dogs", "150"} <= set(words)


def test_an_svg_of_many_points_has_words_over_an_embedded_picture(tmp_path: Path) -> None:
    contents = replace(contents_of(25_000), labels=always_offered(("here",), np.zeros((1, 2)), np.ones(1)))
    root = svg(tmp_path / "map.svg", contents, density=True)
    assert len(list(root.iter(f"{SVG}image"))) == 1 and (tmp_path / "map.svg").stat().st_size < 3_000_000
    assert "here" in words_of(root)
    assert len(list(root.iter(f"{SVG}path"))) > 2
    assert "here" not in words_of(svg(tmp_path / "map.svg", contents, labels=False))


def test_hostile_words_are_words_in_an_svg(tmp_path: Path) -> None:
    contents = replace(
        contents_of(40, (HOSTILE, "b")), colour_name=HOSTILE,
        labels=always_offered((HOSTILE,), np.zeros((1, 2)), np.ones(1)),
    )  # fmt: skip
    root = svg(tmp_path / "map.svg", contents, title=HOSTILE + "\ud800")
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "defs", "clipPath", "rect", "g", "circle", "text",
    }  # fmt: skip
    assert sum("<script>" in (text or "") for text in words_of(root)) >= 2
    png(tmp_path / "map.png", contents, title=HOSTILE)


def test_a_legend_that_does_not_fit_says_how_many_are_missing(tmp_path: Path) -> None:
    names = tuple(f"c{k:05}" for k in range(50_000))
    root = svg(tmp_path / "low.svg", contents_of(50_000, names), width=900, height=120, title="")
    assert any(text and text.startswith("and ") and text.endswith(" more") for text in words_of(root))


def test_numbers_have_a_bar_whose_ticks_stay_within_it(tmp_path: Path) -> None:
    scale = scale_for(np.linspace(0, 1e6, 50), FieldType.NUMBER)
    drawn = drawing(plain_contents(cloud(50), scale), MapPicture())
    ticks = [mark for mark in drawn.marks if isinstance(mark, Words) and mark.anchor == "middle"]
    for tick in ticks:
        half = fonts.width_of(tick.text, tick.size) / 2
        assert tick.x - half >= drawn.map_width and tick.x + half <= drawn.width
    assert len(ticks) > 2
    root = svg(tmp_path / "map.svg", plain_contents(cloud(50), scale))
    assert len(list(root.iter(f"{SVG}linearGradient"))) == 1


@pytest.mark.parametrize("n", [0, 1, 2])
def test_nothing_and_one_pixel(tmp_path: Path, n: int) -> None:
    contents = plain_contents(cloud(n), plain_scale(n))
    assert png(tmp_path / "a.png", contents, width=1, height=1).size == (1, 1)
    assert png(tmp_path / "b.png", contents, density=True, transparent=True).size == (1600, 1000)
    svg(tmp_path / "a.svg", contents, density=True)


def test_a_preview_has_the_shape_of_the_picture(tmp_path: Path) -> None:
    small = preview(contents_of(300), MapPicture(210, 297, "mm", 300, title="T"), 300, 300)
    assert small.shape == (300, 212, 3)
    assert (small != small[-1, 0]).any()
    assert preview(contents_of(3), MapPicture(100, 50), 300, 300).shape == (50, 100, 3)


@pytest.mark.parametrize(("width", "height", "unit"), [(10**6, 10**6, "px"), (30_001, 1, "px"), (5_000, 5_000, "mm")])
def test_a_picture_that_is_too_large_is_refused_in_words(tmp_path: Path, width: int, height: int, unit: str) -> None:
    with pytest.raises(EmbexError, match=r"pixels is too large.*Choose at most 30,000 pixels a side"):
        png(tmp_path / "a.png", contents_of(3), width=width, height=height, unit=unit, dpi=300)
    assert list(tmp_path.iterdir()) == []


def test_letters_that_the_first_font_lacks_come_from_another() -> None:
    (latin, _), *_ = fonts._runs("abc", False)
    for letter in "中אя":
        faces = {face for face, part in fonts._runs(f"abc {letter}", False) if letter in part}
        known = [face for face in (latin, *fonts._fallbacks()) if fonts._has(face, letter)]
        assert not known or faces == {known[0]}  # where the system has no such font, the box stands for it


def test_a_line_is_cut_to_its_room() -> None:
    assert fonts.fitting("short", 13, 500) == "short"
    cut = fonts.fitting("a rather long line of words that has no room", 13, 120)
    assert cut.endswith("…") and fonts.width_of(cut, 13) <= 120
    assert fonts.fitting("anything", 13, 0) == "…"
