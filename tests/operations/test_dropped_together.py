"""Loose files that were dropped together: what is kept of them for an import that was cut off."""

import json
from pathlib import Path

from embexplorer.files.sources import expand
from embexplorer.operations.importing import ImportParams, params_from_json, params_json


def _kept(params: ImportParams) -> ImportParams:
    return params_from_json(json.loads(json.dumps(params_json(params))))


def test_an_import_goes_on_with_the_files_that_were_dropped_and_no_others(tmp_path: Path) -> None:
    notes = [tmp_path / f"note {number}.txt" for number in range(4)]
    for note in notes:
        note.write_text("A cat is an animal.", encoding="utf-8")
    (source,) = expand(notes[:3])
    params = ImportParams(((source, None),))
    assert _kept(params) == params
    notes[0].unlink()
    ((left, _),) = _kept(params).sources
    assert left.files == tuple(notes[1:3])
    for note in notes[1:3]:
        note.unlink()
    assert _kept(params).sources == (), "the other files of the folder were never asked for"
