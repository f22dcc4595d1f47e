"""The report's tables as a workbook that everybody can read: by eye, with a screen reader, with a program.

It follows the Government Analysis Function's guidance "Releasing statistics in spreadsheets": a cover, a
list of contents with links, a sheet of notes, then one marked-up table a sheet. Each sheet has its title in
A1, sentences under it, and the table right below them; no merged cell, no blank row, no frozen pane, no
filter, no meaning in a colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import pandas as pd
from openpyxl import Workbook

from helpers.batch import cells, xlsx

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
ROW_LIMIT = 1_000_000
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)][.!?])\s+(?=[A-Z])")


@dataclass(frozen=True)
class Sheet:
    """One table of the workbook.

    ``name`` is for the sheet's tab; ``title``, ``description`` (one sentence a line) and ``source`` stand
    above the table. ``table`` is written without its index; ``units`` gives the unit of a column, which
    stands in its heading, and ``formats`` a column's number format where the usual one does not do.
    """

    name: str
    title: str
    description: str
    table: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    formats: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_block(cls, block: Mapping[str, Any]) -> Self:
        """Make the sheet of a table that the report shows (what a block of ``page.tables.table`` holds)."""
        columns = block["columns"]
        frame = pd.DataFrame(block["rows"], columns=[column["heading"] for column in columns], dtype=object)
        for place, column in enumerate(columns):
            if column["kind"] == "date":
                frame.isetitem(place, pd.to_datetime(frame.iloc[:, place], format="%Y-%m-%d"))
            elif column["kind"] == "list":
                frame.isetitem(place, ["; ".join(items) or None for items in frame.iloc[:, place]])
        return cls(
            name=block["name"],
            title=block["title"],
            description=_SENTENCE_END.sub("\n", block["description"]),
            table=frame,
            source=block["source"],
            formats={c["heading"]: _decimal_format(c["decimals"]) for c in columns if _has_decimals(c)},
        )


def _has_decimals(column: Mapping[str, Any]) -> bool:
    return column["kind"] == "number" and column["decimals"] is not None


def _decimal_format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


@dataclass(frozen=True)
class _Ready:
    """A table with its final sheet name and columns."""

    name: str
    sheet: Sheet
    columns: list[cells.Column]

    @property
    def marks(self) -> set[str]:
        return set().union(*(column.marks for column in self.columns))


def write_tables(
    path: str | Path,
    tables: Sequence[Sheet],
    *,
    title: str,
    description: str,
    notes: Sequence[str],
    sources: Sequence[str],
    generated: date | str,
) -> Path:
    """Write the tables as a workbook, whole or not at all; a file of that name is replaced.

    Parameters
    ----------
    path
        Where to; the folder exists.
    tables
        What to write, in order; without any, the workbook has its cover, contents and notes only.
    title, description
        Heading and sentences (one a line) of the cover, also the file's properties.
    notes, sources
        One sentence each, for the sheet of notes and for the cover.
    generated
        The day or moment that the cover and the file's properties name. It is the only time stamp in the
        bytes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        Where a table has no column or more than a million rows, or ``generated`` is text that is no such day.

    Notes ----- What a value becomes is told in :func:`helpers.batch.cells.written_value`; a missing one is
    ``[x]``. A cell that holds ``[c]`` (withheld) or ``[z]`` (not applicable) is explained in the notes.
    Text stays text whatever it begins with; characters that no workbook can hold are taken out, and what is
    longer than 32,767 characters is cut.
    """
    ready, made = _made_ready(tables), _as_day(generated)
    workbook = xlsx.new_workbook(title=title, description=description, made=made)
    _add_cover(workbook, title, [*description.splitlines(), f"Written on {made.day} {made:%B %Y}."], sources)
    _add_contents(workbook, ready)
    _add_notes(workbook, ready, notes)
    for table in ready:
        _add_table(workbook, table)
    target = Path(path)
    xlsx.replace_file(target, xlsx.as_bytes(workbook))
    return target


def _made_ready(tables: Sequence[Sheet]) -> list[_Ready]:
    taken = {name.casefold() for name in (COVER, CONTENTS, NOTES)}
    return [_Ready(xlsx.unique_name(sheet.name, taken), sheet, _columns(sheet)) for sheet in tables]


def _columns(sheet: Sheet) -> list[cells.Column]:
    rows, width = sheet.table.shape
    if not width:
        raise ValueError(f"The table {sheet.name!r} has no column.")
    if rows > ROW_LIMIT:
        raise ValueError(f"The table {sheet.name!r} has {rows:,} rows; a sheet takes {ROW_LIMIT:,}.")
    names = list(sheet.table.columns)
    headings = cells.headings((name, sheet.units.get(name, "")) for name in names)
    return [
        cells.column(heading, sheet.table.iloc[:, place], number_format=sheet.formats.get(names[place], ""))
        for place, heading in enumerate(headings)
    ]


def _as_day(generated: date | str) -> date:
    return generated if isinstance(generated, date) else datetime.strptime(generated, "%d %B %Y").date()


def _add_cover(workbook: Workbook, title: str, paragraphs: Sequence[str], sources: Sequence[str]) -> None:
    sheet = xlsx.add_sheet(workbook, COVER, is_prose=True)
    xlsx.set_widths(sheet, [90])
    how_to_read = [
        "The sheet Contents lists every table with a link. Each table stands on a sheet of its own.",
        "The sheet Notes says what the marks in square brackets mean.",
    ]
    lines = [(title, "Heading 1"), *_paragraphs(paragraphs)]
    lines += [("How to read this workbook", "Heading 2"), *_paragraphs(how_to_read)]
    if sources:
        lines += [("Sources", "Heading 2"), *_paragraphs(sources)]
    xlsx.put_lines(sheet, lines)


def _paragraphs(texts: Sequence[str]) -> list[tuple[str, str]]:
    return [(text, "Paragraph") for text in texts if text.strip()]


def _add_contents(workbook: Workbook, tables: Sequence[_Ready]) -> None:
    sheet = xlsx.add_sheet(workbook, CONTENTS)
    about = "The tables of this workbook, with links." if tables else "This workbook holds no table."
    lines = [("Contents", "Heading 1"), (about, "Line")]
    header = xlsx.put_lines(sheet, lines)
    columns = [
        cells.column("Sheet", [table.name for table in tables]),
        cells.column("Title", [table.sheet.title for table in tables], width=90),
        cells.column("Rows", [len(table.sheet.table) for table in tables], number_format="#,##0"),
    ]
    xlsx.put_table(sheet, "table_of_contents", columns, row=header)
    for row, table in enumerate(tables, start=header + 1):
        xlsx.put_link(sheet.cell(row, 1), table.name, sheet=table.name)


def _add_notes(workbook: Workbook, tables: Sequence[_Ready], notes: Sequence[str]) -> None:
    sheet = xlsx.add_sheet(workbook, NOTES)
    lines = [("Notes", "Heading 1"), ("What the marks mean, and what to know about the figures.", "Line")]
    header = xlsx.put_lines(sheet, lines)
    used = {cells.MISSING, cells.SUPPRESSED}.union(*(table.marks for table in tables))
    rows = {mark: meaning for mark, meaning in cells.SHORTHAND.items() if mark in used}
    rows |= {f"Note {number}": note for number, note in enumerate(notes, start=1)}
    columns = [
        cells.column("Mark or note", rows, width=16),
        cells.column("Meaning", rows.values(), width=100),
    ]
    xlsx.put_table(sheet, "table_of_notes", columns, row=header)


def _add_table(workbook: Workbook, table: _Ready) -> None:
    sheet = xlsx.add_sheet(workbook, table.name)
    lines = [(table.sheet.title, "Heading 1"), *((text, "Line") for text in _sentences(table))]
    row = xlsx.put_lines(sheet, lines)
    xlsx.put_link(sheet.cell(row, 1), "Back to the contents", sheet=CONTENTS)
    xlsx.put_table(sheet, f"table_{table.name}", table.columns, row=row + 1)


def _sentences(table: _Ready) -> list[str]:
    """What stands between a table's title and the table."""
    rows = len(table.sheet.table)
    size = f"{rows:,} {'row' if rows == 1 else 'rows'}" if rows else "no row, since there is nothing to show"
    described = [text for text in table.sheet.description.splitlines() if text.strip()]
    marks = [f"{mark} {cells.SHORTHAND[mark]}" for mark in cells.SHORTHAND if mark in table.marks]
    source = [f"Source: {table.sheet.source}"] if table.sheet.source.strip() else []
    return [f"This sheet holds one table with {size}.", *described, *marks, *source]
