"""One report put together: its page from the executed chapters, and the tables of that page as a workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.batch import report
from helpers.batch.chapters import Chapter
from helpers.batch.plan import RegionWork
from helpers.batch.report import Report, compose
from helpers.batch.workbook import Sheet
from helpers.ingest import findings
from helpers.page import printed, problems


def page(item: RegionWork, chapters: list[Chapter], *, made: datetime, data: Path) -> Report:
    """What the page of one region shows; where its assessment was refused, why."""
    composed = compose(item.region, chapters, made=made, missing=item.missing, in_print=_in_print(item, data))
    _add_refusals(composed, item)
    return composed


def _in_print(item: RegionWork, data: Path) -> dict[str, Any] | None:
    block = printed.published_findings(item.region.id, data=data)
    return {"kind": block.kind, **block.data} if block else None


def _add_refusals(page: Report, item: RegionWork) -> None:
    """Where the assessment's chapter is missing because its files were refused, the page says what was wrong."""
    if any(chapter.needs == "assessment" for chapter in item.chapters) or not item.findings:
        return
    refused = problems.findings_table(findings.as_rows(item.findings), names_people=True)
    others = [block for block in page.source_blocks if block.get("anchor") != "findings"]
    of_chapters = [block for block in page.source_blocks if block.get("anchor") == "findings"]
    page.source_blocks = [*report.as_one([{"kind": refused.kind, **refused.data}, *of_chapters]), *others]
    page.notices.insert(0, ("The assessment files could not be used; see what was wrong with them.", "sources"))


def workbook(page: Report) -> dict[str, Any]:
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
