"""Tree to mask: each condition is evaluated over the columns in memory, packed to a bit a row, and joined as bits.

Conditions that polars answers are evaluated several at a time (on all cores); only `and`, `or` and `not` are joined
here, so that a filter of thousands of conditions is no deeper for polars than one. What a MaskCache knows is not
evaluated again: a filter of known conditions costs the joining, 0.01 ms a condition over a million items.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType, field_type
from embexplorer.filters.check import check
from embexplorer.filters.conditions import (
    TAGS,
    category_mask,
    expression_of,
    frame_column,
    matching_mask,
    numeric_mask,
)
from embexplorer.filters.maskcache import MaskCache
from embexplorer.filters.tree import (
    And,
    Contains,
    Everything,
    Filter,
    FilterError,
    Leaf,
    Matches,
    Not,
    OnColumn,
    Or,
    Selected,
    Similar,
    StartsWith,
    Tagged,
    leaves,
)

_AT_ONCE = 16  # conditions whose masks are held a byte a row: 16 MB over a million items
_ROUNDING = 1e-6  # an item is similar to itself by 1, and its score says 0.99999994
_Schema = Mapping[str, FieldType]


@dataclass(frozen=True, eq=False)
class Likeness:
    """How like something the rows of a frame are. scores: float32 (n,), larger is nearer, NaN for a row that cannot be
    compared. likely: tells the score from which on a row is likely related; asked only where the filter names none, and
    may raise EmbexError."""

    scores: np.ndarray
    likely: Callable[[], float]


@dataclass(frozen=True, eq=False)
class MaskContext:
    """What a filter may speak of besides columns. selected: bool (n,), None for nothing selected.

    likeness: how like an item (its number) or a text the rows are; None where nothing can be compared. May raise
    EmbexError. version: of what likeness compares, the same as long as its answers are.
    cache: of the frame's masks; None to evaluate everything.
    """

    selected: np.ndarray | None = None
    likeness: Callable[[int | str], Likeness] | None = None
    version: Hashable = None
    cache: MaskCache = field(default_factory=MaskCache)


def mask(tree: Filter, frame: pl.DataFrame, context: MaskContext | None = None) -> np.ndarray:
    """bool (n,), a new array: the rows of the frame that the filter keeps.

    frame: one column per field and computed column in the types of POLARS_TYPES, and the built-ins that there are
    (tree.BUILT_INS). Raises FilterError where the filter does not fit the frame, and EmbexError where what it is to
    be similar to cannot be compared.
    """
    schema = {name: field_type(dtype) for name, dtype in frame.schema.items()}
    check(tree, schema)
    bits = _Evaluation(frame, schema, context or MaskContext()).bits(tree)
    return np.unpackbits(bits, count=frame.height).view(np.bool_)


class _Evaluation:
    """One tree over one frame."""

    def __init__(self, frame: pl.DataFrame, schema: _Schema, context: MaskContext) -> None:
        self._frame = frame
        self._schema = schema
        self._context = context

    def bits(self, tree: Filter) -> np.ndarray:
        """uint8, a bit a row; what stands behind the last row has no meaning."""
        return _joined(tree, self._leaf_bits(tree))

    def _leaf_bits(self, tree: Filter) -> dict[Leaf, np.ndarray]:
        found: dict[Leaf, np.ndarray] = {}
        wanted: dict[Leaf, Hashable] = {}
        for leaf in dict.fromkeys(leaves(tree)):
            key = self._key(leaf)
            known = None if key is None else self._context.cache.known(self._frame, key)
            if known is None:
                wanted[leaf] = key
            else:
                found[leaf] = known
        for leaf, rows in self._evaluated(list(wanted)):
            found[leaf] = packed = np.packbits(rows)
            if wanted[leaf] is not None:
                self._context.cache.keep(self._frame, wanted[leaf], packed)
        return found

    def _key(self, leaf: Leaf) -> Hashable:
        """What a mask is kept under: the same for “tags” and “@tags”. None for what is not kept."""
        if isinstance(leaf, Everything | Selected):
            return None
        if isinstance(leaf, OnColumn):
            return replace(leaf, name=frame_column(leaf, self._schema))
        return (leaf, self._context.version) if isinstance(leaf, Similar) else leaf

    def _evaluated(self, conditions: list[Leaf]) -> Iterator[tuple[Leaf, np.ndarray]]:
        """Each condition with its bool (n,)."""
        by_polars: list[OnColumn | Tagged] = []
        for leaf in conditions:
            rows = self._directly(leaf)
            if rows is not None:
                yield leaf, rows
            else:
                assert isinstance(leaf, OnColumn | Tagged), f"{leaf!r} is evaluated here"
                by_polars.append(leaf)
        for start in range(0, len(by_polars), _AT_ONCE):
            some = by_polars[start : start + _AT_ONCE]
            expressions = {
                str(number): expression_of(leaf, self._frame, self._schema).fill_null(False)
                for number, leaf in enumerate(some)
            }
            columns = self._frame.select(**expressions)
            yield from ((leaf, columns[str(number)].to_numpy()) for number, leaf in enumerate(some))

    def _directly(self, leaf: Leaf) -> np.ndarray | None:
        """bool (n,) for what polars is not asked, None for the rest."""
        rows = self._frame.height
        if isinstance(leaf, Everything):
            return np.ones(rows, np.bool_)
        if isinstance(leaf, Selected):
            return np.zeros(rows, np.bool_) if self._context.selected is None else self._context.selected
        if isinstance(leaf, Similar):
            return self._similar(leaf)
        if isinstance(leaf, Tagged):
            return None if TAGS in self._schema else np.zeros(rows, np.bool_)
        if isinstance(leaf, Contains | StartsWith | Matches):
            return self._worded(leaf)
        return numeric_mask(leaf, self._frame, self._schema)

    def _worded(self, leaf: Contains | StartsWith | Matches) -> np.ndarray | None:
        name = frame_column(leaf, self._schema)
        series = self._frame.get_column(name).alias("words")
        if isinstance(series.dtype, pl.Categorical | pl.Enum):
            return category_mask(leaf, series, self._context.cache.distinct(self._frame, name))
        return matching_mask(leaf, series) if isinstance(leaf, Matches) else None

    def _similar(self, leaf: Similar) -> np.ndarray:
        if self._context.likeness is None:
            raise FilterError("There is nothing here to compare items by.", "Embed the items first.")
        likeness = self._context.likeness(leaf.reference)
        least = likeness.likely() if leaf.at_least is None else leaf.at_least
        reached: np.ndarray = likeness.scores >= least - _ROUNDING * max(1.0, abs(least))
        return reached


def _joined(tree: Filter, bits: Mapping[Leaf, np.ndarray]) -> np.ndarray:
    if isinstance(tree, Not):
        turned: np.ndarray = np.bitwise_not(_joined(tree.part, bits))
        return turned
    if isinstance(tree, And | Or):
        join = np.bitwise_and if isinstance(tree, And) else np.bitwise_or
        joined = np.array(_joined(tree.parts[0], bits)) if len(tree.parts) > 1 else _joined(tree.parts[0], bits)
        for part in tree.parts[1:]:
            join(joined, _joined(part, bits), out=joined)
        return joined
    return bits[tree]
