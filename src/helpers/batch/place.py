"""Where published reports lie: in a folder of this machine, or at an address (:mod:`helpers.batch.shelf`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from helpers.batch import inputs, publish


class Place(Protocol):
    """What a run needs of the place of its reports."""

    def is_whole(self, folder: Path, last: Mapping[str, Any]) -> bool:
        """Whether all files that the record of a report names lie there."""

    def publish(self, built: Path, target: Path) -> None:
        """Put a finished report in the place of the last one."""

    def finish(self, out: Path) -> None:
        """Put the records of the run and the list of all regions there, at the end of the run."""


class Here:
    """A folder of this machine."""

    def is_whole(self, folder: Path, last: Mapping[str, Any]) -> bool:
        return inputs.is_whole(folder, dict(last))

    def publish(self, built: Path, target: Path) -> None:
        publish.publish(built, target)

    def finish(self, out: Path) -> None:
        """The run has written them already."""
