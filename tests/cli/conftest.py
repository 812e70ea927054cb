"""What the tests of bad input share: the program run as a person runs it, and files that are wrong in known ways."""

import ctypes
import json
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from embexplorer.cli.program import run_program
from embexplorer.store.project import ProjectStore

GOOD = "name,body\nfirst,the first of the texts\nsecond,the second of the texts\n"
QUICK = ("--no-map", "--model", "minilm-static")
# What only a programmer understands: a traceback, a Python exception, an errno, a repr.
_JARGON = re.compile(r"Traceback|[a-z]\w*Error\b|Exception|\bErrno\b|os error|should not have|<class|object at 0x")
# CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what lets root read and write everything.
_BOUNDING_SET_DROP, _CAPABILITIES = 24, (1, 2)


@dataclass(frozen=True)
class Ran:
    """How a command ended. out, err: what it printed."""

    code: int
    out: str
    err: str

    def says(self, *words: str) -> "Ran":
        """Everything that was told is in a person's words, and these are among them."""
        assert not _JARGON.search(self.err), self.err
        for word in words:
            assert word in self.err, self.err
        return self

    def failed(self, *words: str) -> "Ran":
        """Exit code 1, and last on stderr what is wrong and what to do: two sentences, or one that says what was
        expected."""
        assert self.code == 1, (self.code, self.out, self.err)
        last = self.err.strip().splitlines()[-1]
        sentences = len(re.findall(r"[.?](?: |$)", last))
        assert last.endswith((".", "?")) and sentences >= (1 if last.startswith("Expected") else 2), last
        return self.says(*words)

    def succeeded(self) -> "Ran":
        assert self.code == 0, (self.code, self.err)
        return self


@pytest.fixture
def embexplorer(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """embexplorer("create", path, ...): one command of the real program in this process."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run_program([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@dataclass(frozen=True)
class Contents:
    items: int
    vectors: dict[str, int]


@pytest.fixture
def contents() -> Callable[[Path], Contents]:
    """What a project holds, after everything in it was read and found whole."""

    def look(path: Path) -> Contents:
        with ProjectStore.open(path) as store:
            assert store.read_only_reason == ""
            assert store.check() == ()
            return Contents(store.items.count(), {space.name: space.count for space in store.spaces.all()})

    return look


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def _without_privileges() -> None:
    """After the next exec, root is bound by permissions like everybody; for others nothing changes."""
    libc = ctypes.CDLL(None)
    for capability in _CAPABILITIES:
        libc.prctl(_BOUNDING_SET_DROP, capability, 0, 0, 0)


_DRIVER = """
import contextlib, io, json, sys
from embexplorer.cli.program import run_program
from embexplorer.base.logs import start_logging
start_logging()
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_program(arguments)
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""


@pytest.fixture
def as_plain_user() -> Callable[..., list[Ran]]:
    """as_plain_user([...], [...]): these commands in a process that permissions bind, whoever runs the tests."""
    if sys.platform != "linux":
        pytest.skip("permissions are dropped in a way that only Linux has")

    def run(*commands: list[object]) -> list[Ran]:
        plain = json.dumps([[str(argument) for argument in command] for command in commands])
        done = subprocess.run(
            [sys.executable, "-c", _DRIVER, plain],
            capture_output=True,
            text=True,
            check=True,
            preexec_fn=_without_privileges,
        )
        return [Ran(*json.loads(line)) for line in done.stdout.splitlines()]

    return run


@pytest.fixture
def program() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """program("create", ...): the real program in a process of its own, which may be killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "embexplorer", *map(str, arguments)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def bomb_png() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf(words: str, *, encrypted: bool = False) -> bytes:
    """A PDF of one page, by hand."""
    stream = f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode()
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
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    extra = b" /Encrypt 6 0 R /ID [<00> <00>]" if encrypted else b""
    size = len(objects) + 1
    tail = b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (size, extra, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + tail
