"""What the presenter does, step by step, and the state of the workshop that follows: pure, no file, no clock.

A step is never changed or taken out. Undoing is a step, too: `state_of` leaves out what was undone, so that the state
after an undo is exactly the state before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

OPEN, REVEAL, CLOSE, TIMER, AGREE, DESIRE, LEAVE_OUT, TAKE_IN, END, UNDO = KINDS = (
    "open", "reveal", "close", "timer", "agree", "desire", "leave-out", "take-in", "end", "undo",
)  # fmt: skip
HIDDEN, SHOWN, CLOSED = "open", "revealed", "closed"
MOST_ROUNDS = 9


class NotNow(ValueError):
    """A step that cannot be taken in this state; the sentence says why and what can be done."""


@dataclass(frozen=True)
class Step:
    """One thing that the presenter did.

    ``number`` counts from 1, ``at`` is UTC (ISO 8601). ``dimension`` and ``round`` for open, reveal, close and timer;
    ``dimension``, ``level`` and ``text`` (the reason) for agree and desire, where no level takes it back; ``seconds``
    of a timer (0 stops it); ``participant`` and ``text`` (the reason) for leave-out, ``participant`` for take-in;
    ``undone`` is the number of the step that an undo takes back: who asks for one may name it, so that nothing else is
    undone than what they saw (0: the last, whatever it is).
    """

    kind: str
    dimension: str = ""
    round: int = 0
    level: int | None = None
    text: str = ""
    seconds: int = 0
    participant: int = 0
    undone: int = 0
    number: int = 0
    at: str = ""


@dataclass(frozen=True)
class Round:
    """One round of one dimension: ``phase`` is open (ratings come in, nothing shows), revealed (they still come in and
    show) or closed. ``timer_started`` and ``timer_seconds`` are of the timer that runs, if any."""

    number: int
    phase: str = HIDDEN
    opened_at: str = ""
    revealed_at: str = ""
    timer_started: str = ""
    timer_seconds: int = 0

    @property
    def takes_ratings(self) -> bool:
        return self.phase != CLOSED

    @property
    def is_shown(self) -> bool:
        """Whether its ratings may be seen: it was revealed, before or after it was closed."""
        return bool(self.revealed_at)


@dataclass(frozen=True)
class Decision:
    """A level that the panel agreed on, or wants, and why."""

    level: int
    reason: str


@dataclass(frozen=True)
class State:
    """Where the workshop stands.

    ``current`` is the dimension on the screen ("" before the first); ``rounds`` has the rounds of each dimension that
    was opened, in order; ``agreed`` and ``desired`` the decisions by dimension; ``left_out`` the participants whose
    ratings do not count, each with the reason; ``ended_at`` is "" while it goes on; ``last`` is the number of the last
    step that stands (0: none), which is what an undo would take back.
    """

    current: str = ""
    rounds: Mapping[str, tuple[Round, ...]] = field(default_factory=dict)
    agreed: Mapping[str, Decision] = field(default_factory=dict)
    desired: Mapping[str, Decision] = field(default_factory=dict)
    left_out: Mapping[int, str] = field(default_factory=dict)
    ended_at: str = ""
    last: int = 0

    def round_of(self, dimension: str, number: int = 0) -> Round | None:
        """This round of a dimension, or its last one; None where there is none."""
        rounds = self.rounds.get(dimension, ())
        if not number:
            return rounds[-1] if rounds else None
        return rounds[number - 1] if 1 <= number <= len(rounds) else None

    @property
    def open_round(self) -> Round | None:
        """The round that takes ratings at this moment; at most one does."""
        found = self.round_of(self.current)
        return found if found and found.takes_ratings and not self.ended_at else None


def standing(steps: Iterable[Step]) -> list[Step]:
    """The steps that were not undone, without the undoings."""
    steps = list(steps)
    undone = {step.undone for step in steps if step.kind == UNDO}
    return [step for step in steps if step.kind != UNDO and step.number not in undone]


def state_of(steps: Iterable[Step]) -> State:
    """Work out the state from all steps, in their order."""
    state = State()
    for step in standing(steps):
        state = replace(_after(state, step), last=step.number)
    return state


def checked(state: State, step: Step, *, dimensions: Iterable[str], levels: Iterable[int]) -> Step:
    """Return the step, its round filled in, or raise `NotNow`.

    ``dimensions`` are the codes of the model, ``levels`` its levels.
    """
    if step.kind not in KINDS:
        raise NotNow(f"There is no step called {step.kind!r}.")
    if step.kind == UNDO:
        if not state.last:
            raise NotNow("There is nothing to undo.")
        if step.undone not in (0, state.last):
            raise NotNow("Something else was done in the meantime. Look what the last step is now.")
        return replace(step, undone=state.last)
    if state.ended_at:
        raise NotNow("The workshop has ended. Undo the ending to go on.")
    if step.kind not in (LEAVE_OUT, TAKE_IN, END) and step.dimension not in set(dimensions):
        raise NotNow(f"The model has no dimension {step.dimension!r}.")
    if step.kind in (AGREE, DESIRE):
        return _decision_checked(state, step, set(levels))
    if step.kind == LEAVE_OUT:
        if step.participant in state.left_out:
            raise NotNow("This participant is left out already.")
        return step
    if step.kind == TAKE_IN:
        if step.participant not in state.left_out:
            raise NotNow("This participant takes part.")
        return step
    return step if step.kind == END else _round_checked(state, step)


def _decision_checked(state: State, step: Step, levels: set[int]) -> Step:
    if step.level is not None and step.level not in levels:
        raise NotNow(f"{step.level} is not a level of the scale {min(levels)} to {max(levels)}.")
    last = state.round_of(step.dimension)
    if last and last.phase == HIDDEN:
        raise NotNow("Reveal the ratings first: a level on the screen would sway those who still rate.")
    decided = (state.agreed if step.kind == AGREE else state.desired).get(step.dimension)
    if step.level is None and decided is None:
        raise NotNow("No level is recorded here, so there is none to take back.")
    return step


def _round_checked(state: State, step: Step) -> Step:
    last = state.round_of(step.dimension)
    if step.kind == OPEN:
        return _opening_checked(state, step, last)
    if last is None:
        raise NotNow("This dimension has not been opened yet.")
    if step.round not in (0, last.number):
        raise NotNow(f"Round {step.round} is over; this is round {last.number}.")
    if not last.takes_ratings and step.kind != REVEAL:
        raise NotNow("This round is closed. Open the next round to rate again.")
    if step.kind == REVEAL and last.is_shown:
        raise NotNow("This round is revealed already.")
    if step.kind == TIMER and step.seconds < 0:
        raise NotNow("A timer runs forwards.")
    return replace(step, round=last.number)


def _opening_checked(state: State, step: Step, last: Round | None) -> Step:
    if last and last.takes_ratings and state.current == step.dimension:
        raise NotNow(f"Round {last.number} of this dimension is open already. Close it before the next.")
    number = last.number + 1 if last else 1
    if number > MOST_ROUNDS:
        raise NotNow(f"There are at most {MOST_ROUNDS} rounds.")
    if step.round not in (0, number):
        raise NotNow(f"The next round is round {number}, not {step.round}.")
    return replace(step, round=number)


def _after(state: State, step: Step) -> State:
    if step.kind == END:
        return replace(_all_closed(state, step), ended_at=step.at)
    if step.kind == LEAVE_OUT:
        return replace(state, left_out={**state.left_out, step.participant: step.text})
    if step.kind == TAKE_IN:
        kept = {number: why for number, why in state.left_out.items() if number != step.participant}
        return replace(state, left_out=kept)
    if step.kind == AGREE:
        return replace(state, agreed=_decided(state.agreed, step))
    if step.kind == DESIRE:
        return replace(state, desired=_decided(state.desired, step))
    if step.kind == OPEN:
        state = _all_closed(state, step)
        rounds = (*state.rounds.get(step.dimension, ()), Round(step.round, opened_at=step.at))
        return replace(state, current=step.dimension, rounds={**state.rounds, step.dimension: rounds})
    last = state.round_of(step.dimension)
    return _with_last(state, step.dimension, **_changed(step, last.phase if last else HIDDEN))


def _changed(step: Step, phase: str) -> dict[str, object]:
    """What a step changes in the last round of its dimension, which is in this phase."""
    if step.kind == REVEAL:
        return {"phase": SHOWN if phase == HIDDEN else phase, "revealed_at": step.at}
    if step.kind == CLOSE:
        return {"phase": CLOSED, "timer_started": "", "timer_seconds": 0}
    return {"timer_started": step.at if step.seconds else "", "timer_seconds": step.seconds}


def _decided(decisions: Mapping[str, Decision], step: Step) -> dict[str, Decision]:
    kept = {dimension: decision for dimension, decision in decisions.items() if dimension != step.dimension}
    return kept if step.level is None else {**kept, step.dimension: Decision(step.level, step.text)}


def _all_closed(state: State, step: Step) -> State:
    """Close the round that is open, if there is one: participants see one dimension at a time."""
    last = state.round_of(state.current)
    if not last or not last.takes_ratings:
        return state
    return _with_last(state, state.current, **_changed(replace(step, kind=CLOSE), last.phase))


def _with_last(state: State, dimension: str, **changed: object) -> State:
    rounds = state.rounds[dimension]
    return replace(state, rounds={**state.rounds, dimension: (*rounds[:-1], replace(rounds[-1], **changed))})
