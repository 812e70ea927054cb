"""The wire format of Protocol Buffers, read without a library and without trust: every length is checked, nothing that
a file says about itself makes us allocate, and nesting ends somewhere.

Source: the public encoding reference of Protocol Buffers, and onnx.proto for the numbers of the fields.
"""

import struct
from collections.abc import Iterator

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_LONGEST_VARINT = 10


class WireError(ValueError):
    """The bytes are no message."""


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """(number, value) of each field of a message: an int for numbers, the bytes for all else. Raises WireError."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise WireError("field 0")
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        length = 8 if kind == _EIGHT else 4
        if kind == _BYTES:
            length, at = _varint(data, at)
        elif kind not in (_EIGHT, _FOUR):
            raise WireError(f"kind {kind}")
        if length > end - at:
            raise WireError("a length beyond the end")
        piece = data[at : at + length]
        at += length
        yield number, piece if kind == _BYTES else struct.unpack("<Q" if kind == _EIGHT else "<I", piece)[0]


def pieces(data: memoryview, number: int) -> Iterator[memoryview]:
    """The messages, texts or bytes in a field that may come several times."""
    for found, value in fields(data):
        if found == number and isinstance(value, memoryview):
            yield value


def text(data: memoryview, number: int) -> str:
    """The last text in a field, "" where there is none."""
    found = ""
    for piece in pieces(data, number):
        found = bytes(piece).decode("utf-8", "replace")
    return found


def whole(data: memoryview, number: int, default: int = 0) -> int:
    """The last whole number in a field, as int64."""
    found = default
    for name, value in fields(data):
        if name == number and isinstance(value, int):
            found = value - (1 << 64) if value >= 1 << 63 else value
    return found


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for turn in range(_LONGEST_VARINT):
        if at >= len(data):
            raise WireError("a number beyond the end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * turn)
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise WireError("a number without an end")
