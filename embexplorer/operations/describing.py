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


def describe_hits(store: ProjectStore, hits: Hits) -> tuple[DescribedHit, ...]:
    """The hits with title, text and fields, best first."""
    ids = np.asarray(hits.ids, np.int64)
    titles, texts = store.items.titles(ids), store.items.texts(ids)
    described = []
    for rank, (item_id, score, title, text) in enumerate(zip(ids, hits.scores, titles, texts, strict=True), 1):
        fields = dict(store.items.get(int(item_id)).fields)
        described.append(DescribedHit(int(item_id), rank, round(float(score), 6), title, text, fields))
    return tuple(described)
