"""Embedding against sentence-transformers and a plain loop on the same model and texts, and where our own time goes.

Texts: glosses of WordNet (about 20 tokens) and passages of 200 tokens made of them. CPU seconds are those of all
threads; wall times need an idle machine. sentence-transformers takes part where it is installed and the variable
EMBEXPLORER_BENCH_MINILM names the folder of the original all-MiniLM-L6-v2. The images are those of the sample, or those
below the folder that EMBEXPLORER_BENCH_IMAGES names.
"""

import importlib.util
import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from embexplorer.base import paths
from embexplorer.base.progress import finish
from embexplorer.encoders.image import ImageEncoder
from embexplorer.encoders.open import open_encoder
from embexplorer.encoders.registry import find_model
from embexplorer.operations.embedding import EmbedParams, embed_pending
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.store.project import ProjectStore

NUMBER = {"glosses": 500, "passages of 200 tokens": 48}
THREADS = 2


def glosses() -> list[str]:
    (file,) = (paths.resources() / "samples" / "wordnet").glob("*.csv")
    found = pl.read_csv(file)["gloss"].unique(maintain_order=True).to_list()
    return [found[row] for row in np.random.default_rng(0).permutation(len(found))]


def texts_of(kind: str) -> list[str]:
    some = glosses()
    if kind == "glosses":
        return some[: NUMBER[kind]]
    repeated = itertools.cycle(some)
    return [" ".join(" ".join(next(repeated) for _ in range(14)).split()[:165]) for _ in range(NUMBER[kind])]


def measured(work: Callable[[], object], times: int = 2) -> tuple[float, float]:
    """CPU and wall seconds of the best of so many runs, after a short warm-up by the caller."""
    runs = []
    for _ in range(times):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def ours(model: str, precision: str, texts: list[str], threads: int) -> tuple[float, float]:
    encoder = open_encoder(model, "cpu", threads, precision)
    encoder.encode(texts[:50])
    figures = measured(lambda: encoder.encode(texts))
    encoder.close()
    return figures


def plain_loop(precision: str, texts: list[str]) -> tuple[float, float]:
    """As a tutorial does it: 32 texts at a time in their order, padded to the longest, onnxruntime as it comes."""
    import onnxruntime as ort
    from tokenizers import Tokenizer

    model = find_model("minilm")
    assert model.tokenizer is not None
    tokenizer = Tokenizer.from_file(str(model.tokenizer.path))
    tokenizer.enable_padding()
    session = ort.InferenceSession(str(model.files[precision].path), providers=["CPUExecutionProvider"])

    def loop() -> None:
        for start in range(0, len(texts), 32):
            found = tokenizer.encode_batch(texts[start : start + 32])
            ids = np.array([text.ids for text in found], np.int64)
            mask = np.array([text.attention_mask for text in found], np.int64)
            session.run(["sentence_embedding"], {"input_ids": ids, "attention_mask": mask})

    texts, every = texts[:64], texts
    loop()
    texts = every
    return measured(loop, 1)


def original(texts: list[str]) -> tuple[float, float, np.ndarray] | None:
    """sentence-transformers with its defaults."""
    folder = os.environ.get("EMBEXPLORER_BENCH_MINILM", "")
    if not folder or importlib.util.find_spec("sentence_transformers") is None:
        return None
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    model.encode(texts[:32])
    found: list[np.ndarray] = []
    cpu, wall = measured(lambda: found.append(model.encode(texts)), 1)
    return cpu, wall, found[0]


@pytest.mark.parametrize("kind", NUMBER)
def test_texts_a_second(kind: str, table) -> None:
    texts = texts_of(kind)
    rows = {
        "minilm int8": ours("minilm", "int8", texts, THREADS),
        "minilm f16": ours("minilm", "f16", texts, THREADS),
        "minilm-static": ours("minilm-static", "", texts, THREADS),
        "plain loop, 32-bit arithmetic": plain_loop("f16", texts),
    }
    source = original(texts)
    if source is not None:
        rows["sentence-transformers"] = source[:2]
    base = rows["minilm int8"][0]
    for name, (cpu, wall) in rows.items():
        speeds = {"texts per CPU s": len(texts) / cpu, "texts/s": len(texts) / wall}
        table.row(f"{kind}: {name}", **speeds, **{"CPU time against minilm int8": cpu / base})
    assert rows["minilm-static"][0] < rows["minilm int8"][0] < rows["plain loop, 32-bit arithmetic"][0]


