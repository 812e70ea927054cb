"""umap-learn is the reference: the same graph, the same curve, a map as good."""

import warnings

import numpy as np
import pytest

from embexplorer.projection.fuzzy import find_ab, fuzzy_union
from embexplorer.projection.layout import layout
from embexplorer.projection.params import MapParams
from embexplorer.projection.trust import faithfulness

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def umap_learn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own imports warn
        import umap
        import umap.umap_
    return umap


@pytest.fixture(scope="module")
def with_self(digits_graph) -> tuple[np.ndarray, np.ndarray]:
    own = np.arange(len(digits_graph.rows), dtype=np.int32)[:, None]
    return np.hstack([own, digits_graph.rows]), np.hstack([np.zeros_like(own, np.float32), digits_graph.distances])


def test_the_graph_is_umaps(umap_learn, run, digits, digits_graph, with_self) -> None:
    rows, distances = with_self
    reference, _, _ = umap_learn.umap_.fuzzy_simplicial_set(
        digits[0], 16, np.random.RandomState(0), "euclidean", knn_indices=rows, knn_dists=distances
    )
    assert abs(run(fuzzy_union(digits_graph))[0] - reference).max() < 1e-6


@pytest.mark.parametrize(("spread", "min_dist"), [(1.0, 0.1), (1.0, 0.0), (2.0, 0.5), (1.0, 0.99)])
def test_the_curve_is_umaps(umap_learn, spread, min_dist) -> None:
    assert find_ab(spread, min_dist) == pytest.approx(umap_learn.umap_.find_ab_params(spread, min_dist), rel=1e-3)


def test_the_map_is_as_good(umap_learn, run, digits, digits_graph, with_self) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the seed and the missing search index
        reference = umap_learn.UMAP(n_neighbors=16, init="pca", random_state=42, precomputed_knn=(*with_self, None))
        reference_xy = reference.fit_transform(digits[0])
    ours = faithfulness(digits[0], run(layout(digits[0], digits_graph, MapParams()))[0].xy)
    theirs = faithfulness(digits[0], reference_xy)
    assert ours.trustworthiness > theirs.trustworthiness - 0.015
    assert ours.continuity > theirs.continuity - 0.015
