"""The list of all regions: what was built when, what it found, and why a report is old or missing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import helpers
from helpers.batch import publish
from helpers.batch.history import Failure
from helpers.batch.index import day
from helpers.batch.progress import duration
from helpers.batch.report import check_page, environment, template_text, tidy
from helpers.charts import tiles
from helpers.reference import regions
from helpers.reference.register_ids import COMPARED_ID

if TYPE_CHECKING:
    from helpers.batch.record import RunResult

KINDS = {
    "country": "Scotland",
    "council_area": "Council areas of Scotland",
    "exchange_region": "Regions of the SCIROCCO Exchange programme",
    "published_reference": "Published references",
}
MOST_NAMED = 12
LOOKS = {
    "assessment and indicators": "full",
    "assessment": "full",
    "indicators only": "part",
    "no report yet": "none",
    "not made at the last try": "alert",
}


def page(out: Path, result: RunResult, failures: dict[str, Failure], *, data: Path, key: str) -> str:
    """Draw the page over every region of the register; ``key`` is the fingerprint of what it shows."""
    rows = index_rows(out, failures, data=data)
    finished = datetime.fromisoformat(result.finished)
    drawn = (
        environment()
        .get_template("index.html.j2")
        .render(
            groups=_groups(rows),
            tiles=_tiles(rows, data),
            compared=_row(out, COMPARED_ID, failures.get(COMPARED_ID)),
            counts=_counts(rows),
            failing=_failing(rows).head(MOST_NAMED).to_dict("records"),
            partly=_partly(rows).head(MOST_NAMED).to_dict("records"),
            run_day=finished.date().isoformat(),
            made_on=day(finished),
            problems=result.shared_problems,
            key=key,
            style=template_text("style.css"),
            tiles_style=tiles.TILES_CSS,
            version=helpers.__version__,
        )
    )
    return check_page(tidy(drawn))


def index_rows(out: Path, failures: dict[str, Failure], *, data: Path) -> pd.DataFrame:
    """One row a region of the register: state (built, old, failed, none), days, strongest and weakest, reason."""
    register = regions.load_regions(data)
    rows = [
        {**_row(out, id_, failures.get(id_)), "region_name": declared["region_name"], "kind": declared["kind"]}
        for id_, declared in register.iterrows()
    ]
    return pd.DataFrame(rows)


def _row(out: Path, region: str, failure: Failure | None) -> dict[str, Any]:
    """What the list says of one report; ``since`` is the day on which its open series of failures began."""
    last = publish.read_json(out / region / "report.json")
    facts = last.get("facts", {})
    is_there = bool(last) and (out / region / "index.html").is_file()
    seconds = last.get("seconds")
    return {
        "region": region,
        "href": f"{region}/index.html" if is_there else "",
        "state": ("old" if is_there else "failed") if failure else "built" if is_there else "none",
        "built": _day(last.get("built", "")) if is_there else "",
        "took": duration(seconds) if is_there and seconds is not None else "",
        "since": _day(failure.since) if failure else "",
        "reason": failure.message if failure else last.get("message") or "",
        "assessed": facts.get("wave_name") or "",
        "status": facts.get("status") or "",
        "strongest": facts.get("strongest") or "",
        "weakest": facts.get("weakest") or "",
        "needs": facts.get("needs") or "",
        "said": facts.get("compared") or "",
        "has_assessment": bool(facts.get("assessed")),
    }


def _groups(rows: pd.DataFrame) -> list[tuple[str, list[tuple[str, str]], list[dict[str, Any]]]]:
    """Regions with an assessment first, then the rest by their kind."""
    assessed = rows[rows["has_assessment"]]
    rest = rows[~rows["has_assessment"]]
    rest = pd.concat([rest[rest["state"] != "none"], rest[rest["state"] == "none"]])  # what is there before what is not
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
        return "not made at the last try"
    if not row["href"]:
        return "no report yet"
    if not row["has_assessment"]:
        return "indicators only"
    return "assessment and indicators" if row["needs"] else "assessment"


def _counts(rows: pd.DataFrame) -> dict[str, int]:
    return {
        "reports": int(sum(bool(href) for href in rows["href"])),
        "assessed": int(rows["has_assessment"].sum()),
        "failed": len(_failing(rows)),
        "partly": len(_partly(rows)),
        "regions": len(rows),
    }


def _failing(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["state"].isin(["failed", "old"])]


def _partly(rows: pd.DataFrame) -> pd.DataFrame:
    """Reports that were made although something that lay there could not be used."""
    return rows[(rows["state"] == "built") & (rows["reason"] != "")]


def _day(stamp: str) -> str:
    return day(datetime.fromisoformat(stamp)) if stamp else ""
