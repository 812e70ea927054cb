"""All live items as one table, read in chunks and kept in the cache, so that only what is new is read again.

What is kept holds the items in the trash too: moving items there and back reads nothing again.
"""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.store.conversion import converted, from_sql
from embexplorer.store.fields import Fields, StoredField
from embexplorer.store.ledger import ItemStamps, Ledger
from embexplorer.store.sources import Sources

_log = logging.getLogger(__name__)

_CHUNK_ROWS = 50_000
_SMALLEST_CACHED = 20_000  # fewer are read from SQLite in 0.2 s
_GROWTH_CACHED = 1.2  # the cache is written again when the table has grown by this


@dataclass(frozen=True, eq=False)
class _Kept:
    """frame: all items. live: those that are not in the trash."""

    stamps: ItemStamps
    frame: pl.DataFrame
    text: bool
    live: pl.DataFrame


class Frames:
    """Keeps the last table in memory and, when it is large, in the cache folder. Thread-safe."""

    def __init__(self, ledger: Ledger, fields: Fields, sources: Sources, folder: Path) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._fields = fields
        self._sources = sources
        self._folder = folder
        self._lock = threading.Lock()
        self._kept: _Kept | None = None
        self._kept_ids: tuple[str, np.ndarray] | None = None
        self._cached_rows = 0

    def ids(self) -> np.ndarray:
        stamp = self._ledger.item_stamps().all
        kept = self._kept_ids
        if kept is not None and kept[0] == stamp:
            return kept[1]
        # both within indexes; "WHERE NOT trashed" would look every item up
        everything = self._database.rows("SELECT id FROM item INDEXED BY item_known")
        trashed = self._database.rows("SELECT id FROM item INDEXED BY item_trashed WHERE trashed")
        ids = np.setdiff1d(_numbers(everything), _numbers(trashed), assume_unique=True)
        ids.sort()
        ids.flags.writeable = False
        self._kept_ids = (stamp, ids)
        return ids

    def frame(self, *, text: bool) -> pl.DataFrame:
        with self._lock:
            stamps = self._ledger.item_stamps()
            kept = self._usable(stamps, text)
            if kept is None or kept.stamps != stamps:
                frame = self._extended(kept.frame if kept is not None else None, text)
                kept = self._kept = _Kept(stamps, frame, "@text" in frame.columns, self._live(frame))
                self._write_cache(kept)
            return kept.live if kept.text == text else kept.live.drop("@text")

    def _live(self, frame: pl.DataFrame) -> pl.DataFrame:
        ids = self.ids()
        return frame if len(ids) == frame.height else frame.filter(np.isin(frame["@id"].to_numpy(), ids))

    def kinds(self) -> list[tuple[str, int]]:
        """Each kind of the live items and how many there are; from the table where it is at hand."""
        kept = self._kept
        if kept is not None and kept.stamps == self._ledger.item_stamps():
            return kept.live["@kind"].cast(pl.String).value_counts().rows()
        return self._database.rows("SELECT kind, count(*) FROM item WHERE NOT trashed GROUP BY kind")

    def _usable(self, stamps: ItemStamps, text: bool) -> _Kept | None:
        """What is known already and only lacks items that were added since."""
        kept = self._kept
        if kept is not None and kept.stamps.old == stamps.old and (kept.text or not text):
            return kept
        return self._read_cache(stamps, text)

    def _extended(self, known: pl.DataFrame | None, text: bool) -> pl.DataFrame:
        stored, labels = self._fields.stored(), self._sources.labels()
        with_text = text if known is None else "@text" in known.columns
        last = 0 if known is None or not known.height else int(known["@id"][-1])
        parts = [] if known is None else [known]
        while True:
            part = self._chunk(last, with_text, stored, labels)
            if part.height or not parts:
                parts.append(part)
            if part.height < _CHUNK_ROWS:
                return pl.concat(parts) if len(parts) > 1 else parts[0]
            last = int(part["@id"][-1])

    def _chunk(self, last: int, text: bool, stored: tuple[StoredField, ...], labels: dict[int, str]) -> pl.DataFrame:
        own = ["id", "kind", "source_id", "title", *(["text"] if text else [])]
        names = [f"i.{name}" for name in own] + [f"f.{place.quoted}" for place in stored]
        rows = self._database.rows(
            f"""SELECT {", ".join(names)} FROM item i LEFT JOIN item_field f ON f.item_id = i.id
            WHERE i.id > ? ORDER BY i.id LIMIT {_CHUNK_ROWS}""",
            (last,),
        )
        values = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
        series = [
            pl.Series("@id", values[0], dtype=pl.Int64),
            pl.Series("@kind", values[1], dtype=pl.String).cast(pl.Categorical),
            pl.Series("@source", [labels[s] for s in values[2]], dtype=pl.String).cast(pl.Categorical),
            pl.Series("@title", values[3], dtype=pl.String),
        ]
        if text:
            series.append(pl.Series("@text", values[4], dtype=pl.String))
        for place, column in zip(stored, values[len(own) :], strict=True):
            raw = from_sql(place.field.name, column, place.stored)
            series.append(converted(raw, place.stored, place.field.type).alias(place.field.name))
        return pl.DataFrame({one.name: one for one in series})  # a list would rename a field without a name

    def _files(self, old_stamp: str, text: bool) -> Path:
        return self._folder / f"items-{old_stamp}{'-text' if text else ''}.arrow"

    def _read_cache(self, stamps: ItemStamps, text: bool) -> _Kept | None:
        path = self._files(stamps.old, text)
        try:
            frame = pl.read_ipc(path)
        except (OSError, pl.exceptions.PolarsError):
            return None
        self._cached_rows = frame.height
        # the items stamp of a cached table is unknown: its tail is looked for in any case
        return _Kept(ItemStamps("", stamps.old), frame, text, frame)

    def _write_cache(self, kept: _Kept) -> None:
        rows = kept.frame.height
        path = self._files(kept.stamps.old, kept.text)
        if rows < _SMALLEST_CACHED or (path.exists() and rows < self._cached_rows * _GROWTH_CACHED):
            return
        beside = path.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            kept.frame.write_ipc(beside)
            for old in self._folder.glob("items-*.arrow"):
                if old != path and kept.stamps.old not in old.name:
                    old.unlink(missing_ok=True)
            beside.replace(path)
        except OSError:
            _log.warning("the table of items could not be kept in %s", self._folder, exc_info=True)
            beside.unlink(missing_ok=True)
            return
        self._cached_rows = rows


def _numbers(rows: list[tuple[int]]) -> np.ndarray:
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))
