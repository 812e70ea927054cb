"""The window on 200,000 items with vectors, text, fields and tags: how long each thing takes until it is shown."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from embexplorer.base.progress import finish
from embexplorer.data.columns import Column, MapInfo, Provenance
from embexplorer.data.items import FieldType, ImportChoices
from embexplorer.gui.main import Application
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.raster.engine import warm_up
from embexplorer.store.project import ProjectStore

ROWS, DIMS = 200_000, 64
WORDS = np.array((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ready-made vectors with a table beside them, imported as a user would, and two of their dimensions as a map."""
    folder = tmp_path_factory.mktemp("scale")
    chance = np.random.default_rng(0)
    texts = [" ".join(words) for words in WORDS[chance.integers(0, len(WORDS), (ROWS, 14))].tolist()]
    days = np.datetime64("2010-01-01") + chance.integers(0, 5_000, ROWS)
    labels = [f"t{a};t{b}" for a, b in chance.integers(0, 200, (ROWS, 2)).tolist()]
    table = {
        "title": [f"Item {number}" for number in range(ROWS)],
        "body": texts,
        "section": WORDS[np.minimum(chance.pareto(0.8, ROWS) * 2, len(WORDS) - 1).astype(int)].tolist(),
        "price": np.round(chance.gamma(2, 50, ROWS), 2),
        "day": days.astype(str).tolist(),
        "labels": labels,
        "good": np.where(chance.random(ROWS) < 0.3, "true", "false").tolist(),
    }
    pl.DataFrame(table).write_csv(folder / "items.csv")
    centres = chance.standard_normal((300, DIMS))
    matrix = centres[chance.integers(0, 300, ROWS)] + 0.3 * chance.standard_normal((ROWS, DIMS))
    np.save(folder / "items.npy", matrix.astype(np.float32))
    with ProjectStore.create(folder / "items.embx") as store:
        finish(
            import_sources(store, sources_of([folder / "items.npy"], ImportChoices(metadata=str(folder / "items.csv"))))
        )
        ids, info = store.items.ids(), MapInfo("map", store.spaces.all()[0].id, {}, True)
        for name, axis in ((info.x_column, 0), (info.y_column, 1)):
            values = pl.Series(name, matrix[:, axis])
            store.columns.put(Column(name, FieldType.NUMBER, ids, values, Provenance("map"), hidden=True))
        store.maps.put(info)
    return folder / "items.embx"


class Driver:
    """A window that is waited for, and the longest that its thread was kept by one answer of the background."""

    def __init__(self, qtbot) -> None:
        self.application = Application()
        qtbot.addWidget(self.application.window)
        self.application.window.resize(1440, 900)
        self.application.window.show()
        self.core, self.controller = self.application.controller.core, self.application.controller
        self._qtbot, self.longest_ms = qtbot, 0.0
        self.application.bridge.arrived.disconnect()
        self.application.bridge.arrived.connect(self._on_event)

    def _on_event(self, event) -> None:
        began = time.thread_time()
        self.controller.on_event(event)
        self.longest_ms = max(self.longest_ms, (time.thread_time() - began) * 1e3)

    def ms(self, do: Callable[[], object], shown: Callable[[], bool]) -> float:
        """Milliseconds from a wish until it is on the screen."""
        self.longest_ms, began = 0.0, time.perf_counter()
        do()
        self._qtbot.waitUntil(shown, timeout=60_000)
        self.application.window.repaint()
        return (time.perf_counter() - began) * 1e3

    def part(self, name: str) -> Callable[[], bool]:
        """Whether this part of what is shown is another one than now."""
        before = getattr(self.core.resolved, name)
        return lambda: getattr(self.core.resolved, name) is not before


def own_bytes() -> int:
    """What the process holds itself, without mapped files; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon")), 0)


def test_scale(table, benchmark, qtbot, project: Path) -> None:
    warm_up()
    driver = Driver(qtbot)
    core, controller = driver.core, driver.controller
    map_view = driver.application.view.map.view

    def row(name: str, do: Callable[[], object], shown: Callable[[], bool]) -> None:
        taken = driver.ms(do, shown)
        table.row(f"{ROWS:,} items: {name}", shown_ms=taken, window_thread_ms=driver.longest_ms)

    def has_picture() -> bool:
        return core.resolved is not None and len(map_view.xy) == ROWS and bool(np.isfinite(map_view.xy).any())

    before = own_bytes()
    row("open for the first time, to the first picture", lambda: controller.projects.open(project), has_picture)
    row("close", controller.projects.close, lambda: core._closing is not None and core._closing.wait(0))
    row("open, to the first picture", lambda: controller.projects.open(project), has_picture)
    qtbot.waitUntil(lambda: core.board.running() == 0)
    table.row(f"{ROWS:,} items: memory", bytes_an_item=(own_bytes() - before) / ROWS)
    search = controller.searching
    for text in ("price < 60", f'section = "{WORDS[3]}"', f'text contains "{WORDS[5]}"', 'labels has "t7"', ""):
        wish = f"filter {text} with its facets" if text else "no filter"
        row(wish, lambda text=text: search.set_filter_text(text), driver.part("mask"))
    row("select half", lambda: controller.selecting.select(np.arange(0, ROWS, 2)), driver.part("selected"))
    row("invert", controller.selecting.invert, driver.part("selected"))
    for name in ("price", "section", "@title"):
        row(f"sort by {name}", lambda name=name: core.change(sort=name), driver.part("table"))
    row("colour by day", lambda: core.change(colour_by="day"), driver.part("colours"))
    row("tag half", lambda: controller.editing.tag("keep"), lambda: core.facts.tags.get("keep") == ROWS // 2)
    row("undo it", controller.editing.undo, lambda: "keep" not in core.facts.tags)
    row("half to the trash", controller.editing.trash, lambda: len(core.facts) == ROWS // 2)
    row("undo it", controller.editing.undo, lambda: len(core.facts) == ROWS)
    qtbot.waitUntil(lambda: map_view.raster.visible(map_view.view, 1_000, 800) > 0)
    benchmark.pedantic(map_view.repaint, rounds=3)
    driver.application.window.close()
