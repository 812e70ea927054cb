"""How fast models are on this computer: measured when asked for, and kept until the model's file changes."""

import json
import logging
import os
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from embexplorer.base import paths
from embexplorer.base.progress import Step
from embexplorer.encoders.encoded import Encoder
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.open import open_manifest
from embexplorer.encoders.trial import draw_samples

_log = logging.getLogger(__name__)

_FILE = "speeds.json"
_ENOUGH_S, _MOST_ROUNDS = 1.5, 8
_TEXTS, _IMAGES = 64, 32  # of the first round
# About 40 tokens, as a paragraph of a review or a headline with its first sentence has.
_SAMPLE = (
    "The parcel came two days late and one corner of the box was damaged, but everything inside was in good order and "
    "works as it should, so I would buy it again ({})."
)
SAMPLE_TOKENS = 40.0


def measured_speed(manifest: ModelManifest, precision: str) -> float:
    """Texts of some 40 tokens, or images, a second on all cores; 0 where nobody has measured it here."""
    value = _read().get(manifest.files[precision].sha256, 0.0)
    return float(value) if isinstance(value, (int, float)) else 0.0


def measure_speed(manifest: ModelManifest, device: str, threads: int) -> Generator[Step, None, float]:
    """Run the model for about two seconds and keep how fast it was. Raises EmbexError where it cannot run."""
    side = "image" if manifest.sides else manifest.modality
    encoder = open_manifest(manifest, device, threads, side=side)
    try:
        with tempfile.TemporaryDirectory() as folder:
            per_second = yield from _rounds(encoder, draw_samples(Path(folder)) if side == "image" else ())
    finally:
        encoder.close()
    _write(manifest.files[encoder.precision].sha256, per_second)
    return per_second


def _rounds(encoder: Encoder, pictures: Sequence[str]) -> Generator[Step, None, float]:
    """More and more inputs, until there were enough of them to time; the first round only warms up."""
    number, seconds = (_IMAGES if pictures else _TEXTS), 0.0
    for turn in range(_MOST_ROUNDS):
        inputs = [pictures[i % len(pictures)] if pictures else _SAMPLE.format(i) for i in range(number)]
        began = time.perf_counter()
        yield from _counted(encoder.encode_steps(inputs), turn)
        seconds = time.perf_counter() - began
        if turn and seconds >= _ENOUGH_S / 2:
            break
        number = min(4 * number, max(number, int(number * _ENOUGH_S / max(seconds, 1e-3))))
    return len(inputs) / seconds


def _counted(work: Generator[Step, None, object], turn: int) -> Generator[Step, None, None]:
    try:
        for step in work:
            yield Step(min(turn + step.done / max(step.total, 1), _MOST_ROUNDS), 0, "Measuring")
    finally:
        work.close()


def _read() -> dict[str, object]:
    try:
        found = json.loads((paths.cache_folder() / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(checksum: str, per_second: float) -> None:
    path = paths.cache_folder() / _FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.new")
        beside.write_text(json.dumps({**_read(), checksum: round(per_second, 2)}), encoding="utf-8")
        beside.replace(path)
    except OSError:  # a cache that cannot be written is measured anew
        _log.info("the speed could not be kept", exc_info=True)
