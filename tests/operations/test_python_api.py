"""The package as Python programs see it."""

import pydoc
from pathlib import Path

import pytest
from PIL import Image

import embexplorer as ex


def test_help_tells_what_there_is() -> None:
    told = pydoc.render_doc(ex, renderer=pydoc.plaintext)
    for words in ("class Project", "class EmbexError", "create(", "open(", "build_map(", "slow delivery"):
        assert words in told
    assert not hasattr(ex, "projekt")


def test_failures_can_be_caught_by_the_package_s_own_name(tmp_path: Path) -> None:
    with pytest.raises(ex.EmbexError, match=r"no project nowhere\.embx"):
        ex.open(tmp_path / "nowhere.embx")


def test_texts_and_images_are_embedded_by_one_call_that_tells_of_both(tmp_path: Path) -> None:
    (tmp_path / "things").mkdir()
    (tmp_path / "things" / "note.txt").write_text("Some words about a red square.", encoding="utf-8")
    Image.new("RGB", (32, 32), "red").save(tmp_path / "things" / "square.png")
    with ex.create(tmp_path / "both.embx") as project:
        assert isinstance(project, ex.Project)
        project.add(tmp_path / "things")
        outcome = project.embed()
        assert "MiniLM" in outcome.summary and "EfficientNet" in outcome.summary
        assert {space.kind for space in (part.value for part in outcome.value)} == {"text", "image"}
        assert project.embed().summary == "Nothing to embed"
        assert project.vectors("minilm").shape == (1, 384)
