"""Dates lie in the project file as people and SQLite's own functions read them, and come back to the millisecond."""

import sqlite3
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.data.items import ImportChoices, ItemBatch, Kind
from embexplorer.store.project import ProjectStore

DATES = [
    datetime(1, 1, 1),
    datetime(1969, 12, 31, 23, 59, 59, 999_000),
    datetime(2024, 2, 29),
    datetime(2024, 2, 29, 8, 5),
    datetime(9999, 12, 31),
    None,
]


def test_dates_can_be_read_in_plain_sql(tmp_path: Path) -> None:
    n = len(DATES)
    seen = pl.DataFrame({"seen": pl.Series(DATES, dtype=pl.Datetime("ms"))})
    batch = ItemBatch(Kind.TEXT, ["t"] * n, ["x"] * n, [""] * n, np.arange(n, dtype=np.int64), seen)
    with ProjectStore.create(tmp_path / "d.embx") as store:
        store.items.add(store.sources.add("d.csv", "CSV table", ImportChoices(), ""), batch)
    with sqlite3.connect(tmp_path / "d.embx") as plain:
        kept = [row[0] for row in plain.execute("SELECT seen FROM item_field ORDER BY item_id")]
        in_leap_year = plain.execute("SELECT count(*) FROM item_field WHERE date(seen) = '2024-02-29'").fetchone()
    plain.close()
    assert kept == ["0001-01-01", "1969-12-31T23:59:59.999", "2024-02-29", "2024-02-29T08:05:00", "9999-12-31", None]
    assert in_leap_year == (2,)
    with ProjectStore.open(tmp_path / "d.embx") as store:
        assert store.items.frame()["seen"].to_list() == DATES
