"""The command line as a person runs it: its output, its JSON, its exit codes."""

import json
import sys
from pathlib import Path

import pytest

from embexplorer.cli.program import run_program
from tests.operations.conftest import write_things

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEXPLORER_HOME", str(folder / "home"))
        source = write_things(folder / "things.csv")
        arguments = ["create", str(folder / "p.embx"), str(source), "--text", "description", "--model", "minilm-static"]
        assert run_program(arguments) == 0
    return folder / "p.embx"


def answer(capsys: Capture, *arguments: str) -> dict:
    capsys.readouterr()
    assert run_program([*arguments, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_search_answers_as_documented(project: Path, capsys: Capture) -> None:
    found = answer(capsys, "search", str(project), "wild animal", "--where", 'group = "animal"', "-k", "3")
    assert set(found) >= {"method", "exact", "took_ms", "hits"}
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert set(found["hits"][0]) == {"id", "rank", "score", "title", "text", "fields", "more_passages"}
    assert all(hit["fields"]["group"] == "animal" for hit in found["hits"])


def test_search_by_item_minus_and_words(project: Path, capsys: Capture) -> None:
    first = answer(capsys, "search", str(project), "saw", "-k", "1")["hits"][0]["id"]
    like = answer(capsys, "search", str(project), "--like", str(first), "--minus", "animal", "-k", "5")
    assert first not in [hit["id"] for hit in like["hits"]]
    assert answer(capsys, "search", str(project), "hammer", "--lexical")["method"] == "lexical"
    assert answer(capsys, "search", str(project), "hammer", "--hybrid")["method"] == "hybrid"


def test_pages_join_and_tell_their_ranks(project: Path, capsys: Capture) -> None:
    def page(*options: str) -> list[dict]:
        return answer(capsys, "search", str(project), "wild animal", *options)["hits"]

    whole = page("-k", "40", "--offset", "0")
    assert [hit["rank"] for hit in page("-k", "3", "--offset", "5")] == [6, 7, 8]
    assert [hit["id"] for start in range(0, 40, 9) for hit in page("-k", "9", "--offset", str(start))] == [
        hit["id"] for hit in whole
    ]
    assert page("--offset", "40") == []
    assert page("-k", "5", "--diversity", "0.8")[0] == whole[0]
    assert [hit["id"] for hit in page("-k", "5", "--diversity", "0.8")] != [hit["id"] for hit in whole[:5]]


def test_only_what_is_likely_related_is_told_and_the_line_with_it(project: Path, capsys: Capture) -> None:
    every = answer(capsys, "search", str(project), "a large wild cat", "-k", "40")
    related = answer(capsys, "search", str(project), "a large wild cat", "-k", "40", "--related")
    assert related["line"] == every["line"]
    assert related["hits"] == [hit for hit in every["hits"] if hit["score"] > every["line"]]
    assert 0 < len(related["hits"]) < 40
    assert answer(capsys, "search", str(project), "cat", "--lexical")["line"] is None
    assert run_program(["search", str(project), "cat", "--lexical", "--related"]) == 0
    assert "nothing was left out" in capsys.readouterr().err
    assert run_program(["search", str(project), "cat", "--related"]) == 0
    assert "Likely related above a score of" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--offset", "-1"], ["--diversity", "2"]])
def test_pages_and_diversity_out_of_bounds_are_refused(project: Path, capsys: Capture, wrong: list[str]) -> None:
    assert run_program(["search", str(project), "cat", *wrong]) == 1
    assert "cannot be" in capsys.readouterr().err


def test_table_and_info(project: Path, capsys: Capture) -> None:
    shown = answer(capsys, "table", str(project), "--where", "stars >= 8", "--columns", "name,stars", "--limit", "2")
    assert shown["items"] == 4 and len(shown["rows"]) == 2 and set(shown["rows"][0]) == {"name", "stars"}
    known = answer(capsys, "info", str(project))
    assert known["items"] == 40 and known["spaces"][0]["count"] == 40 and known["maps"]


def test_add_embed_and_map_go_on(project: Path, tmp_path: Path, capsys: Capture) -> None:
    more = tmp_path / "more.csv"
    more.write_text("name,description\nlynx,The lynx is a wild animal.\n", encoding="utf-8")
    copy = tmp_path / "copy.embx"
    copy.write_bytes(project.read_bytes())
    assert answer(capsys, "add", str(copy), str(more), "--text", "description")["figures"]["items"] == 1
    assert answer(capsys, "embed", str(copy), "--model", "minilm-static")["figures"]["items"] == 1
    assert "placed" in answer(capsys, "map", str(copy))["summary"]


def test_tag_and_export(project: Path, tmp_path: Path, capsys: Capture) -> None:
    copy = tmp_path / "copy.embx"
    copy.write_bytes(project.read_bytes())
    assert answer(capsys, "tag", str(copy), "keep", "--where", "stars = 1")["figures"]["items"] == 2
    out = tmp_path / "kept.csv"
    answer(capsys, "export", str(copy), str(out), "--where", 'tagged "keep"', "--columns", "name,tags")
    assert out.read_text(encoding="utf-8").splitlines() == ["name,tags", "lion 0,keep", "lion 1,keep"]


def test_models_and_doctor(capsys: Capture) -> None:
    assert run_program(["models"]) == 0
    assert {"minilm", "minilm-static", "efficientnet-lite0"} <= set(capsys.readouterr().out.split())
    assert run_program(["doctor"]) == 0
    assert "onnxruntime" in capsys.readouterr().out.lower()


def test_words_for_people(project: Path, capsys: Capture) -> None:
    assert run_program(["search", str(project), "a tool", "-k", "2"]) == 0
    captured = capsys.readouterr()
    assert len([line for line in captured.out.splitlines() if "[" in line]) == 2
    assert "2 results of 40 matching items" in captured.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["info", "nowhere.embx"], 1, "nowhere.embx"),
        (["create", "{new}", "missing.csv"], 1, "missing.csv"),
        (["search", "{project}", "cat", "--where", "colour = 1"], 1, "colour"),
        (["search", "{project}", "cat", "--where", "stars >>"], 1, "character"),
        (["search", "{project}", "cat", "--lexical", "--hybrid"], 2, "exclude"),
        (["search", "{project}", "cat", "-k", "many"], 2, "many"),
        (["export", "{project}", "out.docx"], 1, "docx"),
        (["embed", "{project}", "--model", "minilmm"], 1, "minilm"),
        (["create", "{project}", "{project}"], 1, "already"),
        (["table", "{project}", "--columns", "colour"], 1, "colour"),
    ],
)
def test_failures_are_one_sentence_and_a_code(
    project: Path, tmp_path: Path, capsys: Capture, arguments: list[str], code: int, words: str
) -> None:
    filled = [a.format(project=project, new=tmp_path / "new.embx") for a in arguments]
    assert run_program(filled) == code
    error = capsys.readouterr().err
    assert words in error and "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "said"), [(["serch", "x"], "Did you mean “search”?"), (["nowhere.embx"], "called “nowhere.embx”")]
)
def test_a_mistyped_command_or_file_is_told_before_a_window_opens(
    arguments: list[str], said: str, capsys: Capture
) -> None:
    assert run_program(arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="only there can a display be missing")
def test_without_a_display_the_window_is_refused_in_words(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run_program([str(project)]) == 1
    assert "no display" in capsys.readouterr().err
