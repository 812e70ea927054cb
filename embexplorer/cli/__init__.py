"""The command line."""

from embexplorer.cli.program import main, window

__all__ = ["main", "window"]
