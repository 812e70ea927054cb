"""Which items are passages of one document."""

import json

import numpy as np

from embexplorer.store.database import Database


def passage_documents(database: Database) -> tuple[np.ndarray, np.ndarray]:
    """ids: int64 (p,), ascending, of the live items that documents were cut into. documents: int64 (p,), of each the
    first live passage of its document.

    A document is a file of a source that was read in passages; what was added to it later belongs to it.
    """
    cut = [
        source for source, choices in database.rows("SELECT id, choices FROM source") if json.loads(choices)["passages"]
    ]
    rows = [
        row
        for source in cut
        for row in database.rows(
            """SELECT id, first_value(id) OVER (PARTITION BY uri ORDER BY id) FROM item
            WHERE source_id = ? AND uri != '' AND NOT trashed""",
            (source,),
        )
    ]
    found = np.array(rows, np.int64).reshape(-1, 2)
    found = found[np.argsort(found[:, 0])]
    return found[:, 0].copy(), found[:, 1].copy()
