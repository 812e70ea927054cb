"""Time and size are said before the work begins."""

import pytest

from embexplorer.encoders.estimate import estimate
from embexplorer.encoders.registry import find_model


def test_size_is_the_vectors() -> None:
    assert estimate(find_model("minilm"), 1000, 300).bytes == 1000 * 384 * 4


def test_time_grows_with_items_and_length_and_falls_with_cores() -> None:
    model = find_model("minilm")
    base = estimate(model, 1000, 300, 1).seconds
    assert estimate(model, 2000, 300, 1).seconds == pytest.approx(2 * base)
    assert estimate(model, 1000, 300, 2).seconds == pytest.approx(base / 2)
    assert estimate(model, 1000, 600, 1).seconds > base
    assert estimate(model, 1000, 300, 1, "f16").seconds > 2 * base
    assert estimate(find_model("minilm-static"), 1000, 300, 1).seconds < base / 20


def test_a_text_costs_no_more_than_the_model_reads() -> None:
    model = find_model("minilm")
    assert estimate(model, 10, 10_000, 1) == estimate(model, 10, 1_000_000, 1)


def test_images_need_no_length() -> None:
    assert estimate(find_model("efficientnet-lite0"), 50, threads=1).seconds == pytest.approx(1)
