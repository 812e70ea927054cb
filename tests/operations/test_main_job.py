"""Files in, vectors, map, filtered search, export: the verbs one after the other on real files and models."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.query import ItemsTerm, Query, TextTerm
from embexplorer.operations.describing import describe_hits
from embexplorer.operations.embedding import EmbedParams, embed_pending
from embexplorer.operations.exporting import ExportParams, export
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.itemtable import item_table
from embexplorer.operations.mapping import BuildMapParams, build_map, coordinates
from embexplorer.operations.searching import Searcher
from embexplorer.store.project import ProjectStore


@pytest.fixture(scope="module")
def searcher(filled: ProjectStore) -> Searcher:
    return Searcher(filled)


def titles(store: ProjectStore, searcher: Searcher, query: Query) -> list[str]:
    return [hit.title for hit in describe_hits(store, searcher.search(query))]


def test_everything_is_embedded_and_on_the_map(filled: ProjectStore) -> None:
    (space,) = filled.spaces.all()
    assert (space.model, space.count, space.dims) == ("minilm", 40, 384)
    assert "CPU" in space.granted or "processor" in space.granted
    xy = coordinates(filled, "map", filled.items.ids())
    assert xy is not None and xy.shape == (40, 2) and np.isfinite(xy).all()


def test_fields_keep_the_types_that_were_seen(filled: ProjectStore) -> None:
    kinds = {field.name: field.type.value for field in filled.fields.all()}
    assert kinds == {"group": "category", "stars": "number", "seen": "date", "tame": "boolean", "words": kinds["words"]}


def test_a_text_finds_what_it_means(filled: ProjectStore, searcher: Searcher) -> None:
    found = titles(filled, searcher, Query((TextTerm("big feline predator"),), k=6))
    assert {name.split()[0] for name in found} <= {"cat", "lion", "tiger", "wolf", "dog"}


def test_a_filter_leaves_out_what_does_not_pass(filled: ProjectStore, searcher: Searcher) -> None:
    hits = searcher.search(Query((TextTerm("feline"),), where='group = "tool"', k=100))
    assert (len(hits), hits.matching) == (20, 20)
    assert {hit.fields["group"] for hit in describe_hits(filled, hits)} == {"tool"}


def test_minus_pushes_away(filled: ProjectStore, searcher: Searcher) -> None:
    plain = titles(filled, searcher, Query((TextTerm("animal"),), k=40))
    pushed = titles(filled, searcher, Query((TextTerm("animal"), TextTerm("lives in the wild", -0.8)), k=40))
    rank = next(name for name in plain if name.endswith(" 1"))
    assert pushed.index(rank) > plain.index(rank)


def test_more_like_this_leaves_the_item_itself_out(filled: ProjectStore, searcher: Searcher) -> None:
    first = int(filled.items.ids()[0])
    hits = searcher.search(Query((ItemsTerm((first,)),), k=3))
    assert first not in hits.ids and len(hits) == 3


def test_words_are_found_as_they_stand(filled: ProjectStore, searcher: Searcher) -> None:
    found = titles(filled, searcher, Query((TextTerm("screwdriver"),), k=5, mode="lexical"))
    assert set(found) == {"screwdriver 0", "screwdriver 1"}
    both = titles(filled, searcher, Query((TextTerm("screwdriver"),), k=5, mode="hybrid"))
    assert both[0].startswith("screwdriver")


@pytest.mark.parametrize("k", [0, 10_000_000])
def test_any_k_is_answered(searcher: Searcher, k: int) -> None:
    assert len(searcher.search(Query((TextTerm("tool"),), k=k))) == min(k, 40)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query((TextTerm("cat"),), where="colour = 3"), "colour"),
        (Query((TextTerm("cat"),), where='stars = "many"'), "stars"),
        (Query((TextTerm("cat"),), where="stars >"), "character 8"),
        (Query((TextTerm("cat"),), k=-1), "number of results"),
        (Query((TextTerm("cat", -1.0),)), "avoid"),
        (Query((TextTerm("cat"),), space="nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(searcher: Searcher, query: Query, words: str) -> None:
    with pytest.raises(EmbexError) as error:
        searcher.search(query)
    assert words in str(error.value)


def test_the_same_files_again_add_nothing(things: Path, tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "again.embx") as store:
        assert len(finish(import_sources(store, sources_of([things]))).value.added) == 40
        again = finish(import_sources(store, sources_of([things])))
        assert (len(again.value.added), again.value.known, store.items.count()) == (0, 40, 40)


def test_a_cancelled_embedding_goes_on_where_it_was(things: Path, tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "half.embx") as store:
        finish(import_sources(store, sources_of([things])))
        work = embed_pending(store, EmbedParams("minilm-static"))
        next(work)
        work.close()
    with ProjectStore.open(tmp_path / "half.embx") as store:
        finish(embed_pending(store, EmbedParams("minilm-static")))
        (space,) = store.spaces.all()
        assert space.count == 40 and not len(store.spaces.pending(space.id))


def test_new_items_are_placed_without_moving_the_others(things: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("name,description\nlynx,The lynx is a wild animal.\nrake,A rake is a tool.\n", encoding="utf-8")
    with ProjectStore.create(tmp_path / "grows.embx") as store:
        for source in (things, more):
            finish(import_sources(store, sources_of([source])))
            finish(embed_pending(store, EmbedParams("minilm-static")))
            finish(build_map(store, BuildMapParams()))
            if source is things:
                old_ids = store.items.ids()
                old = coordinates(store, "map", old_ids)
        assert np.array_equal(coordinates(store, "map", old_ids), old)
        assert np.isfinite(coordinates(store, "map", store.items.ids())).all()


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_tables_are_exported_whole(filled: ProjectStore, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    finish(export(filled, ExportParams(path, ids=filled.items.ids()[:7], columns=("title", "stars", "map x"))))
    readers = {"csv": pl.read_csv, "parquet": pl.read_parquet, "jsonl": pl.read_ndjson}
    table = readers[ending](path)
    assert table.columns == ["title", "stars", "map x"] and table.height == 7
    assert table["title"].to_list() == item_table(filled)["name"].head(7).to_list()


def test_vectors_and_pictures_are_exported(filled: ProjectStore, tmp_path: Path) -> None:
    finish(export(filled, ExportParams(tmp_path / "v.npz")))
    kept = np.load(tmp_path / "v.npz")
    assert kept["vectors"].shape == (40, 384) and np.allclose(np.linalg.norm(kept["vectors"], axis=1), 1, atol=1e-5)
    for name, start in (("m.png", b"\x89PNG"), ("m.svg", b"<"), ("m.html", b"<!")):
        finish(export(filled, ExportParams(tmp_path / name, colour_by="group")))
        assert (tmp_path / name).read_bytes()[: len(start)] == start
    assert not list(tmp_path.glob(".*part*"))


def test_an_export_that_cannot_be_made_gets_a_sentence(filled: ProjectStore, tmp_path: Path) -> None:
    for params, words in (
        (ExportParams(tmp_path / "a.docx"), "docx"),
        (ExportParams(tmp_path / "nowhere" / "a.csv"), "could not be written"),
        (ExportParams(tmp_path / "a.csv", columns=("colour",)), "colour"),
        (ExportParams(tmp_path / "a.png", map="other"), "no map"),
    ):
        with pytest.raises(EmbexError) as error:
            finish(export(filled, params))
        assert words in str(error.value)


def test_ready_made_vectors_need_no_model(tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).standard_normal((50, 8)).astype(np.float32)
    matrix[3], matrix[4, 0] = 0.0, np.nan
    np.save(tmp_path / "v.npy", matrix)
    with ProjectStore.create(tmp_path / "v.embx") as store:
        outcome = finish(import_sources(store, sources_of([tmp_path / "v.npy"])))
        finish(build_map(store, BuildMapParams()))
        (space,) = store.spaces.all()
        assert (space.dims, space.count) == (8, 48)
        assert outcome.problems
        searcher = Searcher(store)
        with pytest.raises(EmbexError, match="cannot be searched by a text"):
            searcher.search(Query((TextTerm("anything"),)))


def test_json_of_fields_survives(filled: ProjectStore) -> None:
    hits = Searcher(filled).search(Query((TextTerm("cat"),), k=1))
    (hit,) = describe_hits(filled, hits)
    assert json.dumps(hit.fields, default=str)
