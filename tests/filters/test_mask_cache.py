"""Masks that are kept: told apart by condition and frame, bounded, and never wrong whatever threads ask at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType
from embexplorer.filters.facets import FacetCache, facets_following
from embexplorer.filters.mask import Likeness, MaskContext, mask
from embexplorer.filters.maskcache import MaskCache
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import split_conditions

N = 10_000
RNG = np.random.default_rng(4)
FRAME = pl.DataFrame(
    {
        "x": RNG.normal(size=N),
        "kind": pl.Series(RNG.choice(["a", "b", "c"], N)).cast(pl.Categorical()),
        "@tags": pl.Series([["keep"] if i % 3 == 0 else [] for i in range(N)]),
    }
)
PACKED_BYTES = N // 8


def test_a_condition_is_evaluated_once_whatever_it_is_joined_with() -> None:
    asked: list[int | str] = []

    def likeness(reference: int | str) -> Likeness:
        asked.append(reference)
        return Likeness(FRAME["x"].to_numpy().astype(np.float32), lambda: 0.5)

    cache = MaskCache()
    context = MaskContext(None, likeness, 1, cache)
    alone = mask(parse("similar to 3"), FRAME, context)
    both = mask(parse('kind = "a" and not similar to 3'), FRAME, context)
    assert asked == [3]
    assert both.tolist() == ((FRAME["kind"] == "a").to_numpy() & ~alone).tolist()
    mask(parse("similar to 3 at least 0.9"), FRAME, context)
    mask(parse("similar to 3"), FRAME, MaskContext(None, likeness, 2, cache))  # other vectors
    assert asked == [3, 3, 3]
    mask(parse('tags has "keep" or @tags has "keep"'), FRAME, context)
    assert len(cache) == 5  # one for tags, by whichever name


def test_the_selection_is_never_kept() -> None:
    context = MaskContext(np.arange(N) < 10, cache=MaskCache())
    assert mask(parse("selected"), FRAME, context).sum() == 10
    assert mask(parse("selected"), FRAME, MaskContext(None, cache=context.cache)).sum() == 0
    assert len(context.cache) == 0


def test_no_answer_is_the_kept_one_itself() -> None:
    context = MaskContext(cache=MaskCache())
    first = mask(parse("x > 0"), FRAME, context)
    wanted = first.copy()
    first[:] = True
    assert mask(parse("x > 0"), FRAME, context).tolist() == wanted.tolist()


def test_the_cache_holds_no_more_than_it_may_and_lets_the_oldest_go() -> None:
    cache = MaskCache(limit_bytes=3 * PACKED_BYTES)
    context = MaskContext(cache=cache)
    for bound in range(5):
        mask(parse(f"x > {bound}"), FRAME, context)
        mask(parse("x > 0"), FRAME, context)
        assert cache.held_bytes <= 3 * PACKED_BYTES
    assert len(cache) == 3
    leaves = [parse(f"x > {bound}") for bound in range(5)]
    assert [cache.known(FRAME, leaf) is not None for leaf in leaves] == [True, False, False, True, True]


def test_another_frame_empties_it_and_a_late_answer_for_the_old_one_is_let_go() -> None:
    cache = MaskCache()
    tree = parse("x > 0")
    mask(tree, FRAME, MaskContext(cache=cache))
    turned = FRAME.with_columns(-pl.col("x"))
    assert mask(tree, turned, MaskContext(cache=cache)).tolist() == (FRAME["x"] < 0).to_list()
    cache.keep(FRAME, parse("x > 1"), np.zeros(PACKED_BYTES, np.uint8))
    assert len(cache) == 1
    assert cache.known(turned, parse("x > 1")) is None


def test_many_threads_over_two_frames_get_their_own_answers() -> None:
    cache = MaskCache(limit_bytes=6 * PACKED_BYTES)
    frames = (FRAME, FRAME.with_columns(pl.col("x") * 2))
    wanted = {(f, b): int((frames[f]["x"] > b).sum()) for f in range(2) for b in range(8)}

    def ask(number: int) -> bool:
        f, bound = number % 2, number % 8
        tree = parse(f"x > {bound} or x > {bound + 1}")
        return int(mask(tree, frames[f], MaskContext(cache=cache)).sum()) == wanted[f, bound]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))


def test_facets_find_what_the_filter_left_in_the_cache() -> None:
    cache = MaskCache()
    context = MaskContext(cache=cache)
    tree = parse('x > 0 and kind = "a" and tagged "keep"')
    kept = mask(tree, FRAME, context)
    before = len(cache)
    conditions, rest = split_conditions(tree, ["x", "kind"])
    found = facets_following(
        FRAME, {"x": FieldType.NUMBER, "kind": FieldType.CATEGORY}, conditions, rest, context, FacetCache()
    )
    assert len(cache) == before == 3
    assert found["kind"].matching == mask(parse('x > 0 and tagged "keep"'), FRAME, context).sum()
    assert kept.sum() == next(v.count for v in found["kind"].values if v.value == "a")
