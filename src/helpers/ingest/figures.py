"""One row of an indicator table read into one figure, refused or left out, with every reason at its cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from helpers.ingest import figure_checks, periods, wording
from helpers.ingest.books import Cell, address
from helpers.ingest.figure_wholes import Whole
from helpers.ingest.findings import Findings
from helpers.ingest.judging import Today
from helpers.ingest.layouts import Layout
from helpers.reference import regions

PERIOD_READERS: dict[str, Callable[[str], periods.Period]] = {
    "": periods.parse_period,
    "month-digits": periods.month_from_digits,
    "month-of-day": periods.month_of_day,
    "quarter-digits": periods.quarter_from_digits,
    "quarter-of-day": periods.quarter_of_day,
    "short-span": periods.short_span,
}
NOT_READ = {"error": "cell-error", "formula": "formula-no-value"}
NEVER_DATES = ("period", "year", "age_group", "quintile", "group")
OF_DAYS = ("month-of-day", "quarter-of-day")
MADE_A_DATE = re.compile(r"\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{2}")  # what was 5-9 is 5-Sep or 05-Sep


@dataclass(slots=True)
class Figure:
    """One trusted figure; the fields are the columns of :func:`helpers.ingest.indicators.read_indicators`."""

    area_code: str
    area_name: str
    region: str
    indicator: str
    period: str
    period_start: str
    period_end: str
    sex: str
    age_group: str
    quintile: str
    numerator: float | None
    denominator: float | None
    value: float
    lowercl: float | None
    uppercl: float | None
    measure: str
    group: str
    qualifier: str
    note: str
    row: int
    cell: str


@dataclass
class Known:
    """What a row is read against: the register, the regions, the shape of the table and today's date.

    ``indicators`` gives the code of an indicator by each of its names, ``names`` its name by its code and ``measures``
    its measure, ``projections`` are the codes of those that may lie in the future, ``wholes`` says which shares are the
    parts of one, ``areas`` gives a region by each of its codes, ``area_names`` by each of its spellings. ``tallies``
    collects what is told once with a count, not at every row.
    """

    indicators: dict[str, str]
    names: dict[str, str]
    measures: dict[str, str]
    projections: frozenset[str]
    wholes: tuple[Whole, ...]
    areas: dict[str, regions.Region]
    area_names: dict[str, regions.Region]
    layout: Layout
    today: Today
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)


@dataclass
class Tally:
    """Something found in many rows: the first place and how many."""

    cell: str
    value: str
    message: str
    count: int = 0


@dataclass(slots=True)
class Row:
    """The entries of one figure by our column names, and what has become of the row so far.

    ``fixed`` holds what the shape of the table says instead of a cell; ``place`` is the address where the
    file has no cells; ``broken`` names the columns that cannot be read.
    """

    number: int
    sheet: str
    entries: dict[str, Cell]
    fixed: dict[str, str]
    findings: Findings
    columns: dict[str, int] = field(default_factory=dict)
    place: str = ""
    state: str = "used"
    broken: set[str] = field(default_factory=set)

    def text(self, column: str) -> str:
        """What stands in the column, "" for nothing and for what cannot be read."""
        cell = self.entries.get(column)
        if cell is None:
            return self.fixed.get(column, "")
        return "" if cell.kind in NOT_READ else cell.text.strip()

    def find(self, code: str, column: str, *, expected: str = "", message: str) -> None:
        """Record a finding at the column's cell; an error refuses the row. A broken cell has one finding."""
        if column in self.broken:
            return
        cell = self.entries.get(column)
        found = self.findings.add(
            code,
            sheet=self.sheet,
            cell=self.address(column),
            value=cell.text if cell else self.fixed.get(column, ""),
            expected=expected,
            message=message,
        )
        if found.severity == "error":
            self.state = "refused"

    def address(self, column: str) -> str:
        """Where the column's entry stands or would stand; the row's first cell where the table has no such column."""
        return self.place or address(self.number, self.columns.get(column, 1))

    def leave_out(self, known: Known, code: str, key: str, column: str, message: str) -> None:
        """Leave the row out for a reason that is told once for all rows that share it."""
        cell = self.entries.get(column)
        value = cell.text if cell else self.fixed.get(column, "")
        tally = known.tallies.setdefault((code, key), Tally(self.address(column), value, message))
        tally.count += 1
        self.state = "skipped" if self.state == "used" else self.state


def counted_figure(row: Row, known: Known) -> Figure | None:
    """Read one row that is not left out already, and count what became of it."""
    figure = figure_of(row, known) if row.state == "used" else None
    rows = row.findings.rows
    setattr(rows, row.state, getattr(rows, row.state) + 1)
    return figure


