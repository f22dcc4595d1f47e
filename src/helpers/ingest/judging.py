"""The day by which age is judged, and from when until when what was judged by it holds.

A report that is made on another day has to say something else only where a judgement of age turns out otherwise: a date
no longer lies in the future, a figure has become old. So a reader is not given the day itself but somebody who answers
its questions and remembers on which days an answer turns. As long as no answer turns, whatever was read comes out the
same, since nothing else of the day reaches the reader. Who wants to ask something new adds a question here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FROM, UNTIL = "holds_from", "holds_until"
HOLDS = {FROM: "str", UNTIL: "str"}


class Today:
    """A day that answers questions of age, and remembers the days on which one of its answers turns."""

    def __init__(self, day: dt.date) -> None:
        self._day = day
        self._from, self._until = dt.date.min, dt.date.max

    @classmethod
    def of(cls, text: str) -> Today:
        """The day that is written as 2025-03-14."""
        return cls(dt.date.fromisoformat(text))

    def is_before(self, day: dt.date) -> bool:
        """Whether a day is still to come; from that day on it is not."""
        return not self._has_come(day)

    def is_before_year(self, year: int) -> bool:
        """Whether a year is still to come."""
        if not dt.MINYEAR <= year <= dt.MAXYEAR:
            return year > dt.MAXYEAR
        return not self._has_come(dt.date(year, 1, 1))

    def is_years_after(self, day: dt.date, years: int) -> bool:
        """Whether more than so many years have gone by since a day: 1 March 2026 is 8 years after 28 February 2018."""
        year = day.year + years
        if year > dt.MAXYEAR or (year, day.month, day.day) == (dt.MAXYEAR, 12, 31):
            return False
        try:
            return self._has_come(day.replace(year=year) + dt.timedelta(days=1))
        except ValueError:  # 29 February
            return self._has_come(dt.date(year, 3, 1))

    def year(self) -> int:
        """The present year, whatever is done with it; so what is judged by it holds for this year alone."""
        self._has_come(dt.date(self._day.year, 1, 1))
        self.is_before_year(self._day.year + 1)
        return self._day.year

    def holds(self) -> dict[str, str]:
        """From which day and until before which day every answer that was given is the same; "" for no end.

        A day of the calendar's beginning or end is one on which nothing turns.
        """
        ends = {FROM: (self._from, dt.date.min), UNTIL: (self._until, dt.date.max)}
        return {name: "" if day == none else day.isoformat() for name, (day, none) in ends.items()}

    def _has_come(self, day: dt.date) -> bool:
        """Whether a day has come; it is the day on which the answer turns."""
        if day > self._day:
            self._until = min(self._until, day)
            return False
        self._from = max(self._from, day)
        return True


def holds_of(answer: Mapping[str, Any], day: dt.date) -> dict[str, str]:
    """From when until when an answer of a reader's process holds.

    That of one which was stopped or died (it leaves a ``trace``) holds for the day alone: it may have been the machine.
    """
    if "trace" in answer:
        return {FROM: day.isoformat(), UNTIL: (day + dt.timedelta(days=1)).isoformat()}
    return {name: answer.get(name, "") for name in HOLDS}


def holding(files: Iterable[pd.DataFrame]) -> tuple[str, str]:
    """From which day and until before which day some files are read as they were.

    Parameters
    ----------
    files
        Tables with one row a file, as the readers of assessments and indicators give them: with ``holds_from`` and
        ``holds_until``, days as 2025-03-14, "" for no end. Tables without these columns hold for ever, as those of the
        readers that ask nothing of the day (demand, together).

    Returns
    -------
    tuple of str
        The first day of which it is known that it gives the same, and the first after it of which it is not; "" for no
        end. On every day from the one to before the other the same files give the same tables and findings. It covers
        all that is judged by the day: dates of ratings and periods that lie in the future, figures that are old, tables
        that are projections, changes that contradict each other.

    Notes
    -----
    It may be too short a time (a finding that nobody sees turns too), never too long.
    """
    tables = list(files)
    starts = [day for table in tables for day in table.get(FROM, ()) if day]
    ends = [day for table in tables for day in table.get(UNTIL, ()) if day]
    return max(starts, default=""), min(ends, default="")


def holds_on(day: str, holds: Iterable[str]) -> bool:
    """Whether a day lies in a time that `holding` gave: from the one day until before the other, "" for no end."""
    first, end = holds
    return (not first or first <= day) and (not end or day < end)
