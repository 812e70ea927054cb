"""Data and a way to run generators for the map's tests."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from embexplorer.base.progress import finish
from embexplorer.projection.neighbours import NeighbourGraph, neighbour_graph


def _run(work: Generator[Any, None, Any]) -> tuple[Any, list[Any]]:
    steps: list[Any] = []
    return finish(work, steps.append), steps


@pytest.fixture(scope="session")
def run() -> Callable[[Generator[Any, None, Any]], tuple[Any, list[Any]]]:
    """Runs a generator to its end: (value, steps)."""
    return _run


@pytest.fixture(scope="session")
def digits() -> tuple[np.ndarray, np.ndarray]:
    vectors, labels = load_digits(return_X_y=True)
    return vectors.astype(np.float32), labels


@pytest.fixture(scope="session")
def digits_graph(digits) -> NeighbourGraph:
    return _run(neighbour_graph(digits[0], "l2", 15))[0]
