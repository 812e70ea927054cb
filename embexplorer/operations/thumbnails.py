"""Small pictures of image files, kept on disk so that they come at once the next time."""

import logging
import warnings
from pathlib import Path

import numpy as np

from embexplorer.base.fingerprint import fingerprint

_log = logging.getLogger(__name__)
SIDE = 160  # pixels of the longer side


def thumbnail(uri: str, cache: Path) -> np.ndarray | None:
    """uint8 (h, w, 4) RGBA with its longer side at most SIDE, or None where the file cannot be read.

    cache: a folder for the made ones; entries follow the file's size and time.
    """
    from PIL import Image, ImageOps

    from embexplorer.encoders.pictures import eight_bit

    path = Path(uri)
    try:
        stat = path.stat()
        kept = cache / "thumbnails" / f"{fingerprint(uri, stat.st_size, stat.st_mtime_ns)}.png"
        if kept.is_file():
            with Image.open(kept) as image:
                return np.asarray(image.convert("RGBA"))
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                image.draft("RGB", (2 * SIDE, 2 * SIDE))
                upright = eight_bit(ImageOps.exif_transpose(image))
                upright.thumbnail((SIDE, SIDE))
                small = upright.convert("RGBA")
        kept.parent.mkdir(parents=True, exist_ok=True)
        small.save(kept)
        return np.asarray(small)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        _log.info("no thumbnail of %s: %s", uri, error)
        return None
