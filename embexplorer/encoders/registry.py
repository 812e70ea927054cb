"""Which models are on this computer: the bundled ones and those that the user added."""

import difflib
import threading
from dataclasses import dataclass
from pathlib import Path

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import file_sha256
from embexplorer.base.progress import Problem
from embexplorer.encoders.manifest import ENCODER, load_manifest, manifest_kind
from embexplorer.encoders.model import ModelFile, ModelManifest

_checked: dict[tuple[Path, int, int], str] = {}
_checked_lock = threading.Lock()
_AGAIN = "Install the model again."


@dataclass(frozen=True)
class Catalogue:
    """The models that can be used, bundled ones first, and the folders that cannot."""

    models: tuple[ModelManifest, ...]
    problems: tuple[Problem, ...]


def bundled_folder() -> Path:
    return paths.resources() / "models"


def read_catalogue() -> Catalogue:
    """Every model folder there is. A broken one is a problem beside the others, never an end."""
    models: dict[str, ModelManifest] = {}
    problems = []
    for folder in (*_folders(bundled_folder()), *_folders(paths.user_models_folder())):
        try:
            if manifest_kind(folder) != ENCODER:
                continue
            manifest = load_manifest(folder)
        except EmbexError as error:
            problems.append(Problem(folder.name, error.text, error.hint))
            continue
        if manifest.id in models:
            text = f"The model in {folder} has the id “{manifest.id}”, which another model has already."
            problems.append(Problem(folder.name, text, "Remove one of them."))
        else:
            models[manifest.id] = manifest
    return Catalogue(tuple(models.values()), tuple(problems))


def installed_models() -> tuple[ModelManifest, ...]:
    """The models that can be used, bundled ones first."""
    return read_catalogue().models


def find_model(model_id: str) -> ModelManifest:
    """The manifest of an installed model. Raises EmbexError that proposes the nearest id, or says what is broken."""
    catalogue = read_catalogue()
    for manifest in catalogue.models:
        if manifest.id == model_id:
            return manifest
    for problem in catalogue.problems:
        if problem.where == model_id:
            raise EmbexError(problem.text, problem.hint)
    known = [manifest.id for manifest in catalogue.models]
    near = difflib.get_close_matches(model_id, known, 1, 0.5)
    hint = f"Did you mean “{near[0]}”?" if near else f"Installed are: {', '.join(known) or 'none'}."
    raise EmbexError(f"There is no model called “{model_id}” on this computer.", hint)


def model_file(manifest: ModelManifest, precision: str) -> ModelFile:
    """The file of a precision. Raises EmbexError where the model has none."""
    if precision not in manifest.files:
        raise EmbexError(
            f"The model “{manifest.id}” has no file of the precision “{precision}”.",
            f"Choose one of {', '.join(manifest.files)}.",
        )
    return manifest.files[precision]


def verified(file: ModelFile) -> Path:
    """The path of a model's file whose bytes are those of its manifest, and those of its parts too; hashed once for as
    long as they are unchanged.

    Raises EmbexError where one is missing, unreadable or other than its manifest says.
    """
    for part in file.parts:
        verified(part)
    if checksum_of(file.path) != file.sha256:
        raise EmbexError(
            f"{file.path.name} in {file.path.parent} is damaged or was changed: its checksum is not the one in its "
            "model.json.",
            _AGAIN,
        )
    return file.path


def checksum_of(path: Path) -> str:
    """SHA-256 of a model's file, remembered for as long as it is unchanged. Raises EmbexError."""
    try:
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        with _checked_lock:
            known = _checked.get(key, "")
        checksum = known or file_sha256(path)
    except FileNotFoundError:
        raise EmbexError(f"The model in {path.parent} is incomplete: {path.name} is missing.", _AGAIN) from None
    except OSError as error:
        raise EmbexError(f"{path} could not be read ({error.strerror or error}).", _AGAIN) from error
    with _checked_lock:
        _checked[key] = checksum
    return checksum


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []
