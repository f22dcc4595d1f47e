"""The runs that were: one line each in ``runs.jsonl``, so that a report can be said to fail since when and why.

Nothing here needs pandas. The file does not grow with the number of runs times that of regions: a region's id stands in
it twice at most, in the line of its last good run and in that of its last failure. Every line keeps its counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.batch import listening, publish

HISTORY = "runs.jsonl"
KEPT = 400
Line = dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """A series of failures that has not ended: when the first of them was, and what the newest said."""

    since: str
    message: str


def append(out: Path, line: Line) -> None:
    """Add a run to the history; the file is replaced whole, so a kill leaves the old or the new one.

    For the run that holds the lock of ``out``.
    """
    before = runs(out)
    failing = failures(before)
    since = {region: failing[region].since for region in line["failed"] if region in failing}
    kept = [_without(old, set(_good(line)), set(line["failed"])) for old in before]
    write_lines(out / HISTORY, [*kept, {**line, "since": since}][-KEPT:])


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    publish.write_text(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def runs(out: Path) -> list[Line]:
    """The runs, oldest first; a line that cannot be read (cut short, written over) is skipped."""
    try:
        text = (out / HISTORY).read_text("utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in map(_line, text.split("\n")) if line]


def _line(text: str) -> Line | None:
    try:
        line = json.loads(text)
        datetime.fromisoformat(line["finished"])
    except (ValueError, TypeError, KeyError):
        return None
    return line if isinstance(line.get("failed"), dict) else None


def line_of(record: dict[str, Any], *, jobs: int, interrupted: bool = False) -> Line:
    """The line of a run, from its record as ``run.json`` holds it.

    Returns
    -------
    dict
        ``run_id, started, finished, seconds, jobs, interrupted``, ``counts`` (built, unchanged, failed), ``message``
        (problems of shared files), and who: ``built`` and ``unchanged`` (ids), ``failed`` (message by id).
    """
    rows = listening.everything(record)
    started, finished = (datetime.fromisoformat(record[name]) for name in ("started", "finished"))
    return {
        **{name: record[name] for name in ("run_id", "started", "finished")},
        "seconds": round((finished - started).total_seconds(), 1),
        "jobs": jobs,
        "interrupted": interrupted,
        "counts": listening.counts(record),
        "message": record.get("message", ""),
        **{state: [row["region"] for row in rows if row["state"] == state] for state in ("built", "unchanged")},
        "failed": {row["region"]: row["message"] for row in rows if row["state"] == listening.FAILED},
    }


def confirmed(history: Sequence[Line]) -> dict[str, str]:
    """When each region was last built or found unchanged, by its id."""
    return {region: line["finished"] for line in history for region in _good(line)}


def failures(history: Sequence[Line]) -> dict[str, Failure]:
    """The regions whose last attempt failed, each with the series of failures that led here.

    A run that did not touch a region neither ends its series nor begins one.
    """
    failing: dict[str, Failure] = {}
    for line in history:
        for region in _good(line):
            failing.pop(region, None)
        for region, message in line["failed"].items():
            first = failing[region].since if region in failing else line.get("since", {}).get(region, line["finished"])
            failing[region] = Failure(first, str(message))
    return failing


def failing_since(region: str, history: Sequence[Line]) -> Failure | None:
    """The series of failures of one region that has not ended; None where its last attempt went well."""
    return failures(history).get(region)


def _good(line: Line) -> list[str]:
    return [*line.get("built", []), *line.get("unchanged", [])]


def _without(line: Line, good: set[str], failed: set[str]) -> Line:
    """A line without what a newer one says of the same regions."""
    return {
        **line,
        "built": [region for region in line.get("built", []) if region not in good],
        "unchanged": [region for region in line.get("unchanged", []) if region not in good],
        "failed": {region: message for region, message in line["failed"].items() if region not in failed},
        "since": {region: first for region, first in line.get("since", {}).items() if region not in failed},
    }
