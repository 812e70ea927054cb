"""What is marked in a text, and which part of it is shown."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.data.marking import find_words, marked_excerpt
from embexplorer.data.wordquery import Words, read_words

LONG = "Nothing of note. " * 60


def shown(text: str, query: str) -> list[str]:
    return [text[a:b] for a, b in find_words(text, read_words(query).wanted)]


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("The cat saw a cathedral, CAT!", "cat", ["cat", "CAT"]),
        ("The cat saw a cathedral", "cat*", ["cat", "cathedral"]),
        ("Crème brûlée", "BRULEE creme", ["Crème", "brûlée"]),
        ("Cre\u0300me bru\u0302le\u0301e", "creme", ["Cre\u0300me"]),
        ("cats", "cat", []),
        ("a quick, brown fox is quick", '"quick brown"', ["quick, brown"]),
        ("quick brown", '"quick bro"*', ["quick brown"]),
        ("send an e-mail or email", "e-mail", ["e-mail"]),
        ("snake_case is a case", "case", ["case", "case"]),
        ("東京都庁は東京にある", "東京", ["東京", "東京"]),
        ("Tシャツを買う", "Tシャツ", ["Tシャツ"]),
        ("東Tシャツ", "t", ["T"]),
        ("がんばる", "か", []),
        ("Ｆｕｌｌ", "full", ["Ｆｕｌｌ"]),
        ("서울에서 부산", "서울", ["서울"]),
        ("ประเทศไทยและอาหารไทย", "ไทย", ["ไทย", "ไทย"]),
        ("हिन्दी एक भाषा", "हिन्दी", ["हिन्दी"]),
        ("C++ (new)", "c++ new", ["C", "new"]),
        ("anything", "… -- *", []),
        ("cat dog", "dog -cat", ["dog"]),
    ],
)
def test_the_words_themselves_are_marked(text: str, query: str, marked: list[str]) -> None:
    assert shown(text, query) == marked


def test_the_part_with_most_different_words_is_shown() -> None:
    text = f"cat cat cat cat {LONG} the cat and the dog {LONG} dog dog"
    words = read_words("cat dog").wanted
    found = marked_excerpt(text, words, 120)
    assert [found.text[a:b] for a, b in found.marks] == ["cat", "dog"]
    assert found.text.startswith("…") and found.text.endswith("…") and len(found.text) <= 120


def test_what_stands_early_is_shown_from_the_beginning() -> None:
    found = marked_excerpt(f"A  small\n cat. {LONG}", read_words("cat").wanted, 60)
    assert found.text.startswith("A small cat. Nothing") and found.marks == ((8, 11),)
    assert marked_excerpt(LONG, read_words("cat").wanted, 40).marks == ()
    assert marked_excerpt("", read_words("cat").wanted, 40).text == ""


def test_a_script_without_blanks_is_cut_anywhere() -> None:
    found = marked_excerpt("あ" * 500 + "東京" + "い" * 500, read_words("東京").wanted, 80)
    assert [found.text[a:b] for a, b in found.marks] == ["東京"] and len(found.text) <= 80


WORDS = st.lists(st.builds(Words, st.text(min_size=1, max_size=8), st.booleans(), st.booleans()), max_size=5).map(tuple)


@given(st.text() | st.text(st.sampled_from("ab東ไ \u0301é.\n")), WORDS, st.integers(10, 80))
@settings(max_examples=300, deadline=None)
def test_marks_lie_in_the_text_and_in_order(text: str, words: tuple[Words, ...], length: int) -> None:
    for found, spans in ((text, find_words(text, words)), (m := marked_excerpt(text, words, length), None)):
        marks, size = (spans, len(text)) if spans is not None else (m.marks, len(m.text))
        assert found is not None
        assert all(0 <= a < b <= size for a, b in marks)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(marks))
    assert len(m.text) <= length + 1


@given(
    st.text(st.sampled_from("ab c東"), min_size=1, max_size=300),
    st.text(st.sampled_from("abc東"), min_size=1, max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_an_excerpt_marks_wherever_the_text_has_the_word(text: str, word: str) -> None:
    words = (Words(word),)
    assert bool(find_words(" ".join(text.split()), words)) == bool(marked_excerpt(text, words, 50).marks)


def test_a_very_long_text_is_read_at_once() -> None:
    text = "word " * 400_000
    assert len(find_words(text, (Words("word"),))) == 2_000
    assert marked_excerpt(text, tuple(Words(f"w{n}") for n in range(1_000)), 100).text.endswith("…")
