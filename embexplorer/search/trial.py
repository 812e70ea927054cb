"""Queries and filters to try an index with, and what brute force answers to them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from embexplorer.search.partitions import PartitionIndex

Kind = Literal["none", "by chance", "against"]  # how a filter goes with a query

GROUP = 32  # queries whose scores of all rows are in memory at once
_BLOCK = 16_384


@dataclass(frozen=True)
class Sieve:
    """A filter that keeps about this share of the rows. "against": those of the partitions farthest from the query."""

    kind: Kind
    share: float


class Trial:
    """An index and its matrix, ready to be asked what is true. chance: float32 (rows,), as kept by "by chance"."""

    def __init__(self, index: PartitionIndex, matrix: np.ndarray, seed: int) -> None:
        self._index = index
        self._matrix = matrix[: index.rows]
        self._parts = index.parts()
        self._chance = np.random.default_rng(seed).random(index.rows, dtype=np.float32)
        self._seed = seed

    @property
    def parts(self) -> np.ndarray:
        return self._parts

    def queries(self, number: int) -> np.ndarray:
        """float32 (number, dims): half of them rows, half in the middle of two or three, the hardest places (see
        trust.py); none where nothing is in the index."""
        random = np.random.default_rng(self._seed)
        usable = np.flatnonzero(self._parts >= 0)
        number = number if len(usable) else 0
        rows = self._matrix[random.choice(usable, 3 * number)] if number else np.empty((0, self._index.dims))
        rows = np.asarray(rows, np.float32).reshape(3, number, self._index.dims)
        mixed: np.ndarray = rows[0].copy()
        mixed[1::4] = (rows[0, 1::4] + rows[1, 1::4]) / 2
        mixed[3::4] = rows[:, 3::4].mean(axis=0)
        if self._index.metric == "cosine":
            mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-30)
        return mixed

    def scores(self, queries: np.ndarray) -> np.ndarray:
        """float32 (q, rows), on the scale of the index's walk: inner products with the distance from the mean, those
        of "l2" less half the square of that distance."""
        index = self._index
        scores = np.empty((len(queries), index.rows), np.float32)
        shift = index.mean if index.metric == "l2" else np.float32(0)
        with np.errstate(all="ignore"):  # rows that hold no numbers score none, and are in no partition
            for start in range(0, index.rows, _BLOCK):
                part = slice(start, start + _BLOCK)
                block = np.asarray(self._matrix[part], np.float32)
                block = block - shift if index.metric == "l2" else block
                np.matmul(queries - shift, block.T, out=scores[:, part])
                if index.metric == "l2":
                    scores[:, part] -= np.einsum("ij,ij->i", block, block) / 2
        return scores

    def best(self, query: np.ndarray, scores: np.ndarray, sieve: Sieve, k: int) -> np.ndarray:
        """int64, at most k: the rows of the highest scores that pass, best first."""
        from embexplorer.search.partition_kernels import best_of

        share = np.float32(sieve.share if sieve.kind == "by chance" else 2)
        rows = best_of(scores, self._parts, self._open(query, sieve), self._chance, share, k)
        return rows[np.argsort(-scores[rows], kind="stable")]

    def mask(self, query: np.ndarray, sieve: Sieve) -> np.ndarray | None:
        """bool (rows,), those that pass; None where all do."""
        if sieve.kind == "none":
            return None
        if sieve.kind == "by chance":
            return np.asarray(self._chance < np.float32(sieve.share))
        return np.asarray(np.append(self._open(query, sieve), False)[self._parts])

    def _open(self, query: np.ndarray, sieve: Sieve) -> np.ndarray:
        """bool (p,): the partitions whose rows may pass."""
        middles, _spreads = self._index.middles(query)
        is_open = np.ones(len(middles), np.bool_)
        if sieve.kind == "against":
            nearest = np.argsort(-middles, kind="stable")
            is_open[nearest[: round((1 - sieve.share) * len(middles))]] = False
        return is_open
