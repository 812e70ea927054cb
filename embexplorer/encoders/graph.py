"""What an ONNX file says about itself, read before onnxruntime may see it: inputs, outputs, operators, other files.

Nothing is executed here and no weight is read: the file is mapped into memory and walked over.
"""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from embexplorer.base.errors import EmbexError
from embexplorer.encoders import wire

# onnx.proto's own names for the kinds of numbers, as onnxruntime spells them.
_KINDS = {
    1: "float", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
    10: "float16", 11: "double", 12: "uint32", 13: "uint64", 16: "bfloat16",
}  # fmt: skip
FLOATS = frozenset({"float", "float16", "double", "bfloat16"})
# Operators that every onnxruntime carries. All others need a library of the model's own, which would be executed.
_KNOWN_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc"})
# Operators of a known domain that open files or run code that was compiled for one device.
_REFUSED = frozenset({"EPContext", "PyOp", "PythonOp"})
_DEEPEST = 16


@dataclass(frozen=True)
class Value:
    """An input or output. kind: of its numbers. shape: sizes that are fixed, and the names of those that are not
    ("" where they have none); None where the file does not say."""

    name: str
    kind: str
    shape: tuple[int | str, ...] | None

    @property
    def rank(self) -> int:
        """How many axes, -1 where the file does not say."""
        return -1 if self.shape is None else len(self.shape)

    def size(self, axis: int) -> int:
        """Of an axis, 0 where it is free or unknown."""
        if self.shape is None or not -len(self.shape) <= axis < len(self.shape):
            return 0
        size = self.shape[axis]
        return size if isinstance(size, int) and size > 0 else 0

    @property
    def words(self) -> str:
        sizes = "…" if self.shape is None else ",".join(str(size or "?") for size in self.shape)
        return f"{self.kind}[{sizes}]"


@dataclass(frozen=True)
class Graph:
    """path: the file. weights: the kinds of numbers that its weights have. data: other files that hold weights, all of
    them inside the model's folder. opset: the version of the standard operators, 0 where it is not said."""

    path: Path
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    opset: int
    weights: frozenset[str]
    data: tuple[Path, ...]
    bytes: int  # with the other files


def read_graph(path: Path, folder: Path) -> Graph:
    """Raises EmbexError in one sentence where the file is no ONNX graph, asks for operators that onnxruntime has not,
    or for files outside of the model's folder."""
    inside(path, folder)
    try:
        with path.open("rb") as file:
            # closed when the last piece of it is forgotten: those in the frames of an error still point into it
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _read(memoryview(mapped), path, folder)
    except ValueError:  # a WireError, or an empty file, which cannot be mapped
        raise _no_graph(path) from None
    except OSError as error:
        raise EmbexError(f"{path.name} could not be read ({error.strerror or error}).", "Check the folder.") from error


def inside(path: Path, folder: Path) -> None:
    """Refuse what is no plain file of the folder, such as a link to somewhere else."""
    if folder.resolve() not in path.resolve().parents:
        raise EmbexError(
            f"{path.name} in {folder} is a link to a file outside of the model's folder.",
            "Copy the model with all its files into a folder of its own, then add that one.",
        )


def _read(data: memoryview, path: Path, folder: Path) -> Graph:
    body, opset, own, functions = None, 0, set(), []
    for number, value in wire.fields(data):
        if not isinstance(value, memoryview):
            continue
        if number == 7:
            body = value
        elif number == 8 and wire.text(value, 1) in ("", "ai.onnx"):
            opset = wire.whole(value, 2)
        elif number == 25:
            own.add(wire.text(value, 10))
            functions.append(value)
    if body is None:
        raise wire.WireError("no graph")
    found = _Walk(path)
    found.walk_graph(body, own)
    for function in functions:
        found.walk_nodes(wire.pieces(function, 7), own, 1)
    files = tuple(_other_file(name, path, folder) for name in sorted(found.locations))
    total = path.stat().st_size + sum(file.stat().st_size for file in files)
    filled = {wire.text(tensor, 8) for tensor in wire.pieces(body, 5)}
    inputs = tuple(value for value in map(_value, wire.pieces(body, 11)) if value.name not in filled)
    outputs = tuple(map(_value, wire.pieces(body, 12)))
    if not outputs:
        raise wire.WireError("no outputs")
    return Graph(path, inputs, outputs, opset, frozenset(found.weights), files, total)


