"""Masks of single conditions, kept packed: what was evaluated for the map is there for the facets and the search."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

import numpy as np
import polars as pl

_LIMIT_BYTES = 64 * 2**20  # 500 conditions over a million items


class MaskCache:
    """The masks of conditions over one frame; another frame empties it. Holds limit_bytes at most, the least recently
    used goes first. Safe to use from several threads.

    A mask is uint8 (ceil(n / 8),), a bit per row as numpy.packbits packs them, and never changes.
    """

    def __init__(self, limit_bytes: int = _LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._lock = Lock()
        self._frame: pl.DataFrame | None = None
        self._masks: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._distinct: dict[str, pl.Series] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._masks)

    @property
    def held_bytes(self) -> int:
        return self._bytes

    def known(self, frame: pl.DataFrame, condition: Hashable) -> np.ndarray | None:
        """The mask of a condition over this frame, None where it has to be evaluated."""
        with self._lock:
            self._turn_to(frame)
            packed = self._masks.get(condition)
            if packed is not None:
                self._masks.move_to_end(condition)
            return packed

    def keep(self, frame: pl.DataFrame, condition: Hashable, packed: np.ndarray) -> None:
        """Keep a mask; one that was evaluated over a frame of before is let go."""
        with self._lock:
            if self._frame is not frame or condition in self._masks or packed.nbytes > self._limit:
                return
            self._masks[condition] = packed
            self._bytes += packed.nbytes
            while self._bytes > self._limit:
                self._bytes -= self._masks.popitem(last=False)[1].nbytes

    def distinct(self, frame: pl.DataFrame, name: str) -> pl.Series:
        """The different values of a column of categories, in any order, without null."""
        with self._lock:
            self._turn_to(frame)
            known = self._distinct.get(name)
        if known is None:
            known = frame.get_column(name).alias("values").unique().drop_nulls()
            with self._lock:
                if self._frame is frame:
                    self._distinct[name] = known
        return known

    def _turn_to(self, frame: pl.DataFrame) -> None:
        if self._frame is not frame:
            self._frame, self._bytes = frame, 0
            self._masks.clear()
            self._distinct.clear()
