"""A recognised model and a person's choices to a manifest, as if the folder had brought one along."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, size
from embexplorer.data.models import Choices, ModelChoices
from embexplorer.encoders.graph import Graph
from embexplorer.encoders.imagefacts import ImageFacts
from embexplorer.encoders.manifest import paired
from embexplorer.encoders.model import ModelFile, ModelManifest, Pooling, Role
from embexplorer.encoders.outputs import Output
from embexplorer.encoders.recognising import Found
from embexplorer.encoders.registry import checksum_of
from embexplorer.encoders.textfacts import TextFacts

_POOLING_WORDS: dict[Pooling, str] = {
    "mean": "Mean of all tokens",
    "cls": "First token",
    "last": "Last token",
    "max": "Largest of each",
    "weighted": "Mean, later ones more",
}
_METRIC_WORDS = (("cosine", "Angle (cosine)"), ("ip", "Dot product"), ("l2", "Distance"))
_KIND_WORDS = {"text": "Texts", "image": "Images", "pair": "Texts and images in one space"}
_QUANTISED = "int"
_MOST_LANGUAGES = 12
_ALL_DEVICES, _PROCESSOR = ("cpu", "cuda", "directml", "coreml"), ("cpu",)


def usual_choices(found: Found) -> ModelChoices:
    """What the folder says, and the likeliest where it says nothing."""
    text = found.text
    output = _outputs(found)[0]
    return ModelChoices(
        name=found.name,
        precision=next(iter(found.graphs)),
        output=output.name,
        pooling=_usual_pooling(found, output),
        query_prompt=text.prompts.get("query", "") if text else "",
        passage_prompt=text.prompts.get("passage", "") if text else "",
        dims=output.width or _stated_dims(found),
        max_tokens=text.max_tokens if text else 0,
        metric=text.metric if text else "cosine",  # type: ignore[arg-type]
    )


def completed(found: Found, choices: ModelChoices | None) -> ModelChoices:
    """The choices, the usual ones for None, with what was found in place of an empty name, file, output or number, and
    a pooling that fits the output. Raises EmbexError for a file or output that is not there."""
    usual = usual_choices(found)
    choices = choices or usual
    filled = replace(
        choices,
        name=choices.name.strip() or usual.name,
        precision=choices.precision or usual.precision,
        output=choices.output or usual.output,
        dims=choices.dims or usual.dims,
        max_tokens=choices.max_tokens or usual.max_tokens,
    )
    if filled.precision not in found.graphs:
        raise EmbexError(
            f"The model has no file of the precision “{filled.precision}”.",
            f"Choose one of {', '.join(found.graphs)}.",
        )
    output = next((out for out in _outputs(found) if out.name == filled.output), None)
    if output is None:
        raise EmbexError(
            f"The model has no output “{filled.output}” that vectors can be taken from.",
            f"Choose one of {', '.join(out.name for out in _outputs(found))}.",
        )
    if output.kind != "parts":
        return replace(filled, pooling="none")
    return filled if filled.pooling != "none" else replace(filled, pooling=_usual_pooling(found, output))


def offered_fields(found: Found, choices: ModelChoices) -> tuple[str, ...]:
    """The fields of the choices that mean something for this model."""
    wanted = ["name"]
    wanted += ["precision"] if len(found.graphs) > 1 else []
    if found.kind != "pair":
        wanted += ["output"] if len(_outputs(found)) > 1 else []
        wanted += ["pooling"] if choices.pooling != "none" else []
    wanted += ["query_prompt", "passage_prompt", "max_tokens"] if found.text else []
    wanted += ["dims", "metric"] if found.kind == "text" else []
    return tuple(wanted)


def asked_fields(found: Found, choices: ModelChoices) -> tuple[str, ...]:
    """Those that no file of the model answers, so that a person has to say whether the proposal is right."""
    if choices.pooling == "none" or found.kind == "pair":
        return ()
    return ("pooling",) if found.text is None or found.text.asked else ()


def options(found: Found) -> dict[str, Choices]:
    """(value, words) for the fields that have a few values."""
    return {
        "precision": tuple((name, f"{name}, {size(found.bytes_of(name))}") for name in found.graphs),
        "output": tuple((out.name, out.words) for out in _outputs(found)),
        "pooling": tuple(_POOLING_WORDS.items()),
        "metric": _METRIC_WORDS,
    }


def facts(found: Found) -> tuple[tuple[str, str], ...]:
    """(name, value) of what was recognised, for people."""
    graphs = next(iter(found.graphs.values()))
    files = {graph.path.name: graph for graph in graphs.values()}
    reads = "; ".join(f"{name}: {', '.join(value.name for value in graph.inputs)}" for name, graph in files.items())
    lines = [("Reads", _KIND_WORDS[found.kind]), ("Inputs", reads if len(files) > 1 else reads.split(": ", 1)[1])]
    if found.image is not None and found.image.preparation is not None:
        how = found.image.preparation
        lines.append(("Pictures", f"{how.width} × {how.height} pixels, {how.resample}"))
    if found.text is not None:
        lines.append(("Texts", f"up to {count(found.text.most_tokens, 'token')}"))
    lines.append(("Licence", found.licence or "not stated"))
    if found.languages:
        lines.append(
            ("Languages", ", ".join(found.languages[:12]) + (" and more" if len(found.languages) > 12 else ""))
        )
    return tuple(lines)


def describe(found: Found, choices: ModelChoices) -> ModelManifest:
    """The manifest, with the checksums of the chosen files as they are now. Raises EmbexError where the choices do not
    go together, or the model needs a step that is not in its graph."""
    sides = {}
    if found.text is not None:
        sides["text"] = _text_side(found, found.text, choices)
    if found.image is not None:
        sides["image"] = _image_side(found, found.image, choices)
    if found.kind != "pair":
        return sides[found.kind]
    return paired(sides["text"], sides["image"])


def _text_side(found: Found, text: TextFacts, choices: ModelChoices) -> ModelManifest:
    output = text.outputs[0] if found.kind == "pair" else _named(text.outputs, choices.output)
    if text.beyond and output.kind == "parts":
        raise EmbexError(
            f"The model goes on after its graph, with a layer in “{text.beyond}” that is not a part of it.",
            "Export it with sentence-transformers, so that the graph gives sentence_embedding.",
        )
    graph = found.graphs[choices.precision]["text"]
    prompts = {"query": choices.query_prompt, "passage": choices.passage_prompt}
    limit = text.padding.length or text.most_tokens
    return replace(
        _side(found, choices, graph, "text", output, text.roles, text.dims),
        prompts={role: prompt for role, prompt in prompts.items() if prompt},
        max_tokens=min(choices.max_tokens or text.max_tokens, limit),
        tokenizer=_file(text.tokenizer),
        padding=text.padding,
        batch_rows=text.batch_rows,
    )


def _image_side(found: Found, image: ImageFacts, choices: ModelChoices) -> ModelManifest:
    output = image.outputs[0] if found.kind == "pair" else _named(image.outputs, choices.output)
    graph = found.graphs[choices.precision]["image"]
    side = _side(found, choices, graph, "image", output, image.roles, image.dims)
    logits = {"logits": image.logits} if image.logits and found.kind == "image" else {}
    return replace(
        side,
        outputs={**side.outputs, **logits},
        input_size=image.side,
        preparation=image.preparation,
        batch_rows=image.batch_rows,
    )


def _side(
    found: Found, choices: ModelChoices, graph: Graph, kind: str, output: Output, roles: dict[str, Role], stated: int
) -> ModelManifest:
    """What text and image encoders have in common. dims is 0 where only a run can tell it."""
    width = output.width or stated
    wanted = choices.dims if found.kind == "text" else 0
    is_cut = 0 < wanted < width
    if width and wanted > width:
        raise EmbexError(f"The model gives {width:,} dimensions, not {wanted:,}.", "Choose that many or fewer.")
    pooling = choices.pooling if found.kind != "pair" else _usual_pooling(found, output, kind)
    return ModelManifest(
        folder=found.folder.root,
        id=found.id,
        name=choices.name or found.name,
        modality=kind,  # type: ignore[arg-type]
        dims=wanted if is_cut else width,
        full_dims=width if is_cut else 0,
        metric=choices.metric,
        normalised=False,
        files={choices.precision: _onnx_file(graph, choices.precision)},
        inputs={value.name: value.words for value in graph.inputs},
        outputs={"pooled" if output.kind == "vector" else "tokens": output.name},
        pooling=pooling if output.kind == "parts" else "none" if output.kind == "vector" else "mean",
        licence=found.licence or "not stated",
        source=f"Added from {found.folder.root.name}",
        languages=found.languages,
        roles=dict(roles),
        documents=tuple(path.name for path in found.folder.documents()),
    )


def _onnx_file(graph: Graph, precision: str) -> ModelFile:
    is_quantised = _QUANTISED in precision
    devices = _PROCESSOR if is_quantised else _ALL_DEVICES
    return replace(_file(graph.path), devices=devices, parts=tuple(map(_file, graph.data)))


def _file(path: Path) -> ModelFile:
    """With its checksum. It keeps its own name, by which the graph asks for it, also where it is a link."""
    real = path.parent.resolve() / path.name
    return ModelFile(real, checksum_of(real), real.stat().st_size)


def _outputs(found: Found) -> tuple[Output, ...]:
    side = found.image if found.kind == "image" else found.text
    assert side is not None
    return side.outputs


def _named(outputs: tuple[Output, ...], name: str) -> Output:
    return next((out for out in outputs if out.name == name), outputs[0])


def _usual_pooling(found: Found, output: Output, kind: str = "") -> Pooling:
    if output.kind != "parts":
        return "none"
    return "cls" if (kind or found.kind) == "image" or found.text is None else found.text.pooling


def _stated_dims(found: Found) -> int:
    side = found.image if found.kind == "image" else found.text
    return side.dims if side is not None else 0


assert set(_POOLING_WORDS) == set(get_args(Pooling)) - {"none"}
