"""What the user chose once for all projects: one frozen value; only what differs from the default is written."""

import json
import logging
import os
import typing
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from embexplorer.base import paths

_log = logging.getLogger(__name__)

# The bundled models that are used where nobody chose another.
TEXT_MODEL, IMAGE_MODEL = "minilm", "efficientnet-lite0"


def setting(default: Any, label: str, help_text: str, *, shown: bool = True, **limits: Any) -> Any:
    """A field that the settings form can draw: label and help for people, minimum and maximum for numbers."""
    metadata = {"label": label, "help": help_text, "shown": shown, **limits}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    theme: Literal["system", "light", "dark"] = setting(
        "system", "Theme", "Follow the system, or always light or dark."
    )
    text_model: str = setting(TEXT_MODEL, "Text model", "The model that is proposed for texts.")
    image_model: str = setting(IMAGE_MODEL, "Image model", "The model that is proposed for images.")
    device: Literal["auto", "cpu", "cuda", "directml", "coreml"] = setting(
        "auto", "Device", "Where models run. “auto” takes the fastest that works on this computer."
    )
    threads: int = setting(
        0, "Processor cores", "How many cores long work may use; 0 means all.", minimum=0, maximum=256
    )
    results: int = setting(50, "Results", "How many results a search shows.", minimum=1, maximum=100_000)
    reduced_motion: bool = setting(False, "Reduced motion", "Jump between views of the map instead of gliding.")
    resume_jobs: bool = setting(True, "Continue jobs", "Continue unfinished jobs when a project is opened.")
    recent: tuple[str, ...] = setting((), "Recent projects", "Newest first.", shown=False)
    import_choices: dict[str, Any] = field(
        default_factory=dict, metadata={"label": "Import choices", "help": "Per source.", "shown": False}
    )
    search_costs: dict[str, Any] = field(
        default_factory=dict,
        metadata={"label": "Search costs", "help": "Measured once on this computer.", "shown": False},
    )
    window: dict[str, str] = field(
        default_factory=dict, metadata={"label": "Window layout", "help": "Docks and sizes.", "shown": False}
    )


def load_settings(path: Path | None = None) -> tuple[Settings, str]:
    """The settings, and a sentence for the user when the file was unusable ("" otherwise)."""
    path = path or paths.settings_file()
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict):
            raise ValueError("not a table")
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, ValueError) as error:
        _log.warning("settings %s unusable: %s", path, error)
        return Settings(), f"The settings in {path} could not be read, so the defaults are used."
    return _from_json(raw), ""


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write what differs from the defaults beside the old file, then replace it. Raises OSError."""
    path = path or paths.settings_file()
    defaults = Settings()
    changed = {f.name: getattr(settings, f.name) for f in fields(settings)}
    changed = {name: value for name, value in changed.items() if value != getattr(defaults, name)}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_text(json.dumps(changed, indent=1, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def with_recent(settings: Settings, project: str, keep: int = 12) -> Settings:
    """The settings with this project as the newest of the recent ones."""
    others = [p for p in settings.recent if p != project]
    return replace(settings, recent=(project, *others)[:keep])


def _from_json(raw: dict[str, Any]) -> Settings:
    hints = typing.get_type_hints(Settings)
    good: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in hints:
            _log.info("unknown setting %s dropped", name)
        elif (fitting := _fit(value, hints[name])) is None:
            _log.warning("setting %s = %r has the wrong type and was dropped", name, value)
        else:
            good[name] = fitting
    return Settings(**good)


def _fit(value: Any, hint: Any) -> Any:
    """The value in the type of the hint, or None where it does not fit."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        return value if value in typing.get_args(hint) else None
    if origin is tuple:
        return tuple(str(v) for v in value) if isinstance(value, list) else None
    expected = origin or hint
    if not isinstance(value, expected):
        return None
    return None if expected is int and isinstance(value, bool) else value
