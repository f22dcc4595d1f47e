"""The process that watches a folder of workbooks, and what it found in them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

KEPT = "watched.json"
MOST_FINDINGS = 8


class Watcher:
    """Starts and ends `helpers.live.workshop.watching` over one folder; it also ends with this process."""

    def __init__(self, session: Path, *, data: str = "") -> None:
        self.session, self.data, self.folder = session, data, ""
        self._process: subprocess.Popen | None = None

    def start(self, folder: str) -> None:
        """Watch this folder, and no other; none where it is empty."""
        self.stop()
        self.folder = folder if folder and Path(folder).is_dir() else ""
        if self.folder != self.remembered():
            (self.session / KEPT).write_text(json.dumps({"folder": self.folder}), "utf-8")
        if self.folder:
            command = [sys.executable, "-m", "helpers.live.workshop.watching", str(self.session), self.folder]
            command += ["--data", self.data] if self.data else []
            with (self.session / "watching.log").open("ab") as said:
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)

    def remembered(self) -> str:
        """The folder that was watched last, for whoever goes on with this workshop."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads((self.session / KEPT).read_text("utf-8"))["folder"])
        return ""

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
            "is_watched": self._process is not None and self._process.poll() is None,
            "readings": [
                {**one, "findings": one["findings"][:MOST_FINDINGS], "n_findings": len(one["findings"])}
                for one in readings
            ],
        }
