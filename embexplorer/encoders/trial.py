"""A first run of a model on a few samples: does it run, how fast, and do its vectors make sense?"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.encoded import Encoded, Encoder
from embexplorer.encoders.feeding import TextFeeds
from embexplorer.encoders.manifest import paired
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.open import open_manifest
from embexplorer.encoders.pixels import PixelFeeds
from embexplorer.encoders.registry import model_file
from embexplorer.encoders.session import Session

SENTENCES = (
    "The children are playing football in the park.",
    "Some kids play soccer on the grass outside.",
    "The central bank raised interest rates on Thursday.",
)
# A drawn picture, and what it shows; a text fits its own better where a pair was trained on pictures at all.
DRAWINGS = ("a red circle on a white background", "green stripes on a black background")
_SIDE = 256
_MARGIN = 0.02  # of similarities that are told with two digits


@dataclass(frozen=True)
class Trial:
    """dims: of the vectors. seconds: for each input, after a first one. load_s: to load the model. device: in words.
    sensible: whether like is nearer to like, None where that cannot be said. words: about that, a sentence.
    alike, apart: the two similarities that were compared."""

    dims: int
    seconds: float
    load_s: float
    device: str
    sensible: bool | None
    words: str
    alike: float = 0.0
    apart: float = 0.0


def with_dims(manifest: ModelManifest) -> ModelManifest:
    """The same manifest, with the width of the vectors where only a run can tell it.

    Raises EmbexError where the graph cannot be run or gives no vectors.
    """
    if manifest.sides:
        text, image = (with_dims(manifest.sides[kind]) for kind in ("text", "image"))
        if text.dims != image.dims:
            raise EmbexError(
                f"The text encoder gives {text.dims:,} dimensions and the image encoder {image.dims:,}, so they are "
                "no pair.",
                "Export both with their projections, so that they give text_embeds and image_embeds.",
            )
        return paired(text, image)
    return manifest if manifest.dims else replace(manifest, dims=_width(manifest))


def try_out(manifest: ModelManifest, device: str = "auto", threads: int = 1) -> Trial:
    """Run the model on samples. Raises EmbexError where it cannot be loaded, stops, or gives unusable vectors."""
    if manifest.sides:
        return _try_pair(manifest, device, threads)
    if manifest.modality == "image":
        with tempfile.TemporaryDirectory() as folder:
            return _try_side(manifest, device, threads, draw_samples(Path(folder)), None)
    return _try_side(manifest, device, threads, SENTENCES, _judge_texts)


def similarity(one: np.ndarray, other: np.ndarray) -> float:
    """The cosine of two vectors, from -1 to 1; 0 where one is all zero."""
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(np.clip(np.dot(one, other) / lengths, -1, 1)) if lengths else 0.0


def draw_samples(folder: Path) -> tuple[str, ...]:
    """Paths of pictures that show what DRAWINGS say, drawn into a folder."""
    circle = Image.new("RGB", (_SIDE, _SIDE), "white")
    ImageDraw.Draw(circle).ellipse((48, 48, 208, 208), fill=(220, 20, 30))
    stripes = Image.new("RGB", (_SIDE, _SIDE), "black")
    for at in range(0, _SIDE, 32):
        ImageDraw.Draw(stripes).rectangle((at, 0, at + 15, _SIDE), fill=(20, 180, 60))
    paths = [folder / "circle.png", folder / "stripes.png"]
    for picture, path in zip((circle, stripes), paths, strict=True):
        picture.save(path)
    return tuple(map(str, paths))


def _try_side(
    manifest: ModelManifest,
    device: str,
    threads: int,
    samples: Sequence[str],
    judge: Callable[[np.ndarray], tuple[bool, str, float, float]] | None,
) -> Trial:
    began = time.perf_counter()
    encoder = open_manifest(manifest, device, threads, next(iter(manifest.files)))
    try:
        loaded = time.perf_counter() - began
        vectors, seconds = _timed(encoder, samples)
        if judge is None:
            alike = similarity(vectors[0], vectors[1])
            same = alike > 1 - 1e-6
            words = "It cannot tell two different pictures apart." if same else "Two different pictures differ."
            return Trial(vectors.shape[1], seconds, loaded, encoder.granted.words, not same, words, 1.0, alike)
        good, words, alike, apart = judge(vectors)
        return Trial(vectors.shape[1], seconds, loaded, encoder.granted.words, good, words, alike, apart)
    finally:
        encoder.close()


def _timed(encoder: Encoder, samples: Sequence[str]) -> tuple[np.ndarray, float]:
    _usable(encoder.encode(samples[:1]), encoder)  # the first run prepares memory
    began = time.perf_counter()
    vectors = _usable(encoder.encode(samples), encoder)
    return vectors, (time.perf_counter() - began) / len(samples)


def _usable(encoded: Encoded, encoder: Encoder) -> np.ndarray:
    if not encoded.ok.all():
        raise EmbexError(
            f"The model “{encoder.manifest.id}” gives vectors for plain samples that are no numbers, or all zero.",
            "Take its 32-bit file, or export the model again.",
        )
    return encoded.vectors


def _judge_texts(vectors: np.ndarray) -> tuple[bool, str, float, float]:
    alike, apart = similarity(vectors[0], vectors[1]), similarity(vectors[0], vectors[2])
    near, far = _told(alike), _told(apart)
    if alike > apart + _MARGIN:
        return True, f"A paraphrase is nearer ({near}) than an unrelated sentence ({far}).", alike, apart
    return (
        False,
        f"A paraphrase is no nearer ({near}) than an unrelated sentence ({far}): another pooling may be "
        "right, or the model is none for English texts.",
        alike,
        apart,
    )


def _try_pair(manifest: ModelManifest, device: str, threads: int) -> Trial:
    began = time.perf_counter()
    precision = next(iter(manifest.files))
    text = open_manifest(manifest, device, threads, precision, side="text")
    try:
        image = open_manifest(manifest, device, threads, precision, side="image")
        try:
            loaded = time.perf_counter() - began
            texts, _ = _timed(text, DRAWINGS)
            with tempfile.TemporaryDirectory() as folder:
                images, seconds = _timed(image, draw_samples(Path(folder)))
        finally:
            image.close()
    finally:
        text.close()
    table = np.array([[similarity(one, other) for other in images] for one in texts])
    own, other = float(np.trace(table)) / 2, float(table.sum() - np.trace(table)) / 2
    good = own > other + _MARGIN
    than = "nearer to the drawing that they fit" if good else "no nearer to the drawings that they fit"
    hint = "A hint only: drawings are not photographs."
    words = f"Texts are {than} ({_told(own)}) than to another ({_told(other)}). {hint}"
    return Trial(texts.shape[1], seconds, loaded, image.granted.words, good, words, own, other)


def _told(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def _width(manifest: ModelManifest) -> int:
    """How wide the graph's vectors are, by a run on nothing much."""
    name = next(iter(manifest.files))
    session = Session(manifest, model_file(manifest, name), "cpu")
    if manifest.modality == "text":
        feeds, _ = TextFeeds(manifest, session).of([[1, 2]])
    else:
        how = manifest.preparation
        shape = (how.height, how.width) if how else (manifest.input_size,) * 2
        feeds = PixelFeeds(manifest, session).of(np.zeros((1, *shape, 3), np.uint8))
    (result,) = session.run([manifest.outputs.get("pooled") or manifest.outputs["tokens"]], feeds)
    if result.ndim not in (2, 3, 4):
        shape_words = " × ".join(map(str, result.shape))
        raise EmbexError(
            f"The model “{manifest.id}” gives {shape_words} numbers, which is no vector for each input.",
            "Export it for “feature-extraction”.",
        )
    return int(result.shape[1] if result.ndim == 4 else result.shape[-1])
