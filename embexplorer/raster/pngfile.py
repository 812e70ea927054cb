"""A PNG file written line by line, so that a picture of any size needs little memory (W3C PNG, third edition)."""

import struct
import zlib
from pathlib import Path
from types import TracebackType

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB, _RGBA = 2, 6  # colour types
_UP = 2  # the filter: each line as its difference from the one above; flat backgrounds become zeros
_INCH_M = 0.0254


class PngFile:
    """Use it in a with statement; add() all lines from top to bottom. channels: 3 or 4. Raises OSError."""

    def __init__(self, path: Path, width: int, height: int, channels: int, dpi: float) -> None:
        self._file = path.open("wb")
        self._packer = zlib.compressobj(6)
        self._above = np.zeros((1, width * channels), np.uint8)
        self._file.write(_SIGNATURE)
        kind = _RGBA if channels == 4 else _RGB
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
        per_metre = round(dpi / _INCH_M)
        self._chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))

    def __enter__(self) -> "PngFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._data(self._packer.flush())
                self._chunk(b"IEND", b"")
        finally:
            self._file.close()

    def add(self, lines: np.ndarray) -> None:
        """uint8 (k, width, channels), the next k lines."""
        flat = lines.reshape(len(lines), -1)
        filtered = np.empty((len(flat), flat.shape[1] + 1), np.uint8)
        filtered[:, 0] = _UP
        np.subtract(flat, np.vstack([self._above, flat[:-1]]), out=filtered[:, 1:])
        self._above = flat[-1:].copy()
        self._data(self._packer.compress(filtered.tobytes()))

    def _data(self, packed: bytes) -> None:
        if packed:
            self._chunk(b"IDAT", packed)

    def _chunk(self, name: bytes, data: bytes) -> None:
        self._file.write(struct.pack(">I", len(data)) + name + data)
        self._file.write(struct.pack(">I", zlib.crc32(name + data)))
