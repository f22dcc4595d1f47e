"""Whether the parts of a whole add up to it: shares to 100, counts of both sexes, of all fifths and of all ages.

Which shares are the parts of one whole is declared in ``wholes.csv``; nothing is taken for one by its looks. Counts
have their whole beside them: the figure for all, in the same area, period and file.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    from helpers.ingest.figure_series import Desk
    from helpers.ingest.figures import Figure

CODE = "parts-do-not-add-up"
FILE = "wholes.csv"
ROUNDED_TO = (1000, 500, 100, 50, 10, 5)
PERTURBED = (
    0.005  # by what share of a total published counts may miss it: census tables are changed a little on purpose
)
AGES = re.compile(r"(\d{1,3})(?:\s*(?:-|–|to)\s*(\d{1,3})|(\+))?")
WHOLES = {"sex": "all", "quintile": "total", "age_group": "all"}


@dataclass(frozen=True)
class Whole:
    """A declared whole: its name, its parts (codes of indicators), and the column whose entries are parts, if any."""

    name: str
    parts: tuple[str, ...]
    by: str


def read_wholes(data: str) -> tuple[Whole, ...]:
    """Read the register of wholes; a data folder of somebody's own may have none."""
    try:
        file = paths.reference_file(FILE, data)
    except FileNotFoundError:
        return ()
    rows = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            rows[row["whole"]].append(row)
    return tuple(
        Whole(found[0]["whole_name"], tuple(row["part"] for row in found), found[0]["by"]) for found in rows.values()
    )


def note_wholes(figures: Sequence[Figure], desk: Desk) -> None:
    """Report every whole whose parts do not add up to it, at the last of its parts."""
    for whole in desk.known.wholes:
        _note_shares(whole, figures, desk)
    for column in WHOLES:
        _note_counts(column, figures, desk)


def _note_shares(whole: Whole, figures: Iterable[Figure], desk: Desk) -> None:
    groups = defaultdict(list)
    for figure in figures:
        if figure.indicator in whole.parts and figure.measure == "percent":
            groups[_about(figure, without=("indicator", whole.by))].append(figure)
    for parts in groups.values():
        if not _are_all(whole, parts) or any(part.qualifier for part in parts):
            continue
        total, leeway = sum(part.value for part in parts), _leeway([part.value for part in parts])
        if abs(total - 100) > leeway:
            said = " + ".join(f"{part.value:g}" for part in parts)
            message = f", {parts[-1].area_name}: {whole.name}: {said} add up to {total:g}, not to 100"
            desk.note(CODE, parts[-1], message, expected="100")


def _are_all(whole: Whole, parts: Sequence[Figure]) -> bool:
    """Whether each part stands once: every declared indicator, or several entries of the column for one indicator."""
    if whole.by:
        return len(parts) > 2 and all(getattr(part, whole.by) not in ("", "all", "total") for part in parts)
    return sorted(part.indicator for part in parts) == sorted(whole.parts)


def _leeway(values: Sequence[float]) -> float:
    """How far rounded parts can miss their sum: half of the last digit for each."""
    decimals = max(len(f"{value:.10g}".partition(".")[2]) for value in values)
    return len(values) * 0.5 * 10.0**-decimals + 1e-9


def _note_counts(column: str, figures: Iterable[Figure], desk: Desk) -> None:
    groups = defaultdict(list)
    for figure in figures:
        if figure.measure == "number":
            groups[_about(figure, without=(column,))].append(figure)
    for group in groups.values():
        total = [figure for figure in group if getattr(figure, column) == WHOLES[column]]
        parts = COMPLETE[column]([figure for figure in group if getattr(figure, column) != WHOLES[column]])
        if len(total) == 1 and parts and not _adds_up(parts, total[0]):
            added = sum(part.value for part in parts)
            message = (
                f", {total[0].area_name}, {total[0].period or 'no period'}: the figures by {column.replace('_', ' ')}"
            )
            message += f" add up to {added:g}, but {total[0].cell} gives {total[0].value:g}"
            desk.note(CODE, total[0], message, expected=f"{added:g}")


def _adds_up(parts: Sequence[Figure], total: Figure) -> bool:
    """Whether counts add up to their total as exactly as their rounding and perturbation allow."""
    values = [*(part.value for part in parts), total.value]
    unit = next((unit for unit in ROUNDED_TO if all(value % unit == 0 for value in values)), 1)
    leeway = max(len(values) * unit / 2, PERTURBED * total.value)
    return abs(sum(values[:-1]) - total.value) <= leeway


def _about(figure: Figure, *, without: tuple[str, ...]) -> tuple[str, ...]:
    columns = ("area_code", "indicator", "period", "sex", "age_group", "quintile", "group", "measure")
    return tuple(getattr(figure, name) for name in columns if name not in without)


def _of_sex(figures: list[Figure]) -> list[Figure]:
    return figures if sorted(figure.sex for figure in figures) == ["female", "male"] else []


def _of_quintile(figures: list[Figure]) -> list[Figure]:
    return figures if sorted(figure.quintile for figure in figures) == ["1", "2", "3", "4", "5"] else []


def _of_age(figures: list[Figure]) -> list[Figure]:
    """The figures whose ages follow each other from 0 to an open end without a gap, none otherwise."""
    ages = []
    for figure in figures:
        match = AGES.fullmatch(figure.age_group)
        if not match:
            return []
        first = int(match[1])
        ages.append((first, None if match[3] else int(match[2] or first)))
    ages.sort(key=lambda age: age[0])
    follow = all(last is not None and last + 1 == first for (_, last), (first, _) in pairwise(ages))
    return figures if ages and ages[0][0] == 0 and ages[-1][1] is None and follow else []


COMPLETE: dict[str, Callable[[list[Figure]], list[Figure]]] = {
    "sex": _of_sex,
    "quintile": _of_quintile,
    "age_group": _of_age,
}
