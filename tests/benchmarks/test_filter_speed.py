"""Filters over a million items: CPU of each kind of condition fresh, known to the cache, and joined; and of facets."""

import time
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from embexplorer.data.items import FieldType, field_type
from embexplorer.filters.facets import FacetCache, facets_following
from embexplorer.filters.mask import Likeness, MaskContext, mask
from embexplorer.filters.maskcache import MaskCache
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import split_conditions

ROWS, RUNS = 1_000_000, 15
WORDS = ["delivery", "slow", "fast", "good", "bad", "refund", "product", "quality", "service", "never", "box", "late"]


def categories(random: np.random.Generator, name: str, many: int) -> pl.Series:
    values = pl.Series([f"{name} {n}" for n in range(many)])
    return values.gather(random.integers(0, many, ROWS)).cast(pl.Categorical)


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    random = np.random.default_rng(2)
    numbers = random.normal(size=ROWS)
    holes = pl.Series(random.random(ROWS) < 0.1)
    moments = pl.Series(random.integers(0, 10**12, ROWS)).cast(pl.Datetime("ms"))
    return pl.DataFrame(
        {
            "score": numbers,
            "rating": pl.Series(numbers).set(holes, None),
            "seen": moments,
            "left": moments.set(holes, None),
            "section": categories(random, "section", 50),
            "author": categories(random, "author", 100_000),
            "good": random.random(ROWS) < 0.5,
            "body": [" ".join(words) for words in random.choice(np.array(WORDS), (ROWS, 12)).tolist()],
            "@tags": pl.Series([["keep"], [], ["draft", "old"], ["old"]]).gather(random.integers(0, 4, ROWS)),
        }
    )


def cpu_ms(answer: Callable[[], object], runs: int = RUNS) -> float:
    """At the median; of all threads of the process, for polars uses several."""
    answer()
    times = []
    for _ in range(runs):
        began = time.process_time()
        answer()
        times.append((time.process_time() - began) * 1e3)
    return float(np.median(times))


@pytest.mark.parametrize(
    "text",
    [
        "score >= 0.5",
        "score between 0 and 1",
        "score in (1, 2, 3, 4, 5)",
        "rating >= 0.5",
        "rating != 0.5",
        "rating is missing",
        "seen >= 1990-01-01",
        "left between 1990-01-01 and 1995-01-01",
        'section = "section 3"',
        'section in ("section 3", "section 4", "section 5")',
        'section != "section 3"',
        'author = "author 77"',
        "good = true",
        'section contains "3"',
        'author starts with "author 7"',
        'tagged "keep"',
        'tags has any ("draft", "keep")',
        'body contains "refund"',
        'body contains "slow delivery"',
        'body starts with "bad"',
        'body matches "bad.*good"',
        "similar to 17 at least 0.6",
        'section = "section 3" and (score >= 0.5 or tagged "keep") and not good = true',
        " or ".join(f"score > {n}" for n in range(100)),
    ],
)
def test_conditions(frame: pl.DataFrame, table, text: str) -> None:
    tree = parse(text)
    scores = np.linspace(-1, 1, ROWS, dtype=np.float32)
    context = MaskContext(None, lambda reference: Likeness(scores, lambda: 0.5), cache=MaskCache())
    first = time.process_time()
    wanted = mask(tree, frame, context)
    first_ms = (time.process_time() - first) * 1e3
    # keeps the different values of columns, but no mask
    forgetful = MaskContext(None, context.likeness, cache=MaskCache(limit_bytes=0))
    assert np.array_equal(mask(tree, frame, context), wanted)
    shown = text if len(text) < 60 else f"{text[:50]}… ({text.count(' or ') + 1} conditions)"
    table.row(
        f"`{shown}`",
        kept=f"{wanted.mean():.1%}",
        first_ms=first_ms,
        fresh_ms=cpu_ms(lambda: mask(tree, frame, forgetful)),
        cached_ms=cpu_ms(lambda: mask(tree, frame, context)),
    )


def test_facets_under_a_filter(frame: pl.DataFrame, table) -> None:
    tree = parse('section = "section 3" and score >= 0.5 and body contains "refund"')
    columns = {name: field_type(dtype) for name, dtype in frame.schema.items()}
    columns = {name: kind for name, kind in columns.items() if kind is not FieldType.TEXT}
    conditions, rest = split_conditions(tree, columns)
    context, facets = MaskContext(cache=MaskCache()), FacetCache()
    mask(tree, frame, context)

    def counted() -> object:
        return facets_following(frame, columns, conditions, rest, context, facets)

    table.row(f"{len(columns)} facets, the masks known", cached_ms=cpu_ms(counted, 5))
