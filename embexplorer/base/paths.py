"""Where things lie: bundled resources, and the user's settings, caches and logs.

EMBEXPLORER_HOME puts the last three into one folder (tests and portable use).
"""

import os
from pathlib import Path

import platformdirs

_NAME = "embexplorer"


def resources() -> Path:
    """The bundled models, icons, samples and help: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def _home() -> Path | None:
    home = os.environ.get("EMBEXPLORER_HOME")
    return Path(home) if home else None


def settings_file() -> Path:
    home = _home()
    return (home or Path(platformdirs.user_config_dir(_NAME, appauthor=False))) / "settings.json"


def cache_folder() -> Path:
    """Everything in here may be deleted at any moment."""
    home = _home()
    return home / "cache" if home else Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    home = _home()
    return home / "logs" if home else Path(platformdirs.user_log_dir(_NAME, appauthor=False))


def user_models_folder() -> Path:
    """Models that the user added."""
    home = _home()
    return (home or Path(platformdirs.user_data_dir(_NAME, appauthor=False))) / "models"
