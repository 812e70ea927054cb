"""A query without some directions: what is set aside neither draws items nearer nor drives them away."""

from collections.abc import Sequence

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import Metric

_NOTHING = 1e-5  # of a length; less is left over by rounding alone
_SAME = 1e-4  # of a direction's length that lies outside the earlier ones; less adds noise and no new direction


def taken_out(
    query: np.ndarray, aside: Sequence[np.ndarray], metric: Metric, centre: np.ndarray | None = None
) -> np.ndarray:
    """The query (d,) without its part in the span of the aside vectors, each (d,); float32 (d,).

    With an orthonormal basis B of that span (Gram-Schmidt, twice), q - B'B q: the projection onto the complement, as
    DECOR does with the vectors of undesired tokens (Jang et al., "DECOR: Decomposition and Projection of Text
    Embeddings for Text-to-Image Customization", 2024). Against "less like", which goes past the neutral place to the
    far side, this stays at it: in the direction of an aside term the query has no opinion.
    - "cosine": the result has length 1. "ip": its own length, which is never longer than the query's.
    - "l2": points have no direction of their own, so that everything is seen from the centre (d,), the mean of the
      space: centre + (q - c) - B'B (q - c), with B of the differences of the aside vectors from it.

    Raises EmbexError where nothing of the query is left, or, for "l2", an aside vector is the centre itself.
    """
    origin = np.zeros(len(query)) if metric != "l2" or centre is None else np.asarray(centre, np.float64)
    wanted = np.asarray(query, np.float64).reshape(-1) - origin
    basis = _orthonormal([np.asarray(vector, np.float64).reshape(-1) - origin for vector in aside])
    left = wanted - basis.T @ (basis @ wanted)
    left -= basis.T @ (basis @ left)  # once more, for what rounding left
    length = float(np.linalg.norm(left))
    if length <= _NOTHING * float(np.linalg.norm(wanted)):
        raise EmbexError(
            "What is set aside is all that there is to another part of the query, so nothing is left of that.",
            "Take away one of the parts that are set aside.",
        )
    result: np.ndarray = left / length if metric == "cosine" else left + origin
    return result.astype(np.float32)


def _orthonormal(vectors: Sequence[np.ndarray]) -> np.ndarray:
    """float64 (r, d): rows of length 1 that span what the vectors span; those that add nothing are passed over."""
    basis = np.empty((0, len(vectors[0]) if vectors else 0))
    for vector in vectors:
        length = float(np.linalg.norm(vector))
        if length == 0:
            raise EmbexError(
                "A part that is set aside has no direction here.", "Set another part aside, or take it away."
            )
        rest = vector / length
        for _ in range(2):  # "twice is enough" (Kahan, in Parlett 1980): the second pass mends the first's rounding
            rest = rest - basis.T @ (basis @ rest)
        size = float(np.linalg.norm(rest))
        if size > _SAME:
            basis = np.vstack([basis, rest / size])
    return basis
