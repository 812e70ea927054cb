"""Models that the user adds and removes; the bundled ones stay."""

import os
import shutil
from pathlib import Path

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.encoders.manifest import MANIFEST_NAME, ModelManifest, load_manifest
from embexplorer.encoders.open import open_manifest
from embexplorer.encoders.registry import find_model, installed_models


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
    manifest = find_model(model_id)
    if paths.user_models_folder() not in manifest.folder.parents:
        raise EmbexError(f"“{model_id}” comes with embexplorer and stays.", "Only added models can be removed.")
    try:
        shutil.rmtree(manifest.folder)
    except OSError as error:
        raise EmbexError(
            f"{manifest.folder} could not be deleted ({error.strerror or error}).", "Close what uses the model."
        ) from error


def _copy(manifest: ModelManifest, target: Path) -> None:
    """Only what the manifest names: model folders often carry gigabytes of other formats."""
    root = manifest.folder.resolve()
    files = [file.path for file in manifest.files.values()]
    files += [manifest.tokenizer.path] if manifest.tokenizer else []
    for path in (root / MANIFEST_NAME, *files):
        place = target / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
