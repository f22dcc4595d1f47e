"""What the presenter can do: each message of the page is checked, done, and answered with a notice where need be."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.live.workshop import keeping
from helpers.live.workshop import steps as rules
from helpers.live.workshop.keeping import HAND, Submission
from helpers.live.workshop.steps import NotNow, Step
from helpers.reference import workshop_texts

if TYPE_CHECKING:
    from helpers.live.workshop.stage.showing import Show

CALM, GOOD, FAULT = "calm", "good", "fault"
LONGEST_TIMER = 3600
REFUSALS = {
    "ended": "The workshop has ended; nothing was recorded.",
    "closed": "This round is closed; nothing was recorded. Open the next round to rate again.",
    "not-open": "This dimension is not open; nothing was recorded.",
    "unknown-participant": "There is no such stakeholder; nothing was recorded.",
    "left-out": "This stakeholder is left out; nothing was recorded.",
    "off-scale": "This is no level of the scale; nothing was recorded.",
    "too-long": "This text is too long; nothing was recorded.",
    "unfit": "This cannot be kept; nothing was recorded.",
}


class Unfit(ValueError):
    """A message that the page does not send; the sentence says what is wrong with it."""


def choices(data: str = "") -> dict[str, list[str]]:
    """The roles and sectors to choose from where a stakeholder is entered by hand."""
    offered = workshop_texts.stakeholder_choices("en", data)
    return {kind: [stored for stored, _ in rows] for kind, rows in offered.items()}


def do(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    """Do what a message asks for; return a sentence for the presenter ("" for none) and its kind."""
    try:
        kind = word(message, "do")
        deed = _step if kind in rules.KINDS else _DEEDS.get(kind)
        if deed is None:
            raise Unfit(f"Nothing is called {kind!r} here.")
        return deed(show, message)
    except NotNow as refused:
        return str(refused), CALM
    except (ValueError, sqlite3.Error, OSError) as error:
        return f"This could not be done: {error}", FAULT


def _step(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    reading, step = show.reading, step_of(message)
    if step.kind in (rules.LEAVE_OUT, rules.TAKE_IN) and step.participant not in {
        one.participant for one in reading.people
    }:
        raise NotNow("There is no such stakeholder.")
    keeping.take(reading.connection, step, dimensions=reading.model.codes, levels=reading.model.levels)
    if step.kind in (rules.OPEN, rules.END):
        show.looked_at = ""
    if step.kind == rules.END:
        show.outcome.write_at_the_end()
    return "", CALM


def step_of(message: Mapping[str, Any]) -> Step:
    """The step that a message asks for."""
    return Step(
        word(message, "do"),
        dimension=word(message, "dimension"),
        round=whole(message, "round") or 0,
        level=whole(message, "level"),
        text=word(message, "text", length=keeping.TEXT_LIMIT),
        seconds=min(whole(message, "seconds") or 0, LONGEST_TIMER),
        participant=whole(message, "participant") or 0,
        undone=whole(message, "step") or 0,
    )


def _look(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    """Look at another dimension without opening it; at the current one where none is named."""
    code = word(message, "dimension")
    if code and code not in show.reading.model.codes:
        raise NotNow("The model has no such dimension.")
    show.looked_at = "" if code == show.reading.state.current and not show.reading.state.ended_at else code
    return "", CALM


def _add(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    """Add a stakeholder who has no phone."""
    role, sector = (word(message, name, length=keeping.WORD_LIMIT) for name in ("role", "sector"))
    key = f"hand {uuid.uuid4().hex}"
    one = keeping.join(show.reading.connection, key=key, role=role, sector=sector, source=HAND)
    return f"{one.label} was added.", GOOD


def _rate(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    """Keep a rating that the presenter keys in for a stakeholder who was added by hand."""
    reading, who = show.reading, whole(message, "participant") or 0
    one = next((one for one in reading.people if one.participant == who and one.source == HAND), None)
    current = reading.state.open_round
    if one is None or current is None:
        raise NotNow("No round is open." if current is None else "Only stakeholders without a phone are rated by hand.")
    given = Submission(
        who, reading.state.current, current.number, whole(message, "level"), uuid.uuid4().hex, time.time_ns() // 1000
    )
    model = reading.model
    receipt = keeping.submit(reading.connection, [given], dimensions=model.codes, levels=model.levels)[0]
    if receipt.refused:
        return REFUSALS[receipt.refused], CALM
    return f"Recorded for {one.label}.", GOOD


def _watch(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    """Watch a folder of workbooks, or none."""
    named = word(message, "folder", length=4000).strip()
    if named and not Path(named).expanduser().is_dir():
        raise NotNow(f"There is no folder {named}.")
    show.watcher.choose(str(Path(named).expanduser().resolve()) if named else "")
    return (f"Watching {named}." if named else "No folder is watched."), GOOD


def _write(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    show.outcome.write()
    return "", CALM


def _report(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    show.outcome.build()
    return "", CALM


def _browse(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    report = show.outcome.told()["report"]
    if not report:
        return "There is no report to open yet.", CALM
    return ("", CALM) if show.outcome.browse() else (f"No browser could be opened. The report is {report}", CALM)


def _rank(show: Show, message: Mapping[str, Any]) -> tuple[str, str]:
    show.ranking.work_out()
    return "", CALM


_DEEDS: dict[str, Callable[[Show, Mapping[str, Any]], tuple[str, str]]] = {
    "look": _look,
    "add": _add,
    "rate": _rate,
    "watch": _watch,
    "write": _write,
    "report": _report,
    "browse": _browse,
    "rank": _rank,
}


def word(message: Mapping[str, Any], name: str, *, length: int = 400) -> str:
    """A text of a message, "" where it has none."""
    value = message.get(name) or ""
    if not isinstance(value, str) or len(value) > length:
        raise Unfit(f"{name} is not a text of at most {length} characters.")
    return value


def whole(message: Mapping[str, Any], name: str) -> int | None:
    """A whole number of a message, None where it has none."""
    value = message.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000:
        raise Unfit(f"{name} is not a whole number.")
    return value
