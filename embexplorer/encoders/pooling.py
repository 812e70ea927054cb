"""One vector out of the vectors of a text's tokens, for graphs that leave this to us."""

import numpy as np

from embexplorer.encoders.manifest import Pooling


def pool(tokens: np.ndarray, mask: np.ndarray, how: Pooling) -> np.ndarray:
    """float32 (n, dims) of tokens float (n, length, dims) where mask (n, length) is 1; every row has a token."""
    if how == "cls":
        return np.ascontiguousarray(tokens[:, 0], np.float32)
    if how == "last":
        return np.ascontiguousarray(tokens[np.arange(len(tokens)), mask.sum(axis=1) - 1], np.float32)
    weights = mask / mask.sum(axis=1, keepdims=True)
    mean: np.ndarray = np.einsum("nld,nl->nd", tokens, weights).astype(np.float32)
    return mean
