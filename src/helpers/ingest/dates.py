"""The day that one cell names. Nothing is guessed: a day that could be another is left out with a warning."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from helpers.ingest.books import Cell
from helpers.ingest.findings import as_written
from helpers.ingest.judging import Today
from helpers.ingest.vocabulary import cleaned, meaning, quoted

EXPECTED = "a day such as 2025-03-14"
FIRST_DAY = dt.date(2000, 1, 1)
_ISO = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
_FIGURES = re.compile(r"([0-9]{1,2})\s?[-/. ]\s?([0-9]{1,2})\s?[-/. ]\s?([0-9]{4}|[0-9]{2})\.?(?: [0-9:]+)?")
_DAY_MONTH = re.compile(
    r"(?:[^\W\d_]+,? )?([0-9]{1,2})(?:\.|st|nd|rd|th)?[-\s]*(?:de |of )?"
    r"([^\W\d_]+)\.?,?[-\s]*(?:de |del )?([0-9]{4})"
)
_MONTH_DAY = re.compile(r"(?:[^\W\d_]+,? )?([^\W\d_]+)\.?[-\s]+([0-9]{1,2})(?:st|nd|rd|th)?,?[-\s]+([0-9]{4})")
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})[.,]?(?: m\.)?[-\s]+([^\W\d_]+)\.?[-\s]+([0-9]{1,2})(?: d\.)?")


@dataclass(frozen=True, slots=True)
class Day:
    """The day of a cell, or None and why: the finding's code and the reason in words."""

    day: dt.date | None
    code: str = ""
    reason: str = ""


def read_day(cell: Cell, today: Today) -> Day:
    """Read the day that a cell names.

    Parameters
    ----------
    cell
        A filled cell of a column of dates.
    today
        A later day is refused as lying in the future.

    Returns
    -------
    Day
        With a day; or without, with one of the codes date-unreadable, date-ambiguous, date-impossible, date-early
        and date-future. Two figures that could be day and month either way, and years of two figures, are
        ambiguous; a month without a day and the bare number behind an unformatted date are unreadable.
    """
    if cell.kind == "date" and isinstance(cell.value, dt.datetime):
        return _checked(cell.value.date(), cell.text, today)
    if cell.kind == "text":
        return _text(cleaned(cell.text)[0], today)
    return _unreadable(as_written(cell.text, 60))


def _checked(day: dt.date, shown: str, today: Today) -> Day:
    shown = as_written(shown, 40)
    if today.is_before(day):
        return Day(None, "date-future", f"{shown} lies in the future; the date was left out")
    if day < FIRST_DAY:
        return Day(None, "date-early", f"{shown} lies before there was a maturity model; the date was left out")
    return Day(day)


def _unreadable(shown: str) -> Day:
    return Day(None, "date-unreadable", f"{shown} cannot be read as a day; the date was left out")


def _text(text: str, today: Today) -> Day:
    if iso := _ISO.fullmatch(text):
        return _day(iso[1], iso[3], iso[4], text, today) if iso[2] or len(iso[3] + iso[4]) == 4 else _unreadable(text)
    if figures := _FIGURES.fullmatch(text):
        return _from_figures(figures, text, today)
    for pattern, order in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_YEAR_MONTH_DAY, (1, 2, 3))):
        found = pattern.fullmatch(text)
        if found and (month := meaning("month", found[order[1]])):
            return _day(found[order[0]], month, found[order[2]], text, today)
    return _unreadable(quoted(text))


def _from_figures(figures: re.Match[str], text: str, today: Today) -> Day:
    """Day, month and year in figures: read only where one order is left."""
    first, second, year = int(figures[1]), int(figures[2]), figures[3]
    if len(year) == 2:
        return Day(None, "date-ambiguous", f"{quoted(text)} has a year of two figures; the date was left out")
    if first <= 12 and second <= 12 and first != second:
        reason = f"{quoted(text)} can be day and month or month and day; the date was left out"
        return Day(None, "date-ambiguous", reason)
    day, month = (second, first) if first <= 12 < second else (first, second)
    return _day(year, month, day, text, today)


def _day(year: str, month: str | int, day: str | int, text: str, today: Today) -> Day:
    try:
        return _checked(dt.date(int(year), int(month), int(day)), text, today)
    except ValueError:
        return Day(None, "date-impossible", f"{quoted(text)}: there is no such day; the date was left out")
