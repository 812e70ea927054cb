"""Models that the user adds and removes; the bundled ones stay."""

import os
import shutil
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Step
from embexplorer.base.wording import size
from embexplorer.encoders.graph import inside, read_graph
from embexplorer.encoders.manifest import MANIFEST_NAME, load_manifest
from embexplorer.encoders.model import ModelFile, ModelManifest
from embexplorer.encoders.registry import find_model, read_catalogue, verified
from embexplorer.encoders.writing import manifest_text

_ROOM = 100_000_000  # bytes that a copy leaves free


def check_own_manifest(folder: Path) -> ModelManifest:
    """The manifest of a folder that brings one, with the graphs looked through. Raises EmbexError where it is no usable
    model or its id is taken."""
    manifest = load_manifest(folder)
    refuse_taken(manifest.id)
    for file in manifest.every_file:
        verified(file)
        if file.path.suffix == ".onnx":
            read_graph(file.path, folder)
    return manifest


def refuse_taken(model_id: str) -> None:
    """Raises EmbexError where a usable model has this id."""
    if model_id in {model.id for model in read_catalogue().models}:
        raise EmbexError(f"There is a model called “{model_id}” already.", "Remove it first, or choose another name.")


def put_model(manifest: ModelManifest, *, link: bool = False) -> Generator[Step, None, None]:
    """Copy a checked model to the user's models, under its id, with its licence and card; a Step after each file.
    link: share the bytes with the original where both are on one disk, instead of taking room twice.

    Raises EmbexError where its id is taken or the copy cannot be written. What was there stays until it is complete.
    """
    refuse_taken(manifest.id)
    target = paths.user_models_folder() / manifest.id
    beside = target.with_name(f".{manifest.id}.{os.getpid()}.new")
    files = (*manifest.every_file, *_documents(manifest))
    total = sum(file.bytes for file in files)
    try:
        beside.mkdir(parents=True, exist_ok=True)
        _refuse_full_disk(beside, 0 if link else total)
        yield from _copied(manifest, files, beside, total, link)
        own = manifest.folder / MANIFEST_NAME
        text = own.read_text(encoding="utf-8") if own.is_file() else manifest_text(manifest)
        (beside / MANIFEST_NAME).write_text(text, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)  # a broken one: a usable one was refused above
        beside.replace(target)
    except OSError as error:
        raise EmbexError(
            f"The model could not be copied to {target} ({error.strerror or error}).",
            "Free some space or change the folder's permissions.",
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


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


def _documents(manifest: ModelManifest) -> Iterator[ModelFile]:
    for name in manifest.documents:
        path = manifest.folder / name
        if path.parent == manifest.folder and path.is_file():
            inside(path, manifest.folder)
            yield ModelFile(path.resolve(), "", path.stat().st_size)


def _copied(
    manifest: ModelManifest, files: tuple[ModelFile, ...], target: Path, total: int, link: bool
) -> Generator[Step, None, None]:
    """Only what the manifest names: model folders often carry gigabytes of other formats."""
    root, done = manifest.folder.resolve(), 0
    for file in files:
        place = target / file.path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        yield Step(done, total, f"Copying {file.path.name}, {size(file.bytes)}")
        _copy(file.path, place, link)
        done += file.bytes
    yield Step(total, total)


def _copy(source: Path, place: Path, link: bool) -> None:
    if link:
        try:
            os.link(source, place)
            return
        except OSError:  # another disk, or a file system without links
            pass
    shutil.copyfile(source, place)


def _refuse_full_disk(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if wanted + _ROOM > free:
        raise EmbexError(
            f"The model takes {size(wanted)}, and only {size(free)} are free where models are kept.",
            "Free some space, or link the model instead of copying it.",
        )


def renamed(manifest: ModelManifest, model_id: str) -> ModelManifest:
    """The same model under another id."""
    sides = {kind: replace(side, id=model_id) for kind, side in manifest.sides.items()}
    return replace(manifest, id=model_id, sides=sides)
