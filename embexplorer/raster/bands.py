"""A picture drawn band by band, on as many threads as are worth their start."""

import os
from collections.abc import Callable
from itertools import count
from threading import Thread
from typing import Final

Band = Callable[[int, int], None]  # draws the lines from the first to the one before the second

# More gain little: all wait for the same memory.
MOST_THREADS: Final = min(4, os.cpu_count() or 1)


def draw_in_bands(worker: Callable[[], Band], height: int, lines: int, threads: int) -> None:
    """Each thread takes the next band that is left. worker: called once in each, for what a thread needs of its own.

    Threads are started for each picture: one costs 0.05 ms, of which waking a waiting one would save half, and none
    is ever left behind.
    """
    following = count()

    def run() -> None:
        band = worker()
        while (top := next(following) * lines) < height:
            band(top, min(top + lines, height))

    extra = [Thread(target=run, daemon=True) for _ in range(threads - 1)]
    for thread in extra:
        thread.start()
    run()
    for thread in extra:
        thread.join()
