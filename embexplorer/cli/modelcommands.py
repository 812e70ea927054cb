"""The commands about models: which are there, adding and removing one, trying it."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome, finish
from embexplorer.base.wording import size
from embexplorer.cli.commands import json_option, path_type
from embexplorer.cli.output import ProgressLine, print_json, print_outcome
from embexplorer.data.models import ModelChoices, ModelProposal
from embexplorer.operations import modelling

_POOLINGS = ("mean", "cls", "last", "max", "weighted")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """List the models, add one from a folder, try one, or remove one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_models, as_json=as_json)


@models.command(name="list")
@json_option
def list_models(as_json: bool) -> None:
    """The models that are installed."""
    views = modelling.model_views()
    if as_json:
        print_json([{"modality": view.kind, **vars(view)} for view in views if not view.problem])
        return
    for view in views:
        if view.problem:
            click.echo(f"{view.id}: {view.problem}", err=True)
            continue
        speed = f"  {view.speed}" if view.speed else ""
        click.echo(
            f"{view.id:20} {view.kind:6} {view.dims:5} dimensions {size(view.bytes):>8}  {view.name}  "
            f"({view.licence}){speed}"
        )


@models.command(name="add")
@click.argument("folder", type=path_type)
@click.option("--name", default="", help="How the model is called; the folder's name when not given.")
@click.option("--precision", default="", metavar="NAME", help="Which of its files, such as f32, f16 or int8.")
@click.option("--output", default="", metavar="NAME", help="Which output of the graph, such as hidden_states.6.")
@click.option("--pooling", default=None, type=click.Choice(_POOLINGS), help="How the parts of an input become one.")
@click.option("--query-prompt", default=None, metavar="TEXT", help="Put before each question.")
@click.option("--passage-prompt", default=None, metavar="TEXT", help="Put before each item.")
@click.option("--dims", default=0, type=click.IntRange(0), help="Keep so many dimensions only (Matryoshka).")
@click.option("--max-tokens", default=0, type=click.IntRange(0), help="The longest text.")
@click.option("--metric", default=None, type=click.Choice(("cosine", "ip", "l2")), help="How vectors are compared.")
@click.option("--link", is_flag=True, help="Share the files with the original where both are on one disk.")
@click.option("--look", is_flag=True, help="Only tell what the folder holds and try it; install nothing.")
@json_option
def add_model(folder: Path, link: bool, look: bool, as_json: bool, **given: Any) -> None:
    """Install the model of a folder: an ONNX export as it is downloaded, or one with a model.json.

    Nothing in the folder is executed. What its files do not say is proposed, and told.
    """
    progress = ProgressLine()
    proposal: ModelProposal = finish(modelling.look_at_model(folder, trial=False), progress).value
    chosen = _with_given(proposal.choices, given) if proposal.offered else None
    proposal = finish(modelling.look_at_model(folder, chosen, trial=look), progress).value
    progress.clear()
    if proposal.error:
        raise EmbexError(proposal.error)
    told = [f"{name}: {value}" for name, value in proposal.facts]
    if "pooling" in proposal.asked and given["pooling"] is None:
        told.append(f"Pooling: {proposal.choices.pooling}, which no file says; --pooling chooses another.")
    told += [*proposal.warnings, *(line.text for line in proposal.trial)]
    for line in told:
        click.echo(line, err=True)
    if look:
        print_outcome(Outcome(f"{proposal.choices.name} can be added"), as_json, proposal=proposal)
        return
    chosen = proposal.choices if proposal.offered else None
    outcome = finish(modelling.install_model(folder, chosen, link=link), progress)
    progress.clear()
    print_outcome(outcome, as_json, model=outcome.value.id)


@models.command(name="remove")
@click.argument("model_id")
@json_option
def remove_model(model_id: str, as_json: bool) -> None:
    """Remove a model that was added."""
    modelling.uninstall_model(model_id)
    print_outcome(Outcome(f"{model_id} is removed"), as_json, model=model_id)


@models.command(name="measure")
@click.argument("model_id")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, directml or coreml.")
@json_option
def measure_model(model_id: str, device: str, as_json: bool) -> None:
    """Find out how fast a model is on this computer."""
    progress = ProgressLine()
    outcome = finish(modelling.measure_model(model_id, device), progress)
    progress.clear()
    print_outcome(outcome, as_json)


@models.command(name="compare")
@click.argument("model_id")
@click.argument("one")
@click.argument("other")
@json_option
def compare(model_id: str, one: str, other: str, as_json: bool) -> None:
    """Tell how similar two texts are to a model, or two image files, or with a pair a text and an image."""
    value = finish(modelling.compare(model_id, one, other)).value
    print_outcome(Outcome(f"{value:.3f}"), as_json, similarity=value)


def _with_given(choices: ModelChoices, given: dict[str, Any]) -> ModelChoices:
    """The choices with the options that were given on the command line."""
    names = {field.name for field in fields(ModelChoices)}
    kept = {name: value for name, value in given.items() if name in names and value not in ("", 0, None)}
    kept |= {name: given[name] for name in ("query_prompt", "passage_prompt") if given[name] == ""}
    return replace(choices, **kept)
