"""The terms of a query from plain texts, image files and item ids, as the command line and Python give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike

from embexplorer.data.query import ImageTerm, ItemsTerm, Term, TextTerm

Text = str | tuple[str, float]
Image = str | PathLike[str] | tuple[str | PathLike[str], float]
Item = int | tuple[int, float]


@dataclass(frozen=True)
class Parts:
    """Each part alone, which counts once, or with the weight that it counts with, above 0. A text or an image may
    stand by itself, without a list around it."""

    texts: Text | Sequence[Text] = ()
    images: Image | Sequence[Image] = ()
    items: Sequence[Item] = ()


def terms_of(parts: Parts, *, sign: float = 1.0, aside: bool = False, apart: bool = False) -> list[Term]:
    """sign: -1.0 for less like. aside: their direction is taken out. apart: each item is a term of its own; else those
    of equal weight are one, their mean. Empty texts and paths are passed over."""
    terms: list[Term] = []
    terms += [TextTerm(text, sign * weight, aside=aside) for text, weight in _listed(parts.texts) if text]
    terms += [ImageTerm(path, sign * weight, aside=aside) for path, weight in _listed(parts.images) if path]
    items = [part if isinstance(part, tuple) else (int(part), 1.0) for part in parts.items]
    groups: list[tuple[tuple[int, ...], float]] = [((item,), weight) for item, weight in items]
    if not apart:
        weights = dict.fromkeys(weight for _, weight in items)
        groups = [(tuple(item for item, own in items if own == weight), weight) for weight in weights]
    terms += [ItemsTerm(ids, weight=sign * weight, aside=aside) for ids, weight in groups]
    return terms


def _listed(given: Text | Image | Sequence[Text] | Sequence[Image]) -> list[tuple[str, float]]:
    """One part or several, each as (text or path, weight)."""
    if isinstance(given, (str, PathLike)):
        return [(str(given), 1.0)]
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], (int, float)):
        return [(str(given[0]), float(given[1]))]
    return [pair for part in given for pair in _listed(part)]
