"""What a run is told, and what became of it and of each of its regions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from helpers.batch import place
from helpers.batch.listening import FAILED

SKIPPED = "skipped"
MEMORY_BYTES = 4 * 2**30


@dataclass
class RegionResult:
    """What became of one region in one run: built, unchanged, failed, or skipped by a run that was stopped."""

    region: str
    state: str
    seconds: float = 0.0
    report: str = ""
    sha256: str = ""
    inputs: list[dict[str, str]] = field(default_factory=list)
    message: str = ""

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass
class RunResult:
    """The record of one run, as ``run.json`` holds it."""

    run_id: str
    started: str
    finished: str
    regions: list[RegionResult]
    shared_problems: list[str]
    compared: RegionResult | None = None
    interrupted: bool = False

    @property
    def everything(self) -> list[RegionResult]:
        return [*self.regions, *([self.compared] if self.compared else [])]

    @property
    def has_failures(self) -> bool:
        return bool(self.shared_problems) or any(r.state == FAILED or r.message for r in self.everything)

    def as_dict(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "started": self.started,
            "finished": self.finished,
            "regions": [region.as_dict() for region in self.regions if region.state != SKIPPED],
            "compared": self.compared.as_dict() if self.compared and self.compared.state != SKIPPED else None,
            "message": "; ".join(self.shared_problems),
        }


@dataclass(frozen=True)
class Settings:
    """How a run works: where, how many regions side by side, how long and how large each may get.

    ``data_address`` is where the data come from if they are a copy, ``place`` where the reports go if not to ``out``
    alone, ``cluster`` the address of the scheduler whose workers make them.
    """

    data: Path
    out: Path
    today: date
    jobs: int = 2
    seconds: float = 600.0
    memory_bytes: int | None = MEMORY_BYTES
    force: bool = False
    run_id: str = ""
    private: Path = Path()
    left: tuple[str, ...] = ()
    cluster: str = ""
    data_address: str = ""
    place: place.Place = field(default_factory=place.Here)
