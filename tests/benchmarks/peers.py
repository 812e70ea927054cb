"""Other engines behind one face, each with settings for a recall of about 0.99 where it has any. None has to be there.

An engine has a name, build(matrix) of float32 rows of length 1, and search(query, mask, k), which gives rows.
"""

import importlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np

_EF = 320


class Unusable(Exception):
    """It is installed, but this Python cannot load it."""


class Engine:
    name = ""
    module = ""
    build_s = 0.0

    def __init__(self, folder: Path, dims: int, library: ModuleType) -> None:
        self.folder = folder / self.name.replace(" ", "-").replace(",", "")
        self.dims = dims
        self.library = library
        self.rows = 0

    def build(self, matrix: np.ndarray) -> None:
        raise NotImplementedError

    def search(self, query: np.ndarray, mask: np.ndarray | None, k: int) -> np.ndarray:
        raise NotImplementedError


class Hnswlib(Engine):
    name, module = "hnswlib, filter called", "hnswlib"

    def build(self, matrix):
        self.index = self.library.Index(space="ip", dim=self.dims)
        self.index.init_index(max_elements=len(matrix), M=16, ef_construction=100, random_seed=1)
        self.index.add_items(matrix)

    def search(self, query, mask, k):
        self.index.set_ef(max(_EF, 2 * k))
        passes = None if mask is None else lambda row: bool(mask[row])
        try:
            return self.index.knn_query(query, k=k, num_threads=1, filter=passes)[0][0]
        except RuntimeError:
            return np.empty(0, np.int64)  # it answers nothing where it finds fewer than k


class HnswlibAfter(Hnswlib):
    name = "hnswlib, filtered after"

    def search(self, query, mask, k):
        share = 1.0 if mask is None else max(float(mask.mean()), 1e-3)
        wanted = min(int(2 * k / share) + 10, 5_000)
        self.index.set_ef(max(_EF, wanted))
        rows = self.index.knn_query(query, k=wanted, num_threads=1)[0][0].astype(np.int64)
        return rows[:k] if mask is None else rows[mask[rows]][:k]


class Faiss(Engine):
    module = "faiss"

    def selector(self, mask):
        return self.library.IDSelectorBitmap(np.packbits(mask, bitorder="little")) if mask is not None else None

    def ask(self, query, k, parameters):
        self.library.omp_set_num_threads(1)
        found = self.index.search(query[None], k, params=parameters)[1][0]
        return found[found >= 0]


class FaissFlat(Faiss):
    name = "FAISS flat"

    def build(self, matrix):
        self.index = self.library.IndexFlatIP(self.dims)
        self.index.add(matrix)

    def search(self, query, mask, k):
        return self.ask(query, k, self.library.SearchParameters(sel=self.selector(mask)))


