"""What was imported: where from, with which choices, and what could not be used."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embexplorer.base.progress import Problem
from embexplorer.data.items import Field, FieldType, ImportChoices
from embexplorer.store.ledger import Ledger


@dataclass(frozen=True)
class SourceInfo:
    """added: when, ISO 8601 in UTC. items: how many live items came from it."""

    id: int
    path: str
    format: str
    choices: ImportChoices
    fingerprint: str
    added: str
    items: int


def choices_to_json(choices: ImportChoices) -> dict[str, Any]:
    return asdict(choices)


def choices_from_json(kept: dict[str, Any]) -> ImportChoices:
    """The choices of choices_to_json. Raises KeyError, TypeError or ValueError where the values are not such."""
    fields = kept["fields"]
    typed = None if fields is None else tuple(Field(f["name"], FieldType(f["type"]), bool(f["whole"])) for f in fields)
    return ImportChoices(**{**kept, "fields": typed})


class Sources:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def add(self, path: Path | str, format: str, choices: ImportChoices, fingerprint: str) -> int:  # noqa: A002
        """The id of the source at this path; the same path again keeps its id and takes the new choices."""
        kept = json.dumps(choices_to_json(choices))
        values = (_plain(str(path)), format, kept, fingerprint, datetime.now(UTC).isoformat(timespec="seconds"))
        with self._ledger.change():
            before = self.labels()
            source_id = int(
                self._database.execute(
                    """INSERT INTO source (path, format, choices, fingerprint, added) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (path) DO UPDATE SET format = excluded.format, choices = excluded.choices,
                    fingerprint = excluded.fingerprint RETURNING id""",
                    values,
                ).fetchone()[0]
            )
            if not before.items() <= self.labels().items():
                self._ledger.items_changed()  # a second source of the same name: both are now called by their paths
        return source_id

    def all(self) -> tuple[SourceInfo, ...]:
        rows = self._database.rows(
            # the two counts stay within indexes; "AND NOT trashed" would look every item up (0.6 s at 100,000)
            """SELECT s.id, path, format, choices, fingerprint, added,
            (SELECT count(*) FROM item WHERE source_id = s.id)
            - (SELECT count(*) FROM item INDEXED BY item_trashed WHERE trashed AND source_id = s.id)
            FROM source s ORDER BY s.id"""
        )
        return tuple(
            SourceInfo(row[0], row[1], row[2], choices_from_json(json.loads(row[3])), *row[4:]) for row in rows
        )

    def labels(self) -> dict[int, str]:
        """How each source is called: its file's or folder's name, or its whole path where two share a name."""
        paths: dict[int, str] = dict(self._database.rows("SELECT id, path FROM source"))
        names = [Path(path).name or path for path in paths.values()]
        return {
            source_id: path if names.count(name) > 1 else name
            for (source_id, path), name in zip(paths.items(), names, strict=True)
        }

    def problems(self, source_id: int) -> tuple[Problem, ...]:
        rows = self._database.rows(
            "SELECT place, text, hint FROM source_problem WHERE source_id = ? ORDER BY id", (source_id,)
        )
        return tuple(Problem(*row) for row in rows)

    def add_problems(self, source_id: int, problems: Sequence[Problem]) -> None:
        """Those that are known already are not added again."""
        known = set(self.problems(source_id))
        fresh = [p for p in dict.fromkeys(problems) if p not in known]
        with self._ledger.change():
            self._database.execute_many(
                "INSERT INTO source_problem (source_id, place, text, hint) VALUES (?, ?, ?, ?)",
                [(source_id, _plain(p.where), _plain(p.text), _plain(p.hint)) for p in fresh],
            )


def _plain(text: str) -> str:
    """Without the half characters in which Python carries undecodable file names; SQLite holds UTF-8."""
    return text.encode("utf-8", "replace").decode()
