"""Which models there are: a broken one never hides the others, and no file runs whose checksum is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.base.settings import Settings
from embexplorer.encoders.doctor import report
from embexplorer.encoders.installing import remove_model
from embexplorer.encoders.open import open_encoder
from embexplorer.encoders.registry import find_model, installed_models, read_catalogue, verified
from embexplorer.operations.modelling import install_model

BUNDLED = {"minilm", "minilm-static", "efficientnet-lite0"}


def copied(folder: Path, model_id: str = "mine") -> Path:
    """A copy of the smallest text model under another id."""
    shutil.copytree(paths.resources() / "models" / "minilm-static", folder)
    file = folder / "model.json"
    values = json.loads(file.read_text(encoding="utf-8")) | {"id": model_id}
    file.chmod(0o644)
    file.write_text(json.dumps(values), encoding="utf-8")
    return folder


def user_folder(model_id: str = "mine") -> Path:
    return copied(paths.user_models_folder() / model_id, model_id)


def spoil(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def declare_checksum(folder: Path, name: str) -> None:
    """Let the manifest agree with the file, so that what is inside is reached."""
    import hashlib

    file = folder / "model.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    entry = values["tokenizer"] if name == "tokenizer.json" else values["files"]["int8"]
    entry["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    file.write_text(json.dumps(values), encoding="utf-8")


def test_bundled_models_are_found_and_proposed() -> None:
    assert {manifest.id for manifest in installed_models()} == BUNDLED
    assert read_catalogue().problems == ()
    settings = Settings()
    assert find_model(settings.text_model).modality == "text"
    assert find_model(settings.image_model).modality == "image"


def test_an_unknown_model_proposes_the_nearest() -> None:
    with pytest.raises(EmbexError) as raised:
        find_model("minilm-statik")
    assert raised.value.hint == "Did you mean “minilm-static”?"
    with pytest.raises(EmbexError) as raised:
        find_model("zzzzzzz")
    assert "efficientnet-lite0" in raised.value.hint


def test_a_user_model_is_added_used_and_removed(tmp_path: Path) -> None:
    assert finish(install_model(copied(tmp_path / "source"))).value.id == "mine"
    encoder = open_encoder("mine", "cpu", 1)
    assert encoder.encode(["a cat"]).ok.all()
    encoder.close()
    with pytest.raises(EmbexError, match="already"):
        finish(install_model(tmp_path / "source"))
    remove_model("mine")
    assert {manifest.id for manifest in installed_models()} == BUNDLED
    with pytest.raises(EmbexError, match="stays"):
        remove_model("minilm")


def test_broken_user_models_are_problems_beside_the_others() -> None:
    spoil(user_folder("broken") / "model.json", b"{")
    user_folder("minilm")  # the id of a bundled one
    catalogue = read_catalogue()
    assert {manifest.id for manifest in catalogue.models} == BUNDLED
    assert [problem.where for problem in catalogue.problems] == ["broken", "minilm"]
    with pytest.raises(EmbexError, match="could not be read"):
        find_model("broken")
    assert [check.name for check in report() if not check.ok] == ["Model broken", "Model minilm"]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_incomplete_folder_says_what_is_missing(name: str) -> None:
    (user_folder() / name).unlink()
    with pytest.raises(EmbexError, match=f"incomplete: {name} is missing"):
        open_encoder("mine", "cpu", 1)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused(name: str) -> None:
    spoil(user_folder() / name, b"something else")
    with pytest.raises(EmbexError, match="checksum"):
        open_encoder("mine", "cpu", 1)


def test_a_file_that_changes_after_the_first_check_is_checked_again() -> None:
    folder = user_folder()
    file = find_model("mine").files["int8"]
    verified(file)
    content = bytearray((folder / "model.onnx").read_bytes())
    content[-100] ^= 1
    spoil(folder / "model.onnx", bytes(content))
    with pytest.raises(EmbexError, match="checksum"):
        verified(file)


def test_a_file_that_is_no_graph() -> None:
    folder = user_folder()
    spoil(folder / "model.onnx", b"something else")
    declare_checksum(folder, "model.onnx")
    with pytest.raises(EmbexError, match="could not be loaded"):
        open_encoder("mine", "cpu", 1)


def test_a_file_that_is_no_tokenizer() -> None:
    folder = user_folder()
    spoil(folder / "tokenizer.json", b'{"version": "1.0"}')
    declare_checksum(folder, "tokenizer.json")
    with pytest.raises(EmbexError, match="not a tokenizer"):
        open_encoder("mine", "cpu", 1)


def test_a_graph_that_does_not_fit_its_manifest() -> None:
    folder = user_folder()
    file = folder / "model.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    values["outputs"] = {"pooled": "nothing_like_it"}
    file.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(EmbexError, match="nothing_like_it"):
        open_encoder("mine", "cpu", 1)


def test_an_unknown_precision_names_the_known_ones() -> None:
    with pytest.raises(EmbexError) as raised:
        open_encoder("minilm", "cpu", 1, "f64")
    assert raised.value.hint == "Choose one of int8, f16."


def test_the_doctor_finds_everything_in_order() -> None:
    checks = report()
    assert all(check.ok for check in checks)
    assert {"onnxruntime", "Devices", "Processor", "Memory", "Disk", "Model bridge"} <= {c.name for c in checks}
    assert {f"Model {model}" for model in BUNDLED} <= {check.name for check in checks}
    assert all(check.text.endswith(".") for check in checks)
