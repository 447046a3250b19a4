"""The master list as a spreadsheet: what is written is what is read, and nothing in it runs."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from joint.exercise.lists import GOOD, some_items

from comity.joint.exercise.master_list import Item
from comity.kernel.fault import Fault
from comity.rooms.exercise import sheet


def plain(items: list[Item]) -> tuple[Item, ...]:
    """Return what a cell can hold of a list: an empty one that has a default has the default."""
    return tuple(
        Item(
            one.number, **{n: v for n in Item.__slots__ if n != "number" and (v := getattr(one, n))}
        )
        for one in items
    )


@settings(max_examples=60)
@given(some_items)
def test_a_workbook_is_read_as_it_was_written(items: list[Item]) -> None:
    """Formulas, numbers that look like dates, escapes and blanks: all of it is text."""
    assert sheet.from_xlsx(sheet.to_xlsx(items)) == plain(items)


@given(some_items)
def test_a_table_of_commas_is_read_as_it_was_written(items: list[Item]) -> None:
    """The same; and no cell begins with what a spreadsheet would take for a formula."""
    data = sheet.to_csv(items)
    assert sheet.from_csv(data) == plain(items)
    assert data.startswith(b"\xef\xbb\xbf")


def test_a_formula_is_text_in_both_files() -> None:
    """`=1+1` is three characters and a sum to nobody."""
    (item,) = GOOD[:1]
    wicked = [Item(1, synopsis="=HYPERLINK(A1)", seat=item.seat)]
    with zipfile.ZipFile(io.BytesIO(sheet.to_xlsx(wicked))) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert b"'=HYPERLINK" in sheet.to_csv(wicked)


def test_headings_in_one_language_or_mapped_are_read() -> None:
    """Whoever wrote the file called the columns as they do."""
    data = "Number,情景时间,Actor,Notes\r\n4,D1 09:00,the bank,x\r\n".encode()
    assert sheet.from_csv(data, {"Actor": "from_"}) == (Item(4, "D1 09:00", from_="the bank"),)
    for wrong in (
        b"",
        b"A,B\r\n1,2\r\n",
        b"Number,Number\r\n1,2\r\n",
        b"Number\r\nfour\r\n",
        b"\xff",
    ):
        with pytest.raises(Fault, match=r"exercise\.sheet\.malformed"):
            sheet.from_csv(wrong)


def packed(name: str, text: bytes) -> bytes:
    """Return a good workbook with one part more, or another one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet.to_xlsx(GOOD))) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, text)
    return out.getvalue()


BOMB = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'


@pytest.mark.parametrize(
    "data",
    [
        b"PK",
        b"",
        packed("xl/workbook.xml", BOMB),
        packed("xl/vbaProject.bin", b"x"),
        packed("xl/externalLinks/externalLink1.xml", b"<a/>"),
        packed("xl/worksheets/sheet1.xml", b"<a"),
    ],
)
def test_a_workbook_that_could_harm_is_not_opened(data: bytes) -> None:
    """No document types, programs or links to other workbooks; and nothing that is no workbook."""
    with pytest.raises(Fault, match=r"exercise\.sheet\.unsafe"):
        sheet.from_xlsx(data)


def test_a_workbook_that_unpacks_to_too_much_is_not_opened() -> None:
    """A bomb is measured by what it says of itself, before anything is unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (sheet.PART_BYTES_MAX + 1))
    with pytest.raises(Fault, match=r"unpacks to too much"):
        sheet.from_xlsx(out.getvalue())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_what_libreoffice_saves_comes_back_the_same(tmp_path: Path) -> None:
    """Opened and saved by another program, the list is the list."""
    (tmp_path / "list.xlsx").write_bytes(sheet.to_xlsx(GOOD))
    out = tmp_path / "out"
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", str(out), "list.xlsx"],
        cwd=tmp_path, check=True, timeout=120,
    )  # fmt: skip
    assert sheet.from_xlsx((out / "list.xlsx").read_bytes()) == GOOD
