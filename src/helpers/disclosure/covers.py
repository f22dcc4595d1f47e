"""What each cell of a table is made of: females and males, five quintiles, the ages of a band, the years of a period.

A *cover* says for each label of a dimension which parts it covers; two labels that share a part hang together, and a
label whose parts are those of others is their sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

import pandas as pd

Cover = dict[str, tuple[str, ...]]
SEXES = ("female", "male")
QUINTILES = tuple("12345")
BAND = re.compile(r"(?:aged )?(\d{1,3})\s*(?:-|to|–)\s*(\d{1,3})(?: years)?")
OPEN = re.compile(r"(?:aged )?(\d{1,3})\s*(?:\+|and over|or over)(?: years)?")
BELOW = re.compile(r"(?:<|under )\s*(\d{1,3})(?: years)?")
OLDEST = 999


def with_total(labels: Iterable[str], total: str) -> Cover:
    """The total covers every other label; where there is no other, it stands for itself."""
    parts = tuple(label for label in dict.fromkeys(labels) if label != total)
    return {label: (parts or (label,)) if label == total else (label,) for label in dict.fromkeys(labels)}


def of_sexes(labels: Iterable[str]) -> Cover:
    """Females and males make all, also where one of them is not in the table."""
    return _of_set(labels, "all", SEXES)


def of_quintiles(labels: Iterable[str]) -> Cover:
    """The five quintiles make the total, also where one of them is not in the table."""
    return _of_set(labels, "total", QUINTILES)


def _of_set(labels: Iterable[str], total: str, members: tuple[str, ...]) -> Cover:
    known = set(labels)
    return {label: members if label == total and known & set(members) else (label,) for label in known}


def of_ages(labels: Iterable[str]) -> Cover:
    """Bands such as 0-15, 65+ and <5 cover their years; ``all`` covers every age. Another label stands for itself."""
    spans = {label: span for label in dict.fromkeys(labels) if (span := _ages(label))}
    return _of_spans(spans) | {label: (label,) for label in labels if label not in spans}


def _ages(label: str) -> tuple[int, int] | None:
    text = label.strip().lower()
    if text == "all":
        return 0, OLDEST
    if found := BAND.fullmatch(text):
        return (int(found[1]), int(found[2]) + 1) if int(found[1]) <= int(found[2]) else None
    if found := OPEN.fullmatch(text):
        return int(found[1]), OLDEST
    if found := BELOW.fullmatch(text):
        return (0, int(found[1])) if int(found[1]) else None
    return None


def of_periods(periods: pd.DataFrame) -> Cover:
    """Periods of which one lies inside another cover the days between all their beginnings and ends.

    ``periods`` has one row a figure: ``period``, ``period_start`` and ``period_end``. A period without days stands for
    itself, and so do rolling periods that merely overlap.
    """
    known = periods.drop_duplicates("period").set_index("period")
    dated = known.dropna(subset=["period_start", "period_end"])
    spans = {
        str(label): (row.period_start.toordinal(), row.period_end.toordinal() + 1)
        for label, row in zip(dated.index, dated.itertuples(), strict=True)
    }
    if not any(_is_inside(one, other) for one in spans.values() for other in spans.values()):
        spans = {}
    return _of_spans(spans) | {str(label): (f"={label}",) for label in known.index if label not in spans}


def _is_inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def _of_spans(spans: Mapping[str, tuple[int, int]]) -> Cover:
    ends = sorted({end for span in spans.values() for end in span})
    pieces = list(pairwise(ends))
    return {
        label: tuple(f"{a}..{b}" for a, b in pieces if start <= a and b <= stop)
        for label, (start, stop) in spans.items()
    }


def of_areas(labels: Iterable[str], part_of: Mapping[str, str]) -> Cover:
    """An area covers all areas that are part of it, whether they are in the table or not; others stand for themselves.

    ``part_of`` gives the code of the whole for the code of a part. A whole of which no part is in the table stands
    for itself.
    """
    known = set(labels)
    parts: dict[str, list[str]] = {}
    for part, whole in part_of.items():
        if whole and whole != part:
            parts.setdefault(whole, []).append(part)
    return {label: _leaves(label, parts, known, ()) for label in known}


def _leaves(area: str, parts: Mapping[str, list[str]], known: set[str], above: tuple[str, ...]) -> tuple[str, ...]:
    below = [part for part in parts.get(area, ()) if part not in above]
    if not any(_is_seen(part, parts, known, (*above, area)) for part in below):
        return (area,)
    return tuple(leaf for part in below for leaf in _leaves(part, parts, known, (*above, area)))


def _is_seen(area: str, parts: Mapping[str, list[str]], known: set[str], above: tuple[str, ...]) -> bool:
    below = (part for part in parts.get(area, ()) if part not in above)
    return area in known or any(_is_seen(part, parts, known, (*above, area)) for part in below)
