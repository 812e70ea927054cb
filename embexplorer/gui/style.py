"""The style sheet: every rule of the look, filled with the tokens of a theme."""

from dataclasses import asdict
from string import Template
from typing import Final

from embexplorer.gui.tokens import CONTROL, GRID, RADIUS, ROW, Tokens

_BASE: Final = """
* { outline: none; }
QWidget { color: $text; selection-background-color: $soft; selection-color: $soft_text; }
QMainWindow, QDialog, QWidget#page { background: $background; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $control; padding: 4px 8px; }
QLabel { background: transparent; }
QLabel[role="muted"], QLabel[role="small"] { color: $muted; }
QLabel[role="small"] { font-size: ${small}pt; }
QLabel[role="section"] { color: $muted; font-size: ${small}pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="display"] { font-size: ${display}pt; font-weight: 600; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="key"] { background: $hover; color: $muted; border: 1px solid $line; border-radius: 4px;
    padding: 1px 6px; font-size: ${small}pt; }
QLabel:disabled { color: $faint; }
QFrame[role="line"] { background: $line; border: none; min-height: 1px; max-height: 1px; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: 10px; }
QFrame[role="sheet"] { background: $raised; border: 1px solid $control; border-radius: 12px; }
QFrame[role="panel"], QWidget#panel { background: $surface; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
"""

_BUTTONS: Final = """
QPushButton, QToolButton { background: $raised; border: 1px solid $control; border-radius: ${radius}px;
    padding: 0 14px; min-height: ${inner}px; color: $text; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $pressed; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 0 13px; min-height: ${inner_focus}px; }
QPushButton:disabled, QToolButton:disabled { color: $faint; border-color: $line; background: transparent; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $accent_text; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $hover; border-color: $line; color: $faint; }
QPushButton[kind="danger"] { color: $danger; }
QPushButton[kind="quiet"], QToolButton { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover, QToolButton:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed, QToolButton:pressed { background: $pressed; }
QPushButton[kind="quiet"]:focus, QToolButton:focus { border-color: $focus; }
QToolButton { padding: 0 5px; min-width: 14px; min-height: 20px; }
QToolButton:focus { padding: 0 4px; min-height: 18px; }
QToolButton:checked { background: $soft; color: $soft_text; }
QToolButton::menu-indicator { image: none; }
QPushButton[kind="link"] { background: transparent; border: none; padding: 0; min-height: 20px;
    color: $accent; text-align: left; }
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { color: $accent_hover; text-decoration: underline; }
QPushButton[kind="card"] { background: $raised; border: 1px solid $line; border-radius: 10px; padding: 0;
    min-height: ${card}px; }
QPushButton[kind="card"]:hover { background: $hover; border-color: $control; }
QPushButton[kind="card"]:focus { border: 2px solid $focus; }
QPushButton[kind="chip"] { background: transparent; border: 1px solid transparent; padding: 0 8px; min-height: 20px;
    color: $muted; }
QPushButton[kind="chip"]:hover { background: $hover; color: $text; }
QPushButton[kind="chip"]:focus { border: 1px solid $focus; }
"""

_FIELDS: Final = """
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit {
    background: $field; color: $text; border: 1px solid $control; border-radius: ${radius}px; padding: 0 8px; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit { min-height: ${inner}px; }
QPlainTextEdit, QTextEdit { padding: 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
QDateTimeEdit:focus { border: 2px solid $focus; padding: 0 7px; min-height: ${inner_focus}px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 5px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $faint;
    background: $surface; border-color: $line; }
QLineEdit[state="error"] { border-color: $danger; }
QLineEdit[kind="bare"] { background: transparent; border: none; padding: 0; }
QLineEdit[kind="bare"]:focus { border: none; padding: 0; }
QTextEdit[kind="bare"], QPlainTextEdit[kind="bare"] { background: transparent; border: none; padding: 0; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { background: transparent; border: none;
    padding: 0 0 0 7px; min-height: 0; }
QComboBox[kind="flat"] { background: transparent; border: 1px solid transparent; padding: 0 2px 0 6px;
    min-height: 22px; }
QComboBox[kind="flat"]:hover { background: $hover; }
QComboBox[kind="flat"]:focus { border: 1px solid $focus; padding: 0 2px 0 6px; min-height: 22px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox[kind="flat"]::drop-down { width: 18px; }
QComboBox::down-arrow { image: url(glyphs:down-$name.svg); width: 12px; height: 12px; }
QSpinBox, QDoubleSpinBox { padding-right: 22px; }
QSpinBox:focus, QDoubleSpinBox:focus { padding-right: 21px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; border: none; width: 22px;
    background: transparent; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; border: none; width: 22px;
    background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(glyphs:up-$name.svg); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(glyphs:down-$name.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $control; padding: 4px; }
QCheckBox, QRadioButton { spacing: 8px; min-height: ${row}px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $muted;
    background: $field; border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url(glyphs:check-$name.svg); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url(glyphs:dash-$name.svg); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url(glyphs:dot-$name.svg); }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $focus; width: 14px; height: 14px; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QCheckBox::indicator:disabled { border-color: $line; background: $surface; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $control; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider[kind="balance"]::sub-page:horizontal { background: $control; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $accent; }
"""

