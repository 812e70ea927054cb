"""How far a map can be believed, told from the vectors: for each item, in all, and again only when something moved."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.manifold import trustworthiness

import embexplorer as ex
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.columns import Column, Provenance
from embexplorer.data.items import FieldType
from embexplorer.operations.columns import project_frame
from embexplorer.operations.doubting import judge_map
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.mapping import BuildMapParams, MapParams, build_map, coordinates
from embexplorer.store.project import ProjectStore

LAYOUT = MapParams(epochs=60)


def add(store: ProjectStore, folder: Path, matrix: np.ndarray, name: str = "v") -> None:
    np.save(folder / f"{name}.npy", matrix.astype(np.float32))
    finish(import_sources(store, sources_of([folder / f"{name}.npy"])))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectStore]:
    monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / "home"))
    with ProjectStore.create(tmp_path / "doubt.embx") as made:
        yield made


@pytest.fixture
def mapped(store: ProjectStore, tmp_path: Path) -> ProjectStore:
    random = np.random.default_rng(0)
    centres = random.standard_normal((12, 20))
    add(store, tmp_path, centres[random.integers(0, 12, 600)] + 0.3 * random.standard_normal((600, 20)))
    finish(build_map(store, BuildMapParams(layout=LAYOUT)))
    return store


def test_the_figures_are_those_of_the_definition(mapped: ProjectStore) -> None:
    info = finish(judge_map(mapped, "map")).value
    vectors = mapped.spaces.vectors(info.space_id)
    xy = coordinates(mapped, "map", vectors.ids)
    assert xy is not None
    assert info.quality["trustworthiness"] == pytest.approx(
        trustworthiness(vectors.matrix, xy, n_neighbors=15), abs=1e-3
    )
    assert info.quality["continuity"] == pytest.approx(trustworthiness(xy, vectors.matrix, n_neighbors=15), abs=1e-3)
    assert info.quality["pca_trustworthiness"] < info.quality["trustworthiness"]
    assert mapped.maps.get("map").quality == info.quality
    share = project_frame(mapped)["map trust"].to_numpy()
    k = LAYOUT.neighbors
    far = np.linalg.norm(vectors.matrix[:, None] - vectors.matrix[None], axis=2)
    near = np.linalg.norm(xy[:, None].astype(np.float64) - xy[None], axis=2)
    for row in range(0, 600, 40):
        true = set(np.argsort(far[row])[1 : k + 1].tolist())
        shown = set(np.argsort(near[row])[1 : k + 1].tolist())
        assert share[row] == pytest.approx(len(true & shown) / k, abs=1.01 / k)  # a tie may fall either way


def test_a_map_of_chance_is_told_from_a_good_one(mapped: ProjectStore) -> None:
    good = finish(judge_map(mapped, "map")).value.quality
    info, ids = mapped.maps.get("map"), mapped.items.ids()
    anywhere = np.random.default_rng(1).random((2, len(ids))).astype(np.float32)
    for name, values in zip((info.x_column, info.y_column), anywhere, strict=True):
        moved = pl.Series(name, values)
        mapped.columns.put(Column(name, FieldType.NUMBER, ids, moved, Provenance("test"), hidden=True))
    poor = finish(judge_map(mapped, "map")).value.quality
    assert poor["trustworthiness"] < 0.6 < good["trustworthiness"]
    assert poor["kept"] < good["kept"]


def test_it_is_done_again_only_when_the_map_changed(mapped: ProjectStore, tmp_path: Path) -> None:
    finish(judge_map(mapped, "map"))
    assert "already" in finish(judge_map(mapped, "map")).summary
    add(mapped, tmp_path, np.random.default_rng(5).standard_normal((30, 20)), "more")
    finish(build_map(mapped, BuildMapParams(layout=LAYOUT)))
    again = finish(judge_map(mapped, "map"))
    assert "keeps" in again.summary
    assert project_frame(mapped)["map trust"].null_count() == 0


@pytest.mark.parametrize("count", [1, 2, 5])
def test_very_few_items(store: ProjectStore, tmp_path: Path, count: int) -> None:
    add(store, tmp_path, np.random.default_rng(2).standard_normal((count, 8)))
    finish(build_map(store, BuildMapParams(layout=LAYOUT)))
    info = finish(judge_map(store, "map")).value
    assert 0 <= info.quality["kept"] <= 1


def test_stopping_half_way_leaves_the_project_as_it_was(mapped: ProjectStore) -> None:
    before = mapped.change_count
    work = judge_map(mapped, "map")
    next(work)
    next(work)
    work.close()
    assert mapped.change_count == before


def test_a_map_that_is_not_there(store: ProjectStore) -> None:
    with pytest.raises(EmbexError, match="no map"):
        finish(judge_map(store, "elsewhere"))


def test_a_renamed_map_keeps_what_is_known_of_it(mapped: ProjectStore) -> None:
    known = finish(judge_map(mapped, "map")).value
    before = mapped.columns.get("map trust").values
    mapped.maps.rename("map", "plan")
    assert mapped.columns.get("plan trust").values.equals(before, null_equal=True)
    assert mapped.maps.get("plan").quality == known.quality
    assert "already" in finish(judge_map(mapped, "plan")).summary


def test_python_makes_maps_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / "home"))
    np.save(tmp_path / "v.npy", np.random.default_rng(3).standard_normal((120, 10)).astype(np.float32))
    with ex.create(tmp_path / "p.embx") as project:
        project.add(tmp_path / "v.npy")
        project.build_map(epochs=30)
        beside = project.build_map(name="beside", start="map", neighbors=8, epochs=30)
        axes = project.build_map(name="axes", method="axes")
        assert [info.name for info in project.info().maps] == ["map", "beside", "axes"]
        assert beside.params["neighbors"] == 8 and axes.params["method"] == "axes"
        assert project.trust("axes").quality["trustworthiness"] == pytest.approx(
            project.trust("axes").quality["pca_trustworthiness"], abs=0.01
        )


def test_what_is_not_at_hand_is_left_for_those_who_ask(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, np.random.default_rng(6).standard_normal((15_500, 3)))
    finish(build_map(store, BuildMapParams(layout=MapParams(method="axes"))))
    assert not finish(judge_map(store, "map", only_at_hand=True)).value.quality
