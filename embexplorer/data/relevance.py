"""How near things are to each other that have nothing to do with each other, and what is nearer than that."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

# Shares of random pairs that score lower than the scores that are kept.
LEVELS = (0.0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0)
_MIDDLE, _UPPER = LEVELS.index(0.5), LEVELS.index(0.9)
_UPPER_DEVIATIONS = NormalDist().inv_cdf(0.9)
_FEWEST = 20  # among fewer than so many items the line stands where it does among these


@dataclass(frozen=True)
class Chance:
    """Scores of random pairs, larger is nearer: one for each of LEVELS, ascending."""

    quantiles: tuple[float, ...]

    def line(self, among: int) -> float:
        """The score above which about one of so many unrelated items lies by chance. Dividing by their number is
        Bonferroni's correction for looking at all of them at once.

        Two estimates of it, of which the smaller counts. The first is the score that so few of the random pairs
        exceed; it is never too low, but may be too high, since the farthest tail of random pairs is made of pairs that
        are related after all. So the second takes the tail's shape from the bulk: a normal tail through the middle and
        the upper tenth (Efron's empirical null, "Large-scale simultaneous hypothesis testing", JASA 2004). That one
        fails where the items fall into a few tight clusters, and there the first is the smaller.
        """
        share = 1 - 1 / max(among, _FEWEST)
        middle, upper = self.quantiles[_MIDDLE], self.quantiles[_UPPER]
        by_bulk = middle + (upper - middle) * NormalDist().inv_cdf(share) / _UPPER_DEVIATIONS
        return min(by_bulk, float(np.interp(share, LEVELS, self.quantiles)))


@dataclass(frozen=True)
class Relevance:
    """What chance looks like in a space. items: between random items. texts: between short texts, as one types them,
    and random items; None where the space understands no texts."""

    space: str
    items: Chance
    texts: Chance | None = None

    def line(self, among: int, *, by_text: bool) -> float:
        """The score above which items are likely related to what was asked, among so many. by_text: a text is part of
        what was asked; texts score lower than items among themselves."""
        chance = self.texts if by_text and self.texts is not None else self.items
        return chance.line(among)
