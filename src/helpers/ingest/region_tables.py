"""A small table that a region gives of itself: cells as written, under declared columns. Runs in a child process.

What the entries mean is for the reader of each table; here it is found out only where they stand.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from helpers.ingest.books import Book, Cell, Limits, Sheet, address, read_book
from helpers.ingest.findings import Finding, Findings
from helpers.ingest.isolation import run_isolated
from helpers.ingest.layouts import key

TASK = "region_tables:read_cells"
NOT_READ = {"error": "cell-error", "formula": "formula-no-value"}


def read_table(path: Path, *, name: str, columns: list[str], required: list[str], shown: bool = True) -> dict:
    """Read a table in a child process; see `read_cells`, whose answer this is, with the file's hash and size."""
    options = {"name": name, "columns": columns, "required": required, "shown": shown}
    return run_isolated(TASK, path, **options)


def read_cells(path: str, limits: Limits, *, name: str, columns: list[str], required: list[str], shown: bool) -> dict:
    """Read the first visible sheet whose header has the required columns; the task of the child process.

    Parameters
    ----------
    path
        Where the file's bytes are.
    limits
        What the file may cost.
    name
        What the file is called.
    columns
        The columns that are read; others are left out with a warning.
    required
        Those without which nothing is read.
    shown
        Whether findings may quote what stands in a cell; not where cells hold persons.

    Returns
    -------
    dict
        ``findings``, ``rows`` (only those refused so far), ``sheet``, ``lines``: for each line its number and its
        entries by column (text), and ``places``: the number of each column.
    """
    findings = Findings(name)
    book = read_book(Path(path), limits=limits, findings=findings)
    found = _table(book, columns, required, findings) if book else None
    answer = {"sheet": "", "lines": [], "places": {}}
    if found:
        sheet, header, places = found
        lines = [(number, {cell.column: cell for cell in cells}) for number, cells in sheet.rows() if number > header]
        findings.rows.refused += len([row for row in sheet.refused_rows if row > header])
        entries = [(number, _entries(cells, places, sheet, number, findings, shown)) for number, cells in lines]
        kept = [(number, entry) for number, entry in entries if entry is not None]
        findings.rows.refused += len(entries) - len(kept)
        answer = {"sheet": sheet.name, "lines": kept, "places": places}
        if not lines and not sheet.refused_rows:
            findings.add("sheet-empty", sheet=sheet.name, message="there are no rows under the header")
    if not shown:
        findings.items = [item if item.cell == "" else _unquoted(item) for item in findings.items]
    return {"findings": [vars(finding) for finding in findings], "rows": asdict(findings.rows), **answer}


def _table(
    book: Book, columns: list[str], required: list[str], findings: Findings
) -> tuple[Sheet, int, dict[str, int]] | None:
    """The first visible sheet with a header, the header's row, and the number of each column."""
    known = {key(column): column for column in columns}
    for sheet in book.sheets:
        if sheet.state != "visible":
            findings.add("sheet-hidden", sheet=sheet.name, message="the hidden sheet was not read")
            continue
        number, header = next(sheet.rows(), (0, []))
        named = {known[key(cell.text)] for cell in header if key(cell.text) in known}
        lacking = [column for column in required if column not in named]
        if header and not lacking:
            return sheet, number, _places(header, known, sheet, findings)
        for column in lacking if named else ():
            message = f"the column {column} is missing"
            findings.add("column-missing", sheet=sheet.name, cell=address(number, 1), expected=column, message=message)
    if "column-missing" not in findings.codes:
        findings.add(
            "header-missing", expected=", ".join(required), message="no sheet has these columns in its first row"
        )
    return None


def _places(header: list[Cell], known: dict[str, str], sheet: Sheet, findings: Findings) -> dict[str, int]:
    places: dict[str, int] = {}
    for cell in header:
        column = known.get(key(cell.text))
        place = {"sheet": sheet.name, "cell": cell.address, "value": cell.text}
        if column is None:
            message = f"column {cell.text!r} is not one that is read; it was left out"
            findings.add("column-unknown", expected=", ".join(known.values()), message=message, **place)
        elif column in places:
            findings.add("column-duplicate", expected="each column once", message=f"{column} stands twice", **place)
        else:
            places[column] = cell.column
    return places


def _entries(
    cells: dict[int, Cell], places: dict[str, int], sheet: Sheet, number: int, findings: Findings, shown: bool
) -> dict[str, str] | None:
    """What stands in each column of one line, None where a cell cannot be read."""
    entries, refused = {}, False
    for column, place in places.items():
        cell = cells.get(place)
        if cell is not None and cell.kind in NOT_READ:
            words = "an error" if cell.kind == "error" else "a formula without its result"
            quoted = cell.text if shown else ""
            findings.add(NOT_READ[cell.kind], sheet=sheet.name, cell=address(number, place), value=quoted,
                         message=f"{column} holds {words}")  # fmt: skip
            refused = True
        elif cell is not None:
            entries[column] = cell.text.strip()
    return None if refused else entries


def _unquoted(finding: Finding) -> Finding:
    """A finding that quotes nothing of the file's cells."""
    return replace(finding, value="")
