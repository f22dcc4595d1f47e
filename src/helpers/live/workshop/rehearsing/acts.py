"""What a panel for practising does: somebody hands in a rating some seconds after a round was opened or revealed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Act:
    """A rating that ``member`` (0, 1, ...) hands in ``after`` seconds. The same ``place`` is the same act again."""

    member: int
    after: float
    rating: int | None
    confidence: str
    justification: str
    place: tuple[str, int, int]

    def mark(self, name: str) -> str:
        """The mark of this act in the panel of this name."""
        told = json.dumps([name, self.member, *self.place])
        return f"practice-{hashlib.sha256(told.encode()).hexdigest()[:48]}"


class Panel(Protocol):
    """Who takes part, and what they hand in.

    ``name`` tells this panel from others (another seed, another recording), so that a process that begins again brings
    nobody in twice; ``people`` are roles and sectors.
    """

    name: str
    people: Sequence[tuple[str, str]]

    def answers(self, connection: sqlite3.Connection, dimension: str, round_: int, numbers: Sequence[int]) -> list[Act]:
        """What is handed in after this round was opened. ``numbers`` are the participants that the members are."""

    def second_thoughts(
        self, connection: sqlite3.Connection, dimension: str, round_: int, numbers: Sequence[int]
    ) -> list[Act]:
        """What is handed in after it was revealed."""
