"""What only all figures of a file show: repeats, contradictions, age, percentages without a base."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.ingest import figure_wholes, growth, wording
from helpers.ingest.figures import Figure, Known
from helpers.ingest.findings import Findings
from helpers.ingest.judging import Today

STALE_AFTER_YEARS = 8
NOT_STALE = "a period that ended in the last eight years"  # not from which day on, which is another day every day
A_SERIES = 3
NUMBERS = ("value", "numerator", "denominator", "lowercl", "uppercl")


@dataclass(frozen=True)
class Desk:
    """Where the figures come from, what is known beside them, and where findings go."""

    sheet: str
    known: Known
    findings: Findings

    def note(self, code: str, figure: Figure, message: str, *, expected: str = "") -> None:
        """Record a finding at a figure."""
        name = self.known.names.get(figure.indicator, figure.indicator)
        self.findings.add(
            code,
            sheet=self.sheet,
            cell=figure.cell,
            value=f"{figure.value:g}",
            expected=expected,
            message=f"{name}{message}",
        )


def checked(figures: list[Figure], desk: Desk) -> list[Figure]:
    """The figures without repeats; what else is to be known about them becomes findings.

    A repeated row is counted as skipped, all others stay as they are.
    """
    kept = without_repeats(figures, desk)
    note_contradicting_changes(kept, desk)
    figure_wholes.note_wholes(kept, desk)
    note_without_base(kept, desk)
    note_stale(kept, desk)
    return kept


def subject(figure: Figure) -> tuple[str, ...]:
    """What a figure is about, its time apart."""
    who = (figure.sex, figure.age_group, figure.quintile, figure.group)
    return (figure.area_code, figure.indicator, figure.measure, *who)


def without_repeats(figures: list[Figure], desk: Desk) -> list[Figure]:
    """Leave out a figure that stands again with the same numbers; report one that does with others."""
    first: dict[tuple, Figure] = {}
    same: dict[tuple, Figure] = {}
    kept = []
    for figure in figures:
        key = (*subject(figure), figure.period)
        earlier = first.setdefault(key, figure)
        twin = same.setdefault((*key, *(getattr(figure, name) for name in NUMBERS)), figure)
        if twin is not figure:
            desk.note("figure-twice", figure, f"{_which(figure)}: the same figure as in {twin.cell}")
            continue
        kept.append(figure)
        if earlier is not figure:
            differ = next(name for name in NUMBERS if getattr(earlier, name) != getattr(figure, name))
            said = " and ".join(_said(one, differ) for one in (earlier, figure))
            desk.note("figures-contradict", figure, f"{_which(figure)}: {said}", expected="one figure")
    desk.findings.rows.used -= len(figures) - len(kept)
    desk.findings.rows.skipped += len(figures) - len(kept)
    return kept


def _said(figure: Figure, column: str) -> str:
    number = getattr(figure, column)
    what = "" if column == "value" else f"{column} "
    return f"{what}{'none' if number is None else f'{number:g}'} in {figure.cell}"


def _which(figure: Figure) -> str:
    """Whose figure it is and when, to be added to the indicator's name."""
    who = [figure.area_name]
    who += [figure.sex] if figure.sex != "all" else []
    who += [f"aged {figure.age_group}"] if figure.age_group != "all" else []
    who += [f"quintile {figure.quintile}"] if figure.quintile != "total" else []
    who += [figure.group] if figure.group not in ("", "all") else []
    return "".join(f", {part}" for part in [*who, figure.period or "no period"])


def note_contradicting_changes(figures: Iterable[Figure], desk: Desk) -> None:
    """Report two projections of one change that cannot both hold, as :mod:`helpers.ingest.growth` tells.

    Three projections or more over spans of the same length are a series and are left alone. Each figure is reported
    once, beside the first that it contradicts.
    """
    groups = defaultdict(list)
    for figure in figures:
        declared = wording.measures().get(figure.measure)
        if declared and declared.is_change and _is_to_come(figure, desk.known.today):
            groups[subject(figure)].append(figure)
    for group in groups.values():
        is_series = len(group) >= A_SERIES and len({_years(figure) for figure in group}) == 1
        for at, later in enumerate(group) if not is_series else ():
            first = next((one for one in group[:at] if _contradict(one, later, desk.known.today)), None)
            if first is not None:
                said = " and ".join(f"{one.value:g} in {one.cell} ({one.period})" for one in (first, later))
                desk.note("figures-contradict", later, f", {later.area_name}: {said}", expected="one figure")


def _is_to_come(figure: Figure, today: Today) -> bool:
    return bool(figure.period_end) and today.is_before(dt.date.fromisoformat(figure.period_end))


def _contradict(earlier: Figure, later: Figure, today: Today) -> bool:
    if earlier.period == later.period:  # that is told of any two figures for the same time
        return False
    if earlier.measure == "change_percent":
        return growth.contradict(_growth(earlier), _growth(later), today=today.year())
    apart = abs(int(earlier.period_end[:4]) - int(later.period_end[:4]))
    return earlier.value != later.value and apart <= growth.CLOSE_YEARS


def _growth(figure: Figure) -> growth.Growth:
    """A figure of change as growth between two years; a single year is the one that is reached."""
    start, end = int(figure.period_start[:4]), int(figure.period_end[:4])
    decimals = len(f"{figure.value:.10g}".partition(".")[2])
    return growth.Growth(figure.value, None if start == end else start, end, bool(figure.qualifier), decimals)


def _years(figure: Figure) -> int:
    start, end = (dt.date.fromisoformat(day) for day in (figure.period_start, figure.period_end))
    return round((end - start).days / 365.25)


def note_without_base(figures: Iterable[Figure], desk: Desk) -> None:
    """Report once for each indicator its percentages that have neither a denominator nor limits."""
    shares = {name for name, measure in wording.measures().items() if measure.is_share}
    bare = defaultdict(list)
    for figure in figures:
        if figure.measure in shares and figure.denominator is None and None in (figure.lowercl, figure.uppercl):
            bare[figure.indicator].append(figure)
    for found in bare.values():
        note_bare(found[0], len(found), desk)


def note_bare(first: Figure, count: int, desk: Desk) -> None:
    """Report the percentages of one indicator that have no base, at the first of them."""
    words = f"{count} percentages have" if count > 1 else "the percentage has"
    message = f": {words} neither a denominator nor limits"
    desk.note("percentage-without-base", first, message, expected="denominator, or lowercl and uppercl")


def note_stale(figures: Iterable[Figure], desk: Desk) -> None:
    """Report once for each indicator where the newest figure of a series is more than eight years old."""
    newest: dict[tuple[str, ...], Figure] = {}
    for figure in figures:
        key = subject(figure)
        if figure.period_end and figure.period_end >= newest.setdefault(key, figure).period_end:
            newest[key] = figure
    stale = defaultdict(list)
    for figure in newest.values():
        if is_stale(figure.period_end, desk.known.today):
            stale[figure.indicator].append(figure)
    for found in stale.values():
        count = f" ({len(found)} figures)" if len(found) > 1 else ""
        message = f": the newest figure is for {found[0].period}{count}, more than eight years ago"
        desk.note("figure-stale", found[0], message, expected=NOT_STALE)


def is_stale(period_end: str, today: Today) -> bool:
    """Whether the newest figure of a series, whose period ends on a day as 2018-03-14 or "", is old."""
    return bool(period_end) and today.is_years_after(dt.date.fromisoformat(period_end), STALE_AFTER_YEARS)
