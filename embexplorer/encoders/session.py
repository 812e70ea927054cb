"""A model that is loaded on a verified device."""

import logging
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from typing import Any

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.device import (
    CPU,
    Device,
    DeviceChoice,
    Granted,
    capital,
    choose_device,
    import_onnxruntime,
    verify,
)
from embexplorer.encoders.failures import is_out_of_memory, load_failure, run_failure
from embexplorer.encoders.memory import needed_memory, refuse_too_large, total_memory
from embexplorer.encoders.model import ModelFile, ModelManifest
from embexplorer.encoders.registry import verified

_log = logging.getLogger(__name__)


class Session:
    """One file of a model, ready to run. run() may be called from several threads at once.

    On the CPU every run uses one thread, because our workers each run their own batch: two threads in one run spin
    at its barriers whenever the machine is busy (72 against 151 texts/s measured).

    Where memory runs out, a batch is run in halves; where a device breaks down, the processor goes on in its place,
    and granted says so.
    """

    def __init__(self, manifest: ModelManifest, file: ModelFile, device: str) -> None:
        """Raises EmbexError where the file is damaged, too large for this computer, no model, or onnxruntime is
        missing."""
        self._runtime = import_onnxruntime()
        refuse_too_large(f"The model “{manifest.id}”", needed_memory(file.all_bytes), total_memory())
        self._path = str(verified(file))
        choice = choose_device(device, self._runtime.get_available_providers(), file.devices)
        try:
            self._session = _load(self._runtime, self._path, choice)
        except Exception as error:  # onnxruntime raises a dozen classes of its own for a bad file
            raise load_failure(manifest.id, self._path, error) from error
        self.granted: Granted = verify(choice, self._session.get_providers())
        self.inputs: dict[str, str] = {value.name: str(value.type) for value in self._session.get_inputs()}
        self.shapes: dict[str, list[int | str | None]] = {v.name: v.shape for v in self._session.get_inputs()}
        self._outputs = {value.name for value in self._session.get_outputs()}
        self._manifest = manifest
        self._check_graph()
        self._falling = threading.Lock()
        # DirectML forbids two runs of one session at once; a graphics processor gains nothing by them either
        self._turn: AbstractContextManager[Any] = nullcontext() if self.on_cpu else threading.Lock()
        _log.info("%s: %s on %s %s", manifest.id, file.path.name, self.granted.words, self.granted.reason)

    @property
    def on_cpu(self) -> bool:
        return self.granted.device == CPU.id

    def run(self, outputs: Sequence[str], feeds: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The named outputs. The first axis of the longest feeds is the batch. Raises EmbexError where neither the
        device nor the processor can run it."""
        session = self._session
        try:
            return self._run_on(session, outputs, feeds)
        except Exception as error:  # as above
            rows = max(len(feed) for feed in feeds.values())
            if is_out_of_memory(error) and rows > 1:
                return self._run_in_halves(outputs, feeds, rows)
            if not self._has_fallen_back(session, error):
                raise run_failure(self._manifest.id, self.granted.words, error) from error
        return self.run(outputs, feeds)

    def _run_on(self, session: Any, outputs: Sequence[str], feeds: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        with self._turn:
            results: list[np.ndarray] = session.run(list(outputs), dict(feeds))
        return results

    def _run_in_halves(self, outputs: Sequence[str], feeds: Mapping[str, np.ndarray], rows: int) -> list[np.ndarray]:
        halves = [
            self.run(outputs, {name: feed[part] if len(feed) == rows else feed for name, feed in feeds.items()})
            for part in (slice(0, rows // 2), slice(rows // 2, rows))
        ]
        return [np.concatenate(both) for both in zip(*halves, strict=True)]

    def _has_fallen_back(self, failed: Any, error: Exception) -> bool:
        """Load the model on the processor in place of the device that broke down; False where that is what failed."""
        with self._falling:
            if self._session is not failed:
                return True  # another thread was here first
            if self.on_cpu:
                return False
            why = "ran out of memory" if is_out_of_memory(error) else "stopped while it ran the model"
            _log.info("%s %s", self.granted.words, why, exc_info=error)
            try:
                self._session = _session_on(self._runtime, self._path, CPU, [CPU.provider])
            except Exception:  # as above; what is told is why the device failed
                return False
            self.granted = Granted(CPU.id, CPU.words, f"{capital(self.granted.words)} {why}.")
            self._turn = nullcontext()
        return True

    def _check_graph(self) -> None:
        wrong = set(self._manifest.inputs) ^ set(self.inputs) | (set(self._manifest.outputs.values()) - self._outputs)
        if wrong:
            raise EmbexError(
                f"The model “{self._manifest.id}” does not fit its model.json: "
                f"they differ in {', '.join(sorted(wrong))}.",
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
