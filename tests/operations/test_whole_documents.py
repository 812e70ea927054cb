"""Whole documents: the one that answers all parts of a query, though no passage of it does."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base.progress import finish
from embexplorer.data.items import ImportChoices
from embexplorer.data.query import ItemsTerm, Query, TextTerm
from embexplorer.operations import wholes
from embexplorer.operations.embedding import EmbedParams, embed_pending
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.searching import Searcher
from embexplorer.operations.wholes import parts_of
from embexplorer.store.project import ProjectStore

TEXTS = {
    "both": ("The piano concerto was played.", "Bread is baked from dough."),
    "music": ("The piano concerto was played.", "A violin joined the orchestra."),
    "food": ("Bread is baked from dough.", "A tomato soup is cooked."),
    "ships": ("The harbour is full of ships.", "A captain steers through the storm."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectStore]:
    folder = tmp_path_factory.mktemp("whole")
    for name, texts in TEXTS.items():
        (folder / f"{name}.txt").write_text("\n\n".join(texts), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("whole-home")))
        with ProjectStore.create(tmp_path_factory.mktemp("whole-project") / "whole.embx") as store:
            finish(import_sources(store, sources_of([folder], ImportChoices(passages=8))))
            finish(embed_pending(store, EmbedParams("minilm-static")))
            yield store


@pytest.fixture
def searcher(library: ProjectStore) -> Iterator[Searcher]:
    made = Searcher(library)
    yield made
    made.close()


def names(store: ProjectStore, ids: np.ndarray) -> list[str]:
    return [Path(uri).stem for uri in store.items.uris(ids)]


TWO = Query((TextTerm("A piano was played. Dough is baked."),), by="whole", k=3)


def test_the_document_with_all_parts_is_first(library: ProjectStore, searcher: Searcher) -> None:
    hits = searcher.search(TWO)
    assert names(library, hits.ids)[0] == "both" and len(set(names(library, hits.ids))) == 3
    assert hits.documents is not None and hits.documents.number == 4 and hits.documents.more[0] == 1
    assert (np.diff(hits.scores) <= 0).all() and hits.exact
    chips = Query((TextTerm("A piano was played."), TextTerm("Dough is baked.")), by="whole", k=3)
    np.testing.assert_array_equal(searcher.search(chips).ids, hits.ids)
    assert len(searcher.everything(TWO)) == 4


def test_encodings_choose_the_same_and_are_kept(
    library: ProjectStore, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = searcher.search(TWO)
    monkeypatch.setattr(wholes, "_EXACT_ROWS", 0)
    monkeypatch.setattr(wholes, "_CANDIDATES", 1)
    monkeypatch.setattr(wholes, "_LEAST", 1)
    hits = searcher.search(TWO)
    assert (hits.method, hits.exact, hits.ids.tolist()) == ("encodings", False, exact.ids.tolist())
    kept = list(library.cache_folder().glob("documents-*.encodings"))
    assert len(kept) == 1
    again = Searcher(library)
    assert again.search(TWO).ids.tolist() == exact.ids.tolist()
    kept[0].write_bytes(b"something else")
    third = Searcher(library)
    assert third.search(TWO).ids.tolist() == exact.ids.tolist()
    again.close()
    third.close()


def test_a_part_can_be_unwanted_and_a_filter_narrows(library: ProjectStore, searcher: Searcher) -> None:
    query = Query((TextTerm("A piano was played."), TextTerm("Dough is baked.", -1.0)), by="whole", k=4)
    assert names(library, searcher.search(query).ids)[0] == "music"
    narrow = Query(TWO.terms, 'document in ("ships.txt", "food.txt")', by="whole")
    assert names(library, searcher.search(narrow).ids) == ["food", "ships"]
    assert len(searcher.search(Query(TWO.terms, 'document = "none.txt"', by="whole"))) == 0
    own = Query((ItemsTerm((int(searcher.search(TWO).ids[0]),)),), by="whole", k=9)
    assert "both" not in names(library, searcher.search(own).ids)


def test_sentences_share_the_weight_of_their_text() -> None:
    parts = parts_of(
        Query((TextTerm("One here. Two there！三つ目。四つ目", 2.0), TextTerm("no", -1.0), ItemsTerm((1,))))
    )
    assert [getattr(p, "text", "") for p in parts] == ["One here.", "Two there！", "三つ目。", "四つ目", "", "no"]
    assert sum(p.weight for p in parts[:4]) == pytest.approx(2.0)
    assert len(parts_of(Query((TextTerm("A b. " * 99),)))) == 32
