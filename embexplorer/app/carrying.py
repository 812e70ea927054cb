"""What the user chose stays chosen when rows move: it is carried over by the ids of the items."""

from dataclasses import replace

import numpy as np

from embexplorer.app.state import Facts, State
from embexplorer.data.selection import Selection


def carried(state: State, old: Facts | None, new: Facts) -> State:
    """The state, with the selection and the current item for the rows of the new facts.

    old: the facts that the state is about, None for a state that was just read from the project with its rows.
    """
    if old is new or (old is not None and np.array_equal(old.ids, new.ids)):
        return state
    if old is None:
        fits = len(state.selection.mask) == len(new) and state.current < len(new)
        return state if fits else replace(state, selection=Selection.none(len(new)), current=-1)
    rows = new.rows_of(old.ids[state.selection.mask])
    current = int(new.rows_of(old.ids[state.current : state.current + 1])[0]) if state.current >= 0 else -1
    return replace(state, selection=Selection.of_rows(len(new), rows[rows >= 0]), current=current)
