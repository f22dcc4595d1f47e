"""The limits on what a workbook holds, refused as soon as they are passed."""

from __future__ import annotations

from helpers.ingest.books import Cell, Limits, Refusal, Sheet, address
from helpers.ingest.values import Content


def put(sheet: Sheet, row: int, column: int, content: Content | None, limits: Limits) -> None:
    """Add a filled cell to a sheet; refuse the file where it stands beyond the limits or twice in its place."""
    if content is None:
        return
    if row > limits.rows or column > limits.columns:
        raise _beyond(sheet, row, column, limits)
    if (row, column) in sheet.cells:
        raise twice(sheet, row, column)
    sheet.cells[row, column] = Cell(row, column, *content)


def check_place(sheet: Sheet, row: int, column: int, limits: Limits) -> None:
    """Refuse the file where a filled cell stands beyond the limits."""
    if row > limits.rows or column > limits.columns:
        raise _beyond(sheet, row, column, limits)


def check_sheets(count: int, limits: Limits) -> None:
    if count > limits.sheets:
        message = f"the workbook has more than {limits.sheets} sheets"
        raise Refusal("too-many-sheets", message, expected=f"at most {limits.sheets} sheets")


def twice(sheet: Sheet, row: int, column: int) -> Refusal:
    return Refusal("file-broken", "a cell stands twice in its sheet", sheet=sheet.name, cell=address(row, column))


def _beyond(sheet: Sheet, row: int, column: int, limits: Limits) -> Refusal:
    code, words, limit = "too-many-rows", "row", limits.rows
    if row <= limits.rows:
        code, words, limit = "too-many-columns", "column", limits.columns
    message = f"a filled cell stands beyond {words} {limit:,}, the last that is read"
    place = address(row, column)
    return Refusal(code, message, sheet=sheet.name, cell=place, expected=f"at most {limit:,} {words}s")
