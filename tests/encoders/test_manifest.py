"""model.json is read strictly: each mistake is one sentence that names the file and the folder."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.encoders.manifest import load_manifest

BUNDLED = paths.resources() / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copyfile(BUNDLED / "minilm" / "model.json", tmp_path / "model.json")
    return tmp_path


def change(folder: Path, edit: Callable[[dict], object]) -> None:
    file = folder / "model.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    edit(values)
    file.write_text(json.dumps(values), encoding="utf-8")


def test_bundled_manifests_state_what_their_files_are() -> None:
    for model in ("minilm", "minilm-static", "efficientnet-lite0"):
        manifest = load_manifest(BUNDLED / model)
        assert manifest.id == model
        assert manifest.licence
        assert manifest.source
        for file in (*manifest.files.values(), *([manifest.tokenizer] if manifest.tokenizer else [])):
            assert file.path.stat().st_size == file.bytes


def test_precision_follows_the_device() -> None:
    manifest = load_manifest(BUNDLED / "minilm")
    assert manifest.precision_for("cpu") == "int8"
    assert manifest.precision_for("cuda") == "f16"
    assert load_manifest(BUNDLED / "minilm-static").precision_for("cuda") == "int8"


MISTAKES: dict[str, tuple[Callable[[dict], object], str]] = {
    "missing entry": (lambda m: m.pop("dims"), "lacks “dims”"),
    "unknown entry": (lambda m: m.update(dimz=3), "unknown entry “dimz”"),
    "unknown entry of a file": (lambda m: m["files"]["int8"].update(sha=1), "unknown entry “files.int8.sha”"),
    "wrong type": (lambda m: m.update(dims="384"), "needs a whole number for “dims”"),
    "a flag for a number": (lambda m: m.update(dims=True), "needs a whole number for “dims”"),
    "zero dims": (lambda m: m.update(dims=0), "must be above zero"),
    "unknown metric": (lambda m: m.update(metric="angle"), "“angle” for “metric”"),
    "unknown modality": (lambda m: m.update(modality="sound"), "“sound” for “modality”"),
    "bad checksum": (lambda m: m["files"]["int8"].update(sha256="12"), "“files.int8.sha256”"),
    "bad id": (lambda m: m.update(id="../x"), "unusable value for “id”"),
    "outside": (lambda m: m["files"]["int8"].update(path="../x.onnx"), "outside the folder"),
    "no files": (lambda m: m.update(files={}), "lists no files"),
    "no tokenizer": (lambda m: m.pop("tokenizer"), "lacks “tokenizer”"),
    "no outputs": (lambda m: m.update(outputs={}), "“pooled”"),
    "languages": (lambda m: m.update(languages=[1]), "list of texts for “languages”"),
    "prompts": (lambda m: m.update(prompts={"query": 1}), "table of texts for “prompts”"),
    "newer": (lambda m: m.update(schema=99), "newer embexplorer"),
    "a bridge": (lambda m: m.update(kind="bridge"), "“bridge” for “kind”"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_one_sentence(folder: Path, mistake: str) -> None:
    edit, words = MISTAKES[mistake]
    change(folder, edit)
    with pytest.raises(EmbexError) as raised:
        load_manifest(folder)
    assert words in raised.value.text
    assert str(folder) in raised.value.text
    assert raised.value.hint


@pytest.mark.parametrize("content", ["{", "[]", "\x00"])
def test_a_file_that_is_no_table(folder: Path, content: str) -> None:
    (folder / "model.json").write_text(content, encoding="utf-8")
    with pytest.raises(EmbexError, match=r"model\.json"):
        load_manifest(folder)


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(EmbexError, match="is no model"):
        load_manifest(tmp_path)
