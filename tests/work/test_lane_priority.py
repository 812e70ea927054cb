"""Long work lets the window go first where processors are short; answers that somebody waits for do not."""

import os
import sys
import threading

import pytest

from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.work.job import QUERY, WRITE
from embexplorer.work.runner import Runner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows priorities of threads")


def test_long_work_steps_back_and_answers_do_not() -> None:
    found: dict[str, int] = {}

    def note(name: str) -> Operation:
        yield Step(0, 1)
        found[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        return Outcome()

    runner = Runner(lambda _event: None)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    for lane in (WRITE, QUERY):
        assert runner.submit("priority", lambda name=lane.name: note(name), lane).wait(10)
    runner.close()
    assert found["query"] == own
    assert found["write"] == max(own, 5)
