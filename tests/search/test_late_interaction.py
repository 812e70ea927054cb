"""Documents as wholes: the encodings against the exact similarity on synthetic documents of many vectors."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.search import late
from embexplorer.search.late import DIMS, chamfer, document_encodings, query_encoding, scheme


def unit(matrix: np.ndarray) -> np.ndarray:
    found: np.ndarray = (matrix / np.linalg.norm(matrix, axis=-1, keepdims=True)).astype(np.float32)
    return found


def library(documents: int, dims: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Documents of 1 to 30 passages, each document about a few of 200 topics."""
    random = np.random.default_rng(seed)
    topics = unit(random.standard_normal((200, dims)))
    lengths = random.integers(1, 31, documents)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    parts = []
    for length in lengths:
        about = random.choice(200, 3)
        noise = 0.6 / np.sqrt(dims) * random.standard_normal((length, dims))
        parts.append(topics[random.choice(about, length)] + noise)
    return unit(np.concatenate(parts)), starts


def brute(parts: np.ndarray, matrix: np.ndarray, starts: np.ndarray) -> np.ndarray:
    bounds = [*starts.tolist(), len(matrix)]
    return np.array([(matrix[a:b] @ parts.T).max(0).mean() for a, b in itertools.pairwise(bounds)])


def test_chamfer_is_the_mean_of_the_best_products() -> None:
    matrix, starts = library(50, 32)
    parts = unit(np.random.default_rng(1).standard_normal((4, 32)))
    scores, rows, distinct = chamfer(matrix @ parts.T, starts)
    np.testing.assert_allclose(scores, brute(parts, matrix, starts), rtol=1e-5)
    bounds = [*starts.tolist(), len(matrix)]
    for row, number, (a, b) in zip(rows, distinct, itertools.pairwise(bounds), strict=True):
        own = matrix[a:b] @ parts.T
        assert a <= row < b and (matrix[row] @ parts.T).max() >= own.max() - 1e-6
        assert number == len(set(own.argmax(0).tolist()))


def test_parts_count_by_their_weight_and_against() -> None:
    products = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.1]], np.float32)
    scores, rows, distinct = chamfer(products, np.array([0, 2]), np.array([3.0, -1.0]))
    np.testing.assert_allclose(scores, [(2.7 - 0.8) / 4, (1.5 - 0.1) / 4], rtol=1e-6)
    assert (rows.tolist(), distinct.tolist()) == ([0, 2], [1, 1])


def test_the_encoding_of_one_vector_each_is_their_product_upon_the_projections() -> None:
    ways = scheme(64)
    one = unit(np.random.default_rng(2).standard_normal((1, 64)))
    document = document_encodings(one, np.array([0]), ways)[0]
    assert document.shape == (DIMS,)
    short = late._projected(one, ways)[0]
    np.testing.assert_allclose(query_encoding(one, ways) @ document, (short * short).sum(), rtol=1e-4)


@pytest.mark.parametrize("parts", [1, 3, 8])
def test_candidates_by_encoding_hold_the_best_documents(parts: int) -> None:
    matrix, starts = library(1_500, 64)
    ways = scheme(64)
    encodings = document_encodings(matrix, starts, ways)
    random = np.random.default_rng(parts)
    recalls = []
    for _ in range(10):
        own = random.choice(len(starts))
        rows = np.arange(starts[own], np.append(starts, len(matrix))[own + 1])
        query = unit(matrix[random.choice(rows, parts)] + 0.3 / np.sqrt(64) * random.standard_normal((parts, 64)))
        exact = set(np.argsort(-chamfer(matrix @ query.T, starts)[0])[:10].tolist())
        candidates = set(np.argsort(-(encodings @ query_encoding(query, ways)))[:100].tolist())
        recalls.append(len(exact & candidates) / 10)
    assert np.mean(recalls) >= 0.95, recalls


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_documents_are_encoded_alone_whatever_stands_beside_them(lengths: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    matrix = unit(random.standard_normal((sum(lengths), 16)))
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    ways = scheme(16)
    together = document_encodings(matrix, starts, ways)
    for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        alone = document_encodings(matrix[start : start + length], np.array([0]), ways)[0]
        np.testing.assert_allclose(together[number], alone, atol=1e-5)


def test_blocks_of_documents_are_encoded_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, starts = library(60, 32)
    whole = document_encodings(matrix, starts, scheme(32))
    monkeypatch.setattr(late, "_BLOCK", 20)
    np.testing.assert_allclose(document_encodings(matrix, starts, scheme(32)), whole, atol=1e-5)
