"""On a computer with a graphics processor: it is really used, gives the processor's vectors, and is faster."""

import time

import numpy as np
import pytest

from embexplorer.encoders.device import available, choose_device
from embexplorer.encoders.open import open_encoder

TEXTS = [f"sentence number {number} about the weather, {'and more ' * (number % 20)}" for number in range(2_000)]
GPU = choose_device("auto", available()).candidates[0].device.id

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(GPU == "cpu", reason="onnxruntime carries no graphics processor")]


def vectors_and_seconds(device: str, precision: str, threads: int = 0) -> tuple[np.ndarray, float]:
    encoder = open_encoder("minilm", device, threads, precision)
    try:
        assert (encoder.granted.device, encoder.granted.reason) == (device, "")
        encoder.encode(TEXTS[:64])
        began = time.perf_counter()
        encoded = encoder.encode(TEXTS)
        seconds = time.perf_counter() - began
    finally:
        encoder.close()
    assert encoded.ok.all()
    return encoded.vectors, seconds


def test_parity_and_throughput() -> None:
    expected, slow = vectors_and_seconds("cpu", "f16")
    found, fast = vectors_and_seconds(GPU, "f16")
    cosines = np.einsum("ij,ij->i", expected, found)
    assert cosines.min() >= 0.9999
    assert fast < slow
