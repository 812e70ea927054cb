"""How hits were ranked, in plain words."""

from embexplorer.data.hits import Hits

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def score_text(score: float, hits: Hits) -> str:
    """A score as it is shown: BM25 has no upper end and so few decimals; a sum of ranks says nothing by itself."""
    if hits.scoring == "ranks":
        return ""
    return f"{score:.1f}" if hits.scoring == "words" else f"{score:.3f}"


def places_text(hits: Hits, at: int) -> str:
    """Where a hit stood in both rankings: "2nd by meaning, 1st by words"; "" where there was one only."""
    if hits.ranks is None:
        return ""
    places = ((hits.ranks.by_meaning[at], "by meaning"), (hits.ranks.by_words[at], "by words"))
    return ", ".join(f"{ordinal(int(place))} {how}" for place, how in places if place) or ""


def ordinal(number: int) -> str:
    """3 is "3rd", 11 is "11th", 1200 is "1,200th"."""
    ending = "th" if 10 < number % 100 < 20 else _ENDINGS.get(number % 10, "th")
    return f"{number:,}{ending}"


def method_text(hits: Hits) -> str:
    """How the answer was found: "exact", "by words", "by meaning and words, exact"."""
    if hits.method == "lexical":
        return "by words"
    return f"by meaning and words, {hits.sureness}" if hits.method == "hybrid" else hits.sureness
