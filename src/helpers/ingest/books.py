"""What a reader gives: the cells of a spreadsheet with their addresses, nothing interpreted.

:func:`read_book` is the one way from a file to its cells. It is meant to run in a child process
(:mod:`helpers.ingest.isolation`), so that a hostile file costs one finding and not the run. Every format has its own
module, which is imported when a file of that format comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path

from helpers.ingest.findings import Findings, as_written

MESSAGE_LENGTH = 300
READERS = {"xlsx": "xlsx", "xls": "xls", "xlsb": "xlsb", "ods": "ods", "csv": "delimited"}


@dataclass(frozen=True)
class Limits:
    """How much one file may cost. Rows and columns count up to the last filled cell, not the last formatted one.

    ``large_text`` lets delimited text be as large as what a workbook may unpack to, and be packed (``.csv.gz``);
    ``prose`` lets texts and documents through instead of spreadsheets.
    """

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 200_000_000
    entries: int = 1_000
    sheets: int = 50
    rows: int = 200_000
    columns: int = 200
    seconds: float = 60
    memory_bytes: int = 1_500_000_000
    text_length: int = 5_000
    large_text: bool = False
    prose: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Cell:
    """One filled cell; blank cells do not exist. Never changed (a frozen class would cost a sixth of a large sheet).

    ``kind`` and the type of ``value``:

    - ``text``: str, ``number``: int or float, ``boolean``: bool;
    - ``date``: datetime, or time (a time of day alone), or timedelta (elapsed hours);
    - ``error``: the error as shown, such as ``#REF!``;
    - ``formula``: a formula whose result was never stored, as written (``=A1+1``).

    A formula with a stored result has the kind of its result. ``text`` is the value as written or shown.
    """

    row: int
    column: int
    kind: str
    value: object
    text: str

    @property
    def address(self) -> str:
        return address(self.row, self.column)


@dataclass
class Sheet:
    """The filled cells of one sheet, by row and column (both from 1), and what is hidden or merged in it.

    ``refused_rows`` are rows that the reader could not take apart (lines of a CSV with more or fewer fields than the
    header). Each has its finding and no cells; whoever counts rows counts them as refused.
    """

    name: str
    state: str = "visible"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    refused_rows: set[int] = field(default_factory=set)

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield each row that has a filled cell, in order: its number and its cells from left to right."""
        places = sorted(self.cells)
        for row, group in groupby(places, key=lambda place: place[0]):
            yield row, [self.cells[place] for place in group]


@dataclass
class Book:
    """All sheets of one file, the hidden ones too; the caller decides. A CSV is one sheet without a name."""

    file: str
    format: str
    sheets: list[Sheet]
    date1904: bool = False


class Refusal(Exception):
    """The file as a whole is refused; carries the finding that says why."""

    def __init__(self, code: str, message: str, **place: object):
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place

    def note(self, findings: Findings) -> None:
        """Add the finding; names that stand in the file are shown with unprintable characters replaced."""
        findings.add(self.code, message=as_written(self.message, MESSAGE_LENGTH), **self.place)


def read_book(path: str | Path, *, limits: Limits = Limits(), findings: Findings) -> Book | None:
    """Read every filled cell of a spreadsheet file.

    Parameters
    ----------
    path
        A file ending in .xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv or .txt; .csv.gz where the limits allow it.
    limits
        Checked on the bytes before anything is parsed; rows and columns as soon as a cell beyond them is met.
    findings
        What was wrong is added here; its ``sha256`` is set.

    Returns
    -------
    Book or None
        None when the file as a whole was refused; then ``findings`` holds the error.

    Notes
    -----
    Nothing is interpreted: a number is not a rating yet, and in a CSV every cell is text as written.
    """
    from helpers.ingest import gate

    path = Path(path)
    try:
        data = gate.read_bytes(path, limits)
        findings.sha256 = hashlib.sha256(data).hexdigest()
        name, data = gate.unpacked(path.name, data, limits)
        kind = gate.check_content(name, data, limits)
        reader = import_module(f"helpers.ingest.{READERS[kind]}")
        return reader.read(path.name, data, limits, findings)
    except Refusal as refusal:
        refusal.note(findings)
        return None


def address(row: int, column: int) -> str:
    """The address of a cell as a spreadsheet program writes it: row 4, column 3 is ``C4``."""
    return f"{column_letters(column)}{row}"


@cache
def column_letters(column: int) -> str:
    """The letters of a column: 1 is ``A``, 28 is ``AB``."""
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """The number of a column from its letters; 0 where they are not the letters of a column."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        return 0
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
