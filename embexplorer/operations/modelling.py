"""Models and this computer, for whoever may not know the encoders themselves."""

from collections.abc import Generator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Problem, Step, finish
from embexplorer.base.wording import count
from embexplorer.data.models import ModelChoices, ModelProposal, ModelView, TrialLine
from embexplorer.data.vectors import SpaceInfo
from embexplorer.encoders.describing import asked_fields, completed, describe, facts, offered_fields, options
from embexplorer.encoders.doctor import Check, report
from embexplorer.encoders.installing import check_own_manifest, put_model, refuse_taken, remove_model, renamed
from embexplorer.encoders.manifest import MANIFEST_NAME
from embexplorer.encoders.memory import free_memory, needed_memory, refuse_too_large, tightness, total_memory
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.modelfolder import ModelFolder
from embexplorer.encoders.open import open_manifest
from embexplorer.encoders.recognising import Found, recognise, slug
from embexplorer.encoders.registry import find_model, read_catalogue
from embexplorer.encoders.speeds import measure_speed, measured_speed
from embexplorer.encoders.trial import Trial, similarity, try_out, with_dims


def models() -> tuple[tuple[ModelManifest, ...], tuple[Problem, ...]]:
    """The installed models, and what is wrong with those that cannot be used."""
    catalogue = read_catalogue()
    return tuple(catalogue.models), tuple(catalogue.problems)


def model(model_id: str) -> ModelManifest:
    """An installed model. Raises EmbexError with the nearest name."""
    return find_model(model_id)


def model_views() -> tuple[ModelView, ...]:
    """Every model folder as people see it: bundled ones first, broken ones last."""
    catalogue = read_catalogue()
    broken = (
        ModelView(problem.where, problem.where, "", removable=True, problem=f"{problem.text} {problem.hint}".strip())
        for problem in catalogue.problems
    )
    return (*map(_view, catalogue.models), *broken)


def is_model_folder(folder: Path) -> bool:
    """Whether what was dropped is a model rather than something to import. Never raises."""
    try:
        if (folder / MANIFEST_NAME).is_file() or (folder.suffix.lower() == ".onnx" and folder.is_file()):
            return True
        return any(next(place.glob("*.onnx"), None) for place in (folder, folder / "onnx") if place.is_dir())
    except OSError:  # whoever imports it says why it cannot be read
        return False


# -- adding and removing ---------------------------------------------------------------------------------------------


def look_at_model(folder: Path, choices: ModelChoices | None = None, *, trial: bool = True) -> Operation:
    """Outcome.value is a ModelProposal for a folder: what it is, what is asked, and how a run on samples went.

    choices: of an earlier proposal, as the user changed them. Nothing is installed. A folder that cannot be used is a
    proposal with an error, not a failure.
    """
    yield Step(0, 3, f"Looking at {folder.name}")
    try:
        if (folder / MANIFEST_NAME).is_file():
            return Outcome(value=(yield from _own_proposal(folder, trial)))
        found = recognise(ModelFolder(folder))
        return Outcome(value=(yield from _proposal(found, completed(found, choices), trial)))
    except EmbexError as error:
        return Outcome(value=ModelProposal(folder, choices or ModelChoices(folder.name), error=str(error)))


def install_model(folder: Path, choices: ModelChoices | None = None, *, link: bool = False) -> Operation:
    """Copy a model to the user's models; Outcome.value is its manifest. choices: what was decided where the folder
    brings no model.json of ours. link: share the bytes with the original where that is possible.

    Raises EmbexError where it is incomplete, wrong, unsafe, too large, or cannot be run.
    """
    yield Step(0, 0, f"Looking at {folder.name}")
    if (folder / MANIFEST_NAME).is_file():
        manifest = check_own_manifest(folder)
        for precision in manifest.files:
            for side in manifest.sides or ("",):
                open_manifest(manifest, "cpu", 1, precision, side=side).close()
    else:
        found = recognise(ModelFolder(folder))
        manifest = _described(found, completed(found, choices))
        refuse_taken(manifest.id)
        yield Step(0, 0, f"Trying {manifest.name}")
        try_out(manifest)
    yield from put_model(manifest, link=link)
    added = find_model(manifest.id)
    return Outcome(f"{added.name} is installed as “{added.id}”", value=added)


def add_model(folder: str | Path, choices: Mapping[str, Any], *, link: bool = False) -> ModelView:
    """Install a model with some choices given by name, the others as its folder says. Raises EmbexError."""
    folder = Path(folder)
    known = {field.name for field in fields(ModelChoices)}
    unknown = sorted(set(choices) - known)
    if unknown:
        raise EmbexError(f"There is no option “{unknown[0]}” for a model.", f"There are {', '.join(sorted(known))}.")
    proposal: ModelProposal = finish(look_at_model(folder, trial=False)).value
    if proposal.error:
        raise EmbexError(proposal.error)
    chosen = replace(proposal.choices, **choices) if proposal.offered else None
    manifest: ModelManifest = finish(install_model(folder, chosen, link=link)).value
    return _view(manifest)


def uninstall_model(model_id: str) -> None:
    """Remove a model that the user added. Raises EmbexError for a bundled or unknown one."""
    remove_model(model_id)


# -- trying and measuring --------------------------------------------------------------------------------------------


