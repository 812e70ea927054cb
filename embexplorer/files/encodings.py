"""Bytes to text: the encoding found, and UTF-8 made of whatever it is."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from embexplorer.base.errors import EmbexError
from embexplorer.files.letters import latin_code_page
from embexplorer.files.scripts import script_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESS_BYTES = 65_536
_FEW_HIGH_BYTES = 64
_LONE_HIGH_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
# letters from À on, typographic quotes and dashes, the euro sign, and a few signs
_WESTERN = frozenset((*range(0xC0, 0x100), 0x80, 0x85, *range(0x91, 0x98), 0xA0, 0xA3, 0xA7, 0xA9, 0xAB, 0xB0, 0xBB))
# What tables and texts outside UTF-8 are really written in; among all that exist, short samples find false friends.
_CANDIDATES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r", "shift_jis", "gb18030", "big5", "euc_kr")


def find_encoding(sample: bytes) -> str:
    """The name of the encoding of a sample, in Python's spelling; "utf-8" where it is UTF-8 but for a few slips."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    wide = _wide_encoding(sample)
    if wide:
        return wide
    errors = _utf8_errors(sample)
    if not errors:
        return "utf-8"
    high = sum(1 for byte in sample if byte >= 0x80)
    # real UTF-8 with some broken lines has far more well-formed characters than broken bytes
    if errors * 5 < high:
        return "utf-8"
    return _guessed(sample)


def known_encoding(name: str) -> str:
    """The name as Python spells it. Raises EmbexError for one that Python does not know."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise EmbexError(f"There is no encoding “{name}”.", "Common ones are utf-8, utf-16 and windows-1252.") from None


@dataclass
class Utf8Stream:
    """Reads a file block by block as UTF-8 without NUL bytes and with a line feed at each line's end.

    broken_lines: how many lines held bytes that are not of the encoding (they show as �); first_broken: the first of
    them, from 1. nul_bytes: how many were left out. consumed: bytes of the file read so far.
    """

    stream: BinaryIO
    encoding: str
    block_bytes: int = 4 << 20
    broken_lines: int = 0
    first_broken: int = 0
    nul_bytes: int = 0
    consumed: int = 0
    _lines: int = 0
    _pending: bytes = field(default=b"", repr=False)

    def blocks(self) -> Iterator[bytes]:
        plain = codecs.lookup(self.encoding).name in ("utf-8", "ascii", "utf-8-sig")
        decoder = None if plain else codecs.getincrementaldecoder(self.encoding)("replace")
        first = True
        while raw := self.stream.read(self.block_bytes):
            self.consumed += len(raw)
            if decoder is not None:
                raw = self._recoded(decoder.decode(raw))
            elif first and raw.startswith(codecs.BOM_UTF8):
                raw = raw[3:]
            first = False
            yield from self._clean(raw, checked=decoder is not None)
        tail = self._pending + (self._recoded(decoder.decode(b"", final=True)) if decoder else b"")
        self._pending = b""
        if tail:
            yield self._checked(_unified(tail))

    def _clean(self, raw: bytes, checked: bool) -> Iterator[bytes]:
        nul = raw.count(0)
        if nul:
            self.nul_bytes += nul
            raw = raw.replace(b"\0", b"")
        raw = self._pending + raw
        # a character or a line end that is cut at the border waits for the rest
        cut = len(raw) if checked else _whole_characters(raw)
        if raw[cut - 1 : cut] == b"\r":
            cut -= 1
        self._pending = raw[cut:]
        text = _unified(raw[:cut])
        if text:
            yield text if checked else self._checked(text)

    def _checked(self, raw: bytes) -> bytes:
        if raw.isascii():
            self._lines += raw.count(b"\n")
            return raw
        try:
            raw.decode()
        except UnicodeDecodeError:
            return self._repaired(raw)
        self._lines += raw.count(b"\n")
        return raw

    def _recoded(self, text: str) -> bytes:
        if "\ufffd" in text:
            self._count_broken(text.split("\n"), "\ufffd")
        else:
            self._lines += text.count("\n")
        return text.encode("utf-8", "replace")

    def _repaired(self, raw: bytes) -> bytes:
        text = raw.decode("utf-8", "surrogateescape")
        lines = text.split("\n")
        broken = [number for number, line in enumerate(lines) if _is_broken(line)]
        self._note_broken(broken, len(lines) - 1)
        return raw.decode("utf-8", "replace").encode()

    def _count_broken(self, lines: list[str], mark: str) -> None:
        self._note_broken([number for number, line in enumerate(lines) if mark in line], len(lines) - 1)

    def _note_broken(self, broken: list[int], line_ends: int) -> None:
        if broken and not self.first_broken:
            self.first_broken = self._lines + broken[0] + 1
        self.broken_lines += len(broken)
        self._lines += line_ends


def decoded(raw: bytes, encoding: str = "") -> tuple[str, int]:
    """A whole text file and how many of its lines held bytes that are not of its encoding."""
    name = known_encoding(encoding) if encoding else find_encoding(raw[:_GUESS_BYTES])
    text = raw.decode(name, "replace")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    broken = sum(1 for line in text.split("\n") if "\ufffd" in line) if "\ufffd" in text else 0
    return text, broken


def _unified(raw: bytes) -> bytes:
    """Line feeds only: old Macs' bare carriage returns end lines too. Carriage returns before line feeds are no
    trouble to what parses tables, so files of Windows are passed on as they are."""
    if b"\r" not in raw or raw.count(b"\r") == raw.count(b"\r\n"):
        return raw
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _is_broken(line: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in line)


def _whole_characters(raw: bytes) -> int:
    """Where the last complete UTF-8 character ends."""
    for back in range(1, min(4, len(raw)) + 1):
        byte = raw[-back]
        if byte & 0xC0 == 0x80:
            continue
        needed = 1 if byte < 0x80 else 2 if byte >> 5 == 6 else 3 if byte >> 4 == 14 else 4 if byte >> 3 == 30 else 1
        return len(raw) if needed <= back else len(raw) - back
    return len(raw)


def _utf8_errors(sample: bytes) -> int:
    text = sample[: _whole_characters(sample)].decode("utf-8", "replace")
    return text.count("\ufffd") - sample.count("\ufffd".encode())


def _wide_encoding(sample: bytes) -> str:
    half = max(1, len(sample) // 2)
    if sample.count(0) < half // 2:
        return ""
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if max(even, odd) < 0.5 or min(even, odd) > 0.2:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _guessed(sample: bytes) -> str:
    """Few bytes beyond ASCII are too few for statistics; letters that stand alone among them are most likely cp1252."""
    high = [byte for byte in sample if byte >= 0x80]
    alone = len(_LONE_HIGH_BYTE.findall(sample))
    if alone > 0.7 * len(high):
        page = latin_code_page(high)
        if page or (len(high) < _FEW_HIGH_BYTES and all(byte in _WESTERN for byte in high)):
            return page or "cp1252"
    else:
        script = script_encoding(sample[:_GUESS_BYTES])
        if script:
            return script
    from charset_normalizer import from_bytes

    # a character that is cut in two would rule out its encoding
    whole = sample if len(sample) <= _GUESS_BYTES else sample[: sample.rfind(b"\n", 0, _GUESS_BYTES) + 1]
    best = from_bytes(whole or sample[:_GUESS_BYTES], cp_isolation=list(_CANDIDATES)).best()
    return best.encoding if best is not None else "cp1252"
