"""Words to images with the bundled models alone: the space, the columns and the encoders of the bridge.

The image model knows 1,000 kinds of things. While it embeds images it says of each which of them it looks like, and
that is kept twice: as vectors among the texts (encoders/bridge), so that words find images, and as columns, so that
people see why, and can colour, filter and count by it. A model that reads both texts and images takes its place.
"""

import logging
from collections.abc import Sequence
from functools import lru_cache
from itertools import count

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.data.columns import Column, Provenance
from embexplorer.data.items import FieldType, Kind
from embexplorer.data.vectors import SpaceInfo
from embexplorer.encoders.bridge import BRIDGE_ID, Bridge, ClassScore, load_bridge
from embexplorer.encoders.bridged import open_bridged
from embexplorer.encoders.model import Side
from embexplorer.encoders.open import Encoder, open_encoder
from embexplorer.encoders.registry import find_model
from embexplorer.operations.modelling import missing_model
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)

SPACE_NAME = "text to image"
LOOKS_LIKE = "looks like"
LOOKS_LIKE_MOST = "looks like most"  # the likeliest kinds with their probabilities, in words

# As sure as that, the best kind is of the right sort (an animal, a plant, something made) for 93 pictures in 100 and is
# what their captions say for 50: measured on 538 captioned drawings and photographs, of which 40 % reach it.
_SURE = 0.4
_WORTH_SAYING = 0.05
_MOST_SAID = 3

# 0.46 of the first ten over 18 groups of captioned drawings and photographs (fruit, birds, tools …), by chance 0.04
BY_KINDS = (
    "Pictures are found by the kind of thing that they show, one of 1,000; in our tests about half of the first ten "
    "were right. Colours, actions, people and letters are not understood."
)


def is_bridge(space: SpaceInfo) -> bool:
    return space.model == BRIDGE_ID


def understands(space: SpaceInfo, kind: Kind) -> bool:
    """Whether texts or images can be compared with the items of a space."""
    return space.kind == kind or is_bridge(space) or (space.model != "" and kind in _sides(space.model))


def at_home(space: SpaceInfo) -> bool:
    """Whether a model of its own made the space, which answers better than the bridge does."""
    return not is_bridge(space)


def open_query_encoder(space: SpaceInfo, kind: Kind, device: str, threads: int) -> Encoder:
    """The encoder of texts or images for questions to a space that understands them. Raises EmbexError."""
    side: Side = "text" if kind is Kind.TEXT else "image"
    if is_bridge(space):
        return open_bridged(side, device, threads, space.precision)
    missing = missing_model(space)
    if missing is not None:
        raise missing
    return open_encoder(space.model, device, threads, space.precision, side=side)


def bridge_of(store: ProjectStore, encoder: Encoder) -> SpaceInfo | None:
    """The space to be filled beside the one that this encoder fills, made where there is none; None where the encoder
    knows no kinds of things, or the project's bridge was made with another of the model's files."""
    try:
        if encoder.manifest.id != bridge().image_model:
            return None
        checksum = f"{encoder.checksum[:32]}{bridge().checksum[:32]}"
    except EmbexError as error:  # images can be embedded all the same
        _log.warning("words cannot find images: %s", error)
        return None
    space = next((space for space in store.spaces.all() if is_bridge(space)), None)
    if space is None:
        taken = {other.name for other in store.spaces.all()}
        names = (f"{SPACE_NAME} {number}" if number > 1 else SPACE_NAME for number in count(1))
        name = next(name for name in names if name not in taken)
        space = store.spaces.create(
            name, BRIDGE_ID, bridge().dims, "cosine", Kind.IMAGE, encoder.precision, checksum, "", encoder.granted.words
        )
    return space if space.checksum == checksum else None


def unbridged(store: ProjectStore) -> np.ndarray:
    """int64: the images that have a vector of the bridge's image model, and none in the bridge's space."""
    spaces = store.spaces.all()
    own = [store.spaces.vectors(s.id).ids for s in spaces if s.count and s.model == bridge().image_model]
    known = np.unique(np.concatenate(own)) if own else np.empty(0, np.int64)
    made = [space for space in spaces if is_bridge(space)]
    return np.intersect1d(store.spaces.pending(made[0].id), known) if made else known


def keep_kinds(store: ProjectStore, space: SpaceInfo, ids: np.ndarray, logits: np.ndarray) -> None:
    """Store what these images look like, inside the caller's transaction. ids: int64 (n,) without those that are in
    the space. logits: float32 (n, classes)."""
    if not len(ids):
        return
    store.spaces.append(space.id, ids, bridge().image_vectors_from_logits(logits))
    order = np.argsort(ids, kind="stable")
    scores = bridge().class_names(logits[order], _MOST_SAID)
    best = [found[0].name if found[0].probability >= _SURE else None for found in scores]
    columns = (
        (LOOKS_LIKE, FieldType.CATEGORY, best),
        (LOOKS_LIKE_MOST, FieldType.TEXT, [likeness_words(found) for found in scores]),
    )
    made = Provenance("bridge", {"space": space.name, "least": _SURE}, space.checksum)
    others = {info.name for info in store.columns.all() if info.provenance.operation != made.operation}
    for name, kind, values in columns:
        if name not in others:
            store.columns.extend(Column(name, kind, ids[order], pl.Series(name, values, dtype=pl.String), made))


def likeness_words(scores: Sequence[ClassScore]) -> str:
    """“strawberry 61 %, fig 9 %”; at least the best."""
    said = [scores[0], *(score for score in scores[1:] if score.probability >= _WORTH_SAYING)]
    return ", ".join(f"{score.name} {score.probability:.0%}".replace("%", " %") for score in said)


@lru_cache(maxsize=1)
def bridge() -> Bridge:
    """The bundled bridge. Raises EmbexError where it is damaged."""
    return load_bridge()


def _sides(model: str) -> frozenset[str]:
    """What a pair of encoders reads; nothing where the model is no pair, or not on this computer."""
    try:
        return _installed_sides(model)
    except EmbexError:
        return frozenset()


@lru_cache(maxsize=64)
def _installed_sides(model: str) -> frozenset[str]:
    return frozenset(find_model(model).sides)
