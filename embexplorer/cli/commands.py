"""The commands that fill and change a project."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

import click

from embexplorer.api import Project
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, finish
from embexplorer.base.settings import IMAGE_MODEL, TEXT_MODEL
from embexplorer.base.wording import count
from embexplorer.cli.output import ProgressLine, print_outcome
from embexplorer.data.items import ImportChoices
from embexplorer.data.picture import MapPicture
from embexplorer.operations.choosing import choose, earlier_choices
from embexplorer.operations.creating import CreateParams, fill
from embexplorer.operations.exporting import ExportParams, export
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.modelling import model as find_model
from embexplorer.operations.rescuing import rescue

# click's own look at a path would call one without permission a wrong usage; who reads it says it better
path_type = click.Path(path_type=Path, readable=False)
project_argument = click.argument("project", type=path_type)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
space_option = click.option("--space", default="", metavar="NAME", help="Which space; the largest when not given.")
where_option = click.option("--where", default="", metavar="FILTER", help='For example: stars <= 2 and tagged "keep".')
_inputs = click.argument("inputs", nargs=-1, required=True, type=path_type)
_device = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "directml", "coreml"]),
    default="auto",
    show_default=True,
    help="Where the model runs.",
)
_text = click.option("--text", default="", metavar="COLUMN", help="The column with the text to embed.")
_title = click.option("--title", default="", metavar="COLUMN", help="The column with the titles.")
_fields = click.option("--fields", default="", metavar="A,B", help="The columns to keep; all when not given.")
_passages = click.option(
    "--passages", default=0, metavar="N", type=click.IntRange(0), help="Cut documents into passages of about N tokens."
)
_metadata = click.option("--metadata", default="", metavar="FILE", help="A table that goes with ready-made vectors.")


_GO_ON = "To go on, run “embexplorer add” with the same files, then “embexplorer embed” and “embexplorer map”."


@contextmanager
def opened(path: Path, *, new: bool = False, read_only: bool = False) -> Iterator[Project]:
    """A project whose long work shows on the terminal. Raises EmbexError where it cannot be changed as it must be."""
    line = ProgressLine()
    with Project.create(path) if new else Project.open(path, read_only=read_only) as project:
        if project.store.read_only and not read_only:
            raise EmbexError(f"The project {path.name} cannot be changed now.", project.store.read_only_reason)
        project.on_step = line
        try:
            yield project
        finally:
            line.clear()


@contextmanager
def _created(path: Path) -> Iterator[Project]:
    """A new project. One that ends early is kept where it holds items, and that is said; else it is taken away."""
    made, items = False, 0
    try:
        with opened(path, new=True) as project:
            made = True
            try:
                yield project
            finally:
                items = project.store.items.count()
    except (EmbexError, KeyboardInterrupt):
        if items:
            click.echo(f"{path.name} keeps {count(items, 'item')}. {_GO_ON}", err=True)
        elif made:
            path.unlink(missing_ok=True)
        raise


def split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _finished(project: Project, operation: Operation) -> Outcome:
    return finish(operation, project.on_step)


@click.command()
@project_argument
@_inputs
@_text
@_title
@_fields
@_passages
@_metadata
@click.option("--model", default="", metavar="ID", help="The model for texts, or for images; see “models”.")
@_device
@click.option("--no-map", is_flag=True, help="Only import and embed.")
@json_option
def create(
    project: Path,
    inputs: tuple[Path, ...],
    text: str,
    title: str,
    fields: str,
    passages: int,
    metadata: str,
    model: str,
    device: str,
    no_map: bool,
    as_json: bool,
) -> None:
    """Make a project of files and folders: read, embed, index and map them."""
    chosen = find_model(model) if model else None
    given = ImportChoices(text=text, title=title, passages=passages, metadata=metadata)
    sources = choose(sources_of(inputs), given, split(fields) or None)
    params = CreateParams(
        sources,
        text_model=chosen.id if chosen and chosen.reads("text") else TEXT_MODEL,
        image_model=chosen.id if chosen and chosen.reads("image") else IMAGE_MODEL,
        device=device,
        with_map=not no_map,
    )
    with _created(project) as open_project:
        outcome = _finished(open_project, fill(open_project.store, params))
        print_outcome(outcome, as_json, project=str(project), items=open_project.store.items.count())


@click.command()
@project_argument
@_inputs
@_text
@_title
@_fields
@_passages
@_metadata
@json_option
def add(
    project: Path,
    inputs: tuple[Path, ...],
    text: str,
    title: str,
    fields: str,
    passages: int,
    metadata: str,
    as_json: bool,
) -> None:
    """Add files and folders to a project; what is known already stays as it is."""
    given = ImportChoices(text=text, title=title, passages=passages, metadata=metadata)
    with opened(project) as open_project:
        sources = choose(sources_of(inputs), given, split(fields) or None, earlier_choices(open_project.store))
        print_outcome(_finished(open_project, import_sources(open_project.store, sources)), as_json)


@click.command()
@project_argument
@click.option("--model", default="", metavar="ID", help="Which model; the bundled one for each kind when not given.")
@click.option("--space", default="", metavar="NAME", help="The space to fill; the model's own when not given.")
@_device
@click.option("--again", is_flag=True, help="Also try the items again that could not be embedded before.")
@json_option
def embed(project: Path, model: str, space: str, device: str, again: bool, as_json: bool) -> None:
    """Embed what has no vector yet."""
    with opened(project) as open_project:
        print_outcome(open_project.embed(model, space=space, device=device, again=again), as_json)


@click.command(name="rescue")
@click.argument("damaged", type=path_type)
@click.argument("copy", type=path_type)
@json_option
def rescue_project(damaged: Path, copy: Path, as_json: bool) -> None:
    """Save what can be read of a damaged project into a new one."""
    print_outcome(finish(rescue(damaged, copy)), as_json, project=str(copy))


def _picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """One option for each choice of a picture, with the words of the window's sheet."""
    for known in reversed(fields_of(MapPicture)):
        if known.name in _ONLY_IN_A_WINDOW:
            continue
        name, words, default = known.name.replace("_", "-"), known.metadata["help"], known.default
        switch = f"--{name}/--no-{name}" if default is True else f"--{name}"
        kind = {"is_flag": True} if isinstance(default, bool) else {"type": _KINDS.get(known.name)}
        told = not isinstance(default, bool) and default is not None
        command = click.option(switch, known.name, default=default, help=words, show_default=told, **kind)(command)
    return command


