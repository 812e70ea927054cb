"""embexplorer: explore what embeddings know about your own files, offline.

import embexplorer as ex
with ex.create("reviews.embx") as project:
    project.add("reviews.csv", text="body")
    project.embed("minilm")
    project.build_map()
    hits = project.search("slow delivery", where="stars <= 2", k=10)
"""

import os
from typing import TYPE_CHECKING, Any

from embexplorer.base.errors import EmbexError

# onnxruntime reports to its maker by default, as early as its import. Nothing may leave this computer.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.api import ModelView, Project

__all__ = ["EmbexError", "Project", "add_model", "create", "models", "open", "remove_model"]
__version__ = "0.1.0"


def create(path: "str | Path") -> "Project":
    """A new, empty project file. Raises EmbexError where one is there already or it cannot be written."""
    from embexplorer.api import Project

    return Project.create(path)


def open(path: "str | Path", *, read_only: bool = False) -> "Project":  # noqa: A001  (the word that users expect)
    """An existing project. Raises EmbexError where it is no project, is damaged, or is of a newer version."""
    from embexplorer.api import Project

    return Project.open(path, read_only=read_only)


def models() -> "tuple[ModelView, ...]":
    """The installed models, and those that cannot be used with why."""
    from embexplorer.api import model_views

    return model_views()


def add_model(folder: "str | Path", *, link: bool = False, **choices: Any) -> "ModelView":
    """Install the model of a folder: an ONNX export as it is downloaded. Nothing in the folder is executed.

    link: share its files instead of copying them, where that is possible. choices: name, precision, output, pooling,
    query_prompt, passage_prompt, dims, max_tokens, metric; what is not given is as the folder says.
    Raises EmbexError where it is no usable model.
    """
    from embexplorer.api import add_model as add

    return add(folder, choices, link=link)


def remove_model(model_id: str) -> None:
    """Delete a model that was added. Raises EmbexError where it is unknown or comes with embexplorer."""
    from embexplorer.api import uninstall_model

    uninstall_model(model_id)


def __getattr__(name: str) -> Any:
    """Project, loaded when it is first asked for: what it needs takes longer than the start of a command may."""
    if name != "Project":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from embexplorer.api import Project

    return Project


def __dir__() -> list[str]:
    return [*__all__, "__version__"]  # so that help() tells of Project
