"""How long embedding will take and how much the project will grow, said before it begins."""

from dataclasses import dataclass

from embexplorer.base.cores import core_count
from embexplorer.encoders.device import CPU
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.speeds import SAMPLE_TOKENS, measured_speed

_CHARACTERS_PER_TOKEN = 4.0  # English in WordPiece; 3.9 measured on package descriptions
_SPECIAL_TOKENS = 2
# Where nobody has measured a model: multiplications a second that one core manages, by which graphs of 32-bit
# weights run, and the bytes of such a weight.
_OPERATIONS_PER_SECOND = 60e9
_WEIGHT_BYTES = 4
_UNKNOWN_IMAGES_PER_SECOND = 10.0
_BYTES_PER_NUMBER = 4


@dataclass(frozen=True)
class Estimate:
    """seconds: of wall time. bytes: that the vectors add to the project."""

    seconds: float
    bytes: int


def estimate(
    manifest: ModelManifest, items: int, mean_length: float = 0.0, threads: int = 0, precision: str = ""
) -> Estimate:
    """On this many cores (0 for all) of this computer where the model was measured on it, else of an ordinary one; a
    graphics processor only makes it shorter. manifest: of one encoder; of a pair, a side.

    mean_length: of the texts in characters, unused for images. precision: "" for the one that suits a CPU.
    """
    precision = precision or manifest.precision_for(CPU.id)
    units = items * _units_per_item(manifest, mean_length)
    seconds = units / (_measured(manifest, precision) or _speed(manifest, precision)) / core_count(threads)
    return Estimate(seconds, items * manifest.dims * _BYTES_PER_NUMBER)


def _units_per_item(manifest: ModelManifest, mean_length: float) -> float:
    """Tokens of a text, or one image."""
    if manifest.modality == "image":
        return 1.0
    return min(float(manifest.max_tokens), mean_length / _CHARACTERS_PER_TOKEN + _SPECIAL_TOKENS)


def _measured(manifest: ModelManifest, precision: str) -> float:
    """As _speed, found out here; 0 where nobody has."""
    of_one = SAMPLE_TOKENS if manifest.modality == "text" else 1.0
    return measured_speed(manifest, precision) * of_one / core_count()


def _speed(manifest: ModelManifest, precision: str) -> float:
    """Tokens or images a second on one core."""
    file = manifest.files[precision]
    if file.per_second:
        return file.per_second
    if manifest.modality == "image":
        return _UNKNOWN_IMAGES_PER_SECOND
    return _OPERATIONS_PER_SECOND * _WEIGHT_BYTES / (2 * max(file.bytes, 1))
