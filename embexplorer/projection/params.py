"""What a person can choose about a map; forms are drawn from the fields' metadata."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Method = Literal["umap", "axes", "columns"]

# Epochs that reach the quality of umap-learn's defaults with a landmark start; below 4,000 points there is none.
_SMALL, _MIDDLE = 4_000, 30_000


def _shown(default: Any, label: str, text: str, minimum: float, maximum: float, step: float) -> Any:
    metadata = {"label": label, "help": text, "minimum": minimum, "maximum": maximum, "step": step}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class MapParams:
    """How a map is laid out. The metric is the space's and the map has two dimensions.

    method: "umap", by what is near what; "axes", along the two directions in which the vectors differ most; "columns",
    by the items' own numbers in x_column and y_column.
    """

    neighbors: int = _shown(15, "Neighbours", "How many nearest items pull at each item.", 2, 200, 1)
    min_dist: float = _shown(0.1, "Minimum distance", "How close similar items may lie.", 0.0, 0.99, 0.01)
    spread: float = _shown(1.0, "Spread", "How far apart the groups are drawn.", 0.1, 5.0, 0.1)
    repulsion: float = _shown(1.0, "Repulsion", "How strongly unrelated items push apart.", 0.0, 5.0, 0.1)
    negatives: int = _shown(5, "Negative samples", "How many unrelated items push for every pull.", 1, 20, 1)
    epochs: int = _shown(0, "Epochs", "How long the map is refined; 0 chooses by size.", 0, 2_000, 50)
    seed: int = _shown(42, "Seed", "The same number gives the same map again.", 0, 2**31 - 1, 1)
    method: Method = field(default="umap", metadata={"shown": False})
    x_column: str = field(default="", metadata={"shown": False})
    y_column: str = field(default="", metadata={"shown": False})

    def epochs_for(self, count: int) -> int:
        """The epochs for a map of count points."""
        if self.epochs:
            return self.epochs
        if count < _SMALL:
            return 500
        return 200 if count <= _MIDDLE else 100

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "MapParams":
        """The parameters that were kept as JSON values; keys that are not known are left out."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in kept.items() if key in known})
