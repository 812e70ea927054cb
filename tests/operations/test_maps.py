"""Maps of real project files: the same again, grown, placed, stopped half-way; what the cache may do to them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome, Step, finish
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.indexing import build_index
from embexplorer.operations.mapping import BuildMapParams, MapFrame, MapParams, build_map, coordinates
from embexplorer.operations.mappreviews import preview_maps
from embexplorer.store.project import ProjectStore

QUICK = MapParams(epochs=40)


def clustered(count: int, seed: int) -> np.ndarray:
    """The same twenty clusters for every seed."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(20, 16))
    return (centres[random.integers(0, 20, count)] + 0.4 * random.normal(size=(count, 16))).astype(np.float32)


def add(store: ProjectStore, folder: Path, count: int, seed: int = 0) -> None:
    """Ready-made vectors, all in the project's one space."""
    matrix = clustered(count, seed)
    spaces = store.spaces.all()
    if not spaces:
        np.save(folder / "v.npy", matrix)
        finish(import_sources(store, sources_of([folder / "v.npy"])))
        return
    np.save(folder / f"{seed}.npy", matrix)
    finish(import_sources(store, sources_of([folder / f"{seed}.npy"])))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectStore]:
    monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / "home"))
    with ProjectStore.create(tmp_path / "maps.embx") as store:
        yield store


def bare_space(store: ProjectStore, folder: Path, matrix: np.ndarray) -> str:
    (folder / "names.csv").write_text("text\n" + "\n".join(f"item {row}" for row in range(len(matrix))) + "\n")
    finish(import_sources(store, sources_of([folder / "names.csv"])))
    space = store.spaces.create("hard", "", matrix.shape[1], "l2", "text")
    store.spaces.append(space.id, store.items.ids(), matrix)
    return "hard"


def xy_of(store: ProjectStore, ids: np.ndarray | None = None) -> np.ndarray:
    found = coordinates(store, "map", store.items.ids() if ids is None else ids)
    assert found is not None
    return found


def ended(work) -> tuple[Outcome, list[Step]]:
    steps: list[Step] = []
    return finish(work, steps.append), steps


def test_the_same_project_gives_the_same_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for name in ("one", "two"):
        monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / name))
        (tmp_path / name).mkdir()
        with ProjectStore.create(tmp_path / name / "maps.embx") as store:
            add(store, tmp_path / name, 5_000)
            finish(build_index(store))  # which is not the same twice, and not asked below 15,000 items
            finish(build_map(store, BuildMapParams(layout=QUICK)))
            made.append(xy_of(store))
    np.testing.assert_array_equal(*made)


def test_frames_begin_with_a_picture_and_progress_never_falls(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 5_000)
    _, steps = ended(build_map(store, BuildMapParams(layout=QUICK)))
    done = [step.done / step.total for step in steps]
    assert done == sorted(done) and done[-1] == pytest.approx(1)
    frames = [step.payload for step in steps if step.payload is not None]
    assert all(isinstance(frame, MapFrame) and frame.map_name == "map" for frame in frames)
    assert all(np.array_equal(frame.ids, store.items.ids()) for frame in frames)
    assert frames[0].stage == "pca" and frames[-1].stage == "refine"
    assert steps.index(next(s for s in steps if s.payload is not None)) < steps.index(next(s for s in steps if s.done))


def test_a_small_first_map_grows_into_the_whole(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 400)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    old_ids, old = store.items.ids(), xy_of(store)
    add(store, tmp_path, 7_000, seed=1)
    _, steps = ended(build_map(store, BuildMapParams(layout=QUICK)))
    first = next(step.payload for step in steps if step.payload is not None)
    rows = np.isin(first.ids, old_ids)
    np.testing.assert_array_equal(first.xy[rows], old)
    assert first.stage == "start" and np.isnan(first.xy[~rows]).all()
    whole = xy_of(store)
    assert np.isfinite(whole).all()
    for axis in (0, 1):  # the eye can follow
        assert np.corrcoef(whole[rows][:, axis], old[:, axis])[0, 1] > 0.7


@pytest.mark.parametrize("indexed", [False, True])
def test_a_few_new_items_are_placed_and_the_others_stay(store: ProjectStore, tmp_path: Path, indexed: bool) -> None:
    add(store, tmp_path, 1_500)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    old_ids, old = store.items.ids(), xy_of(store)
    add(store, tmp_path, 100, seed=1)
    if indexed:
        finish(build_index(store))
    outcome, steps = ended(build_map(store, BuildMapParams(layout=QUICK)))
    assert outcome.summary == "100 new items placed on the map"
    np.testing.assert_array_equal(xy_of(store, old_ids), old)
    assert np.isfinite(xy_of(store)).all()
    done = [step.done / step.total for step in steps]
    assert done == sorted(done)
    assert finish(build_map(store, BuildMapParams(layout=QUICK))).summary == "The map is up to date"


