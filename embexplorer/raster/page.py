"""The map as a web page: one file that any browser opens, without a network, a server or a second file.

The drawing itself is resources/page/. Whatever the items say reaches the page as escaped JSON or escaped text, and
the page's own policy lets no other script run and nothing be loaded.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from embexplorer.base.paths import resources
from embexplorer.base.wording import count, excerpt
from embexplorer.raster.colours import ColourScale, Legend

MOST_TEXTS: Final = 200_000  # with more items the texts would make a file that browsers open only slowly
_TEXT_LENGTH, _TITLE_LENGTH = 160, 100
_SCRIPTS = ("points.js", "page.js", "controls.js")  # one module in the page, in this order

# "<" could end the script element that holds the JSON, the last two end lines in old JavaScript
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def write_page(
    path: Path, xy: np.ndarray, scale: ColourScale, titles: Sequence[str | None], texts: Sequence[str | None], *,
    title: str, colour_name: str = "", dark: bool = False,
) -> None:  # fmt: skip
    """Write the map of n items as one HTML file; where the file exists, it is replaced.

    xy: float32 (n, 2); an item with a NaN or infinite coordinate is left out. scale: n keys. titles, texts: n each,
    cut to an excerpt; above MOST_TEXTS items the texts are left out, and the page says so. colour_name: what the
    legend is headed with. dark: how the page opens; its reader can change it. Raises OSError.
    """
    mapped = np.isfinite(xy).all(axis=1)
    rows = np.flatnonzero(mapped).tolist()
    data = {
        "xy": _packed(xy[mapped], "<f4"),
        "keys": _packed(scale.keys[mapped], "u1"),
        "light": _packed(scale.light, "u1"),
        "dark": _packed(scale.dark, "u1"),
        "titles": [excerpt(titles[row] or "", _TITLE_LENGTH) for row in rows],
        "texts": _excerpts(titles, texts, rows) if len(rows) <= MOST_TEXTS else [],
        "legend": _legend(scale.legend, colour_name, set(scale.keys[mapped].tolist())),
        "note": _note(len(rows), len(mapped)),
    }
    page = _filled(title=html.escape(title), theme="dark" if dark else "light", data=_json(data))
    path.write_bytes(page.encode("utf-8", "replace"))  # half a surrogate pair has no place in a file


def _excerpts(titles: Sequence[str | None], texts: Sequence[str | None], rows: list[int]) -> list[str]:
    """Empty where the text says no more than the title."""
    cut = (excerpt(texts[row] or "", _TEXT_LENGTH) for row in rows)
    return ["" if text == (titles[row] or "") else text for row, text in zip(rows, cut, strict=True)]


def _packed(array: np.ndarray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype).tobytes()).decode("ascii")


def _legend(legend: Legend, name: str, keys: set[int]) -> dict[str, Any]:
    """keys: those that are on the map. An entry is "named" when it stands for one category."""
    entries = [e for e in legend.entries if e.key in keys]
    return {
        "name": name,
        "entries": [{"label": e.label, "key": e.key, "named": e.value is not None} for e in entries],
        "range": legend.range.ticks if legend.range else None,
        "beyond": legend.range is not None and (legend.range.cut_low or legend.range.cut_high),
    }


def _note(shown: int, total: int) -> str:
    notes = []
    if total > shown:
        missing = total - shown
        notes.append(f"{count(missing, 'item')} {'has' if missing == 1 else 'have'} no place on the map.")
    if shown > MOST_TEXTS:
        notes.append(f"With more than {count(MOST_TEXTS, 'item')}, this page holds their titles without their texts.")
    return " ".join(notes)


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
