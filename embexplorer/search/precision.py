"""Exact search over a space that is kept in fewer bytes, and re-scoring by a form that keeps more.

Every row is scored in the small form, as it stands, without being written out in full: inner products of whole numbers,
halves or single bits. For bits the query is written in 16 levels, so that its product with a row is five counts of bits
a word (as RaBitQ does; Gao and Long, SIGMOD 2024). The best some are then scored again from the vectors that the small
form stands for, or from those of a finer one (two grains, as in "Bi-Granular Document Representation" and "Binary
Embedding-based Retrieval at Tencent", where the coarse one is looked through and the fine one decides).
"""

from dataclasses import dataclass, replace

import numpy as np

from embexplorer.data.precision import WHOLE, Codec, Form, Parts
from embexplorer.data.vectors import Metric
from embexplorer.search.exact import Scored, scan

_BLOCK_NUMBERS = 1 << 22  # what one step may hold in full: 16 MB
_OWN_WIDTH, _FINER_WIDTH = 4, 20  # candidates a hit, where the form itself decides and where a finer one does
_LEAST = 64
_LEVELS = 15
_FIT_ROWS, _FIT_WORK = 20_000, 2e10  # rows that principal directions are found from; multiplications for it
_FEWEST = 2_048
_MOST_EXACT, _SPARE, _TURNS = 768, 16, 6  # dimensions; directions that are tried beside those asked for; turns
_NUDGE = np.float32(1e-6)  # keeps directions without any spread apart from each other


def fit(matrix: np.ndarray, form: Form, metric: Metric, seed: int = 7) -> Codec:
    """What a form needs to know of a space, found from a sample of its rows (n, d), finite.

    For "pca" the mean and the eigenvectors of the sample's covariance with the largest eigenvalues, for "binary" the
    mean of the numbers. Raises EmbexError where the form does not fit vectors of d dimensions.
    """
    dims = int(matrix.shape[1])
    form.check(dims)
    codec = Codec(form, dims, metric)
    if (form.cut != "pca" and form.precision != "binary") or not len(matrix):
        return codec
    most = max(_FEWEST, min(_FIT_ROWS, int(_FIT_WORK / dims**2)))
    rows = _drawn(len(matrix), most, seed)
    sample = np.asarray(matrix[rows], np.float32)
    if form.cut == "pca":
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):  # beside other work, threads that wait for each other take ten times as long
            mean, basis = _principal(sample, form.dims)
        codec = replace(codec, mean=mean, basis=basis)
    if form.precision == "binary":
        cut = replace(codec, form=replace(form, precision="float32")).parts(sample).numbers
        codec = replace(codec, centre=cut.mean(axis=0, dtype=np.float64).astype(np.float32))
    return codec


def _drawn(rows: int, most: int, seed: int) -> np.ndarray:
    """Ascending rows, at most so many, each as likely."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _principal(sample: np.ndarray, wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean (d,) and orthonormal directions (wanted, d) of largest spread, float32; signs as no machine differs in.

    Of up to 768 dimensions the eigenvectors of the covariance; of more, where that would take long, and of few rows,
    those of largest spread within a subspace that was turned towards them some times (Halko, Martinsson and Tropp,
    "Finding Structure with Randomness", 2011). Where the sample spreads in fewer directions, the rest are any that
    stand upright on them.
    """
    mean = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    scale = np.float32(max(float(np.abs(sample).max()), 1e-30))
    apart = sample / scale - mean / scale  # products of large numbers would not fit into float32
    rows, dims = apart.shape
    within = np.eye(dims, dtype=np.float32)
    if dims > _MOST_EXACT or rows < dims:
        within = np.random.default_rng(0).standard_normal((dims, min(dims, wanted + _SPARE))).astype(np.float32)
        for _ in range(_TURNS):
            within, _ = np.linalg.qr(apart.T @ (apart @ within) + _NUDGE * within)
    seen = apart @ within
    _, vectors = np.linalg.eigh((seen.T @ seen).astype(np.float64))
    basis = within @ vectors[:, ::-1][:, :wanted]
    largest = np.abs(basis).argmax(axis=0)
    signs = np.where(basis[largest, np.arange(basis.shape[1])] < 0, -1.0, 1.0)
    return mean, np.ascontiguousarray((basis * signs).T, np.float32)


