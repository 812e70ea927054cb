"""Models that the user adds and removes; the bundled ones stay."""

import os
import shutil
from pathlib import Path

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.encoders.manifest import MANIFEST_NAME, ModelManifest, load_manifest
from embexplorer.encoders.open import open_manifest
from embexplorer.encoders.registry import find_model, installed_models, read_catalogue


def add_model(folder: Path) -> ModelManifest:
    """Copy a model's folder to the user's models, after it has been loaded once from where it is.

    Raises EmbexError where the folder is no usable model, its id is taken, or the copy cannot be written.
    """
    manifest = load_manifest(folder)
    if manifest.id in {model.id for model in installed_models()}:
        raise EmbexError(f"There is a model called “{manifest.id}” already.", "Remove it first, or change the id.")
    for precision in manifest.files:
        open_manifest(manifest, "cpu", 1, precision).close()
    target = paths.user_models_folder() / manifest.id
    beside = target.with_name(f".{manifest.id}.{os.getpid()}.new")
    try:
        _copy(manifest, beside)
        shutil.rmtree(target, ignore_errors=True)  # a broken one: a usable one was refused above
        beside.replace(target)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise EmbexError(
            f"The model could not be copied to {target} ({error.strerror or error}).",
            "Free some space or change the folder's permissions.",
        ) from error
    return load_manifest(target)


def remove_model(model_id: str) -> None:
    """Delete a model that the user added. Raises EmbexError where it is unknown, bundled or cannot be deleted."""
    folder = _broken_folder(model_id) or find_model(model_id).folder
    if paths.user_models_folder() not in folder.parents:
        raise EmbexError(f"“{model_id}” comes with embexplorer and stays.", "Only added models can be removed.")
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise EmbexError(
            f"{folder} could not be deleted ({error.strerror or error}).", "Close what uses the model."
        ) from error


def _broken_folder(model_id: str) -> Path | None:
    """The user's folder of this name where it holds no usable model any more."""
    catalogue = read_catalogue()
    if any(problem.where == model_id for problem in catalogue.problems):
        folder = paths.user_models_folder() / model_id
        return folder if folder.is_dir() else None
    return None


def _copy(manifest: ModelManifest, target: Path) -> None:
    """Only what the manifest names: model folders often carry gigabytes of other formats."""
    root = manifest.folder.resolve()
    files = [file.path for file in manifest.files.values()]
    files += [manifest.tokenizer.path] if manifest.tokenizer else []
    for path in (root / MANIFEST_NAME, *files):
        place = target / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
