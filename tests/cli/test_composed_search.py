"""Queries of many parts on the command line and in Python."""

import json
from pathlib import Path

import pytest

import embexplorer as ex
from embexplorer.cli.program import run_program

WORDS = ("a red apple", "a green apple", "a red car", "a green car", "the blue sea", "a ripe pear")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    (folder / "words.csv").write_text("text\n" + "\n".join(WORDS) + "\n", encoding="utf-8")
    with ex.create(folder / "p.embx") as made:
        made.add(folder / "words.csv")
        made.embed("minilm-static")
    return folder / "p.embx"


def asked(capsys: pytest.CaptureFixture[str], *args: object) -> list[str]:
    assert run_program(["search", *map(str, args), "--json"]) == 0
    return [hit["text"] for hit in json.loads(capsys.readouterr().out)["hits"]]


def test_both_wants_all_parts_and_either_any(project: Path, capsys) -> None:
    both = asked(capsys, project, "apple", "--plus", "car", "--both", "-k", 6)
    either = asked(capsys, project, "apple", "--plus", "car", "--either", "-k", 6)
    with ex.open(project) as opened:
        for combine, fold, found in (("both", min, both), ("either", max, either)):
            alone = [opened.search(text, k=6, exact=True) for text in ("apple", "car")]
            scores = [dict(zip(hits.ids.tolist(), hits.scores.tolist(), strict=True)) for hits in alone]
            order = sorted(scores[0], key=lambda i: -fold(scores[0][i], scores[1][i]))
            assert opened.search(["apple", "car"], combine=combine, k=6).ids.tolist() == order
            assert found == [WORDS[i - 1] for i in order]


def test_but_not_leaves_out_and_minus_alone_only_pushes(project: Path, capsys) -> None:
    assert len(asked(capsys, project, "apple", "--minus", "red")) == 6
    left = asked(capsys, project, "apple", "--minus", "red", "--but-not")
    assert "a green apple" in left and "a red car" not in left
    with ex.open(project) as opened:
        items = {WORDS[i - 1] for i in opened.search(like=[2], minus_like=[3], but_not=True).ids}
    assert "a red car" not in items and "a ripe pear" in items


def test_aside_takes_a_direction_out(project: Path, capsys) -> None:
    assert asked(capsys, project, "a red apple", "--aside", "apple")[0] == "a red car"
    found = asked(capsys, project, "--like", 1, "--aside-like", 2, "-k", 1)
    assert found == ["a red car"]


def test_weights_before_parts(project: Path, capsys) -> None:
    heavy = asked(capsys, project, "--plus", "9*car", "--plus", "apple", "-k", 2)
    assert all("car" in text for text in heavy)
    with ex.open(project) as opened:
        assert WORDS[opened.search(("car", 9.0), k=1).ids[0] - 1].endswith("car")
        alike = opened.search([("car", 9.0), "apple"], k=2)
        assert [WORDS[i - 1] for i in alike.ids] == heavy
        weighted = opened.search(like=[(1, 9.0), 5], k=1)
        assert WORDS[weighted.ids[0] - 1] == "a green apple"
    assert asked(capsys, project, "--like", "9*1", "--like", 5, "-k", 1) == ["a green apple"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("apple", "--minus", "apple"), 1, "cancel each other out"),
        (("apple", "--minus", "Apple", "--but-not"), 1, "for “apple” and against it"),
        (("--minus", "apple"), 1, "only says what to avoid"),
        (("apple", "--aside", "apple"), 1, "set aside"),
        (("--like", "0*1"), 2, "above 0"),
        (("--plus", "1000*cat"), 2, "at most 100"),
        (("--like", "2*x"), 2, "x"),
        (("--minus-image", "a.png", "apple"), 1, "Add pictures"),
    ],
)
def test_what_makes_no_query_is_said(project: Path, capsys, words, code, said) -> None:
    assert run_program(["search", str(project), *words]) == code
    assert said in capsys.readouterr().err
