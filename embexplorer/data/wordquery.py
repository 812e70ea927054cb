"""What a person types to look for words: words, "phrases", beginnings*, and -words or -"phrases" to leave out."""

import re
from dataclasses import dataclass

_PART = re.compile(r'(-?)"([^"]*)"?(\*?)|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂〝〞", '"'))
_MOST_CHARACTERS = 100_000


@dataclass(frozen=True)
class Words:
    """Words that follow each other, nearly always one. begins: the last is the beginning of a word. quoted: typed in
    quotation marks, and so indispensable."""

    text: str
    begins: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class WordQuery:
    wanted: tuple[Words, ...] = ()
    unwanted: tuple[Words, ...] = ()

    def plain(self) -> str:
        """What is wanted without the signs, for a model to read."""
        return " ".join(words.text for words in self.wanted)


def read_words(text: str) -> WordQuery:
    """Any text as a query; what holds neither letter nor digit is passed over, what is repeated counts once."""
    wanted: dict[Words, None] = {}
    unwanted: dict[Words, None] = {}
    clean = "".join(c if c.isprintable() else " " for c in text[:_MOST_CHARACTERS]).translate(_QUOTES)
    for minus, phrase, star, word in _PART.findall(clean):
        if word:
            minus, body = ("-", word[1:]) if word[0] == "-" else ("", word)
            words = Words(body.rstrip("*"), body.endswith("*"))
        else:
            words = Words(" ".join(phrase.split()), bool(star), True)
        if any(character.isalnum() for character in words.text):
            (unwanted if minus else wanted).setdefault(words)
    return WordQuery(tuple(wanted), tuple(unwanted))
