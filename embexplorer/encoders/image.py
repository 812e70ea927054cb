"""Images to vectors: each worker decodes four files and runs the model on them, as many at once as there are cores."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Step, finish
from embexplorer.data.vectors import normalised, usable_rows
from embexplorer.encoders.device import Granted
from embexplorer.encoders.encoded import Encoded, Encoding
from embexplorer.encoders.failures import wrong_shape
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.pixels import PixelFeeds
from embexplorer.encoders.pooling import pool
from embexplorer.encoders.session import Session
from embexplorer.encoders.workers import Workers

_CPU_BATCH, _GPU_BATCH = 4, 32


@dataclass(frozen=True)
class _Batch:
    """rows: the inputs that could be read. outputs: arrays of len(rows). reasons: (row, sentence) of the others."""

    rows: list[int]
    outputs: list[np.ndarray]
    reasons: list[tuple[int, str]]


class ImageEncoder:
    """An Encoder of image files, given as paths; see the protocol. Decoding costs as much as the model, so a worker
    does both: every core is busy and at most a few pictures are in memory."""

    def __init__(self, manifest: ModelManifest, session: Session, precision: str, threads: int = 0) -> None:
        """Raises EmbexError where the graph does not read pixels."""
        self.manifest = manifest
        self.precision = precision
        self.checksum = manifest.files[precision].sha256
        self._session = session
        self._feeds = PixelFeeds(manifest, session)
        self._batch = manifest.batch_rows or (_CPU_BATCH if session.on_cpu else _GPU_BATCH)
        self._workers = Workers(core_count(threads))

    @property
    def granted(self) -> Granted:
        return self._session.granted

    def encode_steps(self, inputs: Sequence[str], logits: bool = False) -> Encoding:
        """Embed image files; see the protocol. logits: give the model's class scores as well.

        Raises EmbexError where they are asked of a model that has none.
        """
        vectors = self.manifest.outputs.get("pooled") or self.manifest.outputs["tokens"]
        outputs = [vectors, *([self._logits_name()] if logits else [])]
        return self._encode(inputs, outputs)

    def encode(self, inputs: Sequence[str], logits: bool = False) -> Encoded:
        """Embed image files; see the protocol."""
        return finish(self.encode_steps(inputs, logits))

    def encode_query(self, query: str) -> Encoded:
        """Embed the image file at a path; one row."""
        return self.encode([query])

    def encode_queries(self, queries: Sequence[str]) -> Encoded:
        """Embed image files; a row each."""
        return self.encode(queries)

    def close(self) -> None:
        """End the threads; the encoder cannot be used afterwards."""
        self._workers.close()

    def _encode(self, inputs: Sequence[str], outputs: list[str]) -> Encoding:
        tasks = [range(start, min(start + self._batch, len(inputs))) for start in range(0, len(inputs), self._batch)]
        parts: list[_Batch] = []
        done = 0
        stopped = Event()
        work = self._workers.run(lambda rows: self._run(inputs, rows, outputs, stopped), tasks)
        try:
            for rows, part in work:
                parts.append(part)
                done += len(rows)
                yield Step(done, len(inputs))
        finally:
            stopped.set()  # a batch of large pictures takes a second, a stop must not
            work.close()
        return self._gathered(len(inputs), parts)

    def _run(self, inputs: Sequence[str], rows: range, outputs: list[str], stopped: Event) -> _Batch:
        good, pictures, reasons = [], [], []
        for row in rows:
            if stopped.is_set():
                return _Batch([], [], [])
            try:
                pictures.append(self._feeds.read(inputs[row]))
                good.append(row)
            except EmbexError as error:
                reasons.append((row, str(error)))
        if not good:
            return _Batch([], [], reasons)
        results = self._session.run(outputs, self._feeds.of(np.stack(pictures)))
        results[0] = self._one_vector_each(results[0], len(good), outputs[0])
        return _Batch(good, results, reasons)

    def _one_vector_each(self, result: np.ndarray, rows: int, output: str) -> np.ndarray:
        """float32 (n, dims) of what the graph gave: vectors, the vectors of patches, or maps of features."""
        width = self.manifest.full_dims or self.manifest.dims
        if result.ndim == 3 and result.shape[2] == width:
            result = pool(result, np.ones(result.shape[:2], np.int64), self.manifest.pooling)
        elif result.ndim == 4 and result.shape[1] == width:
            result = result.mean(axis=(2, 3), dtype=np.float32)
        if result.shape != (rows, width):
            raise wrong_shape(self.manifest, output, result)
        return result[:, : self.manifest.dims]

    def _gathered(self, number: int, parts: list[_Batch]) -> Encoded:
        vectors = np.zeros((number, self.manifest.dims), np.float32)
        logits = None
        for part in parts:
            if not part.rows:
                continue
            vectors[part.rows] = part.outputs[0]
            for values in part.outputs[1:]:
                logits = np.zeros((number, values.shape[1]), np.float32) if logits is None else logits
                logits[part.rows] = values
        reasons = dict(reason for part in parts for reason in part.reasons)
        ok = usable_rows(vectors)
        for row in np.flatnonzero(~ok):
            reasons.setdefault(int(row), "The model gave no usable vector for this image.")
        vectors[~ok] = 0
        if self.manifest.metric == "cosine" and not (self.manifest.normalised and not self.manifest.full_dims):
            vectors[ok] = normalised(vectors[ok])
        return Encoded(vectors, ok, tuple(sorted(reasons.items())), 0, logits)

    def _logits_name(self) -> str:
        if "logits" not in self.manifest.outputs:
            raise EmbexError(f"The model “{self.manifest.id}” knows no classes.", "Use an image model that does.")
        return self.manifest.outputs["logits"]
