"""Ask for a device, verify which one was granted, say why where they differ.

Which device is tried is a pure function of the wish, the model's file and what onnxruntime offers; only available()
touches onnxruntime.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embexplorer.base.errors import EmbexError


@dataclass(frozen=True)
class Device:
    """id: as settings and the command line name it. provider: as onnxruntime names it. needs: what makes it work."""

    id: str
    provider: str
    words: str
    needs: str


@dataclass(frozen=True)
class Candidate:
    """A device that is worth a try, and why it stands where it stands in the order."""

    device: Device
    reason: str


@dataclass(frozen=True)
class DeviceChoice:
    """candidates: in order of preference, the CPU always last. refusal: why the wanted one is not among them."""

    wanted: str
    candidates: tuple[Candidate, ...]
    refusal: str = ""


@dataclass(frozen=True)
class Granted:
    """The device that really runs a model. reason: why it is not the one that was asked for, "" where it is."""

    device: str
    words: str
    reason: str = ""


CPU = Device("cpu", "CPUExecutionProvider", "the processor", "")
DEVICES: dict[str, Device] = {
    device.id: device
    for device in (
        CPU,
        Device(
            "cuda",
            "CUDAExecutionProvider",
            "the NVIDIA graphics processor",
            "It needs an NVIDIA graphics processor and the install extra “cuda”.",
        ),
        Device(
            "directml",
            "DmlExecutionProvider",
            "the graphics processor (DirectML)",
            "It needs Windows and the install extra “directml”.",
        ),
        Device(
            "coreml",
            "CoreMLExecutionProvider",
            "Apple's processor units (Core ML)",
            "It needs a Mac and the install extra “cpu”.",
        ),
    )
}

# What "auto" tries, best first. Core ML is left out: it compiles the graph anew for every length of batch.
_AUTOMATIC: dict[str, tuple[tuple[str, str], ...]] = {
    "win32": (("cuda", "fastest by far where it is there"), ("directml", "any graphics processor that Windows knows")),
    "linux": (("cuda", "fastest by far where it is there"),),
    "darwin": (),
}


def choose_device(
    wanted: str, available: Sequence[str], suited: Sequence[str] = tuple(DEVICES), platform: str = sys.platform
) -> DeviceChoice:
    """What to try, in order. wanted: "auto" or a device's id. available: onnxruntime's names of providers.
    suited: the devices that the model's file is made for. Raises EmbexError where nobody knows the wanted one.
    """
    last = Candidate(CPU, "always there")
    if wanted == "auto":
        order = preference(platform)
        found = [Candidate(DEVICES[name], why) for name, why in order if _usable(name, available, suited)]
        return DeviceChoice(wanted, (*found, last))
    if wanted not in DEVICES:
        known = ", ".join(("auto", *DEVICES))
        raise EmbexError(f"There is no device called “{wanted}”.", f"Choose one of {known}.")
    if wanted == CPU.id:
        return DeviceChoice(wanted, (Candidate(CPU, "asked for"),))
    device = DEVICES[wanted]
    if device.provider not in available:
        return DeviceChoice(wanted, (last,), f"{capital(device.words)} is not available here. {device.needs}")
    if wanted not in suited:
        return DeviceChoice(wanted, (last,), f"This file of the model is not made for {device.words}.")
    return DeviceChoice(wanted, (Candidate(device, "asked for"), last))


def preference(platform: str = sys.platform) -> tuple[tuple[str, str], ...]:
    """(device, reason) of what “auto” tries before the processor, best first."""
    return _AUTOMATIC.get(platform, ())


def verify(choice: DeviceChoice, providers: Sequence[str]) -> Granted:
    """What a session was granted. providers: session.get_providers(), the first one leads."""
    first = choice.candidates[0].device
    granted = first if first.provider in providers else CPU
    reason = choice.refusal
    if granted is not first:
        reason = f"{capital(first.words)} was found but could not be started."
    return Granted(granted.id, granted.words, reason)


def import_onnxruntime() -> Any:
    """onnxruntime with its telemetry off. Raises EmbexError where it is not installed."""
    try:
        import onnxruntime
    except ImportError as error:
        raise EmbexError(
            f"onnxruntime, which runs the models, could not be loaded ({error}).",
            'Install embexplorer with one of its extras: pip install "embexplorer[cpu]", or cuda, or directml.',
        ) from error
    onnxruntime.disable_telemetry_events()
    # 3 is "errors": what goes wrong is said by us, and a provider's warnings mean nothing to a user
    onnxruntime.set_default_logger_severity(3)
    return onnxruntime


def available() -> tuple[str, ...]:
    """The providers that this build of onnxruntime carries; not yet a promise that they start."""
    return tuple(import_onnxruntime().get_available_providers())


def expected_device(wanted: str) -> str:
    """Where a model that suits every device will run, in words, and why it is not where it was asked for.

    Raises EmbexError where onnxruntime is missing or nobody knows the wanted device.
    """
    choice = choose_device(wanted, available())
    words = choice.candidates[0].device.words
    return f"{words}. {choice.refusal}" if choice.refusal else words


def describe_devices() -> tuple[tuple[Device, bool], ...]:
    """Every device, and whether this build of onnxruntime carries it."""
    here = available()
    return tuple((device, device.provider in here) for device in DEVICES.values())


def _usable(name: str, providers: Sequence[str], suited: Sequence[str]) -> bool:
    return DEVICES[name].provider in providers and name in suited


def capital(words: str) -> str:
    """The words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]
