"""Items to vectors, committed block by block so that stopping loses at most a few seconds of work."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Problem, Step, part
from embexplorer.base.wording import count
from embexplorer.data.items import Kind
from embexplorer.data.vectors import SpaceInfo
from embexplorer.encoders.bridge import BRIDGE_ID
from embexplorer.encoders.encoded import Encoded, Encoding
from embexplorer.encoders.image import ImageEncoder
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.open import Encoder, open_encoder
from embexplorer.encoders.registry import find_model
from embexplorer.operations.bridging import bridge, bridge_of, is_bridge, keep_kinds, unbridged
from embexplorer.operations.sameness import Blocks, first_of_same
from embexplorer.store.project import ProjectStore

# A block is committed about every three seconds: what a killed machine loses at most.
_COMMIT_EVERY_S = 3.0
_FIRST_BLOCK, _LARGEST_BLOCK = 256, 4096
_MOST_AT_ONCE = 65_536  # items with the same content whose vectors are written together


@dataclass(frozen=True)
class EmbedParams:
    """model: an installed model's id. space: the name of the space to fill, "" for the model's own.
    device: auto, cpu, cuda, directml or coreml. threads: 0 for all cores. precision: "" for the device's best.
    kind: of a model that reads both, whether "text" or "image" items are embedded, "" for images where there are some.
    """

    model: str
    space: str = ""
    device: str = "auto"
    threads: int = 0
    precision: str = ""
    kind: str = ""


def embed_pending(store: ProjectStore, params: EmbedParams) -> Operation:
    """Give every item of the model's kind that has none a vector. Outcome.value is the SpaceInfo; so is the payload
    of a step after which more of them are stored. Items with the same content are embedded once. The image model that
    knows kinds of things fills the bridge's space and columns as well, in the same run.

    Items that cannot be embedded are recorded with their reasons and listed as problems.
    Raises EmbexError where the model cannot be used or the space belongs to another model.
    """
    if params.model == BRIDGE_ID:
        return (yield from _bridge_pending(store, params))
    manifest = find_model(params.model)
    yield Step(0, 0, f"Loading {manifest.name}")
    kind = _kind(store, manifest, params)
    name = _space_name(store, manifest, params, kind)
    there = _existing(store, name)
    # a space that has vectors goes on with the file that made them: two precisions in one space differ
    precision = params.precision or (there.precision if there else "")
    encoder = open_encoder(params.model, params.device, params.threads, precision, side=kind)
    try:
        space = _space_for(store, name, encoder, kind)
        beside = bridge_of(store, encoder) if kind == Kind.IMAGE else None
        outcome = yield from _embed_all(store, encoder, space, beside, store.spaces.pending(space.id))
    finally:
        encoder.close()
    return outcome


def _bridge_pending(store: ProjectStore, params: EmbedParams) -> Operation:
    """Let words find the images that were embedded before there was a bridge, or without it."""
    ids = unbridged(store)
    made = next((space for space in store.spaces.all() if is_bridge(space)), None)
    yield Step(0, 0, f"Loading {bridge().name}")
    encoder = open_encoder(bridge().image_model, params.device, params.threads, made.precision if made else "")
    try:
        space = bridge_of(store, encoder)
        if space is None:
            raise EmbexError("The bridge between words and images is of another version.", "Make the project again.")
        outcome = yield from _embed_all(store, encoder, space, None, ids)
    finally:
        encoder.close()
    return outcome


def forget_failures(store: ProjectStore) -> int:
    """Let the items that no model could embed be tried again, after their files came back for example; how many."""
    forgotten = 0
    for space in store.spaces.all():
        if space.model:
            forgotten += len(store.spaces.failures(space.id))
            store.spaces.retry(space.id)
    return forgotten


def pending_work(
    store: ProjectStore, text_model: str, image_model: str, device: str = "auto", threads: int = 0
) -> tuple[EmbedParams, ...]:
    """What a project's items ask for: every space of their kind that lacks some of them, else a space of the
    proposed model."""
    wanted = {Kind.TEXT: text_model, Kind.IMAGE: image_model}
    kinds = store.items.kinds()
    work: list[tuple[str, str, str]] = []
    for kind, model in wanted.items():
        if not kinds.get(kind, 0):
            continue
        used = [s for s in store.spaces.all() if s.kind == kind and s.model and not is_bridge(s)]
        lacking = [(space.model, space.name, "") for space in used if len(store.spaces.pending(space.id))]
        work += lacking if used else [(model, "", kind)]
    if len(unbridged(store)):
        work.append((BRIDGE_ID, "", ""))
    return tuple(EmbedParams(model, space, device, threads, kind=kind) for model, space, kind in work)


def _kind(store: ProjectStore, manifest: ModelManifest, params: EmbedParams) -> str:
    """What the model is to embed here."""
    if manifest.modality != "pair":
        return manifest.modality
    there = _existing(store, params.space) if params.space else None
    if there is not None:
        return there.kind
    return params.kind or (Kind.IMAGE if store.items.kinds().get(Kind.IMAGE, 0) else Kind.TEXT)


def _space_name(store: ProjectStore, manifest: ModelManifest, params: EmbedParams, kind: str) -> str:
    """The model's own name serves for one kind of items; the other one of a pair says what it holds."""
    there = None if params.space else _existing(store, manifest.id)
    other = there is not None and there.model == manifest.id and there.kind != kind
    return params.space or (f"{manifest.id} {kind}s" if other else manifest.id)


