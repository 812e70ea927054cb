"""A small project made by the real operations, once for all tests that only read it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from embexplorer.base.progress import finish
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.importing import sources_of
from embexplorer.store.project import ProjectStore

ANIMALS = ("cat", "lion", "tiger", "dog", "wolf", "horse", "whale", "eagle", "salmon", "bee")
TOOLS = ("hammer", "saw", "drill", "wrench", "screwdriver", "chisel", "plane", "pliers", "level", "file")


def write_things(path: Path) -> Path:
    """Forty short texts of two kinds, with every type of field and some missing values."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "description", "group", "stars", "seen", "tame", "words"])
        for turn in range(2):
            for position, name in enumerate(ANIMALS):
                text = (
                    f"The {name} is an animal that lives {'in the wild' if turn else 'near people'}, number {position}."
                )
                writer.writerow(
                    [f"{name} {turn}", text, "animal", position, f"2024-01-{position + 1:02}", turn == 0, "living; fur"]
                )
            for position, name in enumerate(TOOLS):
                work = "building houses" if turn else "repairing things"
                text = f"A {name} is a tool that is used for {work} {position}."
                writer.writerow([f"{name} {turn}", text, "tool", "", f"2025-03-{position + 1:02}", "", "metal"])
    return path


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_things(tmp_path_factory.mktemp("things") / "things.csv")


@pytest.fixture(scope="module")
def filled(things: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectStore]:
    """Imported, embedded with the accurate model, mapped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("filled-home")))
        with ProjectStore.create(tmp_path_factory.mktemp("filled") / "things.embx") as store:
            finish(fill(store, CreateParams(sources_of([things]))))
            yield store
