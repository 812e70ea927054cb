"""The one door to numba, so that every kernel has the same safe settings.

Never parallel=True: two threads that enter numba's workqueue layer abort the process. Threads are ours.
No nnan or ninf in fastmath: NaN coordinates must fail the range tests, not be assumed away.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])

_njit: Any = numba.njit  # numba's own types hide the signature of what it compiles
_FAST = {"contract", "reassoc", "arcp", "nsz"}


def kernel(function: _Function) -> _Function:
    """Compile to machine code that runs without the GIL and is kept in the cache; exact floating point."""
    compiled: _Function = _njit(nogil=True, cache=True, error_model="numpy")(function)
    return compiled


def fast_kernel(function: _Function) -> _Function:
    """As kernel, and the compiler may reorder sums and use reciprocals; NaN and infinity keep their meaning."""
    compiled: _Function = _njit(nogil=True, cache=True, error_model="numpy", fastmath=_FAST)(function)
    return compiled


def inline_kernel(function: _Function) -> _Function:
    """A small piece that is pasted into the kernels that call it."""
    compiled: _Function = _njit(nogil=True, cache=True, error_model="numpy", inline="always", fastmath=_FAST)(function)
    return compiled
