"""Measured figures of a run, printed as Markdown tables at its end: table.row(name, **figures)."""

import sys
from collections import defaultdict
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

_ROWS: dict[str, list[dict[str, object]]] = defaultdict(list)


class Table:
    """The table of one test module."""

    def __init__(self, title: str) -> None:
        self._title = title

    def row(self, name: str, **figures: object) -> None:
        _ROWS[self._title].append({"": name, **figures})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Benchmarks without pytest-benchmark's own fixture are left out with the others."""
    if not config.getoption("benchmark_skip"):
        return
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="benchmarks run when they are asked for"))


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Table:
    return Table(request.module.__name__.rpartition(".")[2].removeprefix("test_").replace("_", " "))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for title, rows in _ROWS.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        terminalreporter.write_line(f"\n### {title}\n")
        terminalreporter.write_line(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
        for row in rows:
            cells = [_text(row.get(name, "")) for name in names]
            terminalreporter.write_line(f"| {' | '.join(cells)} |")


def _text(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
