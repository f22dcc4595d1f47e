"""What time a figure is for: the ways in which sources write a period, read into two dates and one form.

The short forms are ``2022``, ``2022/23`` (April to March), ``2020-2022``, ``2020/21-2022/23``, ``2016-08``,
``2025-03-14``, ``2018-Q1`` and ``mid-2021``. The words of the Scottish Public Health Observatory ("2018 to
2022 calendar years; 5-year aggregates") and of Public Health Scotland ("Q1 2018") lead to the same forms.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1801, 2199
LONGEST_SHORT_SPAN = 20  # years; so 2020 - 19 is a mistake and not a century
EXPECTED = "2022, 2022/23, 2020-2022, 2020/21-2022/23, 2016-08 or 2025-03-14"
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}


class PeriodError(ValueError):
    """A period that cannot be read (``code`` is ``period-unreadable``) or is none (``period-impossible``)."""

    def __init__(self, message: str, code: str = "period-unreadable") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The time a figure is for; periods sort by their first day, then by their last.

    Attributes
    ----------
    start, end : datetime.date
        First and last day; the same day for a figure taken on one day.
    text : str
        The normalised form, which reads back as the same period.
    kind : str
        ``year``, ``financial year``, ``school year``, ``quarter``, ``half-year``, ``month`` or ``day``.
    """

    start: dt.date
    end: dt.date
    text: str = field(compare=False)
    kind: str = field(compare=False)


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read what a source wrote as the period of a figure.

    Parameters
    ----------
    text : str
        As written, for example ``2022/23`` or ``2019-2021 (3 year aggregate)``.

    Returns
    -------
    Period
        First and last day, the normalised text and the kind. A calendar or survey year runs from January to
        December, a financial year from April to March, a school year from August to July, a mid-year estimate
        is for 30 June.

    Raises
    ------
    PeriodError
        ``code`` tells a period that is not understood from one that names a day, month or span that is none.

    Notes
    -----
    Nothing is guessed: ``2010-11`` is a month, never a financial year, and a day in figures is read only in
    the order year, month, day. "4-year aggregate (2018-2022)" keeps its two years; the number of years that
    were added up may be smaller, since a survey can leave a year out.
    """
    plain = _plain(text)
    if not plain:
        raise PeriodError("no period is given")
    words, school = _without_words(plain)
    first, last = _ends(words)
    start = _part(first, school=school)
    end = _part(last, school=school) if last else start
    if end.start < start.start or end.kind != start.kind:
        raise PeriodError(f"{text!r} does not run from an earlier to a later time", "period-impossible")
    return _joined(start, end)


def month_from_digits(text: str) -> Period:
    """Read ``202208`` as August 2022, for sources that are known to write months so."""
    return _from_digits(text, r"(\d{4})(\d{2})", "{}-{}")


def quarter_from_digits(text: str) -> Period:
    """Read ``20223`` as the third quarter of 2022, for sources that are known to write quarters so."""
    return _from_digits(text, r"(\d{4})([1-4])", "{}-Q{}")


def month_of_day(text: str) -> Period:
    """Read a day as the month that it stands for, for sources that write a month as its first or last day."""
    return parse_period(parse_period(text).start.strftime("%Y-%m"))


def quarter_of_day(text: str) -> Period:
    """Read a day as the quarter that it stands for, for sources that write a quarter as its first day."""
    day = parse_period(text).start
    return parse_period(f"{day.year}-Q{(day.month + 2) // 3}")


def short_span(text: str) -> Period:
    """Read ``2018 - 20`` as 2018-2020 and ``2016/17 - 20/21`` as such, for sources that shorten the last year.

    Fingertips is one. Everything else is read as by :func:`parse_period`.
    """
    match = re.fullmatch(r"(\d{4})((?:/\d{2})?) ?- ?(\d{2})((?:/\d{2})?)", _plain(text), re.ASCII)
    if not match or bool(match[2]) != bool(match[4]):
        return parse_period(text)
    first, last = int(match[1]), int(match[1]) // 100 * 100 + int(match[3])
    last += 100 * (last < first)
    if last - first > LONGEST_SHORT_SPAN:
        raise PeriodError(f"{text!r} does not run from an earlier to a later time", "period-impossible")
    return parse_period(f"{first}{match[2]}-{last}{match[4]}")


def _from_digits(text: str, pattern: str, form: str) -> Period:
    match = re.fullmatch(pattern, text.strip(), re.ASCII)
    return parse_period(form.format(*match.groups()) if match else text)


def _plain(text: str) -> str:
    plain = " ".join(str(text).split()).lower()
    return plain.translate({0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-"})


# What a source adds to say how the figure was made; it changes nothing about the time, but "school" does.
_AGGREGATE = r"\d{1,2}[- ]year (?:rolling )?(?:aggregates?|averages?)"
_KIND = r"(?:calendar|financial|fiscal|school|academic|combined survey|survey|tax) years?"


def _without_words(plain: str) -> tuple[str, bool]:
    """The period without the words around it, and whether it counts in school years."""
    school = "school year" in plain or "academic year" in plain
    text = re.sub(rf"\s*[;,]\s*{_AGGREGATE}$|\s*\({_AGGREGATE}\)$", "", plain)
    inside = re.fullmatch(rf"(?:{_AGGREGATE}|{_KIND})\s*\((.+)\)", text)
    text = inside[1] if inside else text
    text = re.sub(rf"\s+{_KIND}$|^{_KIND}\s+", "", text.strip())
    return re.sub(r"\s+snapshot$", "", text).strip(), school


def _ends(text: str) -> tuple[str, str]:
    """The two ends of a span as they are written; the second is empty where the text is not a span."""
    for pattern in (r"(.+?) to (.+)", r"(\d{4}) ?- ?(\d{4})", r"(\d{4}/\d{2,4}) ?- ?(\d{4}/\d{2,4})"):
        match = re.fullmatch(pattern, text, re.ASCII)
        if match:
            first, last = match[1].strip(), match[2].strip()
            month = re.fullmatch(r"\d{4} ([a-z]+)", last, re.ASCII)
            return (f"{first} {month[1]}" if month and re.fullmatch(r"\d{4}", first, re.ASCII) else first), last
    return text, ""


def _part(text: str, *, school: bool) -> Period:
    """One year, quarter, month or day."""
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            period = read(*match.groups())
            return _as_school_year(period) if school and period.kind == "financial year" else period
    raise PeriodError(f"{text!r} is not a period")


def _year(year: str) -> Period:
    number = _checked_year(year)
    return Period(dt.date(number, 1, 1), dt.date(number, 12, 31), f"{number}", "year")


def _financial_year(year: str, following: str) -> Period:
    first = _checked_year(year)
    if int(following) != (first + 1 if len(following) == 4 else (first + 1) % 100):
        raise PeriodError(f"{year}/{following} does not name two years in a row", "period-impossible")
    text = f"{first}/{(first + 1) % 100:02d}"
    return Period(dt.date(first, 4, 1), dt.date(first + 1, 3, 31), text, "financial year")


def _as_school_year(period: Period) -> Period:
    """The school year of the same two years, in Scotland from August to July."""
    start, end = period.start.replace(month=8), period.end.replace(month=7)
    return Period(start, end, period.text, "school year")


def _month(year: str, month: str) -> Period:
    number, first = _checked_year(year), _checked_month(month)
    last = calendar.monthrange(number, first)[1]
    return Period(dt.date(number, first, 1), dt.date(number, first, last), f"{number}-{first:02d}", "month")


def _month_name_first(month: str, year: str) -> Period:
    return _month(year, month)


def _day(year: str, month: str, day: str) -> Period:
    number, within = _checked_year(year), _checked_month(month)
    try:
        date = dt.date(number, within, int(day))
    except ValueError:
        name = calendar.month_name[within]
        raise PeriodError(f"there is no day {int(day)} in {name} {number}", "period-impossible") from None
    return Period(date, date, date.isoformat(), "day")


def _day_first(day: str, month: str, year: str) -> Period:
    return _day(year, month, day)


def _part_of_year(year: str, letter: str, number: str, months: int, kind: str) -> Period:
    first = (int(number) - 1) * months + 1
    start, end = _month(year, str(first)), _month(year, str(first + months - 1))
    return Period(start.start, end.end, f"{year}-{letter}{number}", kind)


def _quarter(year: str, number: str) -> Period:
    return _part_of_year(year, "Q", number, 3, "quarter")


def _quarter_first(number: str, year: str) -> Period:
    return _quarter(year, number)


def _half(year: str, number: str) -> Period:
    return _part_of_year(year, "S", number, 6, "half-year")


def _mid_year(year: str) -> Period:
    date = dt.date(_checked_year(year), 6, 30)
    return Period(date, date, f"mid-{date.year}", "day")


_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_FORMS = tuple(
    (re.compile(pattern, re.ASCII), read)
    for pattern, read in (
        (r"(\d{4})", _year),
        (r"(\d{4}) ?/ ?(\d{2}|\d{4})", _financial_year),
        (r"(\d{4})-(\d{1,2})", _month),
        (rf"(\d{{4}}) ({_NAME})", _month),
        (rf"({_NAME})[ -](\d{{4}})", _month_name_first),
        (r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?z?)?", _day),
        (rf"(\d{{1,2}})(?:st|nd|rd|th)? ({_NAME}) (\d{{4}})", _day_first),
        (r"(\d{4})[- ]?q([1-4])", _quarter),
        (r"q([1-4])[ -](\d{4})", _quarter_first),
        (r"(\d{4})[- ]?s([12])", _half),
        (r"(\d{4}) mid-?year(?: (?:population )?estimate)?", _mid_year),
        (r"mid-(?:year )?(\d{4})", _mid_year),
    )
)


def _checked_year(text: str) -> int:
    number = int(text)
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise PeriodError(f"{text} is not a year that a figure can be for", "period-impossible")
    return number


def _checked_month(text: str) -> int:
    number = MONTHS.get(text) or int(text)
    if not 1 <= number <= 12:
        raise PeriodError(f"there is no month {text}", "period-impossible")
    return number


def _joined(start: Period, end: Period) -> Period:
    """One period from its two ends, in the normalised form."""
    if start == end:
        text = start.text
    elif start.kind in ("year", "financial year", "school year"):
        text = f"{start.text}-{end.text}"
    else:
        text = f"{start.text} to {end.text}"
    suffix = " school years" if start != end else " school year"
    return Period(start.start, end.end, text + (suffix if start.kind == "school year" else ""), start.kind)
