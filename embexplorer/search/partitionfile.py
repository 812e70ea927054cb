"""A partitioned index on disk, with what was measured on it and the items that it is of. A cache: whatever is wrong
with the file, the index is built again."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embexplorer.base.arrayfile import read_arrays, write_arrays
from embexplorer.base.errors import EmbexError
from embexplorer.search.partitions import PartitionIndex
from embexplorer.search.recall import Measured, Recalls

_log = logging.getLogger(__name__)

_FORMAT = 1  # of what the codes mean: another number is another index
_ARRAYS = ("mean", "centres", "radii", "rotation", "starts", "order", "places", "codes", "factors", "steepness")
_NUMBERS = ("metric", "rows", "made_for", "reach")


@dataclass(frozen=True, eq=False)
class Kept:
    """ids: int64 (rows,), ascending, the items whose vectors are in the index."""

    ids: np.ndarray
    index: PartitionIndex
    recalls: Recalls


def write_partitions(path: Path, kept: Kept, space: str) -> None:
    """Write beside path, then replace. space: names the space, not its items. Raises EmbexError where it cannot."""
    header = {
        "format": _FORMAT,
        "space": space,
        "recalls": [measured.to_json() for measured in kept.recalls.measured],
        **{name: getattr(kept.index, name) for name in _NUMBERS},
    }
    arrays = {name: getattr(kept.index, name) for name in _ARRAYS}
    try:
        write_arrays(path, header, {"ids": kept.ids, **arrays})
    except OSError as error:
        raise EmbexError(
            f"The search index could not be saved in {path.parent}.",
            "Make room there or check that you may write to it; until then, searches scan every item.",
        ) from error


def read_partitions(path: Path, space: str) -> Kept | None:
    """What was written for this space; None where there is no file, or it is damaged, older, or of another space."""
    found = read_arrays(path)
    if found is None:
        return None
    header, arrays = found
    if header.get("format") != _FORMAT or header.get("space") != space:
        _log.info("search index %s is of another space or version", path)
        return None
    recalls = Recalls(tuple(Measured(**measured) for measured in header["recalls"]))
    values = {name: header[name] for name in _NUMBERS} | {name: arrays[name] for name in _ARRAYS}
    return Kept(arrays["ids"], PartitionIndex(**values), recalls)
