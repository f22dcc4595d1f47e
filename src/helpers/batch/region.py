"""The process of one region: what it has data for, its chapters, its page and its tables, whole and checked.

It runs in a child of the warm process and leaves a finished folder; the run itself puts it in its place. What it says
on its line is one JSON object a line: which chapter it is at, and at the end what became of the region.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import nbformat

from helpers.batch import assembly, inert, inputs, plan, publish, report
from helpers.batch.chapters import Chapter, read_chapter
from helpers.batch.runner import ChapterFailed, check_executed, run_chapter
from helpers.batch.workbook import write_tables
from helpers.ingest import judging
from helpers.reference import paths

Say = Callable[..., None]


@dataclass(frozen=True)
class Order:
    """What one region's process is told.

    ``key`` and ``keys`` are the fingerprints of all that goes into the region and into each of its chapters;
    ``folder`` is where the report is built; ``sources`` are folders in which an executed chapter with the same key may
    lie from before (the published report, what a killed run left); ``seconds`` bounds a cell, ``memory_bytes`` each
    notebook's process.
    """

    region: str
    data: str
    folder: str
    today: str
    key: str
    keys: Mapping[str, str]
    sources: list[str] = field(default_factory=list)
    seconds: float = 600.0
    memory_bytes: int | None = None
    side_by_side: int = 1


@dataclass
class Made:
    """A chapter that is there: what it says, how long it took, and whether it was there before."""

    chapter: Chapter
    seconds: float
    is_old: bool


def make(options: dict[str, Any], files: list[int]) -> int:
    """Make the region of an order, as a task of the warm process; ``files[0]`` is the line to the run."""
    with os.fdopen(files[0], "w", encoding="utf-8") as line:
        _tell(line, **make_region(Order(**options), say=lambda **words: _tell(line, **words)))
    return 0


def look(options: dict[str, Any], files: list[int]) -> int:
    """Look at what all regions share, as a task of the warm process."""
    with os.fdopen(files[0], "w", encoding="utf-8") as line:
        data, today = Path(options["data"]), date.fromisoformat(options["today"])
        problems, holds = plan.shared_problems(data, today=today)
        _tell(line, problems=[inert.log_safe(text) for text in problems], holds=holds)
    return 0


def _tell(line: Any, **words: Any) -> None:
    """One line to the run; a run that is gone does not hear it, and ends this process."""
    with contextlib.suppress(OSError):
        line.write(json.dumps(words) + "\n")
        line.flush()


def make_region(order: Order, *, say: Say) -> dict[str, Any]:
    """Build one region's folder.

    Returns
    -------
    dict
        ``state`` (built or failed), ``message``, ``sha256`` of the page and ``inputs``, as ``run.json`` holds them.
    """
    try:
        return _built(order, say)
    except Exception as error:
        return {"state": "failed", "message": inert.log_safe(reason(error)), "sha256": "", "inputs": []}


def reason(error: Exception) -> str:
    """Why something could not be made, in one sentence."""
    if isinstance(error, ChapterFailed | report.PageUnfit):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"its report could not be written: {error.strerror}"
    return f"{type(error).__name__}: {error}"


def _built(order: Order, say: Say) -> dict[str, Any]:
    begun, data, folder = time.monotonic(), Path(order.data), Path(order.folder)
    item = plan.plan_one(order.region, data=data, today=date.fromisoformat(order.today))
    if item.failure:
        raise ChapterFailed(item.failure)
    (folder / "notebooks").mkdir(parents=True)
    with ThreadPoolExecutor(max_workers=order.side_by_side) as pool:
        made = list(pool.map(lambda kind: _chapter(kind, item, order, say), item.chapters))
    say(at="page")
    shutil.rmtree(folder / publish.VERIFIED, ignore_errors=True)
    page = _write(item, [one.chapter for one in made], folder, data)
    summary = _summary(order, item, page, made)
    summary["seconds"] = round(time.monotonic() - begun, 2)
    publish.write_json(folder / "report.json", summary)
    return {"state": "built", **{name: summary[name] for name in ("message", "sha256", "inputs", "seconds")}}


def _chapter(kind: plan.ChapterKind, item: plan.RegionWork, order: Order, say: Say) -> Made:
    """One chapter: the executed notebook from before where nothing that goes into it has changed, else a new one."""
    begun, name = time.monotonic(), f"{kind.name}.ipynb"
    executed, key = Path(order.folder) / "notebooks" / name, order.keys[kind.name]
    for source in map(Path, order.sources):
        if old := _from_before(source, name, executed, key, item.chapters_hold.get(kind.name, item.holds)):
            return Made(read_chapter(old, kind.name), 0.0, is_old=True)
    say(at=kind.name)
    notebook = run_chapter(
        kind.notebook,
        executed,
        parameters(item, order),
        run_mark=key,
        seconds=order.seconds,
        memory_bytes=order.memory_bytes,
    )
    verified = Path(order.folder) / publish.VERIFIED
    verified.mkdir(exist_ok=True)
    publish.write_text(verified / name, publish.sha256(executed))  # for the next run, if this one is killed
    return Made(read_chapter(notebook, kind.name), round(time.monotonic() - begun, 2), is_old=False)


def _from_before(
    source: Path, name: str, executed: Path, key: str, holds: tuple[str, str]
) -> nbformat.NotebookNode | None:
    """An executed notebook with the mark of the same inputs, byte for byte as it was verified, copied; else None.

    It was executed on another day, maybe; that must be one on which the files are read as they are today.
    """
    old = source / "notebooks" / name
    try:
        if publish.sha256(old) != _verified(source, name):
            return None
        notebook = check_executed(nbformat.read(old, as_version=4), old.name, key)
        if not judging.holds_on(notebook.metadata.papermill.parameters["today"], holds):
            return None
        shutil.copyfile(old, executed)
    except (OSError, ValueError, KeyError, AttributeError, ChapterFailed, nbformat.ValidationError):
        return None
    return notebook


def _verified(source: Path, name: str) -> str:
    """The hash that a chapter had when it was verified: in the record of its report, or beside it in a killed run."""
    record = publish.read_json(source / "report.json")
    if record:
        return record["chapters"][name.removesuffix(".ipynb")]["sha256"]
    return (source / publish.VERIFIED / name).read_text("utf-8")


def parameters(item: plan.RegionWork, order: Order) -> dict[str, object]:
    """What a chapter is told; the project's own data go unnamed, so that its evidence holds no folder of ours."""
    data = "" if Path(order.data) == paths.data() else order.data
    told = {"data": data, "today": order.today, "interactive": False}
    return told if isinstance(item.region, plan.Everyone) else {"region": item.region.id, **told}


def _write(item: plan.RegionWork, chapters: list[Chapter], folder: Path, data: Path) -> report.Report:
    page = assembly.page(item, chapters, made=datetime.now(UTC), data=data)
    publish.write_text(folder / "index.html", report.render(page))
    write_tables(folder / "tables.xlsx", **assembly.workbook(page))
    return page


def _summary(order: Order, item: plan.RegionWork, page: report.Report, made: list[Made]) -> dict[str, Any]:
    """What is written down beside a report: what went into it and what came out."""
    folder = Path(order.folder)
    files = inputs.output_files(folder)
    return {
        "region": order.region,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": files["index.html"]["sha256"],
        "key": order.key,
        "valid_from": item.holds[0],
        "valid_until": item.holds[1],
        "chapters": {
            one.chapter.name: {
                "key": order.keys[one.chapter.name],
                "sha256": files[f"notebooks/{one.chapter.name}.ipynb"]["sha256"],
                "seconds": one.seconds,
                "is_old": one.is_old,
            }
            for one in made
        },
        "files": files,
        "inputs": [{"file": file["file"], "sha256": file["sha256"]} for file in page.files],
        "message": inert.log_safe("; ".join(item.problems)),
        "facts": report.merged_facts([one.chapter for one in made]),
    }
