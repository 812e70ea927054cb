"""The commands about maps: make one, list them, give one another name, delete one."""

from dataclasses import fields as fields_of
from pathlib import Path
from typing import get_args

import click

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.base.wording import count
from embexplorer.cli.commands import json_option, opened, project_argument, space_option
from embexplorer.cli.output import print_json, print_outcome
from embexplorer.operations.indexing import build_index
from embexplorer.operations.mapping import BuildMapParams, MapParams, Method, build_map
from embexplorer.store.changes import delete_map, rename_map

# as the form in the window says it
_help_of = {f.name: f.metadata["help"] for f in fields_of(MapParams) if "help" in f.metadata}
_name = click.option("--name", default="", metavar="NAME", help="The map's name; a new one keeps the maps there are.")
_start = click.option("--start", default="", metavar="NAME", help="The map to start from, so that both look alike.")
_refine = click.option("--refine", is_flag=True, help="Let all points of the map that is there move a little.")
_method = click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    default="umap",
    show_default=True,
    help="What is alike together, the main axes, or two columns of numbers.",
)
_x = click.option("--x", "x_column", default="", metavar="COLUMN", help="From left to right, for --method columns.")
_y = click.option("--y", "y_column", default="", metavar="COLUMN", help="From bottom to top, for --method columns.")


@click.command(name="map")
@project_argument
@space_option
@_name
@click.option("--neighbors", default=15, show_default=True, type=click.IntRange(2, 200), help=_help_of["neighbors"])
@click.option("--min-dist", default=0.1, show_default=True, type=click.FloatRange(0.0, 1.0), help=_help_of["min_dist"])
@click.option("--seed", default=42, show_default=True, type=int, help=_help_of["seed"])
@_method
@_x
@_y
@_start
@_refine
@json_option
def make_map(
    project: Path, space: str, name: str, neighbors: int, min_dist: float, seed: int, method: Method, x_column: str,
    y_column: str, start: str, refine: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make a map, or place new items on the one that is there."""
    layout = MapParams(neighbors, min_dist, seed=seed, method=method, x_column=x_column, y_column=y_column)
    params = BuildMapParams(space, name, layout, start=start, refine=refine)
    with opened(project) as open_project:
        store = open_project.store
        if start:
            store.maps.get(start)  # said before anything takes long
        finish(build_index(store, space), open_project.on_step)
        print_outcome(finish(build_map(store, params), open_project.on_step), as_json)


@click.command()
@project_argument
@click.option("--rename", nargs=2, default=None, metavar="OLD NEW", help="Give a map another name.")
@click.option("--delete", default="", metavar="NAME", help="Delete a map; its items and their vectors stay.")
@json_option
def maps(project: Path, rename: tuple[str, str] | None, delete: str, as_json: bool) -> None:
    """List the maps of a project, rename one or delete one."""
    if rename and delete:
        raise EmbexError("A map can be renamed or deleted, one at a time.", "Give one of the two.")
    with opened(project, read_only=not (rename or delete)) as open_project:
        store = open_project.store
        change = rename_map(*rename) if rename else delete_map(delete) if delete else None
        if change is not None:
            click.echo(f"{store.history.perform(change).label}.", err=True)
        names = {space.id: space.name for space in store.spaces.all()}
        shown = [(info, names.get(info.space_id, "")) for info in store.maps.all()]
    if as_json:
        print_json([{"map": i.name, "space": space, "finished": i.finished, **i.params} for i, space in shown])
        return
    for info, space in shown:
        click.echo(f"{info.name}: of {space}{'' if info.finished else ' (not finished)'}")
    click.echo(count(len(shown), "map"), err=True)


ALL = (make_map, maps)
