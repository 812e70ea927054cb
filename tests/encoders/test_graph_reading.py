"""An ONNX file is looked through before anything may run it: what it asks for, and whether that may be given."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from onnxfolders import (
    WIDTH,
    image_folder,
    model,
    point_data_to,
    random,
    save,
    save_with_data,
    sentence_folder,
    text_graph,
    value,
)

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.graph import read_graph


@pytest.fixture(scope="module")
def raw() -> bytes:
    return bytes(text_graph(types=True, layers=True).SerializeToString())


def custom(domain: str = "mine", operator: str = "Secret") -> object:
    node = helper.make_node(operator, ["input_ids"], ["last_hidden_state"], domain=domain)
    ids = value("input_ids", TensorProto.INT64, ["b", "s"])
    return model([node], [ids], [value("last_hidden_state", TensorProto.FLOAT, ["b", "s", 4])], {}, domains=[domain])


def refusal(path: Path, folder: Path) -> EmbexError:
    with pytest.raises(EmbexError) as raised:
        read_graph(path, folder)
    assert raised.value.hint
    return raised.value


def test_inputs_outputs_and_weights_are_read(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    graph = read_graph(folder / "onnx" / "model.onnx", folder)
    assert [(v.name, v.kind, v.shape) for v in graph.inputs] == [
        (name, "int64", ("batch", "sequence")) for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    assert [(v.name, v.rank, v.size(2)) for v in graph.outputs] == [
        ("last_hidden_state", 3, WIDTH),
        ("hidden_states.0", 3, WIDTH),
    ]
    assert (graph.opset, graph.weights, graph.data) == (17, {"float"}, ())
    assert graph.bytes == graph.path.stat().st_size
    pixels = read_graph(image_folder(tmp_path / "i") / "model.onnx", tmp_path / "i").inputs[0]
    assert (pixels.rank, pixels.size(0), pixels.size(1), pixels.size(-1)) == (4, 0, 16, 3)


@pytest.mark.parametrize("content", [b"", b"\x00", b"not a model at all", b"\x3a\xff\xff\xff\xff\x0f", b"\x08\x08"])
def test_what_is_no_graph_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    assert "is no ONNX model" in refusal(path, tmp_path).text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_makes_more_than_a_sentence(tmp_path: Path, raw: bytes, data: st.DataObject) -> None:
    """Cut anywhere, or with bytes changed anywhere, a file is read or refused; nothing else happens."""
    damaged = bytearray(raw[: data.draw(st.integers(0, len(raw)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.onnx"
    path.write_bytes(bytes(damaged))
    try:
        assert read_graph(path, tmp_path).outputs
    except EmbexError as error:
        assert error.hint


def test_a_graph_inside_a_graph_without_end_is_refused(tmp_path: Path) -> None:
    inner = b""
    for _ in range(40):  # If(If(If(…)))
        attribute = b"\x32" + _varint(len(inner)) + inner
        node = b"\x2a" + _varint(len(attribute)) + attribute
        inner = b"\x0a" + _varint(len(node)) + node
    path = tmp_path / "deep.onnx"
    path.write_bytes(b"\x3a" + _varint(len(inner)) + inner)
    assert "is no ONNX model" in refusal(path, tmp_path).text


def _varint(number: int) -> bytes:
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


@pytest.mark.parametrize(
    ("domain", "operator"), [("mine", "Secret"), ("ai.onnx.contrib", "PyOp"), ("com.microsoft", "EPContext")]
)
def test_operators_that_bring_programs_are_refused(tmp_path: Path, domain: str, operator: str) -> None:
    save(custom(domain, operator), tmp_path / "model.onnx")
    error = refusal(tmp_path / "model.onnx", tmp_path)
    assert operator in error.text
    assert "program" in error.text


def test_a_custom_operator_inside_a_branch_is_found(tmp_path: Path) -> None:
    branch = helper.make_graph(
        [helper.make_node("Secret", [], ["y"], domain="mine")], "then", [], [value("y", TensorProto.FLOAT, [1])]
    )
    node = helper.make_node("If", ["condition"], ["out"], then_branch=branch, else_branch=branch)
    made = model([node], [value("condition", TensorProto.BOOL, [])], [value("out", TensorProto.FLOAT, [1])], {})
    save(made, tmp_path / "model.onnx")
    assert "Secret" in refusal(tmp_path / "model.onnx", tmp_path).text


def test_functions_of_the_model_itself_are_no_custom_operators(tmp_path: Path) -> None:
    made = custom("local", "Twice")
    made.functions.append(
        helper.make_function(
            "local", "Twice", ["x"], ["y"], [helper.make_node("Add", ["x", "x"], ["y"])], [helper.make_opsetid("", 17)]
        )
    )
    save(made, tmp_path / "model.onnx")
    assert read_graph(tmp_path / "model.onnx", tmp_path).outputs


def test_weights_beside_the_graph_are_known(tmp_path: Path) -> None:
    made = text_graph()
    save_with_data(made, tmp_path / "onnx" / "model.onnx", "model.onnx_data")
    graph = read_graph(tmp_path / "onnx" / "model.onnx", tmp_path)
    assert [path.name for path in graph.data] == ["model.onnx_data"]
    assert graph.bytes > graph.path.stat().st_size
    (tmp_path / "onnx" / "model.onnx_data").unlink()
    assert "missing" in refusal(graph.path, tmp_path).text


@pytest.mark.parametrize(
    "location", ["../secret.bin", "/etc/hostname", "a/../../secret.bin", "C:\\secret.bin", "..\\secret.bin", ""]
)
def test_weights_outside_of_the_folder_are_refused(tmp_path: Path, location: str) -> None:
    (tmp_path / "secret.bin").write_bytes(b"\0" * 100_000)
    path = tmp_path / "model" / "model.onnx"
    save(text_graph(), path)
    point_data_to(path, location)
    if location:
        assert "outside" in refusal(path, path.parent).text
    else:
        refusal(path, path.parent)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    save(text_graph(), tmp_path / "elsewhere.onnx")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.onnx").symlink_to(tmp_path / "elsewhere.onnx")
    assert "link" in refusal(folder / "model.onnx", folder).text
    save_with_data(text_graph(), folder / "other.onnx", "weights.bin")
    (folder / "weights.bin").rename(tmp_path / "weights.bin")
    (folder / "weights.bin").symlink_to(tmp_path / "weights.bin")
    assert "link" in refusal(folder / "other.onnx", folder).text


def test_weights_inside_an_operator_count_too(tmp_path: Path) -> None:
    tensor = helper.make_tensor("t", TensorProto.FLOAT16, [70], np.ones(70))
    nodes = [helper.make_node("Constant", [], ["c"], value=tensor), helper.make_node("Identity", ["c"], ["y"])]
    save(model(nodes, [], [value("y", TensorProto.FLOAT16, [70])], {"w": random(8, 8)}), tmp_path / "m.onnx")
    assert read_graph(tmp_path / "m.onnx", tmp_path).weights == {"float", "float16"}
