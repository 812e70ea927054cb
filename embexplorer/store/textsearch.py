"""Search by words over titles and texts."""

import re

import numpy as np

from embexplorer.store.database import Database

_PART = re.compile(r'"([^"]*)"?|(\S+)')


def fts_query(text: str) -> str:
    """What a person typed as a query that FTS5 always understands: all words, "a phrase", a begin* of a word.
    "" where nothing can be looked for."""
    parts = []
    for phrase, word in _PART.findall(text.replace("\0", " ")):
        prefix = bool(word) and word.endswith("*")
        words = phrase or word.rstrip("*")
        if any(character.isalnum() for character in words):
            parts.append('"' + words.replace('"', '""') + '"' + ("*" if prefix else ""))
    return " ".join(parts)


def match(database: Database, text: str, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """ids int64 and scores float64 (larger fits better: minus BM25) of live items, best first, at most limit.
    A word in the title counts twice as much as one in the text."""
    query = fts_query(text)
    if not query or limit <= 0:
        return np.empty(0, np.int64), np.empty(0)
    rows = database.rows(
        """SELECT i.id, -bm25(item_text, 2.0, 1.0) AS score FROM item_text JOIN item i ON i.id = item_text.rowid
        WHERE item_text MATCH ? AND NOT i.trashed ORDER BY score DESC, i.id LIMIT ?""",
        (query, limit),
    )
    found = np.array(rows, np.float64).reshape(-1, 2)
    return np.array([row[0] for row in rows], np.int64), found[:, 1].copy()
