"""Values of a computed column as bytes.

f4, f8   float32 or float64, little endian; NaN is missing
i1       booleans: 0, 1, and -1 for missing
i8       milliseconds since 1970 UTC; the smallest int64 is missing
codes    deflated JSON {"dictionary": [...]}, its length as uint32, then int32 codes, deflated; -1 is missing
json     deflated JSON list of strings or lists of strings; null is missing
All little endian.
"""

import json
import struct
import zlib

import numpy as np
import polars as pl

from embexplorer.data.items import POLARS_TYPES, FieldType

_NO_DATE = np.iinfo(np.int64).min
_LEVEL = 3


def encode(values: pl.Series, kind: FieldType) -> tuple[str, bytes]:
    """The name of the encoding and the bytes."""
    if kind is FieldType.NUMBER:
        encoding = "f4" if values.dtype == pl.Float32 else "f8"
        wide = values.cast(pl.Float32 if encoding == "f4" else pl.Float64)
        return encoding, wide.fill_null(float("nan")).to_numpy().astype(f"<{encoding}").tobytes()
    if kind is FieldType.BOOLEAN:
        return "i1", values.cast(pl.Int8).fill_null(-1).to_numpy().astype("i1").tobytes()
    if kind is FieldType.DATE:
        moments = values.cast(pl.Datetime("ms")).cast(pl.Int64).fill_null(_NO_DATE)
        return "i8", moments.to_numpy().astype("<i8").tobytes()
    if kind is FieldType.CATEGORY:
        return "codes", _encode_codes(values.cast(pl.String))
    return "json", zlib.compress(json.dumps(values.to_list(), ensure_ascii=False).encode(), _LEVEL)


def decode(name: str, raw: bytes, encoding: str, kind: FieldType) -> pl.Series:
    """The values of encode in the polars type of the kind; float32 stays float32."""
    if encoding in ("f4", "f8"):
        return pl.Series(name, np.frombuffer(raw, f"<{encoding}")).fill_nan(None)
    if encoding == "i1":
        numbers = pl.Series(name, np.frombuffer(raw, "i1"))
        return numbers.set(numbers == -1, None).cast(pl.Boolean)
    if encoding == "i8":
        numbers = pl.Series(name, np.frombuffer(raw, "<i8"))
        return numbers.set(numbers == _NO_DATE, None).cast(pl.Datetime("ms"))
    if encoding == "codes":
        return _decode_codes(name, raw)
    return pl.Series(name, json.loads(zlib.decompress(raw)), dtype=POLARS_TYPES[kind], strict=False)


def _encode_codes(values: pl.Series) -> bytes:
    dictionary = values.drop_nulls().unique(maintain_order=True)
    numbered = {value: code for code, value in enumerate(dictionary.to_list())}
    codes = np.array([-1 if value is None else numbered[value] for value in values.to_list()], "<i4")
    head = zlib.compress(json.dumps({"dictionary": dictionary.to_list()}, ensure_ascii=False).encode(), _LEVEL)
    return struct.pack("<I", len(head)) + head + zlib.compress(codes.tobytes(), _LEVEL)


def _decode_codes(name: str, raw: bytes) -> pl.Series:
    (length,) = struct.unpack_from("<I", raw)
    dictionary = json.loads(zlib.decompress(raw[4 : 4 + length]))["dictionary"]
    codes = pl.Series(np.frombuffer(zlib.decompress(raw[4 + length :]), "<i4"))
    codes = codes.set(codes < 0, None)
    return pl.Series(name, dictionary, dtype=pl.String).gather(codes).cast(pl.Categorical)
