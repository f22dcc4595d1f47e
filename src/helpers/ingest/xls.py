"""Cells of old .xls workbooks, with xlrd.

xlrd does not say which cells are formulas, and some writers store 0 or nothing in place of a formula's result. Such
cells are found in the records themselves (MS-XLS 2.4.127): a workbook that no spreadsheet program ever calculated has
no record RecalcId.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import xlrd
from xlrd.compdoc import CompDoc

from helpers.ingest import values
from helpers.ingest.books import Book, Limits, Refusal, Sheet
from helpers.ingest.findings import Findings
from helpers.ingest.gate import COMPOUND
from helpers.ingest.limits import check_sheets, put
from helpers.ingest.values import Content

STATES = {1: "hidden", 2: "very-hidden"}
FORMULA, FILE_PASS, BOUND_SHEET, BEGIN, END, RECALC_ID = 0x0006, 0x002F, 0x0085, 0x0809, 0x000A, 0x01C1
EMPTY_RESULT = b"\x03\x00"
ZERO_RESULT = bytes(8)


def read(file: str, data: bytes, limits: Limits, findings: Findings) -> Book:
    """Read all sheets; see :func:`helpers.ingest.books.read_book`."""
    try:
        stream = _stream(data)
        if any(number == FILE_PASS for number, _ in records(stream, 0)):
            raise Refusal("file-password", "the workbook is protected by a password")
        workbook = xlrd.open_workbook(
            filename=file, file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
        unstored = unstored_formulas(stream)
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # xlrd raises whatever the bytes lead it to
        raise Refusal("file-broken", f"the workbook is cut off or damaged ({error})") from None
    check_sheets(workbook.nsheets, limits)
    book = Book(file, "xls", [], bool(workbook.datemode))
    for number, source in enumerate(workbook.sheets()):
        places = unstored[number] if number < len(unstored) else set()
        book.sheets.append(_sheet(workbook, source, places, limits))
    return book


def _sheet(workbook: xlrd.Book, source: xlrd.sheet.Sheet, unstored: set, limits: Limits) -> Sheet:
    sheet = Sheet(source.name, STATES.get(source.visibility, "visible"))
    sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column + 1 for column, info in source.colinfo_map.items() if info.hidden}
    sheet.merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in source.merged_cells]
    for row in range(source.nrows):
        for column, kind in enumerate(source.row_types(row)):
            if (row, column) in unstored:
                content = values.formula_content("=")
            else:
                content = _content(workbook, source, row, column, kind)
            put(sheet, row + 1, column + 1, content, limits)
    return sheet


def _content(workbook: xlrd.Book, source: xlrd.sheet.Sheet, row: int, column: int, kind: int) -> Content | None:
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    value = source.cell_value(row, column)
    if kind == xlrd.XL_CELL_TEXT:
        return values.text_content(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return values.boolean_content(bool(value))
    if kind == xlrd.XL_CELL_ERROR:
        return values.error_content(values.ERROR_CODES.get(value, "#ERROR!"))
    style = "date" if kind == xlrd.XL_CELL_DATE else ""
    return values.serial_content(value, style, bool(workbook.datemode))


def unstored_formulas(stream: bytes) -> list[set[tuple[int, int]]]:
    """The cells (from 0) of each worksheet whose formula has 0 or nothing in place of a result."""
    starts, was_calculated = [], False
    for number, record in records(stream, 0):
        if number == BOUND_SHEET and record[5] == 0:
            starts.append(struct.unpack_from("<I", record)[0])
        elif number == RECALC_ID:
            was_calculated = True
    if was_calculated:
        return []
    return [set(_unstored(stream, start)) for start in starts]


def _unstored(stream: bytes, start: int) -> Iterator[tuple[int, int]]:
    for number, record in records(stream, start):
        if number == FORMULA:
            result = record[6:14]
            is_special = result[6:] == b"\xff\xff"
            if (is_special and result[:1] == b"\x03") or result == ZERO_RESULT:
                yield struct.unpack_from("<HH", record)


def records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each record of the part of a stream that begins at ``start``."""
    position, depth = start, 0
    while position + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, position)
        yield number, stream[position + 4 : position + 4 + length]
        position += 4 + length
        depth += (number == BEGIN) - (number == END)
        if depth <= 0:
            return


def _stream(data: bytes) -> bytes:
    if not data.startswith(COMPOUND):
        return data
    document = CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        whole, start, length = document.locate_named_stream(name)
        if whole:
            return bytes(whole[start : start + length])
    raise Refusal("file-type", "the file is no workbook of Excel", expected="an Excel workbook")
