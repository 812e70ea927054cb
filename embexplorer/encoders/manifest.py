"""model.json: what a model folder says about itself, read strictly so that a wrong file fails early and in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import Metric
from embexplorer.encoders.entries import Entries, read_json
from embexplorer.encoders.model import (
    Layout,
    Modality,
    ModelFile,
    ModelManifest,
    Padding,
    PadSide,
    Pooling,
    Preparation,
    Resample,
    Role,
    Side,
)

__all__ = ["Modality", "ModelFile", "ModelManifest", "Pooling", "load_manifest", "manifest_kind"]

MANIFEST_NAME = "model.json"
SCHEMA = 1
ENCODER, BRIDGE = "encoder", "bridge"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
ROLES: dict[str, Role] = {
    "input_ids": "ids",
    "attention_mask": "mask",
    "token_type_ids": "types",
    "position_ids": "positions",
    "pixel_values": "pixels",
    "image": "pixels",
}


def manifest_kind(folder: Path) -> str:
    """ "encoder" or "bridge". Raises EmbexError where there is no manifest or it cannot be read."""
    return read_json(folder / MANIFEST_NAME).text("kind", ENCODER)


def load_manifest(folder: Path) -> ModelManifest:
    """The manifest of a model folder. Raises EmbexError with one sentence that names the folder and the file."""
    entries = read_json(folder / MANIFEST_NAME)
    check_head(entries, ENCODER)
    if entries.text("modality", "") == "pair":
        return _read_pair(entries, folder)
    manifest = _read_encoder(entries, _read_head(entries, folder), folder)
    entries.finish()
    return manifest


@dataclass(frozen=True)
class _Head:
    """What is said of a model as a whole."""

    folder: Path
    id: str
    name: str
    dims: int
    metric: Metric
    licence: str
    source: str
    languages: tuple[str, ...]
    documents: tuple[str, ...]


def _read_head(entries: Entries, folder: Path) -> _Head:
    return _Head(
        folder=folder,
        id=entries.text("id", pattern=_ID),
        name=entries.text("name"),
        dims=entries.whole("dims"),
        metric=entries.choice("metric", get_args(Metric)),
        licence=entries.text("licence"),
        source=entries.text("source"),
        languages=entries.texts("languages", ()),
        documents=entries.texts("documents", ()),
    )


def _read_pair(entries: Entries, folder: Path) -> ModelManifest:
    head = _read_head(entries, folder)
    sides = {}
    for kind in get_args(Side):
        inner = entries.table(kind)
        sides[kind] = _read_encoder(inner, head, folder)
        inner.finish()
        if sides[kind].modality != kind:
            raise entries.wrong(f"has no {kind} encoder where one should be")
    entries.finish()
    pair = paired(sides["text"], sides["image"])
    if not pair.files:
        raise entries.wrong("has no precision that its text and its image encoder share")
    return pair


def paired(text: ModelManifest, image: ModelManifest) -> ModelManifest:
    """A pair out of its sides, which differ in what they read alone. Only precisions that both have are in it."""
    files = {
        name: replace(file, parts=(*file.parts, text.files[name], *text.files[name].parts))
        for name, file in image.files.items()
        if name in text.files
    }
    return replace(image, modality="pair", files=files, sides={"text": text, "image": image})


def _read_encoder(entries: Entries, head: _Head, folder: Path) -> ModelManifest:
    modality = entries.choice("modality", get_args(Side))
    reads_text = modality == "text"
    inputs = entries.texts_by_name("inputs")
    manifest = ModelManifest(
        **vars(head),
        modality=modality,
        normalised=entries.flag("normalised"),
        files=read_files(entries, folder),
        inputs=inputs,
        outputs=entries.texts_by_name("outputs"),
        prompts=entries.texts_by_name("prompts", {}),
        max_tokens=entries.whole("max_tokens", None if reads_text else 0),
        batch_tokens=entries.whole("batch_tokens", 512),
        pooling=entries.choice("pooling", get_args(Pooling), "none"),
        tokenizer=_read_file(entries.table("tokenizer"), folder) if reads_text else None,
        add_special_tokens=entries.flag("add_special_tokens", True),
        drop_token=entries.text("drop_token", ""),
        input_size=entries.whole("input_size", 0 if reads_text else None),
        fit=entries.text("fit", ""),
        roles=_read_roles(entries, inputs),
        padding=_read_padding(entries),
        batch_rows=entries.whole("batch_rows", 0),
        full_dims=entries.whole("full_dims", 0),
        preparation=_read_preparation(entries),
    )
    _check_outputs(manifest, entries)
    return manifest


def _read_roles(entries: Entries, inputs: Mapping[str, str]) -> Mapping[str, Role]:
    """Of each input that has one: as the file says, else by its name."""
    given = entries.table_if_any("roles")
    named = {name: given.choice(name, get_args(Role)) for name in given.names()}
    return {name: ROLES[name] for name in inputs if name in ROLES} | named


def _read_padding(entries: Entries) -> Padding:
    table = entries.table_if_any("padding")
    padding = Padding(
        table.whole("token", 0), table.choice("side", get_args(PadSide), "right"), table.whole("length", 0)
    )
    table.finish()
    return padding


def _read_preparation(entries: Entries) -> Preparation | None:
    table = entries.table_if_any("preparation")
    if not table.names():
        return None
    preparation = Preparation(
        layout=table.choice("layout", get_args(Layout)),
        height=table.whole("height"),
        width=table.whole("width"),
        shortest=table.whole("shortest", 0),
        resample=table.choice("resample", get_args(Resample), "bicubic"),
        scale=table.number("scale"),
        mean=table.numbers("mean"),
        std=table.numbers("std"),
    )
    table.finish()
    if len(preparation.mean) != 3 or len(preparation.std) != 3 or not all(preparation.std):
        raise entries.wrong("needs three numbers each for “preparation.mean” and “preparation.std”")
    return preparation


def check_head(entries: Entries, kind: str) -> None:
    """Refuse a manifest of another kind or of a newer schema."""
    schema = entries.whole("schema")
    if schema > SCHEMA:
        raise EmbexError(
            f"The model in {entries.folder} was made for a newer embexplorer "
            f"(schema {schema}; this one reads {SCHEMA}).",
            "Update embexplorer.",
        )
    entries.choice("kind", (kind,))


def read_files(entries: Entries, folder: Path) -> Mapping[str, ModelFile]:
    """The "files" of a manifest by name; at least one."""
    table = entries.table("files")
    files = {name: _read_file(table.table(name), folder) for name in table.names()}
    if not files:
        raise entries.wrong("lists no files")
    return files


def _read_file(entries: Entries, folder: Path) -> ModelFile:
    path = (folder / entries.text("path")).resolve()
    if folder.resolve() not in path.parents:
        raise entries.wrong(f"names {path.name}, which lies outside the folder")
    file = ModelFile(
        path,
        entries.text("sha256", pattern=_SHA256),
        entries.whole("bytes"),
        entries.text("for", ""),
        entries.texts("devices", ("cpu",)),
        entries.number("per_second", 0.0),
        tuple(_read_file(part, folder) for part in entries.tables("parts")),
    )
    entries.finish()
    return file


def _check_outputs(manifest: ModelManifest, entries: Entries) -> None:
    if "pooled" in manifest.outputs:
        return
    if "tokens" not in manifest.outputs or manifest.pooling == "none":
        raise entries.wrong("names neither a “pooled” output nor “tokens” with a pooling")
