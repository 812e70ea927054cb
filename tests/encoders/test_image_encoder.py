"""Images to vectors: every mode of pixels is made the same kind of square, and each bad file is one sentence."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.image import ImageEncoder
from embexplorer.encoders.open import open_encoder
from embexplorer.encoders.pictures import read_picture

SIZE = 224


@pytest.fixture(scope="module")
def encoder() -> Iterator[ImageEncoder]:
    encoder = open_encoder("efficientnet-lite0", "cpu", 2)
    assert isinstance(encoder, ImageEncoder)
    yield encoder
    encoder.close()


def scene(width: int = 320, height: int = 240, seed: int = 0) -> Image.Image:
    """A smooth picture, so that resampling and JPEG keep it."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def saved(picture: Image.Image, path: Path, **options: object) -> str:
    picture.save(path, **options)
    return str(path)


def test_the_picture_is_letterboxed_on_white(tmp_path: Path) -> None:
    pixels = read_picture(saved(Image.new("RGB", (400, 200), (255, 0, 0)), tmp_path / "wide.png"), SIZE)
    assert pixels.shape == (SIZE, SIZE, 3)
    assert pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == pixels[-1, -1].tolist() == [255, 255, 255]
    assert pixels[SIZE // 2, SIZE // 2].tolist() == [255, 0, 0]
    assert (pixels[:, SIZE // 2] == [255, 0, 0]).all(axis=1).sum() == SIZE // 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"])
def test_every_mode_of_pixels_can_be_read(tmp_path: Path, mode: str) -> None:
    if mode in ("I;16", "I", "F"):
        grey = np.asarray(scene().convert("L"))
        kinds = {"I;16": np.uint16, "I": np.int32, "F": np.float32}
        picture = Image.fromarray((grey.astype(np.float64) * 257).astype(kinds[mode]))
    else:
        # Pillow reaches LAB through colour profiles only
        picture = Image.merge("LAB", scene().split()) if mode == "LAB" else scene().convert(mode)
    suffix = ".png" if mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16") else ".tif"
    pixels = read_picture(saved(picture, tmp_path / f"picture{suffix}"), SIZE)
    inner = pixels[30:-30].astype(int)
    assert inner.std() > 5
    if mode in ("I;16", "I"):
        expected = read_picture(saved(scene().convert("L"), tmp_path / "grey.png"), SIZE).astype(int)
        assert np.abs(pixels - expected).max() <= 2


def test_a_cmyk_jpeg_keeps_its_colours(tmp_path: Path) -> None:
    path = saved(Image.new("CMYK", (60, 60), (0, 255, 255, 0)), tmp_path / "print.jpg", quality=95)
    red, green, blue = read_picture(path, SIZE)[SIZE // 2, SIZE // 2].astype(int)
    assert red > 200 and green < 60 and blue < 60


def test_transparency_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    assert (read_picture(saved(clear, tmp_path / "clear.png"), SIZE) == 255).all()
    indexed = Image.new("P", (100, 100), 0)
    indexed.putpalette([0, 0, 0] * 256)
    assert (read_picture(saved(indexed, tmp_path / "indexed.gif", transparency=0), SIZE) == 255).all()


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    upright = scene()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    turned = read_picture(saved(lying, tmp_path / "turned.png", exif=exif), SIZE)
    plain = read_picture(saved(upright, tmp_path / "plain.png"), SIZE)
    assert np.array_equal(turned, plain)


def test_a_large_jpeg_decoded_small_is_the_same_picture(tmp_path: Path) -> None:
    small = read_picture(saved(scene(2400, 1800), tmp_path / "large.jpg", quality=95), SIZE).astype(int)
    full = read_picture(saved(scene(2400, 1800), tmp_path / "large.png"), SIZE).astype(int)
    assert np.abs(small - full).mean() < 2


def test_the_first_frame_of_an_animation_counts(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert read_picture(tmp_path / "moving.gif", SIZE)[100, 100].tolist() == [255, 0, 0]


def test_a_single_pixel_gets_a_vector(encoder: ImageEncoder, tmp_path: Path) -> None:
    encoded = encoder.encode([saved(Image.new("RGB", (1, 1), "red"), tmp_path / "dot.png")])
    assert encoded.ok.all() and np.isfinite(encoded.vectors).all()


def test_a_hair_thin_picture_is_no_trouble(tmp_path: Path) -> None:
    assert read_picture(saved(Image.new("RGB", (5000, 1)), tmp_path / "line.png"), SIZE).shape == (SIZE, SIZE, 3)


def test_each_bad_file_is_one_sentence(tmp_path: Path) -> None:
    good = saved(scene(), tmp_path / "good.png")
    content = Path(good).read_bytes()
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "half.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "folder.png").mkdir()
    huge = Image.new("1", (30_000, 30_000))
    saved(huge, tmp_path / "huge.png")
    expected = {
        "text.png": "not an image of a format",
        "empty.png": "not an image of a format",
        "half.png": "damaged image",
        "folder.png": "folder.png",
        "huge.png": "too many to decode safely",
        "gone.png": "no longer in its folder",
    }
    for name, words in expected.items():
        with pytest.raises(EmbexError) as raised:
            read_picture(tmp_path / name, SIZE)
        assert words in raised.value.text
        assert "\n" not in str(raised.value)


def test_bad_files_do_not_disturb_good_ones(encoder: ImageEncoder, tmp_path: Path) -> None:
    paths = [saved(scene(seed=seed), tmp_path / f"{seed}.png") for seed in range(6)]
    mixed = [paths[0], str(tmp_path / "gone.png"), *paths[1:]]
    encoded = encoder.encode(mixed)
    assert encoded.ok.tolist() == [True, False, *[True] * 5]
    assert [row for row, _ in encoded.reasons] == [1]
    assert encoded.vectors.shape == (7, 1280)
    assert not encoded.vectors[1].any()
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors[encoded.ok], axis=1), 1, atol=1e-5)


def test_the_same_picture_gives_the_same_vector_in_any_company(encoder: ImageEncoder, tmp_path: Path) -> None:
    paths = [saved(scene(seed=seed), tmp_path / f"{seed}.jpg") for seed in range(9)]
    together = encoder.encode(paths).vectors
    alone = np.concatenate([encoder.encode_query(path).vectors for path in paths])
    assert np.array_equal(together, alone)
    single = open_encoder("efficientnet-lite0", "cpu", 1)
    assert np.array_equal(together, single.encode(paths).vectors)
    single.close()


def test_alike_pictures_are_nearer(encoder: ImageEncoder, tmp_path: Path) -> None:
    paths = [
        saved(scene(), tmp_path / "a.png"),
        saved(scene().rotate(3, fillcolor="white"), tmp_path / "b.png"),
        saved(scene(seed=5), tmp_path / "c.png"),
    ]
    a, b, c = encoder.encode(paths).vectors
    assert a @ b > a @ c


def test_the_fast_file_is_close_to_the_exact_one(encoder: ImageEncoder, tmp_path: Path) -> None:
    paths = [saved(scene(seed=seed), tmp_path / f"{seed}.png") for seed in range(4)]
    fast = open_encoder("efficientnet-lite0", "cpu", 2, "int8")
    assert np.einsum("ij,ij->i", encoder.encode(paths).vectors, fast.encode(paths).vectors).min() > 0.8
    fast.close()


def test_no_pictures_and_only_bad_ones(encoder: ImageEncoder) -> None:
    assert encoder.encode([]).vectors.shape == (0, 1280)
    bad = encoder.encode(["nowhere.png"], logits=True)
    assert not bad.ok.any()
    assert bad.logits is None


def test_steps_lead_to_the_end_and_may_stop(encoder: ImageEncoder, tmp_path: Path) -> None:
    paths = [saved(scene(seed=seed), tmp_path / f"{seed}.png") for seed in range(10)]
    assert [step.done for step in encoder.encode_steps(paths)][-1] == 10
    work = encoder.encode_steps(paths * 10)
    next(work)
    work.close()
    assert encoder.encode(paths[:1]).ok.all()
