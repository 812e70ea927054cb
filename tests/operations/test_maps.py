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
