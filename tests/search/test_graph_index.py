"""The graph index: building, stopping, growing, and a file that is trusted only when it is whole."""

import json

import numpy as np
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.search.exact import scan
from embexplorer.search.graph import GraphIndex
from embexplorer.search.graphfile import header_path
from embexplorer.search.trust import Trust


def built(matrix: np.ndarray, metric: str = "cosine") -> GraphIndex:
    return finish(GraphIndex.build(matrix, metric))


@pytest.fixture(scope="module")
def matrix(clustered) -> np.ndarray:
    return clustered(3_000, 48)


@pytest.fixture(scope="module")
def index(matrix) -> GraphIndex:
    return built(matrix)


def test_steps_rise_and_a_stop_comes_between_blocks(matrix) -> None:
    work = GraphIndex.build(matrix, "cosine")
    steps = [next(work), next(work)]
    work.close()
    assert steps[0].done == 0 < steps[1].done <= 250


def test_progress_rises_to_its_end_and_the_check_can_be_stopped_too(matrix) -> None:
    steps = list(GraphIndex.build(matrix, "cosine"))
    shares = [step.done / step.total for step in steps]
    assert shares == sorted(shares)
    assert shares[-1] > 0.99
    assert {step.note for step in steps} == {"Building the search index", "Checking the search index"}
    assert sum(step.note.startswith("Checking") for step in steps) > 100


def test_a_stopped_growth_leaves_a_graph_that_is_not_trusted(matrix) -> None:
    graph = built(matrix[:2_000])
    assert graph.trust != Trust.none()
    work = graph.extend(matrix)
    while not next(work).note.startswith("Checking"):
        pass
    work.close()
    assert (graph.rows, graph.trust) == (3_000, Trust.none())


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
def test_distances_are_those_of_the_metric(matrix, metric) -> None:
    found, far = built(matrix, metric).query(matrix[3], 10, 200)
    expected = scan(matrix, matrix[3], 10, metric)
    assert len(set(found) & set(expected.rows)) >= 9
    np.testing.assert_allclose(far[0], -expected.scores[0] if metric == "l2" else 1 - expected.scores[0], atol=1e-3)
    assert (np.diff(far) >= 0).all()


def test_neighbours_of_many(matrix, index) -> None:
    rows, distances = index.neighbours(matrix[:700], 15)
    assert rows.shape == distances.shape == (700, 15)
    assert rows.dtype == np.int64
    assert np.mean(rows[:, 0] == np.arange(700)) > 0.99
    truth = np.argsort(-(matrix[:700] @ matrix.T), axis=1)[:, :15]
    assert np.mean([len(set(a) & set(b)) for a, b in zip(rows, truth, strict=True)]) > 14.5


def test_any_k(matrix, index) -> None:
    assert len(index.query(matrix[0], 0, 10)[0]) == 0
    assert len(index.query(matrix[0], 10_000_000, 10)[0]) in (0, 3_000)


def test_a_vector_of_another_width_is_our_bug_and_not_a_wild_read(index) -> None:
    with pytest.raises(ValueError, match="dims"):
        index.query(np.ones(47), 5, 50)


def test_growing_finds_the_new_rows(matrix) -> None:
    grown = built(matrix[:2_000])
    for _ in grown.extend(matrix):
        pass
    assert grown.rows == 3_000
    assert grown.query(matrix[2_900], 1, 100)[0].tolist() == [2_900]


@pytest.mark.parametrize("rows", [1, 15, 2_500])
def test_equal_vectors(rows) -> None:
    same = np.tile(np.float32([0.6, 0.8]), (rows, 1))
    graph = built(same)
    found, distances = graph.neighbours(same[:3], min(10, rows))
    assert found.shape == (min(3, rows), min(10, rows))
    assert np.all((found >= 0) & (np.abs(distances) < 1e-5) | (found == -1))


def test_rows_with_nan_are_left_out(matrix) -> None:
    broken = matrix.copy()
    broken[::3, 0] = np.nan
    graph = built(broken)
    found, distances = graph.query(matrix[1], 20, 200)
    assert (found % 3 != 0).all()
    assert np.isfinite(distances).all()
    assert len(built(np.full((30, 4), np.nan, np.float32)).query(np.ones(4), 5, 10)[0]) == 0
    assert len(built(np.empty((0, 4), np.float32)).query(np.ones(4), 5, 10)[0]) == 0


def test_saved_and_loaded_is_the_same(matrix, index, tmp_path) -> None:
    path = tmp_path / "cache" / "graph-1.hnsw"
    index.save(path, "vectors A")
    loaded = GraphIndex.load(path, "vectors A")
    assert sorted(p.name for p in path.parent.iterdir()) == ["graph-1.hnsw", "graph-1.hnsw.json"]
    assert (loaded.rows, loaded.dims, loaded.metric, loaded.trust) == (3_000, 48, "cosine", index.trust)
    for row in (8, 700):
        np.testing.assert_array_equal(loaded.query(matrix[row], 10, 200)[0], index.query(matrix[row], 10, 200)[0])
    loaded.save(path, "vectors A")
    assert GraphIndex.load(path, "vectors A") is not None


def spoil_middle(path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def spoil_header(path) -> None:
    header = json.loads(header_path(path).read_text())
    header_path(path).write_text(json.dumps({**header, "parameters": {"hnswlib": "0.0.1"}}))


SPOILERS = {
    "one bit": spoil_middle,
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "empty": lambda path: path.write_bytes(b""),
    "foreign": lambda path: path.write_bytes(b"hello" * 1000),
    "gone": lambda path: path.unlink(),
    "header gone": lambda path: header_path(path).unlink(),
    "header cut": lambda path: header_path(path).write_text(header_path(path).read_text()[:50]),
    "header not a table": lambda path: header_path(path).write_text("[1]"),
    "header binary": lambda path: header_path(path).write_bytes(b"\xff\xfe\x00"),
    "other version": spoil_header,
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS.keys())
def test_what_is_not_whole_is_not_read(index, tmp_path, spoil) -> None:
    path = tmp_path / "g.hnsw"
    index.save(path, "A")
    assert GraphIndex.load(path, "A") is not None
    assert GraphIndex.load(path, "B") is None
    spoil(path)
    assert GraphIndex.load(path, "A") is None


def test_a_folder_that_cannot_be_written_is_said_and_nothing_stays(index, tmp_path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EmbexError, match="could not be saved"):
        index.save(tmp_path / "file" / "g.hnsw", "A")
    (tmp_path / "g.hnsw").mkdir()
    with pytest.raises(EmbexError, match="could not be saved"):
        index.save(tmp_path / "g.hnsw", "A")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "g.hnsw"]
