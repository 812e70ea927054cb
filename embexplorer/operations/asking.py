"""The terms of a query from plain texts, image files and item ids, as the command line and Python give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, Term, TextTerm
from embexplorer.files.encodings import decoded

Text = str | tuple[str, float]
Image = str | PathLike[str] | tuple[str | PathLike[str], float]
Item = int | tuple[int, float]


_MOST_READ = 64_000  # bytes of a text file: many times what a model reads


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


def text_of_file(path: Path) -> str:
    """The beginning of a text file. Raises EmbexError where it cannot be read or holds no words."""
    try:
        with path.open("rb") as stream:
            text, _ = decoded(stream.read(_MOST_READ))
    except OSError as error:
        raise EmbexError(
            f"{path.name} could not be read: {error.strerror}.", "Look whether it is still there."
        ) from error
    if not text.strip() or any(letter < "\t" for letter in text):  # no text has such letters
        raise EmbexError(f"There are no words in {path.name}.", "Drop a text file or an image.")
    return text.strip()


def check_page(query: Query) -> None:
    """Raises EmbexError where the figures of a query are out of bounds."""
    if query.k < 0:
        raise EmbexError(f"The number of results cannot be {query.k}.", "Give 0 or more.")
    if query.offset is not None and query.offset < 0:
        raise EmbexError(f"A page cannot begin at place {query.offset}.", "Give 0 or more.")
    if not 0 <= query.lexical_weight <= 1:
        raise EmbexError(f"Words cannot count {query.lexical_weight:g}.", "Give a number from 0 to 1.")
    if not 0 <= query.diversity <= 1:
        raise EmbexError(f"The diversity cannot be {query.diversity:g}.", "Give a number from 0 to 1.")
