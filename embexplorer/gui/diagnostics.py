"""What a report needs to be understood: versions, platform, settings, the end of the log."""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import fields

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from embexplorer.base.logs import recent_lines
from embexplorer.base.settings import Settings

_LIBRARIES = (
    "PySide6-Essentials", "numpy", "polars", "onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "tokenizers",
    "hnswlib", "numba", "umap-learn", "scikit-learn", "pillow",
)  # fmt: skip
_LOG_LINES = 120
_PRIVATE = ("recent", "import_choices", "window")


def diagnostics_text(settings: Settings, facts: Mapping[str, str] | None = None, crash: str = "") -> str:
    """Plain text for the clipboard. facts: what the caller knows besides (providers, model, device, project's size).

    Names of the user's projects and files stay out, except where the log has them.
    """
    parts = [
        _block("embexplorer", {"version": _version("embexplorer"), **(facts or {})}),
        _block("Computer", _computer()),
        _block("Libraries", {name: v for name in _LIBRARIES if (v := _version(name))}),
        _block("Settings", _changed(settings)),
    ]
    if crash:
        parts.append(f"What went wrong\n{crash.rstrip()}")
    parts.append("\n".join(["End of the log", *recent_lines(_LOG_LINES)]))
    return "\n\n".join(parts) + "\n"


def _block(title: str, values: Mapping[str, str]) -> str:
    return "\n".join([title, *(f"  {name}: {value}" for name, value in values.items())])


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _computer() -> dict[str, str]:
    screens = [
        f"{s.size().width()} × {s.size().height()} at {s.devicePixelRatio():g}" for s in QGuiApplication.screens()
    ]
    return {
        "system": platform.platform(),
        "processor": f"{platform.machine()}, {os.cpu_count()} cores",
        "Python": f"{sys.version.split()[0]}{' (frozen)' if getattr(sys, 'frozen', False) else ''}",
        "Qt": f"{qVersion()} on {QGuiApplication.platformName()}",
        "screens": "; ".join(screens),
    }


def _changed(settings: Settings) -> dict[str, str]:
    default = Settings()
    shown = (f.name for f in fields(settings) if f.name not in _PRIVATE)
    changed = {
        name: str(getattr(settings, name)) for name in shown if getattr(settings, name) != getattr(default, name)
    }
    return changed or {"all": "as delivered"}
