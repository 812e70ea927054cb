"""Values as SQL parameters."""

import json
from collections.abc import Iterable

import numpy as np


def id_list(ids: np.ndarray | Iterable[int]) -> str:
    """Ids as the JSON that SQL takes with json_each(?)."""
    return json.dumps(np.asarray(ids, np.int64).tolist())