@pytest.mark.parametrize("model", ["minilm", "minilm-static"])
def test_share_of_time_outside_the_model(model: str, table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole job with reading and storing, against the CPU time of the threads inside the session."""
    from embexplorer.encoders.session import Session

    texts = texts_of("glosses")
    pl.DataFrame({"text": texts}).write_csv(tmp_path / "t.csv")
    inside, lock = [0.0], threading.Lock()
    run = Session.run

    def timed(self, *given):
        began = time.thread_time()
        try:
            return run(self, *given)
        finally:
            with lock:
                inside[0] += time.thread_time() - began

    monkeypatch.setattr(Session, "run", timed)
    with ProjectStore.create(tmp_path / "p.embx") as store:
        finish(import_sources(store, sources_of([tmp_path / "t.csv"])))
        open_encoder(model, "cpu", 1).close()  # hashed and loaded once before
        cpu = time.process_time()
        finish(embed_pending(store, EmbedParams(model, threads=1, device="cpu")))
        cpu = time.process_time() - cpu
    table.row(f"{model}, whole job", **{"share outside the model": 1 - inside[0] / cpu})
    assert inside[0] < cpu


def test_vectors_against_their_source(table) -> None:
    texts = glosses()[:1000]
    source = original(texts)
    exact = open_encoder("minilm", "cpu", THREADS, "f16")
    f16 = exact.encode(texts).vectors
    exact.close()
    fast = open_encoder("minilm", "cpu", THREADS, "int8")
    int8 = fast.encode(texts).vectors
    fast.close()
    pairs = {"int8 and f16": (int8, f16)}
    if source is not None:
        pairs |= {"int8 and the source": (int8, source[2]), "f16 and the source": (f16, source[2])}
    for name, (some, other) in pairs.items():
        cosines = np.einsum("ij,ij->i", some, other)
        table.row(f"minilm {name}", **{"cosine, mean": f"{cosines.mean():.5f}", "worst": f"{cosines.min():.5f}"})
        assert cosines.mean() > 0.997


def test_images_a_second(table) -> None:
    folder = Path(os.environ.get("EMBEXPLORER_BENCH_IMAGES") or paths.resources() / "samples" / "emoji")
    files = sorted(str(path) for path in folder.rglob("*") if path.suffix.lower() in (".png", ".jpg"))[:600]
    encoder = open_encoder("efficientnet-lite0", "cpu", THREADS)
    assert isinstance(encoder, ImageEncoder)
    encoder.encode(files[:8])
    both = measured(lambda: encoder.encode(files), 1)
    reading = measured(lambda: list(encoder._workers.run(encoder._feeds.read, files)), 1)
    pixels = np.stack([encoder._feeds.read(file) for file in files[:4]])
    feeds, outputs = encoder._feeds.of(pixels), [encoder.manifest.outputs["pooled"]]
    turns = range(len(files) // 4)
    running = measured(lambda: list(encoder._workers.run(lambda _: encoder._session.run(outputs, feeds), turns)), 1)
    exact = encoder.encode(files).vectors
    encoder.close()
    for name, (cpu, wall) in {"reading": reading, "the model": running, "together": both}.items():
        table.row(f"images: {name}", **{"images per CPU s": len(files) / cpu, "images/s": len(files) / wall})
    table.row("images: together", **{"wall against the sum of both": both[1] / (reading[1] + running[1])})
    fast = open_encoder("efficientnet-lite0", "cpu", THREADS, "int8")
    cosines = np.einsum("ij,ij->i", exact, fast.encode(files).vectors)
    fast.close()
    table.row("images int8 and f16", **{"cosine, mean": f"{cosines.mean():.5f}", "worst": f"{cosines.min():.5f}"})
    assert both[0] < 1.5 * (reading[0] + running[0])
