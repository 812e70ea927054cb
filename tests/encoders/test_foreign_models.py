"""Models of any make: what is found out about them, and that their vectors are what their makers would compute."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto
from onnxfolders import (
    SIDE,
    WIDTH,
    image_folder,
    last_token_folder,
    pair_folder,
    save,
    save_with_data,
    sentence_folder,
    text_graph,
    write_json,
)
from PIL import Image
from tokenizers import Tokenizer

from embexplorer.base import paths
from embexplorer.base.progress import finish
from embexplorer.data.models import ModelChoices, ModelProposal
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.open import open_encoder
from embexplorer.encoders.pooling import pool
from embexplorer.encoders.registry import find_model
from embexplorer.operations.modelling import install_model, look_at_model, model_views, uninstall_model

TEXTS = ["a red cat", "the parcel arrived late .", "good", "some kids play soccer on the grass outside"]


def look(folder: Path, choices: ModelChoices | None = None) -> ModelProposal:
    proposal: ModelProposal = finish(look_at_model(folder, choices)).value
    return proposal


def installed(folder: Path, **changes: object) -> ModelManifest:
    choices = look(folder).choices
    manifest: ModelManifest = finish(install_model(folder, ModelChoices(**{**vars(choices), **changes}))).value
    return manifest


def vectors(manifest: ModelManifest, inputs: list[str], side: str = "", query: bool = False) -> np.ndarray:
    encoder = open_encoder(manifest.id, "cpu", 1, side=side)
    try:
        encoded = encoder.encode_queries(inputs) if query else encoder.encode(inputs)
    finally:
        encoder.close()
    assert encoded.ok.all()
    return encoded.vectors


def raw_states(folder: Path, text: str, output: str, **more: np.ndarray) -> np.ndarray:
    """One text by itself through onnxruntime, as its maker would run it: (tokens, width)."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids),
             "position_ids": np.arange(ids.shape[1])[None], **more}  # fmt: skip
    session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"), providers=["CPUExecutionProvider"])
    wanted = {value.name for value in session.get_inputs()}
    return session.run([output], {name: value for name, value in feeds.items() if name in wanted})[0][0]


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def test_a_sentence_model_is_recognised_whole(tmp_path: Path) -> None:
    proposal = look(sentence_folder(tmp_path / "Nice Model"))
    assert proposal.error == ""
    assert proposal.asked == ()
    chosen = proposal.choices
    assert (chosen.name, chosen.precision, chosen.pooling, chosen.dims) == ("Nice Model", "f32", "mean", WIDTH)
    assert (chosen.query_prompt, chosen.passage_prompt, chosen.max_tokens) == ("query : ", "passage : ", 128)
    assert dict(proposal.facts) | {"Licence": "MIT", "Languages": "en, de"} == dict(proposal.facts)
    assert [name for name, _ in proposal.options["precision"]] == ["f32", "int8"]
    assert [name for name, _ in proposal.options["output"]] == ["last_hidden_state", "hidden_states.0"]
    assert "32 dimensions" in proposal.trial[0].text
    assert "paraphrase" in proposal.trial[1].text


def test_only_what_is_needed_is_copied_with_licence_and_card(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "Nice Model")
    manifest = installed(folder)
    assert manifest.id == "nice-model"
    there = {path.relative_to(manifest.folder).as_posix() for path in manifest.folder.rglob("*") if path.is_file()}
    assert there == {"model.json", "onnx/model.onnx", "tokenizer.json", "LICENSE", "README.md"}
    assert (manifest.licence, manifest.languages) == ("MIT", ("en", "de"))
    view = next(view for view in model_views() if view.id == "nice-model")
    assert (view.kind, view.dims, view.licence, view.removable, view.problem) == ("text", WIDTH, "MIT", True, "")
    uninstall_model("nice-model")
    assert not manifest.folder.exists()
    assert (folder / "onnx" / "model.onnx").exists()


def test_linked_files_take_no_room_twice(tmp_path: Path) -> None:
    folder = sentence_folder(paths.user_models_folder().parent / "download")
    manifest = finish(install_model(folder, link=True)).value
    assert (manifest.folder / "onnx" / "model.onnx").samefile(folder / "onnx" / "model.onnx")


@pytest.mark.parametrize(
    ("mode", "pooling"),
    [("mean_tokens", "mean"), ("cls_token", "cls"), ("max_tokens", "max"), ("lasttoken", "last"),
     ("weightedmean_tokens", "weighted")],
)  # fmt: skip
def test_each_pooling_is_what_sentence_transformers_computes(tmp_path: Path, mode: str, pooling: str) -> None:
    folder = sentence_folder(tmp_path / "m", mode)
    manifest = installed(folder, passage_prompt="")
    assert manifest.pooling == pooling
    found = vectors(manifest, TEXTS)
    for text, vector in zip(TEXTS, found, strict=True):
        states = raw_states(folder, text, "last_hidden_state")
        steps = np.arange(1, len(states) + 1)[:, None]
        wanted = {
            "mean": states.mean(0), "cls": states[0], "max": states.max(0), "last": states[-1],
            "weighted": (states * steps).sum(0) / steps.sum(),
        }[pooling]  # fmt: skip
        np.testing.assert_allclose(vector, unit(wanted), atol=1e-5)


