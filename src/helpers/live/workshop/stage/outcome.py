"""What a workshop ends in: its workbook, and the report that is built from it, each made by a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import webbrowser
from pathlib import Path
from typing import Any

from helpers.live.workshop import beside, keeping
from helpers.live.workshop.stage.reading import Reading
from helpers.reference import paths


class Outcome:
    """The workbook and the report: asked for, being made, made, or why not."""

    def __init__(self, reading: Reading, *, data: str = "", out: str = "") -> None:
        self.reading, self.data, self.out = reading, data, out
        self._told: dict[str, Any] = {
            "workbook": self._kept(beside.WRITTEN, "workbook"),
            "report": self._kept(beside.BUILT, "report"),
            "doing": "",
            "fault": "",
        }
        self._tasks: set[asyncio.Task] = set()

    def told(self) -> dict[str, Any]:
        return dict(self._told)

    def write(self) -> None:
        """Write the workbook."""
        self._begin("workbook", self._write())

    def write_at_the_end(self) -> None:
        """Write the workbook if anybody rated anything, or the panel agreed on something."""
        steps, submissions, *_ = keeping.mark(self.reading.connection)
        if steps and (submissions or keeping.state(self.reading.connection).agreed):
            self.write()

    def build(self) -> None:
        """Write the workbook, and build the report from it."""
        if self.reading.facts.is_practice:
            self._told["fault"] = "A practice makes no report: nothing of it may be taken for an assessment."
        else:
            self._begin("report", self._build())

    def browse(self) -> bool:
        """Open the report in the browser of this machine."""
        report = self._told["report"]
        return bool(report) and webbrowser.open(Path(report).as_uri())

    def _begin(self, what: str, work: Any) -> None:
        if self._told["doing"] or not _has_loop():
            work.close()
            return
        self._told |= {"doing": what, "fault": ""}
        task = asyncio.get_running_loop().create_task(self._done(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done(self, work: Any) -> None:
        try:
            await work
        except (OSError, ValueError) as error:
            self._told["fault"] = str(error)
        finally:
            self._told["doing"] = ""

    async def _write(self) -> None:
        command = ["workshop", self.reading.facts.region, "--write", "--session", str(self.reading.folder)]
        status, told, fault = await self._run(command)
        if status:
            raise ValueError(fault or "The workbook was not written.")
        self._told["workbook"] = json.loads(told.splitlines()[-1])["workbook"]

    async def _build(self) -> None:
        self._told["doing"] = "workbook"
        await self._write()
        self._told["doing"] = "report"
        region = self.reading.facts.region
        status, told, fault = await self._run(["run", region, *(["--out", self.out] if self.out else [])])
        if status:
            raise ValueError(fault or _last_line(told) or f"The report was not built (status {status}).")
        out = Path(self.out) if self.out else paths.project() / "reports"
        report = str((out / region / "index.html").resolve())
        beside.write(self.reading.folder, beside.BUILT, {"report": report})
        self._told["report"] = report

    async def _run(self, command: list[str]) -> tuple[int, str, str]:
        """Run `atlas` with these words; its status, what it said, and its last complaint."""
        command = [sys.executable, "-m", "helpers.cli", *command, *(["--data", self.data] if self.data else [])]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        try:
            told, complained = await process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        said, complaint = (text.decode("utf-8", "replace") for text in (told, complained))
        return process.returncode or 0, said, _last_line(complaint)

    def _kept(self, file: str, name: str) -> str:
        """What was made before, by whichever page; "" where it is no longer there."""
        path = beside.read(self.reading.folder, file).get(name, "")
        return path if path and Path(path).is_file() else ""


def _has_loop() -> bool:
    """Whether there is a loop to work on: in a kernel there always is."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
