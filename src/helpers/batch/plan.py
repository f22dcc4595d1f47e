"""What is to be made: for each region the chapters that it has data for, and a sentence about the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from helpers.ingest import all_regions, assessments, demand, indicators, judging, together
from helpers.ingest.findings import Findings, known_codes
from helpers.reference import paths, regions
from helpers.reference.register_ids import COMPARED_ID


@dataclass(frozen=True)
class ChapterKind:
    """A chapter of the report and the kind of data that it needs."""

    name: str
    needs: str
    without: str

    @property
    def notebook(self) -> Path:
        return paths.project() / "notebooks" / f"{self.name}.ipynb"


CHAPTERS = (
    ChapterKind(
        "01_maturity",
        "assessment",
        "There is no assessment of {name} in the data yet. With one, this report would show how mature integrated care "
        "is in each dimension, where stakeholders disagree and what has moved. The command atlas new {region} "
        "writes the workbook to fill in.",
    ),
    ChapterKind(
        "02_population_needs",
        "indicators",
        "There are no population indicators of {name} in the data yet, so this report says nothing about need.",
    ),
)


@dataclass(frozen=True)
class Everyone:
    """What the page of all regions is about, in the place where another page has its region."""

    id: str
    name: str


COMPARED = ChapterKind(
    "05_regions_compared",
    "assessments of all",
    "No region has an assessment in the data yet, so there is nothing to compare.",
)


@dataclass
class RegionWork:
    """What is to be made for one region.

    ``chapters`` can be made; ``missing`` holds one sentence for each that cannot; ``problems`` one for each file with
    errors; ``findings`` are those of the region's own files; ``failure`` says why nothing can be made at all;
    ``holds`` are the first day and the day after the last on which the files are read as they were (`judging.holding`),
    ``chapters_hold`` those of a chapter that does not read all of them.
    """

    region: regions.Region | Everyone
    chapters: list[ChapterKind] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    findings: list[Findings] = field(default_factory=list)
    failure: str = ""
    holds: tuple[str, str] = ("", "")
    chapters_hold: dict[str, tuple[str, str]] = field(default_factory=dict)


def plan_one(region_id: str, *, data: Path, today: date) -> RegionWork:
    """Say what can be made for one region of the register, or for the page of all regions.

    What goes wrong in looking at a region's files is its ``failure``.
    """
    if region_id == COMPARED_ID:
        return _plan_compared(data, today)
    region = regions.region(region_id, data=data)
    try:
        return _plan_region(region, data=data, today=today)
    except Exception as error:
        return RegionWork(region, failure=f"its files could not be looked at: {type(error).__name__}: {error}")


def _plan_compared(data: Path, today: date) -> RegionWork:
    figures = indicators.read_indicator_folder(data=data, today=today)
    read = all_regions.read_all_assessments(data=data, today=today)
    holds = judging.holding([figures.files, read.files])
    return RegionWork(Everyone(COMPARED_ID, "Regions compared"), chapters=[COMPARED], holds=holds)


def shared_problems(data: Path, *, today: date) -> tuple[list[str], tuple[str, str]]:
    """What is wrong with the files that all regions share, one sentence each, and for which days that holds."""
    figures = indicators.read_indicator_folder(data=data, today=today)
    found = [problem for part in figures.findings for problem in problems_of(part)]
    return found + assessments.unknown_folders(data), judging.holding([figures.files])


def problems_of(findings: Findings) -> list[str]:
    """One sentence for a file with errors, none for one without; it quotes nothing in which a name could stand."""
    errors = findings.errors
    if not errors:
        return []
    first = errors[0]
    where = f"{first.sheet}!{first.cell}" if first.sheet and first.cell else first.cell
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    place = f"{findings.file} {where}".strip()
    return [f"{place}: {known_codes()[first.code].meaning} ({first.code}){more}"]


def _plan_region(region: regions.Region, *, data: Path, today: date) -> RegionWork:
    work = RegionWork(region)
    figures = indicators.read_indicator_folder(data=data, today=today)
    areas = set(figures.indicators["area_code"])
    has = {"indicators": bool(region.area_code) and region.area_code in areas, "assessment": False}
    read = assessments.read_assessments(region.id, data=data, today=today)
    has["assessment"] = bool(read.ratings["rating"].notna().any())
    work.holds = judging.holding([figures.files, read.files])
    work.chapters_hold = {"02_population_needs": judging.holding([figures.files])}  # it reads no assessments
    work.findings = list(read.findings)
    work.problems = [problem for part in read.findings for problem in problems_of(part)]
    for chapter in CHAPTERS:
        if has[chapter.needs]:
            work.chapters.append(chapter)
        else:
            work.missing.append(_why_missing(chapter, work))
    own = [*demand.read_demand(region.id, data=data).findings, *together.read_together(region.id, data=data).findings]
    work.problems += [problem for part in own for problem in problems_of(part)]  # the chapters read them themselves
    return work


def _why_missing(chapter: ChapterKind, work: RegionWork) -> str:
    if chapter.needs == "assessment" and work.findings:
        return "The assessment could not be used, so its chapter is missing: " + "; ".join(work.problems) + "."
    return chapter.without.format(name=work.region.name, region=work.region.id)
