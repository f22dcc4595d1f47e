"""Chapter 02 as a whole: three areas with the project's own figures, one with official ones, all of them in numbers.

The notebook's own cells are run, so that what is tested is what is read. The official files stand beside the project
and are not part of it; where they are not there these tests are skipped.
"""

import ast
import re
import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers.batch import report
from helpers.batch.chapters import CLOSING, DATA, read_chapter
from helpers.batch.runner import run_chapter
from helpers.ingest import findings, indicators
from helpers.page.blocks import MIME, Block
from helpers.reference import evidence, paths, rebases, regions
from helpers.reference import indicators as registers
from helpers.scoring import needs as work

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "02_population_needs.ipynb"
OFFICIAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
POPULATION = OFFICIAL / "nrs_mye_1998_2018_council_sex_single_age.csv.gz"
INEQUALITIES = OFFICIAL / "scotpho_inequalities_2023-02.csv.gz"
DELAYS = OFFICIAL / "phs_delayed_discharge_bed_days_council_monthly.csv.gz"
CARE = OFFICIAL / "phs_care_at_home_council_quarterly.csv"
NO_VALUE = re.compile(r"\b(nan|NaN|NaT|inf|None(?! of))\b|<NA>")
DAY = "2026-03-14"
MOST_BYTES = 1_500_000
SHOWN = {"figure", "table", "words", "absent"}
COUNCIL_AREAS = [place for place in map(regions.region, regions.region_ids()) if place.kind == "council_area"]


def run_here(region: str) -> nbformat.NotebookNode:
    """The notebook with the blocks that its cells end in, run in this process."""
    notebook, names = nbformat.read(NOTEBOOK, as_version=4), {"__name__": "__main__"}
    given = f"region, today, interactive, run_mark = {region!r}, {DAY!r}, False, 'mark'"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = run_cell(cell.source, names)
            cell.outputs = [nbformat.v4.new_output("display_data", block._repr_mimebundle_()) for block in shown]
            exec(given if "parameters" in cell.metadata.get("tags", []) else "", names)
    return notebook


def run_cell(source: str, names: dict) -> list[Block]:
    """Run one cell and return the blocks of its last line."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    return [value] if isinstance(value, Block) else value if isinstance(value, list) else []


class Page(HTMLParser):
    """The ids and the words of a page, drawings' descriptions with them; not its style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids, self.words, self.inside = set(), [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        self.ids |= {value for name, value in attrs if name == "id"}
        self.words += [value for name, value in attrs if name in ("aria-label", "data-label", "alt")]

    def handle_data(self, data):
        self.words += [] if self.inside in ("style", "script") else [data]


@pytest.mark.parametrize("region", ["midlothian", "orkney-islands", "scotland"])
def test_the_chapter_keeps_its_promises_with_the_projects_own_figures(region):
    notebook = run_here(region)
    chapter = read_chapter(notebook, "02_population_needs")
    place = regions.region(region)
    made = datetime(2026, 3, 14, tzinfo=UTC)
    composed = report.compose(place, [chapter], made=made, missing=[], in_print=None)
    html = report.render(composed)
    page = Page(html)
    pointed = [item["anchor"] for item in [*chapter.items("messages"), *composed.numbers]]
    pointed += [anchor for _, anchor in composed.notices]
    assert pointed and {anchor for anchor in pointed if anchor} <= page.ids
    assert [words for words in page.words if NO_VALUE.search(words)] == []
    assert len(html.encode()) < MOST_BYTES
    assert_no_section_is_silent(notebook)
    figures = {block["anchor"] for block in chapter.of_kind("figure")}
    wanted = {"population", "lives", "beside", "areas"} if region != "scotland" else {"population", "beside"}
    assert wanted <= figures and len(chapter.items("messages")) >= 3


def assert_no_section_is_silent(notebook: nbformat.NotebookNode) -> None:
    """Every part of the notebook shows a figure, a table or a sentence, or says what is missing."""
    kinds, title = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            title = cell.source.splitlines()[0].removeprefix("## ")
        elif cell.cell_type == "code" and title:
            kinds.setdefault(title, set()).update(output.data[MIME]["kind"] for output in cell.outputs)
    assert len(kinds) > 12 and {DATA, CLOSING} <= set(kinds)
    assert [title for title, found in kinds.items() if not found & SHOWN] == []


# the official files


@pytest.fixture(scope="module")
def blocks(tmp_path_factory) -> list[dict]:
    """All blocks of the chapter for Midlothian, executed as in a run, from the project's and the official files."""
    if not all(file.is_file() for file in (POPULATION, INEQUALITIES, DELAYS, CARE)):
        pytest.skip("the official files are not beside the project")
    folder = tmp_path_factory.mktemp("official")
    shutil.copytree(paths.indicators(), folder / "indicators")
    for file in (POPULATION, INEQUALITIES, DELAYS, CARE):
        shutil.copyfile(file, folder / "indicators" / file.name)
    told = {"region": "midlothian", "data": str(folder), "today": DAY, "interactive": False}
    executed = run_chapter(NOTEBOOK, folder / "executed.ipynb", told, run_mark="mark", seconds=300)
    bundles = [output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])]
    return [bundle[MIME] for bundle in bundles if MIME in bundle]


def figure(blocks: list[dict], anchor: str) -> dict:
    (found,) = [block for block in blocks if block["kind"] == "figure" and block["anchor"] == anchor]
    return found


def table(blocks: list[dict], name: str) -> pd.DataFrame:
    (found,) = [block for block in blocks if block["kind"] == "table" and block["name"] == name]
    return pd.DataFrame(found["rows"], columns=[column["name"] for column in found["columns"]])


