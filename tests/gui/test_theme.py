"""Both themes can be read, are one family, and change while the window is up."""

import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from embexplorer.base import paths
from embexplorer.gui.style import style_sheet
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import DARK, LIGHT, Tokens, contrast

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
PLACES = ("background", "surface", "raised", "field", "hover")
TEXT_PAIRS = [
    *((front, back) for front in ("text", "muted", "danger", "accent") for back in PLACES[:4]),
    *(("text", back) for back in (*PLACES, "pressed", "danger_soft", "warning_soft", "map_background")),
    ("muted", "hover"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("soft_text", "soft"),
    ("text", "soft"),
    ("danger", "danger_soft"),
    ("warning", "warning_soft"),
    ("warning", "raised"),
    ("mark_text", "mark"),
    ("muted", "map_background"),
]
SHAPE_PAIRS = [("focus", "surface"), ("focus", "raised"), ("accent", "surface"), ("hit", "map_background")]


@BOTH
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS, ids="-on-".join)
def test_text_can_be_read(tokens: Tokens, front: str, back: str) -> None:
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= 4.5


@BOTH
@pytest.mark.parametrize(("front", "back"), SHAPE_PAIRS, ids="-on-".join)
def test_shapes_can_be_seen(tokens: Tokens, front: str, back: str) -> None:
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= 3.0


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@BOTH
def test_every_colour_is_a_colour(tokens: Tokens) -> None:
    for field in fields(tokens):
        value = getattr(tokens, field.name)
        assert not isinstance(value, str) or field.name == "name" or re.fullmatch("#[0-9a-f]{6}", value), field.name


@BOTH
def test_the_style_sheet_has_no_gap_and_only_theme_colours(tokens: Tokens) -> None:
    sheet = style_sheet(tokens, 10)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert set(re.findall(r"#[0-9a-f]{6}\b", sheet)) <= set(map(str, asdict(tokens).values()))


@BOTH
def test_glyphs_of_the_style_sheet_exist_in_the_colours_of_the_theme(tokens: Tokens) -> None:
    folder: Path = paths.resources() / "icons" / "glyphs"
    named = set(re.findall(r"glyphs:([\w-]+\.svg)", style_sheet(tokens, 10)))
    assert named
    for name in named:
        colours = set(re.findall("#[0-9a-f]{6}", (folder / name).read_text()))
        assert colours <= {tokens.muted, tokens.text, tokens.accent_text}, name


def test_choosing_a_theme_recolours_everything_and_tells(qapp: QApplication) -> None:
    told: list[Tokens] = []
    theme().changed.connect(told.append)
    theme().choose("dark")
    assert told == [DARK]
    assert theme().tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.background)
    label = QLabel("x")
    label.ensurePolished()
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.text)
    theme().choose("dark")
    assert told == [DARK]
    theme().changed.disconnect(told.append)


def test_the_system_is_followed_live_unless_the_user_chose(qapp: QApplication) -> None:
    hints = QGuiApplication.styleHints()
    theme().choose("system")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().tokens is DARK
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme().tokens is LIGHT
    theme().choose("light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().tokens is LIGHT
