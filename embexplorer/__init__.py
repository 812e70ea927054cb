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

    from embexplorer.api import Project

__all__ = ["EmbexError", "Project", "create", "open"]
__version__ = "0.1.0"


def create(path: "str | Path") -> "Project":
    """A new, empty project file. Raises EmbexError where one is there already or it cannot be written."""
    from embexplorer.api import Project

    return Project.create(path)


def open(path: "str | Path", *, read_only: bool = False) -> "Project":  # noqa: A001  (the word that users expect)
    """An existing project. Raises EmbexError where it is no project, is damaged, or is of a newer version."""
    from embexplorer.api import Project

    return Project.open(path, read_only=read_only)


def __getattr__(name: str) -> Any:
    """Project, loaded when it is first asked for: what it needs takes longer than the start of a command may."""
    if name != "Project":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from embexplorer.api import Project

    return Project


def __dir__() -> list[str]:
    return [*__all__, "__version__"]  # so that help() tells of Project