def test_stopped_half_way_the_last_picture_stays_and_is_gone_on_from(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 3_000)
    work = build_map(store, BuildMapParams(layout=MapParams(epochs=400)))
    last = None
    while last is None or last.stage != "refine":
        last = next(work).payload or last
    work.close()
    np.testing.assert_array_equal(xy_of(store), last.xy)
    assert not store.maps.get("map").finished
    _, steps = ended(build_map(store, BuildMapParams(layout=QUICK)))
    np.testing.assert_array_equal(next(step.payload for step in steps if step.payload is not None).xy, last.xy)
    assert store.maps.get("map").finished


@pytest.mark.parametrize("stage", ["landmarks", "refine"])
def test_given_up_in_any_stage_the_last_picture_is_a_map(store: ProjectStore, tmp_path: Path, stage: str) -> None:
    add(store, tmp_path, 5_000)
    work, last = build_map(store, BuildMapParams(layout=MapParams(epochs=100))), None
    while last is None or last.stage != stage:
        last = next(work).payload or last
    work.close()
    np.testing.assert_array_equal(xy_of(store), last.xy)
    assert np.isfinite(last.xy).all() and not store.maps.get("map").finished


def test_stopped_before_the_layout_nothing_is_kept(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 300)
    work = build_map(store, BuildMapParams(layout=QUICK))
    while next(work).payload is None:
        pass
    work.close()
    assert not store.maps.all()


def test_a_damaged_or_unwritable_cache_is_no_matter(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 200)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    before = xy_of(store)
    (kept,) = store.cache_folder().glob("neighbours-*.npz")
    kept.write_bytes(kept.read_bytes()[:-100])
    finish(build_map(store, BuildMapParams(layout=QUICK, again=True)))
    kept.unlink()
    kept.mkdir()  # neither read nor replaced
    finish(build_map(store, BuildMapParams(layout=QUICK, again=True)))
    np.testing.assert_array_equal(xy_of(store), before)


def test_an_empty_space_is_said_in_words(store: ProjectStore) -> None:
    store.spaces.create("empty", "", 4, "l2", "text")
    for params in (BuildMapParams(), BuildMapParams("empty")):
        with pytest.raises(EmbexError, match="Nothing is embedded"):
            finish(build_map(store, params))


# -- several maps, and where they start ------------------------------------------------------------------------


def test_a_new_name_keeps_the_old_map(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 600)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    before = xy_of(store)
    finish(build_map(store, BuildMapParams(name="wide", layout=MapParams(epochs=40, spread=3.0), start="map")))
    assert [info.name for info in store.maps.all()] == ["map", "wide"]
    np.testing.assert_array_equal(xy_of(store), before)
    wide = coordinates(store, "wide", store.items.ids())
    for axis in (0, 1):  # the eye can follow
        assert np.corrcoef(wide[:, axis], before[:, axis])[0, 1] > 0.7


def test_a_map_of_another_space_starts_from_the_first(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 6_000)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    (first,) = store.spaces.all()
    turn = np.random.default_rng(8).normal(size=(16, 9)).astype(np.float32)
    vectors = store.spaces.vectors(first.id)
    other = store.spaces.create("other", "", 9, "l2", "text")
    store.spaces.append(other.id, vectors.ids, np.asarray(vectors.matrix) @ turn)
    _, steps = ended(build_map(store, BuildMapParams("other", layout=QUICK, start="map")))
    frames = [step.payload for step in steps if step.payload is not None]
    np.testing.assert_array_equal(frames[0].xy, xy_of(store))
    assert {frame.map_name for frame in frames} == {"map of other"}
    assert np.isfinite(coordinates(store, "map of other", vectors.ids)).all()


def test_refining_moves_all_a_little_and_keeps_the_parameters(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 1_500)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    add(store, tmp_path, 100, seed=1)
    finish(build_map(store, BuildMapParams(layout=QUICK)))
    before = xy_of(store)
    finish(build_map(store, BuildMapParams(refine=True)))
    moved = np.linalg.norm(xy_of(store) - before, axis=1)
    assert (moved > 0).mean() > 0.9 and np.median(moved) < 0.04 * np.ptp(before)
    assert store.maps.get("map").params["epochs"] == QUICK.epochs
    with pytest.raises(EmbexError, match="no map"):
        finish(build_map(store, BuildMapParams(name="nothing", refine=True)))


