"""Which sheet holds the assessment, which of its rows holds the column names, and what each column means.

Two layouts are read: long (one row a rating) and wide (one row a stakeholder, one column a dimension). A column goes
by its documented name or by one of the aliases in ``vocabulary.csv``; case, spaces, underscores and order do not
matter, and the names may stand below a few lines of title.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from helpers.ingest.books import Book, Cell, Sheet
from helpers.ingest.dimensions import Names
from helpers.ingest.findings import Findings
from helpers.ingest.notes import Notes
from helpers.ingest.vocabulary import entries, key, listed, meaning, quoted

COLUMNS = (
    "region", "stakeholder", "dimension", "rating", "justification", "confidence", "date", "role", "sector", "round",
    "model",
)  # fmt: skip
PER_RATING = ("justification", "confidence")
REQUIRED = {"long": ("stakeholder", "dimension", "rating"), "wide": ("stakeholder",)}
LINES_OF_TITLE = 20


@dataclass(frozen=True)
class Header:
    """The row of column names of a sheet."""

    sheet: Sheet
    row: int
    cells: tuple[Cell, ...]


@dataclass
class Layout:
    """What the columns of a sheet mean.

    ``columns`` gives the column of each documented name. In the wide layout ``dimensions`` gives each dimension's
    column, ``beside`` the column of a dimension's justification or confidence, and ``unknown`` the columns whose name
    is near a dimension's but is none: what stands in them is refused.
    """

    sheet: Sheet
    header: int
    kind: str
    columns: dict[str, int] = field(default_factory=dict)
    dimensions: dict[str, int] = field(default_factory=dict)
    beside: dict[tuple[str, str], int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)


def find_header(book: Book, names: Iterable[Names], findings: Findings) -> Header | None:
    """Find the sheet and the row of column names; None, with the finding that says why, where there is none.

    ``names`` are the dimension names of every edition of the model, since the columns of the wide layout are
    recognised by them before it is known which edition the file is of.
    """
    _note_hidden(book, findings)
    names = list(names)
    visible = [sheet for sheet in book.sheets if sheet.state == "visible" and not is_helper(sheet)]
    named = [sheet for sheet in visible if meaning("sheet", sheet.name) == "assessment"]
    headers = [header for sheet in named or visible if (header := _header_of(sheet, names))]
    chosen = _choose(headers, names)
    if chosen is None:
        _note_no_sheet(book, named or visible, headers, findings)
        return None
    for sheet in visible:
        if sheet is not chosen.sheet and sheet.cells:
            message = "this sheet is not the assessment; it was not read"
            findings.add("sheet-not-read", sheet=sheet.name, message=message)
    return chosen


def is_helper(sheet: Sheet) -> bool:
    """Whether a sheet is one of those that stand beside an assessment: about, instructions, lists, levels."""
    return meaning("sheet", sheet.name) in ("about", "helper")


def _note_hidden(book: Book, findings: Findings) -> None:
    for sheet in book.sheets:
        if sheet.state != "visible" and sheet.cells and meaning("sheet", sheet.name) != "helper":
            code = "sheet-hidden" if sheet.state == "hidden" else "sheet-very-hidden"
            findings.add(code, sheet=sheet.name, message="this sheet is hidden; it was not read")


def _header_of(sheet: Sheet, names: list[Names]) -> Header | None:
    """The row among the first ones that holds the most column names, if it holds two and one of them tells."""
    best, best_score = None, 1
    for row, cells in islice(sheet.rows(), LINES_OF_TITLE):
        header = Header(sheet, row, tuple(cells))
        if (score := len(_meanings(header, names))) > best_score and _tells(header, names):
            best, best_score = header, score
    return best


def _meanings(header: Header, names: list[Names]) -> set[str]:
    """What the cells of a row would mean as column names."""
    texts = [cell.text for cell in header.cells if cell.kind == "text"]
    columns = {meaning("column", text) for text in texts} - {""}
    dimensions = {name.dimension for text in texts for known in names if (name := known.find(text))}
    return columns | {f"dimension {code}" for code in dimensions}


def _tells(header: Header, names: list[Names]) -> bool:
    found = _meanings(header, names)
    return bool(found & {"stakeholder", "dimension", "rating"}) or any(name.startswith("dimension ") for name in found)


def _is_complete(header: Header, names: list[Names]) -> bool:
    found = _meanings(header, names)
    has_ratings = {"dimension", "rating"} <= found or any(name.startswith("dimension ") for name in found)
    return "stakeholder" in found and has_ratings


def _choose(headers: list[Header], names: list[Names]) -> Header | None:
    complete = [header for header in headers if _is_complete(header, names)]
    candidates = complete or headers
    return candidates[0] if len(candidates) == 1 else None


def _note_no_sheet(book: Book, sheets: list[Sheet], headers: list[Header], findings: Findings) -> None:
    """Say why no sheet could be chosen."""
    expected = "one visible sheet called assessment, with the column names in its first row"
    filled = [sheet for sheet in sheets if sheet.cells]
    if len(headers) > 1:
        which = listed([quoted(header.sheet.name) for header in headers])
        findings.add("sheet-ambiguous", expected=expected, message=f"{which} can each be read as an assessment")
    elif len(filled) == 1:
        message = "no row with the column names stakeholder, dimension and rating was found in the first lines"
        findings.add("header-missing", sheet=filled[0].name, expected=", ".join(COLUMNS), message=message)
    elif len(sheets) == 1:
        findings.add("sheet-empty", sheet=sheets[0].name, expected=expected, message="this sheet is empty")
    else:
        there = listed([quoted(sheet.name) for sheet in book.sheets]) or "none"
        message = f"no visible sheet can be read as an assessment; sheets there are: {there}"
        findings.add("sheet-missing", expected=expected, message=message)


def lay_out(header: Header, names: Names, findings: Findings) -> Layout | None:
    """Say what each column means; None, with the findings that say why, where the structure is broken."""
    notes = Notes(findings, header.sheet)
    layout = Layout(header.sheet, header.row, _kind(header, names))
    before = len(findings.errors)
    for cell in header.cells:
        _place(cell, layout, names, notes)
    _note_missing(header, layout, notes)
    _note_unnamed(header, notes)
    broken = [finding for finding in findings.errors[before:] if finding.code != "dimension-unknown"]
    return None if broken else layout


def _kind(header: Header, names: Names) -> str:
    """Wide where dimensions are columns and nothing is called dimension or rating."""
    found = {meaning("column", cell.text) for cell in header.cells}
    is_wide = not found & {"dimension", "rating"} and any(names.find(cell.text) for cell in header.cells)
    return "wide" if is_wide else "long"


def _place(cell: Cell, layout: Layout, names: Names, notes: Notes) -> None:
    """Give one column its meaning, or note that it has none."""
    column = meaning("column", cell.text)
    if column and not (layout.kind == "wide" and column in PER_RATING):
        if _is_alias(cell.text, column):
            notes.at("column-repaired", cell, f'{quoted(cell.text)} was read as "{column}"', expected=column)
        _take(layout.columns, column, cell, notes)
    elif layout.kind == "wide" and (name := names.find(cell.text)):
        _take(layout.dimensions, name.dimension, cell, notes)
    elif layout.kind == "wide" and (beside := _beside(cell.text, names)):
        _take(layout.beside, beside, cell, notes)
    else:
        _note_unknown(cell, layout, names, notes)


def _is_alias(text: str, column: str) -> bool:
    return key(text) != column


def _take(places: dict, what: object, cell: Cell, notes: Notes) -> None:
    if what in places:
        first = notes.sheet.cells[cell.row, places[what]]
        reason = f"{quoted(cell.text)} and {quoted(first.text)} mean the same"
        notes.at("column-duplicate", cell, reason, expected="each column once")
    else:
        places[what] = cell.column


def _beside(text: str, names: Names) -> tuple[str, str] | None:
    """The dimension and the meaning of a column such as ``Funding justification`` or ``Justification: Funding``."""
    parts = text[:200].replace(":", " ").replace(" - ", " ").replace("_", " ").split()
    for cut in range(1, len(parts)):
        for ours, theirs in ((parts[cut:], parts[:cut]), (parts[:cut], parts[cut:])):
            column, name = meaning("column", " ".join(ours)), names.find(" ".join(theirs))
            if column in PER_RATING and name:
                return name.dimension, column
    return None


def _note_unknown(cell: Cell, layout: Layout, names: Names, notes: Notes) -> None:
    near = names.suggestion(cell.text, cutoff=0.8) if layout.kind == "wide" else ""
    if near:
        layout.unknown[cell.column] = cell.text
        reason = f"no dimension is called {quoted(cell.text)}{near}"
        notes.at("dimension-unknown", cell, reason, expected="the name of a dimension of the model")
        return
    hint = _nearest_column(cell.text)
    hint = f' - did you mean "{hint}"?' if hint and hint not in layout.columns else ""
    if layout.kind == "wide" and meaning("column", cell.text) in PER_RATING:
        hint = f' - in this layout it is called "Funding {meaning("column", cell.text)}", one for each dimension'
    notes.at("column-unknown", cell, f"{quoted(cell.text)} was left out{hint}", expected=", ".join(COLUMNS))


def _nearest_column(text: str) -> str:
    known = {key(word): column for column, _, word in entries("column")}
    near = difflib.get_close_matches(key(text)[:60], known, n=1, cutoff=0.75)
    return known[near[0]] if near else ""


def _note_missing(header: Header, layout: Layout, notes: Notes) -> None:
    for column in REQUIRED[layout.kind]:
        if column not in layout.columns:
            near = next((cell for cell in header.cells if _nearest_column(cell.text) == column), None)
            hint = f" - is it {quoted(near.text)} in {near.address}?" if near else ""
            notes.whole("column-missing", f'no column is called "{column}"{hint}', expected=column)


def _note_unnamed(header: Header, notes: Notes) -> None:
    """Columns without a name that hold values."""
    named = {cell.column for cell in header.cells}
    first: dict[int, Cell] = {}
    for (row, column), cell in header.sheet.cells.items():
        if row > header.row and column not in named and (column not in first or row < first[column].row):
            first[column] = cell
    for _, cell in sorted(first.items()):
        notes.at("column-unknown", cell, "this column has no name; what stands in it was left out")
