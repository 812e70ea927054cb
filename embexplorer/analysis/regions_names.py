"""What regions of a map are about: the words that their texts hold more often than the texts around them.

A term's score is how much of a region it covers times how much more frequent it is there, against the whole map and
against the regions beside it (class-based TF-IDF; the test of significance follows Monroe, Colaresi and Quinn,
Fightin' Words, 2008, doi 10.1093/pan/mpn018).
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.analysis.regions import Level
from embexplorer.analysis.regions_phrases import Phrases
from embexplorer.analysis.regions_terms import Counts, Terms
from embexplorer.base.progress import Step

_COVER = 0.6  # the power of coverage: 1 would prefer words that are merely frequent, 0 those that are merely rare
_MOST_LIFT = 3.5  # e times e times e as often is as telling as anything
_SURE = 3.0  # standard errors
_FEWEST, _LEAST_COVER = 2.9, 0.012  # texts that must hold a word, and the share of a region's beyond them
_PAIR = 1.25  # a pair of words says more than a word
_INSIDE = 0.6  # a word that stands in one pair so often is better said by the pair
_LOOKED_AT = 12  # best terms of a region
_LEAST, _THIRD = 0.3, 0.5  # of the best score, for a second and a third word
_WIDE, _WIDE_FOR_THREE = 26, 24  # letters of a name: longer ones are cut on the map
_FREQUENT, _EVEN, _EVENLY = 0.03, 0.4, 0.75  # words in most regions alike name nothing
_JOINT = " · "


@dataclass(frozen=True)
class _Candidate:
    term: int
    score: float


def names_of(levels: tuple[Level, ...], terms: Terms) -> Generator[Step, None, list[list[str]]]:
    """A name for each region of each level, "" where its texts have nothing of their own. Two or three words, the most
    telling first; no two regions of a level have the same."""
    phrases = Phrases(terms)
    whole = terms.counts
    even = _even(levels, terms)
    names: list[list[str]] = []
    above: Counts | None = None
    for row, level in enumerate(levels):
        yield Step(row, len(levels))
        counts = whole.merged(level.of_hill, len(level))
        scored = _scored(counts, above, level.parent, terms, even)
        names.append(_chosen(scored, level, phrases))
        above = counts
    return names


def _even(levels: tuple[Level, ...], terms: Terms) -> np.ndarray:
    """bool (words + pairs,): frequent words that most regions share, such as those of a language or of a form."""
    everything = len(terms.tokens.words) + len(terms.pairs)
    level = max((one for one in levels if len(one) <= 100), key=len, default=levels[0])
    counts = terms.counts.merged(level.of_hill, len(level))
    total = np.bincount(counts.term, counts.texts, everything)
    overall = total / max(counts.sizes.sum(), 1)
    share = counts.texts / np.maximum(counts.sizes[counts.group], 1)
    alike = share >= _EVEN * overall[counts.term]
    covered = np.bincount(counts.term[alike], counts.sizes[counts.group[alike]], everything) / counts.sizes.sum()
    even: np.ndarray = (overall >= _FREQUENT) & (covered >= _EVENLY) & (len(level) > 1)
    return even


def _scored(counts: Counts, above: Counts | None, parent: np.ndarray, terms: Terms, even: np.ndarray) -> pl.DataFrame:
    """region, term, score, texts: the terms that each region has significantly more often, the best first."""
    group, term, texts = counts.group, counts.term, counts.texts.astype(np.float64)
    total = np.bincount(term, texts, len(even))
    size, all_texts = counts.sizes[group], counts.sizes.sum()
    beside, beside_texts = total[term], np.full(len(term), all_texts)
    if above is not None:
        beside, beside_texts = _around(above, parent[group], term, len(even))
        alone = beside_texts <= size
        beside, beside_texts = np.where(alone, total[term], beside), np.where(alone, all_texts, beside_texts)
    share = texts / (size + 2)
    rest = np.log(share / ((total[term] - texts + 0.5) / (all_texts - size + 1)))
    siblings = np.log(share / ((beside - texts + 0.5) / (beside_texts - size + 1)))
    sure = np.minimum(rest, siblings + 0.3) * np.sqrt(texts) >= _SURE
    kept = sure & (size < all_texts) & ~even[term] & (texts >= _FEWEST + _LEAST_COVER * size)
    lift = np.minimum(rest, _MOST_LIFT) + np.minimum(siblings, _MOST_LIFT)
    bonus = np.where(term >= len(terms.tokens.words), _PAIR, 1.0)
    score = np.minimum(share, 1) ** _COVER * lift * bonus
    frame = pl.DataFrame({"region": group, "term": term, "score": score, "texts": texts, "parent": parent[group]})
    frame = _without_parts(frame.filter(kept & (lift > 0)), terms)
    best = pl.col("score") == pl.col("score").max().over("parent", "term")
    ranked = frame.filter(best).sort(["region", "score", "term"], descending=[False, True, False])
    return ranked.group_by("region", maintain_order=True).head(_LOOKED_AT)


def _around(above: Counts, parent: np.ndarray, term: np.ndarray, terms: int) -> tuple[np.ndarray, np.ndarray]:
    """How many texts of the region above hold each term, and how many it has."""
    known = above.group.astype(np.int64) * terms + above.term
    row = np.searchsorted(known, parent.astype(np.int64) * terms + term)  # all of a region's are in the one above
    return above.texts[row].astype(np.float64), above.sizes[parent]


def _without_parts(frame: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Without words that stand in the same pair nearly always, where the pair is a candidate too."""
    number = len(terms.tokens.words)
    paired = frame.filter(pl.col("term") >= number)
    words = terms.pairs[paired["term"].to_numpy() - number]
    parts = pl.concat(
        paired.select("region", pl.Series("term", words[:, side], dtype=pl.Int32), in_pair="texts") for side in (0, 1)
    )
    most = parts.group_by("region", "term").agg(pl.col("in_pair").max())
    joined = frame.join(most, on=["region", "term"], how="left")
    return joined.filter(pl.col("in_pair").fill_null(0) < _INSIDE * pl.col("texts")).drop("in_pair")


