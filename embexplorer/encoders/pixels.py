"""Image files to what a graph wants to be fed."""

from functools import partial

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.feeding import KINDS
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.pictures import read_picture
from embexplorer.encoders.preparing import fitted, prepared
from embexplorer.encoders.session import Session


class PixelFeeds:
    """Makes the inputs of an image graph."""

    def __init__(self, manifest: ModelManifest, session: Session) -> None:
        """Raises EmbexError where the graph does not read pixels, or has an input that we cannot fill."""
        pixels = [name for name in session.inputs if manifest.roles.get(name) == "pixels"]
        kinds = {name: KINDS.get(kind) for name, kind in session.inputs.items()}
        if len(pixels) != 1 or None in kinds.values() or any(name not in manifest.roles for name in kinds):
            raise EmbexError(
                f"The image model “{manifest.id}” does not read pixels alone.",
                "Use a model with one input for pictures, of three colours.",
            )
        self._input, self._kinds, self._shapes = pixels[0], kinds, session.shapes
        self._roles = manifest.roles
        self._how, self._size = manifest.preparation, manifest.input_size
        if self._how is None and kinds[self._input] is not np.uint8:
            raise EmbexError(
                f"The image model “{manifest.id}” does not read pixels as 8-bit RGB, and its model.json does not say "
                "how they are prepared.",
                "Add the model again from the folder that it came from.",
            )

    def read(self, path: str) -> np.ndarray:
        """uint8 (height, width, 3) of an image file. Raises EmbexError where it cannot be read."""
        if self._how is None:
            return read_picture(path, self._size)
        side = self._how.shortest or max(self._how.width, self._how.height)
        return read_picture(path, side, partial(fitted, how=self._how))

    def of(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        """The inputs for pictures: uint8 (n, height, width, 3)."""
        values = pictures if self._how is None else prepared(pictures, self._how)
        return {
            name: (values if name == self._input else self._beside(name)).astype(kind, copy=False)
            for name, kind in self._kinds.items()
        }

    def _beside(self, name: str) -> np.ndarray:
        """One empty text, for a graph that reads texts and images at once."""
        sizes = [size if isinstance(size, int) and size > 0 else 1 for size in self._shapes[name]]
        return np.ones(sizes, np.int64) if self._roles[name] in ("ids", "mask") else np.zeros(sizes, np.int64)
