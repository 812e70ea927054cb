"""Our own threads for long encoding: a bounded number of tasks ahead, an end at any moment, no thread left behind."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Workers:
    """A pool of threads that lives as long as its encoder."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    def run(
        self, function: Callable[[_Task], _Result], tasks: Iterable[_Task]
    ) -> Generator[tuple[_Task, _Result], None, None]:
        """(task, result) as they get ready, in any order. The first failure is raised.

        Closing the generator drops what has not begun and waits for the tasks that run, a batch each.
        """
        waiting = iter(tasks)
        running: dict[Future[_Result], _Task] = {}
        try:
            while True:
                for task in islice(waiting, 2 * self.threads - len(running)):
                    running[self._pool.submit(function, task)] = task
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            for future in running:
                future.cancel()
            wait(running)

    def close(self) -> None:
        """End the threads. The pool cannot be used afterwards."""
        self._pool.shutdown(wait=True, cancel_futures=True)
