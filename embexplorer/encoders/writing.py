"""A manifest as the text of its model.json: what load_manifest reads again."""

import json
from pathlib import Path
from typing import Any

from embexplorer.encoders.manifest import ENCODER, SCHEMA
from embexplorer.encoders.model import ModelFile, ModelManifest


def manifest_text(manifest: ModelManifest) -> str:
    """JSON, with the paths relative to the manifest's folder. Raises ValueError where a file lies elsewhere."""
    head: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": ENCODER,
        "id": manifest.id,
        "name": manifest.name,
        "modality": manifest.modality,
        "dims": manifest.dims,
        "metric": manifest.metric,
        "licence": manifest.licence,
        "source": manifest.source,
        "languages": list(manifest.languages),
        "documents": list(manifest.documents),
    }
    if manifest.sides:
        head |= {kind: {"modality": kind, **_encoder(side)} for kind, side in manifest.sides.items()}
    else:
        head |= _encoder(manifest)
    return json.dumps(head, indent=1, ensure_ascii=False) + "\n"


def _encoder(manifest: ModelManifest) -> dict[str, Any]:
    folder = manifest.folder.resolve()
    values: dict[str, Any] = {
        "normalised": manifest.normalised,
        "files": {name: _file(file, folder) for name, file in manifest.files.items()},
        "inputs": dict(manifest.inputs),
        "outputs": dict(manifest.outputs),
        "roles": dict(manifest.roles),
        "batch_rows": manifest.batch_rows,
        "full_dims": manifest.full_dims,
        "pooling": manifest.pooling,
    }
    if manifest.tokenizer is not None:
        padding = manifest.padding
        values |= {
            "prompts": dict(manifest.prompts),
            "max_tokens": manifest.max_tokens,
            "batch_tokens": manifest.batch_tokens,
            "tokenizer": _file(manifest.tokenizer, folder),
            "add_special_tokens": manifest.add_special_tokens,
            "padding": {"token": padding.token, "side": padding.side, "length": padding.length},
        }
    else:
        values["input_size"] = manifest.input_size
    if manifest.preparation is not None:
        how = vars(manifest.preparation)
        values["preparation"] = {name: list(v) if isinstance(v, tuple) else v for name, v in how.items()}
    return values


def _file(file: ModelFile, folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = {
        "path": file.path.relative_to(folder).as_posix(),
        "sha256": file.sha256,
        "bytes": file.bytes,
        "for": file.use,
        "devices": list(file.devices),
    }
    if file.per_second:
        values["per_second"] = file.per_second
    if file.parts:
        values["parts"] = [_file(part, folder) for part in file.parts]
    return values
