"""By words, by both, and by document: over a real project of cut documents and a table of short texts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.items import ImportChoices
from embexplorer.data.query import ItemsTerm, Query, TextTerm
from embexplorer.operations.embedding import EmbedParams, embed_pending
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.searching import Searcher
from embexplorer.search.fusion import fuse, places_in
from embexplorer.store.project import ProjectStore

TOPICS = {
    "music": ("The piano concerto was played at night.", "A violin and a cello joined the orchestra."),
    "food": ("The baker kneads dough for bread.", "A ripe tomato makes a good soup."),
    "ships": ("The harbour is full of sailing ships.", "A captain steers the vessel through the storm."),
    "law": ("The judge read the verdict in court.", "A lawyer defends the accused."),
}


def paragraph(text: str, number: int) -> str:
    return f"{text} {' '.join(f'Filler sentence number {number} goes on here.' for _ in range(3))}"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectStore]:
    """Four documents of ten passages each, and one that speaks of a piano once."""
    folder = tmp_path_factory.mktemp("library")
    for name, texts in TOPICS.items():
        body = "\n\n".join(paragraph(texts[n % 2], n) for n in range(10))
        (folder / f"{name}.txt").write_text(body, encoding="utf-8")
    (folder / "mixed.txt").write_text(
        "\n\n".join([paragraph("Somebody sold a piano.", 0), paragraph("Nothing else happened.", 1)]), encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("library-home")))
        with ProjectStore.create(tmp_path_factory.mktemp("project") / "library.embx") as store:
            finish(import_sources(store, sources_of([folder], ImportChoices(passages=40))))
            finish(embed_pending(store, EmbedParams("minilm-static")))
            yield store


@pytest.fixture(scope="module")
def searcher(library: ProjectStore) -> Iterator[Searcher]:
    made = Searcher(library)
    yield made
    made.close()


def documents(store: ProjectStore, ids: np.ndarray) -> list[str]:
    return [Path(uri).stem for uri in store.items.uris(ids)]


def ask(*texts: str | TextTerm, **options: object) -> Query:
    return Query(tuple(TextTerm(t) if isinstance(t, str) else t for t in texts), **options)  # type: ignore[arg-type]


def test_k_counts_documents_each_by_its_best_passage(library: ProjectStore, searcher: Searcher) -> None:
    for mode in ("vector", "lexical", "hybrid"):
        hits = searcher.search(ask("piano concerto", k=3, by="document", mode=mode))
        names = documents(library, hits.ids)
        assert len(set(names)) == len(names) and names[0] == "music"
        assert hits.documents is not None and hits.documents.number == 5
        best = searcher.search(ask("piano concerto", k=1, mode=mode)).ids[0]
        assert hits.ids[0] == best


def test_all_documents_come_whatever_k_and_none_twice(library: ProjectStore, searcher: Searcher) -> None:
    hits = searcher.search(ask("piano", k=1_000, by="auto"))
    assert sorted(documents(library, hits.ids)) == ["food", "law", "mixed", "music", "ships"]
    assert hits.documents is not None and int(hits.documents.more.sum()) == library.items.count() - 5
    everything = searcher.everything(ask("piano", k=2, by="auto"))
    assert everything.ids.tolist() == hits.ids.tolist()


def test_documents_are_those_with_a_passage_that_passes(library: ProjectStore, searcher: Searcher) -> None:
    hits = searcher.search(ask("captain", k=10, by="document", where='document in ("food.txt", "law.txt")'))
    assert sorted(documents(library, hits.ids)) == ["food", "law"]
    assert hits.documents is not None and hits.documents.number == 2


def test_a_document_that_is_asked_for_does_not_answer_itself(library: ProjectStore, searcher: Searcher) -> None:
    (first,) = searcher.search(ask("captain", k=1)).ids.tolist()
    hits = searcher.search(Query((ItemsTerm((first,)),), k=10, by="document"))
    assert "ships" not in documents(library, hits.ids) and len(hits) == 4


def test_what_lies_in_the_trash_is_neither_passage_nor_document(library: ProjectStore, searcher: Searcher) -> None:
    ids = library.items.ids()
    names = np.array(documents(library, ids))
    gone = np.concatenate([ids[names == "law"], ids[names == "music"][:1]])
    library.items.trash(gone)
    hits = searcher.search(ask("piano", k=10, by="document"))
    assert sorted(documents(library, hits.ids)) == ["food", "mixed", "music", "ships"]
    assert not np.isin(hits.ids, gone).any()
    library.items.restore(gone)


def test_words_that_are_unwanted_are_in_no_hit(library: ProjectStore, searcher: Searcher) -> None:
    for mode in ("lexical", "hybrid"):
        for query in (ask("piano -concerto", mode=mode), ask("piano", TextTerm("concerto", -1.0), mode=mode)):
            texts = library.items.texts(searcher.search(query).ids)
            assert texts and not any("concerto" in text for text in texts)
            assert "piano" in texts[0]


def test_all_of_the_words_come_before_some_of_them(library: ProjectStore, searcher: Searcher) -> None:
    hits = searcher.search(ask("sold piano", mode="lexical", k=6))
    assert "sold a piano" in library.items.texts(hits.ids)[0] and len(hits) == 6
    assert "1 item with all of the words" in hits.notes[0]
    assert (np.diff(hits.scores) <= 0).all() and hits.scoring == "words"
    assert len(searcher.search(ask('"sold a piano"', mode="lexical"))) == 1
    assert len(searcher.search(ask('"a sold piano"', mode="lexical"))) == 0


def test_like_either_finds_the_words_of_any_text(library: ProjectStore, searcher: Searcher) -> None:
    hits = searcher.search(ask("verdict", "harbour", mode="lexical", combine="either", k=20))
    assert set(documents(library, hits.ids)) == {"law", "ships"} and not hits.notes


def test_a_beginning_stands_for_words_where_nothing_is_written_so(searcher: Searcher) -> None:
    hits = searcher.search(ask("harb", mode="lexical"))
    assert len(hits) and "begin with it" in hits.notes[0]
    assert not searcher.search(ask("zzzz", mode="lexical")).notes


def test_the_weight_moves_the_answer_from_meaning_to_words(library: ProjectStore, searcher: Searcher) -> None:
    def ids(**options: object) -> list[int]:
        found: list[int] = searcher.search(ask("the ship's skipper tomato", k=5, **options)).ids.tolist()
        return found

    assert ids(mode="hybrid", lexical_weight=0.0) == ids(mode="vector")
    assert ids(mode="hybrid", lexical_weight=1.0) == ids(mode="lexical")
    hits = searcher.search(ask("the ship's skipper tomato", mode="hybrid", k=5))
    assert hits.scoring == "ranks" and hits.ranks is not None
    expected = [
        0.5 / (60 + a) * (a > 0) + 0.5 / (60 + b) * (b > 0)
        for a, b in zip(hits.ranks.by_meaning, hits.ranks.by_words, strict=True)
    ]
    np.testing.assert_allclose(hits.scores, expected, rtol=1e-5)


def test_both_without_words_is_by_meaning_and_says_so(library: ProjectStore, searcher: Searcher) -> None:
    first = int(library.items.ids()[0])
    hits = searcher.search(Query((ItemsTerm((first,)),), k=3, mode="hybrid"))
    assert len(hits) == 3 and "by meaning alone" in hits.notes[0]
    assert "by meaning alone" in searcher.search(ask("qqqq", mode="hybrid")).notes[0]


@pytest.mark.parametrize(
    ("text", "said"), [("…!", "no word"), ("-piano", "leave out"), ("\0\x1b", "no word"), ("", "no word")]
)
def test_what_holds_no_word_gets_a_sentence(searcher: Searcher, text: str, said: str) -> None:
    with pytest.raises(EmbexError, match=said):
        searcher.search(ask(text, mode="lexical"))


def test_thousands_of_words_are_looked_for_by_the_rarest(searcher: Searcher) -> None:
    hits = searcher.search(ask(" ".join(f"w{n}" for n in range(9_000)) + " piano", mode="hybrid"))
    assert len(hits)
    many = (
        "The piano concerto was played at night violin cello orchestra baker dough bread tomato soup harbour full " * 3
    )
    hits = searcher.search(ask(many + " ".join(f"v{n}" for n in range(40)), mode="lexical"))
    assert len(hits) and any("rarest" in note for note in hits.notes)


def test_only_stop_words_are_words_too(searcher: Searcher) -> None:
    assert len(searcher.search(ask("the a in", mode="lexical", k=5))) == 5


def test_what_stands_everywhere_is_not_marked(searcher: Searcher) -> None:
    marked = {words.text for words in searcher.search(ask("the piano here", k=3)).words}
    assert marked == {"piano"}


def test_five_thousand_passages_are_one_document(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("\n\n".join(f"Paragraph {n} about topic{n % 7}." for n in range(5_000)))
    (tmp_path / "short.txt").write_text("A word on topic3.")
    with ProjectStore.create(tmp_path / "long.embx") as store:
        finish(import_sources(store, sources_of([tmp_path], ImportChoices(passages=5))))
        assert store.items.count() > 4_000
        searcher = Searcher(store)
        hits = searcher.search(ask("topic3", mode="lexical", k=10, by="auto"))
        assert sorted(documents(store, hits.ids)) == ["long", "short"]
        assert hits.documents is not None and hits.documents.number == 2
        searcher.close()


def test_ranks_are_added_up_by_weight() -> None:
    ids, scores = fuse([np.array([5, 7, 9]), np.array([9, 5])], 2, [1.0, 3.0])
    assert ids.tolist() == [9, 5]
    np.testing.assert_allclose(scores, [1 / 63 + 3 / 61, 1 / 61 + 3 / 62], rtol=1e-6)
    assert places_in(np.array([5, 7, 9]), np.array([9, 4, 5])).tolist() == [3, 0, 1]
