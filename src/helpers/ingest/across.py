"""Ratings that stand in more than one file of a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.ingest.desired import below_present
from helpers.ingest.fields import alike
from helpers.ingest.findings import Findings
from helpers.ingest.repeats import outcomes, repeated
from helpers.ingest.vocabulary import listed, quoted

File = tuple[dict[str, Any], Findings]


@dataclass(frozen=True, slots=True)
class _Rating:
    """One rating of one file: where it is in that file's lists, and what is compared."""

    file: int
    index: int
    rating: int | None
    date: str
    justification: str
    confidence: str
    role: str
    sector: str


@dataclass(frozen=True, slots=True)
class _Level:
    """One rating that has a level, with whose and of what it is."""

    file: int
    index: int
    stakeholder: str
    kind: str
    dimension: str
    round: int
    rating: int
    date: str


def settle(files: Sequence[File]) -> None:
    """Count a rating that stands in two files once, and take out those that contradict each other.

    Each file is the answer of :func:`helpers.ingest.assessing.read_file` with its findings; both are changed, the
    counts of rows too. Desired levels below the present ones of another file are noted.
    """
    _join_spellings(files)
    gone: dict[int, set[int]] = {number: set() for number in range(len(files))}
    places = {}
    for rating, place in _ratings(files):
        places[rating] = place
    for outcome in outcomes(places, places.__getitem__):
        if len({rating.file for rating in (outcome.kept, *outcome.repeats, *outcome.conflicting) if rating}) < 2:
            continue
        for rating in outcome.repeats:
            gone[rating.file].add(rating.index)
            _note_repeat(files, rating, outcome.kept)
        for rating in outcome.conflicting:
            gone[rating.file].add(rating.index)
            _note_conflict(files, rating, [other for other in outcome.conflicting if other is not rating])
    for number, indices in gone.items():
        _take_out(files[number][0]["columns"], indices)
    _note_desired(files)


def _note_desired(files: Sequence[File]) -> None:
    """Say of each desired level that lies below the present one of another file, on the same edition of the model."""
    names = ("stakeholder", "kind", "dimension", "round", "rating", "date")
    for model in sorted({answer["model"] for answer, _ in files}):
        levels = [
            _Level(number, index, *values)
            for number, (answer, _) in enumerate(files)
            for index, values in enumerate(zip(*(answer["columns"][name] for name in names), strict=True))
            if answer["model"] == model and values[names.index("rating")] is not None
        ]
        for level, reason in below_present(levels):
            answer, findings = files[level.file]
            cell = answer["columns"]["cell"][level.index]
            if not any(f.code == "desired-below-present" and f.cell == cell for f in findings):
                _add(files, level, "desired-below-present", reason)


def _join_spellings(files: Sequence[File]) -> None:
    """Read a stakeholder whose name differs between files in case or spaces only as one, and say so."""
    counts = Counter(name for answer, _ in files for name in answer["columns"]["stakeholder"])
    chosen: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        chosen.setdefault(alike(name), name)
    for answer, findings in files:
        columns = answer["columns"]
        for name in sorted(set(columns["stakeholder"])):
            if chosen[alike(name)] != name:
                cell = columns["cell"][columns["stakeholder"].index(name)]
                reason = f"{quoted(name)} is {quoted(chosen[alike(name)])} in another file; they were read as one"
                findings.add("stakeholder-alike", sheet=answer["sheet"], cell=cell, value=name, message=reason)
        columns["stakeholder"] = [chosen[alike(name)] for name in columns["stakeholder"]]


def _ratings(files: Sequence[File]):
    """Every rating with its place: who, which dimension, which round, which edition of the model."""
    compared = ("rating", "date", "justification", "confidence", "role", "sector")
    for number, (answer, _) in enumerate(files):
        columns = answer["columns"]
        for index, values in enumerate(zip(*(columns[name] for name in compared), strict=True)):
            who, dimension, round_ = (columns[name][index] for name in ("stakeholder", "dimension", "round"))
            place = (alike(who), dimension, round_, answer["model"])
            yield _Rating(number, index, *values), place


def _where(files: Sequence[File], rating: _Rating) -> str:
    answer = files[rating.file][0]
    cell = answer["columns"]["cell"][rating.index]
    return f"{answer['file']} {answer['sheet']}!{cell}" if answer["sheet"] else f"{answer['file']} {cell}"


def _note_repeat(files: Sequence[File], rating: _Rating, kept: _Rating | None) -> None:
    findings = files[rating.file][1]
    if rating.rating is not None:
        findings.rows.used -= 1
        findings.rows.skipped += 1
    reason = repeated(rating, kept, _where(files, kept) if kept else "")
    _add(files, rating, "rating-in-two-files", reason)


def _note_conflict(files: Sequence[File], rating: _Rating, others: list[_Rating]) -> None:
    rows = files[rating.file][1].rows
    rows.used -= 1
    rows.refused += 1
    there = listed([f"{other.rating} in {_where(files, other)}" for other in others[:5]])
    _add(files, rating, "rating-conflict-files", f"{rating.rating} here but {there}; none was used")


def _add(files: Sequence[File], rating: _Rating | _Level, code: str, reason: str) -> None:
    answer, findings = files[rating.file]
    columns = answer["columns"]
    about = f"{columns['stakeholder'][rating.index]}, {columns['dimension'][rating.index]}"
    findings.add(
        code,
        sheet=answer["sheet"],
        cell=columns["cell"][rating.index],
        value="" if rating.rating is None else rating.rating,
        message=f"({about}): {reason}",
    )


def _take_out(columns: dict[str, list], indices: set[int]) -> None:
    if indices:
        for name, values in columns.items():
            columns[name] = [value for index, value in enumerate(values) if index not in indices]
