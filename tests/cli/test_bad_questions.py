"""Questions that cannot be asked, projects that hold nothing or something else, and models that are broken."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embexplorer.base import paths
from embexplorer.store.project import ProjectStore
from tests.cli.conftest import QUICK


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project of texts with a number in it, one of images, one without an item; for tests that only read them."""
    from embexplorer.cli.program import run_program

    folder = tmp_path_factory.mktemp("questions")
    table = folder / "things.csv"
    table.write_text("name,body,stars\n" + "".join(f"n{i},the text number {i},{i}\n" for i in range(9)), "utf-8")
    Image.new("RGB", (40, 40), (200, 10, 10)).save(folder / "red.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(folder / "home"))
        assert run_program(["create", str(folder / "texts.embx"), str(table), *QUICK]) == 0
        assert run_program(["create", str(folder / "images.embx"), str(folder / "red.png"), "--no-map"]) == 0
        ProjectStore.create(folder / "empty.embx").close()
    return {name: folder / f"{name}.embx" for name in ("texts", "images", "empty")} | {"red": folder / "red.png"}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("stars >", ["at character 8"]),
        ("stars >>", ["at character 8", "but found >"]),
        ("(stars = 1", ["Expected )", "at character 11"]),
        ('name = "n1', ["no closing quote"]),
        ("colour = 1", ["There is no column “colour”"]),
        ("starz = 1", ["Did you mean “stars”?"]),
        ('stars = "many"', ["“stars” holds numbers", "Compare it with a number"]),
        ("name > 3", ["“name” holds text"]),
        ('name matches "["', ["regular expression"]),
    ],
)
@pytest.mark.parametrize("verb", ["search", "table", "export", "tag"])
def test_filters_that_mean_nothing(
    kept: dict[str, Path], tmp_path: Path, embexplorer, verb: str, where: str, words: list[str]
) -> None:
    more = {"search": ["text"], "table": [], "export": [tmp_path / "out.csv"], "tag": ["keep"]}[verb]
    embexplorer(verb, kept["texts"], *more, "--where", where).failed(*words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [[], ["--exact"], ["--lexical"], ["--hybrid"]])
def test_any_number_of_results(kept: dict[str, Path], embexplorer, mode: list[str]) -> None:
    for k, expected in ((0, 0), (3, 3), (10_000_000, 9), (10**20, 9)):
        ran = embexplorer("search", kept["texts"], "text", "-k", k, *mode, "--json").succeeded()
        assert len(json.loads(ran.out)["hits"]) == expected
    embexplorer("search", kept["texts"], "text", "-k", -1, *mode).failed("cannot be -1")


@pytest.mark.parametrize(
    ("project", "question", "words"),
    [
        ("images", ["a sunny place", "--space", "efficientnet-lite0"], ["holds images", "Search by words instead"]),
        ("images", ["a sunny place", "--hybrid", "--space", "efficientnet-lite0"], ["holds images"]),
        ("texts", ["--image", "{red}"], ["holds texts", "type a text"]),
        ("texts", ["--like", "999"], ["There is no item 999"]),
        ("texts", ["--like", "998", "--like", "999"], ["None of the chosen items"]),
        ("texts", ["text", "--minus-like", "999"], ["There is no item 999"]),
        ("texts", ["--minus", "text"], ["only says what to avoid"]),
        ("texts", ["   "], ["nothing in the text"]),
        ("texts", ["text", "--space", "spacey"], ["“spacey”"]),
    ],
)
def test_questions_that_do_not_fit(
    kept: dict[str, Path], embexplorer, project: str, question: list[str], words: list[str]
) -> None:
    embexplorer("search", kept[project], *(word.format(**kept) for word in question)).failed(*words)


def test_an_item_that_is_not_there_beside_one_that_is(kept: dict[str, Path], embexplorer) -> None:
    ran = embexplorer("search", kept["texts"], "--like", 1, "--like", 999, "-k", 3).succeeded()
    ran.says("Left out for lack of a vector: 1 chosen item of 2.")
    for wrong in ("0", "x", str(10**30)):
        assert embexplorer("search", kept["texts"], "--like", wrong).says(wrong).code == 2


