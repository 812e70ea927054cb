"""Forms drawn from a dataclass, and the settings."""

from dataclasses import dataclass
from typing import Literal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from embexplorer.base.settings import Settings, setting
from embexplorer.gui.forms import Form
from embexplorer.gui.settings_sheet import SettingsSheet


@dataclass(frozen=True)
class Params:
    neighbors: int = setting(15, "Neighbours", "How many.", minimum=2, maximum=200)
    min_dist: float = setting(0.1, "Distance", "How far.", minimum=0.0, maximum=1.0)
    metric: Literal["cosine", "euclidean"] = setting("cosine", "Metric", "How to measure.")
    name: str = setting("map", "Name", "What to call it.")
    warm: bool = setting(False, "Warm start", "Begin where it was.")
    seed: int = setting(42, "Seed", "Chance.", shown=False)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(Params())
    qtbot.addWidget(form)
    form.show()
    return form


def test_each_type_has_its_control_with_range_and_words(form: Form) -> None:
    spin = form.control("neighbors")
    assert isinstance(spin, QSpinBox)
    assert (spin.minimum(), spin.maximum(), spin.value()) == (2, 200, 15)
    assert (spin.accessibleName(), spin.accessibleDescription()) == ("Neighbours", "How many.")
    assert isinstance(form.control("min_dist"), QDoubleSpinBox)
    choice = form.control("metric")
    assert isinstance(choice, QComboBox)
    assert [choice.itemText(i) for i in range(choice.count())] == ["Cosine", "Euclidean"]
    assert isinstance(form.control("warm"), QCheckBox)
    with pytest.raises(KeyError):
        form.control("seed")


def test_changes_are_told_as_a_new_value(form: Form, qtbot: QtBot) -> None:
    told: list[Params] = []
    form.changed.connect(told.append)
    qtbot.keyClick(form.control("neighbors"), Qt.Key.Key_Up)
    qtbot.keyClick(form.control("metric"), Qt.Key.Key_Down)
    qtbot.keyClick(form.control("warm"), Qt.Key.Key_Space)
    line = form.control("name")
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "2")
    qtbot.keyClick(form.control("min_dist"), Qt.Key.Key_Up)
    assert told[0] == Params(neighbors=16)
    assert told[-1] == Params(16, pytest.approx(0.15), "euclidean", "map2", True)
    assert form.values == told[-1]


def test_setting_values_is_silent(form: Form, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_values(Params(30, 0.5, "euclidean", "x", True))
    spin = form.control("neighbors")
    assert isinstance(spin, QSpinBox)
    assert spin.value() == 30


def test_the_wheel_changes_nothing_by_accident(form: Form, qapp: QApplication) -> None:
    spin = form.control("neighbors")
    form.control("name").setFocus()
    down = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    qapp.sendEvent(spin, down)
    assert form.values == Params()


def test_given_choices_replace_a_line_of_text(qtbot: QtBot) -> None:
    form = Form(Settings(), {"text_model": (("minilm", "MiniLM"), ("other", "Other"))})
    qtbot.addWidget(form)
    box = form.control("text_model")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(1)
    assert form.values.text_model == "other"
    assert isinstance(form.control("image_model"), QLineEdit)


def test_settings_apply_at_once_and_escape_closes(qtbot: QtBot) -> None:
    host = QWidget()
    host.resize(900, 700)
    qtbot.addWidget(host)
    host.show()
    sheet = SettingsSheet(host, Settings())
    sheet.open(Settings(theme="light"))
    told: list[Settings] = []
    sheet.changed.connect(told.append)
    qtbot.keyClick(sheet.form.control("theme"), Qt.Key.Key_Down)
    assert told == [Settings(theme="dark")]
    qtbot.keyClick(sheet.form.control("theme"), Qt.Key.Key_Escape)
    assert not sheet.isVisible()
