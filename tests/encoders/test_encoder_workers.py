"""Tasks on our own threads: bounded ahead, ended by the first failure, none left running."""

import threading

import pytest

from embexplorer.base.cores import core_count
from embexplorer.encoders.workers import Workers


@pytest.fixture
def workers():
    workers = Workers(2)
    yield workers
    workers.close()


def test_every_task_gives_its_own_result(workers: Workers) -> None:
    assert sorted(workers.run(lambda n: n * n, range(50))) == [(n, n * n) for n in range(50)]
    assert list(workers.run(lambda n: n, [])) == []


def test_the_first_failure_ends_the_work(workers: Workers) -> None:
    def fail(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        list(workers.run(fail, range(1000)))
    assert list(workers.run(fail, [1])) == [(1, 1)]


def test_closing_drops_what_has_not_begun(workers: Workers) -> None:
    begun: list[int] = []
    running, gate = set(), threading.Event()

    def task(number: int) -> None:
        begun.append(number)
        running.add(number)
        if number:
            gate.wait(0.05)
        running.discard(number)

    work = workers.run(task, range(10_000))
    next(work)
    work.close()
    assert len(begun) <= 8
    assert running == set()


def test_cores() -> None:
    assert core_count(5) == 5
    assert core_count() >= 1
