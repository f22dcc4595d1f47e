"""Which of the known shapes an indicator table has, told from its column names.

The shapes are declared in ``layouts.yaml`` beside this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

import yaml

from helpers.ingest.books import Cell
from helpers.ingest.findings import Findings
from helpers.ingest.judging import Today


@dataclass(frozen=True)
class SourceFigure:
    """One figure that each row of a source holds: its name, its measure, and our column to the source's.

    ``age_group`` is the age that a column's name says, "" where it says none.
    """

    name: str
    measure: str
    columns: dict[str, str]
    age_group: str = ""

    @property
    def fixed(self) -> dict[str, str]:
        """What the shape says of the figure instead of a cell."""
        said = {"indicator": self.name, "measure": self.measure, "age_group": self.age_group}
        return {ours: text for ours, text in said.items() if text or ours != "age_group"}


@dataclass(frozen=True)
class Ages:
    """Ages that stand side by side, a column each: the figure, the column of all ages, and how an age is written."""

    figure: SourceFigure
    all_ages: str
    pattern: re.Pattern[str]

    def figures(self, header: list[Cell]) -> tuple[SourceFigure, ...]:
        """One figure for each column of an age in a header."""
        found = [(cell.text.strip(), self._age(cell.text.strip())) for cell in header]
        return tuple(replace(self.figure, columns={"value": name}, age_group=age) for name, age in found if age)

    def _age(self, name: str) -> str:
        if key(name) == key(self.all_ages):
            return "all"
        match = self.pattern.fullmatch(name)
        return f"{int(match[1])}{'+' if match[2] else ''}" if match else ""


@dataclass(frozen=True)
class Layout:
    """A declared shape of an indicator table; the fields are explained in ``layouts.yaml``."""

    id: str
    title: str
    needs: tuple[str, ...]
    columns: dict[str, str]
    figures: tuple[SourceFigure, ...]
    keep: dict[str, tuple[str, ...]]
    ignored: tuple[str, ...]
    period: str
    other_names: str
    ages: Ages | None = None
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    projection: str = ""

    @property
    def read(self) -> list[str]:
        """Every column of the source that is read."""
        of_figures = [name for figure in self.figures for name in figure.columns.values()]
        return [*self.columns.values(), *of_figures, *self.keep]


@cache
def layouts() -> tuple[Layout, ...]:
    """The declared shapes, in the order in which they are tried."""
    text = resources.files("helpers.ingest").joinpath("layouts.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # five times as fast, where it is there
    return tuple(_layout(entry) for entry in yaml.load(text, Loader=loader))


def _layout(entry: dict) -> Layout:
    return Layout(
        id=entry["id"],
        title=entry["title"],
        needs=tuple(entry["needs"]),
        columns=entry["columns"],
        figures=tuple(_source_figure(figure) for figure in entry.get("figures", ())),
        keep={column: tuple(values) for column, values in entry.get("keep", {}).items()},
        ignored=tuple(entry.get("ignored", ())),
        period=entry.get("period", ""),
        other_names=entry.get("other_names", "error"),
        ages=_ages(entry["ages"]) if "ages" in entry else None,
        words=entry.get("words", {}),
        projection=entry.get("projection", ""),
    )


def _ages(entry: dict) -> Ages:
    figure = SourceFigure(entry["name"], entry.get("measure", ""), {})
    return Ages(figure, entry["all_ages"], re.compile(entry["pattern"], re.ASCII))


def _source_figure(entry: dict) -> SourceFigure:
    columns = {ours: theirs for ours, theirs in entry.items() if ours not in ("name", "measure")}
    return SourceFigure(entry["name"], entry.get("measure", ""), columns)


def recognised(header: list[Cell]) -> Layout | None:
    """The first shape whose telling columns are all in the header, None where there is none.

    Where ages stand side by side, each of their columns is a figure of the shape.
    """
    there = {key(cell.text) for cell in header}
    found = next((layout for layout in layouts() if {key(name) for name in layout.needs} <= there), None)
    return replace(found, figures=found.ages.figures(header)) if found and found.ages else found


def is_projection(layout: Layout, periods: Iterable[str], today: Today) -> bool:
    """Whether a table of a shape that estimates and projections share holds projections: a year that is to come."""
    years = (int(text) for text in periods if text.strip().isdecimal()) if layout.projection else ()
    return today.is_before_year(max(years, default=0))


def as_projection(layout: Layout) -> Layout:
    """The shape with the name under which the register knows its figures as projections."""
    return replace(layout, figures=tuple(replace(one, name=layout.projection) for one in layout.figures))


def columns_missing(header: list[Cell]) -> list[str]:
    """The columns that the header lacks to be the project's own, [] where it has none of them."""
    there = {key(cell.text) for cell in header}
    own = next(layout for layout in layouts() if layout.id == "tidy")
    missing = [name for name in own.needs if key(name) not in there]
    return missing if len(missing) < len(own.needs) else []


def placed(layout: Layout, header: list[Cell], sheet: str, findings: Findings) -> dict[str, int]:
    """The number of each column that is read, by the source's name for it.

    A name that stands twice, is not known or is written in another way becomes a finding.
    """
    wanted = {key(name): name for name in layout.read}
    ignored = {key(name) for name in layout.ignored}
    places: dict[str, int] = {}
    for cell in header:
        name = wanted.get(key(cell.text))
        if name is None and key(cell.text) not in ignored:
            message = f"column {cell.text!r} is not one that is read; it was left out"
            _note("column-unknown", cell, sheet, findings, ", ".join(layout.read), message)
        elif name in places:
            _note("column-duplicate", cell, sheet, findings, "each column once", f"{name} stands twice")
        elif name:
            places[name] = cell.column
            if cell.text.strip() != name:
                message = f"column {cell.text!r} was read as {name}"
                _note("column-repaired", cell, sheet, findings, name, message)
    return places


def _note(code: str, cell: Cell, sheet: str, findings: Findings, expected: str, message: str) -> None:
    findings.add(code, sheet=sheet, cell=cell.address, value=cell.text, expected=expected, message=message)


def key(name: str) -> str:
    """A column's name without what does not tell names apart: case, spaces, underscores and signs."""
    return re.sub(r"[\W_]+", "", name.casefold())
