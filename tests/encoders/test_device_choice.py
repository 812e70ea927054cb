"""Ask, verify, say: against lists of providers as recorded on each kind of computer, and the real CPU provider."""

import sys

import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.device import (
    DEVICES,
    Device,
    available,
    choose_device,
    describe_devices,
    expected_device,
    verify,
)
from embexplorer.encoders.doctor import device_checks, report
from embexplorer.encoders.open import open_encoder

PLAIN = ("AzureExecutionProvider", "CPUExecutionProvider")
NVIDIA = ("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider")
WINDOWS = ("DmlExecutionProvider", "CPUExecutionProvider")
MAC = ("CoreMLExecutionProvider", "AzureExecutionProvider", "CPUExecutionProvider")
GPU_FILE, CPU_FILE = ("cuda", "directml", "coreml", "cpu"), ("cpu",)

# wanted, providers, devices of the file, platform -> what is tried, and whether a refusal is said
CHOICES = [
    ("auto", PLAIN, GPU_FILE, "linux", ["cpu"], False),
    ("auto", NVIDIA, GPU_FILE, "linux", ["cuda", "cpu"], False),
    ("auto", NVIDIA, CPU_FILE, "linux", ["cpu"], False),
    ("auto", WINDOWS, GPU_FILE, "win32", ["directml", "cpu"], False),
    ("auto", NVIDIA, GPU_FILE, "win32", ["cuda", "cpu"], False),
    ("auto", MAC, GPU_FILE, "darwin", ["cpu"], False),
    ("auto", (), GPU_FILE, "freebsd", ["cpu"], False),
    ("cpu", NVIDIA, GPU_FILE, "linux", ["cpu"], False),
    ("cuda", NVIDIA, GPU_FILE, "linux", ["cuda", "cpu"], False),
    ("cuda", PLAIN, GPU_FILE, "linux", ["cpu"], True),
    ("cuda", NVIDIA, CPU_FILE, "linux", ["cpu"], True),
    ("coreml", MAC, GPU_FILE, "darwin", ["coreml", "cpu"], False),
    ("directml", PLAIN, GPU_FILE, "linux", ["cpu"], True),
]


@pytest.mark.parametrize(("wanted", "providers", "suited", "platform", "tried", "refused"), CHOICES)
def test_what_is_tried(wanted, providers, suited, platform, tried, refused) -> None:
    choice = choose_device(wanted, providers, suited, platform)
    assert [candidate.device.id for candidate in choice.candidates] == tried
    assert bool(choice.refusal) == refused
    assert all(candidate.reason for candidate in choice.candidates)


def test_the_granted_device_is_said_with_the_reason() -> None:
    asked = choose_device("cuda", NVIDIA, GPU_FILE, "linux")
    assert verify(asked, NVIDIA).device == "cuda"
    assert verify(asked, NVIDIA).reason == ""
    fallen = verify(asked, ["CPUExecutionProvider"])
    assert fallen.device == "cpu"
    assert "could not be started" in fallen.reason
    absent = verify(choose_device("cuda", PLAIN, GPU_FILE, "linux"), PLAIN)
    assert absent.device == "cpu"
    assert "not available here" in absent.reason


def test_an_unknown_device_names_the_known_ones() -> None:
    with pytest.raises(EmbexError) as raised:
        choose_device("tpu", PLAIN)
    assert all(name in raised.value.hint for name in DEVICES)


def test_a_real_session_is_verified() -> None:
    encoder = open_encoder("minilm-static", "cpu", 1)
    assert (encoder.granted.device, encoder.granted.reason) == ("cpu", "")
    encoder.close()
    absent = "directml" if sys.platform != "win32" else "coreml"
    encoder = open_encoder("minilm-static", absent, 1)
    assert encoder.granted.device == "cpu"
    assert DEVICES[absent].needs in encoder.granted.reason
    encoder.close()
    assert "CPUExecutionProvider" in available()
    assert expected_device("cpu") == "the processor"
    assert DEVICES[absent].needs in expected_device(absent)
    assert {device.id: found for device, found in describe_devices()}["cpu"]


def here(*names: str) -> list[tuple[Device, bool]]:
    return [(device, device.id in {"cpu", *names}) for device in DEVICES.values()]


# what onnxruntime carries, an NVIDIA card, builds, what fails to start, platform -> states by name, and words
ADVICE = [
    (here(), False, {"onnxruntime"}, {}, "linux", {"Devices": "good"}, "Models run on the processor."),
    (here(), True, {"onnxruntime"}, {}, "linux", {"Devices": "good", "Device cuda": "warning"}, "embexplorer[cuda]"),
    (here("cuda"), True, {"onnxruntime-gpu"}, {}, "linux", {"Devices": "good"}, "on the NVIDIA graphics processor"),
    (here("cuda"), True, {"onnxruntime-gpu"}, {"cuda": "It did not start."}, "linux",
     {"Devices": "good", "Device cuda": "warning"}, "cuDNN"),
    (here("cuda"), True, {"onnxruntime", "onnxruntime-gpu"}, {}, "linux", {"Devices": "good", "Builds": "warning"},
     "Uninstall both"),
    (here(), False, {"onnxruntime"}, {}, "win32", {"Devices": "good", "Device directml": "good"},
     "embexplorer[directml]"),
    (here("directml"), False, {"onnxruntime-directml"}, {"directml": "It did not start."}, "win32",
     {"Devices": "good", "Device directml": "warning"}, "driver"),
    (here("coreml"), False, {"onnxruntime"}, {}, "darwin", {"Devices": "good"}, "takes the processor on this system"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "card", "builds", "failing", "platform", "states", "words"), ADVICE)
def test_the_doctor_says_what_to_do(found, card, builds, failing, platform, states, words) -> None:
    checks = device_checks(found, card, builds, lambda device: failing.get(device.id, ""), platform)
    assert {check.name: check.state for check in checks} == states
    assert words in " ".join(f"{check.text} {check.hint}" for check in checks)
    assert all(check.text.endswith(".") and check.hint.endswith((".", ']".')) for check in checks)


def test_a_missing_onnxruntime_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EmbexError) as raised:
        open_encoder("minilm")
    assert "embexplorer[cpu]" in raised.value.hint
    assert report()[0].state == "bad"
