"""What must hold before and beside every project: a light start, and one vocabulary for what can be done."""

import subprocess
import sys

import numpy as np
from desk import Desk

from embexplorer.app.actions import BY_ID, FLAGS

HEAVY = {"numba", "onnxruntime", "umap", "sklearn", "scipy", "hnswlib", "tokenizers"}


def test_the_controller_starts_without_the_engines() -> None:
    code = "import embexplorer.app.controller, sys; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


def test_flags_are_those_that_actions_ask_for(at_things: Desk) -> None:
    at_things.controller.searching.add_text("cat")
    at_things.controller.selecting.select(np.array([1]))
    at_things.controller.upkeep.check()
    at_things.settle()
    assert set(at_things.shown("", "set_flags")) == set(FLAGS)


def test_every_action_of_the_controller_is_in_the_table(at_things: Desk) -> None:
    handled = [name for name in BY_ID if name in at_things.controller.actions]
    assert set(handled) == at_things.controller.actions
    assert not at_things.controller.trigger("help.about"), "what only concerns the window is left to it"


def test_every_action_does_no_harm_without_a_project(desk: Desk) -> None:
    for name in sorted(desk.controller.actions):
        assert desk.controller.trigger(name)
    desk.settle()
    assert not [text for text in desk.said() if text.startswith("error")]
