"""A person looks for words in long documents: what is marked, how meaning is mixed in, and what a result is."""

from pathlib import Path

import pytest
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListView, QPlainTextEdit, QSlider

from embexplorer.base.progress import finish
from embexplorer.data.items import ImportChoices
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.importing import sources_of
from embexplorer.store.project import ProjectStore

THEMES = {
    "concert": "The piano concerto was played at night while the orchestra listened",
    "kitchen": "A tomato soup is cooked slowly and served with bread",
    "harbour": "Sailing ships lie in the harbour until the storm is over",
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three documents of twelve passages each."""
    folder = tmp_path / "library"
    folder.mkdir()
    for name, text in THEMES.items():
        body = "\n\n".join(f"{text}, part {n}. Later on somebody wrote it down in a book of days." for n in range(12))
        (folder / f"{name}.txt").write_text(body, encoding="utf-8")
    path = tmp_path / "library.embx"
    with ProjectStore.create(path) as store:
        sources = sources_of([folder], ImportChoices(passages=25))
        finish(fill(store, CreateParams(sources, text_model="minilm-static")))
    return path


def choose(person: Person, name: str, key: Qt.Key) -> None:
    box = person.part(QComboBox, name)
    box.setFocus()
    person.press(key)
    person.settle()


def test_documents_answer_with_their_best_passage_and_the_words_are_marked(person: Person, library: Path) -> None:
    person.app.open((library,))
    person.wait(lambda: person.core.resolved is not None, "the project")
    person.settle()
    person.view.query.focus_text()
    person.write("piano part 7")
    person.press(Qt.Key.Key_Return)
    person.settle()
    choose(person, "How to compare", Qt.Key.Key_End)
    found = person.controller.answering.results
    first = found.rows[0]
    assert first.title.startswith("concert") and len(found.rows) == 3
    assert "piano" in {first.text[a:b] for a, b in first.text_marks}
    assert first.more and "by meaning" in first.places and "by words" in first.places
    assert "documents" in found.summary

    slider = person.part(QSlider, "From meaning to words")
    slider.setFocus()
    person.press(Qt.Key.Key_End)
    person.wait(lambda: person.core.state.query.lexical_weight == 1.0, "the mix")
    person.settle()

    results = person.view.results.findChild(QListView)
    person.click(results.viewport(), results.visualRect(results.model().index(0, 0)).center())
    person.settle()
    text = person.part(QPlainTextEdit, "Text of the item")
    marks = text.document().findBlock(0).layout().formats()
    assert {text.toPlainText()[each.start : each.start + each.length] for each in marks} >= {"piano"}

    choose(person, "What results are", Qt.Key.Key_End)
    titles = [row.title for row in person.controller.answering.results.rows]
    assert sum(title.startswith("concert") for title in titles) == 12
    assert person.crashes == []
