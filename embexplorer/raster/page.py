"""The map as a web page: one file that any browser opens, without a network, a server or a second file.

The drawing itself is resources/page/. Whatever the items say reaches the page as escaped JSON or escaped text, and
the page's own policy lets no other script run and nothing be loaded.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from embexplorer.base.paths import resources
from embexplorer.base.wording import count, excerpt
from embexplorer.data.labels import MapLabels
from embexplorer.data.picture import MapPicture
from embexplorer.raster.colours import Legend
from embexplorer.raster.contents import MapContents
from embexplorer.raster.look import DIMMED, SELECTED

MOST_TEXTS: Final = 200_000  # with more items the texts would make a file that browsers open only slowly
_MOST_VALUES = 60_000_000  # characters of fields; what comes beyond is left out
_TEXT_LENGTH, _TITLE_LENGTH, _VALUE_LENGTH = 160, 100, 60
_MOST_WORDS = 65_535  # different values of a field that is written as numbers into a list
_SCRIPTS = ("points.js", "page.js", "labels.js", "controls.js")  # one module in the page, in this order

# "<" could end the script element that holds the JSON, the last two end lines in old JavaScript
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


@dataclass(frozen=True, eq=False)
class PageField:
    """A line of the card. values: one for each item, None where it has none."""

    name: str
    values: Sequence[str | None]


@dataclass(frozen=True, eq=False)
class PageItems:
    """What the page tells of the n items. titles, texts: n each. pictures: JPEG files by row. notes: what the reader
    should know, such as what was left out."""

    titles: Sequence[str | None]
    texts: Sequence[str | None]
    fields: tuple[PageField, ...] = ()
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def write_page(path: Path, contents: MapContents, items: PageItems, picture: MapPicture) -> None:
    """Write the map of n items as one HTML file; where the file exists, it is replaced.

    Items without a place and hidden ones are left out. Titles and texts are cut to an excerpt; above MOST_TEXTS items
    the texts and fields are left out, and the page says so. Of the picture only title, labels, legend, only_strong and
    dark count; without dark the page opens as its reader's system is. Raises OSError.
    """
    contents = contents.only_strong() if picture.only_strong else contents
    shown = contents.has_place()
    rows, scale = np.flatnonzero(shown).tolist(), contents.scale
    few = len(rows) <= MOST_TEXTS
    fields, dropped = _fields(items.fields, rows) if few else ([], 0)
    data = {
        "xy": _packed(contents.xy[shown], "<f4"),
        "keys": _packed(scale.keys[shown], "u1"),
        "states": _states(contents.state[shown]),
        "light": _packed(scale.light, "u1"),
        "dark": _packed(scale.dark, "u1"),
        "titles": [excerpt(items.titles[row] or "", _TITLE_LENGTH) for row in rows],
        "texts": _excerpts(items.titles, items.texts, rows) if few else [],
        "fields": fields,
        "pictures": _pictures(items.pictures, rows),
        "labels": _labels(contents.labels) if picture.labels else [],
        "legend": _legend(scale.legend if picture.legend else Legend(), contents.colour_name, scale.keys[shown]),
        "note": " ".join([*_notes(len(rows), contents, dropped), *items.notes]),
    }
    title = (picture.title or "").strip() or "Map"
    page = _filled(title=html.escape(title), theme="dark" if picture.dark else "auto", data=_json(data))
    path.write_bytes(page.encode("utf-8", "replace"))  # half a surrogate pair has no place in a file


def _excerpts(titles: Sequence[str | None], texts: Sequence[str | None], rows: list[int]) -> list[str]:
    """Empty where the text says no more than the title."""
    cut = (excerpt(texts[row] or "", _TEXT_LENGTH) for row in rows)
    return ["" if text == (titles[row] or "") else text for row, text in zip(rows, cut, strict=True)]


def _fields(fields: tuple[PageField, ...], rows: list[int]) -> tuple[list[dict[str, Any]], int]:
    """Each value once and a number for each item, or the values themselves; and how many fields were too much."""
    made: list[dict[str, Any]] = []
    used = 0
    for number, line in enumerate(fields):
        values = [excerpt(line.values[row] or "", _VALUE_LENGTH) for row in rows]
        words = list(dict.fromkeys(values))
        used += sum(map(len, words))
        if used > _MOST_VALUES:
            return made, len(fields) - number
        if len(words) <= min(_MOST_WORDS, len(rows) // 2):
            places = {word: at for at, word in enumerate(words)}
            packed = _packed(np.fromiter((places[value] for value in values), np.uint16, len(values)), "<u2")
            made.append({"name": line.name, "words": words, "at": packed})
        else:
            made.append({"name": line.name, "words": values, "at": ""})
    return made, 0


def _states(states: np.ndarray) -> str:
    """ "" where nothing stands out, which is most pages."""
    return _packed(states, "u1") if np.isin(states, (DIMMED, SELECTED)).any() else ""


def _pictures(pictures: Mapping[int, bytes], rows: list[int]) -> dict[str, str]:
    """By the item's number on the page."""
    return {str(at): base64.b64encode(pictures[row]).decode("ascii") for at, row in enumerate(rows) if row in pictures}


def _labels(labels: MapLabels) -> list[list[Any]]:
    """[text, x, y, weight, from zoom, to zoom], the most important first; null where there is no end."""
    order = np.argsort(-labels.weights, kind="stable").tolist()
    return [
        [
            excerpt(labels.texts[at], _VALUE_LENGTH), *labels.xy[at].tolist(), float(labels.weights[at]),
            *(float(end) if np.isfinite(end) else None for end in labels.scales[at]),
        ]
        for at in order
    ]  # fmt: skip


def _packed(array: np.ndarray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype).tobytes()).decode("ascii")


def _legend(legend: Legend, name: str, keys: np.ndarray) -> dict[str, Any]:
    """keys: of what is on the map. An entry is "named" when it stands for one category."""
    there = set(np.unique(keys).tolist())
    return {
        "name": name,
        "entries": [
            {"label": e.label, "key": e.key, "named": e.value is not None} for e in legend.entries if e.key in there
        ],
        "range": legend.range.ticks if legend.range else None,
        "beyond": legend.range is not None and (legend.range.cut_low or legend.range.cut_high),
    }


def _notes(shown: int, contents: MapContents, dropped: int) -> list[str]:
    notes = []
    placed = int(np.isfinite(contents.xy).all(axis=1).sum())
    if missing := len(contents.xy) - placed:
        notes.append(f"{count(missing, 'item')} {'has' if missing == 1 else 'have'} no place on the map.")
    if hidden := placed - shown:
        notes.append(f"{count(hidden, 'item')} {'was' if hidden == 1 else 'were'} left out by a filter.")
    if shown > MOST_TEXTS:
        notes.append(f"With more than {count(MOST_TEXTS, 'item')}, this page holds their titles without their texts.")
    if dropped:
        notes.append(f"{count(dropped, 'field')} of the items would have made this page too large.")
    return notes


def _json(data: dict[str, Any]) -> str:
    """JSON that is also harmless inside an HTML element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _filled(**values: str) -> str:
    """The template with its style, its scripts and these values in place."""
    style = _read("page.css")
    script = "".join(_read(name) for name in _SCRIPTS)
    parts = {"style": style, "script": script, "style_hash": _digest(style), "script_hash": _digest(script)} | values
    # one pass, so that braces in a value are never taken for a place to fill
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _read("template.html"))


def _read(name: str) -> str:
    return (resources() / "page" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
