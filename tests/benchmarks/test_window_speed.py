"""How late the window's thread is while it imports, embeds, indexes and maps: what a person feels as stutter."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer

from embexplorer.gui.main import Application
from embexplorer.operations.importing import sources_of

TICK_MS = 5
ROWS = 8_000


def write_rows(path: Path) -> Path:
    words = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()
    chance = np.random.default_rng(0)
    lines = ["body,section,stars"]
    lines += [f"{n} {' '.join(chance.choice(words, 20))},{words[n % 7]},{n % 5}" for n in range(ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_window_while_working(table, benchmark, qtbot, tmp_path: Path) -> None:
    application = Application()
    qtbot.addWidget(application.window)
    application.window.resize(1280, 800)
    application.window.show()
    late: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append((now - last) * 1e3 - TICK_MS)
        last = now

    timer = QTimer(interval=TICK_MS)
    timer.timeout.connect(tick)
    timer.start()
    source = write_rows(tmp_path / "rows.csv")
    application.controller.projects.open(tmp_path / "rows.embx", then=lambda: sources_of([source]), new=True)
    core = application.controller.core

    def done() -> bool:
        return core.facts is not None and bool(core.facts.maps) and not core.board.running()

    began = time.perf_counter()
    qtbot.waitUntil(done, timeout=300_000)
    timer.stop()
    late_ms = np.array(late)
    table.row(
        f"{ROWS:,} rows imported, embedded, indexed and mapped",
        seconds=time.perf_counter() - began,
        p50_ms=float(np.median(late_ms)),
        p99_ms=float(np.quantile(late_ms, 0.99)),
        max_ms=float(late_ms.max()),
    )
    application.window.close()
    benchmark.pedantic(lambda: None, rounds=1)
