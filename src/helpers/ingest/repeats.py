"""Ratings that stand more than once: the same one twice is counted once, two that contradict are both left out.

Ratings more than ``GAP_DAYS`` apart are no repeats: they belong to different waves.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

GAP_DAYS = 180


class Rating(Protocol):
    """What is looked at: a rating or None, the day as ISO text or "", and the words beside it."""

    rating: int | None
    date: str
    justification: str
    confidence: str
    role: str
    sector: str


@dataclass(frozen=True)
class Outcome:
    """What became of ratings that stand in one place: one is kept, or all that contradict are refused."""

    kept: Rating | None
    repeats: list[Rating]
    conflicting: list[Rating]


def outcomes(ratings: Iterable[Rating], place: Callable[[Rating], Hashable]) -> Iterator[Outcome]:
    """Find what stands in one place (``place`` says which) at one time more than once, and say what becomes of it."""
    together: dict[Hashable, list[Rating]] = defaultdict(list)
    for rating in ratings:
        together[place(rating)].append(rating)
    for group in together.values():
        if len(group) > 1:
            yield from (_outcome(at_one_time) for at_one_time in _by_time(group) if len(at_one_time) > 1)


def repeated(rating: Rating, kept: Rating | None, there: str) -> str:
    """Say what became of a repeat; ``there`` is where the one stands that is kept."""
    if kept is None:
        return "no rating stands here, and others contradict each other"
    if rating.rating is not None:
        return f"the rating {rating.rating} stands in {there} too; it was counted once"
    if kept.rating is None:
        return f"no rating stands here, nor in {there}; it counts as one that is missing"
    return f"no rating stands here, but {kept.rating} in {there}; that one counts"


def _by_time(group: list[Rating]) -> list[list[Rating]]:
    """Ratings of one wave together. One without a date can belong to any, so nothing is told apart then."""
    if not all(rating.date for rating in group):
        return [group]
    ordered = sorted(group, key=lambda rating: rating.date)
    waves = [[ordered[0]]]
    for earlier, later in pairwise(ordered):
        gap = dt.date.fromisoformat(later.date) - dt.date.fromisoformat(earlier.date)
        if gap.days > GAP_DAYS:
            waves.append([])
        waves[-1].append(later)
    return waves


def _outcome(group: list[Rating]) -> Outcome:
    rated = [rating for rating in group if rating.rating is not None]
    if len({rating.rating for rating in rated}) > 1:
        return Outcome(None, [rating for rating in group if rating.rating is None], rated)
    kept = max(rated or group, key=_fullness)
    return Outcome(kept, [rating for rating in group if rating is not kept], [])


def _fullness(rating: Rating) -> tuple:
    """The fullest of several is kept: the one with the longest justification, then the one that says most else."""
    said = (rating.justification, rating.confidence, rating.date, rating.role, rating.sector)
    return (len(rating.justification), sum(map(bool, said)), *said)
