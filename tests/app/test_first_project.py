"""From files on the window to a map that can be asked: the whole way, through the controller."""

import json
from pathlib import Path

import numpy as np
import polars as pl
from desk import Desk, rows_where

from embexplorer.base import paths
from embexplorer.data.items import FieldType, ImportChoices
from embexplorer.store.project import ProjectStore


def test_a_dropped_table_is_proposed_changed_and_becomes_a_map(desk: Desk, things_csv: Path) -> None:
    importing = desk.controller.importing
    importing.drop([things_csv])
    assert desk.proposal.reading, "the sheet comes up before the file is read"
    desk.settle()
    (source,) = desk.proposal.sources
    assert source.preview.items == 60
    assert source.choices.text == "description"
    assert desk.proposal.project_path == str(things_csv.with_suffix(".embx"))
    assert "60 items" in desk.proposal.estimate
    assert desk.proposal.device

    kept = tuple(field for field in source.preview.columns if field.name in ("group", "stars", "seen", "tame", "words"))
    importing.change(0, ImportChoices(text="description", title="name", fields=kept))
    importing.set_models("minilm-static", "efficientnet-lite0")
    desk.settle()
    assert desk.proposal.sources[0].choices.title == "name"
    importing.accept()
    assert desk.proposal is None
    desk.settle()

    facts = desk.facts
    assert len(facts) == 60
    assert facts.schema["stars"] is FieldType.NUMBER
    assert [space.count for space in facts.spaces] == [60]
    assert facts.xy.shape == (60, 2)
    assert np.isfinite(facts.xy).all()
    assert desk.shown("map", "set_maps")[0].xy is facts.xy
    assert desk.view.map.move_points.call_count >= 2, "the map was shown while it was made"
    for call in desk.view.map.move_points.call_args_list:
        assert call.args[1].shape == (60, 2)
    assert desk.shown("", "set_status").items == "60 items"
    assert {facet.name for facet in desk.shown("facets", "set_facets")} >= {"group", "stars", "seen", "tame", "words"}
    table = desk.shown("table", "set_table")
    assert len(table.order) == 60
    assert desk.shown("gallery", "set_table") is table
    flags = desk.shown("", "set_flags")
    wanted = ("project", "writable", "items", "map")
    assert [flags[name] for name in wanted] == [True] * 4
    assert [flags.get(name, False) for name in ("selection", "query", "filter", "hits", "undo", "job")] == [False] * 6
    assert "info: 60 items added." in desk.said()
    assert all(job.state == "done" for job in desk.shown("", "set_jobs"))


def test_animals_and_tools_lie_apart(at_things: Desk) -> None:
    xy = at_things.facts.xy
    animals, tools = xy[rows_where(at_things, "group", "animal")], xy[rows_where(at_things, "group", "tool")]
    apart = np.linalg.norm(animals.mean(axis=0) - tools.mean(axis=0))
    assert apart > max(animals.std(axis=0).max(), tools.std(axis=0).max())


def test_choices_are_proposed_again(desk: Desk, things_csv: Path, another_desk) -> None:
    importing = desk.controller.importing
    importing.drop([things_csv])
    desk.settle()
    importing.change(0, ImportChoices(text="name", fields=()))
    desk.settle()
    importing.accept()
    desk.settle()
    kept = json.loads(paths.settings_file().read_text(encoding="utf-8"))
    assert kept["recent"] == [str(things_csv.with_suffix(".embx"))]
    other = another_desk(import_choices=kept["import_choices"])
    other.controller.importing.drop([things_csv])
    other.settle()
    assert other.proposal.sources[0].choices.text == "name"


