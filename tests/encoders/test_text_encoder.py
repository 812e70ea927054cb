"""Texts to vectors with the real models: exact, independent of what stands beside them, and clear about bad input."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embexplorer.base import paths
from embexplorer.encoders.encoded import Encoder
from embexplorer.encoders.manifest import ModelManifest, load_manifest
from embexplorer.encoders.open import open_encoder, open_manifest
from embexplorer.encoders.pooling import pool
from embexplorer.encoders.registry import find_model
from embexplorer.encoders.text import length_batches
from embexplorer.encoders.tokens import EMPTY, UNKNOWN, TextTokenizer

# The first five numbers by f16, which agree with sentence-transformers to 1e-6.
GOLDEN = {
    "A cat sat on the mat.": [0.120829, -0.023538, -0.036645, 0.056482, -0.066018],
    "The quarterly report is late.": [0.029639, 0.009743, -0.006088, 0.068316, 0.050274],
}
CAT, FELINE, REPORT = "A cat sat on the mat.", "A feline rested on the rug.", "The quarterly report is late."


@pytest.fixture(scope="module")
def glosses() -> list[str]:
    """200 glosses of WordNet, as the bridge carries them."""
    classes = json.loads((paths.resources() / "models" / "bridge" / "imagenet_classes.json").read_bytes())
    return [entry["definition"] for entry in classes[::5]]


@pytest.fixture(scope="module", params=["minilm int8", "minilm f16", "minilm-static int8"])
def encoder(request: pytest.FixtureRequest) -> Iterator[Encoder]:
    model, precision = request.param.split()
    encoder = open_encoder(model, "cpu", 2, precision)
    yield encoder
    encoder.close()


@pytest.fixture(scope="module")
def small() -> Iterator[Encoder]:
    encoder = open_encoder("minilm-static", "cpu", 2)
    yield encoder
    encoder.close()


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", a.astype(np.float64), b.astype(np.float64))


def test_vectors_are_those_of_the_original_model() -> None:
    encoder = open_encoder("minilm", "cpu", 1, "f16")
    vectors = encoder.encode(list(GOLDEN)).vectors
    encoder.close()
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors[:, :5], list(GOLDEN.values()), atol=2e-5)


def test_the_fast_file_is_close_to_the_exact_one(glosses: list[str]) -> None:
    by_precision = []
    for precision in ("int8", "f16"):
        encoder = open_encoder("minilm", "cpu", 0, precision)
        by_precision.append(encoder.encode(glosses).vectors)
        encoder.close()
    same = cosines(*by_precision)
    assert same.mean() > 0.997
    assert same.min() > 0.985


def test_a_paraphrase_is_nearer_than_another_subject(encoder: Encoder) -> None:
    cat, feline, report = encoder.encode([CAT, FELINE, REPORT]).vectors
    assert cat @ feline > cat @ report + 0.2


def test_rows_have_length_one_and_the_manifests_dims(encoder: Encoder, glosses: list[str]) -> None:
    encoded = encoder.encode(glosses[:50])
    assert encoded.ok.all()
    assert encoded.reasons == ()
    assert encoded.vectors.shape == (50, encoder.manifest.dims)
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1, atol=1e-5)


def test_the_same_text_gives_the_same_vector_in_any_company(encoder: Encoder, glosses: list[str]) -> None:
    texts = [*glosses[:40], " ".join(glosses[40:80])]
    together = encoder.encode(texts).vectors
    alone = np.concatenate([encoder.encode([text]).vectors for text in texts])
    backwards = encoder.encode(texts[::-1]).vectors[::-1]
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)


def test_any_number_of_threads_gives_the_same_bits(glosses: list[str]) -> None:
    results = []
    for threads in (1, 3):
        encoder = open_encoder("minilm", "cpu", threads)
        results.append(encoder.encode(glosses).vectors)
        encoder.close()
    assert np.array_equal(*results)


def test_no_text_and_only_bad_texts(encoder: Encoder) -> None:
    nothing = encoder.encode([])
    assert nothing.vectors.shape == (0, encoder.manifest.dims)
    assert nothing.ok.shape == (0,)
    bad = encoder.encode(["", " \n\t", "\U0001f600\U0001f680"])
    assert not bad.ok.any()
    assert not bad.vectors.any()
    assert bad.reasons == ((0, EMPTY), (1, EMPTY), (2, UNKNOWN))


def test_bad_texts_do_not_disturb_good_ones(encoder: Encoder) -> None:
    mixed = encoder.encode(["", CAT, "\U0001f600", REPORT])
    assert mixed.ok.tolist() == [False, True, False, True]
    assert cosines(mixed.vectors[[1, 3]], encoder.encode([CAT, REPORT]).vectors).min() > 0.99999


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بالعالم",  # right to left
        "שלום עולם",
        "a\U0001f600b grin",
        "broken \ud800 surrogate",
        "nul \x00 byte",
        "e\u0301" * 50,
        "x" * 5000,
        "数据",
    ],
)
def test_unusual_texts_get_a_vector_or_a_reason(encoder: Encoder, text: str) -> None:
    encoded = encoder.encode([text])
    assert encoded.ok[0] == np.any(encoded.vectors)
    assert encoded.ok[0] or encoded.reasons[0][1] == UNKNOWN
    assert np.isfinite(encoded.vectors).all()


def test_long_texts_are_cut_and_counted(encoder: Encoder) -> None:
    long = "word " * 200_000  # a million characters
    encoded = encoder.encode([CAT, long, "  " + long])
    assert encoded.ok.all()
    assert encoded.truncated == 2
    assert encoder.encode(["word " * 100]).truncated == 0


def test_a_query_is_one_row(encoder: Encoder) -> None:
    query = encoder.encode_query(CAT)
    assert query.vectors.shape == (1, encoder.manifest.dims)
    assert cosines(query.vectors, encoder.encode([CAT]).vectors)[0] > 0.99999


def test_steps_lead_to_the_end(small: Encoder, glosses: list[str]) -> None:
    steps = list(small.encode_steps([*glosses, ""]))
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert done[-1] == steps[-1].total == len(glosses) + 1


def test_stopping_halfway_leaves_the_encoder_usable(glosses: list[str]) -> None:
    encoder = open_encoder("minilm", "cpu", 2)
    work = encoder.encode_steps(glosses * 5)
    while next(work).done == 0:
        pass
    work.close()
    assert encoder.encode([CAT]).ok.all()
    encoder.close()


def test_closing_ends_every_thread(glosses: list[str]) -> None:
    before = set(threading.enumerate())
    encoder = open_encoder("minilm-static", "cpu", 3)
    encoder.encode(glosses)
    assert set(threading.enumerate()) - before
    encoder.close()
    assert set(threading.enumerate()) == before


def test_one_encoder_answers_several_threads(small: Encoder, glosses: list[str]) -> None:
    expected = small.encode(glosses).vectors
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(small.encode(glosses).vectors)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.array_equal(expected, result) for result in results)


@pytest.fixture
def own_model(tmp_path: Path) -> ModelManifest:
    """MiniLM as people bring models along: the graph gives tokens, we pool; questions and passages have prompts."""
    source = paths.resources() / "models" / "minilm"
    values = json.loads((source / "model.json").read_text(encoding="utf-8"))
    values |= {"id": "own", "outputs": {"tokens": "last_hidden_state"}, "normalised": False, "pooling": "mean"}
    values |= {"prompts": {"query": "query: ", "passage": "passage: "}}
    del values["files"]["f16"]
    for name in ("model_int8.onnx", "tokenizer.json"):
        shutil.copyfile(source / name, tmp_path / name)
    (tmp_path / "model.json").write_text(json.dumps(values), encoding="utf-8")
    return load_manifest(tmp_path)


def test_our_pooling_and_prompts_agree_with_the_graphs(own_model: ModelManifest, glosses: list[str]) -> None:
    own, graph = open_manifest(own_model, "cpu", 2), open_encoder("minilm", "cpu", 2, "int8")
    passages = own.encode(glosses[:30])
    expected = graph.encode([f"passage: {text}" for text in glosses[:30]])
    assert cosines(passages.vectors, expected.vectors).min() > 0.99999
    question = graph.encode([f"query: {CAT}"])
    assert cosines(own.encode_query(CAT).vectors, question.vectors)[0] > 0.99999
    assert own.encode(["", "\U0001f600"]).reasons == ((0, EMPTY), (1, UNKNOWN))
    own.close()
    graph.close()


TOKENIZER = TextTokenizer(find_model("minilm"))


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=5))
def test_any_text_becomes_tokens_or_a_reason(texts: list[str]) -> None:
    for text, tokens in zip(texts, TOKENIZER.read(texts), strict=True):
        assert bool(tokens.failure) != bool(len(tokens.ids))
        assert len(tokens.ids) <= 256
        assert (tokens.failure == EMPTY) == (not text.strip())


@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 1024))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = length_batches(lengths, budget)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[row] for row in batch) * len(batch) <= budget


def test_pooling_reads_only_real_tokens() -> None:
    tokens = np.arange(2 * 3 * 2, dtype=np.float32).reshape(2, 3, 2)
    mask = np.array([[1, 1, 0], [1, 1, 1]])
    assert pool(tokens, mask, "mean").tolist() == [[1, 2], [8, 9]]
    assert pool(tokens, mask, "cls").tolist() == [[0, 1], [6, 7]]
    assert pool(tokens, mask, "last").tolist() == [[2, 3], [10, 11]]
