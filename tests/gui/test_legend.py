"""The legend is as high as what it says."""

import polars as pl
from PySide6.QtWidgets import QApplication, QWidget

from embexplorer.app.values import MapChoice
from embexplorer.data.items import FieldType
from embexplorer.gui.map.legend import Legend, LegendRow
from embexplorer.raster.colours import scale_for


def test_a_second_map_takes_no_room_from_the_rows(qapp: QApplication) -> None:
    room = QWidget()
    room.resize(600, 600)
    legend = Legend(room)
    room.show()
    colours = (("group", "group"),)
    legend.set_choice(MapChoice((("map", "map"),), "map", colours, "group"))
    legend.set_scale(scale_for(pl.Series(["a", "b", "c", None]), FieldType.CATEGORY), "group", False)
    qapp.processEvents()
    before = legend.height()
    legend.set_choice(MapChoice((("map", "map"), ("other", "other")), "map", colours, "group"))
    qapp.processEvents()
    assert legend.height() > before
    last = legend.findChildren(LegendRow)[-1]
    assert legend.rect().contains(last.mapTo(legend, last.rect().bottomRight()))
    room.close()
    room.deleteLater()
