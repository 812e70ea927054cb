"""The same files once more: read as they were before, and only what is new or changed comes in."""

import logging
from pathlib import Path

import numpy as np
import pytest

import embexplorer as ex
from embexplorer.base import paths
from embexplorer.base.logs import start_logging
from embexplorer.base.progress import finish
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.store.project import ProjectStore


def test_a_table_is_read_by_the_same_columns_and_only_new_rows_come_in(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("subject,remark,stars,extra\nold,a first remark that is long,1,x\n", encoding="utf-8")
    with ex.create(tmp_path / "notes.embx") as project:
        project.add(path, text="subject", title="remark", fields=["stars"])
        with path.open("a", encoding="utf-8") as stream:
            stream.write("new,a second remark that is long,2,y\n")
        outcome = project.add(path)
        assert (len(outcome.value.added), outcome.value.known) == (1, 1)
        assert project.table()["subject"].to_list() == ["old", "new"]
        assert project.table()["stars"].to_list() == [1, 2] and "extra" not in project.table().columns


def test_passages_stay_passages_and_what_is_given_counts_more(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {i} says something. It goes on for a while, and then it ends." for i in range(9))
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    with ex.create(tmp_path / "p.embx") as project:
        first = len(project.add(tmp_path / "long.txt", passages=40).value.added)
        assert first > 3
        assert len(project.add(tmp_path / "long.txt").value.added) == 0
        (tmp_path / "long.txt").write_text(f"{text}\n\nA new end that is told in words of its own.", encoding="utf-8")
        assert 1 <= len(project.add(tmp_path / "long.txt").value.added) <= 2
        assert len(project.add(tmp_path / "long.txt", passages=1000).value.added) == 1


def test_a_cache_folder_that_cannot_be_written_costs_nothing_but_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    np.save(tmp_path / "v.npy", wanted)
    (tmp_path / "taken").write_text("no folder")
    monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / "taken"))
    monkeypatch.setattr(logging.getLogger("embexplorer"), "handlers", [])
    start_logging()
    with ProjectStore.create(tmp_path / "v.embx") as store:
        finish(import_sources(store, sources_of([tmp_path / "v.npy"])))
        (space,) = store.spaces.all()
        assert np.allclose(store.spaces.vectors(space.id).matrix, wanted, atol=1e-6)
    with ex.open(tmp_path / "v.embx") as project:
        assert project.build_map().finished and np.isfinite(project.coordinates()).all()
        assert project.search(like=[1], k=3).ids.tolist() == project.search(like=[1], k=3, exact=True).ids.tolist()
    assert not paths.cache_folder().exists()
