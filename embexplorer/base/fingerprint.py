"""Short names for content: whether to compute again, never whether to store."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 1 << 20


def fingerprint(*parts: Any) -> str:
    """A 32-character hex digest of JSON-able values, bytes or str; equal parts give equal digests on every machine."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True, default=str).encode()
        digest.update(len(raw).to_bytes(8, "little"))
        digest.update(raw)
    return digest.hexdigest()


def file_fingerprint(path: Path) -> str:
    """The digest of a file's bytes. Raises OSError when it cannot be read."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes as hex, the form in which model manifests state it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def content_key(parts: Iterable[bytes]) -> int:
    """A signed 64-bit key of one item's content, the form in which SQLite stores an integer.

    At four million items two different contents share a key with probability 4e-7.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        digest.update(part)
        digest.update(b"\x1f")
    return int.from_bytes(digest.digest(), "little", signed=True)
