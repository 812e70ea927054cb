"""Naming the parts of a map: CPU s for the regions and for their names, from points and texts at hand."""

import random
import time

import numpy as np
import polars as pl
import pytest

from embexplorer.analysis.regions import find_regions
from embexplorer.analysis.regions_names import names_of
from embexplorer.analysis.regions_terms import terms_of
from embexplorer.analysis.regions_tokens import tokens_of
from embexplorer.base.progress import finish
from embexplorer.operations.labelling import sample

WORDS_A_TEXT = 40


def corpus(n: int) -> tuple[np.ndarray, pl.Series]:
    """Points in 300 overlapping clusters, and texts that hold words of their cluster among frequent ones."""
    draw, letters = np.random.default_rng(0), random.Random(0)
    words = np.array(["".join(letters.choices("bdfgklmnprstvaeiou", k=letters.randint(3, 10))) for _ in range(20_000)])
    of = draw.integers(0, 300, n)
    xy = (draw.normal(0, 6, (300, 2))[of] + draw.normal(0, 0.4, (n, 2))).astype(np.float32)
    rank = np.minimum(draw.zipf(1.3, (n, WORDS_A_TEXT)), len(words)) - 1
    own = draw.random((n, WORDS_A_TEXT)) < 0.2
    rank[own] = (10_000 + of[:, None] * 20 + draw.integers(0, 20, (n, WORDS_A_TEXT)))[own]
    return xy, pl.DataFrame(words[rank], orient="row").select(pl.concat_str(pl.all(), separator=" ")).to_series()


@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_regions_speed(table, benchmark, n: int) -> None:
    xy, texts = corpus(n)
    find_regions(xy[:1_000])
    begun = time.process_time()
    regions = find_regions(xy)
    found = time.process_time()
    rows = sample(regions.hill)
    tokens = finish(tokens_of(pl.Series("", [""]).new_from_index(0, len(rows)), texts[rows]))
    terms = finish(terms_of(tokens, regions.hill[rows], len(regions.levels[0].of_hill)))
    names = finish(names_of(regions.levels, terms))
    named = time.process_time()
    table.row(
        f"{n:,} points",
        regions_s=found - begun,
        names_s=named - found,
        regions=sum(len(level) for level in regions.levels),
        named=sum(bool(name) for level in names for name in level),
    )
    benchmark.pedantic(find_regions, (xy,), rounds=3)
