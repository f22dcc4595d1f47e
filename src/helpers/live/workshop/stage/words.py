"""The stage's own sentences: steps, decisions and rounds in words."""

from __future__ import annotations

import math
from datetime import date

from helpers.live.workshop import steps as rules
from helpers.live.workshop.steps import State, Step
from helpers.reference.models import Model
from helpers.scoring.standing import Standing
from helpers.scoring.wording import number


def day(iso: str) -> str:
    """A date as people say it: 25 November 2026."""
    found = date.fromisoformat(iso)
    return f"{found.day} {found:%B %Y}"


def last_step(steps: list[Step], state: State, model: Model, labels: dict[int, str]) -> str:
    """What an undo would take back, "" where there is nothing."""
    step = next((step for step in steps if step.number == state.last), None)
    return said(step, model, labels) if step else ""


def said(step: Step, model: Model, labels: dict[int, str]) -> str:
    """A step in a few words."""
    name = model.dimension(step.dimension).short_name if step.dimension in model.codes else step.dimension
    if step.kind == rules.TIMER:
        return f"timer of {clock(step.seconds)}" if step.seconds else "stopping the timer"
    if step.kind in (rules.AGREE, rules.DESIRE):
        what = "agreed level" if step.kind == rules.AGREE else "wanted level"
        return f"{what} {step.level} for {name}" if step.level is not None else f"taking back the {what} for {name}"
    if step.kind == rules.LEAVE_OUT:
        return f"leaving out {labels.get(step.participant, step.participant)}"
    if step.kind == rules.TAKE_IN:
        return f"taking {labels.get(step.participant, step.participant)} back in"
    if step.kind == rules.END:
        return "ending the workshop"
    verb = {rules.OPEN: "opening", rules.REVEAL: "revealing", rules.CLOSE: "closing"}[step.kind]
    return f"{verb} {name}" + (f", round {step.round}" if step.round > 1 else "")


def clock(seconds: int) -> str:
    """Seconds as on a clock: 2:05."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def proposal(standing: Standing | None) -> int | None:
    """The median where it is a whole level: a proposal, never a decision."""
    if standing is None or math.isnan(standing.median) or not standing.median.is_integer():
        return None
    return int(standing.median)


def middle(standing: Standing | None) -> str:
    """What the ratings propose as a level, in words."""
    if standing is None or not standing.n:
        return "Nobody has rated this dimension."
    if (level := proposal(standing)) is not None:
        return f"The median of {number(standing.n)} ratings is level {level}."
    low = math.floor(standing.median)
    return f"The median of {number(standing.n)} ratings lies between level {low} and level {low + 1}."
