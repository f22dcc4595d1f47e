"""Age groups as they are written, as numbers: "0-4", "85+", single ages; and bands that fit into wider ones."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd

FIVE = 5
LAST_OPEN = 90
_BAND = re.compile(r"(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})")
_OPEN = re.compile(r"(\d{1,3})\s*(?:\+|and over|or over|plus)")
_SINGLE = re.compile(r"\d{1,3}")
_UNDER = re.compile(r"(?:under|below|<) ?(\d{1,3})")


def bounds(age_group: object) -> tuple[float, float]:
    """Return the first age of a group and the first age beyond it: "0-4" is 0 and 5, "90+" is 90 and infinity,
    "under 20" is 0 and 20.

    Everything else, "all" too, is nan and nan.
    """
    written = " ".join(str(age_group).casefold().removeprefix("aged ").split())
    if found := _BAND.fullmatch(written):
        return float(found[1]), float(found[2]) + 1
    if found := _OPEN.fullmatch(written):
        return float(found[1]), math.inf
    if found := _UNDER.fullmatch(written):
        return 0.0, float(found[1])
    return (float(written), float(written) + 1) if _SINGLE.fullmatch(written) else (math.nan, math.nan)


def label(start: float, end: float) -> str:
    """Write a band: "0-4", "85+", or one age."""
    if math.isinf(end):
        return f"{start:.0f}+"
    return f"{start:.0f}" if end - start == 1 else f"{start:.0f}-{end - 1:.0f}"


def with_bounds(table: pd.DataFrame) -> pd.DataFrame:
    """Add ``age_from`` and ``age_to``, the first age of the group and the first beyond it; nan where it is no band."""
    known = {group: bounds(group) for group in table["age_group"].unique()}
    ends = pd.DataFrame([known[group] for group in table["age_group"]], table.index, ["age_from", "age_to"], float)
    return table.assign(age_from=ends["age_from"], age_to=ends["age_to"])


def is_whole(starts: Iterable[float], ends: Iterable[float]) -> bool:
    """Say whether bands run from birth to an open one without a gap and without an overlap."""
    order = sorted(zip(starts, ends, strict=True))
    if not order or order[0][0] != 0 or not math.isinf(order[-1][1]):
        return False
    return all(before[1] == after[0] for before, after in pairwise(order))


def fits_into(starts: Iterable[float], width: int = FIVE) -> bool:
    """Say whether whole bands (see `is_whole`) can be added up to bands of a width: each of those has its own start."""
    cuts = sorted(starts)
    return set(range(0, int(cuts[-1]) + 1, width)) <= set(cuts)


def wider_start(starts: pd.Series, width: int = FIVE, last: int = LAST_OPEN) -> pd.Series:
    """Return the start of the band of a width that each band lies in; the last one is open."""
    return np.minimum(starts // width * width, float(last))
