"""What a data file is, where its folder does not say so: an assessment or a table of indicators."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from helpers.ingest import gate, layouts, plain_text
from helpers.ingest.books import Book, Cell, Limits, Refusal, read_book
from helpers.ingest.delimited import choose_separator
from helpers.ingest.encodings import decode
from helpers.ingest.findings import Findings
from helpers.ingest.vocabulary import meaning

LINES_OF_TITLE = 20


def look(path: str, limits: Limits) -> dict[str, object]:
    """Say what a file is; a task of the child process.

    Returns
    -------
    dict
        ``kind`` (assessment | indicators | text; "" where the file is refused) and ``findings``, which say why.
    """
    findings = Findings(Path(path).name)
    if Path(path).suffix.lower() == ".txt" and is_prose(Path(path), limits):
        return {"kind": "text", "findings": []}
    text = plain_text.look(Path(path), limits)
    if text is not None and layouts.recognised(text.header_cells):
        return {"kind": "indicators", "findings": []}
    book = read_book(path, limits=limits, findings=findings)
    kind = kind_of(book) if book else ""
    return {"kind": kind, "findings": [vars(finding) for finding in findings]}


def is_prose(path: Path, limits: Limits) -> bool:
    """Whether a plain text is prose: its first lines name no columns that are known, and do not look like a table.

    They look like one where all have the same number of fields below a header. Commas that are followed by a space or
    stand in a number, as in "96,000 people, or more", part no fields of a header.
    """
    try:
        lines = decode(gate.read_bytes(path, limits))[0].splitlines()
    except Refusal:
        return False
    lines = [line for line in lines if line.strip()][:LINES_OF_TITLE]
    separator = choose_separator(lines) if lines else ","
    rows = list(csv.reader(lines, delimiter=separator))
    widths = {len(fields) for fields in rows}
    is_table = len(rows) > 1 and len(widths) == 1 and widths != {1} and _is_header(lines[0], separator)
    return bool(rows) and not is_table and not any(map(_names_columns, rows))


def _is_header(line: str, separator: str) -> bool:
    """Whether a first line that names no known column can be a header: no sentence, and its fields stand close."""
    parted = re.search(rf"(?<!\d){re.escape(separator)}(?! |$)|{re.escape(separator)}(?![\d ]|$)", line)
    return bool(parted) and not line.rstrip().endswith((".", ":", "!", "?"))


def _names_columns(fields: list[str]) -> bool:
    cells = [Cell(1, at, "text", text, text) for at, text in enumerate(fields, start=1) if text.strip()]
    known = sum(bool(meaning("column", cell.text)) for cell in cells)
    return known > 1 or layouts.recognised(cells) is not None or bool(layouts.columns_missing(cells))


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
