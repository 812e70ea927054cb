"""Vectors in fewer bytes: what can be kept of a space, and how its rows are written and read back.

A row x of d numbers is written as z, which has k numbers, and each of these in b bits:

- Dimensions. All of them: z = x. "first k" (only of models that were trained for it; Kusupati et al., "Matryoshka
  Representation Learning", 2022): z = x[:k]. "pca k": z = B (x - m), with the mean m and the k directions B (k, d) in
  which a sample of the space spreads most; read back as m + B'z, the nearest point in that plane (Pearson, 1901).
- Precision, with a number of its own for each row, so that rows of any length are written equally well:
  "float16"  z / 2^e, with 2^(e + 14) the first power of two that no number exceeds: each within 2^-11 of itself, but
             for those that are 2^28 times smaller than the largest.
  "int8"     the whole numbers nearest to z / s, s = max|z| / 127: each within s / 2.
  "binary"   the signs of z - c, where c is the mean of a sample, and s, the mean of |z - c|, the step with which
             c + s sign is nearest to z (Rastegari et al., "XNOR-Net", 2016): the angle stays, lengths nearly.

Rows of a "cosine" space are brought back to length 1. What is read back is a vector of all d dimensions, so that
queries, maps and whatever is added later need not know how a space is kept.
"""

import json
import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import Metric

Precision = Literal["float32", "float16", "int8", "binary"]
Cut = Literal["", "pca", "first"]

_NAME = re.compile(r"(?:(pca|first)(\d{1,5}))?-?(float32|float16|int8|binary)?")
_NUMBER_BYTES: Final[dict[Precision, int]] = {"float32": 4, "float16": 2, "int8": 1}
_OWN_BYTES: Final[dict[Precision, int]] = {"float32": 0, "float16": 2, "int8": 4, "binary": 4}  # of each row
_HALF_RANGE = 14  # numbers of a row as float16 go up to 2^14, and down to 2^-14 in full precision
_TINY = np.float32(1e-30)


