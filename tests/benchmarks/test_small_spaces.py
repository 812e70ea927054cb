"""A space in fewer bytes at 100,000 x 384: what each form takes and finds, how long measuring and writing last."""

import time

import numpy as np
import polars as pl
import pytest

from embexplorer.base.progress import finish
from embexplorer.data.items import ImportChoices, ItemBatch, Kind
from embexplorer.data.precision import Form
from embexplorer.data.vectors import normalised
from embexplorer.operations.shrinking import ShrinkParams, shrink_space
from embexplorer.search.precision_measuring import Way, measure
from embexplorer.store.project import ProjectStore

ROWS, DIMS = 100_000, 384
FORMS = ("float32", "float16", "int8", "binary", "pca256", "pca128", "pca64", "pca128-int8", "pca128-binary")
RESCORED = (("binary", "int8"), ("binary", "float16"), ("pca128-binary", "int8"))


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    """Clusters of power-law sizes, local dimension about 20."""
    random = np.random.default_rng(1)
    sizes = 1 / np.arange(1, 1_001)
    cluster = random.choice(1_000, ROWS, p=sizes / sizes.sum())
    centres = random.standard_normal((1_000, DIMS)).astype(np.float32) / np.sqrt(DIMS)
    axes = random.standard_normal((20, DIMS)).astype(np.float32) / np.sqrt(DIMS)
    return normalised(centres[cluster] + 0.15 * random.standard_normal((ROWS, 20)).astype(np.float32) @ axes)


def test_each_form(matrix: np.ndarray, table) -> None:
    ways = [Way(Form.named(name)) for name in FORMS]
    ways += [Way(Form.named(coarse), Form.named(fine)) for coarse, fine in RESCORED]
    began, cpu = time.perf_counter(), time.process_time()
    found = finish(measure(matrix, "cosine", ways))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    for way in found.ways:
        table.row(way.name, bytes_a_row=way.row_bytes, recall_at_10=way.recall, worst=way.worst, cpu_ms=way.ms)
    table.row("measuring all of it", seconds=took, cpu_s=cpu)
    by_name = {way.name: way for way in found.ways}
    assert by_name["float16"].recall > 0.999
    assert by_name["binary+float16"].recall > 0.99
    assert by_name["binary+int8"].ms < by_name["float32"].ms


@pytest.mark.parametrize("form", ["float16", "int8", "binary", "pca128-int8"])
def test_writing_a_form(matrix: np.ndarray, table, tmp_path, form: str) -> None:
    path = tmp_path / "p.embx"
    with ProjectStore.create(path) as store:
        source = store.sources.add("/data/v.npy", "vectors", ImportChoices(), "abc")
        names = [f"item {row}" for row in range(ROWS)]
        keys = np.arange(ROWS, dtype=np.int64) * 7919 + 13
        ids = store.items.add(source, ItemBatch(Kind.TEXT, names, names, [""] * ROWS, keys, pl.DataFrame())).ids
        store.spaces.append(store.spaces.create("space", "", DIMS, "cosine", "text").id, ids, matrix)
        store.spaces.vectors(1)
        store.compact()
        before, began = path.stat().st_size, time.perf_counter()
        finish(shrink_space(store, ShrinkParams(form)))
        wrote, began = time.perf_counter() - began, time.perf_counter()
        store.compact()
        compacted, began = time.perf_counter() - began, time.perf_counter()
        store.spaces.vectors(1)
        read = time.perf_counter() - began
        after = path.stat().st_size
    figures = {"write_s": wrote, "compact_s": compacted, "read_s": read, "file_mb": after / 1e6, "of": after / before}
    table.row(f"keeping {form}", **figures)
    assert after < before
