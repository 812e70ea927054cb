"""The commands that answer: what is in a project, what is installed, whether this computer is ready."""

import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import click

from embexplorer.base.wording import count, size
from embexplorer.cli.commands import json_option, opened, project_argument, split, where_option
from embexplorer.cli.output import print_json
from embexplorer.cli.tables import lines_of
from embexplorer.data.columns import MapInfo
from embexplorer.operations import modelling
from embexplorer.operations.selftest import run_selftest


@click.command()
@project_argument
@where_option
@click.option("--columns", default="", metavar="A,B", help="Which columns; all when not given.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="How many rows at most.")
@json_option
def table(project: Path, where: str, columns: str, limit: int, as_json: bool) -> None:
    """Show the items as a table."""
    with opened(project, read_only=True) as open_project:
        whole = open_project.table(where, split(columns))
    shown = whole.head(limit)
    if as_json:
        print_json({"items": whole.height, "rows": shown.to_dicts()})
        return
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() and not columns else 0
    lines, left_out = lines_of(shown, room)
    for line in lines:
        click.echo(line)
    click.echo(f"{count(shown.height, 'row')} of {whole.height:,}", err=True)
    if left_out:
        click.echo(f"No room for {', '.join(left_out)}; --columns chooses what is shown.", err=True)


@click.command()
@project_argument
@click.option("--map", "map_name", default="", metavar="NAME", help="Which map; the first when not given.")
@click.option("--level", default=0, type=click.IntRange(0), help="Only these: 1 is the whole map, 2 is nearer.")
@json_option
def labels(project: Path, map_name: str, level: int, as_json: bool) -> None:
    """Tell what the parts of a map are about."""
    with opened(project, read_only=True) as open_project:
        found = open_project.labels(map_name)
    found = found.filter(found["level"] == level) if level else found
    if as_json:
        print_json(found.to_dicts())
        return
    for text, _x, _y, items, depth in found.sort("level", maintain_order=True).iter_rows():
        click.echo(f"{items:9,}  {'  ' * (depth - 1)}{text}")
    click.echo(f"{count(found.height, 'name')}", err=True)


@click.command()
@project_argument
@click.option("--map", "map_name", default="", help="The name of the map; the first one unless given.")
@json_option
def trust(project: Path, map_name: str, as_json: bool) -> None:
    """Tell how far a map can be believed, compared with the vectors that it is of."""
    with opened(project) as open_project:
        judged = open_project.trust(map_name)
    if as_json:
        print_json({"map": judged.name, "column": judged.trust_column, **judged.quality})
        return
    click.echo(_trust_words(judged))
    click.echo(f"The column “{judged.trust_column}” tells it of each item.")


def _trust_words(info: MapInfo) -> str:
    quality = info.quality
    return (
        f"map {info.name}: trustworthiness {quality['trustworthiness']:.2f}, continuity {quality['continuity']:.2f} "
        f"(main axes: {quality['pca_trustworthiness']:.2f}, {quality['pca_continuity']:.2f}), "
        f"{quality['kept']:.0%} of true neighbours kept"
    )


@click.command()
@project_argument
@json_option
def info(project: Path, as_json: bool) -> None:
    """Tell what a project holds."""
    with opened(project, read_only=True) as open_project:
        known = open_project.info()
    if as_json:
        print_json(known)
        return
    click.echo(f"{known.path}: {count(known.items, 'item')}, {size(known.size_bytes)}")
    for kind, number in known.kinds.items():
        click.echo(f"  {kind}: {number:,}")
    for field in known.fields:
        click.echo(f"  field {field.name}: {field.type}")
    for space in known.spaces:
        made_by = space.model or "ready-made vectors"
        kept = "" if space.kept == "float32" else f" kept as {space.kept}"
        click.echo(f"  space {space.name}: {count(space.count, 'vector')} of {space.dims} dimensions{kept}, {made_by}")
    for each in known.maps:
        plain = f"map {each.name}{'' if each.finished else ' (not finished)'}"
        click.echo(f"  {_trust_words(each) if each.quality else plain}")
    for tag_name, number in known.tags.items():
        click.echo(f"  tag {tag_name}: {number:,}")


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Say whether this computer has all that is needed, and what to do where not."""
    checks = modelling.examine_computer()
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            click.echo(
                f"{'ok ' if check.ok else '!! '} {check.name}: {check.text}{' ' + check.hint if check.hint else ''}"
            )
    return 0 if all(check.ok for check in checks) else 1


@click.command()
@json_option
def selftest(as_json: bool) -> int:
    """Do the whole main job once on a small sample and say whether it worked."""
    result = run_selftest()
    if as_json:
        print_json(result)
    else:
        for line in result.lines:
            click.echo(line)
    return 0 if result.passed else 1


ALL = (table, labels, trust, info, doctor, selftest)
