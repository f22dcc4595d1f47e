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

from helpers.batch import index, inert, plan, publish, report
from helpers.batch.chapters import Chapter, read_chapter
from helpers.batch.runner import ChapterFailed, run_chapter
from helpers.batch.workbook import Sheet, write_tables
from helpers.ingest import findings
from helpers.page import printed, problems
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

    @property
    def has_failures(self) -> bool:
        return bool(self.shared_problems) or any(r.state == "failed" or r.message for r in self.regions)

    def as_dict(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "started": self.started,
            "finished": self.finished,
            "regions": [region.as_dict() for region in self.regions],
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
        results = _make_all(todo.work, settings, jobs)
        result = RunResult(run_id, started, _now(), results, todo.shared_problems)
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

    def parameters(self, region: str) -> dict[str, object]:
        """What a chapter is told; the project's own data go unnamed, so that its evidence holds no folder of ours."""
        data = "" if self.data == paths.data() else str(self.data)
        return {"region": region, "data": data, "today": self.today.isoformat(), "interactive": False}


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
        settings.parameters(item.region.id),
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
    page = report.compose(item.region, chapters, made=made, missing=item.missing, in_print=_in_print(item, settings))
    _add_refusals(page, item)
    publish.write_text(folder / "index.html", report.render(page))
    write_tables(folder / "tables.xlsx", **_workbook(page))
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


def _in_print(item: plan.RegionWork, settings: _Settings) -> dict[str, Any] | None:
    block = printed.published_findings(item.region.id, data=settings.data)
    return {"kind": block.kind, **block.data} if block else None


def _add_refusals(page: report.Report, item: plan.RegionWork) -> None:
    """Where the assessment's chapter is missing because its files were refused, the page says what was wrong."""
    if any(chapter.needs == "assessment" for chapter in item.chapters) or not item.findings:
        return
    block = problems.findings_table(findings.as_rows(item.findings), names_people=True)
    page.source_blocks.insert(0, {"kind": block.kind, **block.data})
    page.notices.insert(0, ("The assessment files could not be used; see what was wrong with them.", "sources"))


def _workbook(page: report.Report) -> dict[str, Any]:
    sheets = [
        Sheet.from_block(table) for table in page.tables + [b for b in page.source_blocks if b["kind"] == "table"]
    ]
    return {
        "tables": sheets,
        "title": f"{page.region_name}: tables of the Care Atlas report",
        "description": "Every table of the report, one a sheet.",
        "notes": [text for text, _ in page.notices] + page.missing,
        "sources": [f"{file['title']} ({file['file']}). {file['about']}" for file in page.files],
        "generated": page.made_on,
    }


def _warm_up() -> None:
    """Let matplotlib look for fonts once, or every notebook of a first run would do it side by side."""
    import matplotlib.font_manager  # noqa: F401


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def default_out() -> Path:
    """The project's own folder for reports."""
    return paths.project() / "reports"