def figure_of(row: Row, known: Known) -> Figure | None:
    """Read one row; None where it is refused or left out (``row.state`` says which)."""
    check_cells(row, known.layout.period)
    code, sex = indicator_of(row, known)
    region = area_of(row, known) if row.state != "skipped" else None
    if row.state == "skipped":
        return None
    measure = measure_of(row, known, code)
    period = period_of(row, known, measure, code)
    value = _value(row, known, measure)
    numerator, denominator = _part(row, "numerator"), _part(row, "denominator")
    lowercl, uppercl = number_of(row, "lowercl").value, number_of(row, "uppercl").value
    words = {column: word_of(row, column, known) for column in ("age_group", "quintile")}
    sex = sex or word_of(row, "sex", known)
    if row.state != "used" or region is None or value.value is None:
        return None
    for problem in figure_checks.problems_of(measure, value, numerator, denominator, lowercl, uppercl):
        row.find(problem.code, problem.column, expected=problem.expected, message=problem.message)
    if row.state != "used":
        return None
    return Figure(
        area_code=region.area_code,
        area_name=region.name,
        region=region.id,
        indicator=code,
        period=period.text if period else "",
        period_start=period.start.isoformat() if period else "",
        period_end=period.end.isoformat() if period else "",
        sex=sex,
        **words,
        numerator=numerator,
        denominator=denominator,
        value=value.value,
        lowercl=lowercl,
        uppercl=uppercl,
        measure=measure,
        group=row.text("group"),
        qualifier=qualifier_of(row),
        note=row.text("note"),
        row=row.number,
        cell=row.address("value"),
    )


def check_cells(row: Row, period: str) -> None:
    """Name the cells that cannot be read, whatever their column is for."""
    for column, cell in row.entries.items():
        if cell.kind in NOT_READ:
            words = "an error" if cell.kind == "error" else "a formula without its result"
            row.find(NOT_READ[cell.kind], column, message=f"{column} holds {words}")
            row.broken.add(column)
        elif column in NEVER_DATES and _is_date(cell, column) and not (column == "period" and period in OF_DAYS):
            message = f"{column} holds the date {cell.text}; what was typed cannot be told"
            row.find("cell-date", column, expected="the entry as text", message=message)
            row.broken.add(column)


def _is_date(cell: Cell, column: str) -> bool:
    return cell.kind == "date" or (column == "age_group" and bool(MADE_A_DATE.fullmatch(cell.text.strip())))


def indicator_of(row: Row, known: Known) -> tuple[str, str]:
    """The code of the indicator, and the sex where the source writes it at the end of the name."""
    name = row.text("indicator")
    code = known.indicators.get(name_key(name), "")
    if not code and known.layout.other_names == "note" and row.state == "used":
        message = f"the register does not name {name!r}"
        row.leave_out(known, "indicator-not-mapped", name, "indicator", message)
    elif not code and row.state == "used":
        near = nearest(name_key(name), tuple(known.indicators), 0.75)
        hint = f" - did you mean {known.indicators[near]!r}?" if near else ""
        said = f"no indicator is called {name!r}{hint}" if name else "the row names no indicator"
        row.find("indicator-unknown", "indicator", expected="a code of indicators.csv", message=said)
    before, _, ending = name.rpartition(",")
    return code, (wording.meaning("sex", ending) or "") if before else ""


def name_key(name: str) -> str:
    """A name as it is looked up: case and spaces do not tell names apart."""
    return " ".join(name.casefold().split())


@lru_cache(maxsize=1024)
def nearest(text: str, known: tuple[str, ...], cutoff: float) -> str:
    """The known word that is nearest to a text, "" where none is near."""
    return next(iter(difflib.get_close_matches(text, known, n=1, cutoff=cutoff)), "")


def area_of(row: Row, known: Known) -> regions.Region | None:
    code, name = row.text("area_code"), row.text("area_name")
    if "area_name" in known.layout.columns and "area_code" not in known.layout.columns:
        return _area_by_name(row, known, name)
    region = known.areas.get(code)
    if region is None and row.state != "refused":
        near = nearest(code.upper(), tuple(known.areas), 0.85)
        hint = f" - did you mean {near}?" if near else ""
        said = f"no region of the register has the area code {code!r}{hint}" if code else "the row has no area code"
        row.leave_out(known, "area-unknown", code, "area_code", said)
    named = known.area_names.get(regions.normalised(name)) if name else None
    if region and named and named.id != region.id:
        message = f"{code} is {region.name}, not {name}"
        row.find("area-contradicts", "area_name", expected=region.name, message=message)
    return region


def _area_by_name(row: Row, known: Known, name: str) -> regions.Region | None:
    """The region of a source that gives its areas no codes."""
    region = known.area_names.get(regions.normalised(name)) if name else None
    if region is None and row.state != "refused":
        near = nearest(regions.normalised(name), tuple(known.area_names), 0.85)
        hint = f" - did you mean {known.area_names[near].name}?" if near else ""
        said = f"no region of the register is called {name!r}{hint}" if name else "the row names no area"
        row.leave_out(known, "area-unknown", name, "area_name", said)
    return region


