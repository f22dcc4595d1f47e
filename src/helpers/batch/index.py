"""The list of all regions: what was built when, what it found, and why a report is old or missing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import helpers
from helpers.batch import publish
from helpers.batch.plan import COMPARED_ID
from helpers.batch.report import check_page, environment, template_text, tidy
from helpers.charts import tiles
from helpers.reference import regions

if TYPE_CHECKING:
    from helpers.batch.run import RunResult

KINDS = {
    "country": "Scotland",
    "council_area": "Council areas of Scotland",
    "exchange_region": "Regions of the SCIROCCO Exchange programme",
    "published_reference": "Published references",
}
LOOKS = {
    "assessment and indicators": "full",
    "assessment": "full",
    "indicators only": "part",
    "no report yet": "none",
    "not made in the last run": "alert",
}


def write_index(out: Path, result: RunResult, *, data: Path) -> None:
    """Write ``index.html`` over every region of the register, whatever part of it this run made."""
    rows = index_rows(out, result, data=data)
    write = (
        environment()
        .get_template("index.html.j2")
        .render(
            groups=_groups(rows),
            tiles=_tiles(rows, data),
            result=result,
            compared=_compared(out, result),
            counts=_counts(rows),
            made_on=_day(result.finished),
            problems=result.shared_problems,
            style=template_text("style.css"),
            tiles_style=tiles.TILES_CSS,
            version=helpers.__version__,
        )
    )
    publish.write_text(out / "index.html", check_page(tidy(write)))


def index_rows(out: Path, result: RunResult, *, data: Path) -> pd.DataFrame:
    """One row a region of the register: state (built, old, failed, none), dates, strongest and weakest, reason."""
    register = regions.load_regions(data)
    this_run = {region.region: region for region in result.regions}
    rows = [_row(out, id_, declared, this_run.get(id_)) for id_, declared in register.iterrows()]
    return pd.DataFrame(rows)


def _compared(out: Path, result: RunResult) -> dict[str, str]:
    """The page on which all regions stand beside each other: where it is, of when, and why it is old or missing."""
    last = publish.read_json(out / COMPARED_ID / "report.json")
    is_there = bool(last) and (out / COMPARED_ID / "index.html").is_file()
    failed = result.compared is not None and result.compared.state == "failed"
    return {
        "href": f"{COMPARED_ID}/index.html" if is_there else "",
        "built": _day(last.get("built", "")) if is_there else "",
        "said": last.get("facts", {}).get("compared") or "",
        "reason": result.compared.message if failed else "",
    }


def _row(out: Path, region: str, declared: pd.Series, made: Any) -> dict[str, Any]:
    last = publish.read_json(out / region / "report.json")
    facts = last.get("facts", {})
    is_there = bool(last) and (out / region / "index.html").is_file()
    failed = made is not None and made.state == "failed"
    return {
        "region": region,
        "region_name": declared["region_name"],
        "kind": declared["kind"],
        "href": f"{region}/index.html" if is_there else "",
        "state": ("old" if is_there else "failed") if failed else "built" if is_there else "none",
        "built": _day(last.get("built", "")) if is_there else "",
        "reason": made.message if made is not None else "",
        "assessed": facts.get("wave_name") or "",
        "status": facts.get("status") or "",
        "strongest": facts.get("strongest") or "",
        "weakest": facts.get("weakest") or "",
        "needs": facts.get("needs") or "",
        "has_assessment": bool(facts.get("assessed")),
    }


def _groups(rows: pd.DataFrame) -> list[tuple[str, list[tuple[str, str]], list[dict[str, Any]]]]:
    """Regions with an assessment first, then the rest by their kind."""
    assessed = rows[rows["has_assessment"]]
    rest = rows[~rows["has_assessment"]]
    groups = [("With an assessment of integrated care", assessed)]
    groups += [(title, rest[rest["kind"] == kind]) for kind, title in KINDS.items()]
    return [(title, _columns(part), part.to_dict("records")) for title, part in groups if len(part)]


def _columns(part: pd.DataFrame) -> list[tuple[str, str]]:
    """Which of the columns say something in this group."""
    known = [("strongest", "Strongest"), ("weakest", "Weakest"), ("needs", "Indicators beside the comparator")]
    return [(name, label) for name, label in known if (part[name] != "").any()]


def _tiles(rows: pd.DataFrame, data: Path) -> str:
    records = rows.to_dict("records")
    shown = rows.assign(state=[_tile_state(row) for row in records], detail=[row["needs"] for row in records])
    return tiles.tile_map(regions.tiles(data), shown, label="Council areas of Scotland", looks=LOOKS)


def _tile_state(row: dict[str, Any]) -> str:
    if row["state"] in ("failed", "old"):
        return "not made in the last run"
    if not row["href"]:
        return "no report yet"
    if not row["has_assessment"]:
        return "indicators only"
    return "assessment and indicators" if row["needs"] else "assessment"


def _counts(rows: pd.DataFrame) -> dict[str, int]:
    states = rows["state"].value_counts()
    return {
        "reports": int(sum(bool(href) for href in rows["href"])),
        "assessed": int(rows["has_assessment"].sum()),
        "failed": int(states.get("failed", 0) + states.get("old", 0)),
        "regions": len(rows),
    }


def _day(stamp: str) -> str:
    if not stamp:
        return ""
    moment = datetime.fromisoformat(stamp)
    return f"{moment.day}\u00a0{moment:%b}\u00a0{moment:%Y}"
