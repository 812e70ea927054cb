"""The layout: frames, stopping, the same map again, bad data; placing; figures of trust."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference_trustworthiness

from embexplorer.projection.layout import layout
from embexplorer.projection.neighbours import ExactSearch, NeighbourGraph, graph_recall, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.place import place
from embexplorer.projection.trust import faithfulness, neighbour_preservation, trustworthiness


def clustered(count: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    centres = random.normal(size=(20, 16))
    points = centres[random.integers(0, 20, count)] + 0.5 * random.normal(size=(count, 16))
    return (points / np.linalg.norm(points, axis=1)[:, None]).astype(np.float32)


def test_params_survive_json_and_unknown_keys() -> None:
    params = MapParams(neighbors=30, seed=7)
    assert MapParams.from_json(json.loads(json.dumps(asdict(params)))) == params
    assert MapParams.from_json({"seed": 7, "unheard": 1}) == MapParams(seed=7)
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
    assert "1 item without a usable vector" in next(step.note for step in steps if step.payload)


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


def test_the_graph_is_kept_in_a_file_for_one_fingerprint(tmp_path, digits_graph) -> None:
    path = tmp_path / "folder" / "graph.npz"
    assert NeighbourGraph.load(path, "a") is None
    digits_graph.save(path, "a")
    again = NeighbourGraph.load(path, "a")
    np.testing.assert_array_equal(again.rows, digits_graph.rows)
    np.testing.assert_array_equal(again.distances, digits_graph.distances)
    assert NeighbourGraph.load(path, "b") is None
    path.write_bytes(path.read_bytes()[:-200])
    assert NeighbourGraph.load(path, "a") is None
    path.write_bytes(b"PK\x03\x04 no zip")
    assert NeighbourGraph.load(path, "a") is None


def test_groups_that_no_edge_joins_stay_apart(run) -> None:
    random = np.random.default_rng(1)
    group = np.repeat([0, 1, 2], [5_000, 1_400, 40])  # the last one is smaller than the landmarks' grid
    matrix = (random.normal(size=(3, 8))[group] * 20 + random.normal(size=(len(group), 8))).astype(np.float32)
    graph, _ = run(neighbour_graph(matrix, "l2", 15))
    assert (group[graph.rows] == group[:, None]).all()
    xy = run(layout(matrix, graph, MapParams(epochs=60), "l2"))[0].xy
    near = run(neighbour_graph(xy, "l2", 5))[0].rows
    assert (group[near] == group[:, None]).mean() > 0.99


def mirrored_like(xy: np.ndarray, model: np.ndarray) -> float:
    """The smaller correlation of an axis with the model's."""
    return min(float(np.corrcoef(xy[:, axis], model[:, axis])[0, 1]) for axis in (0, 1))


@pytest.fixture(scope="module")
def two_maps(run) -> dict[int, tuple]:
    """By number of points: matrix, graph, and a finished map that is mirrored, so that none is made again by chance."""
    made = {}
    for count in (1_500, 6_000):
        matrix = clustered(count)
        graph = run(neighbour_graph(matrix, "cosine", 15))[0]
        made[count] = matrix, graph, run(layout(matrix, graph, MapParams(epochs=100)))[0].xy * np.float32([-1, 1])
    return made


@pytest.mark.parametrize("count", [1_500, 6_000])
def test_a_map_goes_on_from_where_it_was(run, two_maps, count) -> None:
    matrix, graph, old = two_maps[count]
    made, steps = run(layout(matrix, graph, MapParams(epochs=50), start=old))
    frames = [step.payload for step in steps if step.payload]
    np.testing.assert_array_equal(frames[0].xy, old)
    assert {frame.stage for frame in frames} <= {"start", "refine"}
    assert mirrored_like(made.xy, old) > 0.95


