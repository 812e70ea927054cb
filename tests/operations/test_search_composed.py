"""A query of many parts over a real project: sets, what is set aside, what contradicts itself, and long lists."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embexplorer.base.errors import EmbexError
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, Term, TextTerm
from embexplorer.operations.describing import describe_hits
from embexplorer.operations.searching import Searcher
from embexplorer.store.project import ProjectStore

CAT, SAW = TextTerm("a cat"), TextTerm("a saw")
WILD = TextTerm("lives in the wild")


@pytest.fixture(scope="module")
def searcher(filled: ProjectStore) -> Searcher:
    return Searcher(filled)


def titles(store: ProjectStore, searcher: Searcher, query: Query) -> list[str]:
    return [hit.title for hit in describe_hits(store, searcher.search(query))]


def cosines(store: ProjectStore, searcher: Searcher, *terms: Term) -> np.ndarray:
    """float (n, m): of every item with every term alone, by item."""
    columns = []
    for term in terms:
        hits = searcher.search(Query((term,), k=1000, exact=True))
        columns.append(hits.scores[np.argsort(hits.ids)])
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("where", ["", 'group = "animal" or stars is missing', 'name contains "cat"'])
@pytest.mark.parametrize("combine", ["both", "either"])
def test_both_is_the_smallest_and_either_the_largest_of_the_likenesses(filled, searcher, combine, where, exact) -> None:
    fold = np.min if combine == "both" else np.max
    ids = filled.items.ids()
    passing = np.isin(ids, searcher.matching(where)) if where else np.ones(len(ids), bool)
    scores = fold(cosines(filled, searcher, CAT, SAW, WILD), axis=1)
    hits = searcher.search(Query((CAT, SAW, WILD), where, 7, exact=exact, combine=combine))
    expected = [i for i in ids[np.argsort(-scores, kind="stable")] if passing[ids == i][0]][:7]
    assert hits.ids.tolist() == expected
    assert hits.exact
    assert hits.matching == passing.sum()
    np.testing.assert_allclose(hits.scores, -np.sort(-scores[passing])[:7], atol=1e-6)


@pytest.mark.parametrize("combine", ["blend", "both", "either"])
def test_what_is_more_like_the_other_is_left_out(filled, searcher, combine) -> None:
    liked, unliked = (TextTerm("an animal"), TextTerm("fur")), TextTerm("lives near people")
    terms = (*liked, replace(unliked, weight=-1.0))
    with_it = searcher.search(Query(liked, k=1000, combine=combine, exact=True))
    against = cosines(filled, searcher, unliked)[np.searchsorted(filled.items.ids(), with_it.ids), 0]
    left = searcher.search(Query(terms, k=1000, combine=combine, but_not=True))
    assert 0 < len(left) < len(with_it)
    assert left.ids.tolist() == with_it.ids[with_it.scores >= against].tolist()
    assert any("more like what is asked for" in note for note in left.notes)
    if combine == "blend":
        pushed = searcher.search(Query(terms, k=1000))
        assert len(pushed) == len(with_it), "without it, a minus only pushes"


def test_a_first_few_are_the_head_of_all(filled, searcher) -> None:
    query = Query((CAT, replace(SAW, weight=-0.5)), k=1000, but_not=True)
    whole = searcher.search(query).ids
    for k in (0, 1, 3, 9):
        assert searcher.search(replace(query, k=k)).ids.tolist() == whole[:k].tolist()


def test_what_is_set_aside_does_not_decide(filled, searcher) -> None:
    near = [hit.text for hit in describe_hits(filled, searcher.search(Query((TextTerm("wild animal"),), k=8)))]
    terms = (TextTerm("wild animal"), TextTerm("in the wild", aside=True))
    apart = [hit.text for hit in describe_hits(filled, searcher.search(Query(terms, k=8)))]
    assert sum("wild" in text for text in apart) < sum("wild" in text for text in near)
    pushed = (TextTerm("wild animal"), TextTerm("in the wild", -1.0))
    assert searcher.search(Query(terms, k=8)).ids.tolist() != searcher.search(Query(pushed, k=8)).ids.tolist()
    for combine in ("both", "either"):
        assert len(searcher.search(Query((*terms, CAT), k=8, combine=combine))) == 8


def test_the_weight_of_an_aside_term_does_not_count(searcher) -> None:
    found = [
        searcher.search(Query((CAT, TextTerm("wild", weight, aside=True)), k=9)).ids.tolist()
        for weight in (1.0, -3.0, 0.1)
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query((CAT, replace(CAT, weight=-1.0))), "cancel each other out"),
        (Query((CAT, replace(CAT, weight=-1.0)), but_not=True), "asks for “a cat” and against it"),
        (Query((CAT, TextTerm(" A  Cat ", -2.0)), combine="both"), "asks for “a cat” and against it"),
        (Query((ItemsTerm((1, 2)), ItemsTerm((2, 1), weight=-1.0)), combine="either"), "“2 items” and against it"),
        (Query((CAT, replace(CAT, aside=True))), "set aside is all that there is"),
        (Query((replace(CAT, aside=True),)), "only says what to avoid"),
        (Query((replace(CAT, weight=-1.0), replace(SAW, aside=True)), but_not=True), "only says what to avoid"),
        (Query((CAT, TextTerm("   ")), combine="both"), "nothing in the text"),
        (Query((ImageTerm("cat.png"),)), "cannot be searched by an image. Add pictures"),
        (Query((CAT, ItemsTerm((999,), aside=True))), "no item 999"),
    ],
)
def test_what_leaves_nothing_to_search_for_is_said(searcher, query, words) -> None:
    with pytest.raises(EmbexError) as caught:
        searcher.search(query)
    assert words in f"{caught.value.text} {caught.value.hint}"


def test_a_part_that_is_asked_both_ways_among_others_is_noted(searcher) -> None:
    hits = searcher.search(Query((CAT, SAW, replace(SAW, weight=-1.0)), k=5))
    assert hits.notes == ("The query asks both for and against “a saw”.",)
    assert hits.ids.tolist() == searcher.search(Query((CAT,), k=5)).ids.tolist()


def test_a_long_text_among_others_is_named_once(searcher) -> None:
    long = TextTerm("whiskers " * 2000)
    hits = searcher.search(Query((CAT, long, replace(long, weight=0.5)), k=5))
    assert len(hits.notes) == 1
    assert hits.notes[0].startswith("“whiskers whiskers") and "only its beginning was used" in hits.notes[0]


@pytest.mark.parametrize("combine", ["blend", "both", "either"])
def test_five_hundred_parts_are_answered(filled, searcher, combine) -> None:
    terms = tuple(TextTerm(f"number {at}", -0.1 if at % 7 == 6 else 1.0) for at in range(490))
    own = tuple(ItemsTerm((int(i),)) for i in filled.items.ids()[:10])
    hits = searcher.search(Query((*terms, *own), k=100, combine=combine))
    assert len(hits) <= 30
    assert not set(hits.ids) & set(filled.items.ids()[:10])


def test_each_text_is_read_by_the_model_once(filled, monkeypatch: pytest.MonkeyPatch) -> None:
    from embexplorer.encoders.text import TextEncoder

    seen: list[str] = []
    real = TextEncoder.encode_queries
    monkeypatch.setattr(TextEncoder, "encode_queries", lambda self, texts: seen.extend(texts) or real(self, texts))
    fresh = Searcher(filled)
    fresh.search(Query((CAT, SAW, replace(CAT, weight=0.3)), k=3))
    fresh.search(Query((replace(SAW, weight=-1.0), CAT), k=3, where="stars > 1"))
    fresh.search(Query((CAT, WILD), combine="both"))
    fresh.close()
    assert seen == ["a cat", "a saw", "lives in the wild"]


def test_a_picture_that_is_mended_is_read_again(tmp_path: Path) -> None:
    from embexplorer.api import Project

    for name, colour in (("one", "red"), ("two", "blue")):
        Image.new("RGB", (40, 40), colour).save(tmp_path / f"{name}.png")
    asked = tmp_path / "asked.png"
    with Project.create(tmp_path / "pictures.embx") as project:
        project.add(tmp_path / "one.png", tmp_path / "two.png")
        project.embed()
        for _ in range(2):
            with pytest.raises(EmbexError, match=r"asked\.png"):
                project.search(image=asked)
        Image.new("RGB", (40, 40), "blue").save(asked)
        assert project.search(image=asked, k=1).ids.tolist() == [2]
        Image.new("RGB", (40, 44), "red").save(asked)
        assert project.search(image=asked, k=1).ids.tolist() == [1]
