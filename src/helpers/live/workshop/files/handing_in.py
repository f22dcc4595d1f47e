"""What a watched workbook says becomes ratings of the workshop: each once, however often and by whomever it is read.

What a file said before is known from the workshop's own file, so nothing has to be remembered between two readings:
a rating is handed in where it is not what this file said last for the same stakeholder, dimension and round.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.live.workshop import keeping
from helpers.live.workshop.files.notes import Notes
from helpers.live.workshop.keeping import FILE, TEXT_LIMIT, WORD_LIMIT, Participant, Submission
from helpers.live.workshop.records import hash_of
from helpers.live.workshop.steps import State
from helpers.reference.models import Model

MARK = "file-"


@dataclass(frozen=True)
class Saved:
    """A workbook as it was read: ``ratings`` as `read_assessment` gives them, <NA> where no round is given;
    ``not_rated`` are the cells in which a word for "not rated" stands; ``at`` is when it was saved (UTC); ``is_whole``
    that no cell of it was refused, so that what is not there was taken out by somebody."""

    file: str
    sha256: str
    ratings: pd.DataFrame
    not_rated: frozenset[str]
    at: str
    is_whole: bool = True


@dataclass(frozen=True)
class Said:
    """What one cell says: a level, or None for "cannot rate"; ``is_blank`` where it says nothing."""

    stakeholder: str
    dimension: str
    round: int | None
    rating: int | None
    confidence: str
    justification: str
    cell: str
    is_blank: bool

    @property
    def answer(self) -> tuple[int | None, str, str]:
        return self.rating, self.confidence, self.justification


@dataclass(frozen=True)
class Draft:
    """A rating to be handed in, where it stands, and whether the file said something of its dimension before."""

    submission: Submission
    whose: Participant
    cell: str
    is_change: bool


def key_of(file: str, stakeholder: str = "") -> str:
    """The key of a stakeholder of a file; without one, how the keys of all of its stakeholders begin."""
    return hash_of(file)[:32] + (hash_of(stakeholder)[:32] if stakeholder else "")


def hand_in(connection: sqlite3.Connection, saved: Saved, *, model: Model) -> list[dict[str, Any]]:
    """Hand in what is new in a workbook, and return what is to be said about it.

    A rating of which the file gives no round is one of the round that is open for its dimension, and of round 1 where
    the dimension was never opened. For a later round it counts once the file was saved after that round was opened:
    who has not touched the file has not answered again. What is no longer in the file is handed in as withdrawn, unless
    some of its cells were refused: what such a file said before is kept.

    Parameters
    ----------
    connection
        Of the workshop.
    saved
        What was read.
    model
        Of the workshop.

    Returns
    -------
    list of dict
        Findings (code, severity, file, sheet, cell, value, message): what was not taken and why.
    """
    state = keeping.state(connection)
    notes = Notes(saved.file, model)
    said = _said(saved.ratings, saved.not_rated)
    people = _joined(connection, saved, said, notes)
    drafts: list[Draft] = []
    for one in keeping.participants(connection, key=key_of(saved.file)):
        own = [cell for cell in said if people.get(cell.stakeholder) == one]
        before = keeping.own_ratings(connection, one.participant, mark=MARK)
        made = max((row["made"] for row in keeping.own_ratings(connection, one.participant)), default=0)
        drafts += _drafts(saved, one, own, before, state, made, notes)
    submissions = [draft.submission for draft in drafts]
    receipts = keeping.submit(connection, submissions, dimensions=model.codes, levels=model.levels, ahead=True)
    for draft, receipt in zip(drafts, receipts, strict=True):
        if receipt.refused:
            notes.refused(receipt.refused, draft.submission, draft.whose.label, draft.cell, is_change=draft.is_change)
    return notes.shown()


def _said(ratings: pd.DataFrame, not_rated: Iterable[str]) -> list[Said]:
    rows = ratings[ratings["kind"] == "individual"]
    names = ["stakeholder", "dimension", "round", "rating", "confidence", "justification", "cell"]
    return [
        Said(
            stakeholder=who,
            dimension=dimension,
            round=None if pd.isna(round_) else int(round_),
            rating=None if pd.isna(rating) else int(rating),
            confidence=confidence,
            justification=keeping.fit_text(text[:TEXT_LIMIT]),
            cell=cell,
            is_blank=bool(pd.isna(rating)) and cell not in not_rated,
        )
        for who, dimension, round_, rating, confidence, text, cell in rows[names].itertuples(index=False)
    ]


def _joined(connection: sqlite3.Connection, saved: Saved, said: Sequence[Said], notes: Notes) -> dict[str, Participant]:
    """The stakeholders of a file who say something, each as a participant."""
    gone = [one["file"] for one in keeping.readings(connection) if one["state"] == "gone" and one["file"] != saved.file]
    people = {}
    for who in dict.fromkeys(one.stakeholder for one in said if not one.is_blank):
        rows = saved.ratings[saved.ratings["stakeholder"] == who]
        role, sector = (next((text for text in rows[name] if text), "")[:WORD_LIMIT] for name in ("role", "sector"))
        key, label = key_of(saved.file, who), who if len(who) <= WORD_LIMIT else who[: WORD_LIMIT - 1] + "…"
        try:
            people[who] = keeping.join(connection, key=key, role=role, sector=sector, source=FILE, label=label)
        except ValueError:
            notes.add("workshop-full", f"The workshop is full: {label} was not taken in.")
        for file in gone:
            if keeping.participant_of(connection, key_of(file, who)):
                notes.add("stakeholder-twice", f"{label} stands in {file} too, which is gone; both count.")
    return people


def _drafts(
    saved: Saved,
    whose: Participant,
    own: Sequence[Said],
    before: Sequence[dict[str, Any]],
    state: State,
    made: int,
    notes: Notes,
) -> list[Draft]:
    """What is new of one stakeholder."""
    last = {(row["dimension"], row["round"]): row for row in before}
    latest = {row["dimension"]: _answer(row) for row in sorted(before, key=lambda row: row["number"])}
    answers = [one for one in own if not one.is_blank]
    wanted = [(one, _round(state, one)) for one in answers]
    new = []
    for one, round_ in wanted:
        there = last.get((one.dimension, round_))
        if there and _answer(there) == one.answer:
            continue
        if one.round is None and not _is_open(state, one.dimension) and latest.get(one.dimension) == one.answer:
            continue
        if one.round is None and _opened_later(state, one.dimension, saved.at):
            notes.save_again(one.dimension, round_)
            continue
        new.append((one, round_))
    withdrawn = _withdrawn(own, wanted, last, state)
    if saved.is_whole:
        new += withdrawn
    elif withdrawn:
        notes.add(
            "kept-as-before", f"{whose.label}: while some cells cannot be used, what the file said before counts."
        )
    return [
        Draft(
            Submission(
                whose.participant, one.dimension, round_, one.rating,
                mark=_mark(saved, whose, one.dimension, round_, last), made=made + number,
                confidence=one.confidence, justification=one.justification,
            ),
            whose, one.cell, one.dimension in latest,
        )
        for number, (one, round_) in enumerate(new, start=1)
    ]  # fmt: skip


def _withdrawn(
    own: Sequence[Said],
    wanted: Sequence[tuple[Said, int]],
    last: dict[tuple[str, int], dict[str, Any]],
    state: State,
) -> list[tuple[Said, int]]:
    """What this file said of the last round of a dimension and says no longer."""
    there = {(one.dimension, round_) for one, round_ in wanted}
    without_round = {one.dimension for one, _ in wanted if one.round is None}
    blank = {one.dimension: one.cell for one in own if one.is_blank}
    return [
        (Said("", dimension, round_, None, "", "", blank.get(dimension, ""), is_blank=True), round_)
        for (dimension, round_), row in last.items()
        if row["rating"] is not None
        and (dimension, round_) not in there
        and dimension not in without_round
        and round_ == _last_round(state, dimension)
    ]


def _answer(row: dict[str, Any]) -> tuple[int | None, str, str]:
    return row["rating"], row["confidence"], row["justification"]


def _mark(saved: Saved, whose: Participant, dimension: str, round_: int, last: dict) -> str:
    """The same for all who read this content of this file after the same rating; another one after another."""
    number = last[dimension, round_]["number"] if (dimension, round_) in last else 0
    return MARK + hash_of(saved.file, saved.sha256, whose.participant, dimension, round_, number)[:48]


def _round(state: State, said: Said) -> int:
    return said.round if said.round is not None else _last_round(state, said.dimension)


def _last_round(state: State, dimension: str) -> int:
    return max(len(state.rounds.get(dimension, ())), 1)


def _is_open(state: State, dimension: str) -> bool:
    return state.current == dimension and state.open_round is not None


def _opened_later(state: State, dimension: str, saved_at: str) -> bool:
    """Whether the round that is open, if it is not the first, was opened after the file was saved."""
    found = state.open_round if state.current == dimension else None
    return found is not None and found.number > 1 and saved_at < found.opened_at
