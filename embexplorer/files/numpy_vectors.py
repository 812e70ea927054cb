"""Vectors of NumPy's .npy and .npz files, read in blocks; nothing is ever unpickled."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.metadata import Described, described_preview
from embexplorer.files.vector_rows import VectorBlock, vector_batches, wrong_column

_BLOCK_CELLS = 8_000_000
_VECTOR_NAMES = ("embeddings", "embedding", "vectors", "vector", "emb", "features", "x", "arr_0")


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    found = _Arrays(path, choices.vectors if choices else "")
    described = found.described(source, choices)
    return described_preview(source, described, "NumPy vectors", found.vectors, found.dims)


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    found = _Arrays(path, choices.vectors)
    described = found.described(source, choices)
    blocks = described.joined(found.blocks())
    return vector_batches(path, described.head, described.choices, blocks, batch_rows)


@dataclass(frozen=True)
class _Shape:
    rows: int
    dims: int
    dtype: np.dtype[np.generic]
    fortran: bool


class _Arrays:
    """The matrix in a file and, in an .npz, the columns that lie beside it.

    Raises EmbexError where the file is damaged, needs unpickling, or holds no matrix.
    """

    def __init__(self, path: Path, wanted: str) -> None:
        self._path = path
        if not path.stat().st_size:
            raise EmbexError(f"{path.name} is empty.", "Choose a file that holds vectors.")
        shapes = dict(self._shapes())
        matrices = {name: shape for name, shape in shapes.items() if shape.dims and shape.dtype.kind in "fiu"}
        if wanted and wanted not in matrices:
            raise wrong_column(path, wanted, list(matrices))
        if not matrices:
            raise self._no_matrix(shapes)
        self.vectors = wanted or _likeliest(matrices)
        self._shape = matrices[self.vectors]
        self.rows, self.dims = self._shape.rows, self._shape.dims
        same = [n for n, s in shapes.items() if not s.dims and s.rows == self.rows and s.dtype.kind in "fiubUSM"]
        self._columns = same

    def described(self, source: Source, choices: ImportChoices | None) -> Described:
        columns = {name: self._column(name) for name in self._columns}
        return Described(source, choices, pl.DataFrame(columns), self.rows)

    def blocks(self) -> Iterator[VectorBlock]:
        step = max(1, _BLOCK_CELLS // self.dims)
        if self._shape.fortran or (self._path.suffix.lower() != ".npz" and not self._is_archive()):
            matrix = self._mapped()
            for start in range(0, self.rows, step):
                part = np.asarray(matrix[start : start + step])
                yield VectorBlock(part, pl.DataFrame(), start + len(part), self.rows)
            return
        with self._member(self.vectors) as stream:
            _read_header(stream)
            width = self.dims * self._shape.dtype.itemsize
            for start in range(0, self.rows, step):
                rows = min(step, self.rows - start)
                raw = stream.read(rows * width)
                if len(raw) < rows * width:
                    raise self._damaged()
                part = np.frombuffer(raw, self._shape.dtype).reshape(rows, self.dims)
                yield VectorBlock(part, pl.DataFrame(), start + rows, self.rows)

    def _shapes(self) -> Iterator[tuple[str, _Shape]]:
        names = self._names()
        for name in names:
            with self._member(name) as stream:
                try:
                    yield name, _read_header(stream)
                except ValueError as error:
                    raise self._damaged() from error

    def _names(self) -> list[str]:
        if not self._is_archive():
            return ["array"]
        with zipfile.ZipFile(self._path) as archive:
            return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]

    def _is_archive(self) -> bool:
        return zipfile.is_zipfile(self._path)

    @contextmanager
    def _member(self, name: str) -> Iterator[BinaryIO]:
        try:
            if not self._is_archive():
                with self._path.open("rb") as file:
                    yield file
                return
            with zipfile.ZipFile(self._path) as archive, archive.open(f"{name}.npy") as stream:
                yield stream  # type: ignore[misc]
        except (zipfile.BadZipFile, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            raise self._damaged() from error

    def _mapped(self) -> np.ndarray:
        try:
            if self._is_archive():
                with np.load(self._path, allow_pickle=False) as archive:
                    loaded: np.ndarray = archive[self.vectors]
                    return loaded
            mapped: np.ndarray = np.load(self._path, mmap_mode="r", allow_pickle=False)
            return mapped
        except (ValueError, EOFError) as error:
            raise self._damaged() from error

    def _column(self, name: str) -> pl.Series:
        with np.load(self._path, allow_pickle=False) as archive:
            values = archive[name]
        if values.dtype.kind == "S":
            values = np.char.decode(values, "utf-8", "replace")
        if values.dtype.kind == "U":
            return pl.Series(name, values.tolist(), pl.String)
        return pl.Series(name, values.astype("datetime64[ms]") if values.dtype.kind == "M" else values)

    def _damaged(self) -> EmbexError:
        text = f"{self._path.name} is damaged or was not written to its end."
        return EmbexError(text, "Copy it again or write it anew with NumPy.")

    def _no_matrix(self, shapes: dict[str, _Shape]) -> EmbexError:
        name = self._path.name
        if any(shape.dtype.hasobject for shape in shapes.values()):
            text = f"{name} holds Python objects, which could run a foreign program when they are opened."
            return EmbexError(text, "Save the vectors as a plain array of numbers.")
        found = ", ".join(count(shape.rows, "value") for shape in shapes.values() if not shape.dims)
        text = f"{name} holds no table of vectors" + (f", only a list of {found}." if found else ".")
        return EmbexError(text, "It should have two dimensions: a row for each item, a column for each number.")


def _read_header(stream: BinaryIO) -> _Shape:
    """Raises ValueError where it is no array."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    dims = shape[1] if len(shape) == 2 else 0
    rows = shape[0] if len(shape) in (1, 2) else 0
    return _Shape(rows, dims if rows else 0, dtype, fortran)


def _likeliest(matrices: dict[str, _Shape]) -> str:
    for name in _VECTOR_NAMES:
        for there in matrices:
            if there.lower() == name:
                return there
    return max(matrices, key=lambda name: matrices[name].rows * matrices[name].dims)
