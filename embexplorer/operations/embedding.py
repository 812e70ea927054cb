"""Items to vectors, committed block by block so that stopping loses at most a few seconds of work."""

import time
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Problem, Step, part
from embexplorer.base.wording import count
from embexplorer.data.items import Kind
from embexplorer.data.vectors import SpaceInfo
from embexplorer.encoders.open import Encoder, open_encoder
from embexplorer.encoders.registry import find_model
from embexplorer.store.project import ProjectStore

# A block is committed about every three seconds: what a killed machine loses at most.
_COMMIT_EVERY_S = 3.0
_FIRST_BLOCK, _LARGEST_BLOCK = 256, 4096


@dataclass(frozen=True)
class EmbedParams:
    """model: an installed model's id. space: the name of the space to fill, "" for the model's own.
    device: auto, cpu, cuda, directml or coreml. threads: 0 for all cores. precision: "" for the device's best."""

    model: str
    space: str = ""
    device: str = "auto"
    threads: int = 0
    precision: str = ""


def embed_pending(store: ProjectStore, params: EmbedParams) -> Operation:
    """Give every item of the model's kind that has none a vector. Outcome.value is the SpaceInfo; so is the payload
    of a step after which more of them are stored.

    Items that cannot be embedded are recorded with their reasons and listed as problems.
    Raises EmbexError where the model cannot be used or the space belongs to another model.
    """
    manifest = find_model(params.model)
    yield Step(0, 0, f"Loading {manifest.name}")
    there = _existing(store, params.space or manifest.id)
    # a space that has vectors goes on with the file that made them: two precisions in one space differ
    precision = params.precision or (there.precision if there else "")
    encoder = open_encoder(params.model, params.device, params.threads, precision)
    try:
        space = _space_for(store, params, encoder)
        outcome = yield from _embed_blocks(store, space, encoder)
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
    work = []
    for kind, model in wanted.items():
        if not kinds.get(kind, 0):
            continue
        used = [space for space in store.spaces.all() if space.kind == kind and space.model]
        lacking = [(space.model, space.name) for space in used if len(store.spaces.pending(space.id))]
        work += lacking if used else [(model, "")]
    return tuple(EmbedParams(model, space, device, threads) for model, space in work)


def _space_for(store: ProjectStore, params: EmbedParams, encoder: Encoder) -> SpaceInfo:
    manifest = encoder.manifest
    name = params.space or manifest.id
    space = _existing(store, name)
    if space is not None:
        if space.model != manifest.id or space.dims != manifest.dims:
            raise EmbexError(
                f"The space “{name}” holds vectors of {space.model or 'ready-made files'} ({space.dims} dimensions), "
                f"so {manifest.name} ({manifest.dims} dimensions) cannot add to it.",
                "Choose another name for the new space.",
            )
        return space
    return store.spaces.create(
        name,
        manifest.id,
        manifest.dims,
        manifest.metric,
        manifest.modality,
        precision=encoder.precision,
        checksum=encoder.checksum,
        prompt=manifest.prompts.get("passage", ""),
        granted=_granted_words(encoder),
    )


def _existing(store: ProjectStore, name: str) -> SpaceInfo | None:
    return next((space for space in store.spaces.all() if space.name == name), None)


def _embed_blocks(store: ProjectStore, space: SpaceInfo, encoder: Encoder) -> Operation:
    pending = store.spaces.pending(space.id)
    total, position, block = len(pending), 0, _FIRST_BLOCK
    problems: list[Problem] = []
    cut = 0
    began = time.perf_counter()
    while position < total:
        ids = pending[position : position + block]
        started = time.perf_counter()
        found, truncated = yield from _embed_block(store, space, encoder, ids, position, total)
        problems.extend(found)
        cut += truncated
        position += len(ids)
        yield Step(position, total, _note(encoder), store.spaces.get(space.id), tuple(found))
        rate = len(ids) / max(time.perf_counter() - started, 1e-3)
        block = int(np.clip(rate * _COMMIT_EVERY_S, _FIRST_BLOCK, _LARGEST_BLOCK))
    seconds = time.perf_counter() - began
    done = total - len(problems)
    summary = f"{count(done, 'item')} embedded with {encoder.manifest.name} on {_granted_words(encoder)}"
    if cut:
        summary += f"; the model read only the beginning of {cut:,}"
    figures = {"items": float(done), "seconds": seconds, "per_second": done / max(seconds, 1e-9), "cut": float(cut)}
    return Outcome(summary, tuple(problems), store.spaces.get(space.id), figures)


def _embed_block(
    store: ProjectStore, space: SpaceInfo, encoder: Encoder, ids: np.ndarray, position: int, total: int
) -> Generator[Step, None, tuple[list[Problem], int]]:
    """Embed and commit these items; the second value counts the texts that were cut."""
    inputs = store.items.uris(ids) if space.kind == Kind.IMAGE else store.items.texts(ids)
    encoded = yield from part(encoder.encode_steps(inputs), position, position + len(ids), _note(encoder), total)
    with store.transaction():
        if encoded.ok.any():
            store.spaces.append(space.id, ids[encoded.ok], encoded.vectors[encoded.ok])
        if encoded.reasons:
            store.spaces.fail(space.id, [(int(ids[row]), reason) for row, reason in encoded.reasons])
    titles = store.items.titles(ids[[row for row, _ in encoded.reasons]]) if encoded.reasons else []
    problems = [Problem(title or "item", reason) for title, (_, reason) in zip(titles, encoded.reasons, strict=True)]
    return problems, encoded.truncated


def _note(encoder: Encoder) -> str:
    return f"Embedding with {encoder.manifest.name} on {encoder.granted.words}"


def _granted_words(encoder: Encoder) -> str:
    """The device that really ran, and why where it is not the one that was asked for."""
    reason = encoder.granted.reason.rstrip(".")
    return f"{encoder.granted.words} ({reason})" if reason else encoder.granted.words
