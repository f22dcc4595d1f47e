"""What is said of a watched workbook beside what its reader finds: findings of the same form, in sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from helpers.ingest.findings import PLACES_SHOWN, Findings, as_written, known_codes
from helpers.live.workshop.keeping import Submission
from helpers.reference.models import Model

NOTE, ERROR = "note", "error"
# Of a single workbook in a workshop these are no faults: others save theirs, the presenter records what is agreed.
NATURAL = {
    "consensus-missing", "consensus-other-word", "date-missing", "desired-below-present", "desired-other-word",
    "dimension-unrated", "panel-small", "rating-blank", "rating-not-rated", "region-missing", "row-unfilled",
}  # fmt: skip
# Their messages name levels that may not have been revealed; what they mean is said instead.
TELLING = {"rating-conflict", "rating-twice", "rating-label-contradicts"}


class Notes:
    """What is said of one file, gathered; the same sentence stands once."""

    def __init__(self, file: str, model: Model) -> None:
        self.file, self.model = file, model
        self._notes: dict[str, dict[str, Any]] = {}

    def add(self, code: str, message: str, *, cell: str = "", severity: str = NOTE) -> None:
        self._notes.setdefault(message, finding(code, message, file=self.file, cell=cell, severity=severity))

    def save_again(self, dimension: str, round_: int) -> None:
        name = self.model.dimension(dimension).short_name
        self.add("save-again", f"{name} is in round {round_}: the file counts for it once it is saved again.")

    def refused(self, why: str, one: Submission, label: str, cell: str, *, is_change: bool) -> None:
        """Say of a rating that it was not taken; never which level it is."""
        name, row = self.model.dimension(one.dimension).short_name, re.sub(r"\D", "", cell)
        what = f"the {'change' if is_change else 'rating'} {f'in row {row}' if row else f'of {label}'} was not taken"
        if why == "ended":
            self.add("workshop-ended", "The workshop has ended: nothing of this file was taken any more.")
        elif why == "left-out":
            self.add("stakeholder-left-out", f"{label} was left out of this workshop: nothing of theirs was taken.")
        elif why == "not-open":
            self.add("round-not-open", f"Round {one.round} of {name} has not been opened: {what} yet.", cell=cell)
        elif why == "closed":
            self.add("round-closed", f"{name} is closed: {what}.", cell=cell)
        else:
            self.add(why, f"{name}: {what} ({why}).", cell=cell)

    def shown(self) -> list[dict[str, Any]]:
        """What was gathered, at most 20 of one code and then their number."""
        totals, seen, shown = Counter(note["code"] for note in self._notes.values()), Counter(), []
        for note in self._notes.values():
            seen[note["code"]] += 1
            if seen[note["code"]] <= PLACES_SHOWN:
                shown.append(note)
            elif seen[note["code"]] == totals[note["code"]]:
                shown.append(finding(note["code"], f"{seen[note['code']]} places in all.", file=self.file))
        return shown


def finding(
    code: str, message: str, *, file: str, sheet: str = "", cell: str = "", value: str = "", severity: str = NOTE
) -> dict[str, Any]:
    """One finding as it is kept."""
    where = {"file": file, "sheet": sheet, "cell": cell, "value": value}
    return {"code": code, "severity": severity, **where, "message": message}


def of_reader(findings: Findings, rated: Iterable[str] = ()) -> list[dict[str, Any]]:
    """What the reader found, without what is natural in a workshop; no level that counts is told.

    ``rated`` are the cells of the ratings that were taken.
    """
    codes, rated = known_codes(), set(rated)
    kept = []
    for one in findings.shown():
        if one.code in NATURAL or (one.severity == NOTE and not findings.has_errors):
            continue
        is_telling = one.code in TELLING and one.count == 1
        message = codes[one.code].meaning if is_telling else one.message
        value = "" if is_telling or one.cell in rated else one.value
        place = {"sheet": one.sheet, "cell": one.cell, "value": as_written(value)}
        kept.append(finding(one.code, _sentence(message), file=findings.file, severity=one.severity, **place))
    return sorted(kept, key=lambda one: one["severity"] != ERROR)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