def test_more_items_join_without_moving_the_others(at_things: Desk, tmp_path: Path) -> None:
    before = at_things.facts
    more = tmp_path / "more.csv"
    rows = {"name": ["zebra", "axe"], "description": ["The zebra is an animal in the wild.", "An axe is a tool."]}
    pl.DataFrame(rows).write_csv(more)
    at_things.drop(more)
    after = at_things.facts
    assert len(after) == 62
    assert "2 items added" in " ".join(at_things.said())
    assert np.array_equal(after.xy[:60], before.xy), "the map that is known stays as it is"
    assert np.isfinite(after.xy).all()
    at_things.drop(more)
    assert len(at_things.facts) == 62
    assert "2 known already" in " ".join(at_things.said())


def test_files_that_cannot_be_used_are_told_and_the_rest_goes_on(desk: Desk, things_csv: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.txt").write_text("A cat is an animal.", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing of it is left")
    desk.drop(folder, things_csv, tmp_path / "missing.csv")
    warning = next(m for m in desk.messages() if m.level == "warning" and m.action == "panel.jobs")
    assert "could not be used" in warning.text
    assert len(desk.facts) == 61
    imported = desk.shown("", "set_jobs")[0]
    assert any("broken.pdf" in problem.where for problem in imported.problems)


