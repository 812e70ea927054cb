"""“embexplorer trust”: how far a map can be believed, in words, as JSON, and afterwards in info."""

import json
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def project(tmp_path: Path, embexplorer) -> Path:
    np.save(tmp_path / "v.npy", np.random.default_rng(0).standard_normal((200, 10)).astype(np.float32))
    embexplorer("create", tmp_path / "p.embx", tmp_path / "v.npy").succeeded()
    return tmp_path / "p.embx"


def test_trust_is_told_in_words_and_as_json(project: Path, embexplorer) -> None:
    assert "trustworthiness" not in embexplorer("info", project).succeeded().out
    told = embexplorer("trust", project).succeeded().out
    assert "true neighbours kept" in told and "“map trust”" in told
    figures = json.loads(embexplorer("trust", project, "--map", "map", "--json").succeeded().out)
    assert figures["map"] == "map" and 0.4 < figures["trustworthiness"] <= 1
    assert f"trustworthiness {figures['trustworthiness']:.2f}" in embexplorer("info", project).succeeded().out
    shown = embexplorer(
        "table", project, "--where", "`map trust` >= 0", "--columns", "map trust", "--limit", "1000", "--json"
    ).succeeded()  # fmt: skip
    assert shown.out.count("map trust") == 200


def test_a_map_that_is_not_there(project: Path, embexplorer) -> None:
    assert "There is no map" in embexplorer("trust", project, "--map", "elsewhere").failed().err
