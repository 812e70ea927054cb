"""Token ids to what a graph wants to be fed, whatever its inputs are called and however many there are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.session import Session

KINDS: dict[str, Any] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(bool)": np.bool_,
    "tensor(uint8)": np.uint8,
}
_BLANK_SIDE = 224  # pixels of the empty picture that one graph for texts and images gets beside a text


class TextFeeds:
    """Makes the inputs of a text graph."""

    def __init__(self, manifest: ModelManifest, session: Session) -> None:
        """Raises EmbexError where the graph has an input that we cannot fill."""
        for name, kind in session.inputs.items():
            if name not in manifest.roles or kind not in KINDS:
                raise _unknown_input(manifest, name, kind)
        self._kinds = {name: KINDS[kind] for name, kind in session.inputs.items()}
        self._roles = manifest.roles
        self._shapes = session.shapes
        self._padding = manifest.padding
        self.has_mask = "mask" in {manifest.roles[name] for name in session.inputs}

    def of(self, texts: Sequence[Sequence[int]]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The inputs for texts given as token ids, and the mask: int64 (n, length), 1 where there is a token."""
        longest = max(self._padding.length, *map(len, texts))
        ids = np.full((len(texts), longest), self._padding.token, np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(texts):
            start = longest - len(text) if self._padding.side == "left" else 0
            ids[row, start : start + len(text)] = text
            mask[row, start : start + len(text)] = 1
        feeds = {name: self._fed(name, ids, mask).astype(kind, copy=False) for name, kind in self._kinds.items()}
        return feeds, mask

    def _fed(self, name: str, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        role = self._roles[name]
        if role == "ids":
            return ids
        if role == "mask":
            return mask
        if role == "types":
            return np.zeros_like(ids)
        if role == "positions":
            return np.asarray(np.maximum(np.cumsum(mask, axis=1) - 1, 0))
        return blank(self._shapes[name], len(ids), role == "past")


def blank(shape: Sequence[int | str | None], rows: int, is_past: bool = False) -> np.ndarray:
    """Zeros for an input that has nothing to say: an empty picture, or the memory of a generator before its start."""
    sizes = [size if isinstance(size, int) and size > 0 else 0 for size in shape]
    if is_past:  # (rows, heads, 0 tokens so far, width)
        return np.zeros([rows, *sizes[1:]], np.float32)
    sides = [size or (3 if axis == 1 else _BLANK_SIDE) for axis, size in enumerate(sizes)]
    return np.zeros([sizes[0] or 1, *sides[1:]], np.float32)


def _unknown_input(manifest: ModelManifest, name: str, kind: str) -> EmbexError:
    return EmbexError(
        f"The model “{manifest.id}” asks for “{name}” as {kind}, which embexplorer cannot give.",
        "Use a model that reads input_ids, attention_mask, token_type_ids and position_ids.",
    )
