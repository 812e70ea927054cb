"""What the README says is true: its commands, filters, keys, paths and names exist, and its example runs."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from embexplorer.app.actions import ACTIONS
from embexplorer.base.paths import resources
from embexplorer.cli.program import program
from embexplorer.filters.parse import parse

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?:^    .*\n|^\n(?=    ))+", README, re.MULTILINE)
# Inline code; two backquotes where the code itself has some.
CODES = [" ".join((long or short).split()) for long, short in re.findall(r"``(.+?)``|`([^`]+)`", README)]
PLACES = {path.name for path in ROOT.iterdir()}
WORDS_OF_FILTERS = {"selected", "and", "or", "not", "( )"}


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"the README has no section “{title}”"
    return found[1]


def command_lines() -> list[tuple[str, list[str]]]:
    """Each command of the README with its options: its own words, and the bracketed parts that stand behind it."""
    found: list[tuple[str, list[str]]] = []
    for line in "".join(BLOCKS).splitlines():
        for part in re.split(r"\s{2,}", line.strip()):
            command = re.match(r"embexplorer\b[^\[]*", part)
            if command:
                found.append((command[0].strip(), []))
            if found and part.startswith(("embexplorer", "[")):
                found[-1][1].extend(re.findall(r"\[(--[^\]]+)\]", part))
    return found


def subcommands() -> dict[str, click.Command]:
    program.make_context("embexplorer", ["doctor"])  # loads them
    return program.commands


COMMANDS = command_lines()


def test_the_readme_shows_commands() -> None:
    verbs = {shlex.split(line)[1] for line, _ in COMMANDS if " " in line}
    assert verbs >= {"create", "add", "embed", "map", "search", "table", "tag", "export", "info", "models", "doctor"}
    assert verbs <= subcommands().keys()


@pytest.mark.parametrize(("line", "options"), COMMANDS, ids=[line for line, _ in COMMANDS])
def test_a_command_of_the_readme_is_understood(line: str, options: list[str]) -> None:
    words = shlex.split(line)[1:]
    for option in options:
        words += ["1" if word.isupper() else word for word in option.replace("FILTER", "stars>1").split()]
    if words:
        subcommands()[words[0]].make_context(words[0], words[1:])
    if "--where" in words:
        assert str(parse(words[words.index("--where") + 1]))


def answers(command: click.Command) -> bool:
    return any("--json" in parameter.opts for parameter in command.params)


def test_commands_that_answer_take_json() -> None:
    assert "Every command that answers takes `--json`" in README
    assert [name for name, command in subcommands().items() if not answers(command)] == ["open"]


def filters() -> list[str]:
    table = re.findall(r"^\| (.*?) \| ", section("Filters"), re.MULTILINE)
    shown = [long or short for row in table for long, short in re.findall(r"`` (.+?) ``|`([^`]+)`", row)]
    tour = [code for code in CODES if " has " in code and " and " in code]
    return [text for text in [*shown, *tour] if text not in WORDS_OF_FILTERS]


@pytest.mark.parametrize("text", filters())
def test_a_filter_of_the_readme_is_understood(text: str) -> None:
    assert str(parse(text))


def test_the_readme_shows_filters() -> None:
    assert len(filters()) >= 10


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = next(block for block in BLOCKS if "import embexplorer as ex" in block)
    lines = "\n".join(line.removeprefix("    ") for line in example.splitlines())
    assert 'project.embed("minilm")' in lines
    texts = ["it came a week late", "the parcel took for ever", "lovely colour", "fits well", "broke on day two"]
    rows = "".join(f"{text} {turn},{turn % 5 + 1}\n" for turn in range(8) for text in texts)
    (tmp_path / "reviews.csv").write_text(f"body,stars\n{rows}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(lines.replace("minilm", "minilm-static"), "README.md", "exec"), names)
    assert len(names["hits"]) == 10
    assert names["table"].height == 40
    assert (names["vectors"].dtype.name, names["vectors"].ndim, len(names["vectors"])) == ("float32", 2, 40)
    assert (names["xy"].dtype.name, names["xy"].shape) == ("float32", (40, 2))


def paths() -> list[str]:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    named = [word for code in [*CODES, *BLOCKS] for word in code.split() if word.split("/")[0] in PLACES]
    return sorted({*linked, *named})


@pytest.mark.parametrize("path", paths())
def test_a_path_of_the_readme_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_readme_names_paths() -> None:
    assert {"packaging/run.sh", "packaging/test.sh", "LICENSE"} <= set(paths())


def test_the_keys_of_the_readme_are_keys() -> None:
    known = {shortcut for action in ACTIONS for shortcut in action.shortcuts}
    shown = set(re.findall(r"\b(?:Ctrl|Shift|Alt)\+[A-Z]\b|\bF\d+\b", README))
    shown |= set(re.findall(r"\b[Pp]ress ([A-Z])\b", README))
    assert len(shown) >= 5
    assert shown <= known


def test_every_package_is_explained() -> None:
    listed = {
        name
        for row in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section("How it works"), re.MULTILINE)
        for name in re.findall(r"\w+", row)
    }
    packages = {path.parent.name for path in (ROOT / "embexplorer").glob("*/__init__.py")}
    assert listed <= packages
    assert packages - listed <= {"cli"}


def test_models_and_extras_exist() -> None:
    models = {path.parent.name for path in (resources() / "models").glob("*/model.json")}
    assert {"minilm", "minilm-static", "efficientnet-lite0"} <= models & set(CODES)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "pip install '.[cpu]'" in CODES
    assert {"cpu", "cuda", "directml"} <= project["optional-dependencies"].keys()
    assert {"embexplorer", "embexplorer-window"} <= project["scripts"].keys() | project["gui-scripts"].keys()
