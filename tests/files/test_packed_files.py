"""A packed file is told apart from one of no known kind: it only needs to be unpacked."""

import gzip
import zipfile
from pathlib import Path

import pytest

from embexplorer.files.sources import expand


@pytest.mark.parametrize("name", ["a.csv.gz", "a.GZ", "a.zip"])
def test_packed_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", "id,text\n1,words\n")
    else:
        path.write_bytes(gzip.compress(b"id,text\n1,words\n"))
    (source,) = expand([path])
    (problem,) = source.problems
    assert source.reader == "none"
    assert problem.text == f"{name} is packed."
    assert "Unpack it first" in problem.hint