def measure_of(row: Row, known: Known, code: str) -> str:
    """The measure: what the row says, else what the register says; the two must agree."""
    declared, said = known.measures.get(code, ""), row.text("measure")
    if not said:
        return declared
    measure = wording.measure_named(said)
    if measure is None:
        expected = ", ".join(wording.measures())
        row.find("measure-unknown", "measure", expected=expected, message=f"no measure is called {said!r}")
    elif declared and measure != declared:
        message = f"{said!r} is {measure}; the register measures {code} as {declared}"
        row.find("measure-other", "measure", expected=declared, message=message)
    return measure or ""


def period_of(row: Row, known: Known, measure: str, code: str) -> periods.Period | None:
    column = "period" if row.text("period") or not row.text("year") else "year"
    said = row.text(column)
    if not said:
        message = "the row does not say what time the figure is for"
        row.find("period-missing", column, expected=periods.EXPECTED, message=message)
        return None
    try:
        period = PERIOD_READERS[known.layout.period](said)
    except periods.PeriodError as error:
        row.find(error.code, column, expected=periods.EXPECTED, message=str(error))
        return None
    declared = wording.measures().get(measure)
    may_come = (declared and declared.is_change) or code in known.projections
    if not may_come and known.today.is_before(period.end):
        row.find("period-future", column, message=f"{period.text} ends on {period.end:%-d %B %Y}, after today")
    return period


def _value(row: Row, known: Known, measure: str) -> wording.Number:
    value = number_of(row, "value")
    if value.repaired.startswith("the percent") and measure not in ("percent", "change_percent", ""):
        message = f"{row.text('value')!r} has a percent sign; the measure is {measure}"
        row.find("value-not-a-number", "value", expected=wording.EXPECTED_NUMBER, message=message)
    if value.missing and row.state == "used":
        leave_out_missing(row, known, value.missing)
    return value


def leave_out_missing(row: Row, known: Known, why: str) -> None:
    words = {"withheld": "the source withholds the value (small numbers)", "blank": "there is no value"}
    message = words.get(why, f"the source marks the value as {why}")
    if known.layout.other_names == "note":
        key = f"{row.text('indicator')}|{why}"
        row.leave_out(known, "value-missing", key, "value", f"{row.text('indicator')}: {message}")
    else:
        row.find("value-missing", "value", expected=wording.EXPECTED_NUMBER, message=message)
        row.state = "skipped"


def number_of(row: Row, column: str) -> wording.Number:
    cell = row.entries.get(column)
    if cell is not None and cell.kind in ("boolean", "date"):
        words = "a yes or no value" if cell.kind == "boolean" else "a date"
        message = f"{column} holds {words}, not a number"
        row.find("value-not-a-number", column, expected=wording.EXPECTED_NUMBER, message=message)
        return wording.Number(None)
    try:
        number = wording.read_number(row.text(column))
    except wording.NotANumber as error:
        message = f"{column}: {error}"
        row.find("value-not-a-number", column, expected=wording.EXPECTED_NUMBER, message=message)
        return wording.Number(None)
    if number.repaired:
        message = f"{column} was read as {number.value:g}: {number.repaired}"
        row.find("value-repaired", column, expected=f"{number.value:g}", message=message)
    return number


def _part(row: Row, column: str) -> float | None:
    """A numerator or denominator, which cannot be below 0."""
    number = number_of(row, column).value
    if number is not None and number < 0:
        row.find("value-out-of-range", column, expected="0 or more", message=f"{column} {number:g} is below 0")
    return number


def word_of(row: Row, column: str, known: Known) -> str:
    """A sex, an age group or a quintile in our word for it; nothing means everybody."""
    said = row.text(column)
    said = known.layout.words.get(column, {}).get(said, said)
    meaning = wording.meaning(column, said)
    if not said:
        return "total" if column == "quintile" else "all"
    if meaning is None and column != "age_group":
        expected = ", ".join(dict.fromkeys(wording.meanings(column).values()))
        message = f"no {column} is called {said!r}"
        row.find(f"{column}-unknown", column, expected=expected, message=message)
    return meaning or said


def qualifier_of(row: Row) -> str:
    """The source's own flag or word of caution, and which parts it withholds."""
    said = [row.text("qualifier")]
    for column in ("numerator", "denominator", "lowercl", "uppercl"):
        text = row.text(column)
        if text and not text[-1].isdigit() and wording.meaning("missing", text) == "withheld":
            said.append(f"{column} withheld")
    return "; ".join(part for part in said if part)
