"""Cells of .xlsb workbooks: records of a number, a length and their bytes (MS-XLSB, section 2.4).

Read here and not with calamine, which gives error cells as blank, knows no merged or hidden rows, and ends the whole
process at one value in XFD1048576. Records without a column (12 to 18) are in no specification; SheetJS writes them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpers.ingest import values
from helpers.ingest.archives import Archive
from helpers.ingest.books import Book, Limits, Refusal, Sheet
from helpers.ingest.findings import Findings
from helpers.ingest.limits import check_sheets, put
from helpers.ingest.package import part_of_kind, relations, workbook_part
from helpers.ingest.values import Content

ROW, COLUMN_INFO, MERGE = 0, 60, 176
BLANK, RK, ERROR, BOOLEAN, REAL, TEXT, SHARED_TEXT = range(1, 8)
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOLEAN, FORMULA_ERROR = range(8, 12)
FORMULAS = {FORMULA_TEXT: TEXT, FORMULA_NUMBER: REAL, FORMULA_BOOLEAN: BOOLEAN, FORMULA_ERROR: ERROR}
FIRST_SHORT, LAST_SHORT = 12, 18
RICH_TEXT = 62
STRING_ITEM = 19
FORMAT, CELL_FORMAT, CELL_FORMATS, CELL_FORMATS_END = 44, 47, 617, 618
WORKBOOK_PROPERTIES, CALCULATION, SHEET = 153, 157, 156
STATES = {1: "hidden", 2: "very-hidden"}
ROW_HIDDEN = 0x10


@dataclass
class Shared:
    """What the sheets of one workbook share; ``is_stale`` as in :mod:`helpers.ingest.sheetxml`."""

    strings: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    date1904: bool = False
    is_stale: bool = False


def read(file: str, data: bytes, limits: Limits, findings: Findings) -> Book:
    """Read all sheets; see :func:`helpers.ingest.books.read_book`."""
    archive = Archive(data, limits)
    part = workbook_part(archive, "xl/workbook.bin")
    try:
        return _read_book(file, archive, part, limits)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Refusal("file-broken", "a record of the workbook is cut off or damaged") from None


def _read_book(file: str, archive: Archive, part: str, limits: Limits) -> Book:
    related = relations(archive, part)
    shared = Shared(
        strings=_strings(archive, part_of_kind(related, "sharedStrings", archive)),
        styles=_styles(archive, part_of_kind(related, "styles", archive)),
    )
    sheets = list(_workbook(archive.read(part), shared))
    book = Book(file, "xlsb", [], shared.date1904)
    for name, state, relation_id in sheets:
        relation = related.get(relation_id)
        if relation is None:
            raise Refusal("file-broken", "the workbook lists a sheet that it does not hold")
        if relation.kind == "worksheet":
            check_sheets(len(book.sheets) + 1, limits)
            sheet = Sheet(name, state)
            _fill(sheet, archive.read(relation.part), shared, limits)
            book.sheets.append(sheet)
    return book


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each record."""
    position, end = 0, len(data)
    while position < end:
        number, position = _variable(data, position, 2)
        length, position = _variable(data, position, 4)
        if position + length > end:
            raise IndexError
        yield number, data[position : position + length]
        position += length


def _variable(data: bytes, position: int, longest: int) -> tuple[int, int]:
    number = 0
    for shift in range(longest):
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            break
    return number, position


def _workbook(data: bytes, shared: Shared) -> Iterator[tuple[str, str, str]]:
    for number, record in records(data):
        if number == WORKBOOK_PROPERTIES:
            shared.date1904 = bool(record[0] & 1)
        elif number == CALCULATION:
            shared.is_stale = len(record) > 24 and bool(record[24] & 1)
        elif number == SHEET:
            (state,) = struct.unpack_from("<I", record)
            relation_id, position = _text(record, 8)
            name, _ = _text(record, position)
            yield name, STATES.get(state, "visible"), relation_id


