"""Search by words and by document, as it is told on the command line."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def library(tmp_path: Path, embexplorer) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    for name, text in (("music", "The piano was played at night"), ("food", "The soup was cooked at night")):
        (folder / f"{name}.txt").write_text("\n\n".join(f"{text}, part {n}. And so on." for n in range(6)), "utf-8")
    project = tmp_path / "library.embx"
    embexplorer("create", project, folder, "--passages", 12, "--no-map", "--model", "minilm-static").succeeded()
    return project


def test_documents_are_told_with_their_best_passage(library: Path, embexplorer) -> None:
    ran = embexplorer("search", library, "piano part", "--hybrid").succeeded()
    assert "music" in ran.out and ran.out.count("[") == 2 and "more passages" in ran.out
    assert "2 documents of 2" in ran.err
    every = json.loads(embexplorer("search", library, "piano", "--by", "passage", "-k", 5, "--json").succeeded().out)
    assert len(every["hits"]) == 5 and not any(hit["more_passages"] for hit in every["hits"])
    whole = embexplorer("search", library, "Somebody played the piano. It was night.", "--by", "whole", "-k", 1)
    assert "music" in whole.succeeded().out


def test_the_share_of_words_is_a_number_from_0_to_1(library: Path, embexplorer) -> None:
    embexplorer("search", library, "piano", "--hybrid", "--words", 1).succeeded()
    ran = embexplorer("search", library, "piano", "--hybrid", "--words", 2)
    assert ran.code == 2 and "0<=x<=1" in ran.err


@pytest.mark.parametrize("text", ['"', '"" OR', "NEAR(a b)", "a AND", "title:x", "(((", "^x", "\x01", "*", "-x y"])
def test_no_sign_is_an_error_of_syntax(library: Path, embexplorer, text: str) -> None:
    ran = embexplorer("search", library, "--lexical", "--", text)
    assert ran.code in (0, 1) and "Traceback" not in ran.err and "syntax" not in ran.err
