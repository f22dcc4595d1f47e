"""A recorded workshop, played back: the same people, ratings and texts, each as long after its round was opened."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Facts
from helpers.live.workshop.rehearsing.acts import Act


class Recorded:
    """The panel of a workshop that was held. Who was left out, and what they are called, is not played."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        """Read the recording.

        Raises
        ------
        WorkshopError
            If there is none in the folder, or it rates another model than these facts.
        """
        with contextlib.closing(keeping.connect(folder / keeping.FILE_NAME)) as connection:
            held, state = keeping.facts_of(connection), keeping.state(connection)
            people = [one for one in keeping.participants(connection) if one.participant not in state.left_out]
            rows = keeping.all_ratings(connection)
        if held.model != facts.model:
            raise keeping.WorkshopError(f"The workshop in {folder} rates {held.model}, this one {facts.model}.")
        self.name, self.people = f"recorded {held.code}", [(one.role, one.sector) for one in people]
        members = {one.participant: member for member, one in enumerate(people)}
        self._acts: dict[tuple[str, int], list[Act]] = defaultdict(list)
        for row in rows:
            found = state.round_of(row["dimension"], row["round"])
            if found and row["participant"] in members:
                acts = self._acts[row["dimension"], row["round"]]
                acts.append(_act(members[row["participant"]], row, found.opened_at, len(acts)))

    def answers(self, connection: sqlite3.Connection, dimension: str, round_: int, numbers: Sequence[int]) -> list[Act]:
        """What was handed in for this round; nothing where it was not held."""
        return self._acts.get((dimension, round_), [])

    def second_thoughts(
        self, connection: sqlite3.Connection, dimension: str, round_: int, numbers: Sequence[int]
    ) -> list[Act]:
        """Nothing: what was handed in after the reveal stands among the answers, with its pause."""
        return []


def _act(member: int, row: dict, opened_at: str, number: int) -> Act:
    """What was there before the round was opened, from a file, is handed in at its opening."""
    pause = (datetime.fromisoformat(row["at"]) - datetime.fromisoformat(opened_at)).total_seconds()
    place = (row["dimension"], row["round"], number + 1)
    return Act(member, max(pause, 0.0), row["rating"], row["confidence"], row["justification"], place)