def _chosen(scored: pl.DataFrame, level: Level, phrases: Phrases) -> list[str]:
    names = [""] * len(level)
    taken: set[str] = set()
    candidates: dict[int, list[_Candidate]] = {}
    phrases.learn(scored["term"].to_numpy())
    for region, term, score in scored.select("region", "term", "score").iter_rows():
        if len(phrases.text(term)) <= _WIDE:
            candidates.setdefault(region, []).append(_Candidate(term, score))
    for region in sorted(candidates, key=lambda r: (-level.items[r], r)):
        names[region] = _name(candidates[region], phrases, taken)
        taken.add(names[region].casefold())
    return names


def _name(candidates: list[_Candidate], phrases: Phrases, taken: set[str]) -> str:
    """The best words that do not say the same twice. Another one where a region has this name already."""
    for first in range(len(candidates)):
        words = [phrases.text(candidates[first].term)]
        for other in candidates[first + 1 :]:
            least = _LEAST if len(words) == 1 else _THIRD
            wide = _WIDE if len(words) == 1 else _WIDE_FOR_THREE
            word = phrases.text(other.term)
            fits = len(_JOINT.join([*words, word])) <= wide
            if other.score >= least * candidates[first].score and fits and not any(_alike(word, w) for w in words):
                words.append(word)
            if len(words) == 3:
                break
        name = _JOINT.join(words)
        if name.casefold() not in taken:
            return name
    return ""


def _alike(one: str, other: str) -> bool:
    """One holds the other, or they share a word or the beginning of one: delivery and delivered."""
    one, other = one.casefold(), other.casefold()
    return one in other or other in one or any(_related(a, b) for a in one.split() for b in other.split())


def _related(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return same == shorter if shorter <= 4 else same >= max(4, 0.6 * shorter)
