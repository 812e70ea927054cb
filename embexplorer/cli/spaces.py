"""The commands about what a space takes: spaces and shrink."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from embexplorer.base.progress import finish
from embexplorer.base.wording import count, size
from embexplorer.cli.commands import json_option, opened, project_argument, space_option
from embexplorer.cli.output import print_json, print_outcome
from embexplorer.operations.formwords import found_words, ms_words
from embexplorer.operations.shrinking import ShrinkParams, shrink_space
from embexplorer.operations.spaces import chosen_space
from embexplorer.operations.weighing import SpaceSizes, all_sizes, weigh_space


@click.command()
@project_argument
@click.option("--measure", is_flag=True, help="Try each form on a sample of the project's own vectors.")
@json_option
def spaces(project: Path, measure: bool, as_json: bool) -> None:
    """Tell what the vectors of each space take, and what they would take and still find in fewer bytes."""
    with opened(project, read_only=True) as open_project:
        store = open_project.store
        if measure:
            for space in store.spaces.all():
                finish(weigh_space(store, space.name), open_project.on_step)
        sizes = all_sizes(store)
    if as_json:
        print_json([_plain(each) for each in sizes])
        return
    if not sizes:
        click.echo("There are no spaces in this project yet.")
    for each in sizes:
        _print(each)


def _plain(sizes: SpaceSizes) -> dict[str, Any]:
    """For programs: the forms with what was measured, and how; null where it was not."""
    how = sizes.measurement
    return {
        "space": asdict(sizes.space),
        "forms": [asdict(form) for form in sizes.forms],
        "rescored": [asdict(way) for way in sizes.rescored],
        "measured": None if how is None else {"sampled": how.sampled, "queries": how.queries, "own": how.own},
        "advised": sizes.advised,
        "advice": sizes.advice,
        "spare_bytes": sizes.spare_bytes,
    }


def _print(sizes: SpaceSizes) -> None:
    space = sizes.space
    click.echo(f"{space.name}: {count(space.count, 'vector')} of {space.dims:,} dimensions, kept as {space.kept}")
    for form in sizes.forms:
        found = [found_words(form.recall), ms_words(form.ms)] if form.recall == form.recall else []
        sign = "*" if form.state == "kept" else " "
        click.echo(f" {sign} {form.name:16}{size(form.total_bytes):>10}   {', '.join(found)}".rstrip())
    for way in sizes.rescored:
        words = f"{found_words(way.recall)}, {ms_words(way.ms)}"
        click.echo(f"   {way.name:16}{size(way.total_bytes):>10}   {words}")
    if sizes.advice:
        click.echo(f"   {sizes.advice}")


@click.command()
@project_argument
@space_option
@click.option("--as", "form", required=True, metavar="FORM", help="float16, int8, binary, pca128, pca128-int8 …")
@click.option("--compact", is_flag=True, help="Give the room back at once; there is no way back then.")
@json_option
def shrink(project: Path, space: str, form: str, compact: bool, as_json: bool) -> None:
    """Keep the vectors of a space in fewer bytes."""
    with opened(project) as open_project:
        before = chosen_space(open_project.store, space).kept
        outcome = finish(shrink_space(open_project.store, ShrinkParams(form, space)), open_project.on_step)
        if compact:
            open_project.store.compact()
        spare = open_project.store.spaces.forms.spare_bytes()
        print_outcome(outcome, as_json, space=outcome.value, spare_bytes=spare)
    if spare and not as_json:
        click.echo(f"--compact gives {size(spare)} back. Until then --as {before} brings the digits back.", err=True)


ALL = (spaces, shrink)