def test_main_axes_keep_their_proportions_and_are_not_refined(store: ProjectStore, tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).normal(size=(500, 3)) * [10, 2, 0.1]
    space = bare_space(store, tmp_path, matrix.astype(np.float32))
    finish(build_map(store, BuildMapParams(space, "map", MapParams(method="axes"))))
    xy = xy_of(store)
    assert 3 < xy[:, 0].std() / xy[:, 1].std() < 7
    with pytest.raises(EmbexError, match="cannot be refined"):
        finish(build_map(store, BuildMapParams(refine=True)))


def test_own_coordinates_are_drawn_to_scale_and_gaps_left_out(store: ProjectStore, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("text,lon,lat\na,0,0\nb,10,5\nc,,1\nd,4,5\n")
    finish(import_sources(store, sources_of([tmp_path / "places.csv"])))
    space = store.spaces.create("s", "", 3, "l2", "text")
    store.spaces.append(space.id, store.items.ids(), np.eye(4, 3, dtype=np.float32))
    own = MapParams(method="columns", x_column="lon", y_column="lat")
    outcome = finish(build_map(store, BuildMapParams(name="places", layout=own)))
    assert outcome.summary == "Map of 3 items made; 1 item without these numbers left out"
    xy = coordinates(store, "places", store.items.ids())
    np.testing.assert_allclose(xy[[0, 1, 3]], [[0, 0], [10, 5], [4, 5]], atol=1e-5)
    for wrong in ("text", "nowhere"):
        with pytest.raises(EmbexError, match="no column of numbers"):
            finish(build_map(store, BuildMapParams(layout=MapParams(method="columns", x_column=wrong, y_column="lat"))))


def test_previews_are_real_layouts_of_a_sample(store: ProjectStore, tmp_path: Path) -> None:
    add(store, tmp_path, 2_500)
    layouts = (QUICK, MapParams(neighbors=5, epochs=40))
    outcome, steps = ended(preview_maps(store, "", layouts))
    assert [len(step.payload.maps) for step in steps if step.payload is not None] == [1, 2]
    assert len(outcome.value.ids) == 2_000 and all(np.isfinite(xy).all() for xy in outcome.value.maps)
    assert not np.array_equal(*outcome.value.maps)
    assert store.maps.all() == ()


# -- vectors that are hard to lay out --------------------------------------------------------------------------


def test_two_numbers_are_shown_as_they_are(store: ProjectStore, tmp_path: Path) -> None:
    matrix = (np.random.default_rng(0).normal(size=(300, 2)) * [40, 10]).astype(np.float32)
    np.save(tmp_path / "v.npy", matrix)
    finish(import_sources(store, sources_of([tmp_path / "v.npy"])))
    finish(build_map(store, BuildMapParams()))
    xy, scale = xy_of(store), 10 / np.ptp(matrix, axis=0).max()
    np.testing.assert_allclose(xy, (matrix - matrix.min(axis=0)) * scale, atol=1e-4)


def test_vectors_that_are_not_numbers_are_left_out_and_said(store: ProjectStore, tmp_path: Path) -> None:
    rows = clustered(300, 0)
    rows[[3, 7]] = np.nan
    np.save(tmp_path / "v.npy", rows)
    said = finish(import_sources(store, sources_of([tmp_path / "v.npy"])))
    assert any("2" in str(problem) or "not" in str(problem) for problem in said.problems)
    outcome = finish(build_map(store, BuildMapParams(layout=QUICK)))
    assert outcome.summary == "Map of 298 items made"
    assert finish(build_map(store, BuildMapParams(layout=QUICK))).summary == "The map is up to date"


@pytest.mark.parametrize("method", ["umap", "axes"])
@pytest.mark.parametrize("kind", ["few", "constant", "duplicates", "one giant cluster", "tiny groups"])
def test_every_space_has_a_map_that_can_be_seen(store: ProjectStore, tmp_path: Path, kind: str, method: str) -> None:
    random = np.random.default_rng(0)
    group = np.repeat(np.arange(301), [4_000, *[4] * 300])
    matrix = {
        "few": random.normal(size=(4, 6)),
        "constant": np.ones((3_000, 6)),
        "duplicates": random.normal(size=(3, 6))[random.integers(0, 3, 5_000)],
        "one giant cluster": 100 + 0.01 * random.normal(size=(5_000, 6)),
        "tiny groups": 50 * random.normal(size=(301, 6))[group] + random.normal(size=(len(group), 6)),
    }[kind]
    space = bare_space(store, tmp_path, matrix.astype(np.float32))
    finish(build_map(store, BuildMapParams(space, "seen", MapParams(epochs=40, method=method))))
    xy = coordinates(store, "seen", store.items.ids())
    assert np.isfinite(xy).all() and np.abs(xy).max() < 200
    if kind == "tiny groups" and method == "umap":  # most of the width is not spent on what flew away
        assert np.ptp(xy) < 8 * np.ptp(np.percentile(xy, [1, 99], axis=0), axis=0).min()
