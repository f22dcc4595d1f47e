"""Cells of delimited text (.csv, .tsv, .txt), in any dialect and encoding; every cell is text as written.

A row has the number that a spreadsheet program would give it: each line is one, a quoted text with line breaks counts
once, and a first line ``sep=;`` does not count. ``NA``, ``null`` and ``007`` stay as they are. A line that has not the
header's number of fields is refused as a row, never shifted; a quotation mark out of place refuses the file, since
nothing after it can be trusted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.ingest import values
from helpers.ingest.books import Book, Limits, Refusal, Sheet, address
from helpers.ingest.encodings import decode
from helpers.ingest.findings import Findings
from helpers.ingest.limits import put

SEPARATORS = ",;\t|"
DECLARED = re.compile(r'"?sep=(.)"?\r?\n?\r?\Z', re.IGNORECASE)
SAMPLE_LINES = 200
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Record:
    """One row of a delimited text: its number, its fields, and the lines from which it was read (from 1)."""

    row: int
    fields: list[str]
    first_line: int
    last_line: int

    @property
    def filled(self) -> int:
        """How many fields there are up to the last filled one."""
        return next((at for at in range(len(self.fields), 0, -1) if self.fields[at - 1].strip()), 0)


def read(file: str, data: bytes, limits: Limits, findings: Findings) -> Book:
    """Read the one sheet; see :func:`helpers.ingest.books.read_book`.

    Adds encoding-guessed (a warning) and csv-columns (one for each refused row).
    """
    text, guessed = decode(data)
    if len(CONTROLS.findall(text)) > len(text) / 20:
        raise Refusal("file-type", "the content is not text", value=file, expected="text (.csv)")
    if guessed:
        findings.add("encoding-guessed", value=guessed, expected="UTF-8", message=f"the text was read as {guessed}")
    lines = list(io.StringIO(text, newline=""))
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    declared = DECLARED.match(lines[0]) if lines else None
    separator = declared[1] if declared else choose_separator(lines)
    sheet = Sheet("")
    _fill(sheet, lines, separator, 1 if declared else 0, limits, findings)
    return Book(file, "csv", [sheet])


def choose_separator(lines: list[str]) -> str:
    """The separator that splits the header into the most fields and the other lines into as many."""
    return max(SEPARATORS, key=lambda separator: _steadiness(lines[:SAMPLE_LINES], separator))


def _steadiness(lines: list[str], separator: str) -> float:
    widths = [len(fields) for fields in csv.reader(lines, delimiter=separator) if any(fields)]
    header = next((width for width in widths if width > 1), 1)
    return (header - 1) * widths.count(header) / max(1, len(widths))


def _fill(sheet: Sheet, lines: list[str], separator: str, skipped: int, limits: Limits, findings: Findings) -> None:
    header: Record | None = None
    for record in _records(lines, separator, skipped):
        if header is None and record.filled > 1:
            header = record
        if header and record.filled and _is_ragged(record, header):
            _refuse(sheet, record, header, findings)
            continue
        for column, field in enumerate(record.fields, start=1):
            put(sheet, record.row, column, values.text_content(field), limits)


def _records(lines: list[str], separator: str, skipped: int) -> Iterator[Record]:
    spaced = has_spaced_quotes(lines[:SAMPLE_LINES], separator)
    rows = csv.reader(lines[skipped:], delimiter=separator, skipinitialspace=spaced, strict=True)
    row, width, line = 0, 0, skipped
    while True:
        row, first = row + 1, line + 1
        try:
            fields = next(rows, None)
        except csv.Error:
            raise _stray_quote(row, first) from None
        if fields is None:
            return
        line = skipped + rows.line_num
        record = Record(row, fields, first, line)
        width = width or (len(fields) if record.filled > 1 else 0)
        if line > first and _swallows_rows(record, lines[first - 1 : line], width, separator):
            raise _stray_quote(row, first)
        yield record


def _swallows_rows(record: Record, lines: list[str], width: int, separator: str) -> bool:
    """Whether a text of several lines is rather several rows between two stray quotation marks.

    It is where the record has not the header's number of fields, or where each of its lines alone has it.
    """
    if len(record.fields) != width:
        return width > 1
    return width > 2 and all(line.count(separator) == width - 1 for line in lines if line.strip())


def _is_ragged(record: Record, header: Record) -> bool:
    return len(record.fields) < header.filled or record.filled > len(header.fields)


def _refuse(sheet: Sheet, record: Record, header: Record, findings: Findings) -> None:
    sheet.refused_rows.add(record.row)
    found, expected = len(record.fields), header.filled
    findings.add(
        "csv-columns",
        cell=address(record.row, 1),
        value=", ".join(record.fields),
        expected=f"{expected} fields",
        message=f"line {record.first_line:,} has {found} fields, but the header has {expected}; it was not read",
    )


def _stray_quote(row: int, line: int) -> Refusal:
    message = f"a quotation mark that opens in line {line:,} does not close where it should"
    return Refusal("csv-quotes", message, cell=address(row, 1))


def has_spaced_quotes(lines: list[str], separator: str) -> bool:
    """Whether quotation marks open after a separator and a space, which then belongs to the separator."""
    return any(field.startswith(' "') for fields in csv.reader(lines, delimiter=separator) for field in fields)
