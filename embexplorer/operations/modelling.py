"""Models and this computer, for whoever may not know the encoders themselves."""

from pathlib import Path

from embexplorer.base.progress import Problem
from embexplorer.encoders.doctor import Check, report
from embexplorer.encoders.installing import add_model, remove_model
from embexplorer.encoders.manifest import ModelManifest
from embexplorer.encoders.registry import find_model, read_catalogue


def models() -> tuple[tuple[ModelManifest, ...], tuple[Problem, ...]]:
    """The installed models, and what is wrong with those that cannot be used."""
    catalogue = read_catalogue()
    return tuple(catalogue.models), tuple(catalogue.problems)


def model(model_id: str) -> ModelManifest:
    """An installed model. Raises EmbexError with the nearest name."""
    return find_model(model_id)


def install_model(folder: Path) -> ModelManifest:
    """Copy a model folder to the user's models. Raises EmbexError where it is incomplete or wrong."""
    return add_model(folder)


def uninstall_model(model_id: str) -> None:
    """Remove a model that the user added. Raises EmbexError for a bundled or unknown one."""
    remove_model(model_id)


def examine_computer() -> tuple[Check, ...]:
    """Whether this computer has all that is needed."""
    return tuple(report())
