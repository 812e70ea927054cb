"""A controller on a window that only listens: real projects, real models, real threads; the test is the GUI thread."""

import csv
import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import numpy as np

from embexplorer.app import views
from embexplorer.app.controller import Controller
from embexplorer.app.values import Message
from embexplorer.app.views import View
from embexplorer.base.settings import Settings

PANELS = {
    "map": views.MapPanel,
    "facets": views.FacetPanel,
    "query": views.QueryPanel,
    "results": views.ResultsPanel,
    "item": views.ItemPanel,
    "table": views.TablePanel,
    "gallery": views.GalleryPanel,
    "tags": views.TagPanel,
}
PATIENCE_S = 60.0
QUICK = "minilm-static"


def listening_view() -> Mock:
    """Notes every call, and refuses those that no view protocol has."""
    view = create_autospec(View, instance=True, spec_set=False)
    for name, protocol in PANELS.items():
        setattr(view, name, create_autospec(protocol, instance=True))
    view.map.view_state.return_value = {}
    return view


class Desk:
    """A user at the window: does something, then waits until it shows."""

    def __init__(self, settings: Settings) -> None:
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.view = listening_view()
        self.controller = Controller(self.view, self._events.put, settings)
        self.slowest_s = 0.0

    def pump(self, until: Callable[[], object], what: str = "") -> None:
        """Hand over events, as the bridge does, until something is true."""
        deadline = time.monotonic() + PATIENCE_S
        while not until():
            assert time.monotonic() < deadline, f"waited too long for {what or until}; said: {self.said()}"
            try:
                event = self._events.get(timeout=0.05)
            except queue.Empty:
                continue
            began = time.perf_counter()
            self.controller.on_event(event)
            self.slowest_s = max(self.slowest_s, time.perf_counter() - began)

    def settle(self) -> None:
        """Wait until nothing is under way any more."""
        tasks = self.controller.core.tasks
        self.pump(lambda: not tasks.busy(), "all work to end")

    def open(self, path: Path) -> None:
        self.controller.projects.open(path)
        self.settle()

    def drop(self, *paths: Path, text_model: str = QUICK) -> None:
        """Drop files, and accept what is proposed with the quick model."""
        self.controller.importing.drop(list(paths))
        self.pump(lambda: self.proposal is not None and not self.proposal.reading, "the sheet")
        self.controller.importing.set_models(text_model, "efficientnet-lite0")
        self.controller.importing.accept()
        self.settle()

    @property
    def proposal(self) -> Any:
        return self.controller.importing.proposal

    @property
    def facts(self) -> Any:
        return self.controller.core.facts

    def said(self) -> list[str]:
        return [f"{m.level}: {m.text} {m.hint}".strip() for m in self.messages()]

    def messages(self) -> list[Message]:
        return [call.args[0] for call in self.view.show_message.call_args_list]

    def shown(self, panel: str, setter: str) -> Any:
        """The first argument of the last call of a panel's setter."""
        target = getattr(self.view, panel) if panel else self.view
        calls = getattr(target, setter).call_args_list
        assert calls, f"{panel}.{setter} was never called"
        return calls[-1].args[0]

    def calls(self) -> list[str]:
        """What the view was told since the last forget(): "map.set_maps" and so on."""
        return [str(call[0]) for call in self.view.mock_calls]

    def forget(self) -> None:
        self.view.reset_mock()
        self.view.map.view_state.return_value = {}

    def leave(self) -> None:
        assert self.controller.shut_down(), "work went on after the window was closed"


ANIMALS = ("cat", "lion", "tiger", "dog", "wolf", "horse", "whale", "eagle", "salmon", "bee")
TOOLS = ("hammer", "saw", "drill", "wrench", "screwdriver", "chisel", "plane", "pliers", "level", "file")


def write_things(path: Path) -> Path:
    """Sixty short texts of two kinds, with every type of field and some missing values."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "description", "group", "stars", "seen", "tame", "words"])
        for turn in range(3):
            for at, name in enumerate(ANIMALS):
                text = f"The {name} is an animal that lives in the wild, number {at} of round {turn}."
                writer.writerow(
                    [f"{name} {turn}", text, "animal", at, f"2024-01-{at + 1:02}", turn == 0, "living; fur"]
                )
            for at, name in enumerate(TOOLS):
                text = f"A {name} is a tool that is used for building houses, number {at} of round {turn}."
                writer.writerow([f"{name} {turn}", text, "tool", "", f"2025-03-{at + 1:02}", "", "metal"])
    return path


def rows_where(desk: Desk, column: str, value: object) -> np.ndarray:
    return np.flatnonzero((desk.facts.frame[column].cast(str) == value).to_numpy())
