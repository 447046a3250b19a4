"""The master list as a spreadsheet: XLSX and CSV, in and out, each the inverse of the other.

    data = to_xlsx(items)       items = from_xlsx(data)
    data = to_csv(items)        items = from_csv(data)

What stands in a cell is text: a formula is written and read as what it says.  A file from outside
is bounded before it is opened: its parts, their sizes, no document types, nothing external.

Floor: rooms.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from comity.joint.exercise import master_list
from comity.joint.exercise.master_list import COLUMNS, HEADINGS, Item
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json

FILE_BYTES_MAX: Final = 8_000_000
PARTS_MAX: Final = 200
PART_BYTES_MAX: Final = 32_000_000
COLUMNS_MAX: Final = 64

_NO_MAP: Final[Mapping[str, str]] = MappingProxyType({})
_SHEET: Final = "MSEL"
_FORMULA: Final = re.compile(r"'*[=+\-@\t]")
_QUOTED: Final = re.compile(r"'+[=+\-@\t]")


def to_xlsx(items: Sequence[Item]) -> bytes:
    """Return a list as a workbook of one sheet."""
    from openpyxl import Workbook  # noqa: PLC0415 -- half a second, where a list is exported

    book = Workbook(write_only=False)
    sheet = book.active
    sheet.title = _SHEET
    for at, row in enumerate(_rows(items), start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(at, column)
                cell.value = text
                cell.data_type = "s"
                cell.number_format = "@"
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def from_xlsx(data: bytes, mapped: Mapping[str, str] = _NO_MAP) -> tuple[Item, ...]:
    """Read a list from the first sheet of a workbook.

    Args:
        data: of the file.
        mapped: `{heading of the file: column}` of headings that are not ours.

    Raises:
        Fault: `exercise.sheet.unsafe`, `exercise.sheet.malformed`, `exercise.list.malformed`.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 -- as above

    _require_safe(data)
    try:
        book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
        sheet = book.worksheets[0]
    except Exception as error:  # openpyxl raises what it likes of a file that it cannot read
        raise _malformed(f"it cannot be opened: {type(error).__name__}") from error
    if sheet.max_row > master_list.ITEMS_MAX + 1 or sheet.max_column > COLUMNS_MAX:
        raise _malformed(f"it has more than {master_list.ITEMS_MAX} lines or {COLUMNS_MAX} columns")
    rows = ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    return _items(rows, mapped)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _require_safe(data: bytes) -> None:
    """Return if a workbook is small, and its parts are plain: read once without trust.

    Raises:
        Fault: `exercise.sheet.unsafe`.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415 -- as above
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415 -- as above

    if len(data) > FILE_BYTES_MAX:
        raise _unsafe(f"it has more than {FILE_BYTES_MAX} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            every = parts.infolist()
            _require_small(every)
            for one in every:
                if one.filename.endswith((".xml", ".rels")):
                    fromstring(parts.read(one), forbid_dtd=True)
    except (zipfile.BadZipFile, ParseError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _unsafe(f"it is no workbook: {type(error).__name__}") from error
    except (DefusedXmlException, ValueError) as error:
        raise _unsafe(f"it declares a document type or entities: {type(error).__name__}") from error


def _require_small(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Return if a workbook has few parts that unpack to little, no program, no other workbook.

    Raises:
        Fault: `exercise.sheet.unsafe`.
    """
    if len(parts) > PARTS_MAX or sum(one.file_size for one in parts) > PART_BYTES_MAX:
        raise _unsafe(f"it has more than {PARTS_MAX} parts, or unpacks to too much")
    for one in parts:
        if "vbaProject" in one.filename or "externalLinks/" in one.filename:
            raise _unsafe(f"it has a program or another workbook in it, {quoted(one.filename)}")


def to_csv(items: Sequence[Item]) -> bytes:
    """Return a list as CSV of RFC 4180, in UTF-8 with the mark that spreadsheets look for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in _rows(items):
        writer.writerow([f"'{text}" if _FORMULA.match(text) else text for text in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def from_csv(data: bytes, mapped: Mapping[str, str] = _NO_MAP) -> tuple[Item, ...]:
    """Read a list from CSV.

    Args:
        data: of the file.
        mapped: as of `from_xlsx`.

    Raises:
        Fault: `exercise.sheet.malformed`, `exercise.list.malformed`.
    """
    if len(data) > FILE_BYTES_MAX:
        raise _malformed(f"it has more than {FILE_BYTES_MAX} bytes")
    try:
        text = data.decode("utf-8-sig")
        rows = [*csv.reader(io.StringIO(text, newline=""), strict=True)]
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8") from error
    except csv.Error as error:
        raise _malformed(f"it is no CSV: {error}") from error
    plain = ([one[1:] if _QUOTED.match(one) else one for one in row] for row in rows)
    return _items(plain, mapped)


def _rows(items: Sequence[Item]) -> Iterator[list[str]]:
    yield [f"{HEADINGS[name]['en']} / {HEADINGS[name]['zh']}" for name in COLUMNS]
    for one in items:
        yield [str(getattr(one, name)) for name in COLUMNS]


def _items(rows: Iterable[Sequence[str]], mapped: Mapping[str, str]) -> tuple[Item, ...]:
    lines = iter(rows)
    columns = [_column(one, mapped) for one in next(lines, [])]
    named = [one for one in columns if one]
    if "number" not in named or len(set(named)) != len(named):
        raise _malformed("its first line does not name the columns, each once")
    found: list[Item] = []
    for at, row in enumerate(lines, start=1):
        texts = zip(columns, row, strict=False)
        given = {name: master_list.cleaned(text) for name, text in texts if name and text}
        if not given:
            continue
        if len(found) == master_list.ITEMS_MAX:
            raise _malformed(f"it has more than {master_list.ITEMS_MAX} lines")
        number = given.pop("number", "").strip()
        if not (number.isascii() and number.isdecimal()):
            raise _malformed(f"line {at} has the number {quoted(number)}")
        value: dict[str, Json] = {**given, "number": int(number)}
        found.append(master_list.item(value, at))
    return tuple(found)


def _column(heading: str, mapped: Mapping[str, str]) -> str:
    """Return the column that a heading means, or "" for one that is not read."""
    text = heading.strip()
    if text in mapped:
        return mapped[text]
    for name, words in HEADINGS.items():
        known = {name, words["en"], words["zh"], f"{words['en']} / {words['zh']}"}
        if text.casefold() in {one.casefold() for one in known}:
            return name
    return ""


def _malformed(why: str) -> Fault:
    return Fault(
        code="exercise.sheet.malformed",
        what=f"This spreadsheet holds no master list: {why}.",
        fix="Name the columns in the first line, or map them with --map HEADING=COLUMN.",
    )


def _unsafe(why: str) -> Fault:
    return Fault(
        code="exercise.sheet.unsafe",
        what=f"This workbook is not opened: {why}.",
        fix="Save it as a plain XLSX without macros, links and images, or as CSV.",
    )