@dataclass(frozen=True)
class Form:
    """How a space is kept: "float32", "int8", "pca128" (in float16), "pca128-int8", "first256-binary" …

    cut: "" for all dimensions; dims: how many, where they are cut.
    """

    precision: Precision = "float32"
    cut: Cut = ""
    dims: int = 0

    @classmethod
    def named(cls, name: str) -> "Form":
        """Raises EmbexError where there is no such form."""
        found = _NAME.fullmatch(name.strip().lower())
        if not found or not any(found.groups()) or (found[2] and not int(found[2])):
            raise EmbexError(
                f"Vectors cannot be kept as “{name}”.",
                "Choose float16, int8 or binary, pca128 for 128 dimensions, or both: pca128-int8.",
            )
        cut: Cut = found[1] or ""  # type: ignore[assignment]
        precision: Precision = found[3] or "float16"  # type: ignore[assignment]
        return cls(precision, cut, int(found[2] or 0))

    @property
    def name(self) -> str:
        if not self.cut:
            return self.precision
        return f"{self.cut}{self.dims}" + ("" if self.precision == "float16" else f"-{self.precision}")

    def numbers(self, dims: int) -> int:
        """How many numbers a row of so many dimensions is written as."""
        return self.dims if self.cut else dims

    def row_bytes(self, dims: int) -> int:
        """What a row of so many dimensions takes."""
        numbers = self.numbers(dims)
        own = _OWN_BYTES[self.precision]
        return own + (-(-numbers // 8) if self.precision == "binary" else numbers * _NUMBER_BYTES[self.precision])

    def own_bytes(self, dims: int) -> int:
        """What the form itself takes, once for a whole space: mean and directions, or the mean of the numbers."""
        directions = (self.dims + 1) * dims * 4 if self.cut == "pca" else 0
        return directions + (self.numbers(dims) * 4 if self.precision == "binary" else 0)

    def check(self, dims: int) -> None:
        """Raises EmbexError where vectors of so many dimensions cannot be cut to so many."""
        if self.cut and self.dims >= dims:
            raise EmbexError(
                f"Vectors of {dims:,} dimensions cannot be cut to {self.dims:,}.", "Choose fewer dimensions."
            )


WHOLE: Final = Form()
PRECISIONS: Final[tuple[Precision, ...]] = get_args(Precision)


@dataclass(frozen=True, eq=False)
class Parts:
    """What rows are made of: sign, whole number or fraction of each, and what to multiply it by.

    numbers: (n, k) float32, float16 or int8; for "binary" uint8 (n, ceil(k / 8)), the lowest bit first, 1 for +.
    steps: float32 (n,).
    """

    numbers: np.ndarray
    steps: np.ndarray


@dataclass(frozen=True, eq=False)
class Codec:
    """Writes and reads the rows of one space in one form.

    centre: float32 (k,), c above, only for "binary". mean (d,) and basis (k, d): m and B, only for "pca".
    """

    form: Form
    dims: int
    metric: Metric
    centre: np.ndarray | None = None
    mean: np.ndarray | None = None
    basis: np.ndarray | None = None

    @property
    def row_bytes(self) -> int:
        return self.form.row_bytes(self.dims)

    def encode(self, matrix: np.ndarray) -> np.ndarray:
        """uint8 (n, row_bytes) of finite float rows (n, dims)."""
        parts = self.parts(matrix)
        precision = self.form.precision
        if precision == "float32":
            return _bytes_of(parts.numbers.astype("<f4", copy=False))
        if precision == "float16":
            return np.hstack([_bytes_of(np.frexp(parts.steps)[1][:, None].astype("<i2")), _bytes_of(parts.numbers)])
        return np.hstack([_bytes_of(parts.steps[:, None].astype("<f4")), _bytes_of(parts.numbers)])

    def decode(self, rows: np.ndarray) -> np.ndarray:
        """float32 (n, dims) of uint8 (n, row_bytes)."""
        return self.restored(self.split(rows))

    def parts(self, matrix: np.ndarray) -> Parts:
        """The parts of finite float rows (n, dims)."""
        cut = self._cut(np.asarray(matrix, np.float32))
        precision = self.form.precision
        if precision == "float32":
            return Parts(cut, np.ones(len(cut), np.float32))
        if precision == "binary":
            apart = cut - self._centre()
            steps = np.abs(apart).mean(axis=1, dtype=np.float64).astype(np.float32)
            return Parts(np.packbits(apart >= 0, axis=1, bitorder="little"), steps)
        largest = np.abs(cut).max(axis=1, initial=0.0)
        if precision == "float16":
            exponents = np.clip(np.frexp(largest)[1], -110, 127) - _HALF_RANGE
            steps = np.ldexp(np.float32(0.5), exponents + 1).astype(np.float32)
            return Parts((cut / steps[:, None]).astype("<f2"), steps)
        steps = np.maximum(largest / np.float32(127), np.finfo(np.float32).tiny)
        return Parts(np.rint(cut / steps[:, None]).astype(np.int8), steps)

    def split(self, rows: np.ndarray) -> Parts:
        """The parts of uint8 (n, row_bytes)."""
        precision = self.form.precision
        own = _OWN_BYTES[precision]
        body = np.ascontiguousarray(rows[:, own:])
        if precision == "float32":
            return Parts(body.view("<f4"), np.ones(len(rows), np.float32))
        if precision == "float16":
            exponents = np.ascontiguousarray(rows[:, :own]).view("<i2")[:, 0].astype(np.int32)
            return Parts(body.view("<f2"), np.ldexp(np.float32(0.5), exponents).astype(np.float32))
        steps = np.ascontiguousarray(rows[:, :own]).view("<f4")[:, 0]
        return Parts(body.view(np.int8) if precision == "int8" else body, steps)

    def restored(self, parts: Parts) -> np.ndarray:
        """float32 (n, dims): the vectors that the parts stand for."""
        if self.form.precision == "binary":
            count = self.form.numbers(self.dims)
            signs = np.unpackbits(parts.numbers, axis=1, count=count, bitorder="little").astype(np.float32) * 2 - 1
            numbers = self._centre() + parts.steps[:, None] * signs
        else:
            numbers = parts.numbers.astype(np.float32) * parts.steps[:, None]
        whole = self._uncut(numbers)
        return _unit(whole) if self.metric == "cosine" and self.form != WHOLE else whole

    def _centre(self) -> np.ndarray | np.float32:
        return np.float32(0) if self.centre is None else self.centre

    def _cut(self, wide: np.ndarray) -> np.ndarray:
        if self.form.cut == "first":
            return wide[:, : self.form.dims]
        if self.basis is None or self.mean is None:
            return wide
        turned: np.ndarray = (wide - self.mean) @ self.basis.T
        return turned

    def _uncut(self, numbers: np.ndarray) -> np.ndarray:
        if self.form.cut == "first":
            return np.pad(numbers, ((0, 0), (0, self.dims - numbers.shape[1])))
        if self.basis is None or self.mean is None:
            return numbers
        whole: np.ndarray = numbers @ self.basis + self.mean
        return whole

    def to_bytes(self) -> bytes:
        """All of it, to be kept beside the rows."""
        arrays = {"centre": self.centre, "mean": self.mean, "basis": self.basis}
        head = {
            "form": self.form.name,
            "dims": self.dims,
            "metric": self.metric,
            "shapes": {name: part.shape for name, part in arrays.items() if part is not None},
        }
        bodies = [part.astype("<f4").tobytes() for part in arrays.values() if part is not None]
        return json.dumps(head).encode() + b"\n" + b"".join(bodies)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Codec":
        """What to_bytes gave. Raises ValueError where it is damaged."""
        head, _, body = raw.partition(b"\n")
        try:
            known = json.loads(head)
            arrays, start = {}, 0
            for name, shape in known["shapes"].items():
                size = int(np.prod(shape))
                arrays[name] = np.frombuffer(body, "<f4", size, start).reshape(shape)
                start += size * 4
            return cls(Form.named(known["form"]), int(known["dims"]), known["metric"], **arrays)
        except (KeyError, TypeError, AttributeError, EmbexError) as error:
            raise ValueError(f"a form of vectors is damaged: {error}") from error


def _bytes_of(matrix: np.ndarray) -> np.ndarray:
    """uint8 (n, bytes of a row)."""
    return np.ascontiguousarray(matrix).view(np.uint8)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Each of length 1; what has lost all length points along the first dimension, since a space holds no zeros."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64)).astype(np.float32)
    lost = lengths < _TINY
    if lost.any():
        rows = rows.copy()
        rows[lost, 0], lengths[lost] = 1.0, 1.0
    result: np.ndarray = rows / lengths[:, None]
    return result
