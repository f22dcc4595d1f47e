"""``atlas status``: what was built when, and what needs attention. Reads records only, so it is quick.

What must be recent is not the day on which a report was built but the last run that built it or found it unchanged:
silence is what is wrong. A report that fails is not confirmed, so it grows old as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from helpers.batch import history, holding, publish
from helpers.reference import paths, register_ids

GOOD, OLD, FAILING, NEVER, BROKEN = "good", "old", "failing", "never built", "not whole"
_AGE = re.compile(r"([0-9]{1,6})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Report:
    """One region's report: how it stands, and since when it is known to be up to date.

    ``built`` and ``confirmed`` (last built or found unchanged) are moments or None; ``seconds`` is how long it took,
    None where an older version did not write it down; ``reason`` is what is wrong, ``since`` when a series of failures
    began. ``is_late`` says that there is no confirmation within the longest age allowed.
    """

    region: str
    name: str
    state: str
    built: datetime | None
    confirmed: datetime | None
    seconds: float | None
    reason: str = ""
    since: datetime | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Status:
    """All reports, and what goes on: ``running`` names the run that holds the folder, ``cut_off`` a killed one."""

    out: Path
    now: datetime
    max_age: timedelta | None
    reports: list[Report]
    running: str = ""
    cut_off: str = ""

    @property
    def is_good(self) -> bool:
        """Whether every report is whole and, where an age was given, confirmed within it."""
        return not any(report.is_late or report.state == BROKEN for report in self.reports)


def age(text: str) -> timedelta:
    """Return the age that a text such as 8d, 36h or 90m gives.

    Raises
    ------
    ValueError
        If the text is none.
    """
    found = _AGE.fullmatch(text.strip())
    if not found or not int(found[1]):
        raise ValueError(f"{text!r} is no age; write days, hours or minutes as 8d, 36h or 90m")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def look(
    out: Path,
    chosen: Sequence[str] = (),
    *,
    data: Path,
    max_age: timedelta | None = None,
    now: datetime | None = None,
    deep: bool = False,
) -> Status:
    """Look at the reports of the chosen regions; of all that the register has, and the page of all, if none is named.

    A published file is whole if it has its size; ``deep`` reads it and compares its fingerprint as well.

    Raises
    ------
    helpers.reference.regions.RegisterError
        If the register cannot be used.
    """
    now = now or datetime.now(UTC)
    names = register_ids.region_names(data) | {register_ids.COMPARED_ID: "Regions compared"}
    lines = history.runs(out)
    failures, confirmed = history.failures(lines), history.confirmed(lines)
    ids = list(chosen) or [id_ for id_ in names if id_ != register_ids.COMPARED_ID or _has_compared(out, data)]
    reports = [
        _report(out / id_, names[id_], failures.get(id_), confirmed.get(id_, ""), max_age=max_age, now=now, deep=deep)
        for id_ in ids
    ]
    running, cut_off = _going_on(out)
    return Status(out, now, max_age, reports, running, cut_off)


def _has_compared(out: Path, data: Path) -> bool:
    """Whether there is, or should be, a page of all regions."""
    if (out / register_ids.COMPARED_ID).is_dir():
        return True
    folder = paths.assessments(data=data)
    return any((folder / id_).is_dir() for id_ in register_ids.region_ids(data))


def _report(
    folder: Path,
    name: str,
    failure: history.Failure | None,
    confirmed: str,
    *,
    max_age: timedelta | None,
    now: datetime,
    deep: bool,
) -> Report:
    last = publish.read_json(folder / "report.json")
    built = _moment(last.get("built"))
    faults = _faults(folder, last, deep=deep) if built else ""
    last_good = max(filter(None, [built, _moment(confirmed)])) if built else None
    is_late = max_age is not None and (last_good is None or now - last_good > max_age)
    if faults:
        state = BROKEN
    elif failure:
        state = FAILING
    else:
        state = NEVER if built is None else OLD if is_late else GOOD
    return Report(
        region=folder.name,
        name=name,
        state=state,
        built=built,
        confirmed=last_good,
        seconds=last.get("seconds"),
        reason=faults or (failure.message if failure else last.get("message", "")),
        since=_moment(failure.since) if failure else None,
        is_late=is_late,
    )


def _faults(folder: Path, last: dict[str, Any], *, deep: bool) -> str:
    """What is missing of a published report, or is not what was published."""
    files = last.get("files") or {"index.html": {}}
    for name, known in files.items():
        try:
            size = os.stat(folder / name).st_size  # noqa: PTH116 - for 1,000 reports Path.stat costs twice as much
        except OSError:
            return f"{name} is missing"
        if size != known.get("bytes", size):
            return f"{name} has {size:,} bytes and was published with {known['bytes']:,}"
        if deep and publish.sha256(folder / name) != known.get("sha256", ""):
            return f"{name} is not the file that was published"
    return ""


def _going_on(out: Path) -> tuple[str, str]:
    """The run that holds the folder, and the one that was cut off; "" for none.

    The lock is looked at before and after the private folders, or a run that just ends would look cut off.
    """
    holder = holding.holder(out)
    if holder:
        return holder, ""
    private = sorted(folder.name.removeprefix(publish.PRIVATE) for folder in out.glob(f"{publish.PRIVATE}*"))
    holder = holding.holder(out)
    return (holder, "") if holder else ("", private[-1] if private else "")


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
