"""Folders with small models of random weights, in the layouts that people download: made by the onnx package alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, external_data_helper, numpy_helper, save_model
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WIDTH, SIDE = 32, 16
WORDS = tuple(
    word
    for line in (
        "the children are playing football in park some kids play soccer on grass outside central bank raised",
        "interest rates thursday a red green blue circle stripes white black background of picture cat dog sky good",
        "bad slow fast delivery query passage arrived late parcel",
    )
    for word in line.split()
)
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
Shape = Sequence[int | str]


def write_json(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


def write_tokenizer(folder: Path, *, last_token: bool = False) -> None:
    """Lower-cased words; [CLS] … [SEP] as BERT has it, or only an end as text generators have it."""
    from tokenizers.normalizers import Lowercase

    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *dict.fromkeys(WORDS), ".", ":", ","])}
    tokenizer = Tokenizer(WordLevel(vocabulary, "[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    pattern = "$A [SEP]" if last_token else "[CLS] $A [SEP]"
    ends = [("[SEP]", 3)] if last_token else [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = TemplateProcessing(single=pattern, special_tokens=ends)
    tokenizer.enable_padding(length=128)  # upstream's files bring such settings along; they must not count
    tokenizer.save(str(folder / "tokenizer.json"))


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def value(name: str, kind: int, shape: Shape) -> Any:
    return make_tensor_value_info(name, kind, shape)


def model(nodes: Sequence[NodeProto], inputs: Sequence[Any], outputs: Sequence[Any], weights: dict[str, np.ndarray],
          opset: int = 17, domains: Sequence[str] = ()) -> ModelProto:  # fmt: skip
    tensors = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = make_graph(list(nodes), "made", list(inputs), list(outputs), tensors)
    made = make_model(graph, opset_imports=[make_opsetid("", opset), *(make_opsetid(d, 1) for d in domains)])
    made.ir_version = 8
    return made


def save(made: ModelProto, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.SerializeToString())


def save_with_data(made: ModelProto, path: Path, data: str) -> None:
    """The weights in a file beside the graph, as exports of more than two gigabytes have them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_model(made, str(path), save_as_external_data=True, location=data, size_threshold=1024)


def point_data_to(path: Path, location: str) -> None:
    """Let the weights of a saved graph lie somewhere else."""
    made = ModelProto.FromString(path.read_bytes())
    for tensor in made.graph.initializer:
        external_data_helper.set_external_data(tensor, location)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
    path.write_bytes(made.SerializeToString())


