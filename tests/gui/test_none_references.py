"""PySide6 6.12.0 drops a reference to None with each void call on Python 3.11 and at last aborts; ours must not."""

import gc
import sys
from collections.abc import Callable

import pytest
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QApplication, QWidget

_CALLS = 2000


def void_calls(painter: QPainter, widget: QWidget) -> dict[str, Callable[[], object]]:
    path, pen, brush, pixmap, turn = QPainterPath(), QPen(), QBrush(), QPixmap(5, 5), QTransform()
    path.addEllipse(0, 0, 5, 5)
    return {
        "drawPath": lambda: painter.drawPath(path),
        "drawPixmap": lambda: painter.drawPixmap(0, 0, pixmap),
        "drawLine": lambda: painter.drawLine(0, 0, 1, 1),
        "setPen": lambda: painter.setPen(pen),
        "setBrush": lambda: painter.setBrush(brush),
        "save and restore": lambda: (painter.save(), painter.restore()),
        "setTransform": lambda: painter.setTransform(turn),
        "update": lambda: widget.update(),
        "parent": lambda: widget.parent(),
    }


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
@pytest.mark.parametrize("name", [
    "drawPath", "drawPixmap", "drawLine", "setPen", "setBrush", "save and restore", "setTransform", "update", "parent",
])  # fmt: skip
def test_void_calls_keep_the_references_to_none(qapp: QApplication, name: str) -> None:
    image = QImage(10, 10, QImage.Format.Format_ARGB32_Premultiplied)
    widget = QWidget()
    painter = QPainter(image)
    call = void_calls(painter, widget)[name]
    call()
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(_CALLS):
        call()
    change = sys.getrefcount(None) - before
    painter.end()
    assert abs(change) < _CALLS // 10
