"""Content keys for many rows at once; equal content gives equal keys on every machine and in every version."""

import numpy as np
import polars as pl

from embexplorer.base.fingerprint import content_key
from embexplorer.files.conversions import as_text

_UNIT = "\x1f"
_WORD = 8
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xBF58476D1CE4E5B9)
_THIRD = np.uint64(0x94D049BB133111EB)


class Occurrences:
    """Tells equal items of one source apart: the second one like the first gets a key of its own.

    So that a source with the same row twice gives two items, and none when it is added again. Holds 8 bytes an item.
    """

    def __init__(self) -> None:
        self._runs: list[np.ndarray] = []  # ascending keys; sizes fall by half, so there are few

    def number(self, keys: np.ndarray) -> np.ndarray:
        """int64 keys of the next items, in order; the n-th repetition of a key is changed by n."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.searchsorted(ordered, ordered)
        earlier = np.arange(len(ordered)) - first
        for run in self._runs:
            left = np.searchsorted(run, ordered)
            inside = np.minimum(left, len(run) - 1)
            if (run[inside] == ordered).any():
                earlier += np.searchsorted(run, ordered, "right") - left
        self._remember(ordered)
        times = np.empty(len(keys), np.uint64)
        times[order] = earlier.astype(np.uint64)
        repeated = _mixed(keys.view(np.uint64) ^ (times * _FIRST)).view(np.int64)
        return np.where(times == 0, keys, repeated)

    def _remember(self, ordered: np.ndarray) -> None:
        if not len(ordered):
            return
        self._runs.append(ordered)
        while len(self._runs) > 1 and len(self._runs[-1]) * 2 > len(self._runs[-2]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")


def row_keys(rows: pl.DataFrame, salt: str = "") -> np.ndarray:
    """int64 (n,): a key of all cells of each row. A missing cell counts as an empty one."""
    if not rows.width:
        return np.zeros(rows.height, np.int64)
    cells = [as_text(column).fill_null("") for column in rows.get_columns()]
    joined = pl.DataFrame(cells).select(pl.concat_str(pl.all(), separator=_UNIT)).to_series()
    return text_keys(joined, salt)


def text_keys(texts: pl.Series, salt: str = "") -> np.ndarray:
    """int64 (n,): the sum, over the 8-byte words of a text, of a mix of word and position (a sum of independent random
    functions, after Carter and Wegman); the mixer is splitmix64's. At four million items two different contents
    share a key with probability 4e-7."""
    lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
    raw = f"{texts.str.join('').item()}".encode() if len(texts) else b""
    padded = np.frombuffer(raw + bytes(_WORD), np.uint8)
    windows = np.ndarray(len(padded) - _WORD + 1, "<u8", padded.data, strides=(1,))
    counts = lengths // _WORD + 1  # a word more, so that an empty text has one and the mask below is never full
    ends = np.cumsum(counts)
    position = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    starts = np.cumsum(lengths) - lengths
    words = windows[np.repeat(starts, counts) + position * _WORD]
    last = ends - 1
    kept_bits = ((lengths % _WORD) * 8).astype(np.uint64)
    words[last] &= (np.uint64(1) << kept_bits) - np.uint64(1)
    words ^= _places(int(counts.max(initial=0)))[position]
    mixed = _mixed(words)
    sums = np.add.reduceat(mixed, ends - counts) if len(ends) else np.empty(0, np.uint64)
    seed = np.uint64(_seed(salt))
    return _mixed(sums ^ (lengths.astype(np.uint64) * _THIRD) ^ seed).view(np.int64)


def matrix_keys(matrix: np.ndarray) -> np.ndarray:
    """int64 (n,): a key of each row of a float32 matrix."""
    rows, dims = matrix.shape
    even = np.zeros((rows, dims + dims % 2), "<f4")
    even[:, :dims] = matrix
    words = even.view("<u8")
    sums: np.ndarray = _mixed(words ^ _places(words.shape[1])).sum(axis=1, dtype=np.uint64)
    return _mixed(sums ^ np.uint64(dims)).view(np.int64)


def _places(number: int) -> np.ndarray:
    """A random-looking word for each position."""
    return _mixed((np.arange(number, dtype=np.uint64) + np.uint64(1)) * _FIRST)


def _mixed(values: np.ndarray) -> np.ndarray:
    """The finaliser of splitmix64: every bit of the input changes half of the bits of the output."""
    result: np.ndarray = values ^ (values >> np.uint64(30))
    result *= _SECOND
    result ^= result >> np.uint64(27)
    result *= _THIRD
    result ^= result >> np.uint64(31)
    return result


def _seed(salt: str) -> int:
    return content_key([salt.encode()]) & 0xFFFFFFFFFFFFFFFF if salt else 0
