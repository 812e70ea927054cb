"""The door to every encoder."""

from embexplorer.encoders.device import choose_device, import_onnxruntime
from embexplorer.encoders.encoded import Encoded, Encoder, Encoding
from embexplorer.encoders.image import ImageEncoder
from embexplorer.encoders.manifest import ModelManifest
from embexplorer.encoders.registry import find_model, model_file
from embexplorer.encoders.session import Session
from embexplorer.encoders.text import TextEncoder

__all__ = ["Encoded", "Encoder", "Encoding", "open_encoder"]


def open_encoder(model_id: str, device: str = "auto", threads: int = 0, precision: str = "") -> Encoder:
    """Load an installed model. threads: 0 for every core. precision: "" for the one that suits the device.

    Raises EmbexError where the model is unknown, incomplete or damaged, or nothing can run it. A device that is not
    there is no error: encoder.granted says which one runs the model and why.
    """
    return open_manifest(find_model(model_id), device, threads, precision)


def open_manifest(manifest: ModelManifest, device: str = "auto", threads: int = 0, precision: str = "") -> Encoder:
    """As open_encoder, for a model that need not be installed."""
    precision = precision or _suited_precision(manifest, device)
    file = model_file(manifest, precision)
    session = Session(manifest, file, device)
    if manifest.modality == "image":
        return ImageEncoder(manifest, session, precision, threads)
    return TextEncoder(manifest, session, precision, threads)


def _suited_precision(manifest: ModelManifest, device: str) -> str:
    """The file for the device that will probably be granted: a wrong guess costs speed, never correctness."""
    choice = choose_device(device, import_onnxruntime().get_available_providers())
    return manifest.precision_for(choice.candidates[0].device.id)
