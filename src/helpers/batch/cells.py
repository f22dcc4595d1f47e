"""From a table's columns to what stands in a sheet's cells: headings, values, number formats, widths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Integral, Real

import pandas as pd

from helpers.batch import inert

MISSING, SUPPRESSED, NOT_APPLICABLE = "[x]", "[c]", "[z]"
SHORTHAND = {
    MISSING: "Not available: nobody gave this, or it cannot be worked out. It never means zero.",
    SUPPRESSED: "Confidential: left out because so few people stand behind it that one could be recognised.",
    NOT_APPLICABLE: "Not applicable: there can be no value here.",
}
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
NARROWEST, WIDEST = 11, 60
_EXACT_INTEGER = 10**15


@dataclass(frozen=True)
class Column:
    """One column as it is written: values are text, numbers or dates; no number format means text."""

    heading: str
    values: Sequence[object]
    number_format: str
    width: float

    @property
    def marks(self) -> set[str]:
        """The shorthand, such as ``[x]``, that stands in it."""
        return {value for value in self.values if isinstance(value, str) and value in SHORTHAND}


def column(heading: str, values: Iterable[object], *, number_format: str = "", width: float = 0) -> Column:
    """Make a column ready to be written; what is not given follows from the values."""
    written = [written_value(value) for value in values]
    return Column(heading, written, number_format or _number_format(written), width or _width(heading, written))


def headings(columns: Iterable[tuple[object, str]]) -> list[str]:
    """Give headings in words for columns (name, unit), each unlike the others whatever its case."""
    taken: set[str] = set()
    return [_unlike(_heading(name, unit), taken) for name, unit in columns]


def _heading(name: object, unit: str) -> str:
    words = " ".join(inert.plain_text(name).replace("_", " ").split()) or "Column"
    whole = f"{words[0].upper()}{words[1:]} ({unit})" if unit else f"{words[0].upper()}{words[1:]}"
    return " ".join(inert.plain_text(whole).split())[:120]


def _unlike(heading: str, taken: set[str]) -> str:
    unlike, number = heading, 1
    while unlike.casefold() in taken:
        number += 1
        unlike = f"{heading} {number}"
    taken.add(unlike.casefold())
    return unlike


def written_value(value: object) -> object:
    """Give what stands in the cell for a value: a text, a number, or a date.

    A missing value, an infinite number and a text without a visible character are ``[x]``; true and false
    are yes and no; a whole number of more than 15 digits, which programs would round, and a date before
    1901, which they do not know, are text.
    """
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return MISSING
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, (Real, Decimal)):
        return _number(value)
    text = inert.plain_text(value)
    return text if text.strip() else MISSING


def _number(value: Real | Decimal) -> object:
    if isinstance(value, Integral):
        return int(value) if abs(int(value)) < _EXACT_INTEGER else str(int(value))
    return float(value) if math.isfinite(value) else MISSING


def _day(value: date) -> object:
    """A date, or a moment in UTC and whole seconds."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        value = datetime(*moment.timetuple()[:6])
        value = value.date() if value.hour == value.minute == value.second == 0 else value
    return value if value.year > 1900 else value.isoformat()


def _number_format(values: Sequence[object]) -> str:
    """The format of a column's figures or dates, "" where it has none."""
    figures = [value for value in values if isinstance(value, (int, float))]
    if figures:
        return _figure_format([abs(value) for value in figures if value])
    dates = [value for value in values if isinstance(value, date)]
    if not dates:
        return ""
    return MOMENT if any(isinstance(value, datetime) for value in dates) else DAY


def _figure_format(sizes: Sequence[float]) -> str:
    """One number of decimals for all: few for large figures, enough for the smallest not to show as 0."""
    if not sizes:
        return "0"
    largest, smallest = max(sizes), min(sizes)
    usual = 1 if largest >= 10 else 2 if largest >= 1 else 3
    for_smallest = min(1 - math.floor(math.log10(smallest)), 4) if smallest < 1 else 0
    decimals = min(max(usual, for_smallest), max(map(_decimals, sizes)))
    return ("#,##0" if largest >= 10_000 else "0") + ("." + "0" * decimals if decimals else "")


def _decimals(size: float) -> int:
    """How many decimals, up to six, the number has when written out."""
    return len(f"{size:.6f}".rstrip("0").partition(".")[2])


def _width(heading: str, values: Sequence[object]) -> float:
    """A width in characters: the longest line fits, or wraps where it is very long."""
    lines = [line for value in values for line in str(value).splitlines()[:20]]
    needed = max([*map(len, lines), *map(len, heading.split())], default=0)
    return min(max(round(1.2 * needed) + 2, NARROWEST), WIDEST)
