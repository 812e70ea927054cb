"""“embexplorer labels”: what the parts of a map are about, for people and for programs."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import GOOD, QUICK

SENTENCES = {
    "parcel": "the parcel came late and the courier was rude",
    "garden": "roses and tulips grow in the garden by the pond",
    "engine": "the engine of the old car needs oil and new brakes",
    "soup": "hot soup with noodles and vegetables for lunch",
}


@pytest.fixture
def project(tmp_path: Path, embexplorer) -> Path:
    rows = [f"{text}, said person number {row}" for text in SENTENCES.values() for row in range(60)]
    (tmp_path / "texts.csv").write_text("\n".join(["text", *(f'"{row}"' for row in rows)]), encoding="utf-8")
    embexplorer("create", tmp_path / "p.embx", tmp_path / "texts.csv", "--model", "minilm-static").succeeded()
    return tmp_path / "p.embx"


def test_labels_are_printed_and_given_as_json(project: Path, embexplorer) -> None:
    ran = embexplorer("labels", project).succeeded().says()
    found = json.loads(embexplorer("labels", project, "--json").succeeded().out)
    assert found
    assert all(set(one) == {"text", "x", "y", "items", "level"} for one in found)
    assert len(ran.out.splitlines()) == len(found)
    whole = " ".join(one["text"] for one in found)
    assert sum(word in whole for word in SENTENCES) >= 3
    first = json.loads(embexplorer("labels", project, "--level", "1", "--map", "map", "--json").succeeded().out)
    assert first == [one for one in found if one["level"] == 1]


def test_a_project_without_a_map_says_so(tmp_path: Path, embexplorer, project: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    embexplorer("create", tmp_path / "texts.embx", tmp_path / "good.csv", *QUICK).succeeded()
    embexplorer("labels", tmp_path / "texts.embx").failed("no map yet", "Make the map first")
    embexplorer("labels", project, "--map", "nowhere").failed("no map “nowhere”")
