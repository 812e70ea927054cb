"""The command line's frame: which command, and how every failure ends."""

import logging
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import click

import embexplorer
from embexplorer.base.errors import EmbexError
from embexplorer.base.logs import log_file, start_logging

_log = logging.getLogger(__name__)


class _Commands(click.Group):
    """Loads the commands when one is asked for, and takes anything else as what to open in the window."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        from embexplorer.cli import commands, maps, modelcommands, queries, searching, spaces

        for command in (*commands.ALL, *maps.ALL, searching.search, *queries.ALL, *spaces.ALL, modelcommands.models):
            self.add_command(command)
        first = next((arg for arg in args if not arg.startswith("-")), None)
        if not args or (first is not None and first not in self.commands):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(embexplorer.__version__, prog_name="embexplorer")
def program() -> None:
    """Explore what embeddings know about your own files.

    Without a command, the window opens with the given project or files.
    """


@program.command(name="open")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--sample", type=click.Choice(["wordnet", "emoji"]), help="Start with a bundled sample.")
@click.option("--screenshot", type=click.Path(path_type=Path), help="Do the main job, save a picture, and quit.")
def open_window(paths: tuple[Path, ...], sample: str | None, screenshot: Path | None) -> None:
    """Open the window with a project or files."""
    _check_paths(paths)
    _check_display(offscreen=screenshot is not None)
    try:
        from embexplorer.gui.main import run
    except ImportError as error:
        # a library of the system that Qt needs, and that a small Linux does not have
        raise EmbexError(
            f"The window could not be loaded ({error}).",
            "Install the system libraries of Qt; on Debian and Ubuntu, packaging/run.sh does. The other commands work.",
        ) from error
    sys.exit(run(paths, sample or "", screenshot))


def _check_paths(paths: tuple[Path, ...]) -> None:
    """A mistyped command looks like a file that is not there; it is told so before a window opens."""
    for path in paths:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            close = get_close_matches(str(path), program.commands, n=1)
            hint = f"Did you mean “{close[0]}”?" if close else "embexplorer --help lists the commands."
            raise click.UsageError(f"There is no command, file or folder called “{path}”. {hint}") from None
        except OSError:
            continue  # there, but not to be looked at: the window says so


def _check_display(*, offscreen: bool) -> None:
    """Qt ends the whole process where it finds no display. offscreen: for pictures that need none."""
    has_display = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & {
        name for name, value in os.environ.items() if value
    }
    if sys.platform != "linux" or has_display:
        return
    if not offscreen:
        raise EmbexError(
            "There is no display to open the window on.",
            "Start it in a desktop session. The other commands need none; embexplorer --help lists them.",
        )
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


def main() -> NoReturn:
    """Run a command; exit code 0, 1 with one sentence on stderr, or 2 for usage."""
    start_logging()
    sys.exit(run_program(sys.argv[1:]))


def window() -> NoReturn:
    """The entry point of the desktop: the window, and nothing printed."""
    start_logging()
    sys.exit(run_program(["open", *sys.argv[1:]]))


def run_program(args: list[str]) -> int:
    """One command of the program, as its exit code."""
    try:
        result: Any = program.main(args, prog_name="embexplorer", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return 2
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. What was finished before is kept.", err=True)
        return 1
    except EmbexError as error:
        _log.warning("%s", error)
        click.echo(str(error), err=True)
        return 1
    except BrokenPipeError:
        return 1
    except Exception:
        _log.exception("the command failed")
        click.echo(f"Something went wrong that should not have. The log in {log_file()} says what.", err=True)
        return 1
    return result if isinstance(result, int) else 0
