"""The palette finds what people mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embexplorer.app.matching import match_score

NAMES = ["Export the selection", "Select all shown", "Clear the selection", "Settings", "Zoom in", "Fit the whole map"]


def best(typed: str) -> str:
    scored = [(score, name) for name in NAMES if (score := match_score(typed, name)) is not None]
    return max(scored)[1]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sel", "Select all shown"),
        ("SETT", "Settings"),
        ("zi", "Zoom in"),
        ("map", "Fit the whole map"),
        ("ftw", "Fit the whole map"),
        ("clear sel", "Clear the selection"),
    ],
)
def test_the_best_name_wins(typed: str, name: str) -> None:
    assert best(typed) == name


def test_letters_that_are_not_there_fit_nothing() -> None:
    assert match_score("xq", "Select all") is None
    assert match_score("tces", "sect") is None


@given(st.text(min_size=1, max_size=20))
def test_a_name_always_fits_itself_and_its_letters_in_order(name: str) -> None:
    assert match_score(name, name) is not None
    assert match_score(name[::2], name) is not None
