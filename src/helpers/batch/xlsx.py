"""What all the workbooks that we write have in common: styles, inert cells, table mark-up, the bytes on disk.

The rules are those of the Government Analysis Function's guidance "Releasing statistics in spreadsheets": a
sans face of at least 12 points, headings as cell styles, marked-up tables, no merged cells, nothing said by
colour alone.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import count
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from helpers.batch import inert
from helpers.batch.cells import SHORTHAND, Column

CELL_LIMIT = 32_767
NAME_LIMIT = 31
INK, RULE, LINK, QUIET = "1F2933", "8A8F98", "0B5CAB", "F3F5F7"
_ESCAPE_IN_TEXT = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def new_workbook(*, title: str, description: str, made: date) -> Workbook:
    """Start a workbook without sheets, with its properties and its cell styles.

    ``made`` is the only time stamp in the bytes.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    properties = workbook.properties
    properties.title, properties.description = inert.plain_text(title), inert.plain_text(description)
    properties.creator, properties.language = "Care Atlas", "en-GB"
    properties.created = properties.modified = _as_datetime(made)
    workbook.security = None
    workbook.calculation = CalcProperties(fullCalcOnLoad=False)  # there is nothing to calculate
    _add_styles(workbook)
    return workbook


def _as_datetime(made: date) -> datetime:
    if not isinstance(made, datetime):
        return datetime.combine(made, time())
    return made.replace(microsecond=0, tzinfo=None)


def _add_styles(workbook: Workbook) -> None:
    ends = Border(top=Side(style="medium", color=INK), bottom=Side(style="medium", color=INK))
    under = Border(bottom=Side(style="thin", color=RULE))
    top, wrapped = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
    right = Alignment(vertical="top", horizontal="right", indent=1, wrap_text=True)
    quiet = PatternFill("solid", fgColor=QUIET)
    workbook._named_styles["Normal"].font = font()
    for style in (
        NamedStyle("Heading 1", font=font(18, bold=True), alignment=top, builtinId=16),
        NamedStyle("Heading 2", font=font(14, bold=True), alignment=Alignment(vertical="bottom"), builtinId=17),
        NamedStyle("Hyperlink", font=font(color=LINK, underline="single"), alignment=top, builtinId=8),
        NamedStyle("Line", font=font(), alignment=top),
        NamedStyle("Paragraph", font=font(), alignment=wrapped),
        NamedStyle("Column heading", font=font(bold=True), alignment=wrapped, border=ends),
        NamedStyle("Figure heading", font=font(bold=True), alignment=right, border=ends),
        NamedStyle("Table text", font=font(), alignment=wrapped, border=under),
        NamedStyle("Given text", font=font(), alignment=wrapped, border=under, fill=quiet),
    ):
        workbook.add_named_style(style)


def font(size: int = 12, *, bold: bool = False, color: str = INK, underline: str | None = None) -> Font:
    """Give the face of all our workbooks."""
    return Font(name="Arial", family=2, size=size, bold=bold, color=color, underline=underline)


def figure_style(workbook: Workbook, number_format: str) -> str:
    """Give the name of the cell style for figures in this number format, made where it is new."""
    name = f"Figure {number_format}"
    if name not in workbook.named_styles:
        alignment = Alignment(vertical="top", horizontal="right", indent=1)
        border = Border(bottom=Side(style="thin", color=RULE))
        style = NamedStyle(name, font=font(), alignment=alignment, border=border, number_format=number_format)
        workbook.add_named_style(style)
    return name


def put_text(cell: Cell, value: object, style: str = "Line") -> None:
    """Write a text that no spreadsheet program can take for anything else."""
    text = cell_text(value)
    cell.style = style
    cell.value = text
    cell.data_type = "s"  # openpyxl makes a formula of "=1+1" and an error of "#REF!"
    cell.quotePrefix = text.startswith("'") or inert.begins_like_formula(text)


