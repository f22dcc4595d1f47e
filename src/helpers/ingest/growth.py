"""Whether two statements of growth can both hold.

A statement says by how much something changes from one year to another; the year it starts from is often not said. Two
statements over spans whose ends lie within two years of each other contradict each other where they differ by more than
their words allow. Where one span holds the other, the growth that the rest of it would need is looked at: they
contradict where it turns back by more than a percentage point a year, or runs at more than three times the yearly rate
of the shorter span and a whole point a year faster. Yearly rates are compound: (1 + growth) ** (1 / years) - 1. Spans
that overlap only in part say nothing about each other.
"""

from __future__ import annotations

from dataclasses import dataclass

CLOSE_YEARS = 2
FASTER, POINTS = 3, 1.0
HEDGED = 0.1  # by what share of itself a figure may be off that is called about or over


@dataclass(frozen=True)
class Growth:
    """Growth in percent between two years; ``start`` is None where it is not said, ``is_hedged`` where it is about."""

    percent: float
    start: int | None
    end: int
    is_hedged: bool = False
    decimals: int = 0

    @property
    def leeway(self) -> float:
        """By how many points it can be off, by its last digit and by its words."""
        return 0.5 * 10.0**-self.decimals + (HEDGED * abs(self.percent) if self.is_hedged else 0)


def contradict(first: Growth, second: Growth, *, today: int) -> bool:
    """Whether two statements about the same thing cannot both hold; ``today`` is the year where none names a start."""
    one, two = (_span(growth, other, today) for growth, other in ((first, second), (second, first)))
    if abs(first.percent - second.percent) <= first.leeway + second.leeway:
        return False
    if max(abs(one[0] - two[0]), abs(one[1] - two[1])) <= CLOSE_YEARS:
        return True
    outer, inner = (first, second) if one[1] - one[0] > two[1] - two[0] else (second, first)
    span, within = (one, two) if outer is first else (two, one)
    is_nested = span[0] <= within[0] < within[1] <= span[1]
    if not is_nested or min(outer.percent, inner.percent) <= -100:
        return False
    rest = 100 * ((1 + outer.percent / 100) / (1 + inner.percent / 100) - 1)
    rate = yearly(inner.percent, within[1] - within[0])
    beyond = yearly(rest, span[1] - span[0] - (within[1] - within[0]))
    turns = rate * beyond < 0 and abs(beyond) > POINTS
    return turns or abs(beyond) > max(FASTER * abs(rate), abs(rate) + POINTS)


def yearly(percent: float, years: int) -> float:
    """The compound yearly growth in percent that comes to some growth after some years."""
    return 100 * ((1 + percent / 100) ** (1 / max(years, 1)) - 1)


def _span(growth: Growth, other: Growth, today: int) -> tuple[int, int]:
    """The two years; a start that is not said is taken to be the other's, or the present year."""
    start = growth.start if growth.start is not None else other.start
    return min(today if start is None else start, growth.end), growth.end
