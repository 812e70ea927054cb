"""One family of icons, in the colours of the theme."""

import xml.etree.ElementTree as ET

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QToolButton

from embexplorer.app.actions import ACTIONS
from embexplorer.base import paths
from embexplorer.gui import icons
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import DARK, LIGHT


def colours(image: QImage) -> set[str]:
    """The colours of the pixels that are fully covered."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {c.name() for c in pixels if c.alpha() == 255}


@pytest.mark.parametrize("name", icons.names())
def test_each_icon_is_of_the_family_and_paints(name: str) -> None:
    root = ET.parse(paths.resources() / "icons" / f"{name}.svg").getroot()
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.75"
    assert colours(icons.pixmap(name, "#ff0000", 24, 2).toImage()) == {"#ff0000"}


def test_actions_name_icons_that_exist() -> None:
    assert {a.icon for a in ACTIONS if a.icon} <= set(icons.names())


def test_a_pixmap_has_the_pixels_of_its_screen() -> None:
    assert icons.pixmap("search", "#000000", 20, 1.5).width() == 30
    assert icons.pixmap("search", "#000000", 20, 1.5).deviceIndependentSize().width() == 20


def test_icons_are_kept_and_follow_the_theme() -> None:
    assert icons.icon("search").cacheKey() == icons.icon("search").cacheKey()
    button = QToolButton()
    icons.dress(button, "plus")
    assert colours(button.icon().pixmap(24).toImage()) == {QColor(LIGHT.text).name()}
    theme().choose("dark")
    assert colours(button.icon().pixmap(24).toImage()) == {QColor(DARK.text).name()}
