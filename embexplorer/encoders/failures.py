"""What onnxruntime says when something goes wrong, in sentences that a person can act on."""

import re

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.model import ModelManifest

_OUT_OF_MEMORY = re.compile(
    r"out of memory|failed to allocate|bad.?alloc|not enough memory|arena|ALLOC_FAILED|8007000E|887A0005", re.IGNORECASE
)
_AGAIN = "Install the model again."
# What is looked for, what it means after "The model “x” ", and what to do.
_MEANINGS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"opset|IR version", re.IGNORECASE),
        "is written in a newer version of ONNX than the installed onnxruntime reads",
        "Update embexplorer, or export the model with opset 17.",
    ),
    (
        re.compile(r"find an implementation for .*?(\w+)\(\d+\)"),
        "needs the operation {} for a kind of numbers that this processor cannot calculate with",
        "Take its 32-bit file, usually model.onnx, or run it on a graphics processor.",
    ),
    (
        re.compile(r"No Op registered for (\w+)|(\w+:\w+)\(.*?\) is not a registered"),
        "uses the operation {}, which the installed onnxruntime does not know",
        "Update embexplorer, or export the model with standard operations only.",
    ),
    (_OUT_OF_MEMORY, "needs more memory than is free", "Close other programs, or take a smaller file of the model."),
    (
        re.compile(r"[Ee]xternal data (path|file)|cannot get file size"),
        "cannot reach the file with its weights",
        _AGAIN,
    ),
    (re.compile(r"Protobuf|INVALID_PROTOBUF"), "could not be loaded: its file is damaged", _AGAIN),
)


def is_out_of_memory(error: Exception) -> bool:
    """Whether a smaller batch may succeed."""
    return isinstance(error, MemoryError) or bool(_OUT_OF_MEMORY.search(str(error)))


def load_failure(model_id: str, path: str, error: Exception) -> EmbexError:
    """Why a file could not be loaded."""
    for pattern, meaning, hint in _MEANINGS:
        found = pattern.search(str(error))
        if found:
            name = next((f"“{group}”" for group in found.groups() if group), "")
            return EmbexError(f"The model “{model_id}” {meaning.format(name)} ({path}).", hint)
    return EmbexError(f"The model “{model_id}” could not be loaded from {path} ({first_line(error)}).", _AGAIN)


def run_failure(model_id: str, device: str, error: Exception) -> EmbexError:
    """Why a loaded model stopped."""
    if is_out_of_memory(error):
        return EmbexError(
            f"There was not enough memory for the model “{model_id}”, not even for one item at a time.",
            "Close other programs, or take a smaller model.",
        )
    return EmbexError(
        f"The model “{model_id}” stopped on {device} ({first_line(error)}).",
        "Choose the device “cpu”, or export the model again.",
    )


def wrong_shape(manifest: ModelManifest, output: str, result: np.ndarray) -> EmbexError:
    """What to say where a graph gives something else than vectors of the promised width."""
    shape = " × ".join(map(str, result.shape))
    return EmbexError(
        f"The model “{manifest.id}” gave {shape} numbers as “{output}”, where a vector of "
        f"{manifest.full_dims or manifest.dims} for each item was expected.",
        "Choose another output or pooling when you add the model.",
    )


def first_line(error: Exception) -> str:
    """What onnxruntime says, without the place in its sources."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", lines[0])[:200]
