"""When memory runs out or a device breaks down: halves, then the processor, and the reason is said.

A graphics processor is stood in for by the real session of a real model on the processor that fails as recorded."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.device import DEVICES, Granted
from embexplorer.encoders.failures import is_out_of_memory, load_failure, run_failure
from embexplorer.encoders.open import open_encoder

TEXTS = [f"text number {number} about cats" for number in range(40)]
RECORDED = {
    "cuda": "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running MatMul node. "
    "Status Message: bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 4294967296",
    "directml": "[ONNXRuntimeError] : 1 : FAIL : DmlExecutionProvider MLOperatorAuthorImpl.cpp(1876) 8007000E",
    "broken": "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 700: an illegal memory access was encountered",
}


class Failing:
    """A session that fails for batches above a size."""

    def __init__(self, session: Any, most: int, words: str) -> None:
        self._session, self._most, self._words = session, most, words
        self.sizes: list[int] = []

    def run(self, outputs: list[str], feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        rows = max(len(feed) for feed in feeds.values())
        self.sizes.append(rows)
        if rows > self._most:
            raise RuntimeError(self._words)
        return self._session.run(outputs, feeds)


def broken_encoder(model: str, device: str, most: int, words: str) -> tuple[Any, Failing]:
    encoder: Any = open_encoder(model, "cpu", 2)
    session = encoder._session
    failing = session._session = Failing(session._session, most, words)
    session.granted = Granted(device, DEVICES[device].words)
    return encoder, failing


@pytest.fixture(scope="module")
def plain() -> np.ndarray:
    encoder = open_encoder("minilm-static", "cpu", 1)
    vectors = encoder.encode(TEXTS).vectors
    encoder.close()
    return vectors


@pytest.mark.parametrize("words", [RECORDED["cuda"], RECORDED["directml"], "std::bad_alloc"])
@pytest.mark.parametrize("device", ["cuda", "cpu"])
def test_too_large_a_batch_is_run_in_halves(plain: np.ndarray, device: str, words: str) -> None:
    encoder, failing = broken_encoder("minilm-static", device, 5, words)
    encoded = encoder.encode(TEXTS)
    encoder.close()
    assert encoded.ok.all()
    np.testing.assert_allclose(encoded.vectors, plain, atol=1e-6)
    assert max(failing.sizes) > 5
    assert encoder.granted.device == device  # a smaller batch was enough


@pytest.mark.parametrize(("words", "why"), [(RECORDED["cuda"], "ran out of memory"), (RECORDED["broken"], "stopped")])
def test_the_processor_goes_on_where_a_device_cannot(plain: np.ndarray, words: str, why: str) -> None:
    encoder, _ = broken_encoder("minilm-static", "cuda", 0, words)
    encoded = encoder.encode(TEXTS)
    encoder.close()
    assert encoded.ok.all()
    np.testing.assert_allclose(encoded.vectors, plain, atol=1e-6)
    assert encoder.granted.device == "cpu"
    assert why in encoder.granted.reason
    assert encoder.granted.reason.startswith("The NVIDIA graphics processor")


def test_images_are_run_in_halves_too(tmp_path: Path) -> None:
    pictures = []
    for number in range(5):
        pictures.append(str(tmp_path / f"{number}.png"))
        Image.new("RGB", (30, 30), (40 * number, 90, 200)).save(pictures[-1])
    encoder, failing = broken_encoder("efficientnet-lite0", "cuda", 1, RECORDED["cuda"])
    assert encoder.encode(pictures).ok.all()
    encoder.close()
    assert max(failing.sizes) > 1


def test_the_processor_itself_has_no_one_to_go_on_for_it() -> None:
    for words, sentence in ((RECORDED["cuda"], "not enough memory"), ("a riddle", "stopped on the processor")):
        encoder, _ = broken_encoder("minilm-static", "cpu", 0, words)
        with pytest.raises(EmbexError) as raised:
            encoder.encode(TEXTS)
        encoder.close()
        assert sentence in raised.value.text
        assert raised.value.hint


def test_what_is_lack_of_memory() -> None:
    assert is_out_of_memory(RuntimeError(RECORDED["cuda"]))
    assert is_out_of_memory(RuntimeError(RECORDED["directml"]))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError(RECORDED["broken"]))


@pytest.mark.parametrize(
    ("said", "meant"),
    [("... Current official support for domain ai.onnx is till opset 24.", "newer version of ONNX"),
     ("Unsupported model IR version: 13, max supported IR version: 11", "newer version of ONNX"),
     ("[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an implementation for Einsum(12) node", "“Einsum”"),
     ("... Error No Op registered for Nope with domain_version of 17", "“Nope”"),
     ("Load model from m.onnx failed:Protobuf parsing failed.", "damaged"),
     (RECORDED["cuda"], "more memory than is free"), ("a riddle", "a riddle")],
)  # fmt: skip
def test_what_onnxruntime_says_becomes_a_sentence(said: str, meant: str) -> None:
    error = load_failure("mine", "model.onnx", RuntimeError(said))
    assert meant in error.text
    assert "“mine”" in error.text
    assert error.hint
    assert "ONNXRuntimeError" not in run_failure("mine", "the processor", RuntimeError(said)).text
