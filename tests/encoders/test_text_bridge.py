"""The bridge puts an image where the names of its classes stand among the texts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.encoders.bridge import Bridge, load_bridge
from embexplorer.encoders.open import open_encoder


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return load_bridge()


def sure_of(bridge: Bridge, *names: str) -> np.ndarray:
    """The logits of an image model that is sure of one class a row."""
    logits = np.zeros((len(names), len(bridge.names)), np.float32)
    for row, name in enumerate(names):
        logits[row, bridge.names.index(name)] = 20
    return logits


def test_a_question_finds_the_image_of_its_kind(bridge: Bridge) -> None:
    kinds = ("tabby", "sports car", "pizza", "acoustic guitar", "daisy")
    questions = ("a photo of a cat", "a fast car", "something to eat", "a musical instrument", "a flower")
    images = bridge.image_vectors_from_logits(sure_of(bridge, *kinds))
    encoder = open_encoder(bridge.text_model, "cpu", 1)
    texts = np.stack([bridge.query_vector(vector) for vector in encoder.encode(questions).vectors])
    encoder.close()
    assert (texts @ images.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_vectors_follow_the_published_recipe(bridge: Bridge) -> None:
    logits = np.random.default_rng(1).normal(0, 3, (4, 1000)).astype(np.float32)
    folder = paths.resources() / "models" / "bridge"
    mean = np.load(folder / "class_mean_f32.npy")
    classes = np.load(folder / "class_embeddings_f16.npy").astype(np.float32) - mean
    classes /= np.linalg.norm(classes, axis=1, keepdims=True)
    for row, vector in zip(logits, bridge.image_vectors_from_logits(logits), strict=True):
        chances = np.exp(row / 1.5) / np.exp(row / 1.5).sum()
        top = np.argsort(-chances)[:50]
        expected = (chances[top] / chances[top].sum()) @ classes[top]
        np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-5)


def test_extreme_logits_stay_finite(bridge: Bridge) -> None:
    vectors = bridge.image_vectors_from_logits(np.full((1, 1000), 1e4, np.float32))
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors) == pytest.approx(1, abs=1e-5)
    assert bridge.image_vectors_from_logits(np.zeros((0, 1000), np.float32)).shape == (0, 384)


def test_class_names_are_the_likeliest_first(bridge: Bridge) -> None:
    (best,) = bridge.class_names(sure_of(bridge, "pizza"), 3)
    assert best[0].name == "pizza"
    assert best[0].probability > 0.99
    assert [score.probability for score in best] == sorted((score.probability for score in best), reverse=True)


def test_a_text_in_the_middle_of_everything_is_refused(bridge: Bridge) -> None:
    with pytest.raises(EmbexError, match="every kind"):
        bridge.query_vector(bridge.mean)


def test_a_damaged_bridge_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "bridge"
    shutil.copytree(paths.resources() / "models" / "bridge", folder)
    mean = folder / "class_mean_f32.npy"
    mean.chmod(0o644)
    mean.write_bytes(b"x")
    with pytest.raises(EmbexError, match="checksum"):
        load_bridge(folder)
    file = folder / "model.json"
    file.chmod(0o644)
    values = json.loads(file.read_text(encoding="utf-8"))
    del values["files"]["classes"]
    file.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(EmbexError, match="lacks the file “classes”"):
        load_bridge(folder)