_ONLY_IN_A_WINDOW = ("in_view", "only_strong")
_KINDS: dict[str, Any] = {
    "width": click.IntRange(1),
    "height": click.IntRange(1),
    "unit": click.Choice(["px", "mm"]),
    "dpi": click.IntRange(10, 2400),
    "point_size": click.FloatRange(0.1, 10.0),
}


@click.command(name="export")
@project_argument
@click.argument("out", type=path_type)
@where_option
@click.option("--columns", default="", metavar="A,B", help="Which columns; all when not given.")
@click.option("--colour-by", default="", metavar="COLUMN", help="For pictures of the map.")
@click.option("--map", "map_name", default="", metavar="NAME", help="Which map; the first when not given.")
@space_option
@_picture_options
@json_option
def export_items(
    project: Path, out: Path, where: str, columns: str, colour_by: str, map_name: str, space: str, as_json: bool,
    **picture: Any,
) -> None:  # fmt: skip
    """Write items (.csv .parquet .jsonl), vectors (.npz) or the map (.png .svg .html)."""
    with opened(project, read_only=True) as open_project:
        ids = open_project.matching(where) if where else None
        params = ExportParams(out, ids, split(columns), space, map_name, colour_by, MapPicture(**picture))
        print_outcome(_finished(open_project, export(open_project.store, params)), as_json, path=str(out))


@click.command()
@project_argument
@click.argument("tag")
@where_option
@click.option("--remove", is_flag=True, help="Take the tag away instead.")
@json_option
def tag(project: Path, tag: str, where: str, remove: bool, as_json: bool) -> None:
    """Tag all items that pass a filter."""
    with opened(project) as open_project:
        number = open_project.untag(tag, where=where) if remove else open_project.tag(tag, where=where)
        items = count(number, "item")
        done = f"“{tag}” taken off {items}" if remove else f"{items} tagged “{tag}”"
        print_outcome(Outcome(done, figures={"items": number}), as_json)


ALL = (create, add, embed, export_items, tag, rescue_project)
