"""The icons of the application and of its projects, drawn from their SVGs in the formats that each system wants.

python packaging/freeze/icons.py FOLDER
"""

import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
SOURCES = {"embexplorer": HERE.parents[1] / "resources" / "embexplorer.svg", "project": HERE / "project.svg"}
APPLICATION, PROJECT = "org.embexplorer.embexplorer", "application-x-embexplorer"
HICOLOR = (16, 24, 32, 48, 64, 128, 256)
_LARGEST = 1024


def draw(folder: Path) -> Path:
    """Write embexplorer and project as .png, .ico and .icns into the folder, and return it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    kept = QGuiApplication.instance() or QGuiApplication(["icons"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in SOURCES.items():
        large = folder / f"{name}.png"
        _paint(svg, _LARGEST).save(str(large))
        with Image.open(large) as image:
            image.save(folder / f"{name}.icns")
            image.save(folder / f"{name}.ico", sizes=[(size, size) for size in (16, 24, 32, 48, 64, 256)])
    del kept
    return folder


def draw_hicolor(share: Path) -> None:
    """Write the icons below share/icons/hicolor, as the desktops of Linux look for them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    kept = QGuiApplication.instance() or QGuiApplication(["icons"])
    for source, kind, name in (("embexplorer", "apps", APPLICATION), ("project", "mimetypes", PROJECT)):
        svg = SOURCES[source]
        for size in HICOLOR:
            place = share / "icons" / "hicolor" / f"{size}x{size}" / kind
            place.mkdir(parents=True, exist_ok=True)
            _paint(svg, size).save(str(place / f"{name}.png"))
        scalable = share / "icons" / "hicolor" / "scalable" / kind
        scalable.mkdir(parents=True, exist_ok=True)
        (scalable / f"{name}.svg").write_bytes(svg.read_bytes())
    del kept


def _paint(svg: Path, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


if __name__ == "__main__":
    draw_hicolor(Path(sys.argv[1]))
