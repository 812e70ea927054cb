"""What an encoder is, and what it gives."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.encoders.device import Granted
from embexplorer.encoders.manifest import ModelManifest


@dataclass(frozen=True)
class Encoded:
    """vectors: float32 (n, dims), of length 1 where the metric is cosine, zero where ok is False. ok: bool (n,).
    reasons: (row, sentence) of each row that could not be embedded, ascending. truncated: how many inputs were longer
    than the model reads. logits: float32 (n, classes) of an image model when asked for, else None.
    cut: the rows of those that were longer, ascending."""

    vectors: np.ndarray
    ok: np.ndarray
    reasons: tuple[tuple[int, str], ...] = ()
    truncated: int = 0
    logits: np.ndarray | None = None
    cut: tuple[int, ...] = ()


Encoding = Generator[Step, None, Encoded]


class Encoder(Protocol):
    """A loaded model. One encoder may be asked from several threads; close() ends its threads.

    Inputs are texts for a text model and paths of files for an image model. On a processor the same input
    gives the same vector to the bit, whatever stands beside it and on any number of threads; elsewhere its cosine is
    above 0.99999.
    """

    @property
    def manifest(self) -> ModelManifest: ...

    @property
    def granted(self) -> Granted:
        """The device that really runs the model."""

    @property
    def precision(self) -> str:
        """Which of the model's files runs."""

    @property
    def checksum(self) -> str:
        """SHA-256 of that file."""

    def encode_steps(self, inputs: Sequence[str]) -> Encoding:
        """Embed inputs as items; a Step (done of len(inputs)) after each batch, a place to stop at once."""

    def encode(self, inputs: Sequence[str]) -> Encoded:
        """Embed inputs as items."""

    def encode_query(self, query: str) -> Encoded:
        """Embed one question; one row."""

    def encode_queries(self, queries: Sequence[str]) -> Encoded:
        """Embed several questions at once; a row each."""

    def close(self) -> None: ...