def _strings(archive: Archive, part: str) -> list[str]:
    found = records(archive.read(part)) if part else ()
    return [_text(record, 1)[0] for number, record in found if number == STRING_ITEM]


def _styles(archive: Archive, part: str) -> list[str]:
    codes, styles, inside = {}, [], False
    for number, record in records(archive.read(part)) if part else ():
        if number == FORMAT:
            codes[struct.unpack_from("<H", record)[0]] = _text(record, 2)[0]
        elif number in (CELL_FORMATS, CELL_FORMATS_END):
            inside = number == CELL_FORMATS
        elif number == CELL_FORMAT and inside:
            style = struct.unpack_from("<H", record, 2)[0]
            styles.append(values.date_style(style, codes.get(style)))
    return styles


def _fill(sheet: Sheet, data: bytes, shared: Shared, limits: Limits) -> None:
    row = column = 0
    for number, record in records(data):
        if number == ROW:
            row, column = struct.unpack_from("<I", record)[0] + 1, 0
            if record[11] & ROW_HIDDEN:
                sheet.hidden_rows.add(row)
        elif number <= LAST_SHORT or number == RICH_TEXT:
            at = 4
            if FIRST_SHORT <= number <= LAST_SHORT:
                number, at, column = number - FIRST_SHORT + BLANK, 0, column + 1
            else:
                column = struct.unpack_from("<I", record)[0] + 1
            put(sheet, row, column, _content(number, record, at, shared), limits)
        elif number == COLUMN_INFO:
            _hide_columns(sheet, record, limits)
        elif number == MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            sheet.merged.append((top + 1, left + 1, bottom + 1, right + 1))


def _content(number: int, record: bytes, at: int, shared: Shared) -> Content | None:
    style = int.from_bytes(record[at : at + 3], "little")
    at += 4
    is_formula, number = number in FORMULAS, FORMULAS.get(number, number)
    if number == BLANK:
        return None
    content = _value(number, record, at, style, shared)
    if is_formula and shared.is_stale and (content is None or content[1] == 0):
        return values.formula_content("=")
    return content


def _value(number: int, record: bytes, at: int, style: int, shared: Shared) -> Content | None:
    if number == BOOLEAN:
        return values.boolean_content(bool(record[at]))
    if number == ERROR:
        return values.error_content(values.ERROR_CODES.get(record[at], "#ERROR!"))
    if number == TEXT:
        return values.text_content(_text(record, at)[0])
    if number == RICH_TEXT:
        return values.text_content(_text(record, at + 1)[0])
    if number == SHARED_TEXT:
        return values.text_content(shared.strings[struct.unpack_from("<I", record, at)[0]])
    value = _rk(record, at) if number == RK else struct.unpack_from("<d", record, at)[0]
    shown = shared.styles[style] if style < len(shared.styles) else ""
    return values.serial_content(value, shown, shared.date1904)


def _rk(record: bytes, at: int) -> float:
    """The number from its short form (MS-XLSB 2.5.122): 30 bits, a flag for whole ones, a flag for hundredths."""
    (packed,) = struct.unpack_from("<i", record, at)
    if packed & 2:
        value = float(packed >> 2)
    else:
        (value,) = struct.unpack("<d", struct.pack("<q", (packed & 0xFFFFFFFC) << 32 & 0xFFFFFFFFFFFFFFFF)[:8])
    return value / 100 if packed & 1 else value


def _text(record: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", record, at)
    end = at + 4 + 2 * length
    if length == 0xFFFFFFFF:
        return "", at + 4
    if end > len(record):
        raise IndexError
    return record[at + 4 : end].decode("utf-16-le", "replace"), end


def _hide_columns(sheet: Sheet, record: bytes, limits: Limits) -> None:
    first, last = struct.unpack_from("<2I", record)
    if record[16] & 1:
        sheet.hidden_columns.update(range(first + 1, min(last + 1, limits.columns) + 1))