def text_graph(*, causal: bool = False, pooled: bool = False, layers: bool = False, types: bool = False,
               positions: bool = False, past: bool = False, mask: bool = True, length: int | str = "sequence",
               kind: int = TensorProto.FLOAT, broken: str = "") -> ModelProto:  # fmt: skip
    """Words to vectors: a table, mixed along the text (causally as in a text generator, or all with all), projected.

    broken: "nan" divides by zero, "rank" gives one axis too many.
    """
    ids = [value("input_ids", TensorProto.INT64, ["batch", length])]
    mask_in = [value("attention_mask", TensorProto.INT64, ["batch", length])] if mask else []
    weights = {"table": random(80, WIDTH), "project": random(WIDTH, WIDTH, seed=1), "axis": np.array(1, np.int64)}
    nodes = [make_node("Gather", ["table", "input_ids"], ["words"])]
    last = "words"
    inputs = [*ids, *mask_in]
    for role, wanted in (("token_type_ids", types), ("position_ids", positions)):
        if wanted:
            inputs.append(value(role, TensorProto.INT64, ["batch", length]))
            weights[f"table_{role}"] = 0.1 * random(600, WIDTH, seed=2 if types else 3)
            nodes += [make_node("Gather", [f"table_{role}", role], [f"{role}_v"]),
                      make_node("Add", [last, f"{role}_v"], [f"with_{role}"])]  # fmt: skip
            last = f"with_{role}"
    if past:
        inputs.append(value("past_key_values.0.key", TensorProto.FLOAT, ["batch", 2, "past", 4]))
        nodes += [make_node("ReduceSum", ["past_key_values.0.key"], ["nothing"], keepdims=0),
                  make_node("Add", [last, "nothing"], ["with_past"])]  # fmt: skip
        last = "with_past"
    nodes.append(make_node("Identity", [last], ["hidden_states.0"]))
    if mask:
        weights["minus1"] = np.array([-1], np.int64)
        nodes += [make_node("Cast", ["attention_mask"], ["mask_f"], to=TensorProto.FLOAT),
                  make_node("Unsqueeze", ["mask_f", "minus1"], ["mask_3"]),
                  make_node("Mul", [last, "mask_3"], ["masked"])]  # fmt: skip
        last = "masked"
    mixing = make_node("CumSum", [last, "axis"], ["mixed"]) if causal else make_node("Identity", [last], ["mixed"])
    nodes += [mixing, make_node("MatMul", ["mixed", "project"], ["projected"])]
    last = "projected"
    if broken == "nan":
        nodes += [make_node("Sub", [last, last], ["zero"]), make_node("Div", ["zero", "zero"], ["not_a_number"])]
        last = "not_a_number"
    if broken == "rank":
        weights["three"] = np.array([3], np.int64)
        nodes.append(make_node("Unsqueeze", [last, "three"], ["last_hidden_state"]))
        return model(nodes, inputs, [value("last_hidden_state", TensorProto.FLOAT, ["b", "s", WIDTH, 1])], weights)
    nodes.append(make_node("Cast", [last], ["last_hidden_state"], to=kind))
    outputs = [value("last_hidden_state", kind, ["batch", length, WIDTH])]
    if layers:
        outputs.append(value("hidden_states.0", TensorProto.FLOAT, ["batch", length, WIDTH]))
    if pooled:
        nodes.append(make_node("ReduceMean", [last], ["sentence_embedding"], axes=[1], keepdims=0))
        outputs.append(value("sentence_embedding", TensorProto.FLOAT, ["batch", WIDTH]))
    return model(nodes, inputs, outputs, weights)


def sentence_folder(folder: Path, pooling: str = "mean_tokens") -> Path:
    """As sentence-transformers exports: the graph in “onnx”, a quantised one beside it, the pooling in a file."""
    folder.mkdir(parents=True, exist_ok=True)
    save(text_graph(types=True, layers=True), folder / "onnx" / "model.onnx")
    save(text_graph(types=True, layers=True), folder / "onnx" / "model_quantized.onnx")
    write_tokenizer(folder)
    write_json(folder / "config.json", {"model_type": "bert", "hidden_size": WIDTH, "pad_token_id": 0,
                                        "max_position_embeddings": 512})  # fmt: skip
    write_json(folder / "modules.json", [
        {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ])  # fmt: skip
    modes = ("cls_token", "mean_tokens", "max_tokens", "lasttoken", "weightedmean_tokens")
    write_json(folder / "1_Pooling" / "config.json", {f"pooling_mode_{mode}": mode == pooling for mode in modes})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 128, "do_lower_case": False})
    prompts = {"query": "query : ", "document": "passage : "}
    write_json(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})
    (folder / "README.md").write_text("---\nlicense: mit\nlanguage:\n- en\n- de\n---\n# A model\n", encoding="utf-8")
    (folder / "LICENSE").write_text("Do as you like.\n", encoding="utf-8")
    (folder / "modeling.py").write_text("raise SystemExit('executed')\n", encoding="utf-8")
    return folder


def last_token_folder(folder: Path, *, past: bool = False) -> Path:
    """As Qwen3-Embedding: causal, padded at the left, the last token stands for the text."""
    folder.mkdir(parents=True, exist_ok=True)
    save(text_graph(causal=True, positions=True, past=past), folder / "onnx" / "model.onnx")
    write_tokenizer(folder, last_token=True)
    write_json(folder / "config.json", {"model_type": "qwen3", "hidden_size": WIDTH, "max_position_embeddings": 512})
    write_json(folder / "tokenizer_config.json",
               {"padding_side": "left", "pad_token": "[PAD]", "model_max_length": 131_072})  # fmt: skip
    write_json(folder / "config_sentence_transformers.json",
               {"prompts": {"query": "query : ", "document": ""}, "similarity_fn_name": "cosine"})  # fmt: skip
    return folder


