"""Terms as people write them: in their usual case, and pairs of words with what always stands beside them."""

import numpy as np

from embexplorer.analysis.regions_terms import Terms

_ALWAYS = 0.7  # the share of a pair's places in which the same word stands beside it
_LONGEST, _LETTERS = 4, 26  # words and letters of a phrase
_PLACES = 400  # of a pair that are looked at


class Phrases:
    """The writing of terms. learn() looks for those that will be asked for."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._tokens = terms.tokens
        self._known: dict[int, str] = {}
        self._form_of = _usual_forms(terms)

    def text(self, term: int) -> str:
        return self._known[term]

    def learn(self, wanted: np.ndarray) -> None:
        """Terms as int32 (n,), in any order."""
        number = len(self._tokens.words)
        words, pairs = np.unique(wanted[wanted < number]), np.unique(wanted[wanted >= number]) - number
        for word in words.tolist():
            self._known[word] = self._tokens.forms[self._form_of[word]]
        asked = np.zeros(len(self._terms.pairs) + 1, bool)
        asked[pairs] = True
        places = np.flatnonzero(asked[self._terms.pair])
        of = self._terms.pair[places]
        order = np.argsort(of, kind="stable")
        starts = np.searchsorted(of[order], pairs)
        ends = np.searchsorted(of[order], pairs, side="right")
        for pair, start, end in zip(pairs.tolist(), starts.tolist(), ends.tolist(), strict=True):
            self._known[number + pair] = self._phrase(places[order[start : min(end, start + _PLACES)]])

    def _phrase(self, places: np.ndarray) -> str:
        """The two words that begin at these places, and those that belong to them."""
        first, last = 0, 1
        while last - first + 1 < _LONGEST:
            if self._always(places + last, 1):
                last += 1
            elif self._always(places + first, -1):
                first -= 1
            else:
                break
        text = self._written(places, first, last)
        return text if len(text) <= _LETTERS else self._written(places, 0, 1)

    def _written(self, places: np.ndarray, first: int, last: int) -> str:
        """As the words from the first to the last stand there most often."""
        rows = np.arange(first, last + 1)
        forms, counts = np.unique(self._forms(places[:, None] + rows), axis=0, return_counts=True)
        best = forms[counts.argmax()].tolist()
        written = [self._tokens.forms[form] if form >= 0 else "" for form in best]
        letters = [bool(self._tokens.is_letter[self._word_of(form)]) if form >= 0 else False for form in best]
        text = written[0]
        for word, letter, before in zip(written[1:], letters[1:], letters, strict=False):
            text += word if letter and before else f" {word}"
        return text.strip()

    def _forms(self, places: np.ndarray) -> np.ndarray:
        forms: np.ndarray = self._tokens.form[np.clip(places, 0, len(self._tokens.form) - 1)]
        return forms

    def _word_of(self, form: int) -> int:
        return int(self._tokens.word_of_form[form])

    def _always(self, edge: np.ndarray, way: int) -> bool:
        """The same word stands beside these places nearly always."""
        tokens = self._tokens
        beside = edge + way
        there = (beside >= 0) & (beside < len(tokens.word))
        beside, edge = beside[there], edge[there]
        same_text = (tokens.doc[beside] == tokens.doc[edge]) & (tokens.in_title[beside] == tokens.in_title[edge])
        words = tokens.word[beside[same_text]]
        words = words[words >= 0]
        return bool(len(words)) and np.bincount(words).max() >= _ALWAYS * len(there)


def _usual_forms(terms: Terms) -> np.ndarray:
    """int64 (words,): the form in which each word stands most often."""
    tokens = terms.tokens
    counts = np.bincount(tokens.form[tokens.form >= 0], minlength=len(tokens.forms))
    order = np.lexsort((-np.arange(len(counts)), counts))  # of equal ones the first in the alphabet comes last
    usual = np.zeros(len(tokens.words), np.int64)
    usual[tokens.word_of_form[order]] = order  # the last one written stays
    return usual
