"""Spreadsheets as literal lists, for tests: what a reader would give for a sheet with these cells."""

import datetime as dt

from helpers.ingest.assessing import Assessed, assess
from helpers.ingest.books import Book, Cell, Sheet
from helpers.ingest.fields import Wanted
from helpers.ingest.findings import Findings
from helpers.ingest.judging import Today

TODAY = dt.date(2026, 1, 1)


class Error(str):
    """A cell that holds an error of the spreadsheet."""


class Formula(str):
    """A cell that holds a formula without a stored result."""


def cell(row: int, column: int, value: object) -> Cell:
    if isinstance(value, Error | Formula):
        return Cell(row, column, "error" if isinstance(value, Error) else "formula", str(value), str(value))
    if isinstance(value, bool):
        return Cell(row, column, "boolean", value, str(value).upper())
    if isinstance(value, int | float):
        return Cell(row, column, "number", value, format(value, ".15g"))
    if isinstance(value, dt.datetime):
        return Cell(row, column, "date", value, value.date().isoformat())
    return Cell(row, column, "date" if isinstance(value, dt.time) else "text", value, str(value))


def sheet(name: str, rows: list[list], **hidden) -> Sheet:
    """A sheet of these rows; None is a blank cell."""
    cells = {
        (row, column): cell(row, column, value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value is not None
    }
    return Sheet(name, cells=cells, **hidden)


def book(*sheets: Sheet) -> Book:
    return Book("test.xlsx", "xlsx", list(sheets))


def assessed(*sheets: Sheet, region: str = "midlothian", **wanted) -> tuple[Assessed, Findings]:
    """What is understood of a workbook with these sheets."""
    findings = Findings("test.xlsx")
    return assess(book(*sheets), Wanted(region, Today(TODAY), **wanted), findings), findings
