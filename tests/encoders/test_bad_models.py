"""Folders that are no model, or none that can be used: each is one clear sentence, and nothing of them is kept."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx import TensorProto
from onnx.helper import make_node
from onnxfolders import (
    image_folder,
    last_token_folder,
    model,
    pair_folder,
    random,
    save,
    save_with_data,
    sentence_folder,
    text_graph,
    value,
    write_json,
)

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.base.wording import size
from embexplorer.data.models import ModelChoices
from embexplorer.encoders.memory import free_memory, needed_memory, refuse_too_large, tightness, total_memory
from embexplorer.operations.modelling import install_model, look_at_model


def graph_of(folder: Path) -> Path:
    return folder / "onnx" / "model.onnx"


def only(folder: Path) -> Path:
    (folder / "onnx" / "model_quantized.onnx").unlink()
    return graph_of(folder)


def wrong_opset(folder: Path) -> None:
    made = text_graph()
    made.opset_import[0].version = 99
    save(made, only(folder))


def numbers_that_no_processor_has(folder: Path) -> None:
    nodes = [
        make_node("Gather", ["table", "input_ids"], ["words"]),
        make_node("Cast", ["words"], ["short"], to=TensorProto.BFLOAT16),
        make_node("MatMul", ["short", "short_t"], ["product"]),
        make_node("Cast", ["product"], ["last_hidden_state"], to=TensorProto.FLOAT),
        make_node("Cast", ["square"], ["short_t"], to=TensorProto.BFLOAT16),
    ]
    nodes = [nodes[0], nodes[1], nodes[4], nodes[2], nodes[3]]
    made = model(
        nodes,
        [value("input_ids", TensorProto.INT64, ["b", "s"])],
        [value("last_hidden_state", TensorProto.FLOAT, ["b", "s", 8])],
        {"table": random(80, 8), "square": random(8, 8)},
    )
    save(made, only(folder))


def wrong_inputs(folder: Path) -> None:
    nodes = [make_node("Gather", ["table", "input_ids"], ["words"]), make_node("Add", ["words", "mood"], ["y"])]
    inputs = [value("input_ids", TensorProto.INT64, ["b", "s"]), value("mood", TensorProto.FLOAT, ["b", 1, 8])]
    save(
        model(nodes, inputs, [value("y", TensorProto.FLOAT, ["b", "s", 8])], {"table": random(80, 8)}),
        only(folder),
    )


def pooled_twice(folder: Path) -> None:
    write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True})


def dense_after(folder: Path) -> None:
    write_json(
        folder / "modules.json",
        [{"path": "1_Pooling", "type": "x.Pooling"}, {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}],
    )


def huge(folder: Path) -> None:
    """A file of as many bytes as no computer has memory for; it takes no room on the disk."""
    save_with_data(text_graph(types=True), only(folder), "model.onnx_data")
    with (folder / "onnx" / "model.onnx_data").open("r+b") as file:
        file.truncate(2_000_000_000_000)


def only_torch(folder: Path) -> None:
    shutil.rmtree(folder / "onnx")
    (folder / "model.safetensors").write_bytes(b"")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json is missing"),
    "damaged tokenizer": (lambda f: (f / "tokenizer.json").write_text("{}"), "not a tokenizer"),
    "damaged config": (lambda f: (f / "config.json").write_text("{"), "config.json"),
    "config without sense": (lambda f: write_json(f / "config.json", {"text_config": 3, "pad_token_id": "x",
                                                                    "max_position_embeddings": {}}), ""),
    "opset": (wrong_opset, "newer version of ONNX"),
    "numbers": (numbers_that_no_processor_has, "“MatMul” for a kind of numbers"),
    "input names": (wrong_inputs, "asks for “mood”"),
    "output of another rank": (lambda f: save(text_graph(broken="rank"), only(f)), "“last_hidden_state” as float"),
    "NaN": (lambda f: save(text_graph(broken="nan"), only(f)), "no numbers, or all zero"),
    "no graph": (lambda f: graph_of(f).write_bytes(b"x") and (f / "onnx" / "model_quantized.onnx").unlink(), "no ONNX"),
    "two poolings": (pooled_twice, "several ways of pooling (cls, mean)"),
    "a layer outside of the graph": (dense_after, "“2_Dense”"),
    "larger than any memory": (huge, "of memory, and this computer has"),
    "a model for PyTorch": (only_torch, "no ONNX model"),
    "words that the model has no vector for": (
        lambda f: save(text_graph(types=True, length=1), only(f)), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_folder_is_one_sentence_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    spoil, words = BAD[name]
    folder = sentence_folder(tmp_path / "bad")
    spoil(folder)
    proposal = finish(look_at_model(folder)).value
    assert words in proposal.error
    if not words:
        return  # it is enough that nothing worse happens than a sentence
    assert proposal.error.count("\n") == 0
    with pytest.raises(EmbexError) as raised:
        finish(install_model(folder))
    assert words in raised.value.text
    assert raised.value.hint
    assert not list(paths.user_models_folder().glob("*"))


def test_a_folder_of_nothing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        assert finish(look_at_model(path)).value.error


def test_an_image_model_that_reads_no_colours(tmp_path: Path) -> None:
    folder = image_folder(tmp_path / "grey")
    nodes = [make_node("Flatten", ["pixel_values"], ["y"])]
    pixels = value("pixel_values", TensorProto.FLOAT, ["b", 1, 16, 16])
    save(model(nodes, [pixels], [value("y", TensorProto.FLOAT, ["b", 256])], {}), folder / "model.onnx")
    assert "no picture of three colours" in finish(look_at_model(folder)).value.error


def test_a_pair_whose_halves_do_not_fit(tmp_path: Path) -> None:
    folder = pair_folder(tmp_path / "clip")
    other = image_folder(tmp_path / "other", "nchw")
    shutil.copyfile(other / "model.onnx", folder / "onnx" / "vision_model.onnx")
    assert "are no pair" in finish(look_at_model(folder)).value.error


def test_a_half_of_a_pair_in_another_precision(tmp_path: Path) -> None:
    folder = pair_folder(tmp_path / "clip")
    (folder / "onnx" / "vision_model.onnx").rename(folder / "onnx" / "vision_model_fp16.onnx")
    assert "different precisions" in finish(look_at_model(folder)).value.error


def test_a_text_generator_is_no_encoder(tmp_path: Path) -> None:
    folder = last_token_folder(tmp_path / "writer")
    made = text_graph(causal=True, positions=True)
    made.graph.output[0].name = "logits"
    next(node for node in made.graph.node if "last_hidden_state" in node.output).output[0] = "logits"
    save(made, graph_of(folder))
    assert "“logits”" in finish(look_at_model(folder)).value.error


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    assert "already" in finish(look_at_model(folder, ModelChoices(name="MiniLM"))).value.error
    finish(install_model(folder, ModelChoices(name="Mine")))
    with pytest.raises(EmbexError, match="already"):
        finish(install_model(folder, ModelChoices(name="mine")))


def test_memory_is_asked_for_before_a_model_is_loaded() -> None:
    assert 0 < free_memory() <= total_memory()
    assert needed_memory(1_000, {"float16"}) > needed_memory(1_000) > 1_000
    with pytest.raises(EmbexError) as raised:
        refuse_too_large("Giant", needed_memory(10_000_000_000), 8_000_000_000)
    assert (size(12_500_000_000) in raised.value.text, "smaller" in raised.value.hint) == (True, True)
    refuse_too_large("Small", needed_memory(90_000_000), 8_000_000_000)
    refuse_too_large("Unknown", 10**12, 0)  # a system that does not say how much it has
    assert "close other programs" in tightness(3_000_000_000, 2_000_000_000)
    assert tightness(100_000_000, 2_000_000_000) == ""


def test_nothing_in_a_folder_is_executed(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    for name in ("modeling.py", "tokenization.py", "__init__.py", "conftest.py", "1_Pooling/pooling.py"):
        (folder / name).write_text(trap, encoding="utf-8")
    for name in ("pytorch_model.bin", "data.pkl"):
        (folder / name).write_bytes(b"cbuiltins\nexec\n(S" + repr(trap).encode() + b"\ntR.")
    write_json(folder / "config.json", {"model_type": "bert", "auto_map": {"AutoModel": "modeling.Model"}})
    manifest = finish(install_model(folder)).value
    assert not (tmp_path / "sprung").exists()
    assert not [path for path in manifest.folder.rglob("*") if path.suffix in (".py", ".bin", ".pkl")]
