"""A model that is loaded on a verified device."""

import logging
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from typing import Any

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.device import CPU, Device, DeviceChoice, Granted, choose_device, import_onnxruntime, verify
from embexplorer.encoders.manifest import ModelFile, ModelManifest
from embexplorer.encoders.registry import verified

_log = logging.getLogger(__name__)


class Session:
    """One file of a model, ready to run. run() may be called from several threads at once.

    On the CPU every run uses one thread, because our workers each run their own batch: two threads in one run spin
    at its barriers whenever the machine is busy (72 against 151 texts/s measured).
    """

    def __init__(self, manifest: ModelManifest, file: ModelFile, device: str) -> None:
        """Raises EmbexError where the file is damaged, is no model, or onnxruntime is missing."""
        runtime = import_onnxruntime()
        path = verified(file)
        choice = choose_device(device, runtime.get_available_providers(), file.devices)
        try:
            self._session = _load(runtime, str(path), choice)
        except Exception as error:  # onnxruntime raises a dozen classes of its own for a bad file
            raise EmbexError(
                f"The model “{manifest.id}” could not be loaded from {path} ({_first_line(error)}).",
                "Install the model again.",
            ) from error
        self.granted: Granted = verify(choice, self._session.get_providers())
        self.inputs: dict[str, str] = {value.name: str(value.type) for value in self._session.get_inputs()}
        self._outputs = {value.name for value in self._session.get_outputs()}
        self._manifest = manifest
        self._check_graph()
        # DirectML forbids two runs of one session at once; a graphics processor gains nothing by them either
        self._turn: AbstractContextManager[Any] = nullcontext() if self.on_cpu else threading.Lock()
        _log.info("%s: %s on %s %s", manifest.id, path.name, self.granted.words, self.granted.reason)

    @property
    def on_cpu(self) -> bool:
        return self.granted.device == CPU.id

    def run(self, outputs: Sequence[str], feeds: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The named outputs. Raises EmbexError where the device fails, usually for lack of memory."""
        try:
            with self._turn:
                results: list[np.ndarray] = self._session.run(list(outputs), dict(feeds))
        except Exception as error:  # as above
            raise EmbexError(
                f"The model “{self._manifest.id}” stopped on {self.granted.words} ({_first_line(error)}).",
                "Close other programs that need memory, or choose the device “cpu”.",
            ) from error
        return results

    def _check_graph(self) -> None:
        missing = set(self._manifest.inputs) ^ set(self.inputs) | (set(self._manifest.outputs.values()) - self._outputs)
        if missing:
            raise EmbexError(
                f"The model “{self._manifest.id}” does not fit its model.json: "
                f"they differ in {', '.join(sorted(missing))}.",
                "Correct the inputs and outputs in its model.json.",
            )


def _load(runtime: Any, path: str, choice: DeviceChoice) -> Any:
    """A session on the first candidate, or on the CPU where that one breaks down."""
    first = choice.candidates[0].device
    if first.id == "cuda" and hasattr(runtime, "preload_dlls"):
        # CUDA's libraries may come as Python packages, which the loader does not search. What is missing would be
        # printed amid the answers of the command line.
        with redirect_stdout(sys.stderr):
            runtime.preload_dlls()
    try:
        return _session_on(runtime, path, first, [candidate.device.provider for candidate in choice.candidates])
    except Exception:  # as in Session; a broken model breaks down again below
        if first is CPU:
            raise
        _log.info("%s could not be started", first.words, exc_info=True)
        return _session_on(runtime, path, CPU, [CPU.provider])


def _session_on(runtime: Any, path: str, device: Device, providers: list[str]) -> Any:
    # onnxruntime's own fallback prints and tries once more in silence; ours is said
    return runtime.InferenceSession(path, _options(runtime, device.id), providers=providers, enable_fallback=0)


def _options(runtime: Any, device: str) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # failures reach the user through us
    if device == "directml":
        options.enable_mem_pattern = False  # DirectML refuses to start with it
    return options


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]
