"""What the user changes in a project, and what leaves it: tags, notes, the trash, copies, exports."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
from desk import Desk, rows_where

from embexplorer.app.controller import Controller
from embexplorer.data.picture import MapPicture
from embexplorer.operations.exporting import ExportParams
from embexplorer.store.project import ProjectStore


def tags(desk: Desk) -> dict[str, tuple[int, str, int]]:
    return {tag.tag: (tag.count, tag.key, tag.chosen) for tag in desk.shown("tags", "set_tags")}


def test_tags_are_put_taken_off_and_undone_after_reopening(at_things: Desk, another_desk, things: Path) -> None:
    editing = at_things.controller.editing
    at_things.controller.selecting.select(np.array([0, 1, 2]))
    editing.tag(" keep ")
    at_things.settle()
    editing.untag("keep", np.array([2]))
    at_things.settle()
    assert tags(at_things) == {"keep": (2, "", 2)}
    assert at_things.shown("", "set_undo_labels")
    assert at_things.view.set_undo_labels.call_args.args == ("“keep” taken off 1 item", "")
    assert at_things.shown("", "set_flags")["undo"]
    at_things.leave()

    later = another_desk()
    later.open(things)
    assert tags(later) == {"keep": (2, "", 2)}
    later.controller.trigger("edit.undo")
    later.settle()
    assert tags(later)["keep"][0] == 3
    assert "Undone: “keep” taken off 1 item" in later.said()[-1]
    later.controller.trigger("edit.undo")
    later.settle()
    assert tags(later) == {}
    later.controller.trigger("edit.redo")
    later.settle()
    assert tags(later)["keep"][0] == 3


def test_a_key_tags_and_takes_off_again(at_things: Desk) -> None:
    controller = at_things.controller
    controller.selecting.select(np.array([4, 5]))
    controller.trigger("tag.key_1")
    assert "No tag has the key 1" in at_things.said()[-1]
    controller.editing.set_key("keep", "1")
    at_things.settle()
    controller.trigger("tag.key_1")
    at_things.settle()
    assert tags(at_things) == {"keep": (2, "1", 2)}
    controller.selecting.select(np.array([5, 6]))
    at_things.settle()
    controller.trigger("tag.key_1")
    at_things.settle()
    assert tags(at_things) == {"keep": (3, "1", 2)}
    controller.trigger("tag.key_1")
    at_things.settle()
    assert tags(at_things) == {"keep": (1, "1", 0)}
    controller.selecting.select_tag("keep")
    assert controller.state.selection.rows().tolist() == [4]


def test_a_tag_without_a_selection_is_of_the_current_item(at_things: Desk) -> None:
    at_things.controller.selecting.show_item(9)
    at_things.controller.editing.tag("one")
    at_things.settle()
    assert at_things.facts.frame["@tags"][9].to_list() == ["one"]
    assert at_things.shown("item", "set_item").item.tags == ("one",)


def test_a_note_is_written(at_things: Desk) -> None:
    at_things.controller.selecting.show_item(3)
    at_things.settle()
    at_things.controller.editing.write_note(3, "look again")
    at_things.settle()
    assert at_things.shown("item", "set_item").item.note == "look again"
    at_things.controller.trigger("edit.undo")
    at_things.settle()
    assert at_things.shown("item", "set_item").item.note == ""


def test_the_trash_keeps_the_rest_of_the_selection_by_item(at_things: Desk) -> None:
    controller = at_things.controller
    ids = at_things.facts.ids
    controller.selecting.pick(20)
    controller.selecting.select(np.array([2, 3]))
    controller.trigger("edit.trash")
    controller.selecting.select(np.array([10, 11]))
    at_things.settle()
    assert len(at_things.facts) == 58
    state = controller.state
    assert at_things.facts.ids[state.selection.rows()].tolist() == ids[[10, 11]].tolist()
    assert at_things.facts.ids[state.current] == ids[20]
    assert at_things.shown("map", "set_maps")[0].xy.shape == (58, 2)
    assert at_things.messages()[-1].action == "edit.undo"
    controller.trigger("edit.undo")
    at_things.settle()
    assert len(at_things.facts) == 60
    assert controller.state.selection.rows().tolist() == [10, 11]
    assert np.isfinite(at_things.facts.xy).all(), "what comes back has its place on the map"


def test_the_item_view_forgets_what_was_thrown_away(at_things: Desk) -> None:
    at_things.controller.selecting.pick(7)
    at_things.settle()
    at_things.controller.trigger("edit.trash")
    at_things.settle()
    assert at_things.shown("item", "set_item").item is None
    assert at_things.controller.state.current == -1


# -- what leaves the project ----------------------------------------------------------------------------------


def test_selection_and_everything_are_exported(at_things: Desk, tmp_path: Path) -> None:
    upkeep = at_things.controller.upkeep
    at_things.controller.selecting.select(rows_where(at_things, "group", "tool")[:4])
    upkeep.export_selection(tmp_path / "some.csv")
    upkeep.export_all(tmp_path / "all.parquet")
    at_things.settle()
    assert pl.read_csv(tmp_path / "some.csv")["group"].to_list() == ["tool"] * 4
    assert pl.read_parquet(tmp_path / "all.parquet").height == 60
    assert "info: 60 items written to all.parquet." in at_things.said()
    upkeep.export(ExportParams(tmp_path / "all.doc"))
    upkeep.export_all(tmp_path / "nowhere" / "all.csv")
    at_things.settle()
    errors = [text for text in at_things.said() if text.startswith("error")]
    assert len(errors) == 2
    assert "“.doc”" in errors[0]


def test_the_map_is_exported_as_it_is_coloured(at_things: Desk, tmp_path: Path) -> None:
    at_things.controller.colour_by("group")
    at_things.settle()
    at_things.controller.upkeep.export_map(tmp_path / "map.png", MapPicture(dark=True))
    at_things.settle()
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_a_copy_is_a_whole_project(at_things: Desk, tmp_path: Path) -> None:
    at_things.controller.upkeep.save_copy(tmp_path / "copy.embx")
    at_things.settle()
    with ProjectStore.open(tmp_path / "copy.embx") as store:
        assert store.items.count() == 60
        assert store.maps.all()


def test_the_project_is_checked_compacted_and_its_failures_listed(at_things: Desk) -> None:
    for action in ("project.check", "project.compact", "project.failures"):
        assert at_things.controller.trigger(action)
        at_things.settle()
    said = at_things.said()
    assert any("The project is whole" in text for text in said)
    assert any("smaller" in text or "Nothing to give back" in text for text in said)
    assert any("Every item has its vector" in text for text in said)


def test_pictures_that_cannot_be_read_are_listed(desk: Desk, tmp_path: Path) -> None:
    from PIL import Image

    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (40, 40), (number * 90, 30, 60)).save(folder / f"good{number}.png")
    whole = (folder / "good0.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    desk.drop(folder)
    desk.controller.trigger("project.failures")
    desk.settle()
    (line,) = desk.messages()[-1].details
    assert line.startswith("cut")
    assert desk.shown("", "set_status").note == "1 item could not be embedded"


def test_the_index_is_rebuilt(at_things: Desk) -> None:
    at_things.controller.trigger("project.rebuild_index")
    at_things.settle()
    assert all(job.state == "done" for job in at_things.shown("", "set_jobs"))


def test_a_map_is_made_anew_and_looked_at(at_things: Desk) -> None:
    from dataclasses import replace

    making = at_things.controller.map_making
    before, wish = at_things.facts.xy, making.proposed()
    making.make_wished(replace(wish, layout=replace(wish.layout, neighbors=5, seed=7)))
    at_things.settle()
    assert not np.allclose(before, at_things.facts.xy)
    assert making.proposed().layout.neighbors == 5


def test_another_model_gets_a_map_of_its_own(at_things: Desk) -> None:
    at_things.controller.filling.embed_with("minilm-static", "second")
    at_things.settle()
    assert [space.name for space in at_things.facts.spaces] == ["minilm-static", "second"]
    names = [name for name, _ in at_things.shown("map", "set_choice").maps]
    assert names == ["map", "map of second"]
    at_things.controller.side_by_side.show(0, "map of second")
    at_things.settle()
    assert at_things.facts.map == "map of second"
    assert np.isfinite(at_things.shown("map", "set_maps")[0].xy).all()


# -- a project that cannot be changed -------------------------------------------------------------------------


def test_a_second_window_can_only_read_and_says_so(at_things: Desk, another_desk, things: Path) -> None:
    second = another_desk()
    second.open(things)
    name, reason = second.view.show_project.call_args.args
    assert name == "things"
    assert "another window" in reason or "open" in reason
    assert not second.shown("", "set_flags")["writable"]
    second.controller.selecting.select(np.array([1]))
    controller: Controller = second.controller
    controller.editing.tag("keep")
    controller.editing.write_note(0, "note")
    controller.editing.undo()
    controller.trigger("edit.trash")
    controller.trigger("project.compact")
    controller.filling.embed_with("minilm-static", "more")
    second.settle()
    errors = [text for text in second.said() if text.startswith("error")]
    assert len(errors) >= 5
    assert all("reading" in text for text in errors), errors
    controller.searching.add_text("cat")
    second.settle()
    assert len(second.shown("results", "set_results").rows) == 50
    assert len(second.facts) == 60


def test_a_read_only_file_refuses_files(desk: Desk, things: Path, things_csv: Path) -> None:
    with ProjectStore.open(things) as keeper:  # root may write any file, so a lock stands for a file that is not ours
        desk.open(things)
        shutil.copy(things_csv, things_csv.with_name("other.csv"))
        desk.drop(things_csv.with_name("other.csv"))
        assert any("reading" in text for text in desk.said())
        assert keeper.items.count() == 60
        desk.controller.close_project() if hasattr(
            desk.controller, "close_project"
        ) else desk.controller.projects.close()
        desk.settle()


def test_the_trash_gives_everything_back_or_is_emptied_once_asked(at_things: Desk) -> None:
    controller, asked = at_things.controller, []
    controller.trigger("edit.restore")
    controller.editing.ask_to_empty_trash(asked.append)
    at_things.settle()
    assert at_things.said()[-1].endswith("The trash is empty.") and not asked

    controller.selecting.select(np.array([0, 1, 2]))
    controller.trigger("edit.trash")
    at_things.settle()
    controller.trigger("edit.restore")
    at_things.settle()
    assert len(at_things.facts) == 60 and "3 items taken out of the trash" in at_things.said()[-1]
    controller.trigger("edit.undo")
    at_things.settle()
    assert len(at_things.facts) == 57

    controller.editing.ask_to_empty_trash(asked.append)
    at_things.settle()
    assert asked == [3] and len(at_things.facts) == 57
    controller.editing.empty_trash()
    at_things.settle()
    assert "3 items deleted for good" in at_things.said()[-1]
    controller.editing.ask_to_empty_trash(asked.append)
    at_things.settle()
    assert asked == [3]
