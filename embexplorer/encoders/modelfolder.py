"""A folder with a model in the layout that Hugging Face uses: which files there are, and what its small ones say.

Nothing in it is executed or unpacked: JSON and plain text are read, all else is left alone.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.graph import inside

Part = Literal["model", "text", "image"]

_LARGEST_CONFIG = 4_000_000  # bytes
_PARTS: dict[str, Part] = {
    "model": "model",
    "text_model": "text", "text": "text", "textual": "text", "text_encoder": "text",
    "vision_model": "image", "vision": "image", "visual": "image", "image_encoder": "image", "image_model": "image",
}  # fmt: skip
_NAME = re.compile(r"(model|text_model|text_encoder|textual|text|vision_model|vision|visual|image_encoder|image_model)"
                   r"(?:[_-](.+))?", re.IGNORECASE)  # fmt: skip
_PRECISIONS = {
    "fp16": "f16", "float16": "f16", "fp32": "f32", "float32": "f32", "quantized": "int8", "q8": "int8",
    "q4": "int4", "q4f16": "int4-f16",
}  # fmt: skip
# As their authors write them; model cards have them in small letters.
_LICENCES = {
    "mit": "MIT", "apache-2.0": "Apache-2.0", "bsd-3-clause": "BSD-3-Clause", "cc-by-4.0": "CC BY 4.0",
    "cc-by-nc-4.0": "CC BY-NC 4.0", "cc-by-sa-4.0": "CC BY-SA 4.0", "gpl-3.0": "GPL-3.0", "other": "see its licence",
}  # fmt: skip
_WRITERS = re.compile(r"decoder|with_past|merged|lm_head|embed_tokens", re.IGNORECASE)
_DOCUMENTS = re.compile(r"(licen[cs]e|notice|copying|readme)(\.(md|txt|rst))?", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{32,64}")


@dataclass(frozen=True)
class OnnxFile:
    """part: what of the model it is. variant: its precision as its name says it, "" where the name says nothing."""

    part: Part
    variant: str
    path: Path


class ModelFolder:
    """root: the folder with the configuration; the graphs may lie in “onnx” inside it."""

    def __init__(self, folder: Path) -> None:
        """Raises EmbexError where there is no such folder or no ONNX file in it."""
        if folder.suffix.lower() == ".onnx" and folder.is_file():
            folder = folder.parent
        if not folder.is_dir():
            raise EmbexError(f"{folder} is no folder.", "Choose the folder that a model was downloaded to.")
        self.root = folder.parent if folder.name == "onnx" and not (folder / "config.json").is_file() else folder
        self.onnx = tuple(self._find_onnx())
        if not self.onnx:
            others = [path.name for path in self.root.glob("*") if path.suffix in (".safetensors", ".bin", ".pt")]
            hint = (
                f"{others[0]} is a model for PyTorch. Export it to ONNX first: optimum-cli export onnx."
                if others
                else "Choose a folder that holds model.onnx, or a folder “onnx” with it."
            )
            raise EmbexError(f"There is no ONNX model in {folder}.", hint)

    def config(self, *names: str) -> dict[str, Any]:
        """The table in the first of these JSON files that is there, {} where none is. Raises EmbexError where one is
        damaged or lies elsewhere."""
        for name in names:
            path = self.root / name
            if path.is_file():
                inside(path, self.root)
                return _table(path)
        return {}

    def modules(self) -> list[dict[str, Any]]:
        """The steps in modules.json of sentence-transformers."""
        path = self.root / "modules.json"
        if not path.is_file():
            return []
        inside(path, self.root)
        found = _json(path)
        return [step for step in found if isinstance(step, dict)] if isinstance(found, list) else []

    def tokenizer(self) -> Path:
        """Raises EmbexError where there is none that can be read."""
        for place in (self.root, self.root / "tokenizer", self.root / "onnx", self.root / "0_Transformer"):
            path = place / "tokenizer.json"
            if path.is_file():
                inside(path, self.root)
                return path
        raise EmbexError(
            f"The model in {self.root} reads texts, but its tokenizer.json is missing.",
            "Download tokenizer.json beside the model, or save the tokenizer again with use_fast=True.",
        )

    def documents(self) -> tuple[Path, ...]:
        """The licence and the model card."""
        found = [path for path in self.root.iterdir() if path.is_file() and _DOCUMENTS.fullmatch(path.name)]
        return tuple(sorted(path for path in found if self.root.resolve() in path.resolve().parents))

    def card(self) -> tuple[str, tuple[str, ...]]:
        """The licence and the languages that the model card states."""
        path = self.root / "README.md"
        if not path.is_file() or path not in self.documents():
            return "", ()
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.read(20_000)
        matter = re.match(r"---\s*\n(.*?)\n---", head, re.DOTALL)
        lines = matter[1] if matter else ""
        licence = re.search(r"^license(?:_name)?:\s*[\"']?([\w.+-]+)", lines, re.MULTILINE)
        block = re.search(r"^languages?:[ \t]*(.*(?:\n[ \t]*- .*)*)", lines, re.MULTILINE)
        languages = re.findall(r"\b[a-z]{2,3}\b", block[1]) if block else []
        name = licence[1] if licence else ""
        return _LICENCES.get(name.lower(), name), tuple(dict.fromkeys(languages))

    def name(self) -> str:
        """As people call the model."""
        given = str(self.config("config.json").get("_name_or_path", "")).replace("\\", "/").rstrip("/").split("/")[-1]
        folder = self.root.resolve()
        if _HASH.fullmatch(folder.name):  # a snapshot in a cache of downloads
            folder = folder.parent.parent
            return folder.name.split("--")[-1]
        is_plain = folder.name.lower() in ("model", "onnx", "export", "output", "download", "downloads")
        return given if is_plain and given else folder.name

    def _find_onnx(self) -> Iterator[OnnxFile]:
        for place in (self.root, self.root / "onnx"):
            for path in sorted(place.glob("*.onnx")) if place.is_dir() else ():
                if _WRITERS.search(path.stem):
                    continue
                named = _NAME.fullmatch(path.stem)
                if named is None:
                    yield OnnxFile("model", "" if len(list(place.glob("*.onnx"))) == 1 else path.stem, path)
                    continue
                variant = (named[2] or "").lower().removeprefix("model_")
                yield OnnxFile(_PARTS[named[1].lower()], _PRECISIONS.get(variant, variant.replace("_", "-")), path)


def _table(path: Path) -> dict[str, Any]:
    found = _json(path)
    return found if isinstance(found, dict) else {}


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            raise ValueError("too large")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EmbexError(f"{path.name} could not be read ({error.strerror or error}).", "Check the folder.") from error
    except (ValueError, RecursionError) as error:
        raise EmbexError(
            f"{path.name} in {path.parent} is damaged: it is no JSON.", "Download the file again."
        ) from error
