"""A simulated panel: mixed people with opinions, who take their time, change their minds, or stay silent.

Everything follows from the seed, the person, the dimension and the round, so that a process that was killed and begins
again hands in the same. From the second round on most move towards the median that was revealed; a few never do.
"""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from helpers.live.workshop import keeping, tables
from helpers.live.workshop.records import CONFIDENCES
from helpers.live.workshop.rehearsing.acts import Act
from helpers.live.workshop.rehearsing.writing import Writing
from helpers.reference.models import Model

SHORTEST, USUAL, LONGEST = 1.5, 7.0, 28.0  # seconds until somebody has made up their mind
HOW_OFTEN = (15, 20, 45, 20)  # each of the confidences


@dataclass(frozen=True)
class Member:
    """One simulated person: how far from the others they see things, and how they behave (chances from 0 to 1)."""

    lean: float
    slowness: float
    silence: float
    doubt: float
    is_stubborn: bool


class Simulated:
    """A panel of simulated people, who rate around ``profile``: a level for each dimension."""

    def __init__(
        self, model: Model, profile: Mapping[str, float], writing: Writing, *, stakeholders: int, seed: int
    ) -> None:
        self.model, self.profile, self.writing, self.seed = model, profile, writing, seed
        self.name = f"simulated {seed}"
        self.people = [writing.people[place % len(writing.people)] for place in range(stakeholders)]
        self.members = [self._member(place) for place in range(stakeholders)]

    def _member(self, place: int) -> Member:
        """Two of each twelve are stubborn, one at each end; one often says nothing, one often cannot rate."""
        rng, kind = self._rng(place), place % 12
        lean = {3: -1.5, 7: 1.4}.get(kind, rng.gauss(0, 0.5))
        silence, doubt = 0.3 if kind == 10 else 0.04, 0.25 if kind == 11 else 0.03
        return Member(lean, rng.uniform(0.7, 1.5), silence, doubt, kind in (3, 7))

    def _rng(self, *parts: object) -> random.Random:
        return random.Random("|".join(map(str, (self.seed, *parts))))

    def answers(self, connection: sqlite3.Connection, dimension: str, round_: int, numbers: Sequence[int]) -> list[Act]:
        """What is handed in after this round was opened; from the second one on it rests on the one before."""
        before = _ratings(connection, dimension, round_ - 1)
        middle = _median_shown(connection, dimension, round_ - 1)
        acts = []
        for member, number in enumerate(numbers):
            rng = self._rng(member, dimension, round_)
            one = self.members[member]
            if rng.random() < one.silence:
                continue
            rating, kind = self._rating(one, rng, dimension, before.get(number), middle)
            acts += self._acts(member, rng, dimension, round_, rating, kind)
        return acts

    def _rating(
        self, one: Member, rng: random.Random, dimension: str, before: int | None, middle: float | None
    ) -> tuple[int | None, str]:
        """The level that somebody chooses, and what they would write of: a reason, having moved, or staying."""
        if before is not None:
            rating = before if middle is None or one.is_stubborn else self._moved(rng, before, middle)
            return rating, "moved" if rating != before else "stays"
        if rng.random() < one.doubt:
            return None, ""
        spread = self._rng(dimension).uniform(0.6, 1.2)
        centre = self.profile[dimension] if middle is None else middle
        return self._on_scale(centre + spread * (one.lean + rng.gauss(0, 0.6))), "reason"

    def _moved(self, rng: random.Random, before: int, middle: float) -> int:
        """One level nearer to the median, or two from far away; some stay where they are."""
        way = middle - before
        if abs(way) < 1 or rng.random() > 0.8:
            return before
        return before + int(math.copysign(2 if abs(way) >= 2 and rng.random() < 0.6 else 1, way))

    def _on_scale(self, value: float) -> int:
        return min(max(math.floor(value + 0.5), min(self.model.levels)), max(self.model.levels))

    def _acts(
        self, member: int, rng: random.Random, dimension: str, round_: int, rating: int | None, kind: str
    ) -> list[Act]:
        pause = self.members[member].slowness * min(max(rng.lognormvariate(math.log(USUAL), 0.6), SHORTEST), LONGEST)
        first = self._act(member, rng, pause, rating, kind, (dimension, round_, 1))
        if rating is None or kind != "reason" or rng.random() > 0.12:
            return [first]
        other = self._on_scale(rating + rng.choice((-1, 1)))
        return [first, self._act(member, rng, pause + rng.uniform(3, 9), other, "", (dimension, round_, 2))]

    def _act(
        self, member: int, rng: random.Random, pause: float, rating: int | None, kind: str, place: tuple[str, int, int]
    ) -> Act:
        dimension = place[0]
        if rating is None:
            return Act(member, pause, None, "", "", place)
        confidence = rng.choices(CONFIDENCES, HOW_OFTEN)[0]
        is_far = abs(rating - self.profile[dimension]) >= 1
        has_text = kind and rng.random() < (0.75 if is_far else 0.3)
        sector = self.people[member][1]
        text = self.writing.text(rng, kind, dimension, rating, sector) if has_text else ""
        return Act(member, pause, rating, confidence, text, place)

    def second_thoughts(
        self, connection: sqlite3.Connection, dimension: str, round_: int, numbers: Sequence[int]
    ) -> list[Act]:
        """Some who see that they stand far from the others come one level nearer at once."""
        own, middle = _ratings(connection, dimension, round_), _median_shown(connection, dimension, round_)
        acts = []
        for member, number in enumerate(numbers):
            rng, rating = self._rng(member, dimension, round_, "revealed"), own.get(number)
            is_far = rating is not None and middle is not None and abs(rating - middle) >= 2
            if is_far and not self.members[member].is_stubborn and rng.random() < 0.35:
                nearer = rating + int(math.copysign(1, middle - rating))
                acts.append(self._act(member, rng, rng.uniform(4, 15), nearer, "moved", (dimension, round_, 3)))
        return acts


def _ratings(connection: sqlite3.Connection, dimension: str, round_: int) -> dict[int, int]:
    """What each participant said in a round; for their own next rating alone."""
    rows = keeping.latest_ratings(connection, dimension) if round_ else []
    return {row["participant"]: row["rating"] for row in rows if row["round"] == round_ and row["rating"] is not None}


def _median_shown(connection: sqlite3.Connection, dimension: str, round_: int) -> float | None:
    """The median of a round, if it was shown: nobody can be moved by what they have not seen."""
    table = tables.ratings(connection, dimension=dimension, with_decisions=False)
    shown = table.loc[table["round"] == round_, "rating"].astype(float)
    return median(shown) if len(shown) else None
