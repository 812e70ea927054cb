"""Text files, PDFs and Word documents, alone or as a folder: one item a document, or one a passage."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import content_key
from embexplorer.base.progress import Problem
from embexplorer.data.items import Field, FieldType, ImportChoices, ItemBatch, Kind, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.document_text import DocumentText, document_text
from embexplorer.files.failures import as_problem, in_words
from embexplorer.files.folders import facts_of, frame, kept_fields, total_bytes
from embexplorer.files.keys import Occurrences
from embexplorer.files.passages import passages, tokens

_PREVIEW_S = 0.12
_PREVIEW_FILES = 20
_PREVIEW_CHARACTERS = 300
_BATCH_CHARACTERS = 4_000_000
_LONGEST_TEXT = 1_000_000
_FILE_FIELDS = (
    Field("folder", FieldType.CATEGORY),
    Field("format", FieldType.CATEGORY),
    Field("size", FieldType.NUMBER, whole=True),
    Field("modified", FieldType.DATE),
)
_PASSAGE_FIELDS = (Field("document", FieldType.CATEGORY), Field("passage", FieldType.NUMBER, whole=True))
_SHOWN_FIELDS = (Field("name", FieldType.TEXT), Field("text", FieldType.TEXT))


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    """Reads documents until an eighth of a second has passed, at least one, only the first page of each PDF."""
    chosen = choices or ImportChoices()
    rows, problems, seen = _first_documents(source, chosen)
    if not rows and seen == len(source.files):
        raise _nothing(source, problems)
    fields = _fields(chosen)
    exact = not chosen.passages
    items = len(source.files) if exact else _estimated_passages(source, rows, chosen.passages)
    return Preview(
        format=_words(source),
        kind=Kind.TEXT,
        rows=frame((*_SHOWN_FIELDS, *fields), rows),
        columns=(*_SHOWN_FIELDS, *fields),
        choices=ImportChoices("text", "name", kept_fields(choices, fields), chosen.encoding, passages=chosen.passages),
        items=items,
        items_exact=exact,
        size_bytes=total_bytes(source.files),
        problems=tuple(problems),
    )


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    """Raises EmbexError when no document could be read."""
    total = len(source.files)
    gathered = _Gathered(kept_fields(choices, _fields(choices)))
    occurrences = Occurrences()
    failures: list[Problem] = []
    found = 0
    for done, path in enumerate(source.files, 1):
        try:
            gathered.add(source, path, document_text(path, choices.encoding), choices.passages)
        except EmbexError as error:
            failures.append(as_problem(path.name, error))
            gathered.problems.append(failures[-1])
        except OSError as error:
            failures.append(as_problem(path.name, in_words(path, error)))
            gathered.problems.append(failures[-1])
        while gathered.is_full(batch_rows):
            found += 1
            yield Chunk(gathered.take(batch_rows, occurrences), done, total)
    if gathered.texts or (found and gathered.problems):
        yield Chunk(gathered.take(batch_rows, occurrences), total, total)
    elif not found:
        raise _nothing(source, failures)


@dataclass
class _Gathered:
    """Items that wait to be handed on."""

    fields: tuple[Field, ...]
    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    uris: list[str] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, source: Source, path: Path, document: DocumentText, passage_size: int) -> None:
        facts = _facts(source, path)
        self.problems.extend(document.problems)
        text = document.text
        if not passage_size and len(text) > _LONGEST_TEXT:
            self.problems.append(_too_long(path))
            text = text[:_LONGEST_TEXT]
        name = document.title or path.stem
        for number, passage in enumerate(passages(text, passage_size), 1):
            self.titles.append(f"{name} · {number}" if passage_size else name)
            self.texts.append(passage)
            self.uris.append(str(path))
            self.rows.append({**facts, "document": path.name, "passage": number})

    def is_full(self, batch_rows: int) -> bool:
        return len(self.texts) >= batch_rows or sum(map(len, self.texts)) >= _BATCH_CHARACTERS

    def take(self, batch_rows: int, occurrences: Occurrences) -> ItemBatch:
        texts = self.texts[:batch_rows]
        keys = np.array([content_key([text.encode("utf-8", "replace")]) for text in texts], np.int64)
        batch = ItemBatch(
            kind=Kind.TEXT,
            titles=self.titles[:batch_rows],
            texts=texts,
            uris=self.uris[:batch_rows],
            keys=occurrences.number(keys),
            fields=frame(self.fields, self.rows[:batch_rows]),
            problems=tuple(self.problems),
        )
        for waiting in (self.titles, self.texts, self.uris, self.rows):
            del waiting[:batch_rows]
        self.problems.clear()
        return batch


def _first_documents(source: Source, choices: ImportChoices) -> tuple[list[dict[str, object]], list[Problem], int]:
    """The first documents as rows, what was wrong with others, and how many were looked at."""
    deadline = time.monotonic() + _PREVIEW_S
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    seen = 0
    for path in source.files:
        if rows and (len(rows) >= _PREVIEW_FILES or time.monotonic() > deadline):
            break
        seen += 1
        try:
            document = document_text(path, choices.encoding, pages=1)
            facts = _facts(source, path)
        except EmbexError as error:
            problems.append(as_problem(path.name, error))
            continue
        text = document.text.strip()
        first = (passages(text, choices.passages) or [""])[0]
        shown = {"name": document.title or path.stem, "text": first[:_PREVIEW_CHARACTERS], "tokens": tokens(text)}
        rows.append({**facts, **shown, "document": path.name, "passage": 1})
    return rows, problems, seen


def _estimated_passages(source: Source, rows: list[dict[str, object]], size: int) -> int:
    counted = [max(1.0, float(str(row.get("tokens", 0))) / size) for row in rows]
    return round(sum(counted) / max(1, len(counted)) * len(source.files))


def _facts(source: Source, path: Path) -> dict[str, object]:
    try:
        return dict(vars(facts_of(source, path)))
    except OSError as error:
        raise in_words(path, error) from error


def _fields(choices: ImportChoices) -> tuple[Field, ...]:
    return (*_PASSAGE_FIELDS, *_FILE_FIELDS) if choices.passages else _FILE_FIELDS


def _words(source: Source) -> str:
    if len(source.files) > 1:
        return "folder of documents"
    kinds = {".pdf": "PDF document", ".docx": "Word document", ".md": "Markdown text", ".markdown": "Markdown text"}
    return kinds.get(source.path.suffix.lower(), "text document")


def _too_long(path: Path) -> Problem:
    text = f"{path.name} is longer than {_LONGEST_TEXT:,} characters, of which only the first are kept."
    return Problem(path.name, text, "Cut it into passages to keep all of it.")


def _nothing(source: Source, problems: list[Problem]) -> EmbexError:
    """problems: at least one."""
    first = problems[0]
    if len(source.files) == 1:
        return EmbexError(first.text, first.hint)
    return EmbexError(f"None of the documents in {source.path.name} could be read. The first: {first.text}", first.hint)
