"""What the page is told: plain dictionaries, ready for JSON, from a reading of the workshop's file.

Nothing here reads a rating but through `Reading.found`, which holds what was revealed and nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from typing import Any

from helpers import charts
from helpers.live.workshop import steps as rules
from helpers.live.workshop.keeping import HAND
from helpers.live.workshop.stage import arguments, words
from helpers.live.workshop.stage.reading import Found, Reading
from helpers.live.workshop.steps import Decision, Round
from helpers.scoring.standing import Standing
from helpers.scoring.wording import number

WAITING, PREVIEW, RATING, UNSEEN, REVEALED, DECIDED, ENDED = (
    "waiting", "preview", "rating", "unseen", "revealed", "decided", "ended",
)  # fmt: skip
NO_SECTOR = "sector not given"


def place(reading: Reading) -> dict[str, Any]:
    """What the workshop is about; fixed."""
    facts = reading.facts
    return {
        "region": facts.region_name,
        "day": words.day(facts.day),
        "is_practice": facts.is_practice,
        "levels": list(reading.model.levels),
        "key": facts.code[:4],
    }


def scene(reading: Reading, looked_at: str = "") -> dict[str, Any]:
    """The dimension on the screen: who has answered, and once it was revealed what they said."""
    state, code = reading.state, looked_at or reading.state.current
    labels = {one.participant: one.label for one in reading.people}
    told: dict[str, Any] = {
        "screen": screen(reading, looked_at),
        "current": state.current,
        "open": _open(reading),
        "undo": words.last_step(reading.steps, state, reading.model, labels),
        "undo_step": state.last,
        "ended": bool(state.ended_at),
    }
    if not code:
        return told
    last, found = state.round_of(code), reading.found(code)
    told |= {"dimension": _dimension(reading, code), "round": _round(last)}
    told |= {"answered": answered(reading, code, last.number) if last else None}
    told |= {"agreed": _decision(reading, code, state.agreed), "desired": _decision(reading, code, state.desired)}
    hidden = last is None or last.phase == rules.HIDDEN
    told["finding"] = None if hidden or not last.is_shown else finding(reading, code, last.number)
    told["proposal"] = None if hidden else {"level": words.proposal(found.latest), "text": words.middle(found.latest)}
    return told


def screen(reading: Reading, looked_at: str = "") -> str:
    """Which screen belongs to the state: one message at a time."""
    state = reading.state
    code = looked_at or state.current
    if state.ended_at and not looked_at:
        return ENDED
    if not code:
        return WAITING
    last = state.round_of(code)
    if last is None:
        return PREVIEW
    if last.phase == rules.HIDDEN:
        return RATING
    if last.phase == rules.CLOSED and code in state.agreed:
        return DECIDED
    return REVEALED if last.is_shown else UNSEEN


def _open(reading: Reading) -> dict[str, Any] | None:
    """The round that takes ratings at this moment."""
    found = reading.state.open_round
    if found is None:
        return None
    code = reading.state.current
    given = reading.answered(code, found.number)
    return {
        "code": code,
        "name": reading.texts[code].name,
        "round": found.number,
        "phase": found.phase,
        "by_hand": [one.participant for one in reading.people if one.source == HAND and one.participant in given],
    }


def _dimension(reading: Reading, code: str) -> dict[str, Any]:
    one = reading.texts[code]
    return {
        "code": code,
        "name": one.name,
        "objective": one.objective,
        "language": one.objective.language,
        "order": reading.model.codes.index(code) + 1,
        "of": len(reading.model.dimensions),
        "levels": [{"level": level, "words": one.levels[level]} for level in reading.model.levels],
    }


def _round(last: Round | None) -> dict[str, Any] | None:
    if last is None:
        return None
    timer = None
    if last.timer_started:
        started = datetime.fromisoformat(last.timer_started).timestamp()
        timer = {"ends": round((started + last.timer_seconds) * 1000), "seconds": last.timer_seconds}
    return {"number": last.number, "phase": last.phase, "is_shown": last.is_shown, "timer": timer}


def answered(reading: Reading, code: str, round_: int) -> dict[str, Any]:
    """How many have answered, of how many, by sector; never what."""
    given = reading.answered(code, round_)
    everybody = Counter(one.sector or NO_SECTOR for one in reading.counting)
    there = Counter(one.sector or NO_SECTOR for one in reading.counting if one.participant in given)
    by_sector = [{"sector": name, "n": there[name], "of": of} for name, of in everybody.most_common()]
    return {"n": there.total(), "of": everybody.total(), "by_sector": by_sector}


def _decision(reading: Reading, code: str, decisions: dict[str, Decision]) -> dict[str, Any] | None:
    if code not in decisions:
        return None
    one = decisions[code]
    words_ = reading.texts[code].levels[one.level]
    return {"level": one.level, "reason": one.reason, "words": words_}


def finding(reading: Reading, code: str, round_: int) -> dict[str, Any]:
    """What a revealed round says, in words."""
    found = reading.found(code)
    now, before = found.rounds[round_], previous(reading, code, round_)
    return {
        "title": charts.title_levels(now),
        "rule": charts.subtitle_levels(now),
        "n": now.n,
        "extremes": arguments.extremes(found, round_),
        "shift": shift(found, round_) if before else "",
    }


def previous(reading: Reading, code: str, round_: int) -> Standing | None:
    """The shown round before this one, if it was the one just before."""
    return reading.found(code).rounds.get(round_ - 1)


def shift(found: Found, round_: int) -> str:
    """How the panel moved since the round before."""
    before, now = found.rounds[round_ - 1], found.rounds[round_]
    said = f"Within one level of the median: {number(before.n_near)} of {number(before.n)} in round {round_ - 1}, "
    said += f"{number(now.n_near)} of {number(now.n)} now."
    old = {one.stakeholder: one.rating for one in found.of_round(round_ - 1)}
    twice = [one for one in found.of_round(round_) if one.stakeholder in old]
    changed = sum(one.rating != old[one.stakeholder] for one in twice)
    return f"{said} {number(changed)} of {number(len(twice))} who rated twice changed their level." if twice else said


def overview(reading: Reading) -> list[dict[str, Any]]:
    """All dimensions in a table: how far each is, and what was found and decided."""
    return [_row(reading, one.code) for one in reading.model.dimensions]


def _row(reading: Reading, code: str) -> dict[str, Any]:
    state, found = reading.state, reading.found(code)
    now = found.latest
    rounds = state.rounds.get(code, ())
    return {
        "code": code,
        "name": reading.texts[code].name,
        "short": reading.short_name(code),
        "rounds": len(rounds),
        "phase": rounds[-1].phase if rounds else "",
        "n": now.n if now else 0,
        "is_rated": bool(found.ratings),
        "median": None if now is None or math.isnan(now.median) else now.median,
        "agrees": now.agrees if now else None,
        "near": now.n_near if now else 0,
        "agreed": state.agreed[code].level if code in state.agreed else None,
        "desired": state.desired[code].level if code in state.desired else None,
    }


def people(reading: Reading) -> dict[str, Any]:
    """Who takes part: role and sector, no names."""
    left = reading.state.left_out
    listed = [
        {
            "number": one.participant,
            "label": one.label,
            "role": one.role,
            "sector": one.sector,
            "source": one.source,
            "left_out": left.get(one.participant),
        }
        for one in reading.people
    ]
    by_sector = Counter(one.sector or NO_SECTOR for one in reading.counting)
    return {
        "n": len(reading.counting),
        "n_rated": len({one.stakeholder for code in reading.model.codes for one in reading.found(code).ratings}),
        "by_sector": [{"sector": name, "n": n} for name, n in by_sector.most_common()],
        "list": listed,
    }