def test_a_sheet_without_anything_usable_says_so(desk: Desk, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.csv"
    nothing.write_bytes(b"")
    desk.controller.importing.drop([nothing, tmp_path / "missing.csv"])
    desk.settle()
    assert all(source.error for source in desk.proposal.sources)
    desk.controller.importing.accept()
    assert "nothing here that can be imported" in desk.said()[-1]
    desk.controller.importing.want(1, False)
    desk.settle()
    desk.controller.importing.cancel()
    assert desk.shown("", "show_import") is None
    assert desk.controller.core.session is None


def test_the_proposed_name_is_always_free(desk: Desk, things_csv: Path) -> None:
    things_csv.with_suffix(".embx").touch()
    desk.controller.importing.drop([things_csv])
    desk.settle()
    assert desk.proposal.project_path.endswith("things 2.embx")


def test_ready_made_vectors_are_mapped_without_a_model(desk: Desk, tmp_path: Path) -> None:
    matrix = np.random.default_rng(3).normal(size=(80, 12)).astype(np.float32)
    np.save(tmp_path / "vectors.npy", matrix)
    desk.drop(tmp_path / "vectors.npy")
    assert [(space.model, space.count) for space in desk.facts.spaces] == [("", 80)]
    assert np.isfinite(desk.facts.xy).all()


def test_files_dropped_together_that_belong_together_are_one_source(desk: Desk, tmp_path: Path) -> None:
    matrix = np.random.default_rng(3).normal(size=(40, 6)).astype(np.float32)
    np.save(tmp_path / "digits.npy", matrix)
    pl.DataFrame({"label": ["one", "two"] * 20}).write_csv(tmp_path / "digits.csv")
    notes = [tmp_path / f"note {number}.txt" for number in range(3)]
    for note in notes:
        note.write_text("A cat is an animal.", encoding="utf-8")
    desk.controller.importing.drop([tmp_path / "digits.npy", tmp_path / "digits.csv", *notes])
    desk.settle()
    assert sorted(source.preview.items for source in desk.proposal.sources) == [3, 40]
    assert "to embed" in desk.proposal.estimate
    assert "nothing to embed" not in desk.proposal.estimate
    desk.controller.importing.want(next(n for n, s in enumerate(desk.proposal.sources) if s.preview.items == 3), False)
    desk.settle()
    assert desk.proposal.estimate.startswith("40 items · nothing to embed · ")
    vectors = next(source for source in desk.proposal.sources if source.name == "digits.npy")
    assert vectors.choices.metadata == str(tmp_path / "digits.csv")
    assert desk.proposal.project_path == str(tmp_path / "digits.embx")


def test_vectors_are_coloured_by_their_numbered_labels(desk: Desk, tmp_path: Path) -> None:
    np.save(tmp_path / "digits.npy", np.random.default_rng(3).normal(size=(60, 6)).astype(np.float32))
    rows = {"ink": [number / 7 for number in range(60)], "digit": [number % 10 for number in range(60)]}
    pl.DataFrame(rows).write_csv(tmp_path / "digits.csv")
    desk.drop(tmp_path / "digits.npy", tmp_path / "digits.csv")
    assert len(desk.facts) == 60
    assert desk.controller.core.resolved.choice.colour_by == "digit"
    desk.controller.searching.add_rows(np.array([7]))
    desk.settle()
    (chip,) = desk.shown("query", "set_query").chips
    assert chip.label == "ink 1"
    nearest = desk.shown("results", "set_results").rows[0]
    assert nearest.title.startswith("ink "), "what has no title and no text is named by its first field"
    assert [name for name, _ in nearest.details] == ["digit"]


def test_labels_are_not_lost_to_what_was_chosen_without_them(desk: Desk, tmp_path: Path, another_desk) -> None:
    np.save(tmp_path / "digits.npy", np.random.default_rng(3).normal(size=(20, 6)).astype(np.float32))
    pl.DataFrame({"digit": [number % 10 for number in range(20)]}).write_csv(tmp_path / "digits.csv")
    desk.drop(tmp_path / "digits.npy")
    other = another_desk(import_choices=json.loads(paths.settings_file().read_text(encoding="utf-8"))["import_choices"])
    other.drop(tmp_path / "digits.npy", tmp_path / "digits.csv")
    assert "digit" in other.facts.schema


def test_ready_made_vectors_say_what_they_can_be_asked(desk: Desk, tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.random.default_rng(3).normal(size=(20, 6)).astype(np.float32))
    desk.drop(tmp_path / "vectors.npy")
    desk.controller.searching.add_text("seven")
    desk.settle()
    said = desk.shown("results", "set_results").error
    assert "ready-made vectors, which cannot be searched by a text" in said
    assert "“more like this”" in said
    assert "image" not in said


def test_a_project_is_named_after_what_can_be_imported(desk: Desk, things_csv: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    desk.controller.importing.drop([tmp_path / "empty.csv", things_csv])
    desk.settle()
    assert desk.proposal.project_path == str(things_csv.with_suffix(".embx"))


def test_a_sample_becomes_a_project(desk: Desk, tmp_path: Path) -> None:
    desk.controller.open_sample("emoji", tmp_path)
    desk.settle()
    assert (tmp_path / "emoji.embx").exists()
    assert len(desk.facts) > 200
    assert np.isfinite(desk.facts.xy).all()
    with ProjectStore.open(tmp_path / "emoji.embx", read_only=True) as store:
        assert store.items.count() == len(desk.facts)


def test_of_several_maps_the_largest_is_shown_and_coloured_by_what_its_items_have(
    desk: Desk, things_csv: Path, tmp_path: Path
) -> None:
    np.save(tmp_path / "vectors.npy", np.random.default_rng(0).standard_normal((20, 8)).astype(np.float32))
    desk.drop(tmp_path / "vectors.npy", things_csv)
    sizes = {space.id: space.count for space in desk.facts.spaces}
    shown = next(info for info in desk.facts.maps if info.name == desk.facts.map)
    assert len(desk.facts.maps) == 2 and sizes[shown.space_id] == max(sizes.values()) > 20
    resolved = desk.controller.core.resolved
    assert resolved is not None
    assert resolved.choice.colour_by in ("group", "kind") or not resolved.choice.colour_by.startswith("@")
    assert resolved.facts.frame[resolved.choice.colour_by].null_count() <= 20
    lies = np.isfinite(resolved.facts.xy).all(axis=1)
    desk.controller.selecting.hover(int(np.flatnonzero(lies)[0]))
    assert desk.shown("map", "show_card") is not None
    desk.controller.selecting.hover(int(np.flatnonzero(~lies)[0]))
    assert desk.shown("map", "show_card") is None, "what does not lie on this map has no place for its card"
