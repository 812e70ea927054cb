"""The main job in the real window without anybody at it: what run.sh does where there is no display."""

import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from PySide6.QtWidgets import QApplication

from embexplorer.base.wording import count, size
from embexplorer.gui.main import Application
from embexplorer.raster.engine import is_compiled

_LONGEST_S, _COMPILING_S, _COMPLETING_S = 600.0, 60.0, 10.0
_QUERY, _FILTER = "a small bird that sings", 'category = "noun: animal"'
_SIZE = (1440, 900)


def demonstrate(qt: QApplication, application: Application, picture: Path) -> int:
    """Wait for the jobs, search once under a filter, say what was done with figures, save a picture; an exit code."""
    application.window.resize(*_SIZE)
    core, began = application.controller.core, time.perf_counter()
    ready = _wait(qt, lambda: core.facts is not None and bool(core.facts.maps) and core.board.running() == 0)
    if not ready or core.facts is None or core.session is None:
        click.echo("The main job did not come to its end.", err=True)
        return 1
    click.echo(f"{count(len(core.facts), 'item')} in {core.session.store.path}")
    for job in core.board.views():
        click.echo(f"  {job.title}: {job.summary or job.state}")
    click.echo(f"  {time.perf_counter() - began:.1f} s in all")
    project = core.session.store.path
    _wait(qt, is_compiled, _COMPILING_S)  # until then the map is only a sketch
    _search(qt, application)
    application.window.docks.reveal("results")
    answering = application.controller.answering
    _wait(qt, lambda: answering.results.scores is not None, _COMPLETING_S)  # the relevance line comes a moment later
    _wait(qt, lambda: False, 0.5)
    saved = application.window.grab().save(str(picture))
    application.window.close()
    click.echo(f"  {size(project.stat().st_size)} on disk")
    click.echo(f"A picture of the window: {picture.resolve()}" if saved else f"{picture} could not be written")
    return 0 if saved else 1


def _search(qt: QApplication, application: Application) -> None:
    searching, answering = application.controller.searching, application.controller.answering
    facts = application.controller.core.facts
    condition = _FILTER if facts is not None and "category" in facts.schema else ""
    searching.set_filter_text(condition)
    text_space = facts is not None and any(space.kind == "text" for space in facts.spaces)
    searching.clear()  # what was asked the last time
    if text_space:
        searching.add_text(_QUERY)
    elif facts is not None and len(facts):
        searching.add_rows(np.array([0]))
    _wait(qt, lambda: bool(answering.results.rows) and not answering.results.searching, 30.0)
    found = ", ".join(row.title or row.text for row in answering.results.rows[:5])
    asked = f"“{_QUERY}”" if text_space else "“more like the first item”"
    click.echo(f"  {asked}{f' where {condition}' if condition else ''}: {answering.results.summary}")
    click.echo(f"  {found}")
    if answering.results.rows:
        application.controller.selecting.show_item(answering.results.rows[0].row)


def _wait(qt: QApplication, ready: Callable[[], bool], longest_s: float = _LONGEST_S) -> bool:
    end = time.monotonic() + longest_s
    while time.monotonic() < end:
        qt.processEvents()
        if ready():
            return True
        time.sleep(0.005)
    return False
