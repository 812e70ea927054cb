"""A JSON table read strictly: what is missing, of the wrong type or unknown is said in one sentence."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from embexplorer.base.errors import EmbexError

_Word = TypeVar("_Word", bound=str)

_HINT = "Install the model again, or correct the file."


class Entries:
    """The entries of one JSON object. A default of None means that the entry must be there."""

    def __init__(self, file: Path, values: Mapping[str, Any], inside: str = "") -> None:
        self._file = file
        self._values = values
        self._inside = inside
        self._read: set[str] = set()

    @property
    def folder(self) -> Path:
        return self._file.parent

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def wrong(self, what: str) -> EmbexError:
        """An error about this file: what completes the sentence "model.json in the folder …"."""
        return EmbexError(f"{self._file.name} in the folder {self.folder} {what}.", _HINT)

    def text(self, name: str, default: str | None = None, pattern: re.Pattern[str] | None = None) -> str:
        value: str = self._get(name, str, "a text", default)
        if pattern is not None and not pattern.fullmatch(value):
            raise self.wrong(f"has an unusable value for {self._path(name)}: {value[:80]!r}")
        return value

    def choice(self, name: str, allowed: Sequence[_Word], default: str | None = None) -> _Word:
        value = self.text(name, default)
        for word in allowed:
            if word == value:
                return word
        raise self.wrong(f"has “{value[:80]}” for {self._path(name)}, which must be {_either(allowed)}")

    def whole(self, name: str, default: int | None = None) -> int:
        value: int = self._get(name, int, "a whole number", default)
        if value < 0 or (default is None and value == 0):
            raise self.wrong(f"has {value} for {self._path(name)}, which must be above zero")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        return float(self._get(name, (int, float), "a number", default))

    def flag(self, name: str, default: bool | None = None) -> bool:
        value: bool = self._get(name, bool, "true or false", default)
        return value

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = self._get(name, (list, tuple), "a list of texts", default)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(f"needs a list of texts for {self._path(name)}")
        return tuple(values)

    def texts_by_name(self, name: str, default: dict[str, str] | None = None) -> Mapping[str, str]:
        values: dict[str, str] = self._get(name, dict, "a table of texts", default)
        if not all(isinstance(value, str) for value in values.values()):
            raise self.wrong(f"needs a table of texts for {self._path(name)}")
        return values

    def table(self, name: str) -> "Entries":
        return Entries(self._file, self._get(name, dict, "a table", None), f"{self._inside}{name}.")

    def table_if_any(self, name: str) -> "Entries":
        """An empty one where there is none."""
        return Entries(self._file, self._get(name, dict, "a table", {}), f"{self._inside}{name}.")

    def tables(self, name: str) -> tuple["Entries", ...]:
        """The tables in a list; () where there is none."""
        values = self._get(name, list, "a list of tables", [])
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong(f"needs a list of tables for {self._path(name)}")
        return tuple(Entries(self._file, value, f"{self._inside}{name}.") for value in values)

    def numbers(self, name: str) -> tuple[float, ...]:
        values = self._get(name, list, "a list of numbers", None)
        if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
            raise self.wrong(f"needs a list of numbers for {self._path(name)}")
        return tuple(map(float, values))

    def finish(self) -> None:
        """Refuse what nobody has asked for: a misspelt entry must not be passed over."""
        unknown = sorted(set(self._values) - self._read)
        if unknown:
            raise self.wrong(f"has an unknown entry {self._path(unknown[0])}")

    def _path(self, name: str) -> str:
        return f"“{self._inside}{name}”"

    def _get(self, name: str, kind: type | tuple[type, ...], words: str, default: Any) -> Any:
        self._read.add(name)
        if name not in self._values:
            if default is None:
                raise self.wrong(f"lacks {self._path(name)}")
            return default
        value = self._values[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"needs {words} for {self._path(name)}")
        return value


def read_json(file: Path) -> Entries:
    """The object in a JSON file. Raises EmbexError where it is missing, unreadable or no object."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EmbexError(
            f"The folder {file.parent} holds no {file.name}, so it is no model.", "Choose a model's folder."
        ) from None
    except NotADirectoryError:
        raise EmbexError(f"{file.parent} is a file, not a model's folder.", "Choose a model's folder.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise EmbexError(f"{file.name} in the folder {file.parent} could not be read: {reason}.", _HINT) from error
    except ValueError as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        text = f"{file.name} in the folder {file.parent} could not be read: it is no JSON{line}."
        raise EmbexError(text, _HINT) from error
    entries = Entries(file, values if isinstance(values, dict) else {})
    if not isinstance(values, dict):
        raise entries.wrong("is not a table of entries")
    return entries


def _either(names: Sequence[str]) -> str:
    return " or ".join(f"“{name}”" for name in names)
