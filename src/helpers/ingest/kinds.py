"""What a data file is, where its folder does not say so: an assessment or a table of indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from helpers.ingest import layouts, plain_text
from helpers.ingest.books import Book, Cell, Limits, read_book
from helpers.ingest.findings import Findings
from helpers.ingest.vocabulary import meaning

LINES_OF_TITLE = 20


def look(path: str, limits: Limits) -> dict[str, object]:
    """Say what a file is; a task of the child process.

    Returns
    -------
    dict
        ``kind`` (assessment | indicators; "" where the file is refused) and ``findings``, which say why.
    """
    findings = Findings(Path(path).name)
    text = plain_text.look(Path(path), limits)
    if text is not None and layouts.recognised(text.header_cells):
        return {"kind": "indicators", "findings": []}
    book = read_book(path, limits=limits, findings=findings)
    kind = kind_of(book) if book else ""
    return {"kind": kind, "findings": [vars(finding) for finding in findings]}


def kind_of(book: Book) -> str:
    """Tell a table of indicators by its columns; everything else is taken for an assessment.

    A table that has only some of the project's own columns, and nothing of an assessment, is one of indicators too.
    """
    lines = list(_first_lines(book))
    if any(layouts.recognised(cells) for cells in lines):
        return "indicators"
    names_stakeholder = any(meaning("column", cell.text) == "stakeholder" for cells in lines for cell in cells)
    is_near = any(layouts.columns_missing(cells) for cells in lines)
    return "indicators" if is_near and not names_stakeholder else "assessment"


def _first_lines(book: Book) -> Iterator[list[Cell]]:
    for sheet in book.sheets:
        if sheet.state == "visible":
            yield from (cells for _, cells in islice(sheet.rows(), LINES_OF_TITLE))
