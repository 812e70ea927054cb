"""A column that grows block by block while a job runs, as one that was computed at once."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.data.columns import Column, Provenance
from embexplorer.data.items import FieldType
from embexplorer.store.project import ProjectStore


def kinds(ids: list[int], values: list[str | None], kind: FieldType = FieldType.CATEGORY) -> Column:
    return Column("looks like", kind, np.array(ids, np.int64), pl.Series("looks like", values), Provenance("bridge"))


def test_values_are_added_whatever_their_order_and_the_latest_counts(tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path / "p.embx") as store:
        store.columns.extend(kinds([4, 7], ["fig", None]))
        store.columns.extend(kinds([1, 9], ["ant", "fig"]))
        store.columns.extend(kinds([7], ["ox"]))
        found = store.columns.get("looks like")
        assert found.ids.tolist() == [1, 4, 7, 9]
        assert found.values.cast(pl.String).to_list() == ["ant", "fig", "ox", "fig"]
        with pytest.raises(EmbexError, match="already a column"):
            store.columns.extend(kinds([3], ["text"], FieldType.TEXT))
    with ProjectStore.open(tmp_path / "p.embx") as store:
        assert store.columns.get("looks like").ids.tolist() == [1, 4, 7, 9]
