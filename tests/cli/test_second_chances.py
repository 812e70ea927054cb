"""What was damaged or could not be read gets a second chance: rescue, and embed --again."""

import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from embexplorer.cli.program import run_program
from embexplorer.store.project import ProjectStore


def test_what_can_be_read_of_a_damaged_project_is_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "\n".join(f"text number {n},{n}" for n in range(3_000))
    (tmp_path / "t.csv").write_text(f"body,n\n{rows}\n", encoding="utf-8")
    damaged, copy = tmp_path / "d.embx", tmp_path / "rescued.embx"
    assert run_program(["create", str(damaged), str(tmp_path / "t.csv"), "--model", "minilm-static", "--no-map"]) == 0
    raw = bytearray(damaged.read_bytes())
    middle = len(raw) // 2 // 16_384 * 16_384
    raw[middle : middle + 16_384] = b"\xff" * 16_384
    damaged.write_bytes(raw)
    assert run_program(["rescue", str(damaged), str(copy)]) == 0
    assert "saved into rescued.embx" in capsys.readouterr().out
    assert damaged.read_bytes() == bytes(raw)
    with ProjectStore.open(copy) as store:
        assert store.items.count() > 1_000
    assert run_program(["rescue", str(damaged), str(copy)]) == 1
    assert run_program(["rescue", str(tmp_path / "nowhere.embx"), str(tmp_path / "x.embx")]) == 1
    assert "nowhere.embx" in capsys.readouterr().err


def test_items_are_tried_again_once_their_files_are_back(tmp_path: Path) -> None:
    folder, away, project = tmp_path / "pictures", tmp_path / "away.png", tmp_path / "p.embx"
    folder.mkdir()
    for name in ("red", "blue"):
        Image.new("RGB", (40, 40), name).save(folder / f"{name}.png")
    with ProjectStore.create(project):
        pass
    assert run_program(["add", str(project), str(folder)]) == 0
    (folder / "red.png").rename(away)
    assert run_program(["embed", str(project)]) == 0
    away.rename(folder / "red.png")
    assert run_program(["embed", str(project)]) == 0
    with sqlite3.connect(project) as plain:
        assert plain.execute("SELECT count(*) FROM embedding_failure").fetchone() == (1,)
    plain.close()
    assert run_program(["embed", str(project), "--again"]) == 0
    with ProjectStore.open(project) as store:
        for space in store.spaces.all():
            assert space.count == 2 and not store.spaces.failures(space.id)
