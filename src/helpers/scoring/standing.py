"""Where one round of one dimension stands while ratings still come in: cheap enough to work out at each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.scoring.delphi import verdict


@dataclass(frozen=True)
class Standing:
    """The ratings of one round in numbers.

    ``counts`` holds how many chose each level, all levels of the scale in order; ``median``, ``q1`` and ``q3`` are
    levels (missing where nobody rated); ``n_near`` is how many lie within one level of the median; ``allowed`` how many
    may lie outside for the panel still to agree, and ``agrees`` whether it does, None where the rule is not defined.
    """

    levels: tuple[int, ...]
    counts: tuple[int, ...]
    median: float
    q1: float
    q3: float
    n_near: int
    allowed: int | None
    agrees: bool | None

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The levels that somebody chose, lowest first."""
        return tuple(level for level, count in zip(self.levels, self.counts, strict=True) if count)

    def count(self, level: int) -> int:
        return self.counts[self.levels.index(level)]


def of_ratings(ratings: Iterable[int], levels: Sequence[int]) -> Standing:
    """Count the ratings of one round, each of another stakeholder.

    Median, quartiles and the rule are those of `agreement.delphi`; `maturity.profile` gives the same ones.
    """
    given, levels = np.asarray(list(ratings), dtype=float), tuple(levels)
    counts = tuple(int((given == level).sum()) for level in levels)
    if not len(given):
        return Standing(levels, counts, np.nan, np.nan, np.nan, 0, None, None)
    found = verdict(given)
    near = len(given) - found.n_outside
    return Standing(levels, counts, found.median, found.q1, found.q3, near, found.allowed, found.agrees)