def test_an_empty_project_answers_everything(kept: dict[str, Path], tmp_path: Path, embexplorer) -> None:
    empty = tmp_path / "empty.embx"
    shutil.copy(kept["empty"], empty)
    assert "0 items" in embexplorer("info", empty).succeeded().says().out
    embexplorer("table", empty).succeeded().says("0 rows of 0")
    embexplorer("search", empty).succeeded().says("0 results")
    embexplorer("search", empty, "cat", "--lexical").succeeded().says("0 results")
    for question in (["cat"], ["cat", "--hybrid"], ["--like", "1"], ["cat", "--where", "id > 1"]):
        embexplorer("search", empty, *question).failed("Nothing is embedded in this project yet")
    assert embexplorer("embed", empty).succeeded().says().out.startswith("Nothing to embed")
    assert embexplorer("embed", empty, "--model", "minilm-static").succeeded().says().out.startswith("0 items")
    embexplorer("map", empty).failed("Nothing is embedded in this project yet")
    for ending in ("csv", "parquet", "jsonl"):
        assert embexplorer("export", empty, tmp_path / f"o.{ending}").succeeded().says().out.startswith("0 items")
    for ending in ("npz", "png", "svg", "html"):
        embexplorer("export", empty, tmp_path / f"o.{ending}").failed("yet")
        assert not (tmp_path / f"o.{ending}").exists()
    embexplorer("tag", empty, "keep").succeeded().says()
    embexplorer("add", empty, kept["red"]).succeeded().says()


def test_one_item_alone_has_a_map(tmp_path: Path, embexplorer) -> None:
    np.save(tmp_path / "one.npy", np.ones((1, 4)))
    embexplorer("create", tmp_path / "one.embx", tmp_path / "one.npy").succeeded().says()
    embexplorer("search", tmp_path / "one.embx", "--like", 1).succeeded().says("0 results")
    embexplorer("export", tmp_path / "one.embx", tmp_path / "one.png").succeeded().says()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A complete model that is not installed yet."""
    folder = tmp_path / "mine"
    shutil.copytree(paths.resources() / "models" / "minilm-static", folder)
    table = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps({**table, "id": "mine"}), "utf-8")
    return folder


def spoil(model: Path, damage: str) -> None:
    graph = model / "model.onnx"
    if damage == "checksum":
        raw = bytearray(graph.read_bytes())
        raw[len(raw) // 2] ^= 1
        graph.write_bytes(raw)
    elif damage == "no graph":
        graph.unlink()
    elif damage == "no tokenizer":
        (model / "tokenizer.json").unlink()
    else:
        (model / "model.json").write_text("{", "utf-8")


DAMAGES = {
    "checksum": "checksum",
    "no graph": "model.onnx is missing",
    "no tokenizer": "tokenizer.json is missing",
    "manifest": "it is no JSON (line 1)",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_model_is_not_added(model: Path, embexplorer, damage: str) -> None:
    spoil(model, damage)
    embexplorer("models", "add", model).failed(DAMAGES[damage])
    assert not list(paths.user_models_folder().glob("*"))
    assert "mine" not in embexplorer("models").succeeded().out.split()


def test_what_is_no_model(tmp_path: Path, good: Path, model: Path, embexplorer) -> None:
    embexplorer("models", "add", tmp_path / "nothing").failed("is no folder")
    embexplorer("models", "add", good).failed("is no folder")
    embexplorer("models", "remove", "minilm").failed("comes with embexplorer and stays")
    embexplorer("models", "add", model).succeeded()
    embexplorer("models", "add", model).failed("There is a model called “mine” already")


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_installed_model_that_broke(
    tmp_path: Path, good: Path, model: Path, embexplorer, contents, damage: str
) -> None:
    embexplorer("models", "add", model).succeeded()
    project = tmp_path / "p.embx"
    embexplorer("create", project, good, *QUICK).succeeded()
    spoil(paths.user_models_folder() / "mine", damage)
    embexplorer("embed", project, "--model", "mine").failed(DAMAGES[damage])
    found = contents(project)
    assert (found.items, found.vectors) == (2, {"minilm-static": 2})
    new = tmp_path / "new.embx"
    ran = embexplorer("create", new, good, "--model", "mine", "--no-map").failed(DAMAGES[damage])
    if new.exists():
        assert contents(new).items == 2
        ran.says("new.embx keeps 2 items")
    embexplorer("models", "remove", "mine").succeeded()
    assert "mine" not in embexplorer("models").succeeded().says().out.split()