@pytest.mark.parametrize("count", [1_500, 6_000])
def test_a_part_of_a_map_grows_into_the_whole(run, two_maps, count) -> None:
    matrix, graph, old = two_maps[count]
    start = old.copy()
    start[np.random.default_rng(0).permutation(count)[: -count // 20]] = np.nan
    made, steps = run(layout(matrix, graph, MapParams(epochs=50), start=start))
    frames = [step.payload for step in steps if step.payload]
    np.testing.assert_array_equal(frames[0].xy, start)
    assert all(np.isfinite(frame.xy).all() for frame in frames[1:])
    assert mirrored_like(made.xy, old) > 0.8
    alone = run(layout(matrix, graph, MapParams(epochs=50)))[0].xy
    assert faithfulness(matrix, made.xy).trustworthiness > faithfulness(matrix, alone).trustworthiness - 0.01
    assert mirrored_like(alone, old) < 0.5


def label_hits(xy: np.ndarray, labels: np.ndarray, of: slice, run) -> float:
    near = run(neighbour_graph(xy, "l2", 10))[0].rows
    return float((labels[near] == labels[:, None]).mean(axis=1)[of].mean())


def test_placed_points_are_as_well_off_as_in_a_full_run(run, digits) -> None:
    order = np.random.default_rng(0).permutation(len(digits[0]))
    vectors, labels = digits[0][order], digits[1][order]
    graph, _ = run(neighbour_graph(vectors[:1500], "l2", 15))
    old = run(layout(vectors[:1500], graph, MapParams(), "l2"))[0].xy
    before = old.copy()
    new, steps = run(place(vectors[1500:], vectors[:1500], old, MapParams(), "l2"))
    np.testing.assert_array_equal(old, before)
    done = [step.done for step in steps]
    assert done == sorted(done)
    whole = run(layout(vectors, run(neighbour_graph(vectors, "l2", 15))[0], MapParams(), "l2"))[0].xy
    placed = label_hits(np.concatenate([old, new]), labels, slice(1500, None), run)
    assert placed > label_hits(whole, labels, slice(1500, None), run) - 0.02


@pytest.mark.parametrize("metric", ["cosine", "l2", "ip"])
def test_points_are_placed_by_the_metric_of_their_space(run, metric) -> None:
    # an old row per metric that is nearest to the new one by it, all in different places
    old = np.float32([[9, 9.5], [2, 1.2], [40, 0], [-5, 5], [-5, -5]])
    old_xy = np.float32([[0, 0], [100, 0], [0, 100], [-100, -100], [-100, 100]])
    nearest = {"cosine": 0, "l2": 1, "ip": 2}[metric]
    new = run(place(np.float32([[1, 1.05]]), old, old_xy, MapParams(neighbors=2), metric))[0]
    assert np.linalg.norm(old_xy - new, axis=1).argmin() == nearest


def test_placing_by_an_index_is_placing_by_a_search(run) -> None:
    random = np.random.default_rng(3)
    old, new = random.normal(size=(20_000, 3)).astype(np.float32), random.normal(size=(300, 3)).astype(np.float32)
    old_xy = old[:, :2] * np.float32(20)
    old_xy[::7] = np.nan  # not on the map
    searched = run(place(new, old, old_xy, MapParams(), "l2"))[0]
    rows, distances = ExactSearch(old, "l2")(new, 45)
    rows[:5], distances[:5] = -1, np.inf  # the index found nothing
    asked = run(place(new, old, old_xy, MapParams(), "l2", (rows, distances)))[0]
    # sums in another order may tip whether an edge is drawn in an epoch
    assert np.isclose(asked, searched, atol=1e-3).mean() > 0.95
    assert np.isclose(asked[:5], searched[:5], atol=1e-3).all()
    assert np.linalg.norm(searched - new[:, :2] * 20, axis=1).mean() < 4


def test_what_cannot_be_placed_is_said_by_nan(run) -> None:
    old = clustered(50)
    new = clustered(4, seed=1)
    new[2] = np.inf
    placed = run(place(new, old, np.ascontiguousarray(old[:, :2]), MapParams()))[0]
    assert np.isnan(placed).any(axis=1).tolist() == [False, False, True, False]
    assert np.isnan(run(place(new, old, np.full((50, 2), np.nan, np.float32), MapParams()))[0]).all()


def test_trustworthiness_is_sklearns(digits) -> None:
    random = np.random.default_rng(0)
    vectors = digits[0] + random.random(digits[0].shape) * 1e-3  # whole numbers have ties, whose order is free
    xy = vectors[:, [20, 43]] + random.random((len(vectors), 2)) * 1e-3
    reference = reference_trustworthiness(vectors, xy, n_neighbors=15)
    assert trustworthiness(vectors, xy) == pytest.approx(reference, abs=1e-6)


def test_preservation_is_whole_on_the_data_itself(run) -> None:
    points = np.random.default_rng(0).random((500, 2)).astype(np.float32)
    graph, _ = run(neighbour_graph(points, "l2", 15))
    assert run(neighbour_preservation(graph, points))[0].min() == 1
    assert faithfulness(points, points).continuity == 1
