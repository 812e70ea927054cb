"""A graph index on disk: hnswlib's file, and beside it a header with its checksum, which is compared first.

hnswlib reads a damaged file without complaint and crashes later, and writes to a full disk without complaint too.
"""

import contextlib
import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import file_fingerprint
from embexplorer.data.vectors import Metric
from embexplorer.search.trust import Trust

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GraphHeader:
    """fingerprint: names the vectors that are in. parameters: of the build, and hnswlib's version."""

    fingerprint: str
    metric: Metric
    dims: int
    rows: int
    parameters: dict[str, Any]
    trust: Trust


def header_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def write_graph(path: Path, header: GraphHeader, index: Any) -> None:
    """Write both files beside, then replace: a graph without its header, or with an old one, is not read."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        index.save_index(str(beside))
        if beside.stat().st_size != index.index_file_size():
            raise OSError("hnswlib wrote too little")
        checksum = file_fingerprint(beside)
        beside.replace(path)
        beside.write_text(json.dumps({"checksum": checksum, **asdict(header)}), encoding="utf-8")
        beside.replace(header_path(path))
    except (OSError, RuntimeError) as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise EmbexError(
            f"The search index could not be saved in {path.parent}.",
            "Make room there or check that you may write to it; until then, searches scan every item.",
        ) from error


def read_header(path: Path, fingerprint: str, parameters: dict[str, Any]) -> GraphHeader | None:
    """The header, if it names these vectors and parameters and the graph's bytes are what was written; else None."""
    try:
        raw = json.loads(header_path(path).read_text(encoding="utf-8"))
        checksum = raw.pop("checksum")
        trust = Trust(tuple(tuple(map(float, reaches)) for reaches in raw["trust"]["reaches"]))
        header = GraphHeader(**{**raw, "trust": trust})
        if header.fingerprint != fingerprint or header.parameters != parameters:
            return None
        if file_fingerprint(path) == checksum:
            return header
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.info("search index %s unusable: %s", path, error)
        return None
    _log.info("search index %s damaged", path)
    return None