class _Walk:
    """Gathers what the operators and weights of a graph ask for, also in the graphs inside them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.locations: set[str] = set()
        self.weights: set[str] = set()

    def walk_graph(self, graph: memoryview, own: set[str], depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise wire.WireError("too deep")
        for tensor in wire.pieces(graph, 5):
            self._walk_tensor(tensor)
        for sparse in wire.pieces(graph, 15):
            for part in (*wire.pieces(sparse, 1), *wire.pieces(sparse, 2)):
                self._walk_tensor(part)
        self.walk_nodes(wire.pieces(graph, 1), own, depth + 1)

    def walk_nodes(self, nodes: Iterator[memoryview], own: set[str], depth: int) -> None:
        for node in nodes:
            domain, operator = wire.text(node, 7), wire.text(node, 4)
            if operator in _REFUSED or (domain not in _KNOWN_DOMAINS and domain not in own):
                raise EmbexError(
                    f"{self._path.name} uses the operator “{operator}”{_of(domain)}, which is not a part of ONNX and "
                    "would have to be brought along as a program.",
                    "Export the model again with standard operators only.",
                )
            for attribute in wire.pieces(node, 5):
                self._walk_attribute(attribute, own, depth)

    def _walk_attribute(self, attribute: memoryview, own: set[str], depth: int) -> None:
        for number, value in wire.fields(attribute):
            if not isinstance(value, memoryview):
                continue
            if number in (5, 10):
                self._walk_tensor(value)
            elif number in (6, 11):
                self.walk_graph(value, own, depth)
            elif number in (22, 23):
                for part in (*wire.pieces(value, 1), *wire.pieces(value, 2)):
                    self._walk_tensor(part)

    def _walk_tensor(self, tensor: memoryview) -> None:
        kind, size = 0, 1
        for number, value in wire.fields(tensor):
            if number == 2 and isinstance(value, int):
                kind = value
            elif number == 1:
                size *= value if isinstance(value, int) else len(value)
            elif number == 13 and isinstance(value, memoryview) and wire.text(value, 1) == "location":
                self.locations.add(wire.text(value, 2))
        if size >= 64:  # scalars and shapes say nothing about a model
            self.weights.add(_KINDS.get(kind, "other"))


def _value(data: memoryview) -> Value:
    """Of a ValueInfoProto; what is no tensor has no kind and no shape."""
    kind, shape = "", None
    for of_type in wire.pieces(data, 2):
        for tensor in wire.pieces(of_type, 1):
            kind = _KINDS.get(wire.whole(tensor, 1), "other")
            for dims in wire.pieces(tensor, 2):
                shape = tuple(map(_size, wire.pieces(dims, 1)))
    return Value(wire.text(data, 1), kind, shape)


def _size(dimension: memoryview) -> int | str:
    for number, value in wire.fields(dimension):
        if number == 1 and isinstance(value, int):
            return value if value < 1 << 63 else ""
        if number == 2 and isinstance(value, memoryview):
            return bytes(value).decode("utf-8", "replace")
    return ""


def _other_file(location: str, path: Path, folder: Path) -> Path:
    """The file with weights that a graph names, relative to its own place."""
    parts = {*PurePosixPath(location).parts, *PureWindowsPath(location).parts}
    is_bad = not location or ".." in parts or PurePosixPath(location).is_absolute()
    if is_bad or PureWindowsPath(location).drive or "\x00" in location:
        raise EmbexError(
            f"{path.name} wants its weights from “{location[:80]}”, which lies outside of the model's folder.",
            "Only models whose files lie in one folder are added.",
        )
    file = path.parent / location
    inside(file, folder)
    if not file.is_file():
        raise EmbexError(
            f"{path.name} keeps its weights in {file.name}, which is missing.",
            f"Put {file.name} beside it and try again.",
        )
    return file


def _of(domain: str) -> str:
    return f" of “{domain[:60]}”" if domain else ""


def _no_graph(path: Path) -> EmbexError:
    return EmbexError(
        f"{path.name} is no ONNX model, or was not copied to its end.", "Download or export the model again."
    )
