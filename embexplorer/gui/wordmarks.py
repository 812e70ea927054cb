"""How the words of a query are marked in what is shown: a tint behind them, in both themes."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextLayout, QTextLine

from embexplorer.data.marking import Spans, find_words
from embexplorer.data.wordquery import Words
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import Tokens

_ROUND = 3


def mark_format() -> QTextCharFormat:
    """The look of a marked word in the theme that is on."""
    tokens = theme().tokens
    look = QTextCharFormat()
    look.setBackground(QColor(tokens.mark))
    look.setForeground(QColor(tokens.mark_text))
    return look


def in_units(text: str, spans: Spans) -> Spans:
    """Places in a text as Qt counts them: letters beyond the first 65,536 count twice."""
    return spans if text.isascii() else tuple((_units(text[:start]), _units(text[:end])) for start, end in spans)


def in_characters(text: str, units: int) -> int:
    """How many characters so many of Qt's letters are."""
    if text.isascii():
        return units
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shifted(spans: Spans, start: int, end: int) -> Spans:
    """What of the places lies between start and end, counted from start."""
    return tuple((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)


def paint_marked(painter: QPainter, area: QRect, text: str, spans: Spans, tokens: Tokens) -> None:
    """One line of text in the painter's font, cut with an ellipsis where there is no room, its marked places upon a
    tint."""
    painter.setPen(QColor(tokens.text))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, area.width()))
    inside = shifted(spans, 0, len(shown) if shown == text else max(0, len(shown) - 1))
    if not inside:
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
        return
    layout = QTextLayout(shown, painter.font())
    layout.setFormats([_range(start, end, tokens) for start, end in in_units(shown, inside)])
    layout.beginLayout()
    line = layout.createLine()
    line.setNumColumns(len(shown) * 2)
    layout.endLayout()
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.mark))
    for start, end in in_units(shown, inside):
        left, right = sorted((_x(line, start), _x(line, end)))
        tint = QRectF(area.left() + left - 1, area.top(), right - left + 2, line.height())
        painter.drawRoundedRect(tint, _ROUND, _ROUND)
    painter.restore()
    layout.draw(painter, QPointF(area.topLeft()))


def _x(line: QTextLine, at: int) -> float:
    place: object = line.cursorToX(at)
    number = place[0] if isinstance(place, tuple) else place
    assert isinstance(number, float)
    return number


def _range(start: int, end: int, tokens: Tokens) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length = start, end - start
    look = QTextCharFormat()
    look.setForeground(QColor(tokens.mark_text))
    found.format = look
    return found


class WordMarks(QSyntaxHighlighter):
    """Marks words in a document, paragraph by paragraph as they come."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._words: tuple[Words, ...] = ()
        theme().changed.connect(self._on_theme_changed)

    def set_words(self, words: tuple[Words, ...]) -> None:
        if words != self._words:
            self._words = words
            self.rehighlight()

    def highlightBlock(self, text: str, /) -> None:
        if not self._words:
            return
        look = mark_format()
        for start, end in in_units(text, find_words(text, self._words)):
            self.setFormat(start, end - start, look)

    def _on_theme_changed(self, _tokens: object = None) -> None:
        if self._words:
            self.rehighlight()
