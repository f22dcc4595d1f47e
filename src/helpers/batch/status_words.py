"""The status in words, and as a table for programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from helpers.batch.progress import duration
from helpers.batch.status import BROKEN, FAILING, GOOD, NEVER, Report, Status

SHOWN = 40


def as_dict(status: Status) -> dict[str, Any]:
    """The status as ``--json`` prints it."""
    return {
        "now": status.now.isoformat(timespec="seconds"),
        "good": status.is_good,
        "running": status.running,
        "cut_off": status.cut_off,
        "reports": [_row(report, status.now) for report in status.reports],
    }


def _row(report: Report, now: datetime) -> dict[str, Any]:
    moments = {name: getattr(report, name) for name in ("built", "confirmed", "since")}
    return {
        "region": report.region,
        "state": report.state,
        "late": report.is_late,
        **{name: moment.isoformat(timespec="seconds") if moment else None for name, moment in moments.items()},
        "age_seconds": round((now - report.confirmed).total_seconds()) if report.confirmed else None,
        "seconds": report.seconds,
        "reason": report.reason,
    }


def as_text(status: Status, *, everything: bool = False) -> str:
    """The message first, then what needs attention; ``everything`` adds a line for each good report."""
    needy = [
        report for report in status.reports if report.state not in (GOOD, NEVER) or report.is_late or report.reason
    ]
    shown = status.reports if everything else needy[:SHOWN]
    lines = [_first_line(status), *_goes_on(status), *(f"  {_sentence(report, status.now)}" for report in shown)]
    return "\n".join(lines if everything or len(needy) <= SHOWN else [*lines, f"  and {len(needy) - SHOWN} more"])


def _first_line(status: Status) -> str:
    total = len(status.reports)
    there = [report for report in status.reports if report.built]
    if not there:
        return f"No report of {total} has been built in {status.out} yet."
    if status.max_age is None:
        longest = span(status.now - min(report.confirmed for report in there))
        never = f"; {total - len(there)} have never been built" if len(there) < total else ""
        return f"{len(there)} of {total} reports are there, made or confirmed in the last {longest}{never}."
    recent = sum(not report.is_late for report in status.reports)
    return f"{recent} of {total} reports were made or confirmed in the last {span(status.max_age)}."


def _goes_on(status: Status) -> list[str]:
    if status.running:
        return [f"A run is going on: {status.running}."]
    if status.cut_off:
        return [f"The run {status.cut_off} was cut off; the next one does what it left."]
    return []


def _sentence(report: Report, now: datetime) -> str:
    when = f"last confirmed {span(now - report.confirmed)} ago" if report.confirmed else "never built"
    if report.built:
        took = f", took {duration(report.seconds)}" if report.seconds is not None else ""
        when += f", built {report.built:%Y-%m-%d %H:%M} UTC{took}"
    if report.state == FAILING:
        return f"{report.region}: failing since {report.since:%Y-%m-%d}: {report.reason} ({when})"
    if report.state == BROKEN:
        return f"{report.region}: not whole: {report.reason} ({when})"
    if report.reason:
        return f"{report.region}: something could not be used: {report.reason} ({when})"
    return f"{report.region}: {when}"


def span(time: timedelta) -> str:
    """A span of time in its largest fitting unit: 12 days, 36 hours, 1 minute."""
    seconds = max(0, time.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= (2 * size if unit == "day" else size):
            whole = int(seconds // size)
            return f"{whole} {unit}{'' if whole == 1 else 's'}"
    return "less than a minute"
