"""Thumbnails of the kinds of images that there are; what cannot be read has none."""

from pathlib import Path

import numpy as np
from PIL import Image

from embexplorer.operations.thumbnails import SIDE, thumbnail


def test_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    shades = np.linspace(0, 65_535, 200 * 100).reshape(100, 200).astype(np.uint16)
    Image.fromarray(shades).save(tmp_path / "deep.png")
    made = thumbnail(str(tmp_path / "deep.png"), tmp_path / "cache")
    assert made is not None and made.shape == (SIDE // 2, SIDE, 4)
    assert abs(float(made[..., :3].mean()) - 127.5) < 3
    kept = thumbnail(str(tmp_path / "deep.png"), tmp_path / "cache")
    assert kept is not None and np.array_equal(kept, made)


def test_print_colours_are_seen_as_on_paper(tmp_path: Path) -> None:
    Image.new("CMYK", (300, 200), (0, 255, 255, 0)).save(tmp_path / "red.jpg")
    made = thumbnail(str(tmp_path / "red.jpg"), tmp_path / "cache")
    assert made is not None
    assert made[..., 0].min() > 200 and made[..., 1:3].max() < 60


def test_no_image_has_no_thumbnail(tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("not an image", encoding="utf-8")
    assert thumbnail(str(tmp_path / "words.png"), tmp_path / "cache") is None
    assert thumbnail(str(tmp_path / "gone.png"), tmp_path / "cache") is None
