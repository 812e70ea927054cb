"""Is everything there that embedding needs? Answers a user can act on, for `embexplorer doctor` and bug reports."""

import importlib
import platform
import shutil
from dataclasses import dataclass
from typing import Literal

from embexplorer.base import paths
from embexplorer.base.cores import core_count
from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, size
from embexplorer.encoders.bridge import load_bridge
from embexplorer.encoders.device import describe_devices, import_onnxruntime
from embexplorer.encoders.memory import total_memory
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.registry import read_catalogue, verified

State = Literal["good", "warning", "bad"]
_LITTLE_MEMORY, _LITTLE_DISK = 4_000_000_000, 2_000_000_000


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. text: what was found, a sentence. hint: what to do, "" where nothing is."""

    name: str
    state: State
    text: str
    hint: str = ""

    @property
    def ok(self) -> bool:
        """A warning is no fault: everything works, if slowly."""
        return self.state != "bad"


def report() -> tuple[Check, ...]:
    """Every check; none of them raises."""
    return (*_runtime(), _processor(), *_models(), *_bridge(), _memory(), _disk())


def _runtime() -> tuple[Check, ...]:
    try:
        runtime = import_onnxruntime()
        devices = describe_devices()
    except EmbexError as error:
        return (Check("onnxruntime", "bad", error.text, error.hint),)
    there = [device.words for device, found in devices if found]
    others = " ".join(f"{device.words}: {device.needs}" for device, found in devices if not found)
    return (
        Check("onnxruntime", "good", f"Version {runtime.__version__} is installed; it reports to nobody."),
        Check("Devices", "good", f"Models can run on {' and '.join(there)}.", f"Others are possible. {others}"),
    )


def _processor() -> Check:
    cores = count(core_count(), "core")
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return Check("Processor", "good", f"{platform.machine()}, {cores}.")
    if _has_avx2():
        return Check("Processor", "good", f"{platform.machine()} with AVX2, {cores}.")
    return Check(
        "Processor",
        "warning",
        f"{platform.machine()} without AVX2, {cores}: embedding and search will be slow.",
        "A computer made after 2015 is several times as fast.",
    )


def _has_avx2() -> bool:
    try:
        inside = importlib.import_module("numpy._core._multiarray_umath")
        return bool(inside.__cpu_features__["AVX2"])
    except (ImportError, AttributeError, KeyError):  # private to numpy: where it is gone, nothing is known against it
        return True


def _models() -> list[Check]:
    catalogue = read_catalogue()
    checks = [_model(manifest) for manifest in catalogue.models]
    checks += [Check(f"Model {problem.where}", "bad", problem.text, problem.hint) for problem in catalogue.problems]
    return checks or [
        Check("Models", "bad", "No model is installed, so nothing can be embedded.", "Install embexplorer again.")
    ]


def _model(manifest: ModelManifest) -> Check:
    files = manifest.every_file
    try:
        for file in files:
            verified(file)
    except EmbexError as error:
        return Check(f"Model {manifest.id}", "bad", error.text, error.hint)
    total = size(sum(file.bytes for file in files))
    words = (
        f"{manifest.name}, {manifest.dims} dimensions, {', '.join(manifest.files)}, {total}; every checksum is right."
    )
    return Check(f"Model {manifest.id}", "good", words)


def _bridge() -> tuple[Check, ...]:
    try:
        bridge = load_bridge()
    except EmbexError as error:
        return (Check("Model bridge", "bad", error.text, error.hint),)
    return (Check("Model bridge", "good", f"{bridge.name}; every checksum is right."),)


def _memory() -> Check:
    total = total_memory()
    if total == 0:
        return Check("Memory", "good", "How much memory there is could not be found out.")
    words = f"{size(total)} of memory."
    if total < _LITTLE_MEMORY:
        return Check("Memory", "warning", words, "Keep projects below half a million items on this computer.")
    return Check("Memory", "good", words)


def _disk() -> Check:
    folder = paths.cache_folder()
    try:
        place = next(parent for parent in (folder, *folder.parents) if parent.exists())
        free = shutil.disk_usage(place).free
    except (OSError, StopIteration):
        return Check("Disk", "warning", f"The folder for caches, {folder}, cannot be reached.", "Connect its drive.")
    words = f"{size(free)} free for caches in {folder}."
    if free < _LITTLE_DISK:
        return Check("Disk", "warning", words, "Free some space: maps and search indexes are kept there.")
    return Check("Disk", "good", words)