@pytest.mark.xdist_group("official")
def test_a_pyramid_and_a_projection_stand_on_official_populations(blocks):
    people = pd.read_csv(POPULATION).query("Area == 'Midlothian' and Year == 2018")
    own = table(blocks, "population")
    assert own["population"].sum() == people["Population"].sum() == 91_340
    old = 100 * people.loc[people["Age"] >= 75, "Population"].sum() / 91_340
    assert figure(blocks, "population")["title"].startswith(f"In 2018, {old:.1f}\u00a0% of people in Midlothian")
    assert "Men and boys" in figure(blocks, "population")["wide"]
    drawn = figure(blocks, "projection")
    assert all("base year 2018" in drawn[width] for width in ("wide", "narrow"))
    projected = table(blocks, "projection")
    base = projected[(projected["year"].astype(str) == "2018") & projected["age_group"].str.fullmatch("(?i)all.*")]
    assert base["population"].tolist() == [91_340]


@pytest.mark.xdist_group("official")
def test_delayed_discharges_are_those_of_the_official_months(blocks):
    months = pd.read_csv(DELAYS, parse_dates=["date"]).drop_duplicates()
    kept = (months["age_group"] == "18plus") & (months["delay_reason"] == "All Delay Reasons")
    own = months[kept & (months["ltla_code"] == "S12000019")].sort_values("date")
    last = own.tail(12)
    beds = last["num_delayed_bed_days"].sum() / last["date"].dt.days_in_month.sum()
    until = f"{last['date'].iloc[-1]:%B %Y}"
    title = figure(blocks, "delays")["title"]
    assert title.startswith(f"Delayed discharges took {beds:.0f} beds a day in the 12 months to {until}")
    chart = table(blocks, "delayed discharges")
    assert len(chart) == len(own) and "limits start anew" in figure(blocks, "delays")["wide"]


@pytest.mark.xdist_group("official")
def test_inequality_over_time_agrees_with_the_published_indices(blocks):
    published = pd.read_csv(INEQUALITIES, low_memory=False)
    indices, changes = table(blocks, "inequality"), table(blocks, "inequality over time")
    rows = indices["source_place"].str.extract(r"G(\d+)$")[0].astype(int) - 2
    found = published.iloc[rows].reset_index(drop=True)
    assert len(indices) == len(changes) == 17 and (found["code"] == "S12000019").all()
    np.testing.assert_allclose(indices["sii"].astype(float), found["sii"], atol=0.2)
    np.testing.assert_allclose(50 * indices["rii"].astype(float), found["rii_int"], atol=1)
    np.testing.assert_allclose(indices["par"].astype(float), found["par"], atol=0.6)
    assert {"inequality", "gradients", "inequality-change"} <= {b["anchor"] for b in blocks if b["kind"] == "figure"}
    assert "points: periods that are tested" in figure(blocks, "inequality-change")["subtitle"]


# all council areas, without drawing


@pytest.fixture(scope="module")
def given():
    found = indicators.read_indicator_folder()
    return found.indicators, registers.load_register(), findings.as_frame(found.findings)


def tables_of(place: regions.Region, given: tuple) -> dict:
    """All tables of the chapter for one area, as the notebook makes them."""
    figures, register, found = given
    code, country = place.area_code, regions.country_code(place)
    around, kinds = vars(regions.surroundings(place)), evidence.load_evidence()
    options = {"area_code": code, "comparator": place.comparator}
    beside = work.beside_comparator(figures, **options, register=register)
    changes = work.trend_change(figures, area_code=code, register=register)
    directions = work.directions(figures, code, register, comparator_code=country)
    plan = work.plan_figures(figures, found, code, register=register)
    months = work.monthly(figures, [code], names=around["names"])
    named = registers.load_outcomes()
    behind = work.evidence(beside, plan, register=register, outcomes=named, kinds=kinds, directions=directions)
    return {
        "residents": work.residents(figures, **options, **around),
        "lives": work.lives(figures, **options, register=register),
        "beside": beside,
        "against": work.against_all(figures, area_code=code, register=register, names=around["names"]),
        "trends": work.trends(figures, [code, country], changes),
        "fifths": work.quintile_gaps(work.quintiles(figures, area_code=code, register=register)),
        "indices": work.inequality_indices(figures, code, register),
        "delays": work.summary(work.control(months, rebases=rebases.load_rebases())),
        "said": work.said(beside, plan, kinds=kinds),
        "coverage": work.coverage(behind, named),
    }


@pytest.mark.parametrize("half", [0, 1])
def test_every_council_area_has_the_chapters_tables(half, given):
    """In two halves, so that two processes share the work."""
    places = COUNCIL_AREAS[half::2]
    assert len(COUNCIL_AREAS) == 32 and len(places) == 16
    for place in places:
        found = tables_of(place, given)
        bands = found["residents"].bands
        assert bands["population"].notna().all() and len(bands) == 5, place.id
        assert {"female", "male"} <= set(found["lives"]["sex"]) and found["lives"]["value"].notna().all(), place.id
        assert len(found["beside"]) > 30 and (found["beside"]["verdict"] != "not compared").sum() > 30, place.id
        tests = found["against"].tests
        assert len(tests) > 30 and (tests["verdict"] != "not compared").sum() > 20, place.id
        latest = found["indices"][found["indices"]["is_latest"].astype(bool)]
        assert len(latest) == 10 and (latest["sii"].notna() | (latest["reason"] != "")).all(), place.id
        assert len(found["said"]) and len(found["coverage"]) == 9 and found["delays"].empty, place.id
