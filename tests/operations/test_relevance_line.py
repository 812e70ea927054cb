"""The line of relevance: what chance looks like in a space, and what is above it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from embexplorer.api import Project
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.items import Kind
from embexplorer.data.query import ItemsTerm, Query, TextTerm
from embexplorer.data.relevance import LEVELS, Chance, Relevance
from embexplorer.data.vectors import Metric, normalised
from embexplorer.operations.calibrating import FEWEST, calibrate

Make = Callable[..., Project]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A project of texts with vectors of our own."""
    monkeypatch.setenv("EMBEXPLORER_HOME", str(tmp_path / "home"))
    made: list[Project] = []

    def one(matrix: np.ndarray, metric: Metric = "cosine") -> Project:
        table = tmp_path / "table.csv"
        table.write_text("name\n" + "\n".join(f"thing number {row}" for row in range(len(matrix))), encoding="utf-8")
        project = Project.create(tmp_path / f"{len(made)}.embx")
        ids = np.array(project.add(table, text="name").value.added, np.int64)
        space = project.store.spaces.create("given", "", matrix.shape[1], metric, Kind.TEXT)
        matrix = normalised(matrix) if metric == "cosine" else matrix
        project.store.spaces.append(space.id, ids, matrix.astype(np.float32))
        made.append(project)
        return project

    yield one
    for project in made:
        project.close()


