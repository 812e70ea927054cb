"""What a folder with a model holds: encoders for texts, for images, or a pair of both, and in which precisions."""

import re
from dataclasses import dataclass
from typing import TypeVar

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.graph import Graph, read_graph
from embexplorer.encoders.imagefacts import ImageFacts, image_facts
from embexplorer.encoders.model import Modality
from embexplorer.encoders.modelfolder import ModelFolder, OnnxFile, Part
from embexplorer.encoders.outputs import roles_of
from embexplorer.encoders.textfacts import TextFacts, text_facts

# The exact one first: what a quantised file changes in the vectors nobody but its maker has measured.
_Value = TypeVar("_Value")
_ORDER = ("f32", "f16", "int8", "uint8")


@dataclass(frozen=True)
class Found:
    """A model that was recognised. graphs: by precision, the graph of each side ("text", "image"); for a pair in one
    graph the same one twice. text, image: what is known of the sides that it has."""

    folder: ModelFolder
    name: str
    kind: Modality
    graphs: dict[str, dict[str, Graph]]
    text: TextFacts | None
    image: ImageFacts | None
    licence: str
    languages: tuple[str, ...]

    @property
    def id(self) -> str:
        """By its name."""
        return slug(self.name)

    def bytes_of(self, precision: str) -> int:
        files = {graph.path: graph.bytes for graph in self.graphs[precision].values()}
        return sum(files.values())


def recognise(folder: ModelFolder) -> Found:
    """Raises EmbexError in one sentence where the folder holds no encoder that can be used."""
    graphs = _graphs(folder)
    kind, by_precision = _sorted_out(folder, graphs)
    first = next(iter(by_precision.values()))
    is_pair = kind == "pair"
    licence, languages = folder.card()
    try:
        return Found(
            folder,
            folder.name(),
            kind,
            by_precision,
            text_facts(folder, first["text"], is_pair=is_pair) if "text" in first else None,
            image_facts(folder, first["image"], is_pair=is_pair) if "image" in first else None,
            licence,
            languages,
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        raise EmbexError(
            f"The configuration in {folder.root} has a value that makes no sense ({str(error)[:120]}).",
            "Download the model's JSON files again.",
        ) from error


def _graphs(folder: ModelFolder) -> list[tuple[OnnxFile, Graph]]:
    """Those that can be read; where none can, the first one says why."""
    graphs: list[tuple[OnnxFile, Graph]] = []
    errors: list[EmbexError] = []
    for file in folder.onnx:
        try:
            graphs.append((file, read_graph(file.path, folder.root)))
        except EmbexError as error:
            errors.append(error)
    if not graphs:
        raise errors[0]
    return graphs


def _sorted_out(
    folder: ModelFolder, graphs: list[tuple[OnnxFile, Graph]]
) -> tuple[Modality, dict[str, dict[str, Graph]]]:
    parts: dict[Part, dict[str, Graph]] = {"model": {}, "text": {}, "image": {}}
    for file, graph in graphs:
        parts[file.part].setdefault(file.variant or _precision_of(graph), graph)
    both = [name for name in parts["text"] if name in parts["image"]]
    if both:
        return "pair", _ordered({name: {"text": parts["text"][name], "image": parts["image"][name]} for name in both})
    if parts["text"] and parts["image"]:
        raise EmbexError(
            f"The text and the image encoder in {folder.root} are there in different precisions only.",
            "Download both in the same one, such as text_model.onnx and vision_model.onnx.",
        )
    part = next(name for name in parts if parts[name])
    alone = parts[part]
    kind = _kind_of(next(iter(_ordered(alone).values())))
    sides = ("text", "image") if kind == "pair" else (kind,)
    return kind, _ordered({name: dict.fromkeys(sides, graph) for name, graph in alone.items()})


def _kind_of(graph: Graph) -> Modality:
    """By what it reads, and what it gives where it reads both."""
    roles = set(roles_of(graph).values())
    if not roles & {"ids", "pixels"}:
        raise EmbexError(f"{graph.path.name} reads neither texts nor images.", "Choose another model.")
    if not {"ids", "pixels"} <= roles:
        return "text" if "ids" in roles else "image"
    names = {value.name for value in graph.outputs}
    if {"text_embeds", "image_embeds"} <= names:
        return "pair"
    raise EmbexError(
        f"{graph.path.name} reads texts and images at once, but gives no vector for each of them.",
        "Export it so that it gives text_embeds and image_embeds, or as text_model.onnx and vision_model.onnx.",
    )


def _precision_of(graph: Graph) -> str:
    """By its weights, where its name says nothing."""
    if graph.weights & {"int8", "uint8"}:
        return "int8"
    return "f16" if "float16" in graph.weights else "f32"


def _ordered(by_precision: dict[str, _Value]) -> dict[str, _Value]:
    def place(name: str) -> tuple[int, str]:
        return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)

    return {name: by_precision[name] for name in sorted(by_precision, key=place)}


def slug(name: str) -> str:
    """A name in small letters, as a model's folder can be called."""
    words = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")
    return words[:64].rstrip("-._") or "model"
