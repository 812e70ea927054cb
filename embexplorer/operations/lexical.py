"""Search by words: what of a query can be looked for in titles and texts, and what of it must not be there."""

from dataclasses import dataclass, replace

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.wordforms import is_spaceless
from embexplorer.base.wording import count
from embexplorer.data.hits import Hits
from embexplorer.data.items import Kind
from embexplorer.data.query import Query, TextTerm
from embexplorer.data.wordquery import Words, read_words
from embexplorer.operations.bridging import understands
from embexplorer.store.project import ProjectStore
from embexplorer.store.textsearch import Asked

# A text of thousands of words is looked for by its rarest, which say most; BM25 weighs the others next to nothing.
_MOST_COUNTED, _MOST_WORDS = 400, 32
# What stands in more than this share of the items says nothing where rarer words are asked for too.
_COMMON = 0.2

Groups = tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class WordTerms:
    """wanted: the words of each text that pulls. unwanted: an item that has all words of one of these is left out."""

    wanted: Groups
    unwanted: Groups

    def words(self) -> tuple[Words, ...]:
        return tuple(dict.fromkeys(words for group in self.wanted for words in group))


def word_terms(query: Query) -> WordTerms:
    """The words of a query's texts. What is typed with a minus is unwanted, and so is a text that pushes, as a whole;
    what is set aside, images and items have no words."""
    pulling = [read_words(term.text) for term in query.pulling() if isinstance(term, TextTerm)]
    pushing = [read_words(term.text).wanted for term in query.pushing() if isinstance(term, TextTerm)]
    wanted = tuple(words.wanted for words in pulling if words.wanted)
    single = tuple((words,) for each in pulling for words in each.unwanted)
    return WordTerms(wanted, single + tuple(words for words in pushing if words))


def plain_texts(query: Query) -> Query:
    """The query with its texts as a model should read them: without signs, and without what is unwanted."""
    terms = (
        replace(term, text=read_words(term.text).plain() or term.text) if isinstance(term, TextTerm) else term
        for term in query.terms
    )
    return replace(query, terms=tuple(terms))


