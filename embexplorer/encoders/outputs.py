"""Which output of a graph is the vector, and which inputs want what."""

import re
from dataclasses import dataclass

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.graph import FLOATS, Graph, Value
from embexplorer.encoders.model import Role

_LAYER = re.compile(r"(?:.*\.)?hidden_states?[._/\[]?(\d+)\]?")
_VECTORS = ("sentence_embedding", "text_embeds", "image_embeds", "embeddings", "embedding", "pooled", "vector")
_TOKENS = ("last_hidden_state", "token_embeddings", "hidden_state", "output_0")
_CLASSES = re.compile(r"logits|scores|probab|class", re.IGNORECASE)
_MEMORY = re.compile(r"present|past", re.IGNORECASE)
# The order counts: “position_ids” and “attention_mask” must not pass for ids.
_BY_NAME: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"past"), "past"),
    (re.compile(r"mask"), "mask"),
    (re.compile(r"type|segment"), "types"),
    (re.compile(r"position"), "positions"),
    (re.compile(r"pixel|image|img|vision"), "pixels"),
    (re.compile(r"(^|_)ids?$|token|text|input"), "ids"),
)
_WHOLE = frozenset({"int64", "int32"})


@dataclass(frozen=True)
class Output:
    """One way to get vectors. kind: "vector" is one for each input, "parts" one for each word or patch, "maps" are
    pictures of features. width: 0 where the graph does not say. layer: its number, -1 for the last."""

    name: str
    kind: str
    width: int
    layer: int = -1

    @property
    def words(self) -> str:
        if self.kind == "vector":
            return f"The model's own vector ({self.name})"
        return f"Layer {self.layer}" if self.layer >= 0 else "The last layer"


def roles_of(graph: Graph) -> dict[str, Role]:
    """What each input wants. Raises EmbexError for one that nobody knows, naming it."""
    found = {value.name: role for value in graph.inputs if (role := _role(value, len(graph.inputs)))}
    unknown = [value for value in graph.inputs if value.name not in found]
    if unknown:
        value = unknown[0]
        raise EmbexError(
            f"{graph.path.name} asks for “{value.name}” ({value.words}), and nothing says what that is.",
            "Export the model for “feature-extraction”, with inputs called input_ids and attention_mask, or "
            "pixel_values.",
        )
    return found


def _role(value: Value, inputs: int) -> Role | None:
    name = value.name.lower()
    for pattern, role in _BY_NAME:
        if pattern.search(name) and _suits(value, role):
            return role
    if inputs == 1 and _suits(value, "pixels"):
        return "pixels"
    return "ids" if inputs == 1 and _suits(value, "ids") else None


def _suits(value: Value, role: Role) -> bool:
    if role == "pixels":
        return value.rank == 4 and value.kind in {"float", "float16", "uint8"}
    if role == "past":
        return value.rank == 4 and value.kind in {"float", "float16"}
    kinds = _WHOLE | {"bool", "float", "float16"} if role == "mask" else _WHOLE
    return value.rank in (2, -1) and value.kind in kinds


def text_outputs(graph: Graph, *preferred: str) -> tuple[Output, ...]:
    """The ways to a vector of a text, those of the preferred names first, then the best.

    Raises EmbexError where there is none.
    """
    found = [out for value in graph.outputs if (out := _text_output(value))]
    return _ordered(graph, found, preferred, "a vector for each text or for each of its words")


def image_outputs(graph: Graph, *preferred: str) -> tuple[Output, ...]:
    """The ways to a vector of an image, those of the preferred names first, then the best.

    Raises EmbexError where there is none.
    """
    found = [out for value in graph.outputs if (out := _image_output(value))]
    return _ordered(graph, found, preferred, "a vector for each image or for each of its parts")


def class_output(graph: Graph) -> str:
    """The output with the scores of classes, "" where there is none."""
    return next((v.name for v in graph.outputs if v.rank == 2 and _CLASSES.search(v.name)), "")


def _ordered(graph: Graph, found: list[Output], preferred: tuple[str, ...], wanted: str) -> tuple[Output, ...]:
    if not found:
        given = ", ".join(f"“{value.name}” as {value.words}" for value in graph.outputs[:4])
        raise EmbexError(
            f"{graph.path.name} gives {given}, which is not {wanted}.",
            "Export the model for “feature-extraction”, so that it gives last_hidden_state or sentence_embedding.",
        )
    places = {name: place for place, name in enumerate(preferred)}
    return tuple(sorted(found, key=lambda out: (places.get(out.name, len(places)), *_rank_of(out))))


def _rank_of(out: Output) -> tuple[int, int]:
    names = _VECTORS if out.kind == "vector" else _TOKENS
    place = names.index(out.name) if out.name in names else len(names)
    if out.kind == "vector":
        # BERT's pooler_output was trained for another task; classes are no more than a last resort
        late = 3 if _CLASSES.search(out.name) else 2 if out.name == "pooler_output" else 0
        return late, place
    return 1, -out.layer if out.layer >= 0 else place - len(names) - 1000


def _text_output(value: Value) -> Output | None:
    if value.kind not in FLOATS or _MEMORY.search(value.name) or value.name.startswith("image"):
        return None
    layer = _LAYER.fullmatch(value.name)
    if value.rank == 3 and not _CLASSES.search(value.name):
        return Output(value.name, "parts", value.size(2), int(layer[1]) if layer else -1)
    is_vector = value.rank == 2 or (value.rank == -1 and value.name in _VECTORS)
    return Output(value.name, "vector", value.size(1)) if is_vector and not _CLASSES.search(value.name) else None


def _image_output(value: Value) -> Output | None:
    if value.kind not in FLOATS or value.name.startswith(("text", "logits_per")):
        return None
    layer = _LAYER.fullmatch(value.name)
    if value.rank == 3:
        return Output(value.name, "parts", value.size(2), int(layer[1]) if layer else -1)
    if value.rank == 4:
        return Output(value.name, "maps", value.size(1), int(layer[1]) if layer else -1)
    is_vector = value.rank == 2 or (value.rank == -1 and value.name in _VECTORS)
    return Output(value.name, "vector", value.size(1)) if is_vector else None
