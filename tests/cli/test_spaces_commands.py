"""spaces and shrink on the command line: what they say, and what a killed one leaves."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from embexplorer.data.vectors import normalised
from embexplorer.store.project import ProjectStore


@pytest.fixture
def project(tmp_path: Path, embexplorer) -> Path:
    random = np.random.default_rng(2)
    centres = random.standard_normal((20, 128))
    wide = centres[random.integers(0, 20, 3_000)] + 0.4 * random.standard_normal((3_000, 128))
    np.save(tmp_path / "vectors.npy", normalised(wide.astype(np.float32)))
    path = tmp_path / "p.embx"
    embexplorer("create", path, tmp_path / "vectors.npy", "--no-map").succeeded()
    return path


def test_the_table_is_measured_and_the_space_shrunk(project: Path, embexplorer) -> None:
    said = embexplorer("spaces", project).succeeded().out
    assert "3,000 vectors of 128 dimensions, kept as float32" in said
    assert "finds" not in said
    said = embexplorer("spaces", project, "--measure").succeeded().out
    assert "* float32             1.5 MB   finds the same" in said
    assert "binary+int8" in said
    assert " of the room, and a search " in said
    ran = embexplorer("shrink", project, "--as", "int8").succeeded()
    assert "is kept as int8: 396 KB where 1.5 MB were" in ran.out
    ran.says("--compact gives 1.5 MB back", "--as float32 brings the digits back")
    assert "of 128 dimensions kept as int8" in embexplorer("info", project).succeeded().out
    embexplorer("shrink", project, "--as", "float32").succeeded()
    before = project.stat().st_size
    embexplorer("shrink", project, "--as", "pca64-int8", "--compact").succeeded().says()
    assert project.stat().st_size < before - 1_500_000
    embexplorer("shrink", project, "--as", "float32").failed("Digits that were left out do not come back")


def test_programs_are_told_the_same(project: Path, embexplorer) -> None:
    plain = json.loads(embexplorer("spaces", project, "--json").succeeded().out)[0]
    assert plain["measured"] is None
    assert plain["forms"][0]["recall"] is None
    found = json.loads(embexplorer("spaces", project, "--measure", "--json").succeeded().out)[0]
    assert found["measured"] == {"sampled": 3_000, "queries": 100, "own": False}
    assert {form["name"]: form["row_bytes"] for form in found["forms"]}["int8"] == 132
    assert found["forms"][0] == {**found["forms"][0], "name": "float32", "state": "kept", "recall": 1.0}
    shrunk = json.loads(embexplorer("shrink", project, "--as", "float16", "--json").succeeded().out)
    assert (shrunk["space"]["kept"], shrunk["spare_bytes"]) == ("float16", 3_000 * 512)


def test_what_is_wrong_is_said(project: Path, tmp_path: Path, embexplorer) -> None:
    embexplorer("shrink", project, "--as", "int4").failed("cannot be kept as “int4”")
    embexplorer("shrink", project, "--as", "first64").failed("not made so", "pca64")
    embexplorer("shrink", project, "--as", "pca128").failed("cannot be cut to 128")
    embexplorer("shrink", project, "--as", "int8", "--space", "none").failed("no space")
    with ProjectStore.create(tmp_path / "empty.embx"):
        pass
    assert "no spaces" in embexplorer("spaces", tmp_path / "empty.embx", "--measure").succeeded().out
    embexplorer("shrink", tmp_path / "empty.embx", "--as", "int8").failed("Nothing is embedded")
    with ProjectStore.open(project):
        embexplorer("shrink", project, "--as", "int8").failed("cannot be changed now")


def test_a_killed_shrink_leaves_the_space_whole_and_goes_on(tmp_path: Path, program, embexplorer, contents) -> None:
    """Killed when some blocks of the new form are written and the others are not."""
    matrix = normalised(np.random.default_rng(0).standard_normal((60_000, 256)).astype(np.float32))
    np.save(tmp_path / "vectors.npy", matrix)
    path = tmp_path / "p.embx"
    embexplorer("create", path, tmp_path / "vectors.npy", "--no-map").succeeded()
    process = program("shrink", path, "--as", "int8")
    until = time.monotonic() + 120
    while not 0 < written(path) < 60_000:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert contents(path).vectors == {"vectors": 60_000}
    with ProjectStore.open(path) as store:
        assert store.spaces.all()[0].kept == "float32"
        np.testing.assert_allclose(store.spaces.vectors(1).matrix, matrix, atol=1e-6)
        begun = store.spaces.forms.lacking(store.spaces.all()[0], 1)
        assert 0 < len(begun) < len(store.spaces._blocks.of_space(1))
    embexplorer("shrink", path, "--as", "int8", "--compact").succeeded()
    with ProjectStore.open(path) as store:
        assert store.spaces.all()[0].kept == "int8"
        assert np.abs(store.spaces.vectors(1).matrix - matrix).max() < 1 / 127
        assert store.check() == ()


def written(path: Path) -> int:
    """How many vectors of the new form are committed, seen from outside."""
    with ProjectStore.open(path, read_only=True) as store:
        space = store.spaces.all()[0]
        if not store.spaces.forms._codecs(space.id):
            return 0
        return space.count - sum(int(part.rows.sum()) for part in store.spaces.forms.lacking(space, 1))