def cell_text(value: object) -> str:
    """Give the text as it is stored in a cell: no illegal character, at most 32,767 characters.

    ``_x0041_`` means "A" in a workbook's text, so that an underscore which would begin such a code is
    written as a code itself (ECMA-376 part 1, 22.9.2.19).
    """
    text = _ESCAPE_IN_TEXT.sub("_x005F_", inert.plain_text(value))
    stored = text.encode("utf-16-le")
    if len(stored) <= 2 * CELL_LIMIT:
        return text
    return stored[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", errors="ignore") + "…"


def put_link(cell: Cell, text: str, *, sheet: str = "", url: str = "") -> None:
    """Write a link to the first cell of one of the workbook's own sheets, or to a page of ours or a source's.

    Only a caller's own words come here, never a text from a file.
    """
    put_text(cell, text, "Hyperlink")
    place = {"target": url} if url else {"location": f"'{sheet}'!A1"}
    cell.hyperlink = Hyperlink(ref=cell.coordinate, display=cell.value, **place)


def put_lines(sheet: Worksheet, lines: Iterable[tuple[str, str]], *, row: int = 1) -> int:
    """Write lines (text, style) under each other in the first column, and give the next free row."""
    for text, style in lines:
        put_text(sheet.cell(row, 1), text, style)
        if style == "Heading 2":
            sheet.row_dimensions[row].height = 32  # points: air above it
        row += 1
    return row


def put_table(sheet: Worksheet, name: str, columns: Sequence[Column], *, row: int) -> None:
    """Write a marked-up table whose header stands in ``row``, and set the widths of its columns."""
    for place, column in enumerate(columns, start=1):
        heading = "Figure heading" if column.number_format else "Column heading"
        put_text(sheet.cell(row, place), column.heading, heading)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
        shown = column.number_format
        mark = figure_style(sheet.parent, shown) if shown else "Table text"  # [x] among figures stands where they do
        for number, value in enumerate(column.values, start=row + 1):
            put_value(sheet.cell(number, place), value, number_format=shown or "0", mark_style=mark)
    headings = [sheet.cell(row, place).value for place in range(1, len(columns) + 1)]
    mark_table(sheet, name, row=row, headings=headings, rows=len(columns[0].values))


def put_value(cell: Cell, value: object, *, number_format: str = "0", mark_style: str = "Table text") -> None:
    """Write a text, a number or a date; a mark such as ``[x]`` in a style of its own."""
    if isinstance(value, str):
        put_text(cell, value, mark_style if value in SHORTHAND else "Table text")
    else:
        cell.style = figure_style(cell.parent.parent, number_format)
        cell.value = value


def mark_table(
    sheet: Worksheet, name: str, *, row: int, headings: Sequence[str], rows: int, filters: bool = False
) -> None:
    """Mark the cells from ``row`` down as one table, so that a screen reader announces it and its headings.

    ``headings`` are the texts that stand in the header row. A table without a row keeps one blank one, as the
    spreadsheet programs themselves do.
    """
    last = f"{get_column_letter(len(headings))}{row + max(rows, 1)}"
    table = Table(displayName=name, ref=f"A{row}:{last}", insertRow=None if rows else True)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    table.tableColumns = [TableColumn(id=number, name=text) for number, text in enumerate(headings, start=1)]
    table.autoFilter = AutoFilter(ref=table.ref) if filters else None
    sheet.add_table(table)
    sheet.print_title_rows = f"{row}:{row}"


def add_sheet(workbook: Workbook, name: str, *, is_prose: bool = False) -> Worksheet:
    """Add a sheet that prints on A4, all its columns on one page's width, with its name and the page number.

    A sheet of prose stands upright and shows no grid.
    """
    sheet = workbook.create_sheet(name)
    sheet.sheet_view.showGridLines = not is_prose
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "portrait" if is_prose else "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "Page &P of &N"
    return sheet


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the first columns, in characters."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def unique_name(text: str, taken: set[str], *, limit: int = NAME_LIMIT) -> str:
    """Give a legal sheet name near ``text`` that is not among ``taken``, and add it there.

    Letters, digits, ``_`` and ``-`` stay; anything else becomes ``_``. Two names that differ only in case
    are one name to a spreadsheet program.
    """
    stem = re.sub(r"[^\w-]+|[^\u0000-\uffff]", "_", inert.plain_text(text)).strip("_-")[:limit] or "Table"
    candidates = (stem if number == 1 else f"{stem[: limit - 5]}_{number}" for number in count(1))
    name = next(name for name in candidates if name.casefold() not in taken | {"history"})
    taken.add(name.casefold())
    return name


def as_bytes(workbook: Workbook) -> bytes:
    """Give the finished file; the same workbook gives the same bytes."""
    draft = io.BytesIO()
    ExcelWriter(workbook, zipfile.ZipFile(draft, "w")).save()
    finished = io.BytesIO()
    with zipfile.ZipFile(draft) as old, zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)  # dated 1980, whatever the clock says
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return finished.getvalue()


def replace_file(path: Path, content: bytes) -> None:
    """Put the file in its place in one step: a reader sees the old file or the new one, never half of one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
