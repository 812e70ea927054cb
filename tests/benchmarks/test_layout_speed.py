"""The layout against umap-learn and its peers: from the same neighbours, in CPU seconds of all threads without
compilation, and from the vectors to the finished map in a fresh process, in seconds of the clock."""

import importlib
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base.progress import finish
from embexplorer.projection.layout import layout
from embexplorer.projection.neighbours import ExactSearch, NeighbourGraph, graph_recall, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.place import place
from embexplorer.projection.start import pca_start
from embexplorer.projection.trust import faithfulness

_SAMPLE = 5_000  # points that neighbours and labels are counted for
_NEAR = 10


def clusters(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors, and the group of each: a thousand of very different size, each with directions of its own."""
    random = np.random.default_rng(0)
    sizes = 1 / np.arange(1, 1_001)
    group = random.choice(1_000, count, p=sizes / sizes.sum())
    centres = random.normal(size=(40, 128))[np.arange(1_000) % 40] + 0.7 * random.normal(size=(1_000, 128))
    axes = random.normal(size=(1_000, 8, 128)).astype(np.float32)
    matrix = centres[group].astype(np.float32)
    for one in range(1_000):
        own = np.flatnonzero(group == one)
        matrix[own] += 0.4 * random.normal(size=(len(own), 8)).astype(np.float32) @ axes[one]
    matrix += 0.3 * random.normal(size=matrix.shape).astype(np.float32)
    return matrix / np.linalg.norm(matrix, axis=1)[:, None], group


def by_umap_learn(matrix: np.ndarray, graph: NeighbourGraph) -> np.ndarray:
    import umap

    own = np.arange(len(matrix), dtype=np.int32)[:, None]
    rows, distances = np.hstack([own, graph.rows]), np.hstack([np.zeros_like(own, np.float32), graph.distances])
    knn = (rows, distances, None)
    reference = umap.UMAP(n_neighbors=16, init="pca", random_state=42, metric="cosine", precomputed_knn=knn)
    return np.asarray(reference.fit_transform(matrix))


def by_us(matrix: np.ndarray, graph: NeighbourGraph) -> np.ndarray:
    return finish(layout(matrix, graph, MapParams())).xy


@pytest.fixture(scope="module", params=[10_000, 100_000])
def spread_out(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray, NeighbourGraph]:
    matrix, group = clusters(request.param)
    return matrix, group, finish(neighbour_graph(matrix, "cosine", 15))


def test_layout_from_the_same_neighbours(table, spread_out) -> None:
    matrix, group, graph = spread_out
    small = clusters(5_000)[0]
    small_graph = finish(neighbour_graph(small, "cosine", 15))
    seconds: dict[str, float] = {}
    name = f"{len(matrix):,}: "
    table.row(f"{name}recall of the neighbour graph", recall=graph_recall(matrix, graph))
    for maker, run in (("umap-learn", by_umap_learn), ("embexplorer", by_us)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of umap-learn, about the seed and the missing search index
            run(small, small_graph)  # compiles
            begun = time.process_time()
            xy = run(matrix, graph)
            seconds[maker] = time.process_time() - begun
        ratio = seconds["umap-learn"] / seconds[maker]
        table.row(f"{name}{maker}", cpu_s=seconds[maker], ratio=ratio, **quality(matrix, group, graph, xy))
    table.row(f"{name}main axes", **quality(matrix, group, graph, finish(pca_start(matrix))))


def quality(matrix: np.ndarray, group: np.ndarray, graph: NeighbourGraph, xy: np.ndarray) -> dict[str, float]:
    """trust, cont: at 15 neighbours. kept: the share of true neighbours that are neighbours on the map. labels: how
    often most of a point's ten neighbours on the map are of its group."""
    from scipy.spatial import cKDTree

    rows = np.sort(np.random.default_rng(1).choice(len(xy), min(_SAMPLE, len(xy)), replace=False))
    near = cKDTree(xy).query(xy[rows], graph.rows.shape[1] + 1)[1]
    kept = np.mean([len(np.intersect1d(one, true)) for one, true in zip(near, graph.rows[rows], strict=True)])
    faithful = faithfulness(matrix, xy)
    return {
        "trust": faithful.trustworthiness,
        "cont": faithful.continuity,
        "kept": float(kept) / graph.rows.shape[1],
        "labels": label_accuracy(near, rows, group),
    }


def label_accuracy(near: np.ndarray, rows: np.ndarray, group: np.ndarray) -> float:
    """near: the nearest rows on the map of each of these rows, itself perhaps among them."""
    hits = 0
    for row, found in zip(rows.tolist(), near, strict=True):
        votes = np.bincount(group[found[found != row][:_NEAR]])
        hits += int(votes.argmax() == group[row])
    return hits / len(rows)


def test_live(table, spread_out) -> None:
    """Seconds to the first picture and the first frame that moves, and the longest that a stop waits, without the
    neighbours; how many frames come in a second, and what they cost."""
    matrix, _, graph = spread_out
    finish(layout(clusters(5_000)[0], finish(neighbour_graph(clusters(5_000)[0], "cosine", 15)), MapParams()))
    quiet = -time.process_time()
    finish(layout(matrix, graph, MapParams(), frame_every_s=1e9))
    quiet += time.process_time()
    shown = -time.process_time()
    began = last = time.perf_counter()
    first, moving, gaps, frames = 0.0, 0.0, [], 0
    for step in layout(matrix, graph, MapParams()):
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
        if step.payload is not None:
            first = first or now - began
            moving = moving or (now - began if step.payload.stage in ("landmarks", "refine") else 0.0)
            frames += 1
    shown += time.process_time()
    table.row(
        f"{len(matrix):,}: live",
        first_picture_s=first,
        moving_s=moving,
        longest_wait_s=max(gaps),
        frames_a_second=frames / (last - began - moving),
        slower=f"{shown / quiet - 1:.0%}",
    )


def test_placing_a_thousand(table, spread_out) -> None:
    matrix, group, graph = spread_out
    whole = by_us(matrix, graph)
    new = np.arange(0, len(matrix), len(matrix) // 1_000)[:1_000]
    old_rows = np.setdiff1d(np.arange(len(matrix)), new)
    old_xy = by_us(matrix[old_rows], finish(neighbour_graph(matrix[old_rows], "cosine", 15)))
    begun = time.process_time()
    placed = finish(place(matrix[new], matrix[old_rows], old_xy, MapParams()))
    seconds = time.process_time() - begun
    order = np.argsort(np.concatenate([old_rows, new]))
    both = np.concatenate([old_xy, placed])[order]
    accuracy = {}
    for name, xy in (("full run", whole), ("placed", both)):
        near, _ = ExactSearch(xy, "l2")(xy[new], 16)
        accuracy[name] = label_accuracy(near, new, group)
    table.row(f"{len(matrix):,}: placing 1,000 without an index", cpu_s=seconds, labels=accuracy["placed"])
    table.row(f"{len(matrix):,}: the same 1,000 in a full run", labels=accuracy["full run"])


_BOTH = "import sys, numpy as np; matrix = np.load(sys.argv[1]);"
_WHOLE = {
    "umap-learn's defaults": "import umap; xy = umap.UMAP(metric='cosine').fit_transform(matrix)",
    "embexplorer": """from embexplorer.base.progress import finish
from embexplorer.projection.layout import layout
from embexplorer.projection.neighbours import neighbour_graph
from embexplorer.projection.params import MapParams
xy = finish(layout(matrix, finish(neighbour_graph(matrix, "cosine", 15)), MapParams())).xy""",
    "openTSNE": "from openTSNE import TSNE; xy = TSNE(metric='cosine', n_jobs=2).fit(matrix)",
    "PaCMAP": "from pacmap import PaCMAP; xy = PaCMAP(distance='angular').fit_transform(matrix)",
}
_NEEDS = {"openTSNE": "openTSNE", "PaCMAP": "pacmap"}


def test_end_to_end_in_a_fresh_process(table, tmp_path: Path) -> None:
    matrix, group = clusters(10_000)
    graph = finish(neighbour_graph(matrix, "cosine", 15))
    np.save(tmp_path / "vectors.npy", matrix)
    reference = 0.0
    for name, code in _WHOLE.items():
        if name in _NEEDS and not installed(_NEEDS[name]):
            table.row(f"10,000 in a fresh process: {name}", wall_s="not installed")
            continue
        seconds = in_a_process(code, tmp_path)
        reference = reference or seconds
        figures = quality(matrix, group, graph, np.load(tmp_path / "xy.npy"))
        table.row(f"10,000 in a fresh process: {name}", wall_s=seconds, ratio=reference / seconds, **figures)


def in_a_process(code: str, folder: Path) -> float:
    script = folder / "run.py"
    script.write_text(f"{_BOTH}\n{code}\nnp.save(sys.argv[2], np.asarray(xy))\n")
    begun = time.perf_counter()
    command = [sys.executable, "-W", "ignore", str(script), str(folder / "vectors.npy"), str(folder / "xy.npy")]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    return time.perf_counter() - begun


def installed(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True
