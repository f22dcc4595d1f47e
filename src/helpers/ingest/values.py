"""From what a spreadsheet stores to a cell's content (kind, value, text): numbers, serial dates, formats, errors.

A spreadsheet stores a date as a number of days and only the cell's number format says that it is one. Serial dates
follow ECMA-376 part 1, 18.17.4: day 1 is 1 January 1900 (with a 29 February 1900 that never was), or day 0 is
1 January 1904.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache

ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_WORDS = """
    #NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #UNKNOWN!
    #BEZUG! #NV #WERT! #ZAHL! #ÜBERLAUF! #VALEUR! #NOM? #NOMBRE! #NUL! #RIF! #N/D #VALORE! #NOME? #NULLO!
    #¡REF! #¡VALOR! #¿NOMBRE? #¡NUM! #¡NULO! #¡DIV/0! #VALOR! #NÚM! #NULO! #VERW! #N/B #WAARDE! #NAAM? #GETAL! #LEEG!
    #DEEL/0! #REFERENS! #SAKNAS! #VÄRDEFEL! #NAMN? #OGILTIGT! #DIVISION/0! #REFERENCE! #I/T #VÆRDI! #NAVN?
    #VIITTAUS! #PUUTTUU! #ARVO! #NIMI? #LUKU! #TYHJÄ! #JAKO/0! #ADR! #ARG! #NAZWA? #LICZBA! #ZERO! #DZIEL/0!
    #ODKAZ! #HODNOTA! #NÁZEV? #ČÍSLO! #DĚLENÍ_NULOU! #NENÍ_K_DISPOZICI
"""
ERROR_WORDS = frozenset(_WORDS.split())
OFFICE_ERROR = re.compile(r"[^\W\d]{3,8}:5\d\d\Z")
NUMBER = re.compile(r"-?\+?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z", re.ASCII)
DATE_FORMATS = {14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 47, *range(27, 37), *range(50, 59)}
ELAPSED_FORMATS = {46}
NOT_SHOWN = re.compile(r'"[^"]*"?|\\.|_.|\*.')
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
BRACKETS = re.compile(r"\[[^\]]*\]")
DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
DURATION = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d*)?S)?\Z", re.ASCII)

Content = tuple[str, object, str]


def text_content(text: str) -> Content | None:
    """What a text is: None where it is empty, an error where it is the name of one."""
    if not text:
        return None
    return ("error" if text[0] == "#" and text in ERROR_WORDS else "text", text, text)


def boolean_content(value: bool) -> Content:
    return "boolean", value, "TRUE" if value else "FALSE"


def error_content(text: str) -> Content:
    return "error", text, text


def formula_content(formula: str) -> Content:
    """A formula whose result was never stored."""
    return "formula", formula, formula


def number_content(number: float) -> Content:
    """What a number is; a whole one is an int. The text has 15 digits at most, as spreadsheet programs show."""
    if isinstance(number, float):
        if not (number.is_integer() and abs(number) < 1e15):
            return "number", number, format(number, ".15g")
        number = int(number)
    return "number", number, str(number)


def serial_content(number: float, style: str, date1904: bool) -> Content:
    """What a number is in a cell whose format is ``style``: "date", "elapsed" or "" (see :func:`date_style`).

    A number outside the calendar, which a spreadsheet program shows as ####, stays a number.
    """
    value = from_serial(number, style, date1904) if style else None
    return number_content(number) if value is None else date_content(value)


def date_content(value: datetime | time | timedelta) -> Content:
    midnight = isinstance(value, datetime) and value.time() == time()
    return "date", value, value.date().isoformat() if midnight else str(value)


def number(text: str) -> int | float | None:
    """The number that a file stores as this text; None where it is none (``inf``, ``1_0``, digits of other scripts)."""
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return int(text)
    return float(text) if NUMBER.match(text) else None


def from_serial(serial: float, style: str, date1904: bool) -> datetime | time | timedelta | None:
    """The day, time of day or elapsed time of a serial number, to the second; None outside the years to 9999."""
    if not -1e6 < serial < 3e6:
        return None
    seconds = round(serial * 86_400)
    if style == "elapsed":
        return timedelta(seconds=seconds)
    if 0 <= seconds < 86_400 and not date1904:
        return (datetime.min + timedelta(seconds=seconds)).time()
    if seconds < 0:
        return None
    first = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 31 if serial < 60 else 30)
    try:
        return first + timedelta(seconds=seconds)
    except OverflowError:
        return None


def from_iso(text: str) -> datetime | time | None:
    """The day or time of day of an ISO 8601 text; None where it is none."""
    for kind in (datetime, time):
        try:
            return kind.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            continue
    return None


def from_duration(text: str) -> time | timedelta | None:
    """The time of day (below 24 hours) or elapsed time of a text such as ``PT10H30M00S``; None where it is none."""
    found = DURATION.match(text)
    if not found:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if max(days, hours, minutes, seconds) > 10_000_000:
        return None
    elapsed = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    whole_day = elapsed >= timedelta(days=1)
    return elapsed if whole_day else (datetime.combine(date.min, time()) + elapsed).time()


@cache
def date_style(format_id: int, code: str | None = None) -> str:
    """What a number format shows: "date", "elapsed", or "" for anything else.

    ``code`` is the format's text where the workbook declares it; the others have fixed numbers.
    """
    if code is None:
        return "date" if format_id in DATE_FORMATS else "elapsed" if format_id in ELAPSED_FORMATS else ""
    shown = NOT_SHOWN.sub("", code).split(";")[0]
    if ELAPSED.search(shown):
        return "elapsed"
    shown = BRACKETS.sub("", shown)
    if shown.strip().casefold() in ("general", "standard"):
        return ""
    return "date" if DATE_LETTERS.search(shown) else ""