@dataclass(frozen=True, eq=False)
class Shrunk:
    """The rows of a space in a form, ready to be searched. numbers: those of the parts, float16 as uint16 and bits as
    uint64. lengths: float32 (n,), of the vectors that the parts stand for before they are brought to length 1."""

    codec: Codec
    parts: Parts
    numbers: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.lengths)

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """float32 (m, dims): what stands for these rows."""
        return self.codec.restored(Parts(self.parts.numbers[rows], self.parts.steps[rows]))

    def scores(self, query: np.ndarray) -> np.ndarray:
        """float32 (n,), larger is nearer, right up to rounding and, for bits, the query's 16 levels. One thread."""
        codec, wanted = self.codec, np.asarray(query, np.float32)
        turned = wanted[: codec.form.dims] if codec.form.cut == "first" else wanted
        base = np.float32(0)
        if codec.basis is not None and codec.mean is not None:
            turned, base = codec.basis @ wanted, np.float32(codec.mean @ wanted)
        turned = np.ascontiguousarray(turned, np.float32)
        if codec.centre is not None:
            base += np.float32(codec.centre @ turned)
        scores = base + self.parts.steps * self._dots(turned)
        if codec.metric == "cosine":
            return np.asarray(scores / self.lengths, np.float32)
        if codec.metric == "l2":
            gaps = np.float32(wanted @ wanted) - 2 * scores + self.lengths * self.lengths
            return np.asarray(-np.sqrt(np.maximum(gaps, 0)), np.float32)
        return np.asarray(scores, np.float32)

    def _dots(self, query: np.ndarray) -> np.ndarray:
        from embexplorer.search.precision_kernels import float_dots, number_dots, set_counts

        out = np.empty(len(self), np.float32)
        if self.codec.form.precision != "binary":
            dots = number_dots if self.codec.form.precision == "int8" else float_dots
            dots(self.numbers, query, out)
            return out
        low, width, planes = _planes(query, self.numbers.shape[1])
        counts = np.empty(len(self), np.float32)
        set_counts(self.numbers, planes, counts, out)
        return 2 * (low * counts + width * out) - np.float32(query.sum(dtype=np.float64))


def shrink(matrix: np.ndarray, form: Form | Codec, metric: Metric) -> Shrunk:
    """The rows of (n, d), finite, of length 1 for "cosine", in a form. form: as fitted, or to be fitted here."""
    codec = form if isinstance(form, Codec) else fit(matrix, form, metric)
    plain = replace(codec, metric="ip")  # what is read back keeps its length
    block = max(1, _BLOCK_NUMBERS // max(1, codec.dims))
    pieces, lengths = [], []
    for start in range(0, max(1, len(matrix)), block):
        parts = codec.parts(matrix[start : start + block])
        pieces.append(parts)
        if metric != "ip":
            lengths.append(_lengths(plain.restored(parts)))
    numbers = np.concatenate([part.numbers for part in pieces])
    parts = Parts(numbers, np.concatenate([part.steps for part in pieces]))
    known = np.concatenate(lengths) if lengths else np.ones(len(numbers), np.float32)
    return Shrunk(codec, parts, _seen(numbers, codec.form), known)


def search(
    shrunk: Shrunk,
    query: np.ndarray,
    k: int,
    finer: Shrunk | None = None,
    exclude: np.ndarray | None = None,
) -> Scored:
    """The k best rows of query (d,), scored at last in the finer form, or in its own; any k, exclude: rows that are
    never hits. Nothing is missed that the form can tell apart; how much that is, measure() says."""
    wanted = np.asarray(query, np.float64).reshape(-1)
    if shrunk.codec.metric == "cosine":
        wanted = wanted / (float(np.linalg.norm(wanted)) or 1.0)
    scores = shrunk.scores(wanted)
    if exclude is not None:
        scores[exclude] = -np.inf
    width = max(_LEAST, k * (_OWN_WIDTH if finer is None else _FINER_WIDTH))
    rows = np.argpartition(-scores, width)[:width] if width < len(scores) else np.arange(len(scores))
    rows = np.sort(rows[scores[rows] > -np.inf])
    best = scan((finer or shrunk).vectors(rows), wanted, k, shrunk.codec.metric)
    return Scored(rows[best.rows], best.scores, len(shrunk))


def _planes(query: np.ndarray, words: int) -> tuple[np.float32, np.float32, np.ndarray]:
    """The query as low + width * (whole numbers 0 to 15), and the bits of these, uint64 (4, words)."""
    low = np.float32(query.min(initial=0.0))
    width = np.float32(max((float(query.max(initial=0.0)) - float(low)) / _LEVELS, 1e-30))
    levels = np.zeros(words * 64, np.uint8)
    levels[: len(query)] = np.clip(np.rint((query - low) / width), 0, _LEVELS)
    planes = [np.packbits(levels >> bit & 1, bitorder="little").view("<u8") for bit in range(4)]
    return low, width, np.stack(planes).astype(np.uint64)


def _seen(numbers: np.ndarray, form: Form) -> np.ndarray:
    """The numbers in a type that the kernels know."""
    if form.precision == "float16":
        return numbers.view(np.uint16)
    if form.precision != "binary":
        return np.ascontiguousarray(numbers)
    padded = np.pad(numbers, ((0, 0), (0, -numbers.shape[1] % 8)))
    return np.ascontiguousarray(padded).view("<u8").astype(np.uint64, copy=False)


def _lengths(rows: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64)).astype(np.float32)
    result: np.ndarray = np.maximum(lengths, np.float32(1e-30))
    return result


def whole(matrix: np.ndarray, metric: Metric) -> Shrunk:
    """The rows as they are, in float32."""
    return shrink(matrix, WHOLE, metric)
