"""Hits and items in the form in which people and programs read them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from embexplorer.data.hits import Hits
from embexplorer.store.project import ProjectStore


@dataclass(frozen=True)
class DescribedHit:
    id: int
    rank: int  # from 1
    score: float
    title: str
    text: str
    fields: dict[str, Any]
    more_passages: int = 0  # of the same document, that were found too


def describe_hits(store: ProjectStore, hits: Hits, first: int = 1) -> tuple[DescribedHit, ...]:
    """The hits with title, text and fields, best first. first: the rank of the first one."""
    ids = np.asarray(hits.ids, np.int64)
    titles, texts = store.items.titles(ids), store.items.texts(ids)
    described = []
    for rank, (item_id, score, title, text) in enumerate(zip(ids, hits.scores, titles, texts, strict=True), first):
        fields = dict(store.items.get(int(item_id)).fields)
        more = 0 if hits.documents is None else int(hits.documents.more[rank - first])
        described.append(DescribedHit(int(item_id), rank, round(float(score), 6), title, text, fields, more))
    return tuple(described)
