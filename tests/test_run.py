"""The main job: each region apart from the others, the last good report kept, the same inputs the same bytes."""

import json
import re
import shutil
from datetime import date

import nbformat
import openpyxl
import pytest

from helpers.batch import listening, plan, publish, run, template
from helpers.ingest.assessments import read_assessments
from helpers.page.blocks import MIME
from helpers.reference import paths

pytestmark = pytest.mark.xdist_group("pages")
TODAY = date(2026, 3, 1)


def make(regions, data, out, seconds=300.0):
    return run.run(regions, data=data, out=out, jobs=2, seconds=seconds, today=TODAY)


@pytest.fixture
def data(tmp_path):
    """A data folder of one's own: Flanders' illustrative workbook, and one that cannot be used in Puglia's folder."""
    folder = tmp_path / "data"
    shutil.copytree(paths.assessments("flanders"), folder / "assessments" / "flanders")
    (folder / "assessments" / "puglia").mkdir()
    (folder / "assessments" / "puglia" / "broken.xlsx").write_bytes(b"PK\x03\x04 cut off")
    return folder


def test_the_built_set_is_whole(built):
    record = json.loads((built / "run.json").read_text())
    assert {region["state"] for region in record["regions"]} == {"built"}
    for region in [*record["regions"], record["compared"]]:
        page = built / region["report"]
        assert publish.sha256(page) == region["sha256"]
        assert (page.parent / "tables.xlsx").stat().st_size > 1000
        for source in region["inputs"]:
            assert source["file"] in page.read_text() and source["sha256"] in page.read_text()
    assert not [path.name for path in built.iterdir() if path.name.startswith((".run-", ".old-"))]


@pytest.mark.parametrize(("region", "words"), [("midlothian", "illustrative"), ("flanders", "illustrative")])
def test_every_page_made_from_illustrative_data_says_so(built, region, words):
    page = (built / region / "index.html").read_text()
    assert "must not be quoted" in page[: page.index("<main")]
    assert page.count("Illustrative, not real") >= 2
    assert words in (built / "index.html").read_text()


def test_a_reconstructed_page_says_so(built):
    page = (built / "singapore/index.html").read_text()
    assert "reconstructed from a published table" in page[: page.index("<main")]


def test_a_region_gets_the_chapters_it_has_data_for_and_one_sentence_about_the_rest(built):
    poland, orkney = ((built / name / "index.html").read_text() for name in ("poland", "orkney-islands"))
    assert poland.count('class="missing"') == 2 and 'id="01-maturity"' not in poland
    assert orkney.count('class="missing"') == 1 and 'id="02-population-needs"' in orkney


def test_every_rating_and_indicator_in_a_table_leads_to_its_cell(built):
    page = (built / "midlothian/index.html").read_text()
    for name, file, cell in (
        ("ratings", "midlothian_2025.xlsx", r"assessment![A-Z]+\d+"),
        ("indicators", "scotpho_councils_2024-10.csv", r"[A-Z]+\d+"),
    ):
        table = re.search(rf'<details id="table-{name}".*?</table>', page, re.S)[0]
        rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", table, re.S)
        named = re.search(
            r'Sources without a file\'s name are cells of <a class="place" href="#[^"]+">([^<]+)</a>', table
        )
        assert named[1] == file and len(rows) > 30
        place = rf">(?:<a class=\"place\" href=\"#[^\"]+\">[^<]+ › )?{cell}(?:</a>)?</td></tr>$"
        assert [row for row in rows if not re.search(place, row)] == []
    notebook = nbformat.read(built / "midlothian/notebooks/01_maturity.ipynb", as_version=4)
    blocks = [
        output.data.get(MIME, {})
        for cell in notebook.cells
        if cell.cell_type == "code"
        for cell_out in [cell.outputs]
        for output in cell_out
        if "data" in output
    ]
    ratings = next(block for block in blocks if block.get("name") == "ratings")
    assert all("!" in row[-1] for row in ratings["rows"])


def test_the_evidence_holds_no_folder_of_this_machine(built):
    here = str(paths.project())
    for product in [*built.rglob("*.ipynb"), *built.rglob("*.html"), *built.rglob("*.json")]:
        text = product.read_text()
        assert here not in text and str(built) not in text, product


def test_no_stakeholder_is_named_in_any_product(built):
    """Reports show numbers, roles and sectors; who is behind a number is known to those who hold the workbook."""
    ratings = read_assessments("midlothian").ratings
    names = set(ratings.loc[ratings["kind"] == "individual", "stakeholder"])
    named = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    tables = openpyxl.load_workbook(built / "midlothian/tables.xlsx")
    cells = [str(cell.value) for sheet in tables for row in sheet for cell in row if cell.value is not None]
    assert names and len(cells) > 1000
    assert not [cell for cell in cells if named.search(cell)]
    page = re.sub("<svg.*?</svg>", "", (built / "midlothian/index.html").read_text(), flags=re.DOTALL)
    assert not named.findall(page)
    assert not named.findall((built / "midlothian/notebooks/01_maturity.ipynb").read_text())


def test_a_folder_that_cannot_be_looked_at_fails_one_region_alone(data, tmp_path):
    (data / "assessments" / "puglia" / "broken.xlsx").unlink()
    (data / "assessments" / "puglia").rmdir()
    (data / "assessments" / "puglia").symlink_to(data / "assessments" / "puglia")  # a link that leads to itself
    puglia, flanders = make(["puglia", "flanders"], data, tmp_path / "out").regions
    assert flanders.state == "built" and flanders.message == ""
    assert puglia.state in ("failed", "built")


