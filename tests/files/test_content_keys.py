"""Keys of content: the same everywhere, different for different content."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from embexplorer.files.keys import Occurrences, matrix_keys, row_keys, text_keys

TEXTS = st.lists(st.text(max_size=40).filter(lambda text: text.isprintable()), max_size=30)


@given(TEXTS)
def test_a_key_depends_on_its_text_alone(texts: list[str]) -> None:
    together = text_keys(pl.Series("a", texts, pl.String))
    alone = [int(text_keys(pl.Series("a", [text]))[0]) for text in texts]
    assert together.tolist() == alone
    assert len(set(alone)) == len(set(texts))


def test_keys_never_change() -> None:
    """Projects keep them: other values would make every known item new."""
    assert text_keys(pl.Series(["", "a", "Grüße", "x" * 100])).tolist() == KNOWN


KNOWN = [3746585686858627171, -667685359326532112, 3747180274146012352, 5525524628115762902]


def test_cells_do_not_run_into_each_other() -> None:
    rows = pl.DataFrame({"a": ["x", "xy", None, ""], "b": ["yz", "z", "q", "q"]})
    keys = row_keys(rows).tolist()
    assert len(set(keys[:3])) == 3
    assert keys[2] == keys[3]
    assert row_keys(rows, "other").tolist() != keys


def test_no_two_of_many_texts_share_a_key() -> None:
    texts = [f"{i}" for i in range(100_000)] + [" " * i for i in range(1000)]
    assert len(np.unique(text_keys(pl.Series(texts)))) == len(texts)


def test_repeated_content_gets_keys_of_its_own() -> None:
    first = Occurrences()
    one = first.number(np.array([7, 8, 7, 9]))
    two = first.number(np.array([7, 8]))
    assert one[[0, 1, 3]].tolist() == [7, 8, 9]
    assert len({*one.tolist(), *two.tolist()}) == 6
    again = Occurrences().number(np.array([7, 8, 7, 9, 7, 8]))
    assert again.tolist() == [*one.tolist(), *two.tolist()]


def test_rows_of_a_matrix() -> None:
    matrix = np.random.default_rng(1).normal(size=(50, 7)).astype(np.float32)
    keys = matrix_keys(matrix)
    assert len(set(keys.tolist())) == 50
    assert matrix_keys(matrix[10:20]).tolist() == keys[10:20].tolist()
