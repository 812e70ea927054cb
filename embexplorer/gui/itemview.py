"""The item view: one item as a whole, what the user says of it, and what is nearest to it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from embexplorer.app.values import ItemDetails
from embexplorer.base.wording import excerpt
from embexplorer.data.items import Kind
from embexplorer.data.wordquery import Words
from embexplorer.gui.fieldlines import FieldLines
from embexplorer.gui.largepicture import LargePicture
from embexplorer.gui.neighbours import NeighbourList
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.pieces import ElidedLabel, EmptyState, button, column, label, row, tool_button
from embexplorer.gui.tagchips import TagChips
from embexplorer.gui.tokens import GRID
from embexplorer.gui.wholetext import NoteEditor, WholeText

_KINDS = {Kind.TEXT: "Text", Kind.IMAGE: "Picture", Kind.VECTOR: "Vector"}
_TITLE_TEXT = 160
_FIRST_FIELDS = 40  # 3 ms to lay out; 300 take 50
_MARGIN = GRID + GRID // 2


class ItemPanel(QWidget):
    """Shows one item; tells what the user wants done with it or with one of its neighbours."""

    more_like = Signal(int)
    less_like = Signal(int)
    open_wanted = Signal(int)
    copy_wanted = Signal(str)
    tag_added = Signal(int, str)
    tag_removed = Signal(int, str)
    note_edited = Signal(int, str)
    hovered = Signal(int)
    picked = Signal(int, object)  # row, Combine
    opened = Signal(int)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Item")
        self._details = ItemDetails()
        self._item_id = -1
        self._shown_fields = _FIRST_FIELDS
        self._make_head()
        self._make_parts(pictures)
        self._connect()
        inside = QWidget()
        inside.setLayout(self._laid_out())
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        self._empty = EmptyState("item", "No item chosen", "Click a point on the map, a result or a row of the table.")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._area)

    def _make_head(self) -> None:
        self._title = label("", "title", wrap=True)
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._origin = ElidedLabel("", "muted", Qt.TextElideMode.ElideMiddle)
        self._more = button("More like this", "", "similar", "Search for items that are like this one.")
        self._less = tool_button("unlike", "Less like this", "Search for items that are unlike this one.")
        self._open = tool_button("external", "Open the original", "Open the file that this item came from.")
        self._copy = tool_button("copy", "Copy the text")

    def _make_parts(self, pictures: Pictures) -> None:
        self._picture = LargePicture(pictures)
        self._text = WholeText("Text of the item")
        self._tags = TagChips()
        self._fields_title, self._fields = label("Fields", "section"), FieldLines()
        self._all_fields = button("", "link")
        self._tags_title = label("Tags", "section")
        self._note_title, self._note = label("Note", "section"), NoteEditor()
        self._nearest_title, self._nearest = label("Nearest", "section"), NeighbourList(pictures)
        self._problem = label("", "muted", wrap=True)

    def _laid_out(self) -> QVBoxLayout:
        buttons: QHBoxLayout = row(self._more, self._less, self._open, self._copy, None, spacing=GRID // 2)
        head = column(self._title, self._origin, spacing=GRID // 4)
        half = GRID // 2
        return column(
            head,
            buttons,
            self._picture,
            self._text,
            column(self._tags_title, self._tags, spacing=half),
            column(self._fields_title, self._fields, self._all_fields, spacing=half),
            column(self._note_title, self._note, spacing=half),
            column(self._nearest_title, self._problem, self._nearest, spacing=half),
            None,
            margin=_MARGIN,
            spacing=GRID + half,
        )

    def _connect(self) -> None:
        self._more.clicked.connect(lambda: self.more_like.emit(self._details.row))
        self._less.clicked.connect(lambda: self.less_like.emit(self._details.row))
        self._open.clicked.connect(self._on_open)
        self._picture.opened.connect(self._on_open)
        self._copy.clicked.connect(self._on_copy)
        self._all_fields.clicked.connect(self._on_all_fields)
        self._tags.added.connect(lambda tag: self.tag_added.emit(self._details.row, tag))
        self._tags.removed.connect(lambda tag: self.tag_removed.emit(self._details.row, tag))
        self._note.edited.connect(lambda text: self.note_edited.emit(self._details.row, text))
        self._nearest.hovered.connect(self.hovered)
        self._nearest.picked.connect(self.picked)
        self._nearest.opened.connect(self.opened)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_item(self, details: ItemDetails) -> None:
        """Show an item, or the same one as it is now: what is being typed for it stays."""
        item = details.item
        if item is None or item.id != self._item_id:
            self._note.keep()  # of the item that is left, while its row is still known
            self._note.start_over(item.note if item is not None else "")
            self._area.verticalScrollBar().setValue(0)
            self._tags.line.clear()
            self._shown_fields = _FIRST_FIELDS
        self._item_id = item.id if item is not None else -1
        self._details = details
        self._stack.setCurrentWidget(self._empty if item is None else self._area)
        if item is None:
            self._picture.set_picture("", "")
            return
        is_image = item.kind is Kind.IMAGE
        named = " ".join(details.fields[0]) if details.fields else ""  # what has no title and no text: "row 6"
        title = item.title or excerpt(item.text, _TITLE_TEXT) or named
        self._title.setText(breakable(excerpt(title, _TITLE_TEXT)) or "Item without a title")
        self._origin.setText(" · ".join(part for part in (_KINDS[item.kind], item.source) if part))
        self._open.setVisible(bool(item.uri))
        self._copy.setEnabled(bool(item.text or item.title))
        self._picture.setVisible(is_image)
        self._picture.set_picture(item.uri if is_image else "", item.title)
        self._text.setVisible(bool(item.text) and item.text != title)  # a short text is its own title
        self._text.set_text(item.text)
        self._show_words_of_user(details)
        self._show_nearest(details)

    def set_words(self, words: tuple[Words, ...]) -> None:
        """The words of the query, to be marked in the text."""
        self._text.set_words(words)

    def set_tag_names(self, names: tuple[str, ...]) -> None:
        """The tags of the project, to complete from."""
        self._tags.line.set_names(names)

    def _show_words_of_user(self, details: ItemDetails) -> None:
        item, is_fixed = details.item, details.read_only
        assert item is not None
        self._tags.set_tags(item.tags, is_fixed=is_fixed)
        self._tags_title.setVisible(bool(item.tags) or not is_fixed)
        self._fields.set_fields(details.fields[: self._shown_fields])
        self._all_fields.setText(f"Show all {len(details.fields):,} fields")
        self._all_fields.setVisible(len(details.fields) > self._shown_fields)
        self._fields.setVisible(bool(details.fields))
        self._fields_title.setVisible(bool(details.fields))
        self._note.set_note(item.note)
        self._note.setReadOnly(is_fixed)
        self._note.setVisible(bool(item.note) or not is_fixed)
        self._note_title.setVisible(bool(item.note) or not is_fixed)

    def _show_nearest(self, details: ItemDetails) -> None:
        self._nearest.set_rows(details.neighbours)
        self._nearest.setVisible(bool(details.neighbours))
        self._problem.setText(details.problem)
        self._problem.setVisible(bool(details.problem) and not details.neighbours)
        self._nearest_title.setVisible(bool(details.neighbours or details.problem))

    # -- what the user does -----------------------------------------------------------------------------------

    def _on_open(self) -> None:
        if self._details.item is not None and self._details.item.uri:
            self.open_wanted.emit(self._details.row)

    def _on_all_fields(self) -> None:
        self._shown_fields = len(self._details.fields)
        self._all_fields.hide()
        self._fields.setFocus()
        self._fields.set_fields(self._details.fields)

    def _on_copy(self) -> None:
        if self._details.item is not None:
            self.copy_wanted.emit(self._details.item.text or self._details.item.title)


def breakable(text: str, longest: int = 24) -> str:
    """The text with invisible places to break in its very long words, which a label would make the panel wider for."""
    words = (
        "\u200b".join(word[at : at + longest] for at in range(0, len(word), longest)) if len(word) > longest else word
        for word in text.split(" ")
    )
    return " ".join(words)
