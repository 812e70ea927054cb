"""What the user searched for, as vectors of a space, so that a space is measured on what it is used for."""

from collections.abc import Sequence

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.query import TextTerm
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.searchspaces import QueryEncoders

FEWEST = 5  # with fewer, a mean over searches says little, and items stand in for them


def own_searches(space: SpaceInfo, texts: Sequence[str], device: str = "auto", threads: int = 0) -> np.ndarray:
    """float32 (m, dims): these texts as the space's model reads questions. None of them where they are fewer than
    FEWEST, or the space understands no texts here."""
    none = np.empty((0, space.dims), np.float32)
    asked = tuple(dict.fromkeys(text for text in texts if text.strip()))
    if len(asked) < FEWEST or not space.model:
        return none
    encoders = QueryEncoders(device, threads)
    try:
        read = encoders.of(space, TextTerm("")).encode_queries(asked)
    except EmbexError:  # pictures, or a model that is not installed
        return none
    finally:
        encoders.close()
    vectors: np.ndarray = read.vectors[read.ok]
    return vectors if vectors.shape[1] == space.dims else none
