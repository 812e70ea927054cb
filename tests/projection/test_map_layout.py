"""The layout: frames, stopping, the same map again, bad data; placing; figures of trust."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference_trustworthiness

from embexplorer.projection.layout import layout
from embexplorer.projection.neighbours import NeighbourGraph, graph_recall, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.place import place
from embexplorer.projection.trust import faithfulness, neighbour_preservation, trustworthiness
from embexplorer.projection.warm import warm_up


def clustered(count: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    centres = random.normal(size=(20, 16))
    points = centres[random.integers(0, 20, count)] + 0.5 * random.normal(size=(count, 16))
    return (points / np.linalg.norm(points, axis=1)[:, None]).astype(np.float32)


def test_params_survive_json_and_unknown_keys() -> None:
    params = MapParams(neighbors=30, seed=7)
    assert MapParams.from_json(params.to_json()) == params
    assert MapParams.from_json('{"seed": 7, "unheard": 1}') == MapParams(seed=7)
    assert [MapParams().epochs_for(n) for n in (3_999, 30_000, 30_001)] == [500, 200, 100]


@pytest.mark.parametrize(
    "matrix",
    [
        *(np.eye(n, 5, dtype=np.float32) for n in (0, 1, 2, 3, 10)),
        np.ones((300, 8), np.float32),
        np.repeat(np.eye(2, 8, dtype=np.float32), 2500, axis=0),
        np.arange(60, dtype=np.float32)[:, None],
        np.arange(120, dtype=np.float32).reshape(60, 2) * 1e30,
    ],
    ids=["0", "1", "2", "3", "10", "equal", "two groups of duplicates", "one dim", "huge"],
)
@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_odd_data_gives_a_finite_map(run, matrix, metric) -> None:
    graph, _ = run(neighbour_graph(matrix, metric, 15))
    made, steps = run(layout(matrix, graph, MapParams(epochs=12)))
    assert made.xy.shape == (len(matrix), 2)
    assert np.isfinite(made.xy).all()
    assert all(np.isfinite(step.payload.xy).all() for step in steps if step.payload)


def test_rows_that_are_not_finite_are_left_out_and_said(run) -> None:
    matrix = clustered(300)
    matrix[7] = np.nan
    graph, _ = run(neighbour_graph(matrix, "cosine", 15))
    made, steps = run(layout(matrix, graph, MapParams(epochs=12)))
    assert np.flatnonzero(np.isnan(made.xy).any(axis=1)).tolist() == [7]
    assert "1 item without a usable vector" in steps[0].note


def test_the_same_map_for_any_number_of_threads(run) -> None:
    matrix = clustered(9_000)
    graph, _ = run(neighbour_graph(matrix, "cosine", 15))
    maps = [run(layout(matrix, graph, MapParams(epochs=8), threads=threads))[0].xy for threads in (1, 3)]
    np.testing.assert_array_equal(*maps)
    assert {m.tobytes() for m in maps} != {run(layout(matrix, graph, MapParams(epochs=8, seed=1)))[0].xy.tobytes()}


def test_frames_are_whole_copies_and_progress_never_falls(run) -> None:
    matrix = clustered(5_000)
    graph, _ = run(neighbour_graph(matrix, "cosine", 15))
    _, steps = run(layout(matrix, graph, MapParams(epochs=8), frame_every_s=0))
    frames = [step.payload for step in steps if step.payload]
    assert steps[0].payload.stage == "pca"
    assert list(dict.fromkeys(frame.stage for frame in frames)) == ["pca", "landmarks", "refine"]
    assert all(frame.xy.shape == (5_000, 2) and np.isfinite(frame.xy).all() for frame in frames)
    assert not np.shares_memory(frames[-1].xy, frames[-2].xy)
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1)
    # eight places to stop in every epoch
    assert sum(frame.stage == "refine" for frame in frames) == 8 * 8


def test_closing_leaves_the_last_frame(run, digits, digits_graph) -> None:
    work = layout(digits[0], digits_graph, MapParams(), frame_every_s=0)
    frames = [next(work).payload for _ in range(40)]
    work.close()
    assert np.isfinite(frames[-1].xy).all()


def test_a_temporary_index_finds_nearly_all(run) -> None:
    matrix = clustered(16_000)
    matrix[5] = np.nan
    graph, _ = run(neighbour_graph(matrix, "cosine", 15))
    assert graph_recall(matrix, graph) >= 0.98
    assert (graph.rows[5] == -1).all()
    assert not (graph.rows == np.arange(len(matrix))[:, None]).any()


def test_the_graph_is_kept_in_a_file(tmp_path, digits_graph) -> None:
    digits_graph.save(tmp_path / "graph.npz")
    again = NeighbourGraph.load(tmp_path / "graph.npz")
    np.testing.assert_array_equal(again.rows, digits_graph.rows)
    np.testing.assert_array_equal(again.distances, digits_graph.distances)


def test_placed_points_land_among_their_like(run, digits) -> None:
    vectors, labels = digits
    graph, _ = run(neighbour_graph(vectors[:1500], "l2", 15))
    old = run(layout(vectors[:1500], graph, MapParams()))[0].xy
    before = old.copy()
    new = place(vectors[1500:], vectors[:1500], old, MapParams(), metric="l2")
    np.testing.assert_array_equal(old, before)
    nearest = np.linalg.norm(new[:, None] - old[None], axis=2).argmin(axis=1)
    assert (labels[nearest] == labels[1500:]).mean() > 0.9


def test_trustworthiness_is_sklearns(digits) -> None:
    vectors = digits[0][:400].astype(np.float64)
    xy = vectors[:, [20, 43]] + np.random.default_rng(0).random((400, 2)) * 1e-3
    assert trustworthiness(vectors, xy) == pytest.approx(
        reference_trustworthiness(vectors, xy, n_neighbors=15), abs=1e-3
    )


def test_preservation_is_whole_on_the_data_itself(run) -> None:
    points = np.random.default_rng(0).random((500, 2)).astype(np.float32)
    graph, _ = run(neighbour_graph(points, "l2", 15))
    assert run(neighbour_preservation(graph, points))[0].min() == 1
    assert faithfulness(points, points).continuity == 1


def test_warming_ends() -> None:
    thread = warm_up()
    thread.join(60)
    assert not thread.is_alive()
