"""A ready project made once, and persons who sit down at the real window; each leaves it whole."""

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from embexplorer.base.progress import finish
from embexplorer.base.settings import Settings, save_settings
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.importing import sources_of
from embexplorer.store.project import ProjectStore

sys.path.insert(0, str(Path(__file__).parent))

from person import Complaints, Person
from reviews import write_reviews

QUICK = "minilm-static"


@pytest.fixture(autouse=True)
def quick_model(own_home: Path) -> None:
    """The model that a person is offered is the quickest, and nothing glides."""
    save_settings(Settings(text_model=QUICK, theme="light", reduced_motion=True))


@pytest.fixture
def sit_down(qapp: QApplication, own_home: Path) -> Iterator[Callable[[], Person]]:
    """Start the program, as often as a test likes; nothing may have been logged as a warning that was not expected."""
    persons: list[Person] = []
    complaints = Complaints()
    logging.getLogger("embexplorer").addHandler(complaints)

    def start() -> Person:
        persons.append(Person(qapp))
        return persons[-1]

    yield start
    for person in persons:
        person.leave()
    logging.getLogger("embexplorer").removeHandler(complaints)
    assert complaints.lines == []


@pytest.fixture
def person(sit_down: Callable[[], Person]) -> Person:
    return sit_down()


@pytest.fixture(scope="session")
def reviews_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reviews")
    source = write_reviews(folder / "reviews.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("reviews-home")))
        with ProjectStore.create(folder / "reviews.embx") as store:
            finish(fill(store, CreateParams(sources_of([source]), text_model=QUICK)))
    return folder / "reviews.embx"


@pytest.fixture
def reviews(reviews_once: Path, tmp_path: Path) -> Path:
    """A copy of its own of a project of 400 reviews, embedded, indexed and mapped."""
    path = tmp_path / "reviews.embx"
    path.write_bytes(reviews_once.read_bytes())
    return path


@pytest.fixture
def reader(person: Person, reviews: Path) -> Person:
    """A person with the ready project open."""
    person.app.open((reviews,))
    person.wait(lambda: person.core.resolved is not None, "the project")
    person.settle()
    return person


@pytest.fixture
def choose_in_menu(qapp: QApplication) -> Callable[[str], None]:
    """Choose an entry of the next menu that opens, as a person would while the menu waits."""

    def choose(text: str) -> None:
        def look() -> None:
            menu = qapp.activePopupWidget()
            if not isinstance(menu, QMenu):
                QTimer.singleShot(10, look)
                return
            action = next(action for action in menu.actions() if action.text() == text)
            QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())

        QTimer.singleShot(0, look)

    return choose
