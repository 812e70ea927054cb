"""A finished map is compared with its vectors by itself, and the window says how far it can be believed."""

from pathlib import Path

import numpy as np
from desk import Desk

from embexplorer.base.progress import finish
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.importing import sources_of
from embexplorer.store.project import ProjectStore


def test_the_map_is_judged_by_itself_and_only_once(desk: Desk, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    np.save(tmp_path / "v.npy", random.standard_normal((300, 12)).astype(np.float32))
    with ProjectStore.create(tmp_path / "p.embx") as store:
        finish(fill(store, CreateParams(sources_of([tmp_path / "v.npy"]))))
    desk.open(tmp_path / "p.embx")
    core = desk.controller.core
    desk.pump(lambda: core.facts is not None and "map trust" in core.facts.schema, "the column")
    desk.pump(lambda: core.resolved is not None and bool(core.resolved.status.map), "the words")
    resolved = core.resolved
    assert resolved is not None
    assert resolved.status.map.startswith("map trust 0.")
    assert "Continuity" in resolved.status.map_help and "main axes" in resolved.status.map_help
    assert "map trust" in dict(resolved.choice.colours), "one can colour by it"
    assert resolved.colours.column != "map trust", "it is not the first thing that is shown"
    assert "map trust" not in resolved.table.columns and "map trust" in resolved.table.all_columns
    session = core.session
    assert session is not None
    before = session.store.change_count
    desk.settle()
    assert session.store.change_count == before
