"""`similar to` over a real project with a real model, and masks that stay right while the project changes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import embexplorer as ex
from embexplorer.base.progress import finish
from embexplorer.filters.mask import MaskContext, mask
from embexplorer.filters.parse import parse
from embexplorer.operations.columns import project_frame
from embexplorer.operations.searching import Searcher
from embexplorer.store.changes import restore_items, trash_items


def cosines(project: ex.Project, item: int) -> dict[int, float]:
    ids, matrix = project.vector_ids(), project.vectors()
    own = matrix[np.flatnonzero(ids == item)[0]]
    return {int(i): float(row @ own) for i, row in zip(ids, matrix, strict=True)}


@pytest.fixture(scope="module")
def embedded(things: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("similar") / "things.embx"
    with ex.create(path) as project:
        project.add(things)
        project.embed("minilm-static")
    return path


@pytest.fixture
def project(embedded: Path, tmp_path: Path) -> Iterator[ex.Project]:
    own = tmp_path / "own.embx"
    shutil.copyfile(embedded, own)
    with ex.open(own) as opened:
        yield opened


def test_an_item_is_compared_with_all_others_and_itself(project: ex.Project) -> None:
    near = cosines(project, 3)
    for least in (0.2, 0.5, 0.9, 1.0):
        found = project.matching(f"similar to 3 at least {least}").tolist()
        assert found == sorted(i for i, score in near.items() if score >= least - 1e-6)
        assert 3 in found
    relevance = finish(Searcher(project.store).calibrate()).value
    line = relevance.line(len(near), by_text=False)
    likely = project.matching("similar to 3")
    assert likely.tolist() == sorted(i for i, score in near.items() if score >= line - 1e-6)
    assert 3 in likely
    assert len(likely) < len(near) / 2
    assert project.matching("not similar to 3").tolist() == sorted(set(near) - set(likely.tolist()))


def test_a_text_is_compared_and_joined_with_other_conditions(project: ex.Project) -> None:
    hits = project.search("an animal in the wild", k=200, exact=True)
    scores = dict(zip(hits.ids.tolist(), hits.scores.tolist(), strict=True))
    least = float(np.median(hits.scores))
    found = project.matching(f'similar to "an animal in the wild" at least {least} and group = "animal"')
    animals = set(project.matching("group = 'animal'").tolist())
    assert found.tolist() == sorted(i for i, score in scores.items() if score >= least - 1e-6 and i in animals)
    inside = project.search("hammer", where='similar to "an animal in the wild"', k=5)
    assert set(inside.ids.tolist()) <= set(project.matching('similar to "an animal in the wild"').tolist())


def test_what_cannot_be_compared_is_said(project: ex.Project, tmp_path: Path) -> None:
    with pytest.raises(ex.EmbexError, match=r"no item 9999 \(character 12\)"):
        project.matching("similar to 9999")
    with ex.create(tmp_path / "bare.embx") as bare:
        (tmp_path / "one.txt").write_text("A few words.", encoding="utf-8")
        bare.add(tmp_path / "one.txt")
        with pytest.raises(ex.EmbexError, match="Nothing is embedded"):
            bare.matching("similar to 1 at least 0.5")
        bare.embed("minilm-static")
        assert bare.matching("similar to 1 at least 0.5").tolist() == [1]
        with pytest.raises(ex.EmbexError, match="too few items to tell"):
            bare.matching("similar to 1")


def test_kept_masks_follow_every_change_of_the_project(project: ex.Project) -> None:
    store = project.store
    searcher = Searcher(store)
    filters = ('tagged "keep"', "similar to 3 at least 0.4", 'stars >= 3 and not tagged "keep"', "similar to 3")

    def kept_and_fresh_agree() -> dict[str, list[int]]:
        answers = {}
        for where in filters:
            frame = project_frame(store)
            ids = frame["@id"].to_numpy()
            context = MaskContext(None, lambda reference, own=ids: Searcher(store).likeness(reference, own))
            fresh = ids[mask(parse(where), frame, context)].tolist()
            assert searcher.matching(where).tolist() == fresh, where
            assert searcher.matching(where).tolist() == fresh, where
            answers[where] = fresh
        return answers

    before = kept_and_fresh_agree()
    assert before['tagged "keep"'] == []
    project.tag("keep", [1, 2, 5])
    assert kept_and_fresh_agree()['tagged "keep"'] == [1, 2, 5]
    store.history.perform(trash_items(np.array([2, 4])))
    trashed = kept_and_fresh_agree()
    assert trashed['tagged "keep"'] == [1, 5]
    assert not {2, 4} & set(trashed["similar to 3"])
    store.history.perform(trash_items(np.array([3])))
    with pytest.raises(ex.EmbexError, match="no item 3"):
        searcher.matching("similar to 3")
    project.undo()
    project.undo()
    project.undo()
    assert kept_and_fresh_agree() == before
    store.history.perform(trash_items(np.array([7])))
    store.history.perform(restore_items(np.array([7])))
    assert kept_and_fresh_agree() == before
    searcher.close()
