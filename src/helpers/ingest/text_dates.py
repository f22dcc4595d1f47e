"""Dates in sentences: days that do not exist, spans that end before they begin, promises and figures long past."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from helpers.ingest.periods import MONTHS
from helpers.ingest.text_figures import Sentence, counts, percentages

NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = re.compile(
    rf"(?<![\d.,])(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({NAMES})\b\.?,?(?: (\d{{4}})(?!\d))?", re.IGNORECASE
)
MONTH_FIRST = re.compile(
    rf"\b({NAMES}) (\d{{1,2}})(?:st|nd|rd|th)?(?:, ?(\d{{4}})|(?![\d%,:./-]))(?! ?%)", re.IGNORECASE
)
ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
FINANCIAL = re.compile(
    r"(?:financial|fiscal|school|academic|tax) years? (\d{4})/(\d{2}|\d{4})(?!\d)"
    r"|(?<!\d)(\d{4})/(\d{2}|\d{4}) (?:financial|fiscal|school|academic|tax) year",
    re.IGNORECASE,
)
_YEAR = r"((?:19|20)\d\d)(?![\d%]|,\d|\.\d)"
SPANS = (
    re.compile(
        rf"\b(?:from|between)\s+(?:(?:{NAMES}) )?{_YEAR}\s+(?:to|until|till|and)\s+(?:(?:{NAMES}) )?{_YEAR}", re.I
    ),
    re.compile(rf"(?<![\d/.£$€-]){_YEAR}\s?[-–]\s?{_YEAR}(?![-–/])"),
)
DAY_SPAN = re.compile(rf"{DAY.pattern}\s+(?:to|until|till|[-–])\s+{DAY.pattern}", re.IGNORECASE)
PROMISE = re.compile(
    r"\b(?:expected|due|scheduled|planned|will be|will have|we will|aim to|plan to|intend to|to be published"
    r"|to be completed)\b[^.;:()]{0,80}?\b(?:by|in|for|later in|expected|due)?\s*\b"
    rf"((?:end of |spring |summer |autumn |winter |(?:{NAMES}) )?)"
    rf"(?<![-–/]){_YEAR}(?![-–/])",
    re.IGNORECASE,
)
NEWEST = re.compile(
    rf"(?<!\w)(?:{_YEAR} (?:census|survey|data|figures|estimates|statistics)[^.;]{{0,60}}"
    r"\b(?:most recent|latest|newest|current)\b"
    rf"|\b(?:most recent|latest|newest|current)\b[^.;]{{0,60}}\b(?:in|for|from|of|is the|are the) {_YEAR})",
    re.IGNORECASE,
)
SEASON_ENDS = {"spring": 5, "summer": 8, "autumn": 11, "winter": 12, "end of": 12}
STALE_AFTER_YEARS = 8
Problem = tuple[str, str, str]  # the code, what is written, and what is wrong


def date_problems(sentence: Sentence, today: dt.date) -> Iterator[Problem]:
    """Everything that cannot be, or is long past, in the dates of a sentence."""
    yield from _days(sentence.text)
    yield from _years(sentence.text)
    yield from _past(sentence, today)


def _days(text: str) -> Iterator[Problem]:
    for match in DAY.finditer(text):
        if match[2][0].isupper():  # "may" is no month
            yield from _day(match[0].rstrip(".,"), int(match[1]), MONTHS[match[2].lower()], match[3])
    for match in MONTH_FIRST.finditer(text):
        if match[1][0].isupper():
            yield from _day(match[0], int(match[2]), MONTHS[match[1].lower()], match[3])
    for match in ISO.finditer(text):
        yield from _day(match[0], int(match[3]), int(match[2]), match[1])
    for match in SLASHED.finditer(text):
        first, second, year = int(match[1]), int(match[2]), match[3]
        if not _exists(first, second, year) and not _exists(second, first, year):
            yield "text-date-impossible", match[0], f"there is no day {match[0]}"
    for match in DAY_SPAN.finditer(text):
        first, last = _date(*match.groups()[:3]), _date(*match.groups()[3:])
        if first and last and first > last:
            yield "text-date-impossible", match[0], "the span ends before it begins"


def _day(said: str, day: int, month: int, year: str | None) -> Iterator[Problem]:
    if _exists(day, month, year):
        return
    name = calendar.month_name[month] if 1 <= month <= 12 else ""
    what = f"day {day} in {name}{f' {year}' if year else ''}" if name else f"month {month}"
    yield "text-date-impossible", said, f"there is no {what}"


def _exists(day: int, month: int, year: str | None) -> bool:
    try:
        dt.date(int(year or 2024), month, day)  # a leap year where none is said
    except ValueError:
        return False
    return True


def _date(day: str, month: str, year: str | None) -> dt.date | None:
    is_one = year and _exists(int(day), MONTHS[month.lower()], year)
    return dt.date(int(year), MONTHS[month.lower()], int(day)) if is_one else None


def _years(text: str) -> Iterator[Problem]:
    for match in FINANCIAL.finditer(text):
        year, following = match[1] or match[3], match[2] or match[4]
        if int(following) != (int(year) + 1 if len(following) == 4 else (int(year) + 1) % 100):
            yield "text-date-impossible", match[0], f"{year}/{following} does not name two years in a row"
    for pattern in SPANS:
        for match in pattern.finditer(text):
            if int(match[1]) > int(match[2]):
                yield "text-date-impossible", match[0], "the span ends before it begins"


def _past(sentence: Sentence, today: dt.date) -> Iterator[Problem]:
    for match in PROMISE.finditer(sentence.text):
        when = match[1].strip().lower()
        month = MONTHS.get(when) or SEASON_ENDS.get(when, 12)
        end = dt.date(int(match[2]), month, calendar.monthrange(int(match[2]), month)[1])
        if end < today and not _is_of_the_past(sentence.text[: match.start()]):
            said = f"{match[1]}{match[2]}"
            yield "text-date-past", said, f"what is announced for {said} should have come about by now"
    limit = today.year - STALE_AFTER_YEARS
    for match in NEWEST.finditer(sentence.text):
        year = int(match[1] or match[2])
        if year < limit:
            yield "text-figure-stale", str(year), f"what is called the newest is of {year}, more than eight years ago"
            return
    years = sentence.years
    has_figure = bool(percentages(sentence.text)) or any(True for _ in counts(sentence))
    is_now = re.search(
        rf"\b(?:in|at) (?:the )?{_YEAR}(?: census)?[,:]? .*\b(?:is|are|has|have)\b"
        r"(?! (?:been|increased|fallen|risen|grown))",
        sentence.text,
    )
    if has_figure and is_now and years and max(years) < limit:
        yield "text-figure-stale", str(max(years)), f"the figure is of {max(years)}, more than eight years ago"


def _is_of_the_past(before: str) -> bool:
    """Whether a sentence tells what was expected then, not what is expected."""
    return bool(re.search(r"\b(?:was|were|had|been)\s*$", before))
