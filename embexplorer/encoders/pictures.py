"""Image files to the square of pixels that a model reads."""

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count

_log = logging.getLogger(__name__)

_WHITE = (255, 255, 255)
_MOST_PIXELS = 180_000_000  # where Pillow itself begins to refuse: half a gigabyte of pixels
_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")

# Pillow warns at half as many pixels, which a camera of today reaches.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


# Fits a picture of 8-bit RGB into what a model reads.
Fit = Callable[[Image.Image], Image.Image]


def read_picture(path: str | Path, size: int, fit: Fit | None = None) -> np.ndarray:
    """uint8 (size, size, 3) RGB of an image file: its first frame, upright as its EXIF says, on white where it is
    transparent, letterboxed on white with bicubic resampling; or fitted as fit does, (height, width, 3), for which it
    has at least size pixels at its shorter side where the file has so many.

    Raises EmbexError with one sentence where the file is missing, no image, damaged or too large to decode.
    """
    path = Path(path)
    try:
        return _decoded(path, size, fit)
    except EmbexError:
        raise
    except FileNotFoundError:
        raise EmbexError(f"{path.name} is no longer in its folder.", f"Put it back into {path.parent}.") from None
    except PermissionError:
        raise EmbexError(f"{path.name} may not be read.", "Change its permissions.") from None
    except IsADirectoryError:
        raise EmbexError(f"{path.name} is a folder, not an image.", "Choose an image file.") from None
    except Image.DecompressionBombError:
        raise _too_large(path) from None
    except UnidentifiedImageError:
        text = f"{path.name} is not an image of a format that embexplorer reads."
        raise EmbexError(text, "Save it as PNG or JPEG.") from None
    except MemoryError:
        raise EmbexError(f"{path.name} needs more memory than there is.", "Close other programs.") from None
    except Exception as error:  # a damaged file can make Pillow's decoders raise nearly anything
        _log.info("%s could not be decoded", path, exc_info=True)
        text = f"{path.name} is a damaged image, or was not written to its end."
        raise EmbexError(text, "Save or copy it again.") from error


def _decoded(path: Path, size: int, fit: Fit | None) -> np.ndarray:
    with Image.open(path) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise _too_large(path)
        # JPEG can be decoded at an eighth of its size: 18 ms instead of 95 for 12 megapixels
        image.draft("RGB", (2 * size, 2 * size))
        picture = _on_white(ImageOps.exif_transpose(image))
        return np.asarray(fit(picture) if fit else _letterboxed(picture, size), np.uint8)


def _on_white(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB."""
    image = eight_bit(image)
    if image.has_transparency_data:
        picture = image.convert("RGBA")
        ground = Image.new("RGB", picture.size, _WHITE)
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    return image.convert("RGB")


def eight_bit(image: Image.Image) -> Image.Image:
    """Pictures of 16 bits or of fractions as 8-bit grey, where Pillow would only clip; all others as they are."""
    return Image.fromarray(_upper_bits(np.asarray(image))) if image.mode in _SIXTEEN_BIT else image


def _upper_bits(values: np.ndarray) -> np.ndarray:
    """uint8 of whole 16-bit values by their upper byte, of anything else by its own range."""
    wide = np.nan_to_num(values.astype(np.float64))
    low, high = float(wide.min()), float(wide.max())
    if np.issubdtype(values.dtype, np.integer) and low >= 0 and 255 < high <= 65_535:
        return (wide / 257).round().astype(np.uint8)
    if low >= 0 and 1 < high <= 255:
        return wide.round().astype(np.uint8)
    return ((wide - low) * (255 / max(high - low, 1e-12))).round().astype(np.uint8)


def _letterboxed(image: Image.Image, size: int) -> Image.Image:
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    ground = Image.new("RGB", (size, size), _WHITE)
    ground.paste(image.resize((width, height), Image.Resampling.BICUBIC), ((size - width) // 2, (size - height) // 2))
    return ground


def _too_large(path: Path) -> EmbexError:
    return EmbexError(
        f"{path.name} has more than {count(_MOST_PIXELS // 1_000_000, 'million pixel')}, too many to decode safely.",
        "Save a smaller copy of it.",
    )
