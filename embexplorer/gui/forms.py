"""A form that is drawn from a frozen dataclass: its fields' types, and what their metadata says.

Metadata: label, help, minimum, maximum, step, suffix, choices ((value, words), …), shown (False leaves a field out).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import Field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from embexplorer.gui.pieces import column, hairline, label, row
from embexplorer.gui.tokens import CONTROL, GRID

Choices = tuple[tuple[Any, str], ...]

_WORDS = {"cpu": "CPU", "cuda": "CUDA", "directml": "DirectML", "coreml": "Core ML"}
_CONTROL_WIDTH = GRID * 24
_SPIN_TEXT_MARGIN = 7
_MOST = 1_000_000_000


class Form(QWidget):
    """changed: the values as they are now, a value of the same dataclass. values: what the form shows."""

    changed = Signal(object)

    def __init__(
        self, values: Any, choices: Mapping[str, Choices] | None = None, only: Collection[str] | None = None
    ) -> None:
        """choices: for fields of text whose possible values are known only now. only: the fields to show, None for
        all. Fields of other types are left out."""
        super().__init__()
        self.values = values
        self._controls: dict[str, QWidget] = {}
        self._setters: dict[str, Callable[[Any], None]] = {}
        hints = get_type_hints(type(values))
        layout = column(spacing=0)
        for field in fields(values):
            if not field.metadata.get("shown", True) or (only is not None and field.name not in only):
                continue
            given = (choices or {}).get(field.name) or field.metadata.get("choices") or _literal(hints[field.name])
            if not self._make(field, hints[field.name], given):
                continue
            if layout.count():
                layout.addWidget(hairline())
            layout.addLayout(_line(field, self._controls[field.name]))
        layout.addStretch(1)
        self.setLayout(layout)

    def control(self, name: str) -> QWidget:
        """The control of a field. Raises KeyError for a field that the form does not show."""
        return self._controls[name]

    def set_values(self, values: Any) -> None:
        """Show other values, without telling."""
        self.values = values
        for name, setter in self._setters.items():
            with QSignalBlocker(self._controls[name]):
                setter(getattr(values, name))

    def _make(self, field: "Field[Any]", kind: Any, choices: Choices) -> bool:
        makers = {bool: self._flag, int: self._whole, float: self._number, str: self._text, str | None: self._text}
        maker = self._choice if choices else makers.get(kind)
        if maker is None:
            return False
        control = maker(field, choices)
        control.setAccessibleName(_title(field))
        control.setAccessibleDescription(field.metadata.get("help", ""))
        self._controls[field.name] = control
        self._setters[field.name](getattr(self.values, field.name))
        return True

    def _change(self, name: str, value: Any) -> None:
        if value != getattr(self.values, name):
            self.values = replace(self.values, **{name: value})
            self.changed.emit(self.values)

    def _flag(self, field: "Field[Any]", _choices: Choices) -> QWidget:
        box = QCheckBox()
        self._setters[field.name] = box.setChecked
        box.toggled.connect(lambda on: self._change(field.name, on))
        return box

    def _whole(self, field: "Field[Any]", _choices: Choices) -> QWidget:
        box = QSpinBox()
        box.setRange(field.metadata.get("minimum", -_MOST), field.metadata.get("maximum", _MOST))
        box.setSingleStep(field.metadata.get("step", 1))
        box.setSuffix(field.metadata.get("suffix", ""))
        box.setGroupSeparatorShown(True)
        self._setters[field.name] = box.setValue
        box.valueChanged.connect(lambda value: self._change(field.name, value))
        return _sized(box)

    def _number(self, field: "Field[Any]", _choices: Choices) -> QWidget:
        box = QDoubleSpinBox()
        box.setDecimals(field.metadata.get("decimals", 3))
        box.setRange(field.metadata.get("minimum", -_MOST), field.metadata.get("maximum", _MOST))
        box.setSingleStep(field.metadata.get("step", 0.05))
        box.setSuffix(field.metadata.get("suffix", ""))
        self._setters[field.name] = box.setValue
        box.valueChanged.connect(lambda value: self._change(field.name, value))
        return _sized(box)

    def _text(self, field: "Field[Any]", _choices: Choices) -> QWidget:
        line = QLineEdit()
        self._setters[field.name] = lambda text: line.setText(text or "")
        line.textChanged.connect(lambda text: self._change(field.name, text))
        return _sized(line)

    def _choice(self, field: "Field[Any]", choices: Choices) -> QWidget:
        box = QComboBox()
        for value, words in choices:
            box.addItem(words, value)
        self._setters[field.name] = lambda value: box.setCurrentIndex(box.findData(value))
        box.currentIndexChanged.connect(lambda at: self._change(field.name, box.itemData(at)))
        return _sized(box)


class _WheelGuard(QObject):
    """Turning the wheel over a form scrolls it instead of changing a value that nobody meant."""

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _sized(control: QWidget) -> QWidget:
    if isinstance(control, QAbstractSpinBox):
        control.lineEdit().setTextMargins(_SPIN_TEXT_MARGIN, 0, 0, 0)  # style sheets do not move this text
    control.setFixedSize(_CONTROL_WIDTH, CONTROL)
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelGuard(control))
    return control


def _line(field: "Field[Any]", control: QWidget) -> Any:
    """Name and help at the left, the control at the right."""
    name = label(_title(field), "heading")
    name.setBuddy(control)
    words = label(field.metadata.get("help", ""), "muted", wrap=True)
    left = column(None, name, words, None, spacing=2)
    line = row(spacing=GRID * 3)
    line.addLayout(left, 1)
    line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
    line.setContentsMargins(0, 12, 0, 12)
    return line


def _title(field: "Field[Any]") -> str:
    return str(field.metadata.get("label") or field.name.replace("_", " ").capitalize())


def _literal(kind: Any) -> Choices:
    """The choices of a Literal type, in words; () for any other type."""
    if get_origin(kind) is not Literal:
        return ()
    return tuple((value, _WORDS.get(value, str(value).replace("_", " ").capitalize())) for value in get_args(kind))
