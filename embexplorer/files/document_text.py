"""The text of one document: plain text and Markdown, PDF, Word."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.files.encodings import decoded
from embexplorer.files.failures import in_words
from embexplorer.files.registry import find_format

_AGAIN = "Copy it again or open and save it anew."
_LARGEST = 200 << 20
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD


@dataclass(frozen=True)
class DocumentText:
    """title: what the document itself says it is called, "" for nothing."""

    text: str
    title: str = ""
    problems: tuple[Problem, ...] = ()


def document_text(path: Path, encoding: str = "", pages: int = 0) -> DocumentText:
    """The text of a document; of its first pages only where pages is given.

    Raises EmbexError where nothing of it can be used.
    """
    try:
        size = path.stat().st_size
        found = find_format(path)
    except OSError as error:
        raise in_words(path, error) from error
    if not size:
        raise EmbexError(f"{path.name} is empty.", "Choose a file that holds text.")
    if size > _LARGEST:
        raise EmbexError(f"{path.name} is larger than 200 MB, too large for one document.", "Split it into parts.")
    if found is None or found.id not in _READERS:
        raise EmbexError(f"{path.name} is no text that can be read.", "Save it as plain text, PDF or Word document.")
    try:
        result = _READERS[found.id](path, encoding, pages)
    except OSError as error:
        raise in_words(path, error) from error
    if not pages and not result.text.strip():
        raise EmbexError(f"{path.name} holds no text.", "Choose a file that holds text.")
    return result


def _plain(path: Path, encoding: str, _: int) -> DocumentText:
    text, broken = decoded(path.read_bytes(), encoding)
    title = next((line.lstrip("# ").strip() for line in text.split("\n", 20)[:20] if line.startswith("# ")), "")
    if not broken:
        return DocumentText(text, title)
    told = f"{count(broken, 'line')} held bytes that fit no encoding; they show as “�”."
    return DocumentText(text, title, (Problem(path.name, told, "Choose its encoding if many words look wrong."),))


def _pdf(path: Path, _: str, pages: int) -> DocumentText:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR or "password" in str(error).lower():
            text = f"{path.name} is protected by a password."
            raise EmbexError(text, "Save it without a password and add it again.") from error
        raise EmbexError(f"{path.name} is damaged: it cannot be opened as a PDF.", _AGAIN) from error
    try:
        total = len(document)
        parts, broken = _pages(document, range(min(total, pages or total)))
        title = " ".join(str(document.get_metadata_dict().get("Title", "")).split())
    finally:
        document.close()
    if not pages and not any(part.strip() for part in parts):
        text = f"{path.name} holds no text, only pictures of pages, as scanners make them."
        raise EmbexError(text, "Run it through text recognition and add it again.")
    problems: tuple[Problem, ...] = ()
    if broken:
        problems = (Problem(path.name, f"{count(broken, 'page')} could not be read and are left out."),)
    return DocumentText("\n\n".join(parts), title, problems)


def _pages(document: Any, numbers: range) -> tuple[list[str], int]:
    import pypdfium2

    parts: list[str] = []
    broken = 0
    for number in numbers:
        try:
            page = document[number]
            words = page.get_textpage()
            parts.append(words.get_text_bounded().replace("\r\n", "\n").replace("\ufffe", "").replace("\0", ""))
            words.close()
            page.close()
        except pypdfium2.PdfiumError:
            broken += 1
    return parts, broken


def _word(path: Path, _encoding: str, _: int) -> DocumentText:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = docx.Document(str(path))
        parts: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                parts.extend("\t".join(cell.text for cell in row.cells) for row in block.rows)
            else:
                parts.append(block.text)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        # SyntaxError is what lxml raises for broken XML
        raise EmbexError(f"{path.name} is damaged: it cannot be opened as a Word document.", _AGAIN) from error
    return DocumentText("\n\n".join(part for part in parts if part.strip()), document.core_properties.title or "")


_READERS: dict[str, Callable[[Path, str, int], DocumentText]] = {"text": _plain, "pdf": _pdf, "docx": _word}
