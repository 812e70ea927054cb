"""Import, embedding, opening and size of a project, against what the libraries alone take."""

import csv
import importlib.util
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from embexplorer.app.facts import load_facts
from embexplorer.app.resolve import resolve
from embexplorer.app.state import State
from embexplorer.base.progress import finish
from embexplorer.data.selection import Selection
from embexplorer.encoders.open import open_encoder
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.store.project import ProjectStore

ROWS = 100_000
DIMS = 384
WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()


def seconds(run: Callable[[], object], rounds: int = 3) -> float:
    """The best of some rounds, wall."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


@pytest.fixture(scope="module")
def table_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100,000 rows of a text of about 20 words, a category, a number, a date and tags."""
    path = tmp_path_factory.mktemp("bench") / "rows.csv"
    chance = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["body", "section", "stars", "day", "tags"])
        for number in range(ROWS):
            text = f"{number} " + " ".join(chance.choices(WORDS, k=20))
            day = f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            tags = ";".join(chance.sample(WORDS, 2))
            writer.writerow([text, chance.choice(WORDS), chance.randrange(6), day, tags])
    return path


@pytest.fixture(scope="module")
def project(table_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows with vectors of 384 dimensions."""
    path = tmp_path_factory.mktemp("bench-project") / "rows.embx"
    with ProjectStore.create(path) as store:
        finish(import_sources(store, sources_of([table_file])))
        ids = store.items.ids()
        space = store.spaces.create("bench", "", DIMS, "cosine", "vector")
        matrix = np.random.default_rng(0).standard_normal((len(ids), DIMS)).astype(np.float32)
        store.spaces.append(space.id, ids, matrix / np.linalg.norm(matrix, axis=1, keepdims=True))
    return path


def test_import(table, benchmark, table_file: Path, tmp_path: Path) -> None:
    alone = seconds(lambda: pl.read_csv(table_file))

    def imported() -> None:
        (tmp_path / "i.embx").unlink(missing_ok=True)
        with ProjectStore.create(tmp_path / "i.embx") as store:
            finish(import_sources(store, sources_of([table_file])))

    ours = seconds(imported, 2)
    benchmark.pedantic(imported, rounds=1)
    table.row("import of 100,000 rows, rows/s", value=ROWS / ours, ratio=alone / ours)
    table.row("polars.read_csv alone, rows/s", value=ROWS / alone, ratio=1.0)


def test_open_and_size(table, benchmark, project: Path, table_file: Path) -> None:
    def opened() -> None:
        with ProjectStore.open(project) as store:
            facts = finish(load_facts(store, "")).value
            resolve(State(Selection.none(len(facts))), facts)

    opened()
    table.row("open 100,000 items until everything can be shown, s", value=seconds(opened))
    benchmark.pedantic(opened, rounds=1)
    needed = ROWS * DIMS * 4 + table_file.stat().st_size
    size = project.stat().st_size
    table.row("bytes an item on disk", value=size / ROWS, ratio=size / needed)


def test_embedding(table, benchmark) -> None:
    chance = random.Random(1)
    texts = [" ".join(chance.choices(WORDS, k=chance.randrange(8, 40))) for _ in range(1_000)]
    speeds = {}
    for model in ("minilm", "minilm-static"):
        encoder = open_encoder(model)
        try:
            encoder.encode(texts[:64])
            began, cpu = time.perf_counter(), time.process_time()
            encoder.encode(texts)
            wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        finally:
            encoder.close()
        speeds[model] = len(texts) / cpu
        table.row(f"{model}, texts/s wall", value=len(texts) / wall)
        table.row(f"{model}, texts per CPU second", value=speeds[model])
    if importlib.util.find_spec("sentence_transformers"):
        from sentence_transformers import SentenceTransformer

        peer = SentenceTransformer(os.environ["MINILM_FOLDER"], device="cpu")
        peer.encode(texts[:64])
        cpu = time.process_time()
        peer.encode(texts)
        rate = len(texts) / (time.process_time() - cpu)
        table.row("sentence-transformers, texts per CPU second", value=rate, ratio=speeds["minilm"] / rate)
    benchmark.pedantic(lambda: None, rounds=1)


def test_start(table, benchmark, tmp_path: Path) -> None:
    """A new process until its window has been painted and takes input; warm, offscreen."""
    script = (
        "import time, sys; began = time.perf_counter()\n"
        "from PySide6.QtWidgets import QApplication\n"
        "qt = QApplication([])\n"
        "from embexplorer.gui.main import Application\n"
        "application = Application(); application.window.show(); qt.processEvents()\n"
        "print(time.perf_counter() - began)\n"
        "application.window.close()\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "EMBEXPLORER_HOME": str(tmp_path)}

    def started() -> float:
        run = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        return float(run.stdout.split()[-1])

    started()
    table.row("start to a window that takes input, s", value=min(started() for _ in range(3)))
    benchmark.pedantic(lambda: None, rounds=1)
