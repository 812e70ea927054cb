"""Jobs that are on record in the project, so that they continue after a crash or a closed lid."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from embexplorer.base.progress import Operation
from embexplorer.operations.embedding import EmbedParams
from embexplorer.operations.importing import ImportParams, params_from_json, params_json
from embexplorer.operations.shrinking import ShrinkParams
from embexplorer.store.project import ProjectStore

Work = ImportParams | EmbedParams | ShrinkParams


@dataclass(frozen=True)
class Unfinished:
    """Work that was cut off. record: the number of its record, which goes on with it."""

    record: int
    work: Work


def recorded(
    store: ProjectStore,
    params: Work,
    work: Operation,
    quitting: threading.Event | None = None,
    record: int | None = None,
) -> Operation:
    """Run the work under a job record: the given one of an earlier time, or a new one. Ended, failed or cancelled by
    the user, the record is closed; killed, or stopped because the project is being closed (quitting is set), it stays
    open and the work continues next time."""
    job = store.jobs.begin(_kind(params), _json(params)) if record is None else record
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


def unfinished_work(store: ProjectStore) -> tuple[Unfinished, ...]:
    """What was running when the project was last closed or the computer died, oldest first."""
    found = []
    for record in store.jobs.unfinished():
        if record.kind == "import":
            found.append(Unfinished(record.id, params_from_json(record.params)))
        elif record.kind == "embed":
            found.append(Unfinished(record.id, EmbedParams(**record.params)))
        elif record.kind == "shrink":
            found.append(Unfinished(record.id, ShrinkParams(**record.params)))
    return tuple(found)


def _kind(params: Work) -> str:
    kinds: dict[type, str] = {ImportParams: "import", EmbedParams: "embed", ShrinkParams: "shrink"}
    return kinds[type(params)]


def _json(params: Work) -> dict[str, Any]:
    return params_json(params) if isinstance(params, ImportParams) else asdict(params)
