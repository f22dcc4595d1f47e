"""Desired levels that lie below the present ones: kept as they stand, since a region may mean it, and said."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import floor
from statistics import median
from typing import Protocol

from helpers.ingest.repeats import GAP_DAYS

SMALL_PANEL = 5  # below it no median is told, since single ratings could be worked out from it


class Rating(Protocol):
    """What is looked at: a level, whose (and of which kind), of what, and when (ISO text or "")."""

    stakeholder: str
    kind: str
    dimension: str
    round: int
    rating: int
    date: str


def below_present(ratings: Iterable[Rating]) -> Iterator[tuple[Rating, str]]:
    """Find the desired levels below the present level of their wave; with each, the sentence that says so.

    ``ratings`` are those of one region that have a level. The present level is the consensus, and where there is none
    the median of the single ratings, rounded down, of a panel that is not too small. A desired level belongs to the
    last wave that began by its day.
    """
    ratings = list(ratings)
    desired = [rating for rating in ratings if rating.kind == "desired"]
    present = [rating for rating in ratings if rating.kind != "desired"]
    starts = _starts(present)
    levels = _levels(present, starts) if desired else {}
    for rating in desired:
        level, basis = levels.get((_wave(rating, starts), rating.dimension), (None, ""))
        if level is not None and rating.rating < level:
            yield rating, f"the desired level {rating.rating} lies below the present one, {level} ({basis})"


def _starts(present: list[Rating]) -> list[str]:
    """The first day of each wave; none where no rating has a day."""
    days = sorted({rating.date for rating in present if rating.date})
    pauses = [dt.date.fromisoformat(later) - dt.date.fromisoformat(earlier) for earlier, later in pairwise(days)]
    return days[:1] + [day for day, pause in zip(days[1:], pauses, strict=True) if pause.days > GAP_DAYS]


def _wave(rating: Rating, starts: list[str]) -> int:
    """The number of a rating's wave; the latest where it has no day, the first where it lies before all."""
    return max(bisect_right(starts, rating.date), 1) if rating.date else max(len(starts), 1)


def _levels(present: list[Rating], starts: list[str]) -> dict[tuple[int, str], tuple[int, str]]:
    """The present level of each wave and dimension, and what it rests on."""
    together: dict[tuple[int, str], list[Rating]] = defaultdict(list)
    panels: dict[int, set[str]] = defaultdict(set)
    for rating in present:
        together[_wave(rating, starts), rating.dimension].append(rating)
        if rating.kind == "individual":
            panels[_wave(rating, starts)].add(rating.stakeholder)
    levels = {}
    for place, rated in together.items():
        agreed, own = ([r for r in rated if r.kind == kind] for kind in ("consensus", "individual"))
        if agreed:
            levels[place] = (_last(agreed)[-1].rating, "agreed")
        elif len(panels[place[0]]) >= SMALL_PANEL:
            latest = {rating.stakeholder: rating.rating for rating in _last(own)}
            levels[place] = (floor(median(latest.values())), "the median of the ratings")
    return levels


def _last(rated: list[Rating]) -> list[Rating]:
    """The ratings of the last round, the latest last."""
    last = max(rating.round for rating in rated)
    return sorted((rating for rating in rated if rating.round == last), key=lambda rating: rating.date)
