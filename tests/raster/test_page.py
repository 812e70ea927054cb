"""The exported page, read back as a browser reads it: its elements, its policy, the data that it holds."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embexplorer.data.items import FieldType
from embexplorer.data.labels import always_offered
from embexplorer.data.picture import MapPicture
from embexplorer.raster.colours import ColourScale, plain_scale, scale_for
from embexplorer.raster.contents import plain_contents
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL
from embexplorer.raster.page import MOST_TEXTS, PageField, PageItems, write_page

A_MAP = MapPicture(title="A map")
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
    path: Path, xy: np.ndarray, scale: ColourScale, titles: list[Any], texts: list[Any], *,
    fields: tuple[PageField, ...] = (), pictures: dict[int, bytes] | None = None, notes: tuple[str, ...] = (),
    picture: MapPicture | None = None, **more: Any,
) -> Page:  # fmt: skip
    contents = replace(plain_contents(xy, scale), **more)
    write_page(path, contents, PageItems(titles, texts, fields, pictures or {}, notes), picture or A_MAP)
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


@pytest.mark.parametrize(("dark", "theme"), [(False, "auto"), (True, "dark")])
def test_the_page_opens_in_the_wanted_theme(tmp_path: Path, points: tuple[Any, ...], dark: bool, theme: str) -> None:
    page = page_of(tmp_path / "map.html", *points, picture=MapPicture(dark=dark))
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
    fields = (PageField(HOSTILE[0], HOSTILE),)
    labels = always_offered(tuple(HOSTILE), np.zeros((n, 2)), np.ones(n))
    for words in HOSTILE:
        path = tmp_path / "map.html"
        drawn = MapPicture(title=words)
        page = page_of(
            path, xy, scale, HOSTILE, moved, fields=fields, labels=labels, picture=drawn, colour_name=words,
            notes=(words,),
        )  # fmt: skip
        assert page.tags == tame.tags
        assert page.inside["title", None] == words
        assert page.inside["h1", None] == words
        assert page.data["legend"]["name"] == page.data["note"] == words
        assert [label[0] for label in page.data["labels"]] == [" ".join(text.split()) for text in HOSTILE]
        assert {e["label"] for e in page.data["legend"]["entries"]} == set(HOSTILE)
        assert page.data["texts"] == [" ".join(text.split()) for text in moved]
        assert not re.search(r"[<>&\u2028\u2029]", page.inside["script", "data"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(), max_size=40))  # half surrogate pairs too
def test_any_text_at_all_can_be_written(tmp_path: Path, words: str) -> None:
    scale = plain_scale(1)
    page = page_of(
        tmp_path / "map.html",
        np.zeros((1, 2), np.float32),
        scale,
        [words],
        [words + "!"],
        picture=MapPicture(title=words),
    )
    storable = " ".join(words.split()).encode("utf-8", "replace").decode("utf-8")
    assert page.data["titles"] == [storable]
    assert [tag for tag, _ in page.tags].count("script") == 2


def test_the_policy_allows_this_script_and_style_and_nothing_else(tmp_path: Path, points: tuple[Any, ...]) -> None:
    page = page_of(tmp_path / "map.html", *points)
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy") or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
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


def test_fields_pictures_and_labels_come_along(tmp_path: Path, points: tuple[Any, ...]) -> None:
    few, many = [str(i % 3) for i in range(300)], [None if i % 2 else f"author {i}" for i in range(300)]
    fields = (PageField("stars", few), PageField("author", many))
    labels = always_offered(("small", "large"), np.array([[0, 1], [2, 3]]), np.array([1, 9]))
    page = page_of(
        tmp_path / "map.html", *points, fields=fields, pictures={7: b"\xff\xd8seven"}, labels=labels,
        notes=("Mind this.",),
    )  # fmt: skip
    stars, author = page.data["fields"]
    assert [stars["words"][at] for at in np.frombuffer(base64.b64decode(stars["at"]), "<u2")] == few
    assert (author["name"], author["words"], author["at"]) == ("author", [value or "" for value in many], "")
    assert {at: base64.b64decode(data) for at, data in page.data["pictures"].items()} == {"7": b"\xff\xd8seven"}
    assert page.data["labels"] == [["large", 2.0, 3.0, 9.0, 0.0, None], ["small", 0.0, 1.0, 1.0, 0.0, None]]
    assert page.data["note"] == "Mind this."


def test_without_labels_and_legend_there_are_none(tmp_path: Path, points: tuple[Any, ...]) -> None:
    labels = always_offered(("a",), np.zeros((1, 2)), np.ones(1))
    plain = MapPicture(labels=False, legend=False)
    page = page_of(tmp_path / "map.html", *points, labels=labels, picture=plain)
    assert (page.data["labels"], page.data["legend"]["entries"]) == ([], [])
    assert page.inside["title", None] == "Map"


def test_dimmed_items_stay_dimmed_and_hidden_ones_are_left_out(tmp_path: Path, points: tuple[Any, ...]) -> None:
    state = np.array([NORMAL, DIMMED, HIDDEN] * 100, np.uint8)
    page = page_of(tmp_path / "map.html", *points, state=state, pictures={3: b"three"})
    assert page.array("states", "u1").tolist() == [NORMAL, DIMMED] * 100
    assert page.data["titles"][:3] == ["title 0", "title 1", "title 3"]
    assert list(page.data["pictures"]) == ["2"]
    assert page.data["note"] == "100 items were left out by a filter."
    strong = page_of(tmp_path / "map.html", *points, state=state, picture=MapPicture(only_strong=True))
    assert (strong.data["states"], len(strong.data["titles"])) == ("", 100)


def test_the_script_is_javascript(tmp_path: Path, points: tuple[Any, ...]) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    page = page_of(tmp_path / "map.html", *points)
    (tmp_path / "page.mjs").write_text(page.inside["script", None], encoding="utf-8")
    checked = subprocess.run([node, "--check", tmp_path / "page.mjs"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_browser_shows_the_items_and_runs_nothing_of_theirs(tmp_path: Path, points: tuple[Any, ...]) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("needs a browser")
    xy, scale, titles, texts = points
    hostile = "<img src=x onerror=document.title='owned'>"
    labels = always_offered((hostile,), np.zeros((1, 2)), np.ones(1))
    fields = (PageField(hostile, [hostile] * 300),)
    page_of(tmp_path / "map.html", xy, scale, [hostile, *titles[1:]], texts, fields=fields, labels=labels)
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000"]
    options.append(f"--user-data-dir={tmp_path / 'browser'}")
    ran = subprocess.run(
        [browser, *options, "--dump-dom", (tmp_path / "map.html").as_uri()],
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    shown = re.sub(r"<script.*?</script>", "", ran.stdout, flags=re.DOTALL)
    assert "300 items</span>" in shown and "<title>A map</title>" in shown
    assert [f">{entry.label}</span><b>{entry.count}</b>" in shown for entry in scale.legend.entries] == [True] * 5
    assert shown.count("<img") == 1 and "onerror" not in shown
