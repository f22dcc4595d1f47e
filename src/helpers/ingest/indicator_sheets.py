"""A spreadsheet or CSV of indicators as rows: which sheet holds them, under which header, in which shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from helpers.ingest import layouts
from helpers.ingest.books import Book, Cell, Limits, Sheet, address, read_book
from helpers.ingest.figures import Known, Row, Tally
from helpers.ingest.findings import Findings
from helpers.ingest.vocabulary import meaning

LINES_OF_TITLE = 20


def sheet_rows(path: Path, limits: Limits, known: Known, findings: Findings) -> tuple[str, Iterator[Row]]:
    """The name of the sheet that is read, and its rows; ``known.layout`` becomes the shape of the table."""
    book = read_book(path, limits=limits, findings=findings)
    found = find_table(book, findings) if book else None
    if found is None:
        return "", iter(())
    sheet, header, layout = found
    known.layout = _told_apart(layout, sheet, header, known)
    return sheet.name, _rows(sheet, header, known, findings)


def find_table(book: Book, findings: Findings) -> tuple[Sheet, list[Cell], layouts.Layout] | None:
    """The first visible sheet with a header of a known shape; what is not read becomes findings."""
    found, others = None, []
    for sheet in book.sheets:
        header, layout = _header(sheet)
        if sheet.state != "visible":
            code = "sheet-very-hidden" if sheet.state == "very-hidden" else "sheet-hidden"
            findings.add(code, sheet=sheet.name, message="the hidden sheet was not read")
        elif found is None and layout is not None:
            found = (sheet, header, layout)
        elif sheet.cells and meaning("sheet", sheet.name) not in ("about", "helper"):
            others.append(sheet.name)
    if found is None:
        _note_no_table(book, findings)
    for name in others if found else ():
        findings.add("sheet-not-read", sheet=name, message="the sheet was not read")
    return found


def _told_apart(layout: layouts.Layout, sheet: Sheet, header: list[Cell], known: Known) -> layouts.Layout:
    """The shape as it is for projections, where the sheet turns out to hold them."""
    if not layout.projection:
        return layout
    wanted = layouts.key(layout.columns["period"])
    columns = {cell.column for cell in header if layouts.key(cell.text) == wanted}
    said = (cell.text for cell in sheet.cells.values() if cell.column in columns and cell.row > header[0].row)
    return layouts.as_projection(layout) if layouts.is_projection(layout, said, known.today) else layout


def _header(sheet: Sheet) -> tuple[list[Cell], layouts.Layout | None]:
    for _, cells in islice(sheet.rows(), LINES_OF_TITLE):
        layout = layouts.recognised(cells)
        if layout is not None:
            return cells, layout
    return [], None


def _note_no_table(book: Book, findings: Findings) -> None:
    """Say what is missing: columns of our own, where some are there, or any header that is known."""
    for sheet in book.sheets:
        for _, cells in islice(sheet.rows(), LINES_OF_TITLE) if sheet.state == "visible" else ():
            for column in layouts.columns_missing(cells):
                place = {"sheet": sheet.name, "cell": cells[0].address}
                message = f"the column {column} is missing"
                findings.add("column-missing", expected=column, message=message, **place)
            if "column-missing" in findings.codes:
                return
    shapes = "; ".join(layout.title for layout in layouts.layouts())
    findings.add("header-missing", expected=shapes, message="no sheet has the columns of a known table")


@dataclass(frozen=True)
class Plan:
    """Where a figure's entries stand: our column to its number, and what the shape says for every row."""

    columns: dict[str, int]
    fixed: dict[str, str]


def _rows(sheet: Sheet, header: list[Cell], known: Known, findings: Findings) -> Iterator[Row]:
    places = layouts.placed(known.layout, header, sheet.name, findings)
    if "column-duplicate" in findings.codes:
        return
    _note_hidden_columns(sheet, header[0].row, places, findings)
    first, merged = header[0].row, _merged_rows(sheet)
    chosen, kept = plans(known.layout, places), kept_columns(known.layout, places)
    findings.rows.refused += len([row for row in sheet.refused_rows if row > first])
    lines = [(number, cells) for number, cells in sheet.rows() if number > first]
    for number, cells in lines:
        there = {cell.column: cell for cell in cells}
        for row in rows_of(number, there, chosen, sheet.name, findings):
            leave_out_breakdown(row, there, kept, known)
            if number in merged:
                row.find("cell-merged", "value", message="the row is part of a merged area")
            if number in sheet.hidden_rows:
                row.find("row-hidden", "area_code", message="a hidden row was read")
            yield row
    if not lines and not sheet.refused_rows:
        findings.add("sheet-empty", sheet=sheet.name, message="there are no rows under the header")


def plans(layout: layouts.Layout, places: dict[str, int]) -> list[Plan]:
    """One plan for each figure that a line of the source holds."""
    shared = {ours: places[name] for ours, name in layout.columns.items() if name in places}
    if not layout.figures:
        return [Plan(shared, {})]
    return [
        Plan(
            shared | {ours: places[name] for ours, name in figure.columns.items() if name in places},
            figure.fixed,
        )
        for figure in layout.figures
        if figure.columns["value"] in places
    ]


def kept_columns(layout: layouts.Layout, places: dict[str, int]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The columns of breakdowns by their number: the name of each, and which of its values are taken."""
    return {places[name]: (name, taken) for name, taken in layout.keep.items() if name in places}


def rows_of(number: int, there: dict[int, Cell], plans: list[Plan], sheet: str, findings: Findings) -> Iterator[Row]:
    """The rows that one line of the source makes: one for each figure, none where no column that is read is filled."""
    for plan in plans:
        entries = {ours: there[column] for ours, column in plan.columns.items() if column in there}
        if entries:
            yield Row(number, sheet, entries, plan.fixed, findings, plan.columns)


def leave_out_breakdown(
    row: Row, there: dict[int, Cell], kept: dict[int, tuple[str, tuple[str, ...]]], known: Known
) -> None:
    """Leave out a row of a breakdown that is not taken, which is told once with the count."""
    for column, (name, taken) in kept.items():
        said = there[column].text.strip() if column in there else ""
        if said not in taken:
            first = Tally(address(row.number, column), said, f"of {name} only {taken[0]!r} is taken")
            known.tallies.setdefault(("rows-not-taken", name), first).count += 1
            row.state = "skipped"


def _note_hidden_columns(sheet: Sheet, row: int, places: dict[str, int], findings: Findings) -> None:
    for name, column in places.items():
        if column in sheet.hidden_columns:
            place = {"sheet": sheet.name, "cell": address(row, column)}
            findings.add("column-hidden", message=f"the hidden column {name} was read", **place)


def _merged_rows(sheet: Sheet) -> set[int]:
    """Every row that a merged area touches."""
    last = max((row for row, _ in sheet.cells), default=0)
    return {row for least, _, most, _ in sheet.merged for row in range(least, min(most, last) + 1)}
