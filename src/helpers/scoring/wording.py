"""Small words for sentences that follow from numbers: lists, counts, plurals, numbers with their units."""

from __future__ import annotations

import math
from collections.abc import Sequence

NBSP = "\u00a0"
MINUS = "\u2212"
MOST_NAMES = 3
FEW = 30
MOST_DECIMALS = 3


def listing(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Join names as people do: "A", "A and B", "A, B and C", and beyond ``most`` names "A, B, C and 2 more".

    Names that hold a comma are parted by semicolons.
    """
    names = [str(name) for name in names]
    shown, rest = (names, 0) if len(names) <= most else (names[:most], len(names) - most)
    comma = "; " if any("," in name for name in shown) else ", "
    last = [f"{rest} more"] if rest else shown[-1:]
    first = shown if rest else shown[:-1]
    joined = comma.join(first)
    joiner = "; and " if comma == "; " else " and "
    return joined + joiner + last[0] if first else "".join(last)


def series(clauses: Sequence[str]) -> str:
    """Join clauses that may hold commas of their own: "A, B and C"."""
    return " and ".join(part for part in (", ".join(clauses[:-1]), *clauses[-1:]) if part)


def plural(n: int, noun: str, nouns: str = "") -> str:
    """The count with its noun: "1 dimension", "2 dimensions"."""
    return f"{number(n)} {noun if n == 1 else nouns or noun + 's'}"


def out_of(k: int, n: int, noun: str) -> str:
    """A share in words: "9 of 12 stakeholders" below 30, from there on "75 % of 642 stakeholders"."""
    if n < FEW:
        return f"{k} of {plural(n, noun)}"
    return f"{100 * k / n:.0f}{NBSP}% of {plural(n, noun)}"


def every(n: int, noun: str, nouns: str = "") -> str:
    """All of them, as people say it: "both regions", "all 12 dimensions"."""
    return f"both {nouns or noun + 's'}" if n == 2 else f"all {plural(n, noun, nouns)}"


def number(value: float, decimals: int | None = None) -> str:
    """A number with commas for thousands; as many decimals as it has, at most 2, unless told."""
    if decimals is None:
        decimals = next((d for d in (0, 1) if math.isclose(round(value, d), value)), 2)
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def decimals_for(lowercl: float, uppercl: float) -> int:
    """How many decimals an interval carries: none where it is 10 units wide or more, else one."""
    return 0 if uppercl - lowercl >= 10 else 1


def decimals_apart(values: Sequence[float], reference: float, decimals: int, most: int = MOST_DECIMALS) -> int:
    """How many decimals, from ``decimals`` on and at most ``most``, keep every value on its side of the reference.

    "1.1 (1.0 to 1.1)" would not show that the interval 1.02 to 1.08 leaves out 1; two decimals do.
    """
    return next((d for d in range(decimals, most) if all(_apart(float(v), float(reference), d) for v in values)), most)


def _apart(value: float, reference: float, decimals: int) -> bool:
    """Whether two numbers that differ still do so when rounded, and by about as much."""
    apart, shown = value - reference, round(value, decimals) - round(reference, decimals)
    return value == reference or (shown != 0 and abs(shown - apart) <= abs(apart) / 2)


def amount(value: float, unit: str, decimals: int | None = None, *, signed: bool = False) -> str:
    """A number and its unit, which never part at a line's end: the first space cannot break."""
    text = number(value, decimals)
    text = f"+{text}" if signed and value > 0 else text
    return f"{text}{NBSP}{unit}" if unit else text


def short_unit(unit: str) -> str:
    """The unit without what it is a share of: "%" for "% of adults", "per 100,000", "years"."""
    return "%" if unit.startswith("%") and "change" not in unit else unit.split(", ")[0].split(" in ")[0]


def capital(text: str) -> str:
    """The text with a capital letter, all others as they are."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    text = text.strip()
    return capital(text) + ("" if text.endswith((".", "?", "!")) else ".")


def verb(n: int, singular: str, several: str) -> str:
    """The verb that goes with the count."""
    return singular if n == 1 else several
