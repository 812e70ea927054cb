"""A drop looked through: folders walked, files told apart, and what belongs together put into one source."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.files.contract import Source
from embexplorer.files.failures import as_problem, folder_in_words, in_words
from embexplorer.files.registry import GROUP_READERS, Format, Group, by_name, find_format, known_suffixes

_METADATA_NAMES = ("metadata", "labels", "meta")
_PACKED = (".gz", ".tgz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar")


@dataclass
class _Pile:
    """What one folder, or the loose files of one folder, hold."""

    root: Path
    singles: list[tuple[Path, Format]] = field(default_factory=list)
    groups: dict[Group, list[Path]] = field(default_factory=dict)
    unknown: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def put(self, path: Path, trust_names: bool) -> None:
        try:
            found = _trusted(path) if trust_names else None
            found = found or find_format(path)
        except OSError as error:
            self.problems.append(as_problem(path.name, in_words(path, error)))
            return
        if found is None:
            self.unknown.append(path)
        elif found.group in GROUP_READERS:
            self.groups.setdefault(found.group, []).append(path)
        else:
            self.singles.append((path, found))


def sources_of_drop(paths: Sequence[Path]) -> tuple[Source, ...]:
    """Each folder by itself; loose files together with those of the same folder."""
    sources: list[Source] = []
    loose: dict[Path, _Pile] = {}
    for path in dict.fromkeys(Path(os.path.abspath(path)) for path in paths):  # noqa: PTH100 (resolve follows links)
        if _is_folder(path):
            sources.extend(_folder_sources(path))
        else:
            loose.setdefault(path.parent, _Pile(path.parent)).put(path, trust_names=False)
    for pile in loose.values():
        sources.extend(_pile_sources(pile, loose=True))
    return tuple(sources)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a name too long, or a folder above that may not be entered: reading it says so


def _folder_sources(folder: Path) -> list[Source]:
    pile = _Pile(folder)
    for found in _walk(folder, pile.problems):
        pile.put(found, trust_names=True)
    sources = _pile_sources(pile, loose=False)
    if sources:
        return sources
    problem = pile.problems[0] if pile.problems else _nothing_usable(pile)
    return [Source(folder, "none", (), (problem,))]


def _nothing_usable(pile: _Pile) -> Problem:
    name = pile.root.name or str(pile.root)
    if not pile.unknown:
        return Problem(name, f"The folder {name} is empty.", "Choose a folder that holds texts, tables or images.")
    holds = count(len(pile.unknown), "file")
    text = f"The folder {name} holds {holds}, none of a kind that can be read."
    return Problem(name, text, f"Known kinds are {', '.join(known_suffixes())}.")


def _pile_sources(pile: _Pile, loose: bool) -> list[Source]:
    sources = [_group_source(pile, reader, files, loose) for reader, files in _grouped(pile)]
    sources.extend(_with_metadata(pile.singles))
    if loose:
        sources.extend(Source(path, "none", (path,), (_unknown(path),)) for path in pile.unknown)
        sources.extend(Source(pile.root / p.where, "none", (), (p,)) for p in pile.problems)
        return sources
    left_out = tuple(pile.problems) + _left_out(pile)
    if sources and left_out:
        first = sources[0]
        sources[0] = Source(first.path, first.reader, first.files, left_out)
    return sources


def _grouped(pile: _Pile) -> Iterator[tuple[str, list[Path]]]:
    for group, files in pile.groups.items():
        yield GROUP_READERS[group], files


def _group_source(pile: _Pile, reader: str, files: list[Path], loose: bool) -> Source:
    path = files[0] if loose and len(files) == 1 else pile.root
    return Source(path, reader, tuple(files))


def _with_metadata(singles: list[tuple[Path, Format]]) -> list[Source]:
    """Each table and each file of vectors; a table named after a file of vectors beside it describes its rows."""
    described: dict[Path, Path] = {}
    for path, found in singles:
        table = _metadata_for(path, singles) if found.group == "vectors" else None
        if table is not None and table not in described.values():
            described[path] = table
    taken = set(described.values())
    sources = []
    for path, found in singles:
        if path not in taken:
            files = (path, described[path]) if path in described else (path,)
            sources.append(Source(path, found.id, files))
    return sources


def _metadata_for(vectors: Path, singles: list[tuple[Path, Format]]) -> Path | None:
    tables = [path for path, found in singles if found.group == "table" and path.parent == vectors.parent]
    stem = vectors.stem.lower()
    names = (stem, *(f"{stem}{mark}{name}" for name in _METADATA_NAMES for mark in "_-. "), *_METADATA_NAMES)
    for name in names:
        for table in tables:
            if table.stem.lower() == name:
                return table
    return None


def _unknown(path: Path) -> Problem:
    if path.suffix.lower() in _PACKED:
        return Problem(path.name, f"{path.name} is packed.", "Unpack it first, and add the files that come out of it.")
    text = f"{path.name} is of no kind that can be read."
    return Problem(path.name, text, f"Known kinds are {', '.join(known_suffixes())}.")


def _left_out(pile: _Pile) -> tuple[Problem, ...]:
    if not pile.unknown:
        return ()
    kinds = sorted({path.suffix.lower() or path.name for path in pile.unknown})
    shown = ", ".join(kinds[:5]) + (" and others" if len(kinds) > 5 else "")
    are = "is" if len(pile.unknown) == 1 else "are"
    text = f"{count(len(pile.unknown), 'file')} {are} of no kind that can be read and {are} left out: {shown}."
    return (Problem(pile.root.name, text),)


def _trusted(path: Path) -> Format | None:
    """Images in folders by name alone: opening each of 100,000 files would take longer than all else."""
    named = by_name(path)
    return named if named and named.group == "image" else None


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Every file below, sorted by name, without hidden ones; each real folder once, so loops of links end."""
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in seen and status.st_ino:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(current) as listing:
                entries = sorted((entry for entry in listing if not entry.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            problems.append(as_problem(current.name, folder_in_words(current, error)))
            continue
        waiting.extend(Path(entry.path) for entry in reversed(entries) if entry.is_dir())
        yield from (Path(entry.path) for entry in entries if entry.is_file())
