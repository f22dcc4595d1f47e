"""What the stage knows of a workshop, read from its file: only what changed since the last look is read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.live.workshop import keeping, tables
from helpers.live.workshop import steps as rules
from helpers.live.workshop.keeping import Participant
from helpers.live.workshop.steps import State, Step
from helpers.reference import workshop_texts
from helpers.reference.models import Model, load_model
from helpers.scoring import standing
from helpers.scoring.standing import Standing


class Rated(NamedTuple):
    """One rating that was revealed."""

    stakeholder: str
    round: int
    rating: int
    justification: str
    sector: str


@dataclass(frozen=True)
class Found:
    """One dimension as far as it was revealed: its ratings and where each shown round stands, by its number."""

    ratings: tuple[Rated, ...] = ()
    rounds: dict[int, Standing] = field(default_factory=dict)

    def of_round(self, number: int) -> list[Rated]:
        return [one for one in self.ratings if one.round == number]

    @property
    def latest(self) -> Standing | None:
        return self.rounds[max(self.rounds)] if self.rounds else None


class Reading:
    """A workshop's file as it was at the last look.

    ``found`` is the only way to ratings, and it goes through `tables.ratings`: what was not revealed is not in it.
    """

    def __init__(self, folder: str | Path, data: str | Path = "") -> None:
        self.folder = Path(folder)
        self.connection = keeping.connect(self.folder / keeping.FILE_NAME)
        self.facts = keeping.facts_of(self.connection)
        self.model: Model = load_model(self.facts.model, data)
        self.texts = workshop_texts.dimension_texts(self.model, self.facts.language, data)
        self.mark: tuple[int, int, int, int] = (-1, -1, -1, -1)
        self.steps: list[Step] = []
        self.state = State()
        self.people: list[Participant] = []
        self.files: list[dict] = []
        self._found: dict[str, tuple[object, Found]] = {}
        self._answered: dict[tuple[str, int], set[int]] = {}

    def look(self) -> bool:
        """Read what changed, and say whether anything did."""
        before, mark = self.mark, keeping.mark(self.connection)
        if mark == before:
            return False
        if mark[0] != before[0]:
            self.steps = keeping.steps_of(self.connection)
            self.state = rules.state_of(self.steps)
        if mark[1] != before[1]:
            self._forget(keeping.rated_since(self.connection, before[1]))
        if mark[2] != before[2]:
            self.people = keeping.participants(self.connection)
        if mark[3] != before[3]:
            self.files = keeping.readings(self.connection)
        self.mark = mark
        return True

    def _forget(self, rated: Iterable[tuple[str, int]]) -> None:
        for dimension, round_ in rated:
            self._answered.pop((dimension, round_), None)
            self._found.pop(dimension, None)

    @property
    def counting(self) -> list[Participant]:
        """The participants who were not left out."""
        return [one for one in self.people if one.participant not in self.state.left_out]

    def short_name(self, dimension: str) -> str:
        """A name for where there is little room; the whole one in a language that has no short ones."""
        name = self.texts[dimension].name
        return name if name.language != "en" else self.model.dimension(dimension).short_name

    def answered(self, dimension: str, round_: int) -> set[int]:
        """Who has answered in this round; never what."""
        key = (dimension, round_)
        if key not in self._answered:
            self._answered[key] = keeping.answered(self.connection, dimension, round_)
        return self._answered[key]

    def found(self, dimension: str) -> Found:
        """The ratings of the rounds of a dimension that were revealed."""
        shown = tuple(one.number for one in self.state.rounds.get(dimension, ()) if one.is_shown)
        key = (shown, *self.state.left_out)
        if dimension not in self._found or self._found[dimension][0] != key:
            self._found[dimension] = key, self._read(dimension, shown)
        return self._found[dimension][1]

    def _read(self, dimension: str, shown: tuple[int, ...]) -> Found:
        if not shown:
            return Found()
        table = tables.ratings(self.connection, state=self.state, dimension=dimension, with_decisions=False)
        ratings = tuple(Rated(*row) for row in zip(*(table[name].tolist() for name in Rated._fields), strict=True))
        by_round = {number: [one.rating for one in ratings if one.round == number] for number in shown}
        levels = self.model.levels
        return Found(ratings, {number: standing.of_ratings(given, levels) for number, given in by_round.items()})

    def everything_shown(self) -> pd.DataFrame:
        """All that was revealed, and the decisions: for the ranking at the end."""
        return tables.ratings(self.connection, state=self.state)

    def close(self) -> None:
        self.connection.close()
