"""What an import will take, before it begins."""

from collections.abc import Sequence
from functools import lru_cache

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, duration, size
from embexplorer.data.items import Kind, Preview
from embexplorer.encoders.bridge import BRIDGE_ID
from embexplorer.encoders.device import expected_device
from embexplorer.encoders.estimate import estimate
from embexplorer.encoders.registry import find_model, installed_models

_TYPICAL_TEXT = 300  # characters, where the preview shows none


def model_choices() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(id, name) of the installed text models and of the image models."""
    models = installed_models()
    texts = tuple((m.id, m.name) for m in models if m.reads("text"))
    return texts, tuple((m.id, m.name) for m in models if m.reads("image"))


@lru_cache(maxsize=64)
def model_name(model: str) -> str:
    """What people call a model; its id where it is not installed here."""
    if model == BRIDGE_ID:
        return "Text to image"
    try:
        return find_model(model).name
    except EmbexError:
        return model


def describe_device(wanted: str) -> str:
    """Where models will run, in words."""
    return expected_device(wanted)


def estimate_words(previews: Sequence[Preview], text_model: str, image_model: str, threads: int) -> str:
    """“About 2,000 items · 0:12 to embed · 5.1 MB in the project” for all of these sources together."""
    items, seconds, size_bytes, exact = 0, 0.0, 0.0, True
    for preview in previews:
        items += preview.items
        exact = exact and preview.items_exact
        if preview.kind is Kind.VECTOR:
            size_bytes += preview.items * preview.dims * 4
            continue
        model = find_model(image_model if preview.kind is Kind.IMAGE else text_model).side(str(preview.kind))
        cost = estimate(model, preview.items, _mean_length(preview), threads)
        seconds += cost.seconds
        size_bytes += cost.bytes
    about = "" if exact else "About "
    wait = f"{duration(max(1.0, seconds))} to embed" if seconds else "nothing to embed"  # ready-made vectors
    return f"{about}{count(items, 'item')} · {wait} · {size(size_bytes)} in the project"


def _mean_length(preview: Preview) -> float:
    column = preview.choices.text
    if column not in preview.rows.columns or not preview.rows.height:
        return _TYPICAL_TEXT
    lengths = preview.rows[column].cast(str, strict=False).drop_nulls().str.len_chars()
    mean = lengths.mean() if len(lengths) else None
    return float(mean) if isinstance(mean, (int, float)) else _TYPICAL_TEXT
