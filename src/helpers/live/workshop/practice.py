"""Rehearse a workshop with a panel that is simulated, or played back from a recorded workshop::

    python -m helpers.live.workshop.practice WORKSHOP_FOLDER [--stakeholders 12] [--seed N] [--pace 1.0]
        [--play OTHER_WORKSHOP_FOLDER] [--phones] [--once] [--data DIR]

Only a workshop that was made for practising takes such a panel. It ends with the workshop, when its standard input
closes, or on SIGTERM or Ctrl-C; begun again, it goes on where it was and hands in nothing twice.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from helpers.live.workshop import keeping
from helpers.live.workshop.ending import stop_with_input
from helpers.live.workshop.rehearsing.acts import Act, Panel
from helpers.live.workshop.rehearsing.hands import ByPhone, Directly
from helpers.live.workshop.rehearsing.profile import profile_of
from helpers.live.workshop.rehearsing.recorded import Recorded
from helpers.live.workshop.rehearsing.simulated import Simulated
from helpers.live.workshop.rehearsing.writing import Writing
from helpers.live.workshop.steps import SHOWN, Round, State
from helpers.reference.models import load_model

TICK_SECONDS = 0.1
FASTEST_JOIN, SLOWEST_JOIN = 0.3, 1.6
MOST_STAKEHOLDERS = 200
Part = tuple[str, int, str]


@dataclass(frozen=True)
class Joined:
    """A member who takes part: as which participant, and since when (0.0: since an earlier process)."""

    number: int
    at: float


@dataclass
class Rehearsal:
    """A panel that takes part in a practice: `tick` does what is due at this moment."""

    connection: sqlite3.Connection
    panel: Panel
    hands: Directly | ByPhone
    pace: float
    state: State = field(default_factory=State)
    step: int = -1
    joined: dict[int, Joined] = field(default_factory=dict)
    planned: dict[Part, list[tuple[float, Act]]] = field(default_factory=dict)
    next_join: float = 0.0

    def tick(self) -> None:
        """Let join who is next, and hand in what is due."""
        step = keeping.mark(self.connection)[0]
        if step != self.step:
            self.state, self.step = keeping.state(self.connection), step
        self._join()
        if found := self.state.open_round:
            self._plan(found)
            self._give()

    @property
    def is_answered(self) -> bool:
        """Whether a round was opened and everybody has handed in what they wanted to, or it takes nothing any more."""
        return bool(self.planned) and not any(acts for part, acts in self.planned.items() if self._is_open(part))

    def _is_open(self, part: Part) -> bool:
        found = self.state.open_round
        return found is not None and part[:2] == (self.state.current, found.number)

    def _join(self) -> None:
        """One after the other; those who joined before, in an earlier process, at once."""
        while len(self.joined) < len(self.panel.people) and _now() >= self.next_join:
            member = len(self.joined)
            before = keeping.mark(self.connection)[2]
            number = self.hands.join(member, *self.panel.people[member])
            if number is None:
                return
            is_new = number > before
            self.joined[member] = Joined(number, _now() if is_new else 0.0)
            if is_new:
                pause = random.Random(f"{self.panel.name} {member}").uniform(FASTEST_JOIN, SLOWEST_JOIN)
                self.next_join = _now() + pause * self.pace

    def _plan(self, found: Round) -> None:
        """Ask once after each opening and once after each reveal what is handed in, and when."""
        parts = [(found.opened_at, self.panel.answers)]
        if found.phase == SHOWN:
            parts.append((found.revealed_at, self.panel.second_thoughts))
        for at, acts in parts:
            part = (self.state.current, found.number, at)
            if part not in self.planned:
                numbers = [self.joined[member].number if member in self.joined else 0 for member in self._members]
                begun = _moment(at)
                planned = acts(self.connection, self.state.current, found.number, numbers)
                self.planned[part] = [(begun + act.after * self.pace, act) for act in planned]

    @property
    def _members(self) -> range:
        return range(len(self.panel.people))

    def _give(self) -> None:
        """Hand in what is due of the round that is open; another one takes nothing any more."""
        for part, planned in self.planned.items():
            if self._is_open(part):
                due = [one for one in planned if self._is_due(*one)]
                settled = self.hands.give([act for _, act in due])
                done = {id(one) for one, is_settled in zip(due, settled, strict=True) if is_settled}
                self.planned[part] = [one for one in planned if id(one) not in done]

    def _is_due(self, at: float, act: Act) -> bool:
        """Whether the time has come; who joined late needs a while, too."""
        one = self.joined.get(act.member)
        return one is not None and max(at, one.at + act.after * self.pace / 2) <= _now()


def _now() -> float:
    return _moment(keeping.now())


def _moment(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def panel_of(connection: sqlite3.Connection, wanted: argparse.Namespace) -> Panel:
    """The panel that is asked for.

    Raises
    ------
    WorkshopError
        If the workshop is none for practising, or the recording cannot be played.
    """
    facts = keeping.facts_of(connection)
    if not facts.is_practice:
        raise keeping.WorkshopError(
            f"The workshop of {facts.region_name} of {facts.day} is a real one; a simulated panel takes part in a"
            " practice only. Begin one with atlas workshop --practice."
        )
    if wanted.play:
        return Recorded(wanted.play, facts)
    model = load_model(facts.model, wanted.data)
    profile = profile_of(facts.region, model, seed=wanted.seed, data=wanted.data)
    writing = Writing(model, data=wanted.data)
    return Simulated(model, profile, writing, stakeholders=wanted.stakeholders, seed=wanted.seed)


def rehearse(wanted: argparse.Namespace, stop: threading.Event) -> None:
    """Take part until the workshop ends or this process is told to.

    Raises
    ------
    WorkshopError
        If there is no workshop, or `panel_of` raises it.
    """
    connection = keeping.connect(wanted.session / keeping.FILE_NAME)
    panel = panel_of(connection, wanted)
    model = load_model(keeping.facts_of(connection).model, wanted.data)
    hands = Directly(connection, panel.name, model)
    if wanted.phones:
        hands = ByPhone(connection, panel.name, wanted.session)
    rehearsal = Rehearsal(connection, panel, hands, wanted.pace)
    while not (stop.is_set() or rehearsal.state.ended_at or (wanted.once and rehearsal.is_answered)):
        try:
            rehearsal.tick()
        except sqlite3.OperationalError as error:  # busy for a moment: the same again in the next one
            print(error, file=sys.stderr, flush=True)
        stop.wait(TICK_SECONDS)
    connection.close()


def main(arguments: list[str] | None = None) -> int:
    """Take part in a practice as a simulated or recorded panel; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers.live.workshop.practice", description=main.__doc__)
    parser.add_argument("session", type=Path, help="the workshop's folder")
    parser.add_argument("--stakeholders", type=int, default=12, help=f"how many, 1 to {MOST_STAKEHOLDERS}")
    parser.add_argument("--seed", type=int, default=1, help="the same number is the same panel")
    parser.add_argument("--pace", type=float, default=1.0, help="of all pauses; 0.5 is twice as fast")
    parser.add_argument("--play", type=Path, help="play back the workshop in this folder")
    parser.add_argument("--phones", action="store_true", help="hand in over HTTP, as phones do")
    parser.add_argument("--once", action="store_true", help="end when the round that is opened first was answered")
    parser.add_argument("--data", default="", help="the data folder; the project's own if not given")
    wanted = parser.parse_args(arguments)
    if not (1 <= wanted.stakeholders <= MOST_STAKEHOLDERS and 0 <= wanted.pace <= 1000):
        parser.error(f"--stakeholders is 1 to {MOST_STAKEHOLDERS}, --pace 0 to 1000")
    stop = threading.Event()
    stop_with_input(stop)
    try:
        rehearse(wanted, stop)
    except (keeping.WorkshopError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
