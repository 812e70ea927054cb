"""How well typed letters fit a name, for the command palette."""

_WORD_STARTS = " -_./(“"


def match_score(typed: str, name: str) -> float | None:
    """Larger fits better; None where a letter is not in the name in this order. Case does not count.

    A whole part of the name beats the first letters of its words, which beat scattered letters; at equal fit the
    shorter name wins.
    """
    wanted, where = typed.casefold().replace(" ", ""), name.casefold()
    if not wanted:
        return 0.0
    found = where.replace(" ", "").find(wanted)
    if found >= 0:
        starts_word = any(where[i:].replace(" ", "").startswith(wanted) for i in _word_starts(where))
        return 100.0 + (50.0 if starts_word else 0.0) + (25.0 if found == 0 else 0.0) - 0.1 * len(name)
    scattered = _scattered(wanted, where)
    return None if scattered is None else scattered - 0.1 * len(name)


def _word_starts(name: str) -> list[int]:
    return [i for i in range(len(name)) if i == 0 or name[i - 1] in _WORD_STARTS]


def _scattered(wanted: str, where: str) -> float | None:
    """Points for letters that begin a word or follow the letter before."""
    starts = set(_word_starts(where))
    points, at = 0.0, -1
    for number, letter in enumerate(wanted):
        rest = wanted[number + 1 :]
        places = [i for i in range(at + 1, len(where)) if where[i] == letter and _is_within(rest, where[i + 1 :])]
        if not places:
            return None
        best = min(places, key=lambda i: (i != at + 1, i not in starts, i))
        points += 6.0 if best in starts else 4.0 if best == at + 1 else 1.0
        at = best
    return points


def _is_within(letters: str, where: str) -> bool:
    """Are the letters there in this order, with anything between them?"""
    ahead = iter(where)
    return all(letter in ahead for letter in letters)
