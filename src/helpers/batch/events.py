"""``--log-json``: a run as one JSON object a line, for a log that machines read.

Every line has ``time`` (UTC, ISO), ``event`` and ``run_id`` ("" before the run has one). The events and what each adds
are the table ``EVENTS``; there are no others, and none names a stakeholder or quotes a cell.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, TextIO

from helpers.batch import inert, listening
from helpers.batch.listening import Listener

EVENTS = {
    "run-started": "total, jobs",
    "region-started": "region",
    "region-finished": "region, state (built, unchanged, failed), seconds, message",
    "finding": "message: what is wrong with a file that all regions share",
    "note": "message, region: said in every run, no fault",
    "warning": "message, region: something one should know",
    "retry": "message, region: a process did not start and is tried once more",
    "interrupted": "times (1: what is running is finished, 2: stopped at once)",
    "run-finished": "status (the exit status), seconds, built, unchanged, failed, with_problems (ids), message",
    "run-not-made": "status, message: why there was no run",
}


class Events(Listener):
    """Writes the events to a stream, each whole and at once."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.run_id = stream, ""

    def run_started(self, run_id: str, *, total: int, jobs: int) -> None:
        self.run_id = run_id
        self._write("run-started", total=total, jobs=jobs)

    def started(self, region: str) -> None:
        self._write("region-started", region=region)

    def finished(self, region: str, state: str, seconds: float, message: str) -> None:
        self._write("region-finished", region=region, state=state, seconds=seconds, message=message)

    def warned(self, message: str, *, kind: str = "warning", region: str = "") -> None:
        about = {} if kind == "finding" else {"region": region}
        self._write(kind, message=message, **about)

    def interrupted(self, times: int) -> None:
        self._write("interrupted", times=times)

    def run_finished(self, record: dict[str, Any], *, status: int) -> None:
        started, finished = (datetime.fromisoformat(record[name]) for name in ("started", "finished"))
        counts = listening.counts(record)
        seconds = (finished - started).total_seconds()
        told = {"with_problems": listening.with_problems(record), "message": record.get("message", "")}
        self._write("run-finished", status=status, seconds=seconds, **counts, **told)

    def gave_up(self, message: str, *, status: int) -> None:
        self._write("run-not-made", status=status, message=message)

    def _write(self, event: str, **about: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        safe = {name: inert.log_safe(value) if isinstance(value, str) else value for name, value in about.items()}
        line = json.dumps({"time": now, "event": event, "run_id": self.run_id, **safe})  # ASCII: no log garbles it
        self.stream.write(line + "\n")
        self.stream.flush()
