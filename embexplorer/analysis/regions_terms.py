"""How many texts of each hill hold which words and pairs of words."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.analysis.regions_stopwords import WEAK_WORDS
from embexplorer.analysis.regions_tokens import Tokens
from embexplorer.base.progress import Step

_TITLE = 2.0  # a word of the title counts as so many
_FEWEST = 3  # times that a pair must stand somewhere
_MOST_PAIRS = 60_000


@dataclass(frozen=True, eq=False)
class Counts:
    """Sorted by group and term. group, term: int32 (c,). texts: float32 (c,), how many texts of the group hold the
    term, those with it in the title twice. sizes: float64 (groups,), how many texts each group has.
    terms: how many there are."""

    group: np.ndarray
    term: np.ndarray
    texts: np.ndarray
    sizes: np.ndarray
    terms: int

    def merged(self, group_of: np.ndarray, groups: int) -> "Counts":
        """The same of larger groups. group_of: int32 (groups of this,)."""
        sizes = np.bincount(group_of, self.sizes, groups)
        return _counts(group_of[self.group], self.term, self.texts, sizes, self.terms)


@dataclass(frozen=True, eq=False)
class Terms:
    """tokens: where they come from. pairs: int32 (p, 2), words that stand together; term len(tokens.words) + i is
    pair i, a smaller one is a word. pair: int32 (t,), the pair that begins at each token, -1 for none. counts: by
    hill."""

    tokens: Tokens
    pairs: np.ndarray
    pair: np.ndarray
    counts: Counts


def terms_of(tokens: Tokens, hill: np.ndarray, hills: int) -> Generator[Step, None, Terms]:
    """Count what stands in the texts. hill: int32 (texts,), the hill of each text."""
    from embexplorer.analysis.regions_counting import first_in_text

    sizes = np.bincount(hill, minlength=hills).astype(np.float64)
    weight = np.where(tokens.in_title, np.float32(_TITLE), np.float32(1))
    weak = np.fromiter((word in WEAK_WORDS for word in tokens.words), bool, len(tokens.words))
    says_nothing = np.append(tokens.is_letter | weak, True)  # the last for -1
    single = np.where(says_nothing[tokens.word], -1, tokens.word)
    yield Step(1, 4)
    pairs, pair = _pairs(tokens)
    yield Step(2, 4)
    parts = []
    for term, number, offset in ((single, len(tokens.words), 0), (pair, len(pairs), len(tokens.words))):
        kept = first_in_text(tokens.doc, term.astype(np.int32), number)
        parts.append((hill[tokens.doc[kept]], term[kept] + offset, weight[kept]))
    yield Step(3, 4)
    group, term, texts = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Terms(tokens, pairs, pair, _counts(group, term, texts, sizes, len(tokens.words) + len(pairs)))


def _pairs(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of words that stand beside each other often enough: int32 (p, 2); and int32 (t,), the pair that begins at
    each token, -1 for none."""
    from embexplorer.analysis.regions_counting import pairs_at

    number = len(tokens.words)
    left, right = tokens.word[:-1], tokens.word[1:]
    beside = (left >= 0) & (right >= 0) & (left != right) & (tokens.doc[:-1] == tokens.doc[1:])
    beside &= tokens.in_title[:-1] == tokens.in_title[1:]
    keys = left[beside].astype(np.int64) * number + right[beside]
    counted = pl.DataFrame({"key": keys}).group_by("key").len().filter(pl.col("len") >= _FEWEST)
    counted = counted.sort(["len", "key"], descending=[True, False]).head(_MOST_PAIRS).sort("key")
    known = counted["key"].to_numpy()
    pairs = np.stack([known // max(number, 1), known % max(number, 1)], axis=1).astype(np.int32)
    starts = np.searchsorted(pairs[:, 0], np.arange(number + 1))
    return pairs, pairs_at(tokens.word, np.append(beside, False), pairs, starts)


def _counts(group: np.ndarray, term: np.ndarray, texts: np.ndarray, sizes: np.ndarray, terms: int) -> Counts:
    from embexplorer.analysis.regions_counting import summed

    known = (np.ascontiguousarray(group, np.int32), np.ascontiguousarray(term, np.int32), texts)
    return Counts(*summed(*known, len(sizes), terms), sizes, terms)
