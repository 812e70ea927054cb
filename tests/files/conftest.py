"""What the tests of the readers share: a drop read to its end, and files made small."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from embexplorer.base.progress import Problem
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.sources import Chunk, Source, expand, preview, read


@dataclass(frozen=True)
class Drop:
    source: Source
    preview: Preview
    chunks: list[Chunk]

    @property
    def titles(self) -> list[str]:
        return [title for chunk in self.chunks for title in chunk.batch.titles]

    @property
    def texts(self) -> list[str]:
        return [text for chunk in self.chunks for text in chunk.batch.texts]

    @property
    def keys(self) -> list[int]:
        return [int(key) for chunk in self.chunks for key in chunk.batch.keys]

    @property
    def fields(self) -> pl.DataFrame:
        return pl.concat([chunk.batch.fields for chunk in self.chunks])

    @property
    def problems(self) -> list[Problem]:
        found = [*self.preview.problems, *(p for chunk in self.chunks for p in chunk.batch.problems)]
        return list(dict.fromkeys(found))

    @property
    def told(self) -> str:
        return "\n".join(map(str, self.problems))


def _read_whole(*paths: Path, choices: ImportChoices | None = None, batch_rows: int = 4096) -> Drop:
    """The one source of a drop."""
    (source,) = expand(paths)
    seen = preview(source, choices)
    return Drop(source, seen, list(read(source, choices or seen.choices, batch_rows)))


def _written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _pdf_bytes(text: str, encrypted: bool = False) -> bytes:
    """A PDF of one page by hand; "" gives a page without text, as scanners make."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode() if text else b"0 0 10 10 re f"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    if encrypted:
        key = b"<" + b"ab" * 32 + b">"
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /O %s /U %s /P -4 >>" % (key, key))
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    extra = b" /Encrypt 6 0 R /ID [<00> <00>]" if encrypted else b""
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (size, extra, start)


@pytest.fixture
def read_whole() -> Callable[..., Drop]:
    """read_whole(*paths, choices=None, batch_rows=4096): the one source of a drop, previewed and read to its end."""
    return _read_whole


@pytest.fixture
def written() -> Callable[[Path, str | bytes], Path]:
    return _written


@pytest.fixture
def pdf_bytes() -> Callable[..., bytes]:
    return _pdf_bytes