def measure_model(model_id: str, device: str = "auto", threads: int = 0) -> Operation:
    """Find out how fast a model is on this computer. Outcome.value is its ModelView."""
    manifest = find_model(model_id)
    yield Step(0, 0, f"Measuring {manifest.name}")
    speed = yield from measure_speed(manifest, device, threads)
    return Outcome(f"{manifest.name}: {_speed_words(manifest, speed)}", value=_view(find_model(model_id)))


def compare(model_id: str, one: str, other: str, device: str = "auto", threads: int = 0) -> Operation:
    """Outcome.value is the similarity of two texts or image files, from -1 to 1.

    For a pair of encoders either may be a text or an image. Raises EmbexError where one cannot be read.
    """
    manifest = find_model(model_id)
    yield Step(0, 0, f"Loading {manifest.name}")
    vectors = [_vector(manifest, value, device, threads) for value in (one, other)]
    return Outcome(value=similarity(*vectors))


def examine_computer() -> tuple[Check, ...]:
    """Whether this computer has all that is needed."""
    return tuple(report())


def missing_model(space: SpaceInfo) -> EmbexError | None:
    """What to say where a space's model is not on this computer: which one it was, and how to get it; None where it is
    here."""
    try:
        find_model(space.model)
    except EmbexError:
        which = ", ".join(filter(None, (space.precision, f"checksum {space.checksum[:12]}" if space.checksum else "")))
        return EmbexError(
            f"The space “{space.name}” was made with the model “{space.model}”{f' ({which})' if which else ''}, which "
            "is not on this computer.",
            "Add it with “Add a model…” in the Project menu or “embexplorer models add”. Search by words and by items "
            "works without it.",
        )
    return None


def _vector(manifest: ModelManifest, value: str, device: str, threads: int) -> np.ndarray:
    kind = manifest.modality
    if manifest.sides:
        kind = "image" if Path(value).suffix and Path(value).is_file() else "text"
    encoder = open_manifest(manifest, device, threads, side=kind)
    try:
        encoded = encoder.encode([value])
    finally:
        encoder.close()
    if encoded.reasons:
        raise EmbexError(encoded.reasons[0][1], "Give another text or image.")
    vector: np.ndarray = encoded.vectors[0]
    return vector


# -- proposals -------------------------------------------------------------------------------------------------------


def _described(found: Found, choices: ModelChoices) -> ModelManifest:
    """The manifest of a model that fits into memory, under the id that its name makes."""
    needed = _needed(found, choices.precision)
    refuse_too_large(found.name, needed, total_memory())
    return renamed(with_dims(describe(found, choices)), slug(choices.name))


def _needed(found: Found, precision: str) -> int:
    kinds = {kind for graph in found.graphs[precision].values() for kind in graph.weights}
    return needed_memory(found.bytes_of(precision), kinds)


def _proposal(found: Found, choices: ModelChoices, trial: bool) -> Generator[Step, None, ModelProposal]:
    """The ModelProposal of a recognised model."""
    proposal = ModelProposal(
        found.folder.root,
        choices,
        facts(found),
        options(found),
        offered_fields(found, choices),
        asked_fields(found, choices),
        warnings=tuple(filter(None, (tightness(_needed(found, choices.precision), free_memory()),))),
    )
    try:
        yield Step(1, 3, f"Loading {found.name}")
        manifest = _described(found, choices)
        proposal = replace(proposal, choices=replace(choices, dims=manifest.dims))
        refuse_taken(manifest.id)
        yield Step(2, 3, f"Trying {found.name}")
        return replace(proposal, trial=_lines(try_out(manifest))) if trial else proposal
    except EmbexError as error:
        return replace(proposal, error=str(error))


def _own_proposal(folder: Path, trial: bool) -> Generator[Step, None, ModelProposal]:
    """The ModelProposal of a folder that brings our own model.json."""
    manifest = check_own_manifest(folder)
    yield Step(2, 3, f"Trying {manifest.name}")
    lines = (
        ("Reads", manifest.modality),
        ("Precisions", ", ".join(manifest.files)),
        ("Licence", manifest.licence),
        ("From", manifest.source),
    )
    choices = ModelChoices(manifest.name, dims=manifest.dims)
    return ModelProposal(folder, choices, lines, trial=_lines(try_out(manifest)) if trial else ())


def _lines(trial: Trial) -> tuple[TrialLine, ...]:
    each = f"{trial.seconds * 1000:.1f} ms" if trial.seconds < 1 else f"{trial.seconds:.1f} s"
    return (
        TrialLine(f"{count(trial.dims, 'dimension')}, {each} for each sample on {trial.device}."),
        TrialLine(trial.words, trial.sensible),
    )


def _view(manifest: ModelManifest) -> ModelView:
    precision = next(iter(manifest.files))
    speed = max(measured_speed(manifest, name) for name in manifest.files)
    return ModelView(
        manifest.id,
        manifest.name,
        manifest.modality,
        manifest.dims,
        manifest.licence,
        manifest.languages,
        manifest.source,
        sum(file.bytes for file in manifest.every_file),
        tuple(manifest.files),
        _speed_words(manifest, speed or measured_speed(manifest, precision)),
        paths.user_models_folder() in manifest.folder.parents,
        folder=manifest.folder,
    )


def _speed_words(manifest: ModelManifest, per_second: float) -> str:
    if not per_second:
        return ""
    number = f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.1f}"
    return f"{number} {'texts' if manifest.modality == 'text' else 'images'} a second"
