"""From a file of indicators to its figures: which sheet, which shape, row by row. Runs in a child process."""

from __future__ import annotations

import csv
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ingest import figure_series, figure_wholes, plain_text
from helpers.ingest.books import Limits, Refusal
from helpers.ingest.figures import Figure, Known, counted_figure, name_key
from helpers.ingest.findings import Findings
from helpers.ingest.indicator_cubes import JSON_STAT, cube_rows
from helpers.ingest.indicator_sheets import sheet_rows
from helpers.ingest.judging import Today
from helpers.reference import paths, regions

if TYPE_CHECKING:
    import pyarrow as pa


PROJECTION = "projection"


def read_figures(path: str, limits: Limits, *, name: str, data: str, today: str) -> dict:
    """Read a file of indicators; the task of the child process.

    Parameters
    ----------
    path : str
        Where the file's bytes are.
    limits : Limits
        What the file may cost.
    name : str
        The file's name: a spreadsheet, a CSV, or a JSON-stat answer (``.json``).
    data : str
        The data folder with the registers of indicators and regions; empty for the project's own.
    today : str
        The day, as 2025-03-14, by which a figure is old or lies in the future.

    Returns
    -------
    dict
        ``findings``, ``rows`` (their counts), ``sheet`` (its name), ``layout`` (id of the shape), from when until
        when that holds, and the fields of
        :class:`helpers.ingest.figures.Figure`: ``columns``, a list for each, or for large plain text ``table``, a
        table of Arrow.
    """
    findings = Findings(name)
    known = read_known(data, today=Today.of(today))
    columns = None if name.lower().endswith(".json") else _plain(Path(path), limits, known, findings)
    if columns is not None:
        return _answer(findings, "", known) | {"table": columns}
    if name.lower().endswith(".json"):
        sheet, rows = "", cube_rows(Path(path), findings)
    else:
        sheet, rows = sheet_rows(Path(path), limits, known, findings)
    figures = [figure for row in rows if (figure := counted_figure(row, known)) is not None]
    note_tallies(known, sheet, findings)
    figures = figure_series.checked(figures, figure_series.Desk(sheet, known, findings))
    _note_nothing(len(figures), sheet, findings)
    names = [field.name for field in fields(Figure)]
    columns = {column: [getattr(figure, column) for figure in figures] for column in names}
    return _answer(findings, sheet, known) | {"columns": columns}


def _plain(path: Path, limits: Limits, known: Known, findings: Findings) -> pa.Table | None:
    """The figures of a large plain text, None where it has to be read cell by cell."""
    text = plain_text.look(path, limits)
    if text is None:
        return None
    from helpers.ingest import plain_figures, plain_tables  # they need numpy, which takes longer than a small file

    try:
        columns = plain_tables.read_plain(text, limits, known, findings)
    except Refusal as refusal:
        refusal.note(findings)
        columns = plain_figures.columns_of([])
    if columns is None:
        return None
    note_tallies(known, "", findings)
    columns = plain_figures.checked(columns, figure_series.Desk("", known, findings))
    _note_nothing(plain_figures.size_of(columns), "", findings)
    return plain_figures.as_arrow(columns)


def _note_nothing(size: int, sheet: str, findings: Findings) -> None:
    if not size and not findings.has_errors:
        findings.add("no-usable-rows", sheet=sheet, message="no row of the file could be used")


def _answer(findings: Findings, sheet: str, known: Known) -> dict:
    found, rows = [vars(finding) for finding in findings], asdict(findings.rows)
    return {"findings": found, "rows": rows, "sheet": sheet, "layout": known.layout.id, **known.today.holds()}


def read_known(data: str, *, today: Today) -> Known:
    """Read the registers of indicators and regions."""
    with paths.reference_file("indicators.csv", data).open(encoding="utf-8", newline="") as file:
        register = list(csv.DictReader(file))
    names = {name_key(row["indicator"]): row["indicator"] for row in register}
    for row in register:
        for name in (row["indicator_name"], *row["source_names"].split(";")):
            if name.strip():
                names.setdefault(name_key(name), row["indicator"])
    known = [regions.region(region_id, data) for region_id in regions.region_ids(data)]
    spellings = {regions.normalised(name): area for area in known for name in (area.id, area.name, *area.other_names)}
    return Known(
        indicators=names,
        names={row["indicator"]: row["indicator_name"] for row in register},
        measures={row["indicator"]: row["measure"] for row in register},
        projections=frozenset(row["indicator"] for row in register if row.get("role") == PROJECTION),
        wholes=figure_wholes.read_wholes(data),
        areas={code: area for area in known for code in (area.area_code, *area.other_codes)},
        area_names=spellings,
        layout=JSON_STAT,
        today=today,
    )


def note_tallies(known: Known, sheet: str, findings: Findings) -> None:
    """Report once, with their count, what was found in many rows."""
    unnamed = [tally for (code, _), tally in known.tallies.items() if code == "indicator-not-mapped"]
    if unnamed:
        rows = sum(tally.count for tally in unnamed)
        counts = f"{_number_of(len(unnamed), 'indicator')} of the source ({_number_of(rows, 'row')})"
        message = f"{counts} left out, since the register does not name {'it' if len(unnamed) == 1 else 'them'}"
        findings.add("rows-not-taken", sheet=sheet, message=message)
    for (code, _), tally in known.tallies.items():
        message = f"{tally.message} ({_number_of(tally.count, 'row')})"
        findings.add(code, sheet=sheet, cell=tally.cell, value=tally.value, message=message)


def _number_of(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
