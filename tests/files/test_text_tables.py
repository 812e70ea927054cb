"""Tables named as plain texts are read as tables, and whatever may be a text stays one."""

from pathlib import Path

import pytest

from embexplorer.data.items import ImportChoices
from embexplorer.files.registry import find_format
from embexplorer.files.text_tables import table_in_text

MESSAGES = "".join(
    f"{'spam' if i % 3 else 'ham'}\tThe message of number {i}, which is short; isn't it?\n" for i in range(30)
)
PIPES = "id|title|text\n" + "".join(f"{i}|t{i}|some words, of row {i}\n" for i in range(9))
COMMAS = "id,title,Size (cm)\n" + "".join(f'{i},"a title, long",{i}.5\n' for i in range(9))
TABLES = {
    "tabs": (MESSAGES, "\t"),
    "pipes": (PIPES, "|"),
    "commas": (COMMAS, ","),
    "semicolons": (COMMAS.replace('a title, long"', 'größer"').replace(",", ";"), ";"),
    "years": ("country;2019;2020\n" + "Chad;1;2\nOman;3;4\nPeru;5;6\nMali;7;8\n", ";"),
    "one line broken": (MESSAGES + "a line without\n", "\t"),
}
LISTS = (
    "We bought apples, pears, plums\nThey sold bread, butter, milk\n"
    "Nobody wanted salt, flour, oil\nAll took tea, rum, gin\n"
)
TEXTS = {
    "prose": "It was late, cold, and dark.\nNobody came, spoke, or sang.\nWe left, slept, and woke.\n" * 4,
    "lists in prose": LISTS,
    "indented prose": "\tIt was late.\n\tNobody came.\n\tWe left.\n\tIt rained.\n",
    "paragraphs": "One\tstands here.\n\nTwo\tstands there.\n\nThree\tstands by.\n\nFour\tis gone.\n",
    "a table within": "A report of the year.\nIt has numbers.\nname\tsize\nann\t3\nbob\t4\nThat was all of it.\n",
    "python": "import os, sys, re\nfrom a import b, c, d\n\n\ndef f(a, b, c):\n    return g(a, b, c)\n" * 3,
    "c": "int a, b, c;\nint d, e, f;\nint g, h, i;\nint j, k, l;\nint m, n, o;\n",
    "go": "package main\n\nfunc main() {\n\ta := 1\n\tb := 2\n\tif a > b {\n\t\tc()\n\t}\n}\n",
    "makefile": "all: a b\n\tcc -o a\n\tcc -o b\nclean:\n\trm a\n\trm b\n",
    "sql": "INSERT INTO t VALUES (1, 2, 3);\nINSERT INTO t VALUES (4, 5, 6);\n" * 6,
    "log": "".join(f"2024-01-0{i} 10:00:00,12{i} INFO started, waiting, done\n" for i in range(1, 9)),
    "log with bars": "".join(f"2024-01-0{i} | INFO | main | started\n" for i in range(1, 9)),
    "log of levels": "".join(f"INFO | main | started {i}\n" for i in range(1, 9)),
    "markdown": "| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 8,
    "bare markdown": "a | b | c\n--- | --- | ---\n" + "1 | 2 | 3\n" * 8,
    "verse": "Roses, lilies, thyme\nViolets, daisies, rue\nClover, mint, lime\nBluebells, heather, yew\n",
    "pairs": "name: Ann, Bob\nsize: 3, 4\ncity: Bern, Ulm\nnote: a, b\n",
    "one line": "a,b,c\n",
    "blank": "\n\n\n",
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables(name: str, encoding: str) -> None:
    text, delimiter = TABLES[name]
    assert table_in_text(text.encode(encoding), whole=True) == delimiter
    assert table_in_text(text.replace("\n", "\r\n").encode(encoding), whole=True) == delimiter


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path: Path, written, name: str) -> None:
    assert table_in_text(TEXTS[name].encode(), whole=True) == ""
    found = find_format(written(tmp_path / "a.txt", TEXTS[name]))
    assert found and found.id == "text"


def test_a_table_cut_off_in_a_record() -> None:
    assert table_in_text(PIPES[:-12].encode(), whole=False) == "|"


@pytest.mark.parametrize("name", ["a.txt", "SMSCollection"])
def test_a_table_is_read_whole(tmp_path: Path, written, read_whole, name: str) -> None:
    path = written(tmp_path / name, MESSAGES * 30)
    drop = read_whole(path)
    assert drop.source.reader == "tsv"
    assert len(drop.texts) == 900
    assert drop.texts[3] == "The message of number 3, which is short; isn't it?"
    assert drop.fields.to_series(0).to_list()[:2] == ["ham", "spam"]


def test_the_columns_of_a_table_in_a_text(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(written(tmp_path / "a.txt", PIPES), choices=ImportChoices(text="text", title="title"))
    assert drop.texts[2] == "some words, of row 2"
    assert drop.titles[2] == "t2"


def test_markdown_and_logs_keep_their_kind(tmp_path: Path, written) -> None:
    for name in ("a.md", "a.log", "a.rst"):
        found = find_format(written(tmp_path / name, PIPES))
        assert found and found.id == "text"
