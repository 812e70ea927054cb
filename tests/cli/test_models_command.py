"""Models that people bring along, by the command line and the Python API: added, used, told of, and gone again."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from onnxfolders import image_folder, last_token_folder, pair_folder, sentence_folder
from PIL import Image

import embexplorer as ex
from embexplorer.base import paths
from embexplorer.base.errors import EmbexError

COLOURS = {"red": (230, 20, 20), "green": (20, 200, 40), "blue": (30, 30, 220)}
TEXTS = ["a red cat", "the parcel arrived late", "blue sky", "a green circle", "good football in the park"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "notes.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["body"], *([text] for text in TEXTS)])
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (40, 30), colour).save(folder / f"{name}-thing.png")
    return folder


def hits(embexplorer, project: Path, *words: object) -> list[dict]:
    return json.loads(embexplorer("search", project, *words, "--json").succeeded().out)["hits"]


def test_a_sentence_model_is_looked_at_added_used_and_removed(tmp_path: Path, table: Path, embexplorer) -> None:
    folder = sentence_folder(tmp_path / "Nice Model")
    looked = embexplorer("models", "add", folder, "--look").succeeded()
    looked.says("Reads: Texts", "Licence: MIT", "32 dimensions", "paraphrase")
    assert "can be added" in looked.out
    assert "nice-model" not in embexplorer("models").succeeded().out
    added = embexplorer("models", "add", folder, "--dims", 16, "--json").succeeded()
    assert json.loads(added.out)["model"] == "nice-model"
    assert "nice-model" in embexplorer("models").succeeded().out
    listed = {model["id"]: model for model in json.loads(embexplorer("models", "--json").out)}
    assert (listed["nice-model"]["dims"], listed["nice-model"]["modality"]) == (16, "text")
    project = tmp_path / "p.embx"
    embexplorer("create", project, table, "--model", "nice-model", "--no-map").succeeded()
    assert hits(embexplorer, project, "a green circle", "-k", 1)[0]["text"] == "a green circle"
    with ex.open(project) as opened:
        space = opened.info().spaces[0]
    manifest = json.loads((paths.user_models_folder() / "nice-model" / "model.json").read_text("utf-8"))
    assert (space.model, space.precision, space.dims) == ("nice-model", "f32", 16)
    assert space.checksum == manifest["files"]["f32"]["sha256"]
    assert space.prompt == "passage : "
    embexplorer("models", "remove", "nice-model").succeeded()
    assert "nice-model" not in embexplorer("models").succeeded().out


def test_a_project_whose_model_is_gone_says_which_it_was(tmp_path: Path, table: Path, embexplorer) -> None:
    embexplorer("models", "add", sentence_folder(tmp_path / "gone")).succeeded()
    project = tmp_path / "p.embx"
    embexplorer("create", project, table, "--model", "gone", "--no-map").succeeded()
    embexplorer("models", "remove", "gone").succeeded()
    embexplorer("search", project, "a red cat").failed("“gone”", "models add")
    assert len(hits(embexplorer, project, "--like", 1, "-k", 3)) == 3
    assert "a red cat" in embexplorer("table", project).succeeded().out
    assert "gone" in embexplorer("info", project).succeeded().out


@pytest.mark.parametrize("one_graph", [False, True])
def test_a_pair_finds_images_by_words_and_texts_by_images(
    tmp_path: Path, table: Path, pictures: Path, embexplorer, one_graph: bool
) -> None:
    embexplorer("models", "add", pair_folder(tmp_path / "clip", one_graph=one_graph)).succeeded()
    project = tmp_path / "p.embx"
    embexplorer("create", project, pictures, "--model", "clip", "--no-map").succeeded()
    for colour in COLOURS:
        found = hits(embexplorer, project, f"a {colour} picture", "--space", "clip", "-k", 1)
        assert found[0]["title"].startswith(colour)
    notes = tmp_path / "notes.embx"
    embexplorer("create", notes, table, "--model", "clip", "--no-map").succeeded()
    found = hits(embexplorer, notes, "--image", pictures / "green-thing.png", "--space", "clip", "-k", 1)
    assert found[0]["text"] == "a green circle"


def test_an_image_model_of_another_make(tmp_path: Path, pictures: Path, embexplorer) -> None:
    embexplorer("models", "add", image_folder(tmp_path / "eye")).succeeded()
    project = tmp_path / "p.embx"
    embexplorer("create", project, pictures, "--model", "eye", "--no-map").succeeded()
    found = hits(embexplorer, project, "--image", pictures / "blue-thing.png", "--space", "eye", "-k", 1)
    assert found[0]["title"].startswith("blue")


def test_what_no_file_says_is_told_and_can_be_chosen(tmp_path: Path, embexplorer) -> None:
    folder = last_token_folder(tmp_path / "qwen")
    embexplorer("models", "add", folder).succeeded().says("Pooling: last, which no file says")
    again = embexplorer("models", "add", folder, "--name", "Other", "--pooling", "mean").succeeded()
    assert "which no file says" not in again.err
    assert json.loads((paths.user_models_folder() / "other" / "model.json").read_text("utf-8"))["pooling"] == "mean"


def test_models_are_measured_and_tried(tmp_path: Path, pictures: Path, embexplorer) -> None:
    assert "texts a second" in embexplorer("models", "measure", "minilm-static").succeeded().out
    assert "texts a second" in embexplorer("models").succeeded().out
    same = embexplorer("models", "compare", "minilm-static", "a cat", "a cat").succeeded().out
    assert same.strip() == "1.000"
    embexplorer("models", "add", pair_folder(tmp_path / "clip")).succeeded()
    fitting, other = (
        json.loads(
            embexplorer("models", "compare", "clip", f"a {colour} dog", pictures / "red-thing.png", "--json").out
        )
        for colour in ("red", "blue")
    )
    assert fitting["similarity"] > other["similarity"]
    embexplorer("models", "compare", "minilm-static", "a cat", "").failed("empty")


def test_the_api_adds_and_lists_models(tmp_path: Path, table: Path) -> None:
    view = ex.add_model(sentence_folder(tmp_path / "mine"), pooling="cls", dims=8)
    assert (view.id, view.dims) == ("mine", 8)
    assert "mine" in {model.id for model in ex.models()}
    with ex.create(tmp_path / "p.embx") as project:
        project.add(table)
        project.embed("mine")
        assert project.vectors().shape == (len(TEXTS), 8)
        assert np.allclose(np.linalg.norm(project.vectors(), axis=1), 1, atol=1e-5)
    with pytest.raises(EmbexError, match="no option"):
        ex.add_model(tmp_path / "mine", poling="cls")
    ex.remove_model("mine")
    assert "mine" not in {model.id for model in ex.models()}