def image_nodes(layout: str, source: str, *, colours: bool = False) -> tuple[list[NodeProto], dict[str, np.ndarray]]:
    """Pixels to a vector. colours: of three numbers, how much more red, green and blue there is than of the rest."""
    channels = 1 if layout == "nchw" else 3
    if colours:
        matrix = 1.5 * np.eye(3, dtype=np.float32) - 0.5
        nodes = [make_node("ReduceMean", [source], ["shades"], axes=[2, 3] if layout == "nchw" else [1, 2], keepdims=0),
                 make_node("MatMul", ["shades", "colours"], ["seen"])]  # fmt: skip
        return nodes, {"colours": matrix.astype(np.float32)}
    nodes = [make_node("Flatten", [source], ["flat"], axis=1), make_node("MatMul", ["flat", "look"], ["seen"])]
    assert channels
    return nodes, {"look": random(3 * SIDE * SIDE, WIDTH, seed=5) / SIDE}


def image_folder(folder: Path, layout: str = "nhwc", *, preprocessor: bool = True) -> Path:
    """An image encoder that reads batch, height, width, colour (as TensorFlow's do) or batch, colour, height, width."""
    folder.mkdir(parents=True, exist_ok=True)
    shape: Shape = ["batch", SIDE, SIDE, 3] if layout == "nhwc" else ["batch", 3, SIDE, SIDE]
    nodes, weights = image_nodes(layout, "pixel_values")
    nodes.append(make_node("Identity", ["seen"], ["pooler_output"]))
    made = model(nodes, [value("pixel_values", TensorProto.FLOAT, shape)],
                 [value("pooler_output", TensorProto.FLOAT, ["batch", WIDTH])], weights)  # fmt: skip
    save(made, folder / "model.onnx")
    write_json(folder / "config.json", {"model_type": "vit", "hidden_size": WIDTH})
    if preprocessor:
        write_json(folder / "preprocessor_config.json", {
            "do_resize": True, "size": {"shortest_edge": 20}, "do_center_crop": True,
            "crop_size": {"height": SIDE, "width": SIDE}, "do_rescale": True, "rescale_factor": 1 / 255,
            "do_normalize": True, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.2], "resample": 2,
        })  # fmt: skip
    return folder


def pair_folder(folder: Path, *, one_graph: bool = False) -> Path:
    """As CLIP: texts and images in one space. It knows three colours, and so finds red things by “red”."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(WORDS)]
    table = np.full((80, 3), 1e-3, np.float32)
    for place, colour in enumerate(("red", "green", "blue")):
        table[names.index(colour), place] = 1
    text = [make_node("Gather", ["table", "input_ids"], ["words"]),
            make_node("ReduceSum", ["words", "one"], ["text_embeds"], keepdims=0)]  # fmt: skip
    text_weights = {"table": table, "one": np.array([1], np.int64)}
    looked, image_weights = image_nodes("nchw", "pixel_values", colours=True)
    looked.append(make_node("Identity", ["seen"], ["image_embeds"]))
    ids = value("input_ids", TensorProto.INT64, ["batch", "sequence"])
    pixels = value("pixel_values", TensorProto.FLOAT, ["images", 3, SIDE, SIDE])
    text_out, image_out = (value(f"{side}_embeds", TensorProto.FLOAT, [f"{side}s", 3]) for side in ("text", "image"))
    if one_graph:
        both = model([*text, *looked], [ids, pixels], [text_out, image_out], text_weights | image_weights)
        save(both, folder / "onnx" / "model.onnx")
    else:
        save(model(text, [ids], [text_out], text_weights), folder / "onnx" / "text_model.onnx")
        save(model(looked, [pixels], [image_out], image_weights), folder / "onnx" / "vision_model.onnx")
    write_tokenizer(folder)
    write_json(folder / "config.json", {"model_type": "clip", "projection_dim": 3, "text_config": {
        "max_position_embeddings": 77, "pad_token_id": 0}, "vision_config": {"image_size": SIDE}})  # fmt: skip
    write_json(folder / "preprocessor_config.json", {
        "do_resize": True, "size": SIDE, "do_center_crop": True, "crop_size": SIDE, "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25], "resample": 3,
    })  # fmt: skip
    return folder
