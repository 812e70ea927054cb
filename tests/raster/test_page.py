"""The exported page, read back as a browser reads it: its elements, its policy, the data that it holds."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embexplorer.data.items import FieldType
from embexplorer.raster.colours import ColourScale, plain_scale, scale_for
from embexplorer.raster.page import MOST_TEXTS, write_page

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>'\"`${x}{{script}}&amp;\\u003c\u2028\u2029\x00",
    "</title></textarea></style><svg onload=alert(1)>",
]


class Page(HTMLParser):
    """tags: every opening tag with its attributes. inside: the texts by (tag, id)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[tuple[str, str | None], str] = {}
        self.place: tuple[str, str | None] = ("", None)
        self.feed(path.read_bytes().decode("utf-8"))
        self.close()
        self.data: dict[str, Any] = json.loads(self.inside["script", "data"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.place = tag, dict(attrs).get("id")

    def handle_endtag(self, tag: str) -> None:
        self.place = "", None

    def handle_data(self, data: str) -> None:
        self.inside[self.place] = self.inside.get(self.place, "") + data

    def array(self, name: str, dtype: str) -> np.ndarray:
        return np.frombuffer(base64.b64decode(self.data[name]), dtype)


def page_of(
    path: Path, xy: np.ndarray, scale: ColourScale, titles: list[Any], texts: list[Any], **more: Any
) -> Page:  # fmt: skip
    write_page(path, xy, scale, titles, texts, **({"title": "A map"} | more))
    return Page(path)


@pytest.fixture
def points() -> tuple[np.ndarray, ColourScale, list[str], list[str]]:
    rng = np.random.default_rng(3)
    names = pl.Series([f"group {k}" for k in rng.integers(0, 5, 300)])
    xy = rng.normal(size=(300, 2)).astype(np.float32)
    scale = scale_for(names, FieldType.CATEGORY)
    return xy, scale, [f"title {i}" for i in range(300)], [f"text {i}" for i in range(300)]


def test_the_data_come_back_as_they_were(tmp_path: Path, points: tuple[Any, ...]) -> None:
    xy, scale, titles, texts = points
    page = page_of(tmp_path / "map.html", *points, colour_name="group")
    assert np.array_equal(page.array("xy", "<f4").reshape(-1, 2), xy)
    assert np.array_equal(page.array("keys", "u1"), scale.keys)
    assert np.array_equal(page.array("light", "u1").reshape(-1, 3), scale.light)
    assert np.array_equal(page.array("dark", "u1").reshape(-1, 3), scale.dark)
    assert (page.data["titles"], page.data["texts"]) == (titles, texts)
    legend = page.data["legend"]
    assert [(e["label"], e["key"]) for e in legend["entries"]] == [(e.label, e.key) for e in scale.legend.entries]
    assert (legend["name"], legend["range"], page.data["note"]) == ("group", None, "")
    assert page.inside["h1", None] == page.inside["title", None] == "A map"


def test_items_without_a_place_are_left_out_of_everything(tmp_path: Path, points: tuple[Any, ...]) -> None:
    xy, scale, titles, texts = points
    xy = xy.copy()
    xy[0], xy[5, 1], xy[7, 0] = np.nan, np.nan, np.inf
    gone = [0, 5, 7]
    page = page_of(tmp_path / "map.html", xy, scale, titles, texts)
    assert np.array_equal(page.array("xy", "<f4").reshape(-1, 2), np.delete(xy, gone, axis=0))
    assert np.array_equal(page.array("keys", "u1"), np.delete(scale.keys, gone))
    assert page.data["titles"] == [t for i, t in enumerate(titles) if i not in gone]
    assert page.data["texts"] == [t for i, t in enumerate(texts) if i not in gone]
    assert page.data["note"] == "3 items have no place on the map."


def test_the_legend_names_only_what_is_on_the_map(tmp_path: Path) -> None:
    scale = scale_for(pl.Series(["a", "a", "b", None]), FieldType.CATEGORY)
    xy = np.array([[0, 0], [1, 1], [np.nan, 0], [np.nan, 0]], np.float32)
    page = page_of(tmp_path / "map.html", xy, scale, [""] * 4, [""] * 4)
    assert page.data["legend"]["entries"] == [{"label": "a", "key": 1, "named": True}]


def test_only_single_categories_are_named_on_the_card(tmp_path: Path) -> None:
    scale = scale_for(pl.Series([*(f"c{k}" for k in range(30)), None]), FieldType.CATEGORY)
    page = page_of(tmp_path / "map.html", np.zeros((31, 2), np.float32), scale, [""] * 31, [""] * 31)
    assert [e["label"] for e in page.data["legend"]["entries"] if not e["named"]] == ["10 others", "missing"]


def test_numbers_bring_their_ticks_and_say_what_lies_beyond(tmp_path: Path) -> None:
    values = np.concatenate([np.linspace(0, 10, 999), [1e6]])
    scale = scale_for(values, FieldType.NUMBER)
    page = page_of(tmp_path / "map.html", np.zeros((1000, 2), np.float32), scale, [""] * 1000, [""] * 1000)
    assert scale.legend.range is not None
    assert page.data["legend"]["range"] == [list(tick) for tick in scale.legend.range.ticks]
    assert page.data["legend"]["beyond"] is True
    assert page.array("dark", "u1").size == 256 * 3


def test_no_points_make_a_page_too(tmp_path: Path) -> None:
    page = page_of(tmp_path / "map.html", np.zeros((0, 2), np.float32), plain_scale(0), [], [])
    assert page.data["xy"] == page.data["keys"] == ""
    assert page.data["titles"] == page.data["texts"] == page.data["legend"]["entries"] == []


@pytest.mark.parametrize(("dark", "theme"), [(False, "light"), (True, "dark")])
def test_the_page_opens_in_the_wanted_theme(tmp_path: Path, points: tuple[Any, ...], dark: bool, theme: str) -> None:
    page = page_of(tmp_path / "map.html", *points, dark=dark)
    assert page.tags[0] == ("html", {"lang": "en", "data-theme": theme})


def test_texts_are_cut_and_not_repeated(tmp_path: Path) -> None:
    titles, texts = ["long", "same", None, "t" * 500], ["word " * 100, "same", None, "two\n  lines"]
    page = page_of(tmp_path / "map.html", np.zeros((4, 2), np.float32), plain_scale(4), titles, texts)
    first, *rest = page.data["texts"]
    assert 100 < len(first) <= 161
    assert first.endswith("…")
    assert rest == ["", "", "two lines"]
    assert page.data["titles"][2] == ""
    assert len(page.data["titles"][3]) <= 101


def test_a_very_large_map_leaves_its_texts_out_and_says_so(tmp_path: Path) -> None:
    n = MOST_TEXTS + 1
    xy = np.zeros((n, 2), np.float32)
    page = page_of(tmp_path / "map.html", xy, plain_scale(n), ["a"] * n, ["never shown"] * n)
    assert page.data["texts"] == []
    assert len(page.data["titles"]) == n
    assert page.data["note"] == "With more than 200,000 items, this page holds their titles without their texts."


def test_hostile_content_is_only_text(tmp_path: Path) -> None:
    n, moved = len(HOSTILE), HOSTILE[1:] + HOSTILE[:1]
    xy = np.zeros((n, 2), np.float32)
    tame = page_of(tmp_path / "tame.html", xy, plain_scale(n), ["a"] * n, ["b"] * n)
    scale = scale_for(pl.Series(HOSTILE), FieldType.CATEGORY)
    for words in HOSTILE:
        path = tmp_path / "map.html"
        page = page_of(path, xy, scale, HOSTILE, moved, title=words, colour_name=words)
        assert page.tags == tame.tags
        assert page.inside["title", None] == words
        assert page.inside["h1", None] == words
        assert page.data["legend"]["name"] == words
        assert {e["label"] for e in page.data["legend"]["entries"]} == set(HOSTILE)
        assert page.data["texts"] == [" ".join(text.split()) for text in moved]
        assert not re.search(r"[<>&\u2028\u2029]", page.inside["script", "data"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(), max_size=40))  # half surrogate pairs too
def test_any_text_at_all_can_be_written(tmp_path: Path, words: str) -> None:
    scale = plain_scale(1)
    page = page_of(tmp_path / "map.html", np.zeros((1, 2), np.float32), scale, [words], [words + "!"], title=words)
    storable = " ".join(words.split()).encode("utf-8", "replace").decode("utf-8")
    assert page.data["titles"] == [storable]
    assert [tag for tag, _ in page.tags].count("script") == 2


def test_the_policy_allows_this_script_and_style_and_nothing_else(tmp_path: Path, points: tuple[Any, ...]) -> None:
    page = page_of(tmp_path / "map.html", *points)
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy") or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for rule, tag in (("script-src", "script"), ("style-src", "style")):
        digest = hashlib.sha256(page.inside[tag, None].encode()).digest()
        assert rules[rule] == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path, points: tuple[Any, ...]) -> None:
    page = page_of(tmp_path / "map.html", *points)
    attributes = {name for _, given_ones in page.tags for name in given_ones}
    assert not attributes & {"src", "href", "srcset", "action", "style"}
    assert not any(name.startswith("on") for name in attributes)
    own = page.inside["script", None] + page.inside["style", None]
    assert not re.search(r"https?:|url\(|@import|import\(|fetch\(|innerHTML|eval\(", own)
    assert "{{" not in page.inside["title", None] + own


def test_an_old_page_is_replaced(tmp_path: Path, points: tuple[Any, ...]) -> None:
    path = tmp_path / "map.html"
    path.write_text("old" * 1_000_000)
    page_of(path, *points)
    assert "oldold" not in path.read_text(encoding="utf-8")
