"""The door to every encoder."""

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.device import choose_device, import_onnxruntime
from embexplorer.encoders.encoded import Encoded, Encoder, Encoding
from embexplorer.encoders.image import ImageEncoder
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.registry import find_model, model_file
from embexplorer.encoders.session import Session
from embexplorer.encoders.text import TextEncoder

__all__ = ["Encoded", "Encoder", "Encoding", "open_encoder"]


def open_encoder(
    model_id: str, device: str = "auto", threads: int = 0, precision: str = "", *, side: str = ""
) -> Encoder:
    """Load an installed model. threads: 0 for every core. precision: "" for the one that suits the device.
    side: "text" or "image", which encoder of a pair; "" for a model that has but one.

    Raises EmbexError where the model is unknown, incomplete or damaged, or nothing can run it. A device that is not
    there is no error: encoder.granted says which one runs the model and why.
    """
    return open_manifest(find_model(model_id), device, threads, precision, side=side)


def open_manifest(
    manifest: ModelManifest, device: str = "auto", threads: int = 0, precision: str = "", *, side: str = ""
) -> Encoder:
    """As open_encoder, for a model that need not be installed."""
    if manifest.sides and not side:
        raise EmbexError(f"“{manifest.id}” has an encoder for texts and one for images.", "Say which one is wanted.")
    chosen = manifest.side(side) if side else manifest
    precision = precision or _suited_precision(manifest, device)
    file = model_file(chosen, precision)
    session = Session(chosen, file, device)
    if chosen.modality == "image":
        return ImageEncoder(chosen, session, precision, threads)
    return TextEncoder(chosen, session, precision, threads)


def _suited_precision(manifest: ModelManifest, device: str) -> str:
    """The file for the device that will probably be granted: a wrong guess costs speed, never correctness."""
    choice = choose_device(device, import_onnxruntime().get_available_providers())
    return manifest.precision_for(choice.candidates[0].device.id)