@pytest.mark.parametrize("how", ["mean", "cls", "last", "max", "weighted"])
def test_padding_at_either_end_changes_no_vector(how: str) -> None:
    states = np.random.default_rng(0).standard_normal((1, 5, 8)).astype(np.float32)
    alone = pool(states, np.ones((1, 5), np.int64), how)
    gap = np.full((1, 3, 8), 99, np.float32)
    for padded, mask in (
        (np.concatenate([states, gap], 1), [1] * 5 + [0] * 3),
        (np.concatenate([gap, states], 1), [0] * 3 + [1] * 5),
    ):
        np.testing.assert_allclose(pool(padded, np.array([mask]), how), alone, atol=1e-6)


def test_prompts_are_put_before_questions_and_items(tmp_path: Path) -> None:
    manifest = installed(sentence_folder(tmp_path / "m"))
    item, question = vectors(manifest, ["good"])[0], vectors(manifest, ["good"], query=True)[0]
    plain = installed(sentence_folder(tmp_path / "plain"), passage_prompt="", query_prompt="")
    np.testing.assert_allclose(item, vectors(plain, ["passage : good"])[0], atol=1e-6)
    np.testing.assert_allclose(question, vectors(plain, ["query : good"])[0], atol=1e-6)


@pytest.mark.parametrize("past", [False, True])
def test_a_last_token_model_is_recognised_and_padded_at_the_left(tmp_path: Path, past: bool) -> None:
    folder = last_token_folder(tmp_path / "qwen3-like", past=past)
    proposal = look(folder)
    assert (proposal.choices.pooling, proposal.asked) == ("last", ("pooling",))
    manifest = installed(folder)
    assert (manifest.padding.side, manifest.max_tokens) == ("left", 512)
    empty = {"past_key_values.0.key": np.zeros((1, 2, 0, 4), np.float32)}
    together = vectors(manifest, TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(vector, unit(raw_states(folder, text, "last_hidden_state", **empty)[-1]), atol=1e-5)
        np.testing.assert_allclose(vector, vectors(manifest, [text])[0], atol=1e-5)


def test_vectors_come_from_a_chosen_layer(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    manifest = installed(folder, output="hidden_states.0", passage_prompt="")
    found = vectors(manifest, ["a red cat"])[0]
    np.testing.assert_allclose(found, unit(raw_states(folder, "a red cat", "hidden_states.0").mean(0)), atol=1e-5)


def test_fewer_dimensions_are_the_first_ones_at_length_one(tmp_path: Path) -> None:
    whole = vectors(installed(sentence_folder(tmp_path / "whole")), TEXTS)
    cut = installed(sentence_folder(tmp_path / "cut"), dims=8)
    assert (cut.dims, cut.full_dims) == (8, WIDTH)
    found = vectors(cut, TEXTS)
    np.testing.assert_allclose(found, np.stack([unit(row[:8]) for row in whole]), atol=1e-5)
    assert "not 64" in look(tmp_path / "cut", ModelChoices(name="x", dims=64)).error


def test_a_vector_that_the_graph_pools_itself_goes_first(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    save(text_graph(pooled=True), folder / "onnx" / "model.onnx")
    chosen = look(folder).choices
    assert (chosen.output, chosen.pooling) == ("sentence_embedding", "none")


def test_a_graph_without_a_mask_sees_no_padding(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    save(text_graph(pooled=True, mask=False), folder / "onnx" / "model.onnx")
    manifest = installed(folder)
    together = vectors(manifest, TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(vector, vectors(manifest, [text])[0], atol=1e-5)


def test_a_graph_for_texts_of_one_length_gets_that_length(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    save(text_graph(length=12), folder / "onnx" / "model.onnx")
    manifest = installed(folder, passage_prompt="")
    assert (manifest.padding.length, manifest.max_tokens) == (12, 12)
    assert vectors(manifest, [*TEXTS, "good " * 50]).shape == (5, WIDTH)


def test_weights_beside_the_graph_are_copied_and_checked(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    plain = vectors(installed(folder), TEXTS)
    uninstall_model("m")
    save_with_data(text_graph(types=True), folder / "onnx" / "model.onnx", "model.onnx_data")
    manifest = installed(folder)
    np.testing.assert_allclose(vectors(manifest, TEXTS), plain, atol=1e-6)
    data = manifest.folder / "onnx" / "model.onnx_data"
    data.write_bytes(data.read_bytes()[:-1] + b"\x01")
    with pytest.raises(Exception, match="checksum"):
        open_encoder("m", "cpu", 1)


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.DOUBLE])
def test_vectors_of_other_numbers_become_float32(tmp_path: Path, kind: int) -> None:
    folder = sentence_folder(tmp_path / "m")
    save(text_graph(kind=kind), folder / "onnx" / "model.onnx")
    found = vectors(installed(folder), TEXTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def scene(path: Path) -> str:
    shades = np.random.default_rng(3).integers(0, 256, (30, 40, 3), np.uint8)
    Image.fromarray(shades).save(path)
    return str(path)


@pytest.mark.parametrize("layout", ["nhwc", "nchw"])
def test_pixels_are_prepared_as_the_folder_says(tmp_path: Path, layout: str) -> None:
    folder = image_folder(tmp_path / "eye", layout)
    picture = scene(tmp_path / "scene.png")
    manifest = installed(folder)
    assert (manifest.modality, manifest.dims, manifest.input_size) == ("image", WIDTH, SIDE)
    image = Image.open(picture).resize((26, 20), Image.Resampling.BILINEAR).crop((5, 2, 21, 18))
    pixels = (np.asarray(image, np.float32) / 255 - [0.5, 0.4, 0.3]) / [0.5, 0.25, 0.2]
    pixels = pixels.astype(np.float32)[None]
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    wanted = session.run(None, {"pixel_values": pixels if layout == "nhwc" else pixels.transpose(0, 3, 1, 2)})[0][0]
    np.testing.assert_allclose(vectors(manifest, [picture])[0], unit(wanted), atol=1e-5)


@pytest.mark.parametrize("one_graph", [False, True])
def test_a_pair_puts_texts_and_images_into_one_space(tmp_path: Path, one_graph: bool) -> None:
    manifest = installed(pair_folder(tmp_path / "clip", one_graph=one_graph))
    assert (manifest.modality, set(manifest.sides), manifest.dims) == ("pair", {"text", "image"}, 3)
    colours = {"red": (230, 20, 20), "green": (20, 200, 40), "blue": (30, 30, 220)}
    pictures = []
    for name, colour in colours.items():
        pictures.append(str(tmp_path / f"{name}.png"))
        Image.new("RGB", (40, 30), colour).save(pictures[-1])
    words = vectors(manifest, [f"a {name} picture" for name in colours], "text")
    seen = vectors(manifest, pictures, "image")
    assert (words @ seen.T).argmax(axis=1).tolist() == [0, 1, 2]
    assert (seen @ words.T).argmax(axis=1).tolist() == [0, 1, 2]
    assert look(pair_folder(tmp_path / "again", one_graph=one_graph)).trial[1].good


def test_a_precision_is_chosen(tmp_path: Path) -> None:
    manifest = installed(sentence_folder(tmp_path / "m"), precision="int8")
    assert list(manifest.files) == ["int8"]
    assert manifest.files["int8"].path.name == "model_quantized.onnx"
    assert manifest.files["int8"].devices == ("cpu",)
    assert "Choose one of f32, int8" in look(tmp_path / "m", ModelChoices(precision="f64")).error


def test_an_installed_model_says_all_of_itself_again(tmp_path: Path) -> None:
    manifest = installed(last_token_folder(tmp_path / "m"))
    again = find_model("m")
    assert again == manifest
    values = json.loads((manifest.folder / "model.json").read_text(encoding="utf-8"))
    assert values["roles"]["position_ids"] == "positions"


@pytest.mark.parametrize(
    ("name", "pooling", "query"),
    [("bge-small-en-v1.5", "cls", "Represent this sentence for searching relevant passages: "),
     ("e5-small-v2", "mean", "query: "), ("nomic-embed-text-v1.5", "mean", "search_query: "),
     ("some-model", "mean", "")],
)  # fmt: skip
def test_what_the_files_do_not_say_is_proposed_by_name_and_asked(
    tmp_path: Path, name: str, pooling: str, query: str
) -> None:
    folder = sentence_folder(tmp_path / name)
    (folder / "1_Pooling" / "config.json").unlink()
    (folder / "config_sentence_transformers.json").unlink()
    proposal = look(folder)
    assert (proposal.choices.pooling, proposal.choices.query_prompt) == (pooling, query)
    assert proposal.asked == ("pooling",)


def test_a_similarity_other_than_the_cosine_is_kept(tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "m")
    write_json(folder / "config_sentence_transformers.json", {"similarity_fn_name": "dot"})
    manifest = installed(folder)
    assert manifest.metric == "ip"
    assert abs(np.linalg.norm(vectors(manifest, ["good"])[0]) - 1) > 0.01
