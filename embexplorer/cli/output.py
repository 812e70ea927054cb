"""What the command line prints: progress and problems to stderr, answers to stdout."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

import click
import numpy as np

from embexplorer.base.progress import Outcome, Step
from embexplorer.base.wording import count

_EVERY_S = 0.1
_MOST_PROBLEMS = 20


class ProgressLine:
    """One line on a terminal that follows the work; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def __call__(self, step: Step) -> None:
        now = time.monotonic()
        if not self._shown or now - self._last < _EVERY_S:
            return
        self._last = now
        share = f"{step.done / step.total:4.0%} " if step.total else ""
        click.echo(f"\r\x1b[2K{share}{step.note}", nl=False, err=True)

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[2K", nl=False, err=True)


def print_outcome(outcome: Outcome, as_json: bool, **more: Any) -> None:
    """The summary to stdout, the first problems to stderr; as JSON everything to stdout."""
    if as_json:
        print_json(
            {
                "summary": outcome.summary,
                "figures": outcome.figures,
                "problems": [asdict(problem) for problem in outcome.problems],
                **more,
            }
        )
        return
    for problem in outcome.problems[:_MOST_PROBLEMS]:
        click.echo(str(problem), err=True)
    more_problems = len(outcome.problems) - _MOST_PROBLEMS
    if more_problems > 0:
        click.echo(f"And {count(more_problems, 'problem')} more; --json lists them all.", err=True)
    click.echo(outcome.summary)


def print_json(value: Any) -> None:
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=1))


def plain(value: Any) -> Any:
    """The value in what JSON knows; dates in ISO 8601, NaN as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
