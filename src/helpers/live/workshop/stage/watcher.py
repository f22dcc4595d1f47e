"""The process that watches a folder of workbooks, and what it found in them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.live.workshop import beside
from helpers.scoring.wording import plural

MOST_FINDINGS = 8


class Watcher:
    """Starts and ends `helpers.live.workshop.watching` over one folder; it also ends with this process.

    Which folder was chosen stands in the workshop's own, for whoever goes on with it.
    """

    def __init__(self, session: Path, *, data: str = "") -> None:
        self.session, self.data, self.folder = session, data, ""
        self._process: subprocess.Popen | None = None

    @property
    def remembered(self) -> str | None:
        """The folder that was chosen last, "" for none; None where nobody ever chose."""
        return beside.read(self.session, beside.WATCHED).get("folder")

    def choose(self, folder: str) -> None:
        """Watch this folder and no other from now on; none where it is empty."""
        self.stop()
        self.folder = folder if folder and Path(folder).is_dir() else ""
        if folder != (self.remembered or ""):
            beside.write(self.session, beside.WATCHED, {"folder": folder})
        self.go_on()

    def go_on(self) -> None:
        """Start the process where a folder was chosen and none runs."""
        if not self.folder or self._is_running():
            return
        command = [sys.executable, "-m", "helpers.live.workshop.watching", str(self.session), self.folder]
        command += ["--data", self.data] if self.data else []
        with (self.session / "watching.log").open("ab") as said:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Close its standard input, which ends it."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        self._process = None

    def told(self, readings: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The folder, whether it is watched at this moment, and the last reading of each file."""
        if not self.folder and not readings:
            return {}
        return {
            "folder": self.folder,
            "is_watched": self._is_running(),
            "readings": [
                {
                    **one,
                    "findings": one["findings"][:MOST_FINDINGS],
                    "n_findings": len(one["findings"]),
                    "n_errors": errors(one),
                }
                for one in readings
            ],
        }


def errors(reading: dict[str, Any]) -> int:
    """How many of a file's findings are errors; the others only say how it was read."""
    return sum(one.get("severity") == "error" for one in reading["findings"])


def news(before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> str:
    """A sentence about a workbook that was read since and has something wrong with it; "" where there is none."""
    known = {one["file"]: one["at"] for one in before}
    for one in now:
        if known.get(one["file"]) != one["at"]:
            if one["state"] == "refused":
                rest = "what it said before still counts" if one["was_used"] else "nothing of it is used"
                return f"{one['file']} was refused; {rest}. M shows why."
            if wrong := errors(one):
                return f"{one['file']} has {plural(wrong, 'problem')}; the rest of it is used. M shows what."
    return ""