_LISTS: Final = """
QAbstractItemView { background: $surface; alternate-background-color: $surface; border: none; gridline-color: $line;
    selection-background-color: $soft; selection-color: $soft_text; }
QListView::item, QTreeView::item { min-height: ${row}px; padding: 0 8px; border-radius: ${radius}px; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected { background: $soft; color: $soft_text; }
QAbstractItemView:focus { border: 1px solid $focus; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $line;
    border-right: 1px solid $line; padding: 0 8px; min-height: ${row}px; font-weight: 600; }
QHeaderView::section:hover { background: $hover; color: $text; }
QTableCornerButton::section { background: $surface; border: none; border-bottom: 1px solid $line; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $control; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: transparent;
    border: none; width: 0; height: 0; }
QProgressBar { background: $pressed; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
    text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""

_WINDOW: Final = """
QMenuBar { background: $background; border-bottom: 1px solid $line; padding: 2px 4px; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: ${radius}px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $pressed; }
QMenu { background: $raised; border: 1px solid $control; padding: 6px; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: 5px; min-width: 160px; }
QMenu::icon { padding-left: 10px; }
QMenu::item:selected { background: $soft; color: $soft_text; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 8px; }
QMenu::indicator:checked { image: url(glyphs:tick-$name.svg); }
QToolBar { background: $background; border: none; border-bottom: 1px solid $line; padding: 4px 8px 0 8px; }
QStatusBar { background: $background; border-top: 1px solid $line; color: $muted; min-height: ${row}px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; }
QDockWidget { color: $muted; font-weight: 600; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget > QWidget { background: $surface; }
QWidget#dockTitle { background: $surface; border-bottom: 1px solid $line; }
QTabBar { background: $surface; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; padding: 0 12px; min-height: 30px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QFrame#messageBar { border: 1px solid $control; border-radius: 10px; background: $raised; }
QFrame#messageBar[level="info"] { background: $soft; }
QFrame#messageBar[level="warning"] { background: $warning_soft; }
QFrame#messageBar[level="error"] { background: $danger_soft; }
QFrame#dropZone { background: $raised; border: 2px dashed $control; border-radius: 16px; }
QFrame#dropZone[over="true"] { border-color: $accent; background: $soft; }
QFrame#dropOverlay { background: $soft; border: 2px dashed $accent; border-radius: 16px; }
QFrame#dropOverlay QLabel { color: $soft_text; }
QWidget#mapGrid { background: $line; }
QWidget#recentRow { border-radius: ${radius}px; }
QWidget#recentRow:hover { background: $hover; }
"""

_QUERY: Final = """
QFrame#queryBar { background: $background; border: none; }
QFrame#queryField { background: $field; border: 1px solid $control; border-radius: ${radius}px; }
QFrame#queryField[typing="true"] { border-color: $focus; }
QFrame#queryField[state="error"] { border-color: $danger; }
QFrame#zones { background: $background; border: none; }
QFrame[role="zone"] { background: $soft; border: 2px dashed $accent; border-radius: ${radius}px; }
QFrame[role="zone"] QLabel { color: $soft_text; }
QFrame[role="zone"][over="true"] { background: $hover; border-style: solid; }
QFrame[role="zone"][sign="less"] { background: $danger_soft; border-color: $danger; }
QFrame[role="zone"][sign="less"] QLabel { color: $danger; }
QFrame[role="zone"][sign="aside"] { background: $pressed; border-color: $muted; }
QFrame[role="zone"][sign="aside"] QLabel { color: $text; }
QFrame[role="zone"][sign="less"][over="true"], QFrame[role="zone"][sign="aside"][over="true"] { background: $hover; }
QFrame#queryField QLineEdit { min-height: ${chip}px; }
QFrame#queryField QToolButton { min-height: 0; }
QScrollArea#chipScroll, QWidget#chipArea { background: transparent; border: none; }
QFrame#chipCaret { background: $accent; border: none; }
QFrame#queryField QToolButton#combine { color: $muted; padding: 2px 22px 0 8px; }
QFrame#queryField QToolButton#combine::menu-indicator { image: url(glyphs:down-$name.svg); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 6px; }
QListView#results:focus, QTableView#items:focus { border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: border; subcontrol-position: center right;
    right: 6px; width: 10px; height: 10px; }
QHeaderView::down-arrow { image: url(glyphs:up-$name.svg); }
QHeaderView::up-arrow { image: url(glyphs:down-$name.svg); }
"""


def style_sheet(tokens: Tokens, text_pt: float) -> str:
    """The whole style sheet for a theme. text_pt: the size of the platform's font in points."""
    values = {
        **asdict(tokens),
        "radius": RADIUS,
        "row": ROW,
        "inner": CONTROL - 2,
        "chip": CONTROL - 4,
        "inner_focus": CONTROL - 4,
        "card": GRID * 10,
        "small": f"{text_pt * 0.9:.1f}",
        "title": f"{text_pt * 1.35:.1f}",
        "display": f"{text_pt * 2:.1f}",
    }
    return Template(_BASE + _BUTTONS + _FIELDS + _LISTS + _WINDOW + _QUERY).substitute(values)
