"""Jobs on record, so that work that was cut off is known the next time."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from embexplorer.store.ledger import Ledger

_RUNNING = "running"


@dataclass(frozen=True)
class JobRecord:
    """state: running, or the word with which it ended. began, ended: ISO 8601 in UTC, "" while it runs."""

    id: int
    kind: str
    params: dict[str, Any]
    state: str
    done: float
    total: float
    summary: str
    began: str
    ended: str


class Jobs:
    """Records belong to the work, not to the content, so they leave the change count alone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def begin(self, kind: str, params: dict[str, Any]) -> int:
        """Put a job on record; params are JSON values. Returns its id."""
        with self._ledger.transaction():
            cursor = self._database.execute(
                """INSERT INTO job (kind, params, state, done, total, summary, began, ended)
                VALUES (?, ?, ?, 0, 0, '', ?, '') RETURNING id""",
                (kind, json.dumps(params), _RUNNING, _now()),
            )
            return int(cursor.fetchone()[0])

    def end(self, job_id: int, state: str, summary: str) -> None:
        """state: done, cancelled, failed, continued."""
        with self._ledger.transaction():
            self._database.execute(
                "UPDATE job SET state = ?, summary = ?, ended = ? WHERE id = ?", (state, summary, _now(), job_id)
            )

    def unfinished(self) -> tuple[JobRecord, ...]:
        """In the order in which they began."""
        return tuple(job for job in self.all() if job.state == _RUNNING)

    def all(self) -> tuple[JobRecord, ...]:
        rows = self._database.rows(
            "SELECT id, kind, params, state, done, total, summary, began, ended FROM job ORDER BY id"
        )
        return tuple(JobRecord(row[0], row[1], json.loads(row[2]), *row[3:]) for row in rows)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
