"""The index of words: every script, whatever is typed, under any filter, and right as items come and go."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.base.wordforms import indexed, looked_for
from embexplorer.data.items import ImportChoices, ItemBatch, Kind
from embexplorer.data.wordquery import WordQuery, Words, read_words
from embexplorer.store.copies import salvage
from embexplorer.store.project import ProjectStore
from embexplorer.store.textsearch import Asked, renew


def fill(store: ProjectStore, texts: list[str], titles: list[str] | None = None) -> np.ndarray:
    number = len(texts)
    source = store.sources.add("/data/a.csv", "CSV table", ImportChoices(), "")
    empty = [""] * number
    keys = np.arange(number) + 1_000 * store.items.count()
    ids: np.ndarray = store.items.add(
        source, ItemBatch(Kind.TEXT, titles or empty, texts, empty, keys, pl.DataFrame())
    ).ids
    return ids


def asked(text: str) -> Asked:
    words = read_words(text)
    return Asked((words.wanted,), tuple((each,) for each in words.unwanted))


def found(store: ProjectStore, text: str, limit: int = 100, allowed: np.ndarray | None = None) -> list[int]:
    ids: list[int] = store.items.match_words(asked(text), limit, allowed)[0].tolist()
    assert sorted(ids) == store.items.with_words(asked(text), allowed).tolist() or len(ids) == limit
    return ids


SCRIPTS = {
    1: "東京都庁は新宿区にある。",
    2: "京都の古い寺院",
    3: "我喜欢吃苹果和香蕉",
    4: "ฉันรักประเทศไทยและอาหารไทย",
    5: "서울에서 부산까지 기차를 탔다",
    6: "ភាសាខ្មែរ គឺជាភាសា",
    7: "हिन्दी एक भाषा है",
    8: "مُحَمَّد كتب الكتاب",
    9: "Ｆｕｌｌ ｗｉｄｔｈ ｶﾀｶﾅ",
    10: "JR東日本の駅でTシャツを買う",
    11: "Crème brûlée, Łódź and São Paulo",
    12: "ประเทศลาว",
    13: "東",
    14: "Cafe\u0301 au lait",
}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("東京", [1]),
        ("京都", [1, 2]),
        ("東京都庁", [1]),
        ("都", [1, 2]),
        ("苹果", [3]),
        ("果苹", []),
        ("香蕉 苹果", [3]),
        ("香蕉 -苹果", []),
        ("ประเทศ", [4, 12]),
        ("ประเทศไทย", [4]),
        ("ไทย", [4]),
        ("รก", []),  # a vowel sign tells words apart
        ("서울", [5]),
        ("부산", [5]),
        ("ខ្មែរ", [6]),
        ("हिन्दी", [7]),
        ("हनद", []),
        ("محمد", [8]),
        ("full", [9]),
        ("カタカナ", [9]),
        ("JR東日本", [10]),
        ("東日本の", [10]),
        ("Tシャツ", [10]),
        ("creme", [11]),
        ("CRÈME BRULEE", [11]),
        ("sao", [11]),
        ("café", [14]),
        ("東", [1, 10, 13]),
    ],
)
def test_every_script_is_found_by_its_words(store: ProjectStore, text: str, ids: list[int]) -> None:
    fill(store, list(SCRIPTS.values()))
    assert sorted(found(store, text)) == ids


def test_signs_say_what_they_are_known_for(store: ProjectStore) -> None:
    fill(store, ["a quick brown fox", "a brown quick fox", "the foxes are quick", "brown bread"])
    assert sorted(found(store, "quick brown")) == [1, 2]
    assert found(store, '"quick brown"') == found(store, "“quick brown”") == [1]
    assert found(store, '"quick bro"*') == [1]
    assert sorted(found(store, "fox*")) == [1, 2, 3]
    assert found(store, "brown -fox") == [4]
    assert found(store, 'brown -"quick brown" -bread') == [2]
    assert found(store, "-brown") == []


def test_a_word_in_the_title_counts_more(store: ProjectStore) -> None:
    fill(store, ["here is a violin", "here is a piano"], ["piano", "violin"])
    assert found(store, "piano") == [1, 2]


def test_the_number_of_a_passage_is_no_word(store: ProjectStore) -> None:
    ids = fill(store, ["in 1984", "in another year"], ["Orwell · 2", "Orwell · 1984"])
    assert found(store, "1984") == [1] and sorted(found(store, "orwell")) == [1, 2]
    store.items.trash(ids)
    store.items.empty_trash()
    assert found(store, "orwell") == []


def test_under_a_filter_nothing_that_passes_is_lost(store: ProjectStore) -> None:
    ids = fill(store, [f"common {'rare' if n % 50 == 0 else 'plain'} number{n}" for n in range(500)])
    for allowed in (ids[::100], ids[-1:], ids[1:3], ids, ids[:0]):
        hits = found(store, "common", 500, allowed)
        assert sorted(hits) == allowed.tolist()
        assert len(found(store, "common", 3, allowed)) == min(3, len(allowed))
    assert found(store, "rare", 500, np.array([1, 2, 3, 10_000])) == [1]


def test_what_is_in_the_trash_is_not_found_and_comes_back(store: ProjectStore, tmp_path: Path) -> None:
    ids = fill(store, ["東京タワー", "東京駅", "東京 hotel"])
    store.items.trash(ids[:1])
    assert sorted(found(store, "東京")) == [2, 3]
    store.items.restore(ids[:1])
    assert sorted(found(store, "東京")) == [1, 2, 3]
    store.items.trash(ids[1:2])
    store.items.empty_trash()
    fill(store, ["東京湾"])
    assert sorted(found(store, "東京")) == [1, 3, 4]
    with store.transaction():  # what was taken out of the index is what had been put in
        store._database.execute("INSERT INTO item_text (item_text) VALUES ('integrity-check')")
    store.save_copy(tmp_path / "copy.embx")
    salvage(tmp_path / "copy.embx", tmp_path / "saved.embx")
    with ProjectStore.open(tmp_path / "saved.embx") as saved:
        assert sorted(found(saved, "東京")) == [1, 3, 4]


def test_an_index_of_version_1_is_brought_up_to_date(store: ProjectStore) -> None:
    fill(store, list(SCRIPTS.values()))
    with store.transaction(), store._database.writing() as connection:
        connection.execute("INSERT INTO item_text (item_text) VALUES ('rebuild')")
    assert found(store, "京都") == []
    with store.transaction(), store._database.writing() as connection:
        renew(connection)
    assert sorted(found(store, "京都")) == [1, 2]
    assert found(store, "creme") == [11]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectStore]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(tmp_path_factory.mktemp("words-home")))
        with ProjectStore.create(tmp_path_factory.mktemp("words") / "words.embx") as store:
            fill(store, list(SCRIPTS.values()))
            yield store


@given(
    st.text(st.sampled_from("ab\"'*-^:(){}[]+.\\/~ \t\n\0\x1b\ud800東京ไกิ่ANDORNOTEAR\u0301\u200d"), max_size=40)
    | st.text()
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_understood(small: ProjectStore, text: str) -> None:
    words = read_words(text)
    small.items.match_words(Asked((words.wanted,), (words.unwanted,)), 5)
    assert not any(character in words.plain() for character in "\0\x1b")


@given(st.lists(st.text(st.sampled_from("東京都庁新宿a b"), min_size=1, max_size=6), min_size=1, max_size=8), st.data())
@settings(max_examples=60, deadline=None)
def test_any_part_of_a_text_without_blanks_is_found(texts: list[str], data: st.DataObject) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    connection.executemany("INSERT INTO t VALUES (?)", [(indexed(text),) for text in texts])
    part = data.draw(st.text(st.sampled_from("東京都庁新宿"), min_size=1, max_size=3))
    text, begins = looked_for(part)
    rows = connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (f'"{text}"' + ("*" if begins else ""),))
    assert {row[0] - 1 for row in rows} == {at for at, text in enumerate(texts) if part in text}
    connection.close()


def test_ten_thousand_words_are_no_error(store: ProjectStore) -> None:
    fill(store, ["w1 w2 w3"])
    assert found(store, " ".join(f"w{n}" for n in range(10_000))) == []


def test_what_is_typed_twice_counts_once_and_signs_alone_say_nothing() -> None:
    words = read_words('ca ca -ca "ca" … -- * "" "!"')
    assert words == WordQuery((Words("ca"), Words("ca", quoted=True)), (Words("ca"),))