class FaissIvf(Faiss):
    name = "FAISS IVF, 64 lists asked"

    def build(self, matrix):
        lists = round(np.sqrt(len(matrix)))
        quantiser = self.library.IndexFlatIP(self.dims)
        self.index = self.library.IndexIVFFlat(quantiser, self.dims, lists, self.library.METRIC_INNER_PRODUCT)
        self.index.train(matrix[:: max(1, len(matrix) // (40 * lists))])
        self.index.add(matrix)

    def search(self, query, mask, k):
        return self.ask(query, k, self.library.SearchParametersIVF(sel=self.selector(mask), nprobe=64))


class FaissHnsw(Faiss):
    name = "FAISS HNSW"

    def build(self, matrix):
        self.index = self.library.IndexHNSWFlat(self.dims, 16, self.library.METRIC_INNER_PRODUCT)
        self.index.hnsw.efConstruction = 100
        self.index.add(matrix)

    def search(self, query, mask, k):
        parameters = self.library.SearchParametersHNSW(sel=self.selector(mask), efSearch=max(_EF, 2 * k))
        return self.ask(query, k, parameters)


class Usearch(Engine):
    name, module = "usearch, filtered after", "usearch.index"

    def build(self, matrix):
        self.index = self.library.Index(ndim=self.dims, metric="ip", connectivity=16, expansion_add=100)
        self.index.add(np.arange(len(matrix)), matrix)

    def search(self, query, mask, k):
        share = 1.0 if mask is None else max(float(mask.mean()), 1e-3)
        wanted = min(int(2 * k / share) + 10, 5_000)
        self.index.expansion_search = max(_EF, wanted)
        rows = self.index.search(query, wanted, threads=1).keys.astype(np.int64)
        return rows[:k] if mask is None else rows[mask[rows]][:k]


class SqliteVec(Engine):
    name, module = "sqlite-vec", "sqlite_vec"

    def __init__(self, folder, dims, library):
        super().__init__(folder, dims, library)
        self.database = sqlite3.connect(":memory:")
        if not hasattr(self.database, "enable_load_extension"):
            raise Unusable

    def build(self, matrix):
        self.database.enable_load_extension(True)
        self.library.load(self.database)
        self.database.execute(f"CREATE VIRTUAL TABLE v USING vec0(e float[{self.dims}] distance_metric=cosine)")
        rows = ((row, vector.tobytes()) for row, vector in enumerate(matrix))
        self.database.executemany("INSERT INTO v(rowid, e) VALUES (?, ?)", rows)

    def search(self, query, mask, k):
        where = ""
        if mask is not None:
            where = f" AND rowid IN ({','.join(map(str, np.flatnonzero(mask).tolist()))})"
        sql = f"SELECT rowid FROM v WHERE e MATCH ? AND k = {k}{where}"
        return np.array([row for (row,) in self.database.execute(sql, (query.tobytes(),))], np.int64)


class DuckDb(Engine):
    name, module = "DuckDB, scanned", "duckdb"

    def build(self, matrix):
        self.database = self.library.connect()
        self.database.execute("SET threads = 1")
        vectors = {"id": np.arange(len(matrix)), "e": list(matrix)}
        frame = importlib.import_module("polars").DataFrame(vectors)  # noqa: F841
        self.database.execute(f"CREATE TABLE v AS SELECT id, e::FLOAT[{self.dims}] AS e FROM frame")
        self.number = len(matrix)

    def search(self, query, mask, k):
        passing = np.arange(self.number) if mask is None else np.flatnonzero(mask)
        self.database.register("passing", importlib.import_module("polars").DataFrame({"id": passing}))
        by = f"array_inner_product(e, ?::FLOAT[{self.dims}])"
        sql = f"SELECT id FROM v SEMI JOIN passing USING (id) ORDER BY {by} DESC LIMIT {k}"
        return np.array(self.database.execute(sql, [query.tolist()]).fetchnumpy()["id"])


class LanceDb(Engine):
    name, module = "LanceDB, IVF", "lancedb"

    def build(self, matrix):
        arrow = importlib.import_module("pyarrow")
        vectors = arrow.FixedSizeListArray.from_arrays(arrow.array(matrix.reshape(-1)), self.dims)
        rows = arrow.table({"id": np.arange(len(matrix)), "vector": vectors})
        self.table = self.library.connect(str(self.folder)).create_table("v", rows)
        lists = round(np.sqrt(len(matrix)))
        self.table.create_index(metric="dot", index_type="IVF_FLAT", num_partitions=lists)
        self.table.create_scalar_index("id")

    def search(self, query, mask, k):
        asked = self.table.search(query).limit(k).nprobes(64).select(["id"])
        if mask is not None:
            asked = asked.where(f"id IN ({','.join(map(str, np.flatnonzero(mask).tolist()))})", prefilter=True)
        return asked.to_arrow()["id"].to_numpy()


class Chroma(Engine):
    name, module = "Chroma", "chromadb"

    def build(self, matrix):
        client = self.library.EphemeralClient()
        settings = {"hnsw": {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": _EF}}
        self.collection = client.create_collection(f"v{len(matrix)}", configuration=settings)
        for start in range(0, len(matrix), 5_000):
            ids = [str(row) for row in range(start, min(start + 5_000, len(matrix)))]
            self.collection.add(ids=ids, embeddings=matrix[start : start + 5_000])

    def search(self, query, mask, k):
        ids = None if mask is None else [str(row) for row in np.flatnonzero(mask)]
        found = self.collection.query(query_embeddings=[query], n_results=k, ids=ids)
        return np.array([int(i) for i in found["ids"][0]], np.int64)


def _maker(kind: type[Engine]) -> Callable[[Path, int], Engine | None]:
    def make(folder: Path, dims: int) -> Engine | None:
        try:
            return kind(folder, dims, importlib.import_module(kind.module))
        except (ImportError, Unusable):
            return None

    make.name = kind.name
    return make


# Those that take minutes to take a million rows in, or seconds for each question about half of them.
LONG = [_maker(kind) for kind in (Hnswlib, HnswlibAfter, FaissHnsw, Usearch, Chroma, SqliteVec, DuckDb, LanceDb)]
ENGINES = [*(_maker(kind) for kind in (FaissFlat, FaissIvf)), *LONG]
