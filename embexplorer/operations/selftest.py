"""The whole main job on a small sample: what an installed copy runs to prove itself."""

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.query import Query, TextTerm
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.describing import describe_hits
from embexplorer.operations.importing import sources_of
from embexplorer.operations.searching import Searcher
from embexplorer.store.project import ProjectStore

_QUERY, _FILTER = "a small bird that sings", 'category = "noun: animal"'


@dataclass(frozen=True)
class SelftestResult:
    passed: bool
    lines: tuple[str, ...]


def sample_folder(name: str) -> Path:
    """Where a bundled sample lies: "wordnet" or "emoji". Raises EmbexError."""
    folder = paths.resources() / "samples" / name
    if not folder.is_dir():
        raise EmbexError(f"The sample “{name}” is not installed.", "Install embexplorer again.")
    return folder


def run_selftest(sample: Path | None = None) -> SelftestResult:
    """Import, embed, index, map, search under a filter and reopen, in a temporary folder."""
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            _main_job(sample or sample_folder("wordnet"), Path(folder) / "selftest.embx", lines)
        except EmbexError as error:
            return SelftestResult(False, (*lines, str(error)))
    return SelftestResult(True, (*lines, "All of it works."))


def _main_job(sample: Path, project: Path, lines: list[str]) -> None:
    began = time.perf_counter()
    with ProjectStore.create(project) as store:
        outcome = finish(fill(store, CreateParams(sources_of([sample]))))
        lines.append(outcome.summary)
    with ProjectStore.open(project) as store:
        searcher = Searcher(store)
        try:
            hits = searcher.search(Query((TextTerm(_QUERY),), _FILTER, k=5))
        finally:
            searcher.close()
            shutil.rmtree(store.cache_folder(), ignore_errors=True)  # this project is never opened again
        found = describe_hits(store, hits)
        if not found:
            raise EmbexError(f"The search for “{_QUERY}” found nothing.")
        lines.append(f"“{_QUERY}” where {_FILTER}: {', '.join(hit.title for hit in found)}")
    lines.append(f"{time.perf_counter() - began:.1f} s in all")
