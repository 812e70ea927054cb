"""Windows that only listen, and a small filled project."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embexplorer.base.progress import finish
from embexplorer.base.settings import Settings
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.importing import sources_of
from embexplorer.store.project import ProjectStore

sys.path.insert(0, str(Path(__file__).parent))

from desk import QUICK, Desk, write_things


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk(Settings(text_model=QUICK))
    yield made
    made.leave()


@pytest.fixture
def another_desk() -> Iterator[Callable[..., Desk]]:
    """More windows, each with a controller of its own."""
    made: list[Desk] = []

    def make(**changes: Any) -> Desk:
        made.append(Desk(replace(Settings(text_model=QUICK), **changes)))
        return made[-1]

    yield make
    for one in made:
        one.leave()


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of write_things, embedded and mapped, to be copied."""
    folder = tmp_path_factory.mktemp("things")
    source = write_things(folder / "things.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("filled-home")))
        with ProjectStore.create(folder / "things.embx") as store:
            finish(fill(store, CreateParams(sources_of([source]), text_model=QUICK)))
    return folder / "things.embx"


@pytest.fixture
def things(filled_once: Path, tmp_path: Path) -> Path:
    """A copy of its own of a small filled project."""
    path = tmp_path / "things.embx"
    path.write_bytes(filled_once.read_bytes())
    return path


@pytest.fixture
def at_things(desk: Desk, things: Path) -> Desk:
    """A window in which it is open."""
    desk.open(things)
    return desk


@pytest.fixture
def things_csv(tmp_path: Path) -> Path:
    return write_things(tmp_path / "things.csv")
