"""embexplorer: explore what embeddings know about your own files, offline."""

import os

# onnxruntime reports to its maker by default, as early as its import. Nothing may leave this computer.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
