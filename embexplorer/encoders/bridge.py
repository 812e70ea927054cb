"""Words to images without a model that was trained on both: through the classes that the image model knows.

ConSE (Norouzi et al., 2013): an image stands where the names of its likeliest classes stand among the texts, weighted
by how likely they are. It finds kinds of things (a flower, a big truck); colours, actions and whatever is not among
the 1,000 classes of ImageNet it does not know, and where it is offered this must be said. On 538 captioned pictures:
recall@1 0.21, @5 0.39, @10 0.45.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import normalised
from embexplorer.encoders.entries import read_json
from embexplorer.encoders.manifest import BRIDGE, MANIFEST_NAME, ModelFile, check_head, read_files
from embexplorer.encoders.registry import bundled_folder, verified

BRIDGE_ID = "bridge"  # of the bundled one, in the place of a space's model
LIMITS = "It finds kinds of things, such as a flower or a truck. It does not know colours, actions, people or letters."
_DESCRIPTIVE = ("recipe", "class_text", "licence", "source")


@dataclass(frozen=True)
class ClassScore:
    """A class of the image model by its first name, and its probability from 0 to 1."""

    name: str
    probability: float


@dataclass(frozen=True, eq=False)
class Bridge:
    """directions: float32 (classes, dims), the centred class vectors of length 1. mean: float32 (dims,).
    image_model, text_model: the ids of the models that it joins. checksum: of the class vectors."""

    id: str
    name: str
    image_model: str
    text_model: str
    dims: int
    directions: np.ndarray
    mean: np.ndarray
    names: tuple[str, ...]
    temperature: float
    top_classes: int
    checksum: str = ""

    def image_vectors_from_logits(self, logits: np.ndarray) -> np.ndarray:
        """float32 (n, dims), of length 1: where images stand among the texts. logits: float (n, classes)."""
        chances = _softmax(logits / self.temperature)
        if self.top_classes < chances.shape[1]:
            floor = -np.partition(-chances, self.top_classes - 1, axis=1)[:, self.top_classes - 1, None]
            chances = np.where(chances >= floor, chances, 0)
        return normalised(chances @ self.directions)  # the weights need no sum of 1: the length is taken out

    def query_vector(self, text_vector: np.ndarray) -> np.ndarray:
        """float32 (dims,), of length 1: a text of the text model, to be compared with images by cosine.

        Raises EmbexError where the text stands exactly in the middle of all classes.
        """
        centred = np.asarray(text_vector, np.float32) - self.mean
        if not np.any(centred):
            raise EmbexError("This text is as near to every kind of image.", "Describe the image in other words.")
        row: np.ndarray = normalised(centred[None])[0]
        return row

    def class_names(self, logits: np.ndarray, top: int = 5) -> list[list[ClassScore]]:
        """For each row of logits (n, classes) the likeliest classes, best first."""
        chances = _softmax(logits)
        best = np.argsort(-chances, axis=1, kind="stable")[:, :top]
        return [
            [ClassScore(self.names[c], float(row[c])) for c in order] for row, order in zip(chances, best, strict=True)
        ]


def load_bridge(folder: Path | None = None) -> Bridge:
    """The bundled bridge, or the one in a folder. Raises EmbexError where it is incomplete, damaged or no bridge."""
    folder = folder or bundled_folder() / "bridge"
    entries = read_json(folder / MANIFEST_NAME)
    check_head(entries, BRIDGE)
    entries.choice("metric", ("cosine",))
    for name in _DESCRIPTIVE:
        entries.text(name, "")
    dims = entries.whole("dims")
    files = read_files(entries, folder)
    for name in ("class_embeddings", "class_mean", "classes"):
        if name not in files:
            raise entries.wrong(f"lacks the file “{name}”")
    names = tuple(entry["name"].split(",")[0] for entry in json.loads(verified(files["classes"]).read_bytes()))
    mean = _array(files["class_mean"], (dims,))
    bridge = Bridge(
        entries.text("id"),
        entries.text("name"),
        entries.text("image_model"),
        entries.text("text_model"),
        dims,
        normalised(_array(files["class_embeddings"], (len(names), dims)) - mean),
        mean,
        names,
        entries.number("temperature"),
        entries.whole("top_classes"),
        files["class_embeddings"].sha256,
    )
    entries.finish()
    return bridge


def _array(file: ModelFile, shape: tuple[int, ...]) -> np.ndarray:
    array: np.ndarray = np.load(verified(file), allow_pickle=False).astype(np.float32)
    if array.shape != shape:
        raise EmbexError(
            f"{file.path.name} in {file.path.parent} holds {array.shape} numbers where {shape} are needed.",
            "Install embexplorer again.",
        )
    return array


def _softmax(logits: np.ndarray) -> np.ndarray:
    """float32 (n, classes), rows that add up to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float32)
    chances: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return chances
