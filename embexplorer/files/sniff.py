"""What a file is, from its first bytes."""

import json
import re
import zipfile
from pathlib import Path

from embexplorer.files.text_tables import TEXT_SUFFIXES, table_in_text

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "images"),
    (b"\xff\xd8\xff", "images"),
    (b"GIF87a", "images"),
    (b"GIF89a", "images"),
    (b"II*\x00", "images"),
    (b"MM\x00*", "images"),
    (b"PAR1", "parquet"),
    (b"\x93NUMPY", "npy"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BMP_HEADERS = (b"\x28\0\0\0", b"\x0c\0\0\0", b"\x7c\0\0\0", b"\x6c\0\0\0")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_NUMBER = re.compile(rb"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
_FEWEST_DIMS = 8


def format_of_content(path: Path, head: bytes) -> str:
    """The id of the format whose marks the first bytes bear, "" when they say nothing certain."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "images"
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS:
        return "images"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _inside_zip(path)
    if head.startswith(_OLD_OFFICE):
        return "excel" if path.suffix.lower() == ".xls" else ""
    return _of_text(path, head) if is_text(head) else ""


def is_text(head: bytes) -> bool:
    """Whether these bytes can be the start of a text: a byte order mark, or next to no control characters."""
    if head.startswith(_BOMS):
        return True
    if head.count(0) > len(head) // 8:
        return _is_wide_text(head)
    control = len(head) - len(head.translate(None, _CONTROL))
    return control <= len(head) // 50 + 1


def _is_wide_text(head: bytes) -> bool:
    """UTF-16 without a mark: every second byte of western text is zero."""
    half = len(head) // 2
    return half > 0 and max(head[::2].count(0), head[1::2].count(0)) > 0.6 * half


def _inside_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    if "word/document.xml" in names:
        return "docx"
    if any(name.startswith("xl/workbook") for name in names):
        return "excel"
    if "content.xml" in names and path.suffix.lower() == ".ods":
        return "excel"
    return "npz" if names and all(name.endswith(".npy") for name in names) else ""


def _of_text(path: Path, head: bytes) -> str:
    lines = [line for line in head.splitlines() if line.strip()]
    suffix = path.suffix.lower()
    if not lines or suffix in (".md", ".markdown", ".rst"):
        return ""
    if _is_json_object(lines[0]) and (len(lines) == 1 or lines[1].lstrip().startswith(b"{")):
        return "jsonl" if len(lines) > 1 or suffix != ".json" else "json"
    if suffix in (".txt", ".vec", "") and _looks_like_word_vectors(lines):
        return "words"
    if suffix in TEXT_SUFFIXES:
        delimiter = table_in_text(head, whole=path.stat().st_size <= len(head))
        return ("tsv" if delimiter == "\t" else "csv") if delimiter else ""
    return ""


def _is_json_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _looks_like_word_vectors(lines: list[bytes]) -> bool:
    """A word and at least eight numbers on each line; a first line of two whole numbers may state the counts."""
    first = lines[0].split()
    if len(first) == 2 and all(part.isdigit() for part in first):
        lines = lines[1:]
    complete = lines[:-1][:5] or lines[:1]
    widths = {len(line.split()) for line in complete}
    if len(widths) != 1 or min(widths) <= _FEWEST_DIMS:
        return False
    return all(_NUMBER.match(part) for line in complete for part in line.split()[1:])
