"""Encoders into the space of the bridge: texts and images by the kinds of things that they are about."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.encoders.bridge import Bridge, load_bridge
from embexplorer.encoders.device import Granted
from embexplorer.encoders.encoded import Encoded, Encoder, Encoding
from embexplorer.encoders.image import ImageEncoder
from embexplorer.encoders.model import ModelManifest, Side
from embexplorer.encoders.open import open_encoder


class BridgedEncoder:
    """An Encoder of texts or of images whose vectors lie in a bridge's space; see the protocol."""

    def __init__(self, inner: Encoder, bridge: Bridge) -> None:
        self._inner = inner
        self._bridge = bridge

    @property
    def manifest(self) -> ModelManifest:
        return self._inner.manifest

    @property
    def granted(self) -> Granted:
        return self._inner.granted

    @property
    def precision(self) -> str:
        return self._inner.precision

    @property
    def checksum(self) -> str:
        return self._inner.checksum

    def encode_steps(self, inputs: Sequence[str]) -> Encoding:
        """Embed items; see the protocol. The class scores of images stay with the answer."""
        if isinstance(self._inner, ImageEncoder):
            return self._images_crossed((yield from self._inner.encode_steps(inputs, logits=True)))
        return self._texts_crossed((yield from self._inner.encode_steps(inputs)))

    def encode(self, inputs: Sequence[str]) -> Encoded:
        """Embed items; see the protocol."""
        return finish(self.encode_steps(inputs))

    def encode_query(self, query: str) -> Encoded:
        """Embed a question; see the protocol."""
        return self.encode_queries([query])

    def encode_queries(self, queries: Sequence[str]) -> Encoded:
        """Embed questions; see the protocol."""
        if isinstance(self._inner, ImageEncoder):
            return self.encode(queries)
        return self._texts_crossed(self._inner.encode_queries(queries))

    def close(self) -> None:
        """End the threads; the encoder cannot be used afterwards."""
        self._inner.close()

    def _images_crossed(self, encoded: Encoded) -> Encoded:
        vectors = np.zeros((len(encoded.vectors), self._bridge.dims), np.float32)
        if encoded.logits is not None:  # of no image there are none
            vectors[encoded.ok] = self._bridge.image_vectors_from_logits(encoded.logits[encoded.ok])
        return replace(encoded, vectors=vectors)

    def _texts_crossed(self, encoded: Encoded) -> Encoded:
        vectors = np.zeros((len(encoded.vectors), self._bridge.dims), np.float32)
        reasons, ok = dict(encoded.reasons), encoded.ok.copy()
        for row in np.flatnonzero(ok).tolist():
            try:
                vectors[row] = self._bridge.query_vector(encoded.vectors[row])
            except EmbexError as error:
                reasons[row], ok[row] = str(error), False
        return replace(encoded, vectors=vectors, ok=ok, reasons=tuple(sorted(reasons.items())))


def open_bridged(kind: Side, device: str = "auto", threads: int = 0, precision: str = "") -> BridgedEncoder:
    """The bundled bridge's encoder of texts or of images. precision: of the image model, "" for the one that suits
    the device; texts are always read with the one that suits it.

    Raises EmbexError where the bridge or its model is incomplete or damaged.
    """
    bridge = load_bridge()
    if kind == "text":
        return BridgedEncoder(open_encoder(bridge.text_model, device, threads), bridge)
    return BridgedEncoder(open_encoder(bridge.image_model, device, threads, precision), bridge)
