"""Who is told of a run's progress: the terminal, the log, an address that is watched.

The runner knows one listener. Nothing that goes wrong in telling may harm the run.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

BUILT, UNCHANGED, FAILED = "built", "unchanged", "failed"


class Listener:
    """What a run says; a listener overrides what it wants to hear.

    The order: ``run_started``, then for each region ``started`` (not for one that is unchanged) and ``finished``, at
    the end ``run_finished``; in between ``warned`` and ``interrupted``. A run that cannot be made says ``gave_up``
    alone, or after ``run_started``.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def run_started(self, run_id: str, *, total: int, jobs: int) -> None:
        """The lock is held; ``total`` reports (the page of all regions is one) are to be looked at."""

    def started(self, region: str) -> None:
        """A process for this region begins."""

    def finished(self, region: str, state: str, seconds: float, message: str) -> None:
        """A region is done: ``state`` is built, unchanged or failed; ``message`` may be "" ."""

    def warned(self, message: str, *, kind: str = "warning", region: str = "") -> None:
        """Something one should know: ``kind`` is finding (of files that all share), retry, note or warning."""

    def interrupted(self, times: int) -> None:
        """Somebody pressed Ctrl-C, for the first or the second time."""

    def run_finished(self, record: dict[str, Any], *, status: int) -> None:
        """The run is over; ``record`` is what ``run.json`` holds, ``status`` the exit status."""

    def gave_up(self, message: str, *, status: int) -> None:
        """The run could not be made."""


class Together(Listener):
    """Several listeners as one; they hear one thing at a time, whichever thread says it, and a finding once."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)
        self._findings: set[str] = set()
        self._entered = contextlib.ExitStack()
        self._one_at_a_time = threading.RLock()  # a signal may come while its own thread is telling

    def __enter__(self) -> Self:
        for listener in self._listeners:
            self._entered.enter_context(listener)
        return self

    def __exit__(self, *error: object) -> None:
        self._safely(lambda: self._entered.__exit__(*error))

    def run_started(self, run_id: str, *, total: int, jobs: int) -> None:
        self._tell(lambda one: one.run_started(run_id, total=total, jobs=jobs))

    def started(self, region: str) -> None:
        self._tell(lambda one: one.started(region))

    def finished(self, region: str, state: str, seconds: float, message: str) -> None:
        self._tell(lambda one: one.finished(region, state, seconds, message))

    def warned(self, message: str, *, kind: str = "warning", region: str = "") -> None:
        if kind == "finding" and message in self._findings:
            return
        self._findings |= {message} if kind == "finding" else set()
        self._tell(lambda one: one.warned(message, kind=kind, region=region))

    def interrupted(self, times: int) -> None:
        self._tell(lambda one: one.interrupted(times))

    def run_finished(self, record: dict[str, Any], *, status: int) -> None:
        self._tell(lambda one: one.run_finished(record, status=status))

    def gave_up(self, message: str, *, status: int) -> None:
        self._tell(lambda one: one.gave_up(message, status=status))

    def _tell(self, call: Callable[[Listener], None]) -> None:
        with self._one_at_a_time:
            for listener in self._listeners:
                self._safely(lambda one=listener: call(one))

    def _safely(self, call: Callable[[], None]) -> None:
        """A terminal that was closed or a full disk behind a log is no reason to end a run."""
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # closed streams; a signal amid a write
            call()


def everything(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a run's record, that of the page of all regions among them."""
    return [*record.get("regions", []), *([record["compared"]] if record.get("compared") else [])]


def counts(record: dict[str, Any]) -> dict[str, int]:
    """How many reports of a run were built, unchanged and failed."""
    states = [row["state"] for row in everything(record)]
    return {state: states.count(state) for state in (BUILT, UNCHANGED, FAILED)}


def with_problems(record: dict[str, Any]) -> list[str]:
    """The reports that are there, but of which something in the files could not be used: they end a run with 1."""
    return [row["region"] for row in everything(record) if row["state"] in (BUILT, UNCHANGED) and row.get("message")]


def some(names: Sequence[str], shown: int = 10) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
