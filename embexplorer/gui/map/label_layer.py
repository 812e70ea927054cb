"""Words over the points: names of areas, and nearer by those of single items."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from embexplorer.data.labels import ItemNames, MapLabels, always_offered, no_labels
from embexplorer.gui.map.layer import Scene
from embexplorer.gui.map.lettering import Ink, Lettering, Style, readable
from embexplorer.gui.tokens import Tokens
from embexplorer.raster import labels as placing
from embexplorer.raster.colours import plain_scale
from embexplorer.raster.labels import Box, Occupancy, Standing, Window, nothing_stands

_AREA_STYLES = (Style(0.95), Style(1.1), Style(1.32))
_STEPS = (0.12, 0.45)  # of the heaviest label's weight, from which words are larger
_ITEM_STYLE = Style(0.92, QFont.Weight.Normal)
_MOST_RESTING, _MOST_MOVING = 250, 120  # labels that are looked at for a frame
_MOST_NAMES, _NAMES_ASKED = 150, 600
_FEW, _FEW_FROM_NEAR, _NEAR = 150, 1_500, 1.8  # items in view that are named by themselves; the latter from that zoom
_DRAWING_S = 0.002  # for new words in a frame; further ones come with the next
_FADE_S = 0.14
_CLEAR = 4.0  # pixels around what lies over the map


@dataclass(frozen=True)
class _Word:
    text: str
    style: Style
    ink: Ink


class _Named:
    """Labels of one kind with what of them stands."""

    def __init__(self) -> None:
        self.labels, self.standing = no_labels(), nothing_stands()

    def take(self, labels: MapLabels, rows: np.ndarray | None = None) -> None:
        """Other labels. rows: for each new label which of the old ones it was, -1 for none; None: all are new."""
        old, self.labels, self.standing = self.standing, labels, nothing_stands()
        if rows is None or not len(old):
            return
        new_of = {row: k for k, row in enumerate(rows.tolist()) if row >= 0}
        kept = [(k, new_of[row]) for k, row in enumerate(old.rows.tolist()) if row in new_of]
        which, renamed = np.array(kept, np.int64).reshape(-1, 2).T
        self.standing = Standing(renamed, old.boxes[which], old.spots[which])


class LabelLayer:
    """Places words as the view moves and paints them. changed: called when there is more to paint. kept_free: a box
    that another layer writes in. scale: the colours
    that the labels' keys are of. is_unfinished: some words are to be drawn, or are still faint."""

    def __init__(self, changed: Callable[[], None], kept_free: Callable[[], QRectF]) -> None:
        self.is_on, self.reduced_motion, self.is_unfinished = True, False, False
        self.scale = plain_scale(0)
        self._changed, self._kept_free = changed, kept_free
        self._areas, self._items = _Named(), _Named()
        self._names: ItemNames | None = None
        self._item_rows = np.zeros(0, np.int64)
        self._sampled: object = None  # for which view and points the items were chosen
        self._lettering = Lettering()
        self._followed: object = None  # what the words were placed for
        self._zoom = self._heaviest = 1.0
        self._since: dict[str, float] = {}  # when each of the words appeared

    @property
    def areas(self) -> MapLabels:
        """The names of areas, as they were set."""
        return self._areas.labels

    # -- aspects ------------------------------------------------------------------------------------------------------

    def set_labels(self, labels: MapLabels) -> None:
        """Names of areas. Those that were there before stay where they are."""
        old = {(text, x, y): k for k, (text, (x, y)) in enumerate(_places(self._areas.labels))}
        rows = [old.get((text, x, y), -1) for text, (x, y) in _places(labels)]
        self._areas.take(labels, np.array(rows, np.int64))
        self._heaviest = float(labels.weights.max(initial=0)) or 1.0
        self._changed()

    def set_names(self, names: ItemNames | None) -> None:
        """Names of single items, one per point."""
        self._names, self._sampled = names, None
        self._changed()

    def points_moved(self, before: np.ndarray, now: np.ndarray) -> None:
        """float32 (n, 2) both. Where they went elsewhere, what was said of their places is no longer so."""
        is_empty = not len(self._areas.labels) and self._names is None
        # their bits, since NaN is the same place as NaN, and nine times as fast as by array_equal's equal_nan
        if not is_empty and not np.array_equal(before.view(np.int32), now.view(np.int32)):
            self.forget()

    def forget(self) -> None:
        """What was said of the points' places is no longer so."""
        self._areas.take(no_labels())
        self._items.take(no_labels())
        self._names, self._sampled, self._item_rows = None, None, np.zeros(0, np.int64)

    @property
    def words(self) -> list[str]:
        """What stands on the map, areas first."""
        named = (self._areas, self._items) if self.is_on else ()
        return [one.labels.texts[row] for one in named for row in one.standing.rows.tolist()]

    @property
    def boxes(self) -> np.ndarray:
        """float64 (k, 4): where the words stand, in the order of words."""
        return np.concatenate([self._areas.standing.boxes, self._items.standing.boxes])

    # -- painting -----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, scene: Scene) -> None:
        if not self.is_on:
            self.is_unfinished = False
            return
        self._follow(scene)
        self._paint_words(painter, scene.tokens)

    def _follow(self, scene: Scene) -> None:
        """Place the words anew where anything differs from the last frame."""
        taken = _boxes((*scene.taken, self._kept_free()), _CLEAR)
        window = Window(scene.view, scene.width, scene.height, scene.fit_scale, taken)
        self._choose_items(scene)
        pictures = _boxes(scene.boxes.values(), 0)
        followed = (window, scene.radius, scene.is_moving, self._areas.labels, self._items.labels, pictures)
        if followed == self._followed:
            return
        self._followed = followed
        room, most = Occupancy(window), _MOST_MOVING if scene.is_moving else _MOST_RESTING
        self._zoom = scene.view.scale / scene.fit_scale
        self._place(self._areas, window, placing.OVER, room, most, self._area_style)
        room.take(np.array(pictures, np.float64).reshape(-1, 4))
        self._place(self._items, window, placing.beside(scene.radius), room, most, self._item_style)

    def _area_style(self, row: int) -> Style:
        """Larger for what is important, and as one looks closer."""
        share = float(self._areas.labels.weights[row] / self._heaviest) * self._zoom
        return _AREA_STYLES[sum(share >= step for step in _STEPS)]

    def _item_style(self, _row: int) -> Style:
        return _ITEM_STYLE

    def _place(
        self, named: _Named, window: Window, manner: placing.Manner, room: Occupancy, most: int,
        style: Callable[[int], Style],
    ) -> None:  # fmt: skip
        labels = named.labels
        if not len(labels):
            return
        rows = placing.candidates(labels, window, named.standing, most)
        sizes = [self._lettering.size(labels.texts[row], style(row)) for row in rows.tolist()]
        measured = np.array([(size.width(), size.height()) for size in sizes], np.float64).reshape(-1, 2)
        named.standing = placing.place(labels, rows, measured, window, named.standing, manner, room)

    def _choose_items(self, scene: Scene) -> None:
        """Which items may be named in this view: a sample that stays much the same while one moves and grows denser
        as one looks closer. It is chosen when the map rests; until then the old ones move along."""
        names, view, size = self._names, scene.view, (scene.width, scene.height)
        if names is None or not self._are_wanted(names, scene):
            if len(self._items.labels):
                self._items.take(no_labels())
            self._sampled = None
            return
        asked = (view, size, scene.raster, id(scene.xy))
        if scene.is_moving or self._sampled == asked:
            return
        self._sampled = asked
        rows = scene.raster.rows_in_view(view, *size, _NAMES_ASKED)
        rows = rows[names.shown[rows]][:_MOST_NAMES]
        texts = names.texts.gather(rows).fill_null("").to_list()
        named = np.array([bool(text.strip()) for text in texts], np.bool_)
        rows = rows[named]
        old = {row: k for k, row in enumerate(self._item_rows.tolist())}
        labels = always_offered(
            tuple(text for text in texts if text.strip()), scene.xy[rows], np.arange(len(rows), 0, -1)
        )
        self._items.take(labels, np.array([old.get(row, -1) for row in rows.tolist()], np.int64))
        self._item_rows = rows

    @staticmethod
    def _are_wanted(names: ItemNames, scene: Scene) -> bool:
        if len(names.texts) != len(scene.xy):
            return False  # they are of the points that were there before
        few = _FEW_FROM_NEAR if scene.view.scale >= _NEAR * scene.fit_scale else _FEW
        return not names.only_near or scene.raster.visible(scene.view, scene.width, scene.height) <= few

    def _paint_words(self, painter: QPainter, tokens: Tokens) -> None:
        words: list[tuple[_Word, float, float]] = []
        for named, style in ((self._areas, self._area_style), (self._items, self._item_style)):
            corners = named.standing.boxes[:, :2].tolist()
            for row, (left, top) in zip(named.standing.rows.tolist(), corners, strict=True):
                ink = self._ink(int(named.labels.keys[row]), tokens)
                words.append((_Word(named.labels.texts[row], style(row), ink), left, top))
        self._draw(painter, words)

    def _draw(self, painter: QPainter, words: list[tuple[_Word, float, float]]) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        now, had_time = time.perf_counter(), True
        since: dict[str, float] = {}
        self.is_unfinished = False
        for word, left, top in words:
            is_new = not self._lettering.is_drawn(word.text, word.style, word.ink, ratio)
            if is_new and not had_time:
                self.is_unfinished = True
                continue
            picture = self._lettering.picture(word.text, word.style, word.ink, ratio)
            had_time = had_time and not (is_new and time.perf_counter() - now > _DRAWING_S)
            since[word.text] = self._since.get(word.text, now)
            age = 1.0 if self.reduced_motion else (now - since[word.text]) / _FADE_S
            self.is_unfinished = self.is_unfinished or age < 1
            painter.setOpacity(min(1.0, 0.15 + age))
            painter.drawPixmap(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), picture)
        self._since = since
        if self.is_unfinished:
            self._changed()

    def _ink(self, key: int, tokens: Tokens) -> Ink:
        palette = self.scale.palette(tokens.dark)
        if not 0 <= key < len(palette):
            return Ink(tokens.text, tokens.map_background)
        return Ink(readable(QColor(*palette[key].tolist()).name(), tokens), tokens.map_background)


def _boxes(taken: Iterable[QRectF], clear: float) -> tuple[Box, ...]:
    """With so many pixels around each."""
    boxes = (box.adjusted(-clear, -clear, clear, clear) for box in taken if not box.isEmpty())
    return tuple((box.left(), box.top(), box.right(), box.bottom()) for box in boxes)


def _places(labels: MapLabels) -> list[tuple[str, tuple[float, float]]]:
    return list(zip(labels.texts, map(tuple, labels.xy.tolist()), strict=True))
