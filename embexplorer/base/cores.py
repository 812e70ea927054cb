"""How many threads long work may use."""

import os


def core_count(threads: int = 0) -> int:
    """As many as asked for, or with 0 one for every core that this process may use."""
    if threads > 0:
        return threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
