"""The entries of a region's own table as text and numbers, each row used, left out or refused with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.ingest import wording
from helpers.ingest.books import address
from helpers.ingest.findings import Findings, Rows
from helpers.ingest.isolation import found
from helpers.ingest.region_tables import read_table


@dataclass
class Line:
    """One row of a table: its entries by column, where they stand, and what has become of it."""

    number: int
    entries: dict[str, str]
    places: dict[str, int]
    sheet: str
    findings: Findings
    shown: bool = True
    state: str = "used"

    def text(self, column: str) -> str:
        return self.entries.get(column, "")

    def cell(self, column: str) -> str:
        return address(self.number, self.places.get(column, 1))

    def find(self, code: str, column: str, message: str, *, expected: str = "") -> None:
        """Record a finding at the column's cell; an error refuses the row."""
        quoted = self.text(column) if self.shown else ""
        place = {"sheet": self.sheet, "cell": self.cell(column), "value": quoted}
        finding = self.findings.add(code, expected=expected, message=message, **place)
        if finding.severity == "error":
            self.state = "refused"

    def required(self, column: str) -> str:
        """The text of a column that has to be filled; the row is left out where it is not."""
        written = self.text(column)
        if not written:
            self.find("value-missing", column, f"{column} is blank; the row was left out")
            self.state = "skipped" if self.state == "used" else self.state
        return written

    def number_in(self, column: str, low: float = 0.0, high: float = float("inf")) -> float:
        """The number of a column, missing where it is blank; refused where it is none or cannot be."""
        try:
            read = wording.read_number(self.text(column))
        except wording.NotANumber as error:
            self.find("value-not-a-number", column, f"{column}: {error}", expected=wording.EXPECTED_NUMBER)
            return float("nan")
        if read.repaired:
            self.find("value-repaired", column, f"{column} was read as {read.value:g}: {read.repaired}")
        if read.value is None:
            return float("nan")
        if not low <= read.value <= high:
            least = f"{low:g} or more" if high == float("inf") else f"{low:g} to {high:g}"
            self.find("value-out-of-range", column, f"{column} {read.value:g} cannot be", expected=least)
        return read.value


@dataclass
class Lines:
    """The rows of one file, with what is known of the file."""

    findings: Findings
    bytes: int = 0
    sheet: str = ""
    items: list[Line] = field(default_factory=list)


def read_lines(path: Path, *, name: str, columns: list[str], required: list[str], shown: bool = True) -> Lines:
    """Read a region's table; what could not be read at all is among the findings."""
    answer = read_table(path, name=name, columns=columns, required=required, shown=shown)
    findings = Findings(name, answer.get("sha256", ""), Rows(**answer.get("rows", {})), found(answer, name))
    lines = Lines(findings, answer.get("bytes", 0), answer.get("sheet", ""))
    places = answer.get("places", {})
    lines.items = [
        Line(number, entries, places, lines.sheet, findings, shown) for number, entries in answer.get("lines", ())
    ]
    return lines


def count(lines: Lines) -> None:
    """Add every row to the file's counts, and say so where none could be used."""
    rows = lines.findings.rows
    for line in lines.items:
        setattr(rows, line.state, getattr(rows, line.state) + 1)
    if not rows.used and not lines.findings.has_errors:
        lines.findings.add("no-usable-rows", sheet=lines.sheet, message="no row of the file could be used")
