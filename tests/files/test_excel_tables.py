"""Workbooks, made by hand as small as the format allows."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import FieldType, ImportChoices
from embexplorer.files.sources import expand, preview

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        numbers = range(1, len(sheets) + 1)
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in numbers
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{parts}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        names = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in zip(numbers, sheets, strict=True)
        )
        archive.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>')
        links = "".join(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        )
        for n, rows in zip(numbers, sheets.values(), strict=True):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", sheet(rows))
    return path


def sheet(rows: list[list[object]]) -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def cell(place: str, value: object) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows = [[f"Item {i}", f"The description of the item number {i}, in words.", i % 5 + 0.5] for i in range(30)]
    sheets = {"empty": [], "items": [["name", "description", "price"], *rows], "plain": [["a", "b"], ["x y", 2]]}
    return workbook(tmp_path / "book.xlsx", sheets)


def test_the_first_sheet_with_rows_is_read(book: Path, read_whole) -> None:
    drop = read_whole(book)
    assert drop.preview.sheets == ("empty", "items", "plain")
    assert drop.preview.choices.sheet == "items"
    assert len(drop.texts) == 30
    assert drop.titles[3] == "Item 3"
    assert drop.fields["price"].to_list()[:2] == [0.5, 1.5]
    assert {field.name: field.type for field in drop.preview.columns}["price"] is FieldType.NUMBER


def test_another_sheet_can_be_chosen(book: Path, read_whole) -> None:
    drop = read_whole(book, choices=ImportChoices(sheet="plain"))
    assert drop.texts == ["x y"]
    (source,) = expand([book])
    with pytest.raises(EmbexError, match="has no sheet “other”"):
        preview(source, ImportChoices(sheet="other"))


def test_a_title_above_the_table_is_left_out_and_told(tmp_path: Path, read_whole) -> None:
    rows: list[list[object]] = [["Reviews of May"], [], ["product", "review", "stars"]]
    rows += [["Lamp", f"It works well, and that is number {i}", i] for i in range(5)]
    drop = read_whole(workbook(tmp_path / "book.xlsx", {"May": rows}))
    assert [field.name for field in drop.preview.columns] == ["product", "review", "stars"]
    assert len(drop.texts) == 5
    assert "Reviews of May" in str(drop.preview.problems[0])
