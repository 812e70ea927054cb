"""Texts to vectors: batches of similar length on one thread each, as many at once as there are cores."""

import os
from collections.abc import Generator, Sequence

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.base.progress import Step, finish
from embexplorer.data.vectors import normalised, usable_rows
from embexplorer.encoders.device import Granted
from embexplorer.encoders.encoded import Encoded, Encoding
from embexplorer.encoders.failures import wrong_shape
from embexplorer.encoders.feeding import TextFeeds
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.pooling import pool
from embexplorer.encoders.session import Session
from embexplorer.encoders.tokens import TextTokenizer, Tokens
from embexplorer.encoders.workers import Workers

_SLICE = 128  # texts that a worker tokenises at once: a few milliseconds
_GPU_BATCH_TOKENS = 16_384  # a graphics processor wants large batches, a CPU's cache small ones

# Tokenizers would start threads of their own beside ours; the variable is read at each call.
os.environ["TOKENIZERS_PARALLELISM"] = "false"


class TextEncoder:
    """An Encoder of texts; see the protocol.

    On a processor only texts of one length share a batch: nothing is padded, and a text has the same vector to the bit
    alone, in any company and on any number of threads. A graphics processor wants larger batches of similar length,
    where float sums may differ in their last bits.
    """

    def __init__(self, manifest: ModelManifest, session: Session, precision: str, threads: int = 0) -> None:
        """Raises EmbexError where the tokenizer is missing, damaged or does not fit the graph."""
        self.manifest = manifest
        self.precision = precision
        self.checksum = manifest.files[precision].sha256
        self._session = session
        self._tokenizer = TextTokenizer(manifest)
        self._feeds = TextFeeds(manifest, session)
        self._output = manifest.outputs.get("pooled") or manifest.outputs["tokens"]
        self._batch_tokens = manifest.batch_tokens if session.on_cpu else _GPU_BATCH_TOKENS
        self._workers = Workers(core_count(threads))

    @property
    def granted(self) -> Granted:
        return self._session.granted

    def encode_steps(self, inputs: Sequence[str]) -> Encoding:
        """Embed texts as items; see the protocol."""
        return self._encode(inputs, self.manifest.prompts.get("passage", ""))

    def encode(self, inputs: Sequence[str]) -> Encoded:
        """Embed texts as items; see the protocol."""
        return finish(self.encode_steps(inputs))

    def encode_query(self, query: str) -> Encoded:
        """Embed a question; see the protocol."""
        return self.encode_queries([query])

    def encode_queries(self, queries: Sequence[str]) -> Encoded:
        """Embed questions; see the protocol."""
        return finish(self._encode(queries, self.manifest.prompts.get("query", "")))

    def close(self) -> None:
        """End the threads; the encoder cannot be used afterwards."""
        self._workers.close()

    def _encode(self, inputs: Sequence[str], prompt: str) -> Encoding:
        tokens = yield from self._tokenise(inputs, prompt)
        vectors = np.zeros((len(inputs), self.manifest.dims), np.float32)
        readable = [row for row, text in enumerate(tokens) if not text.failure]
        failed = len(inputs) - len(readable)
        lengths = [len(tokens[row].ids) for row in readable]
        # Without a mask a graph takes padding for words, unless it was made for texts of one length. And without
        # padding a text's vector is the same to the bit whatever stands beside it, for nothing: 790 and 795 texts/s.
        even = (self._session.on_cpu or not self._feeds.has_mask) and not self.manifest.padding.length
        batches = length_batches(lengths, self._batch_tokens, self.manifest.batch_rows, even=even)
        tasks = [np.array(readable)[batch] for batch in batches]
        done = failed
        work = self._workers.run(lambda rows: self._run([tokens[row].ids for row in rows]), tasks)
        try:
            for rows, part in work:
                vectors[rows] = part
                done += len(rows)
                yield Step(done, len(inputs))
        finally:
            work.close()
        return _gathered(vectors, tokens)

    def _tokenise(self, inputs: Sequence[str], prompt: str) -> Generator[Step, None, list[Tokens]]:
        tokens: list[Tokens] = [Tokens((), False)] * len(inputs)
        work = self._workers.run(
            lambda start: self._tokenizer.read(inputs[start : start + _SLICE], prompt), range(0, len(inputs), _SLICE)
        )
        try:
            for start, part in work:
                tokens[start : start + len(part)] = part
                yield Step(0, len(inputs))
        finally:
            work.close()
        return tokens

    def _run(self, texts: Sequence[Sequence[int]]) -> np.ndarray:
        """float32 (n, dims) of texts given as token ids."""
        feeds, mask = self._feeds.of(texts)
        (result,) = self._session.run([self._output], feeds)
        pooled = self._one_vector_each(result, mask)
        if self.manifest.full_dims:
            pooled = np.ascontiguousarray(pooled[:, : self.manifest.dims])
        if self.manifest.metric == "cosine" and not (self.manifest.normalised and not self.manifest.full_dims):
            good = usable_rows(pooled)
            pooled[good] = normalised(pooled[good])
        return pooled.astype(np.float32, copy=False)

    def _one_vector_each(self, result: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """(n, width) of what the graph gave. Raises EmbexError where it is of another shape than the manifest says."""
        width = self.manifest.full_dims or self.manifest.dims
        rows, length = mask.shape
        if result.shape == (rows, length, width):
            return pool(result, mask, self.manifest.pooling)
        if result.shape != (rows, width):
            raise wrong_shape(self.manifest, self._output, result)
        return result


def length_batches(lengths: Sequence[int], budget: int, rows: int = 0, *, even: bool = False) -> list[np.ndarray]:
    """Rows (int64 arrays) in batches of similar length, longest first, each at most budget tokens when padded.

    A text longer than the budget is a batch of its own. Longest first lets the workers end together.
    rows: at most so many in a batch, 0 for any number. even: only texts of one length share a batch.
    """
    order = np.argsort(-np.asarray(lengths, np.int64), kind="stable")
    batches = []
    start = 0
    while start < len(order):
        length = lengths[order[start]]
        batch = order[start : start + min(rows or len(order), max(1, budget // max(1, length)))]
        if even:
            batch = batch[: next((at for at, row in enumerate(batch) if lengths[row] != length), len(batch))]
        batches.append(batch)
        start += len(batch)
    return batches


def _gathered(vectors: np.ndarray, tokens: Sequence[Tokens]) -> Encoded:
    reasons = {row: text.failure for row, text in enumerate(tokens) if text.failure}
    for row in np.flatnonzero(~usable_rows(vectors)):
        reasons.setdefault(int(row), "The model gave no usable vector for this text.")
    ok = np.ones(len(tokens), bool)
    ok[list(reasons)] = False
    vectors[~ok] = 0
    cut = tuple(row for row, text in enumerate(tokens) if text.cut)
    return Encoded(vectors, ok, tuple(sorted(reasons.items())), len(cut), cut=cut)
