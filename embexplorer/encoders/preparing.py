"""Pictures to the numbers that an image graph reads, as its preprocessor_config.json says."""

import numpy as np
from PIL import Image

from embexplorer.encoders.model import Preparation


def fitted(picture: Image.Image, how: Preparation) -> Image.Image:
    """The picture in RGB, resized and cut out of the middle; what is too small for the cut gets a black frame."""
    if not how.shortest:
        return picture.resize((how.width, how.height), Image.Resampling[how.resample.upper()])
    scale = how.shortest / min(picture.size)
    # the longer side is rounded down, as in torchvision and transformers
    width, height = (max(1, how.shortest if side == min(picture.size) else int(side * scale)) for side in picture.size)
    resized = picture.resize((width, height), Image.Resampling[how.resample.upper()])
    left, top = round((width - how.width) / 2), round((height - how.height) / 2)
    return resized.crop((left, top, left + how.width, top + how.height))


def prepared(pixels: np.ndarray, how: Preparation) -> np.ndarray:
    """float32 (n, 3, h, w) or (n, h, w, 3) of uint8 (n, h, w, 3)."""
    slope = np.float32(how.scale) / np.asarray(how.std, np.float32)
    shift = np.asarray(how.mean, np.float32) / np.asarray(how.std, np.float32)
    values: np.ndarray = pixels * slope - shift
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2)) if how.layout == "nchw" else values
