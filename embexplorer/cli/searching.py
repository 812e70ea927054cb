"""The command that searches: what is asked, of which weight and in which way, and the hits in words."""

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from embexplorer.base.wording import count
from embexplorer.cli.commands import json_option, opened, project_argument, space_option, where_option
from embexplorer.cli.output import print_json
from embexplorer.data.hits import Hits, Method
from embexplorer.data.marking import Marked, marked_excerpt
from embexplorer.data.query import AnswerBy, Combine, Mode
from embexplorer.operations.describing import describe_hits

_HOW: dict[Method, str] = {
    "empty": "",
    "list": "",
    "exact": "",
    "partitions": " (by the index)",
    "graph": " (by the index)",
    "lexical": " (by words)",
    "hybrid": " (by meaning and words)",
    "encodings": " (by encodings of whole documents)",
}
_TEXT_WIDTH = 90
_WORDS = "With --hybrid: how much the words count, 0 to 1; meaning counts for the rest."
_BY = "Of documents cut into passages: by its best passage (auto), by all at once (whole), or each."
_WEIGHT = re.compile(r"(?:(\d+(?:\.\d*)?|\.\d+)\*)?(.*)", re.DOTALL)
_HEAVIEST = 100


class Weighted(click.ParamType[tuple[str, float]]):
    """A text or a path, alone or with a weight before it: “2*cheap” counts twice."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        if isinstance(value, tuple):  # click gives what it has converted to be converted again
            return value
        weight, words = _WEIGHT.fullmatch(str(value)).groups()  # type: ignore[union-attr]
        number = float(weight) if weight else 1.0
        if not 0 < number <= _HEAVIEST:
            self.fail(f"{value}: the weight must be above 0 and at most {_HEAVIEST}.", param, ctx)
        return words, number


class WeightedItem(click.ParamType[tuple[int, float]]):
    """The id of an item, as far as a project file can hold it, alone or with a weight: “2*17” counts twice."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, float]:
        if isinstance(value, tuple):
            return value
        words, weight = _TEXT.convert(value, param, ctx)
        number = int(click.INT(words, param, ctx))
        if not 0 < number < 2**63:
            self.fail(f"{value} is not the id of an item.", param, ctx)
        return number, weight


_TEXT, _ITEM = Weighted(), WeightedItem()


def _parts(name: str, kind: click.ParamType[Any], metavar: str, help_text: str) -> Callable[[Any], Any]:
    return click.option(name, multiple=True, type=kind, metavar=metavar, help=help_text)


@click.command()
@project_argument
@click.argument("text", default="")
@_parts("--plus", _TEXT, "TEXT", "Like this text too; may be given again, as all of these.")
@_parts("--image", _TEXT, "FILE", "Like this image.")
@_parts("--like", _ITEM, "ID", "Like this item.")
@_parts("--minus", _TEXT, "TEXT", "Less like this text.")
@_parts("--minus-image", _TEXT, "FILE", "Less like this image.")
@_parts("--minus-like", _ITEM, "ID", "Less like this item.")
@_parts("--aside", _TEXT, "TEXT", "Whatever it says of this.")
@_parts("--aside-like", _ITEM, "ID", "Whatever this item is about.")
@click.option("--both", "combine", flag_value="both", help="Like each of the parts at once.")
@click.option("--either", "combine", flag_value="either", help="Like any of the parts.")
@click.option("--but-not", is_flag=True, help="Leave out what is more like a minus part than like the rest.")
@where_option
@click.option("-k", default=10, show_default=True, type=int, help="How many results at most.")
@space_option
@click.option("--offset", type=int, default=None, metavar="N", help="Leave out the N best: the next page.")
@click.option("--diversity", type=float, default=0.0, metavar="0..1", help="Prefer results that differ.")
@click.option("--related", is_flag=True, help="Only what is likely related.")
@click.option("--exact", is_flag=True, help="Miss nothing, even where that takes longer.")
@click.option("--lexical", is_flag=True, help="Search for the words themselves.")
@click.option("--hybrid", is_flag=True, help="Search by words and by meaning.")
@click.option("--words", "lexical_weight", default=0.5, type=click.FloatRange(0, 1), help=_WORDS)
@click.option("--by", default="auto", type=click.Choice(["auto", "document", "whole", "passage"]), help=_BY)
@json_option
def search(
    project: Path,
    text: str,
    where: str,
    k: int,
    space: str,
    exact: bool,
    lexical: bool,
    hybrid: bool,
    lexical_weight: float,
    by: AnswerBy,
    as_json: bool,
    but_not: bool,
    combine: Combine | None,
    plus: tuple[tuple[str, float], ...],
    offset: int | None,
    diversity: float,
    related: bool,
    **parts: Any,
) -> None:
    """Find the items that are most like a text, an image or other items.

    A part counts more or less with a weight before it: --minus "0.5*cheap", --like 2*17.
    """
    if lexical and hybrid:
        raise click.UsageError("--lexical and --hybrid exclude each other.")
    mode: Mode = "lexical" if lexical else "hybrid" if hybrid else "vector"
    texts = ((text, 1.0), *plus) if text else plus
    options: dict[str, Any] = {"where": where, "k": k, "space": space, "exact": exact, "mode": mode}
    options |= {"lexical_weight": lexical_weight, "by": by}
    options |= {"offset": offset, "diversity": diversity, "related": related}
    with opened(project, read_only=True) as open_project:
        hits = open_project.search(texts, combine=combine or "blend", but_not=but_not, **parts, **options)
        found = [asdict(hit) for hit in describe_hits(open_project.store, hits, (offset or 0) + 1)]
        line = open_project.line_of(hits) if as_json or related else None
    if as_json:
        head = {"method": hits.method, "exact": hits.exact, "took_ms": round(hits.took_ms, 3), "line": line}
        print_json({**head, "matching": hits.matching, "notes": hits.notes, "hits": found})
    else:
        _print_hits(hits, found)
        if related:
            click.echo(_line_words(line), err=True)


def _highlighted(found: Marked) -> str:
    """Bold in a terminal, plain in a file."""
    parts, at = [], 0
    for start, end in found.marks:
        parts += [found.text[at:start], click.style(found.text[start:end], bold=True)]
        at = end
    return "".join([*parts, found.text[at:]])


def _print_hits(hits: Hits, found: list[dict[str, Any]]) -> None:
    for note in hits.notes:
        click.echo(note, err=True)
    for hit in found:
        click.echo(f"{hit['rank']:4}  {hit['score']:6.3f}  {hit['title']}  [{hit['id']}]")
        if hit["text"] and hit["text"] != hit["title"]:
            click.echo(f"              {_highlighted(marked_excerpt(hit['text'], hits.words, _TEXT_WIDTH))}")
        if hit["more_passages"]:
            click.echo(f"              {count(hit['more_passages'], 'more passage')}")
    found_among = f"{count(len(hits), 'result')} of {count(hits.matching, 'matching item')}"
    if hits.documents is not None:
        found_among = f"{count(len(hits), 'document')} of {hits.documents.number:,}"
    click.echo(f"{found_among}, {hits.sureness}{_HOW[hits.method]}, {hits.took_ms:.1f} ms", err=True)


def _line_words(line: float | None) -> str:
    if line is None:
        return "These scores do not tell what is likely related, so nothing was left out."
    return f"Likely related above a score of {line:.3f}"
