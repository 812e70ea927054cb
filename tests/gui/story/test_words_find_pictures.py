"""A person drops a folder of pictures with meaningless names, types a word and sees why pictures were found."""

from pathlib import Path

import numpy as np
import pytest
from person import Person
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from embexplorer.gui.querylines import SearchLine
from embexplorer.operations.bridging import LOOKS_LIKE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    for seed in range(12):
        noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
        Image.fromarray(noise).resize((160, 120), Image.Resampling.BICUBIC).save(made / f"p{seed:02}.png")
    clock = Image.new("RGB", (224, 224), "white")
    pen = ImageDraw.Draw(clock)
    pen.ellipse((20, 20, 204, 204), outline="black", width=8)
    for turn in range(12):
        x, y = np.cos(turn / 6 * np.pi), np.sin(turn / 6 * np.pi)
        pen.line((112 + 72 * x, 112 + 72 * y, 112 + 84 * x, 112 + 84 * y), fill="black", width=6)
    pen.line((112, 112, 112, 50), fill="black", width=7)
    pen.line((112, 112, 150, 130), fill="black", width=7)
    clock.save(made / "q1.png")
    return made


def test_a_word_finds_a_picture_and_says_why(person: Person, folder: Path) -> None:
    person.drop([folder])
    person.accept_import()
    person.wait(lambda: person.core.facts is not None and bool(person.facts.maps), "the map")
    person.settle()
    assert len(person.facts.maps) == 1
    line = person.part(SearchLine, "Search text")
    person.click(line)
    person.write("what time is it")
    person.press(Qt.Key.Key_Return)
    person.settle()
    first = person.view.results._model.rows[0]
    assert first.title.startswith("q1")
    (what, kinds), *_ = first.details
    assert what == LOOKS_LIKE and "clock" in kinds and kinds.endswith("%")
    notes = [part.text() for part in person.view.results.findChildren(QLabel)]
    assert any("one of 1,000" in text for text in notes)
    assert LOOKS_LIKE in {facet.name for facet in person.core.resolved.facets}
    person.controller.selecting.pick(first.row)
    person.settle()
    name, value = person.view.item._details.fields[0]
    assert (name, value) == (LOOKS_LIKE, kinds)
    assert person.view.item.isVisible()
