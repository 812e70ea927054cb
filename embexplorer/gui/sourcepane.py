"""One source in the import sheet: how it is read, and its first rows."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QWidget

from embexplorer.app.values import SourceProposal
from embexplorer.base.wording import count, size
from embexplorer.data.items import ImportChoices, Kind, Preview
from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.columnroles import Role, read_anew, with_role
from embexplorer.gui.flow import FlowLayout
from embexplorer.gui.pieces import button, column, label, row
from embexplorer.gui.previewtable import PreviewTable
from embexplorer.gui.tokens import GRID

_ENCODINGS = (
    ("utf-8", "Unicode (UTF-8)"),
    ("utf-16", "Unicode (UTF-16)"),
    ("cp1252", "Western (Windows-1252)"),
    ("iso8859-15", "Western (ISO 8859-15)"),
    ("cp1250", "Central European"),
    ("cp1251", "Cyrillic (Windows-1251)"),
    ("koi8-r", "Cyrillic (KOI8-R)"),
    ("cp1253", "Greek"),
    ("cp1254", "Turkish"),
    ("cp1255", "Hebrew"),
    ("cp1256", "Arabic"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("gb18030", "Chinese, simplified"),
    ("big5", "Chinese, traditional"),
    ("euc_kr", "Korean"),
)
_DELIMITERS = ((",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar"))
_TABLES = "Tables (*.csv *.tsv *.parquet *.xlsx *.json *.jsonl);;All files (*)"
_PASSAGES = (100, 200, 300, 500, 1000)  # tokens; the command line takes any number
_MOST_PROBLEMS = 1000  # lines; the job's report has them all


class SourcePane(QWidget):
    """choices_changed: the choices as the user wants them now."""

    choices_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._choices = ImportChoices()
        self._is_setting = False
        self._facts = label("", "muted", wrap=True)
        self._error = label("", "danger", wrap=True)
        self._table = PreviewTable()
        self._table.role_chosen.connect(self._on_role_chosen)
        self._problems_link = button("", "link")
        self._problems_link.clicked.connect(self._on_problems_clicked)
        self._problems = QPlainTextEdit()
        self._problems.setReadOnly(True)
        self._problems.setAccessibleName("Problems")
        self._problems.setTabChangesFocus(True)
        self._problems.setFixedHeight(GRID * 12)
        self._make_controls()
        parts = (self._facts, self._options, self._error, self._table, self._problems_link, self._problems)
        layout = column(*parts)
        layout.setStretchFactor(self._table, 1)
        layout.addStretch(0)  # takes the room where there is no table
        self.setLayout(layout)

    def _make_controls(self) -> None:
        self._options = QWidget()
        self._flow = FlowLayout(GRID * 2, GRID)
        self._flow.addWidget(QWidget())  # the last part of a line is stretched
        self._options.setLayout(self._flow)
        self._text, self._title = ChoiceBox("Text to embed"), ChoiceBox("Title")
        self._encoding, self._delimiter, self._sheet = (
            ChoiceBox("Encoding"),
            ChoiceBox("Cells end at"),
            ChoiceBox("Sheet"),
        )
        self._passages, self._vectors, self._metadata = ChoiceBox("Passages"), QLineEdit(), button("")
        self._boxes: dict[str, QWidget] = {}
        self._placed: tuple[str, ...] = ()
        named = {
            "Text to embed": self._text,
            "Title": self._title,
            "Encoding": self._encoding,
            "Cells end at": self._delimiter,
            "Sheet": self._sheet,
            "Passages": self._passages,
            "Vectors in": self._vectors,
            "Described by": self._metadata,
        }
        for name, control in named.items():
            control.setAccessibleName(name)
            control.setMaximumWidth(GRID * 26)
            self._boxes[name] = _named(name, control, self._options)
        self._connect_controls()

    def _connect_controls(self) -> None:
        self._text.value_chosen.connect(lambda name: self._on_role_chosen(name, Role.EMBEDDED))
        self._title.value_chosen.connect(lambda name: self._on_role_chosen(name, Role.TITLE))
        self._encoding.value_chosen.connect(lambda value: self._read_anew(encoding=value))
        self._delimiter.value_chosen.connect(lambda value: self._read_anew(delimiter=value))
        self._sheet.value_chosen.connect(lambda value: self._read_anew(sheet=value))
        self._passages.value_chosen.connect(lambda value: self._read_anew(passages=int(value)))
        self._vectors.editingFinished.connect(lambda: self._read_anew(vectors=self._vectors.text().strip()))
        self._metadata.clicked.connect(self._on_metadata_clicked)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_source(self, source: SourceProposal) -> None:
        preview, choices = source.preview, source.choices
        if preview is not None and preview is self._preview and choices == self._choices and not source.error:
            return
        self._is_setting = True
        self._preview, self._choices = preview, choices
        self._error.setText(source.error)
        self._error.setVisible(bool(source.error))
        self._facts.setText(facts_in_words(preview) if preview is not None else "")
        self._facts.setVisible(preview is not None)
        self._table.setVisible(preview is not None and preview.rows.width > 0)
        self._show_problems(preview)
        self._show_controls(preview, choices)
        if preview is not None:
            self._table.set_preview(preview, choices)
        self._is_setting = False

    def _show_controls(self, preview: Preview | None, choices: ImportChoices) -> None:
        self._options.setVisible(preview is not None)
        if preview is None:
            return
        is_vectors, is_documents = preview.kind is Kind.VECTOR, "document" in preview.format.lower()
        has_columns = bool(preview.columns) and preview.kind is not Kind.IMAGE
        columns = [("", "None"), *((column.name, column.name) for column in preview.columns)]
        shown = {
            "Text to embed": has_columns and not is_documents,
            "Title": has_columns and not is_documents,
            "Encoding": bool(choices.encoding) or is_documents,
            "Cells end at": bool(choices.delimiter),
            "Sheet": len(preview.sheets) > 1,
            "Passages": is_documents,
            "Vectors in": is_vectors or bool(choices.vectors),
            "Described by": is_vectors,
        }
        self._place(tuple(name for name, is_shown in shown.items() if is_shown))
        self._text.set_choices(columns, choices.text)
        self._title.set_choices(columns, choices.title)
        found = [("", "Found by itself")] if not choices.encoding else []
        self._encoding.set_choices([*found, *_ENCODINGS], choices.encoding)
        self._delimiter.set_choices(list(_DELIMITERS), choices.delimiter)
        self._sheet.set_choices([(name, name) for name in preview.sheets], choices.sheet)
        self._passages.set_choices(passage_choices(choices.passages), str(choices.passages))
        self._vectors.setText(choices.vectors)
        self._metadata.setText(Path(choices.metadata).name or "Choose a table…")

    def _place(self, names: tuple[str, ...]) -> None:
        """Show these controls, in this order."""
        if names == self._placed:
            return
        self._placed = names
        for box in self._boxes.values():
            self._flow.removeWidget(box)
            box.setVisible(False)
        for position, name in enumerate(names):
            self._flow.insert(position, self._boxes[name])
            self._boxes[name].setVisible(True)
        self._options.updateGeometry()

    def _show_problems(self, preview: Preview | None) -> None:
        problems = preview.problems if preview is not None else ()
        self._problems_link.setText(f"Show {count(len(problems), 'problem')}")
        self._problems_link.setVisible(bool(problems))
        self._problems.setPlainText("\n".join(str(problem) for problem in problems[:_MOST_PROBLEMS]))
        self._problems.hide()

    # -- what the user does -----------------------------------------------------------------------------------

    def _on_role_chosen(self, name: str, role: object) -> None:
        if self._preview is not None:
            self._change(with_role(self._preview, self._choices, name, role))  # type: ignore[arg-type]  # a Signal's

    def _read_anew(self, **changed: str | int) -> None:
        if any(getattr(self._choices, name) != value for name, value in changed.items()):
            self._change(read_anew(self._choices, **changed))

    def _change(self, choices: ImportChoices) -> None:
        """Show a new role at once; the next proposal tells the rest."""
        if self._is_setting or choices == self._choices:
            return
        self._choices = choices
        if self._preview is not None and choices.fields is not None:
            self._table.set_preview(self._preview, choices)
        self.choices_changed.emit(choices)

    def _on_metadata_clicked(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "The table that describes the vectors", "", _TABLES)
        if path:
            self._read_anew(metadata=path)

    def _on_problems_clicked(self) -> None:
        self._problems.setVisible(self._problems.isHidden())
        verb = "Show" if self._problems.isHidden() else "Hide"
        self._problems_link.setText(f"{verb} {self._problems_link.text().partition(' ')[2]}")


def passage_choices(current: int) -> list[tuple[str, str]]:
    """How documents can be cut, with the size that was chosen elsewhere among them."""
    sizes = sorted({*_PASSAGES, current} - {0})
    return [("0", "Whole documents"), *((str(tokens), f"About {tokens:,} tokens") for tokens in sizes)]


def facts_in_words(preview: Preview) -> str:
    """What a source is and how much of it there is, for example “CSV table · 2,000 items · 256 KB”."""
    about = "" if preview.items_exact else "about "
    parts = [preview.format[:1].upper() + preview.format[1:], about + count(preview.items, "item")]
    if preview.dims:
        parts.append(f"{preview.dims:,} dimensions")
    parts.append(size(preview.size_bytes))
    return " · ".join(parts)


def _named(name: str, control: QWidget, parent: QWidget) -> QWidget:
    words: QLabel = label(name, "muted")
    words.setBuddy(control)
    box = QWidget(parent)
    box.hide()
    box.setLayout(row(words, control))
    return box