def clusters(rows: int, dims: int = 24, number: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points in many tight clusters, and the cluster of each."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, number, rows)
    return rng.normal(size=(number, dims))[which] + 0.35 * rng.normal(size=(rows, dims)), which


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
def test_the_line_parts_the_own_cluster_from_the_others(make: Make, metric: Metric) -> None:
    points, which = clusters(1_500)
    project = make(points, metric)
    line = project.relevance("given").line(1_500, by_text=False)
    everything = project.ask(Query((ItemsTerm((1,)),), k=1_500, exact=True))
    same = which[everything.ids - 1] == which[0]
    above = everything.scores > line
    assert above[same].mean() > 0.9
    assert above[~same].mean() < 0.01


def test_unrelated_items_hardly_ever_lie_above_however_many_there_are() -> None:
    rng = np.random.default_rng(5)
    chance = Chance(tuple(np.quantile(rng.normal(0.1, 0.08, 200_000), LEVELS)))
    for among in (100, 1_000, 20_000):
        over = (rng.normal(0.1, 0.08, (50, among)) > chance.line(among)).sum(axis=1).mean()
        assert 0.4 < over < 2.5
    assert chance.line(3) == chance.line(20) < chance.line(1_000) < chance.line(100_000) <= chance.line(1_000_000)


def test_related_pairs_among_the_random_ones_do_not_lift_the_line() -> None:
    rng = np.random.default_rng(6)
    bulk = rng.normal(0.05, 0.07, 200_000)
    mixed = np.append(bulk, rng.uniform(0.5, 0.9, 2_000))
    pure, dirty = (Chance(tuple(np.quantile(scores, LEVELS))) for scores in (bulk, mixed))
    assert dirty.line(50_000) == pytest.approx(pure.line(50_000), abs=0.02)


def test_two_tight_clusters_keep_the_line_within_reach() -> None:
    rng = np.random.default_rng(7)
    scores = np.append(rng.normal(0.0, 0.02, 100_000), rng.normal(0.9, 0.02, 100_000))
    assert Chance(tuple(np.quantile(scores, LEVELS))).line(100_000) < 1.0


def test_texts_have_a_line_of_their_own_and_without_one_that_of_items_holds() -> None:
    low, high = Chance(tuple(np.linspace(0, 0.4, len(LEVELS)))), Chance(tuple(np.linspace(0, 0.8, len(LEVELS))))
    both, only = Relevance("one", high, low), Relevance("one", high)
    assert both.line(100, by_text=True) < both.line(100, by_text=False)
    assert only.line(100, by_text=True) == only.line(100, by_text=False) == both.line(100, by_text=False)


def test_it_is_found_once_and_kept(make: Make) -> None:
    points, _ = clusters(400)
    project = make(points)
    first = finish(calibrate(project.store, "given", None))
    again = finish(calibrate(project.store, "given", None))
    assert again.value == first.value
    assert again.summary != first.summary
    kept = next(project.store.cache_folder().glob("relevance-*.json"))
    for damage in ("", "[]", '{"made_of": 1}', kept.read_text()[:-20], kept.read_text().replace("0.", "NaN, 0.", 1)):
        kept.write_text(damage)
        assert finish(calibrate(project.store, "given", None)).value == first.value


def test_too_few_items_have_none(make: Make) -> None:
    points, _ = clusters(FEWEST - 1)
    project = make(points)
    assert project.relevance() is None
    assert len(project.search(like=[1], related=True, k=5)) == 5  # nothing can be left out


def test_equal_vectors_are_not_called_related(make: Make) -> None:
    project = make(np.ones((50, 8)))
    assert not len(project.search(like=[1], related=True, k=50))
    assert len(project.search(like=[1], k=50)) == 49


def test_only_what_is_likely_related_is_kept_when_asked_for(make: Make) -> None:
    points, which = clusters(1_500)
    project = make(points)
    hits = project.search(like=[1], related=True, k=1_000)
    assert 10 < len(hits) < 100
    assert (which[hits.ids - 1] == which[0]).mean() > 0.9
    assert project.line_of(hits) < hits.scores.min()


# -- pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("diversity", [0.0, 0.4])
def test_pages_join_without_gap_or_copy(make: Make, diversity: float) -> None:
    points, _ = clusters(1_300)
    project = make(np.concatenate([points, points[:20]]))  # equal scores too
    whole = project.search(like=[3], k=2_000, offset=0, diversity=diversity)
    pages = [project.search(like=[3], k=97, offset=start, diversity=diversity) for start in range(0, 1_400, 97)]
    assert np.concatenate([page.ids for page in pages]).tolist() == whole.ids.tolist()
    assert sorted(whole.ids) == sorted(set(range(1, 1_321)) - {3})
    assert {page.matching for page in pages} == {1_320}
    assert not len(project.search(like=[3], k=10, offset=5_000))


def test_everything_is_the_same_order_to_the_last(make: Make) -> None:
    points, _ = clusters(900)
    project = make(points)
    query = Query((ItemsTerm((7,)),), k=10, where="id > 100")
    whole = project.everything(query)
    exact = project.ask(Query((ItemsTerm((7,)),), k=900, exact=True, where="id > 100"))
    assert whole.ids.tolist() == exact.ids.tolist()
    np.testing.assert_allclose(whole.scores, exact.scores, atol=1e-5)
    assert whole.exact and len(whole) == 800


def test_no_results_are_wanted(make: Make) -> None:
    points, _ = clusters(60)
    project = make(points)
    assert not len(project.search(like=[1], k=0))
    assert not len(project.search(like=[1], k=0, diversity=0.5, related=True))


@pytest.mark.parametrize("wrong", [{"diversity": 1.5}, {"diversity": -0.1}, {"offset": -1}])
def test_figures_out_of_bounds_are_refused_in_words(make: Make, wrong: dict[str, float]) -> None:
    points, _ = clusters(60)
    with pytest.raises(EmbexError, match=r"diversity cannot be|page cannot begin"):
        make(points).search(like=[1], **wrong)


def test_varied_hits_are_less_like_each_other(make: Make) -> None:
    points, _ = clusters(1_000)
    project = make(points)
    vectors = project.vectors("given")

    def likeness(diversity: float) -> float:
        rows = vectors[project.search(like=[1], k=20, diversity=diversity).ids - 1]
        return float((rows @ rows.T).mean())

    assert likeness(0.9) < likeness(0.6) < likeness(0.0) - 0.05


# -- with a model ---------------------------------------------------------------------------------------------


def test_words_and_fused_ranks_have_no_line(filled_project: Project) -> None:
    for mode in ("lexical", "hybrid"):
        query = Query((TextTerm("cat"),), mode=mode)
        assert filled_project.line_of(filled_project.ask(query)) is None


def test_short_texts_are_read_to_find_their_own_line(filled_project: Project) -> None:
    found = filled_project.relevance()
    assert found is not None and found.texts is not None
    query = Query((TextTerm("cat"),))
    assert filled_project.line_of(filled_project.ask(query)) == found.line(40, by_text=True)


@pytest.fixture
def filled_project(filled: object) -> Project:
    return Project(filled)  # type: ignore[arg-type]
