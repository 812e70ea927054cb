"""One vector out of the vectors of a text's tokens, for graphs that leave this to us."""

import numpy as np

from embexplorer.encoders.model import Pooling


def pool(tokens: np.ndarray, mask: np.ndarray, how: Pooling) -> np.ndarray:
    """float32 (n, dims) of tokens float (n, length, dims) where mask (n, length) is 1; every row has a token, and the
    padding stands at either end. "weighted": later tokens count for more, as in SGPT (Muennighoff, 2022)."""
    rows = np.arange(len(tokens))
    if how == "cls":
        return np.ascontiguousarray(tokens[rows, mask.argmax(axis=1)], np.float32)
    if how == "last":
        return np.ascontiguousarray(tokens[rows, mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)], np.float32)
    if how == "max":
        largest: np.ndarray = np.where(mask[:, :, None] > 0, tokens, -np.inf).max(axis=1).astype(np.float32)
        return largest
    share = mask * np.cumsum(mask, axis=1) if how == "weighted" else mask
    weights = share / share.sum(axis=1, keepdims=True)
    mean: np.ndarray = np.einsum("nld,nl->nd", tokens, weights).astype(np.float32)
    return mean
