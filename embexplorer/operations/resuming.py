"""Jobs that are on record in the project, so that they continue after a crash or a closed lid."""

import threading
from typing import Any

from embexplorer.base.progress import Operation
from embexplorer.operations.embedding import EmbedParams
from embexplorer.operations.importing import ImportParams, params_from_json
from embexplorer.store.project import ProjectStore


def recorded(
    store: ProjectStore, kind: str, params: dict[str, Any], work: Operation, quitting: threading.Event | None = None
) -> Operation:
    """Run the work under a job record. Ended, failed or cancelled by the user, the record is closed; killed, or
    stopped because the project is being closed (quitting is set), it stays open and the work continues next time."""
    job = store.jobs.begin(kind, params)
    try:
        outcome = yield from work
    except GeneratorExit:
        if quitting is None or not quitting.is_set():
            store.jobs.end(job, "cancelled", "")
        raise
    except Exception as error:
        store.jobs.end(job, "failed", str(error))
        raise
    store.jobs.end(job, "done", outcome.summary)
    return outcome


def take_unfinished(store: ProjectStore) -> tuple[ImportParams | EmbedParams, ...]:
    """What was running when the project was last closed or the computer died; their records are closed, since
    whoever asks starts them again."""
    work: list[ImportParams | EmbedParams] = []
    for record in store.jobs.unfinished():
        if record.kind == "import":
            work.append(params_from_json(record.params))
        elif record.kind == "embed":
            work.append(EmbedParams(**record.params))
        store.jobs.end(record.id, "continued", "")
    return tuple(work)