class LexicalSearch:
    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    def hits(self, query: Query, allowed: np.ndarray | None, k: int, *, alone: bool = True) -> Hits:
        """The k items that fit the words best by BM25, of those allowed (int64 ids, None for all).

        First those that have all the words, or all of one text's where like either is asked; then, if these are fewer
        than k, those that have some of them and all that is quoted, scored no higher than the last with all. A word
        that no item has is taken for the beginning of words. alone: the hits are shown as they are, so that it is
        said where those with all end. Raises EmbexError where no word is asked for.
        """
        terms = word_terms(query)
        if not terms.wanted:
            raise _no_words(query, terms)
        terms, counts, notes = self._understood(terms)
        ids, scores = self._store.items.match_words(Asked(self._all_of(query, terms), terms.unwanted), k, allowed)
        loose = _some_of(terms, counts, _COMMON * self._store.items.count())
        if len(ids) < k and loose:
            some, lower = self._store.items.match_words(Asked(loose, terms.unwanted), k, allowed)
            fresh = ~np.isin(some, ids)
            least = scores[-1] if len(scores) else np.inf
            if alone and len(ids) and fresh.any():
                notes += (f"{count(len(ids), 'item')} with all of the words; after that, items with some of them.",)
            ids = np.concatenate([ids, some[fresh]])[:k]
            scores = np.concatenate([scores, np.minimum(lower[fresh], least)])[:k]
        matching = self._store.items.count() if allowed is None else len(allowed)
        return Hits(ids, scores.astype(np.float32), "lexical", True, 0.0, len(ids), matching, notes, scoring="words")

    def at_least(self, query: Query, allowed: np.ndarray | None, k: int) -> Hits | None:
        """Where no space understands texts: what the words themselves find, and a note; None where they find nothing
        or are not all that is asked."""
        terms = query.active_terms()
        is_text = all(isinstance(term, TextTerm) for term in terms) and terms == query.pulling()
        if not is_text or query.space or any(understands(s, Kind.TEXT) and s.count for s in self._store.spaces.all()):
            return None
        if not word_terms(query).wanted:
            return None
        hits = self.hits(query, allowed, k)
        note = "There are no texts here that a model understands, so the words themselves were looked for."
        return replace(hits, notes=(*hits.notes, note)) if len(hits) else None

    def without(self, query: Query, allowed: np.ndarray | None) -> np.ndarray | None:
        """The items that have nothing unwanted: int64 ids ascending, None for all."""
        terms = word_terms(query)
        if not terms.unwanted:
            return allowed
        gone = self._store.items.with_words(Asked(terms.unwanted), allowed)
        ids = self._store.items.ids() if allowed is None else allowed
        return ids[~np.isin(ids, gone, assume_unique=True)] if len(gone) else allowed

    def telling(self, query: Query) -> tuple[Words, ...]:
        """The words of a query that are worth marking: not those that stand nearly everywhere, as "the" does."""
        words = word_terms(query).words()[:_MOST_COUNTED]
        counts = self._store.items.word_counts(words)
        most = max(20.0, _COMMON * self._store.items.count())
        marked = tuple(each for each, number in zip(words, counts, strict=True) if each.quoted or number <= most)
        begun = tuple(_begun(each) if not number else each for each, number in zip(words, counts, strict=True))
        return tuple(each for each, old in zip(begun, words, strict=True) if old in marked) or begun

    def _understood(self, terms: WordTerms) -> tuple[WordTerms, dict[Words, int], tuple[str, ...]]:
        """The terms as they are looked for, in how many items each word is, and what to say of it."""
        words = terms.words()
        counted = words[:_MOST_COUNTED]
        counts = dict(zip(counted, self._store.items.word_counts(counted), strict=True))
        begun = {old: _begun(old) for old, number in counts.items() if not number and _begun(old) != old}
        reached = dict(zip(begun, self._store.items.word_counts(tuple(begun.values())), strict=True))
        begun = {old: new for old, new in begun.items() if reached[old]}
        notes = tuple(
            f"No item has the word “{old.text}”, so words that begin with it were looked for." for old in begun
        )[:1]
        counts.update((begun[old], reached[old]) for old in begun)
        kept = set(counted)
        if len(words) > _MOST_WORDS:
            there = sorted((each for each in counted if counts[each]), key=lambda each: (not each.quoted, counts[each]))
            kept = set(there[:_MOST_WORDS])
            notes += (f"Only the {len(kept)} rarest of {count(len(words), 'word')} were looked for.",)
        groups = (tuple(begun.get(each, each) for each in group if each in kept) for group in terms.wanted)
        return WordTerms(tuple(filter(None, groups)), terms.unwanted), counts, notes

    def _all_of(self, query: Query, terms: WordTerms) -> Groups:
        return terms.wanted if query.combine == "either" else (terms.words(),)


def _some_of(terms: WordTerms, counts: dict[Words, int], common: float) -> Groups:
    """Any of the words that are rare enough, each with all that is quoted; () where that is nothing new."""
    words = terms.words()
    quoted = tuple(each for each in words if each.quoted)
    free = [each for each in words if not each.quoted and counts[each]]
    telling = [each for each in free if counts[each] <= common] or free
    if len(words) < 2:
        return ()
    return tuple((*quoted, each) for each in telling) or ((quoted,) if quoted else ())


def _begun(words: Words) -> Words:
    """A word as the beginning of words; scripts without blanks between words are searched by any part already."""
    is_word = not words.quoted and len(words.text) > 1 and not is_spaceless(words.text[-1])
    return replace(words, begins=True) if is_word else words


def _no_words(query: Query, terms: WordTerms) -> EmbexError:
    if terms.unwanted:
        return EmbexError("The query only says what to leave out.", "Add a word that results should have.")
    if any(isinstance(term, TextTerm) for term in query.pulling()):
        return EmbexError("There is no word in the text to look for.", "Type letters or digits.")
    return EmbexError("A search by words needs a text.", "Type the words to look for.")
