"""Which formats are known, in the order in which they are tried, and the module that reads each."""

import importlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from embexplorer.files.contract import Reader
from embexplorer.files.sniff import format_of_content, is_text

Group = Literal["table", "vectors", "document", "image"]
_HEAD_BYTES = 16_384


@dataclass(frozen=True)
class Format:
    """group: how files of a drop are put together; images of a folder and documents of a folder become one source.
    module: the module of this package that reads it."""

    id: str
    words: str
    group: Group
    suffixes: tuple[str, ...]
    module: str


FORMATS: tuple[Format, ...] = (
    Format("images", "images", "image", (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"), "images"),
    Format("pdf", "PDF", "document", (".pdf",), "documents"),
    Format("docx", "Word document", "document", (".docx",), "documents"),
    Format("excel", "Excel workbook", "table", (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "excel"),
    Format("parquet", "Parquet table", "table", (".parquet", ".pq"), "parquet"),
    Format("npy", "NumPy vectors", "vectors", (".npy",), "numpy_vectors"),
    Format("npz", "NumPy vectors", "vectors", (".npz",), "numpy_vectors"),
    Format("words", "word vectors", "vectors", (".vec", ".glove", ".w2v"), "word_vectors"),
    Format("jsonl", "JSON Lines", "table", (".jsonl", ".ndjson"), "json_lines"),
    Format("json", "JSON table", "table", (".json",), "json_table"),
    Format("tsv", "TSV table", "table", (".tsv", ".tab"), "delimited"),
    Format("csv", "CSV table", "table", (".csv",), "delimited"),
    Format("text", "text", "document", (".txt", ".text", ".md", ".markdown", ".rst", ".log"), "documents"),
)
BY_ID = {known.id: known for known in FORMATS}
_BY_SUFFIX = {suffix: known for known in FORMATS for suffix in known.suffixes}
# Readers of several files; a source of one group goes to one of these.
GROUP_READERS: dict[Group, str] = {"image": "images", "document": "documents"}


def reader_module(reader: str) -> Reader:
    """The module that reads sources of this reader id. Loaded only now: each brings its own libraries."""
    known = BY_ID.get(reader)
    name = known.module if known else reader
    return cast(Reader, importlib.import_module(f"embexplorer.files.{name}"))


def by_name(path: Path) -> Format | None:
    return _BY_SUFFIX.get(path.suffix.lower())


def find_format(path: Path) -> Format | None:
    """The format of a file by its content, then by its name; None when nothing here can read it. Raises OSError."""
    named = by_name(path)
    if not stat.S_ISREG(path.stat().st_mode):
        return None  # a pipe or a device: reading it may never end
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head:
        return named
    found = format_of_content(path, head)
    if found:
        return BY_ID[found]
    if named and named.id not in ("csv", "tsv", "json", "jsonl", "words", "text"):
        return named  # its reader says what is wrong with it
    if named:
        return named if is_text(head) or named.group == "table" else None
    return BY_ID["text"] if not path.suffix and is_text(head) else None


def known_suffixes() -> tuple[str, ...]:
    """Every suffix that a file dialog should offer."""
    return tuple(sorted(_BY_SUFFIX))
