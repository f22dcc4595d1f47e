"""``atlas run``: a report for every region, each made apart from the others, and the list of them all."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from helpers.batch import assembly, index, inert, plan, publish, report
from helpers.batch.chapters import Chapter, read_chapter
from helpers.batch.runner import ChapterFailed, run_chapter
from helpers.batch.workbook import write_tables
from helpers.reference import paths

Progress = Callable[[str, str], None]


@dataclass
class RegionResult:
    """What became of one region in one run."""

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

    @property
    def has_failures(self) -> bool:
        everything = [*self.regions, *([self.compared] if self.compared else [])]
        return bool(self.shared_problems) or any(r.state == "failed" or r.message for r in everything)

    def as_dict(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "started": self.started,
            "finished": self.finished,
            "regions": [region.as_dict() for region in self.regions],
            "compared": self.compared.as_dict() if self.compared else None,
            "message": "; ".join(self.shared_problems),
        }


def run(
    chosen: Sequence[str],
    *,
    data: Path,
    out: Path,
    jobs: int,
    seconds: float,
    today: date,
    progress: Progress,
) -> RunResult:
    """Make the reports of the chosen regions (all of the register if none is named) and the list of all regions.

    Raises
    ------
    publish.Locked
        If another run holds ``out``.
    """
    run_id = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ-") + secrets.token_hex(3)
    with publish.lock(out, run_id):
        publish.recover(out)
        started = _now()
        private = publish.private_folder(out, run_id)
        todo = plan.make_plan(chosen, data=data, today=today)
        _warm_up()
        settings = _Settings(run_id, data, out, private, seconds, today, progress)
        results = _make_all([*todo.work, *([todo.compared] if todo.compared else [])], settings, jobs)
        compared = results.pop() if todo.compared else None
        result = RunResult(run_id, started, _now(), results, todo.shared_problems, compared)
        publish.write_json(out / "run.json", result.as_dict())
        index.write_index(out, result, data=data)
        publish.recover(out)
    return result


@dataclass(frozen=True)
class _Settings:
    run_id: str
    data: Path
    out: Path
    private: Path
    seconds: float
    today: date
    progress: Progress

    def parameters(self, item: plan.RegionWork) -> dict[str, object]:
        """What a chapter is told; the project's own data go unnamed, so that its evidence holds no folder of ours."""
        data = "" if self.data == paths.data() else str(self.data)
        told = {"data": data, "today": self.today.isoformat(), "interactive": False}
        return told if isinstance(item.region, plan.Everyone) else {"region": item.region.id, **told}


def _make_all(work: list[plan.RegionWork], settings: _Settings, jobs: int) -> list[RegionResult]:
    """Chapters run side by side; each region is put together as soon as its own are there."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        started = [(item, _start(item, settings, pool)) for item in work]
        return [_finish(item, chapters, settings) for item, chapters in started]


def _start(item: plan.RegionWork, settings: _Settings, pool: ThreadPoolExecutor) -> list[Future[tuple[Chapter, float]]]:
    folder = settings.private / item.region.id / "notebooks"
    folder.mkdir(parents=True)
    return [pool.submit(_make_chapter, chapter, item, folder, settings) for chapter in item.chapters]


def _make_chapter(
    kind: plan.ChapterKind, item: plan.RegionWork, folder: Path, settings: _Settings
) -> tuple[Chapter, float]:
    """One chapter, and when it was begun."""
    begun = time.monotonic()
    executed = run_chapter(
        kind.notebook,
        folder / f"{kind.name}.ipynb",
        settings.parameters(item),
        run_mark=settings.run_id,
        seconds=settings.seconds,
    )
    return read_chapter(executed, kind.name), begun


def _finish(item: plan.RegionWork, chapters: list[Future[tuple[Chapter, float]]], settings: _Settings) -> RegionResult:
    """One region's report, or the reason why its last one stays; nothing that fails here touches another region."""
    region, begun = item.region.id, time.monotonic()
    try:
        if item.failure:
            raise ChapterFailed(item.failure)
        made = [future.result() for future in chapters]
        begun = min([start for _, start in made] or [begun])
        result = _assemble(item, [chapter for chapter, _ in made], settings)
    except Exception as error:
        reason = (
            str(error) if isinstance(error, ChapterFailed | report.PageUnfit) else f"{type(error).__name__}: {error}"
        )
        result = RegionResult(region, "failed", message=inert.log_safe(reason))
    result.seconds = round(time.monotonic() - begun, 2)
    settings.progress(region, result.state)
    return result


def _assemble(item: plan.RegionWork, chapters: list[Chapter], settings: _Settings) -> RegionResult:
    """Render, write the tables, check, and put the folder in its place."""
    made = datetime.now(UTC)
    folder = settings.private / item.region.id
    page = assembly.page(item, chapters, made=made, data=settings.data)
    publish.write_text(folder / "index.html", report.render(page))
    write_tables(folder / "tables.xlsx", **assembly.workbook(page))
    result = RegionResult(
        item.region.id,
        "built",
        report=f"{item.region.id}/index.html",
        sha256=publish.sha256(folder / "index.html"),
        inputs=[{"file": file["file"], "sha256": file["sha256"]} for file in page.files],
        message=inert.log_safe("; ".join(item.problems)),
    )
    summary = {"region": item.region.id, "built": made.isoformat(timespec="seconds"), "sha256": result.sha256}
    publish.write_json(folder / "report.json", {**summary, "facts": report.merged_facts(chapters)})
    publish.publish(folder, settings.out / item.region.id)
    return result


def _warm_up() -> None:
    """Let matplotlib look for fonts once, or every notebook of a first run would do it side by side."""
    import matplotlib.font_manager  # noqa: F401


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def default_out() -> Path:
    """The project's own folder for reports."""
    return paths.project() / "reports"
