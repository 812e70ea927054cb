"""Search by words over a million texts: CPU time by how common the words are and how much a filter lets through."""

import time
from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest

from embexplorer.data.items import ImportChoices, ItemBatch, Kind
from embexplorer.data.marking import marked_excerpt
from embexplorer.data.query import Query, TextTerm
from embexplorer.data.wordquery import read_words
from embexplorer.operations.lexical import LexicalSearch
from embexplorer.store.project import ProjectStore

ITEMS, WORDS, LENGTH, STEP = 1_000_000, 50_000, 40, 20_000
QUERIES = {
    "rare word (0.02 %)": "w20000",
    "word (0.3 %)": "w01000",
    "common word (3 %)": "w00100",
    "two words": "w00010 w00200",
    "phrase": '"w00010 w00011"',
    "in nearly all": "w00000",
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectStore]:
    """Words by Zipf's law."""
    random, words = np.random.default_rng(0), np.array([f"w{n:05}" for n in range(WORDS)])
    shares = 1 / np.arange(1, WORDS + 1)
    shares /= shares.sum()
    with ProjectStore.create(tmp_path_factory.mktemp("words") / "many.embx") as store:
        source = store.sources.add("/data/many.csv", "CSV table", ImportChoices(), "")
        for first in range(0, ITEMS, STEP):
            texts = [" ".join(row) for row in words[random.choice(WORDS, (STEP, LENGTH), p=shares)]]
            empty, keys = [""] * STEP, np.arange(first, first + STEP)
            store.items.add(source, ItemBatch(Kind.TEXT, empty, texts, empty, keys, pl.DataFrame()))
        yield store


@pytest.mark.parametrize("name", QUERIES)
def test_words(many: ProjectStore, table, name: str) -> None:
    ids, lexical = many.items.ids(), LexicalSearch(many)
    figures: dict[str, object] = {}
    for share in (1.0, 0.1, 0.001):
        chosen = np.sort(np.random.default_rng(1).choice(ids, int(share * len(ids)), replace=False))
        allowed = None if share == 1 else chosen
        query = Query((TextTerm(QUERIES[name]),), k=10, mode="lexical")
        lexical.hits(query, allowed, 10)
        began = time.thread_time()
        hits = lexical.hits(query, allowed, 10)
        figures[f"ms at {share:.1%}"] = (time.thread_time() - began) * 1e3
        assert hits.exact
    table.row(name, **figures)


def test_file(many: ProjectStore, table) -> None:
    size = many.path.stat().st_size
    table.row("project file", MB=size / 1e6, of_text=size / (ITEMS * LENGTH * 7))


def test_excerpts(table) -> None:
    text = "many words that say nothing here and there " * 50
    wanted = read_words("say there nothing").wanted
    began = time.thread_time()
    for _ in range(200):
        marked_excerpt(text, wanted, 400, 110)
    table.row("marked excerpt of 2,000 characters", ms=(time.thread_time() - began) * 1e3 / 200)