def _space_for(store: ProjectStore, name: str, encoder: Encoder, kind: str) -> SpaceInfo:
    manifest = encoder.manifest
    space = _existing(store, name)
    if space is not None:
        if space.model != manifest.id or space.dims != manifest.dims:
            raise EmbexError(
                f"The space “{name}” holds vectors of {space.model or 'ready-made files'} ({space.dims} dimensions), "
                f"so {manifest.name} ({manifest.dims} dimensions) cannot add to it.",
                "Choose another name for the new space.",
            )
        if space.checksum not in ("", encoder.checksum):
            raise EmbexError(
                f"The space “{name}” was made with another version of {manifest.name}, whose vectors cannot be "
                "compared with those of this one.",
                "Embed everything again into a new space.",
            )
        return space
    return store.spaces.create(
        name,
        manifest.id,
        manifest.dims,
        manifest.metric,
        kind,
        precision=encoder.precision,
        checksum=encoder.checksum,
        prompt=manifest.prompts.get("passage", ""),
        granted=_granted_words(encoder),
    )


def _existing(store: ProjectStore, name: str) -> SpaceInfo | None:
    return next((space for space in store.spaces.all() if space.name == name), None)


@dataclass(frozen=True, eq=False)
class _Job:
    """space: to be filled. beside: the bridge's space, for the images among ids_beside, or None."""

    store: ProjectStore
    encoder: Encoder
    space: SpaceInfo
    beside: SpaceInfo | None
    ids_beside: np.ndarray

    def read(self, inputs: Sequence[str]) -> Encoding:
        """What the model makes of them, with class scores where the bridge needs them."""
        if isinstance(self.encoder, ImageEncoder):
            return self.encoder.encode_steps(inputs, logits=self.beside is not None or is_bridge(self.space))
        return self.encoder.encode_steps(inputs)

    def commit(self, ids: np.ndarray, of: np.ndarray, encoded: Encoded, failed: list[tuple[int, str]]) -> None:
        """Store what was read for items; of: int64 (n,), the row of encoded that each has."""
        good = encoded.ok[of]
        ids, of = ids[good], of[good]
        with self.store.transaction():
            for start in range(0, len(ids), _MOST_AT_ONCE):
                some = slice(start, start + _MOST_AT_ONCE)
                self._keep(ids[some], of[some], encoded)
            if failed:
                self.store.spaces.fail(self.space.id, failed)

    def _keep(self, ids: np.ndarray, of: np.ndarray, encoded: Encoded) -> None:
        if not is_bridge(self.space):
            self.store.spaces.append(self.space.id, ids, encoded.vectors[of])
        crossing = self.space if is_bridge(self.space) else self.beside
        if crossing is not None and encoded.logits is not None:
            asked = np.isin(ids, self.ids_beside)
            keep_kinds(self.store, crossing, ids[asked], encoded.logits[of[asked]])


def _embed_all(
    store: ProjectStore, encoder: Encoder, space: SpaceInfo, beside: SpaceInfo | None, pending: np.ndarray
) -> Operation:
    crossing = space if is_bridge(space) else beside
    job = _Job(store, encoder, space, beside, store.spaces.pending(crossing.id) if crossing else pending[:0])
    first = yield from first_of_same(store, pending, space.kind)
    blocks = Blocks(pending, first)
    total, position, block = len(pending), 0, _FIRST_BLOCK
    problems: list[Problem] = []
    cut = 0
    began = time.perf_counter()
    while position < total:
        started = time.perf_counter()
        read, ids, of = blocks.next(block)
        found, truncated = yield from _embed_block(job, read, ids, of, position, total)
        problems.extend(found)
        cut += truncated
        position += len(ids)
        yield Step(position, total, _note(encoder), store.spaces.get(space.id), tuple(found))
        rate = len(read) / max(time.perf_counter() - started, 1e-3)
        block = int(np.clip(rate * _COMMIT_EVERY_S, _FIRST_BLOCK, _LARGEST_BLOCK))
    seconds = time.perf_counter() - began
    done = total - len(problems)
    summary = f"{count(done, 'item')} embedded with {encoder.manifest.name} on {_granted_words(encoder)}"
    if cut:
        summary += f"; the model read only the beginning of {cut:,}"
    figures = {"items": float(done), "seconds": seconds, "per_second": done / max(seconds, 1e-9), "cut": float(cut)}
    figures["same"] = float(total - blocks.number)
    return Outcome(summary, tuple(problems), store.spaces.get(space.id), figures)


def _embed_block(
    job: _Job, read: np.ndarray, ids: np.ndarray, of: np.ndarray, position: int, total: int
) -> Generator[Step, None, tuple[list[Problem], int]]:
    """Embed and commit items; the second value counts the texts that were cut. read: int64, the items that are read.
    ids: all that get a vector by that. of: int64, for each of ids the place in read of the one that is the same."""
    items = job.store.items
    inputs = items.uris(read) if job.space.kind == Kind.IMAGE else items.texts(read)
    encoded = yield from part(job.read(inputs), position, position + len(ids), _note(job.encoder), total)
    reasons = dict(encoded.reasons)
    bad = [(int(item), reasons[row]) for item, row in zip(ids, of.tolist(), strict=True) if row in reasons]
    job.commit(ids, of, encoded, bad)
    titles = items.titles(np.array([item for item, _ in bad], np.int64)) if bad else []
    problems = [Problem(title or "item", reason) for title, (_, reason) in zip(titles, bad, strict=True)]
    return problems, int(np.isin(of, encoded.cut).sum())


def _note(encoder: Encoder) -> str:
    return f"Embedding with {encoder.manifest.name} on {encoder.granted.words}"


def _granted_words(encoder: Encoder) -> str:
    """The device that really ran, and why where it is not the one that was asked for."""
    reason = encoder.granted.reason.rstrip(".")
    return f"{encoder.granted.words} ({reason})" if reason else encoder.granted.words