def test_a_data_folder_of_assessments_alone_keeps_the_indicators_of_the_project(data, tmp_path):
    result = make(["fife"], data, tmp_path / "out")
    assert not [region for region in result.regions if region.state != "built"]
    assert 'id="02-population-needs"' in (tmp_path / "out/fife/index.html").read_text()


def test_one_bad_file_takes_nobody_else_down(data, tmp_path):
    result = make(["puglia", "flanders"], data, tmp_path / "out")
    puglia, flanders = result.regions
    assert (puglia.state, flanders.state, flanders.message) == ("built", "built", "")
    assert "broken.xlsx" in puglia.message and result.has_failures
    page = (tmp_path / "out/puglia/index.html").read_text()
    assert "could not be used" in page and "broken.xlsx" in page and "file-broken" in page
    shutil.rmtree(data / "assessments" / "puglia")
    alone = make(["flanders"], data, tmp_path / "alone")
    for name in ("index.html", "tables.xlsx"):
        ours, theirs = (tmp_path / folder / "flanders" / name for folder in ("out", "alone"))
        assert ours.read_bytes() == theirs.read_bytes(), name
    assert not alone.has_failures


def test_a_run_from_other_data_says_whose_reports_it_replaces(data, tmp_path):
    class Heard(listening.Listener):
        def warned(self, message, **about):
            said.append(message)

    said, out = [], tmp_path / "out"
    for folder in (data, data, paths.data()):
        run.run(["poland"], data=folder, out=out, jobs=1, seconds=300, today=TODAY, listener=Heard())
    assert len(said) == 1 and "were last made from another data folder" in said[0]


@pytest.mark.parametrize("kind", ["damaged", "not filled in"])
def test_a_region_with_indicators_keeps_its_report_where_its_only_workbook_is_refused(data, tmp_path, kind):
    """Chapter 02 has findings of its own, or the sentence that there are none; the page shows them and these once."""
    folder = data / "assessments" / "fife"
    folder.mkdir()
    if kind == "damaged":
        shutil.copy(data / "assessments/puglia/broken.xlsx", folder / "fife_2026.xlsx")
    else:
        template.write_template("fife", folder / "fife_2026.xlsx", data=data)
    (fife,) = make(["fife"], data, tmp_path / "out").regions
    page = (tmp_path / "out/fife/index.html").read_text()
    assert fife.state == "built" and "fife_2026.xlsx" in fife.message
    assert page.count('id="findings"') == 1 and "fife_2026.xlsx" in page and 'id="02-population-needs"' in page


def test_a_failed_region_keeps_its_last_good_report_and_the_index_says_why(data, tmp_path):
    """Two workbooks of one wave on different editions of the model: the chapter cannot be made."""
    out = tmp_path / "out"
    first = make(["flanders"], data, out).regions[0]
    for name, model in (("one", "scirocco-exchange"), ("two", "demonstration-8")):
        rows = [f"flanders,{name}{n},readiness,3,2024-10-02,{model}" for n in range(6)]
        text = "\n".join(["region,stakeholder,dimension,rating,date,model", *rows])
        (data / f"assessments/flanders/{name}.csv").write_text(text)
    failed, poland = make(["flanders", "poland"], data, out).regions
    assert (failed.state, poland.state) == ("failed", "built")
    assert "mixes editions of the model" in failed.message
    assert publish.sha256(out / "flanders/index.html") == first.sha256
    index = (out / "index.html").read_text()
    assert "Old:" in index and "mixes editions of the model" in index


def test_the_page_of_all_regions_is_made_by_name_and_listed_and_never_mixes_real_and_illustrative(built):
    record = json.loads((built / "run.json").read_text())
    assert record["compared"]["state"] == "built" and "regions-compared" not in {r["region"] for r in record["regions"]}
    assert 'href="regions-compared/index.html"' in (built / "index.html").read_text()
    page = (built / "regions-compared/index.html").read_text()
    head = page[: page.index("<main")]
    assert "must not be quoted" in head and "singapore/singapore_delphi.xlsx is left out" in head
    assert "Grooten" in page and "atlas run regions-compared" in page
    sheets = openpyxl.load_workbook(built / "regions-compared/tables.xlsx").sheetnames
    assert {"levels", "places"} <= set(sheets)


def test_a_run_of_named_regions_leaves_the_page_of_all_regions_as_it_was(data, tmp_path):
    out = tmp_path / "out"
    first = make(["flanders", "regions-compared"], data, out)
    assert first.compared.state == "built"
    before = (out / "regions-compared/index.html").read_bytes()
    second = make(["flanders"], data, out)
    assert second.compared is None and (out / "regions-compared/index.html").read_bytes() == before


def test_a_table_of_arrivals_of_which_nothing_can_be_used_is_said_and_fails_the_run(data, tmp_path):
    for folder, text in (("demand", "group,arrivals_per_day,stay_days\nall ages,many,6\n"), ("together", "who,what\n")):
        (data / folder).mkdir()
        (data / folder / "flanders.csv").write_text(text)
    work = {id_: plan.plan_one(id_, data=data, today=TODAY) for id_ in ("flanders", "fife")}
    assert [problem.split(":")[0] for problem in work["flanders"].problems] == [
        "demand/flanders.csv B2", "together/flanders.csv",
    ] and work["fife"].problems == []  # fmt: skip
    (flanders,) = make(["flanders"], data, tmp_path / "out").regions
    assert flanders.state == "built" and "demand/flanders.csv" in flanders.message
