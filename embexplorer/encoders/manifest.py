"""model.json: what a model folder says about itself, read strictly so that a wrong file fails early and in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import Metric
from embexplorer.encoders.entries import Entries, read_json

MANIFEST_NAME = "model.json"
SCHEMA = 1
ENCODER, BRIDGE = "encoder", "bridge"

Modality = Literal["text", "image"]
Pooling = Literal["mean", "cls", "last", "none"]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class ModelFile:
    """One file of a model. use: what it is for, in words. devices: where it runs well.
    per_second: tokens or images that one processor core manages in a second, 0 where nobody has measured it."""

    path: Path
    sha256: str
    bytes: int
    use: str = ""
    devices: tuple[str, ...] = ("cpu",)
    per_second: float = 0.0


@dataclass(frozen=True)
class ModelManifest:
    """What a model is and how it must be fed. files: by precision, the preferred one first."""

    folder: Path
    id: str
    name: str
    modality: Modality
    dims: int
    metric: Metric
    normalised: bool  # the graph itself gives rows of length 1
    files: Mapping[str, ModelFile]
    inputs: Mapping[str, str]  # the graph's names, to their shapes in words
    outputs: Mapping[str, str]  # "pooled" or "tokens", and "logits" where there are some, to the graph's names
    licence: str
    source: str
    languages: tuple[str, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)  # "query" and "passage", put before every text
    max_tokens: int = 0
    batch_tokens: int = 512  # padded tokens a batch on a CPU
    pooling: Pooling = "none"  # how "tokens" become one vector, where the graph has no "pooled"
    tokenizer: ModelFile | None = None
    add_special_tokens: bool = True
    drop_token: str = ""  # a token that is removed before the model runs
    input_size: int = 0  # width and height of an image model's square, in pixels
    fit: str = ""

    def precision_for(self, device: str) -> str:
        """The first precision that is made for the device, else the first of all."""
        suited = [name for name, file in self.files.items() if device in file.devices]
        return suited[0] if suited else next(iter(self.files))


def manifest_kind(folder: Path) -> str:
    """ "encoder" or "bridge". Raises EmbexError where there is no manifest or it cannot be read."""
    return read_json(folder / MANIFEST_NAME).text("kind", ENCODER)


def load_manifest(folder: Path) -> ModelManifest:
    """The manifest of a model folder. Raises EmbexError with one sentence that names the folder and the file."""
    entries = read_json(folder / MANIFEST_NAME)
    check_head(entries, ENCODER)
    modality = entries.choice("modality", get_args(Modality))
    reads_text = modality == "text"
    manifest = ModelManifest(
        folder=folder,
        id=entries.text("id", pattern=_ID),
        name=entries.text("name"),
        modality=modality,
        dims=entries.whole("dims"),
        metric=entries.choice("metric", get_args(Metric)),
        normalised=entries.flag("normalised"),
        files=read_files(entries, folder),
        inputs=entries.texts_by_name("inputs"),
        outputs=entries.texts_by_name("outputs"),
        licence=entries.text("licence"),
        source=entries.text("source"),
        languages=entries.texts("languages", ()),
        prompts=entries.texts_by_name("prompts", {}),
        max_tokens=entries.whole("max_tokens", None if reads_text else 0),
        batch_tokens=entries.whole("batch_tokens", 512),
        pooling=entries.choice("pooling", get_args(Pooling), "none"),
        tokenizer=_read_file(entries.table("tokenizer"), folder) if reads_text else None,
        add_special_tokens=entries.flag("add_special_tokens", True),
        drop_token=entries.text("drop_token", ""),
        input_size=entries.whole("input_size", 0 if reads_text else None),
        fit=entries.text("fit", ""),
    )
    entries.finish()
    _check_outputs(manifest, entries)
    return manifest


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
    )
    entries.finish()
    return file


def _check_outputs(manifest: ModelManifest, entries: Entries) -> None:
    if "pooled" in manifest.outputs:
        return
    if "tokens" not in manifest.outputs or manifest.pooling == "none":
        raise entries.wrong("names neither a “pooled” output nor “tokens” with a pooling")
