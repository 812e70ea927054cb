"""Is everything there that embedding needs? Answers a user can act on, for `embexplorer doctor` and bug reports."""

import importlib
import platform
import shutil
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from embexplorer.base import paths
from embexplorer.base.cores import core_count
from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, size
from embexplorer.encoders.bridge import load_bridge
from embexplorer.encoders.device import CPU, DEVICES, Device, describe_devices, import_onnxruntime, preference
from embexplorer.encoders.memory import total_memory
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.registry import read_catalogue, verified

State = Literal["good", "warning", "bad"]
# What to do where a device is carried by onnxruntime and does not start.
_REMEDIES = {
    "cuda": 'Update the NVIDIA driver, and install CUDA 12 and cuDNN 9: pip install "onnxruntime-gpu[cuda,cudnn]".',
    "directml": "Update the driver of the graphics processor and Windows itself.",
    "coreml": "Update macOS. Models run on the processor until then.",
}
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
        found = describe_devices()
    except EmbexError as error:
        return (Check("onnxruntime", "bad", error.text, error.hint),)
    text = f"Version {runtime.__version__} is installed; it reports to nobody."
    return (Check("onnxruntime", "good", text), *device_checks(found, *_hardware()))


def device_checks(
    found: Sequence[tuple[Device, bool]],
    has_nvidia: bool,
    packages: Collection[str],
    start: Callable[[Device], str] | None = None,
    platform: str = sys.platform,
) -> tuple[Check, ...]:
    """What is said of the devices. found: each, and whether onnxruntime carries it. packages: the builds of
    onnxruntime that are installed. start: tries a device with a small model, and says why it did not start, or ""."""
    start = start or _start
    there = [device for device, is_here in found if is_here]
    failures = {device.id: why for device in there if device is not CPU and (why := start(device))}
    running = [device.words for device in there if device.id not in failures]
    wanted = preference(platform)
    order = ", then ".join(f"{DEVICES[name].words} ({why})" for name, why in wanted)
    hint = f"“auto” prefers {order}, then the processor." if order else "“auto” takes the processor on this system."
    hint += "".join(f" {device.needs}" for device, is_here in found if not is_here and device.id in dict(wanted))
    tried = "; each was tried" if len(there) > 1 else ""
    checks = [Check("Devices", "good", f"Models run on {' and on '.join(running)}{tried}.", hint)]
    checks += [Check(f"Device {name}", "warning", why, _REMEDIES[name]) for name, why in failures.items()]
    if len(packages) > 1:
        text = f"{' and '.join(sorted(packages))} are installed beside each other, and only one of them works."
        checks.append(Check("Builds", "warning", text, "Uninstall both, then install the one that you want."))
    if has_nvidia and not any(device.id == "cuda" for device in there):
        text = "There is an NVIDIA graphics processor, which this installation of onnxruntime does not use."
        hint = 'pip uninstall onnxruntime, then pip install "embexplorer[cuda]"; embedding becomes many times as fast.'
        checks.append(Check("Device cuda", "warning", text, hint))
    if platform == "win32" and all(device.id == "cpu" for device in there) and not has_nvidia:
        text = "Windows can run models on most graphics processors, which this installation does not use."
        hint = 'pip uninstall onnxruntime, then pip install "embexplorer[directml]".'
        checks.append(Check("Device directml", "good", text, hint))
    return tuple(checks)


def _start(device: Device) -> str:
    """Run the smallest bundled model on a device: why it did not start, "" where it did."""
    from embexplorer.encoders.open import open_manifest

    try:
        models = [model for model in read_catalogue().models if "f16" in model.files and model.modality == "text"]
        if not models:
            return ""
        encoder = open_manifest(models[0], device.id, 1, "f16")
        try:
            encoder.encode(["a sentence to try"])
            return encoder.granted.reason
        finally:
            encoder.close()
    except EmbexError as error:
        return error.text


def _hardware() -> tuple[bool, frozenset[str]]:
    """Whether the system knows an NVIDIA graphics processor, and which builds of onnxruntime are installed."""
    places = (Path("/proc/driver/nvidia/version"), Path("/dev/nvidiactl"))
    has_nvidia = any(place.exists() for place in places) or shutil.which("nvidia-smi") is not None
    names = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml")
    return has_nvidia, frozenset(name for name in names if any(metadata.distributions(name=name)))


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
