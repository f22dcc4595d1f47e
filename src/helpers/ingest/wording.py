"""What the entries of an indicator table mean: numbers, sexes, quintiles, measures, marks for no value.

The words that are understood are the tables ``words.csv`` and ``measures.csv`` beside this module.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

EXPECTED_NUMBER = "a number with a decimal point, such as 1234.5"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([ ,])\d{3}(\1\d{3})*(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)


class NotANumber(ValueError):
    """The entry is no number; the message says why, in words for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Number:
    """What an entry says: a value, or none and why; ``repaired`` says how it was understood, if it was."""

    value: float | None
    missing: str = ""
    repaired: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """A declared measure: the values that it can have, and whether it is a share of a whole."""

    measure: str
    minimum: float
    maximum: float
    is_share: bool
    is_change: bool
    meaning: str


def read_number(text: str) -> Number:
    """Read a number as it is written.

    Raises
    ------
    NotANumber
        If it is neither a number nor a known mark for a missing one, or could be two different numbers.
    """
    plain = " ".join(text.split())
    if not plain:
        return Number(None, missing="blank")
    if _NUMBER.fullmatch(plain):
        return Number(_finite(plain), decimals=_decimals(plain))
    meaning = meanings("missing").get(plain.lower())
    return Number(None, missing=meaning) if meaning else _repaired(plain)


def _repaired(plain: str) -> Number:
    if plain.endswith("%") and _NUMBER.fullmatch(plain[:-1].strip()):
        return _understood(plain[:-1].strip(), "the percent sign was left out")
    grouped, comma = _GROUPED.fullmatch(plain), _DECIMAL_COMMA.fullmatch(plain)
    if grouped and comma and not plain.lstrip("+-").startswith("0"):
        raise NotANumber(f"{plain} can be {plain.replace(',', '')} or {plain.replace(',', '.')}")
    if comma:
        return _understood(plain.replace(",", "."), "the comma was read as a decimal point")
    if grouped:
        return _understood(plain.replace(grouped[1], ""), "the thousands separators were left out")
    raise NotANumber(f"{plain!r} is not a number")


def _understood(bare: str, how: str) -> Number:
    return Number(_finite(bare), repaired=how, decimals=_decimals(bare))


def _finite(plain: str) -> float:
    value = float(plain)
    if not math.isfinite(value):
        raise NotANumber(f"{plain} is beyond all numbers that can be")
    return value


def _decimals(plain: str) -> int:
    mantissa = plain.lower().partition("e")[0]
    return len(mantissa.partition(".")[2])


@cache
def meanings(field: str) -> dict[str, str]:
    """What the known words of one field mean, by the word in small letters."""
    rows = _table("words.csv")
    return {row["word"]: row["meaning"] for row in rows if row["field"] == field}


def meaning(field: str, text: str) -> str | None:
    """What a word of the field means, None where it is not known. Case and outer spaces do not matter."""
    return meanings(field).get(" ".join(text.split()).lower())


@cache
def measures() -> dict[str, Measure]:
    """The declared measures by their id."""
    return {row["measure"]: _measure(row) for row in _table("measures.csv")}


def measure_named(text: str) -> str | None:
    """The id of the measure that a text names, None where there is none."""
    plain = text.strip().lower()
    return plain if plain in measures() else meaning("measure", text)


def _measure(row: dict[str, str]) -> Measure:
    return Measure(
        measure=row["measure"],
        minimum=float(row["minimum"] or "-inf"),
        maximum=float(row["maximum"] or "inf"),
        is_share=row["is_share"] == "yes",
        is_change=row["is_change"] == "yes",
        meaning=row["meaning"],
    )


@cache
def _table(name: str) -> list[dict[str, str]]:
    text = resources.files("helpers.ingest").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
