"""Several vectors with weights to the one vector that is searched."""

from collections.abc import Sequence

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import Metric

_CANCELLED = 1e-5  # of what went in; less is left over by rounding alone


def compose(parts: Sequence[tuple[np.ndarray, float]], metric: Metric) -> np.ndarray:
    """The query vector of parts (vector (d,), weight); weights below 0 push away. float32 (d,).

    With W and M the sum of weights and the weighted mean, over the pulling (+) and the pushing (-) parts:
    - "cosine": every part to length 1, then W+ M+ - W- M-, to length 1 (Rocchio's query, 1971, on directions).
    - "ip": (W+ M+ - W- M-) / (W+ + W-): the same direction, on the scale of the parts.
    - "l2": M+ + (W- / W+) (M+ - M-): from where the pulling parts are, away from the pushing ones. The coefficients
      sum to 1, so that moving the whole space moves the query with it.

    Raises EmbexError where the parts leave nothing to search for: none, all zero, or contradicting each other.
    """
    used = [(np.asarray(vector, np.float64).reshape(-1), float(weight)) for vector, weight in parts if weight != 0]
    if not used:
        raise EmbexError("The query has no part that counts.", "Add a text or an item, or give one a weight.")
    if len({len(vector) for vector, _ in used}) > 1:
        raise EmbexError("The parts of the query come from different spaces.", "Use parts of one space.")
    if not all(np.isfinite(vector).all() and np.isfinite(weight) for vector, weight in used):
        raise EmbexError("A part of the query is not a usable vector: it holds values that are not numbers.")
    if metric == "l2":
        return _between_points(used)
    return _direction(used, unit=metric == "cosine")


def mean_vector(rows: np.ndarray) -> np.ndarray:
    """The mean of the rows of (m, d), m >= 1, summed in float64; float32 (d,)."""
    mean: np.ndarray = np.asarray(rows).mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _direction(parts: list[tuple[np.ndarray, float]], unit: bool) -> np.ndarray:
    if unit:
        parts = [(vector / (np.linalg.norm(vector) or 1.0), weight) for vector, weight in parts]
    total = np.sum([weight * vector for vector, weight in parts], axis=0)
    went_in = sum(abs(weight) * float(np.linalg.norm(vector)) for vector, weight in parts)
    length = float(np.linalg.norm(total))
    if length <= _CANCELLED * went_in:
        raise _nothing_left()
    result: np.ndarray = total / (length if unit else sum(abs(weight) for _, weight in parts))
    return result.astype(np.float32)


def _between_points(parts: list[tuple[np.ndarray, float]]) -> np.ndarray:
    pull = [(vector, weight) for vector, weight in parts if weight > 0]
    push = [(vector, -weight) for vector, weight in parts if weight < 0]
    if not pull:
        raise EmbexError("The query only says what to avoid.", "Add a text or an item that results should be like.")
    near = _weighted_mean(pull)
    if push:
        far = _weighted_mean(push)
        apart = float(np.linalg.norm(near - far))
        if apart <= _CANCELLED * float(np.linalg.norm(near) + np.linalg.norm(far)):
            raise _nothing_left()
        near = near + sum(w for _, w in push) / sum(w for _, w in pull) * (near - far)
    return near.astype(np.float32)


def _weighted_mean(parts: list[tuple[np.ndarray, float]]) -> np.ndarray:
    mean: np.ndarray = np.average([vector for vector, _ in parts], axis=0, weights=[weight for _, weight in parts])
    return mean


def _nothing_left() -> EmbexError:
    return EmbexError(
        "The parts of the query cancel each other out, so there is nothing left to search for.",
        "Change a weight or take a part away.",
    )
