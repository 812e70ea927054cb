"""What a model is: values that are read from its model.json, or found out about a folder that has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import Metric

Modality = Literal["text", "image", "pair"]
Side = Literal["text", "image"]
Pooling = Literal["mean", "cls", "last", "max", "weighted", "none"]
PadSide = Literal["right", "left"]
Layout = Literal["nchw", "nhwc"]
Resample = Literal["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"]
# What an encoder can fill an input of a graph with. "past" is the memory of a text generator, which is empty here.
Role = Literal["ids", "mask", "types", "positions", "pixels", "past"]


@dataclass(frozen=True)
class ModelFile:
    """One file of a model. use: what it is for, in words. devices: where it runs well.
    per_second: tokens or images that one processor core manages in a second, 0 where nobody has measured it.
    parts: the files beside it that hold its weights."""

    path: Path
    sha256: str
    bytes: int
    use: str = ""
    devices: tuple[str, ...] = ("cpu",)
    per_second: float = 0.0
    parts: tuple["ModelFile", ...] = ()

    @property
    def all_bytes(self) -> int:
        """Of the file and of its parts."""
        return self.bytes + sum(part.bytes for part in self.parts)


@dataclass(frozen=True)
class Padding:
    """How texts of a batch become equally long. token: the id that fills. length: every text gets so long, 0 for as
    long as the longest one."""

    token: int = 0
    side: PadSide = "right"
    length: int = 0


@dataclass(frozen=True)
class Preparation:
    """From a picture to what the graph reads: resized (to exactly height × width, or where shortest is set until the
    shorter side has so many pixels), cut out of the middle, then (value · scale - mean) / std for each colour."""

    layout: Layout
    height: int
    width: int
    shortest: int = 0
    resample: Resample = "bicubic"
    scale: float = 1 / 255
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class ModelManifest:
    """What a model is and how it must be fed. files: by precision, the preferred one first.

    A pair has an encoder for texts and one for images in sides, which give vectors of one space; its files are those
    of the image side, with those of the text side as their parts.
    """

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
    roles: Mapping[str, Role] = field(default_factory=dict)  # of the graph's inputs
    padding: Padding = Padding()
    batch_rows: int = 0  # how many inputs the graph takes at once, where that is fixed
    full_dims: int = 0  # of the graph's vectors, where only their beginning is used (Matryoshka), else 0
    preparation: Preparation | None = None  # of an image model whose graph does not prepare pixels itself
    documents: tuple[str, ...] = ()  # names of the licence and the model card in the folder
    sides: Mapping[str, "ModelManifest"] = field(default_factory=dict)  # of a pair, by Side

    def side(self, kind: str) -> "ModelManifest":
        """The encoder for "text" or "image". Raises EmbexError where the model has none."""
        if self.sides:
            return self.sides[kind]
        if kind != self.modality:
            raise EmbexError(f"The model “{self.id}” does not read {kind}s.", "Choose another model.")
        return self

    def reads(self, kind: str) -> bool:
        """Whether it has an encoder for "text" or "image"."""
        return self.modality in (kind, "pair")

    @property
    def every_file(self) -> tuple[ModelFile, ...]:
        """Each file that must be there and unchanged, once."""
        found: dict[Path, ModelFile] = {}
        for manifest in self.sides.values() or (self,):
            tokenizer = [manifest.tokenizer] if manifest.tokenizer else []
            for file in (*manifest.files.values(), *tokenizer):
                found.update({part.path: part for part in (file, *file.parts)})
        return tuple(found.values())

    def precision_for(self, device: str) -> str:
        """The first precision that is made for the device, else the first of all."""
        suited = [name for name, file in self.files.items() if device in file.devices]
        return suited[0] if suited else next(iter(self.files))
