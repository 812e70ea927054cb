"""What a folder says about its image encoder: pixels in, vectors out."""

from dataclasses import dataclass
from typing import Any, get_args

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.graph import Graph, Value
from embexplorer.encoders.model import Layout, Preparation, Resample, Role
from embexplorer.encoders.modelfolder import ModelFolder
from embexplorer.encoders.outputs import Output, class_output, image_outputs, roles_of

_USUAL_SIDE = 224
# Pillow's numbers, as preprocessor_config.json writes them.
_RESAMPLES: tuple[Resample, ...] = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class ImageFacts:
    """preparation: None where the graph reads plain 8-bit pixels. known: a file says how pictures are prepared."""

    roles: dict[str, Role]
    outputs: tuple[Output, ...]
    preparation: Preparation | None
    side: int
    known: bool
    logits: str
    batch_rows: int
    dims: int


def image_facts(folder: ModelFolder, graph: Graph, *, is_pair: bool = False) -> ImageFacts:
    """Raises EmbexError where the graph reads something else."""
    roles = roles_of(graph)
    pixels = next(value for value in graph.inputs if roles[value.name] == "pixels")
    layout = _layout(pixels)
    config = folder.config("config.json")
    own = config.get("vision_config", config) if is_pair else config
    own = own if isinstance(own, dict) else {}
    prepare, timm = folder.config("preprocessor_config.json", "image_processor_config.json"), _timm(config)
    height, width = _fixed_size(pixels, layout)
    how = _preparation(prepare, timm, layout, (height, width), own)
    is_plain = pixels.kind == "uint8"
    if is_plain and (layout == "nchw" or how.height != how.width):
        raise EmbexError(
            f"{graph.path.name} reads 8-bit pixels as {pixels.words}, which embexplorer cannot give.",
            "Export the model with 8-bit pixels in the order batch, height, width, colour.",
        )
    return ImageFacts(
        roles=roles,
        outputs=image_outputs(graph, *(("image_embeds", "pooler_output") if is_pair else ())),
        preparation=None if is_plain else how,
        side=max(how.height, how.width),
        known=is_plain or bool(prepare or timm),
        logits=class_output(graph),
        batch_rows=pixels.size(0),
        dims=0 if is_pair else next((int(own[n]) for n in ("num_features", "hidden_size") if own.get(n)), 0),
    )


def _layout(pixels: Value) -> Layout:
    """Raises EmbexError where the graph reads no pictures of three colours."""
    if pixels.size(1) in (0, 3) and not (pixels.size(3) == 3 and pixels.size(1) != 3):
        return "nchw"
    if pixels.size(3) == 3:
        return "nhwc"
    raise EmbexError(
        f"The model reads “{pixels.name}” as {pixels.words}, which is no picture of three colours.",
        "Use a model that reads red, green and blue.",
    )


def _fixed_size(pixels: Value, layout: Layout) -> tuple[int, int]:
    """Height and width, 0 where they are free."""
    return (pixels.size(2), pixels.size(3)) if layout == "nchw" else (pixels.size(1), pixels.size(2))


def _preparation(
    config: dict[str, Any], timm: dict[str, Any], layout: Layout, fixed: tuple[int, int], model: dict[str, Any]
) -> Preparation:
    """By preprocessor_config.json of transformers, else by the config.json of timm, else as most models want it."""
    if not config and timm:
        return _timm_preparation(timm, layout, fixed)
    usual = int(model.get("image_size") or _USUAL_SIDE) if isinstance(model.get("image_size", 0), int) else _USUAL_SIDE
    shortest, resized = _sizes(config.get("size"), usual)
    is_cut = bool(config.get("do_center_crop", False)) and config.get("crop_size") is not None
    cut = _sizes(config.get("crop_size"), usual)[1] if is_cut else resized
    wanted = fixed if all(fixed) else cut
    if config.get("do_resize") is False and not is_cut:
        shortest = 0
    elif is_cut and not shortest:
        shortest = max(min(resized), min(wanted))
    elif shortest and not is_cut:
        shortest = 0  # nothing cuts it to one size, and a batch needs one
    is_normalised = config.get("do_normalize", True)
    plain = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    mean, std = (config.get("image_mean"), config.get("image_std")) if is_normalised else plain
    scale = float(config.get("rescale_factor", 1 / 255)) if config.get("do_rescale", True) else 1.0
    return Preparation(
        layout, *wanted, shortest if is_cut else 0, _resample(config.get("resample")), scale,
        _three(mean, _IMAGENET_MEAN), _three(std, _IMAGENET_STD),
    )  # fmt: skip


def _timm_preparation(config: dict[str, Any], layout: Layout, fixed: tuple[int, int]) -> Preparation:
    given = config.get("input_size")
    size = (int(given[1]), int(given[2])) if isinstance(given, list) and len(given) == 3 else (_USUAL_SIDE,) * 2
    height, width = fixed if all(fixed) else size
    share = config.get("crop_pct")
    shortest = int(min(height, width) / share) if isinstance(share, (int, float)) and 0 < share <= 1 else 0
    resample = str(config.get("interpolation", "bicubic"))
    return Preparation(
        layout, height, width, shortest, resample if resample in get_args(Resample) else "bicubic", 1 / 255,  # type: ignore[arg-type]
        _three(config.get("mean"), _IMAGENET_MEAN), _three(config.get("std"), _IMAGENET_STD),
    )  # fmt: skip


def _timm(config: dict[str, Any]) -> dict[str, Any]:
    found = config.get("pretrained_cfg")
    return found if isinstance(found, dict) else {}


def _sizes(size: Any, usual: int) -> tuple[int, tuple[int, int]]:
    """(shortest side, 0 where both are given; height and width) of the three ways to write a size."""
    if isinstance(size, dict):
        if "shortest_edge" in size:
            return int(size["shortest_edge"]), (int(size["shortest_edge"]),) * 2
        return 0, (int(size.get("height", usual)), int(size.get("width", usual)))
    if isinstance(size, (list, tuple)) and len(size) == 2:
        return 0, (int(size[0]), int(size[1]))
    side = int(size) if isinstance(size, int) and not isinstance(size, bool) and size > 0 else usual
    return side if isinstance(size, int) else 0, (side, side)


def _resample(number: Any) -> Resample:
    return _RESAMPLES[number] if isinstance(number, int) and 0 <= number < len(_RESAMPLES) else "bicubic"


def _three(values: Any, usual: tuple[float, ...]) -> tuple[float, ...]:
    if isinstance(values, (int, float)) and not isinstance(values, bool):
        return (float(values),) * 3
    good = isinstance(values, (list, tuple)) and len(values) == 3
    return tuple(float(value) for value in values) if good else usual
