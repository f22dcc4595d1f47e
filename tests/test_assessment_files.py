"""Assessment files read as a person would send them: through the child process, in several formats, by the folder."""

import csv
import datetime as dt
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from helpers.batch.template import write_template
from helpers.ingest.assessments import COLUMNS, FILES, AssessmentError, read_assessment, read_assessments
from helpers.reference.models import load_model
from helpers.reference.regions import UnknownRegion

TODAY = dt.date(2026, 1, 1)
NAMES = list(load_model().names.values())
HEADER = ["region", "stakeholder", "dimension", "rating", "justification", "confidence", "date"]


def rows(ratings, date="2025-03-14"):
    """One row a rating; ``ratings`` gives stakeholder, dimension, level."""
    day = dt.datetime.fromisoformat(date) if date else None
    return [["midlothian", who, name, level, None, None, day] for who, name, level in ratings]


def write(path, table, about=(), name="assessment"):
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *table])
        return path
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = name
    for row in [HEADER, *table]:
        sheet.append(row)
    if about:
        facts = workbook.create_sheet("about")
        for row in about:
            facts.append(row)
    workbook.save(path)
    return path


def folder(tmp_path, region="midlothian"):
    place = tmp_path / "assessments" / region
    place.mkdir(parents=True)
    return place


def kinds(table):
    return {name: str(kind) for name, kind in table.dtypes.items()}


@pytest.fixture(scope="module")
def panel():
    people = [*"ABCDE", "Consensus"]
    return [(who, name, (number + len(who)) % 6) for who in people for number, name in enumerate(NAMES)]


def test_what_runs_in_the_child_imports_no_pandas():
    code = "import sys, helpers.ingest.assessing; sys.exit({'pandas', 'numpy'} & sys.modules.keys() != set())"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_file_gives_the_table_of_the_contract(tmp_path, panel, ending):
    path = write(tmp_path / f"panel{ending}", rows(panel))
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    assert kinds(ratings) == COLUMNS
    assert list(zip(ratings["stakeholder"], ratings["dimension"], ratings["rating"], strict=True)) == [
        (who, load_model().codes[NAMES.index(name)], level) for who, name, level in panel
    ]
    assert set(ratings["region"]) == {"midlothian"} and set(ratings["model"]) == {"scirocco-exchange"}
    assert set(ratings["date"]) == {pd.Timestamp("2025-03-14")} and set(ratings["file"]) == {path.name}
    assert ratings["cell"].iloc[0] == "D2" and set(ratings["round"]) == {1}
    assert findings.codes <= {"encoding-guessed"} and len(findings.sha256) == 64
    assert findings.rows.as_dict() == {"in": 72, "used": 72, "skipped": 0, "refused": 0}


def test_missing_ratings_are_na(tmp_path):
    path = write(tmp_path / "a.xlsx", [*rows([("A", NAMES[0], 0)]), *rows([("A", NAMES[1], "N/A")], date=None)])
    ratings, _ = read_assessment(path, region="midlothian", today=TODAY)
    assert ratings["rating"].tolist() == [0, pd.NA] and pd.isna(ratings["date"][1])
    assert ratings["rating"].isna().tolist() == [False, True]


def test_the_error_lists_every_problem_with_its_place(tmp_path):
    table = [["midlothian", "Stakeholder B", "Funding", 9], ["midlothian", "Stakeholder B", "Fundng", 3]]
    path = write(tmp_path / "puglia_2025.xlsx", table, name="Ratings")
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert str(caught.value).splitlines() == [
        "puglia_2025.xlsx: 3 problems",
        "  Ratings!D2 (Stakeholder B, Funding): 9 is not on the scale 0-5",
        '  Ratings!C3: no dimension is called "Fundng" - did you mean "Funding"?',
        "  none of the 2 places for a rating holds one that can be used",
    ]
    assert caught.value.findings.rows.as_dict() == {"in": 2, "used": 0, "skipped": 0, "refused": 2}


@pytest.mark.parametrize(("name", "content", "code"), [
    ("missing.xlsx", None, "file-missing"), ("empty.xlsx", b"", "file-empty"), ("text.xlsx", b"text", "file-type"),
    ("page.pdf", b"%PDF-1.7", "file-type"), ("broken.xlsx", b"PK\x03\x04" + b"x" * 200, "file-broken"),
])  # fmt: skip
def test_a_file_that_is_no_spreadsheet_is_refused_by_name(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AssessmentError, match=name) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert caught.value.findings.codes == {code}


def test_a_workbook_keeps_each_kind_of_bad_cell_apart(tmp_path):
    bad = [True, dt.datetime(2025, 4, 3), "#REF!", "=A1+1", 2.5, 9, "３", "good", "N/A", None, "3 - pilots", "3\u00a0"]
    path = write(tmp_path / "bad.xlsx", rows(zip("ABCDEFGHIJKL", NAMES, bad, strict=True)))
    workbook = load_workbook(path)
    sheet = workbook["assessment"]
    sheet["A15"], sheet["B15"], sheet["D15"] = "midlothian", "M", 4
    sheet["C15"] = NAMES[0]
    sheet.merge_cells("B15:B16")
    sheet["C16"], sheet["D16"] = NAMES[1], 4
    sheet.row_dimensions[12].hidden = True
    sheet.column_dimensions["G"].hidden = True
    workbook.create_sheet("draft").sheet_state = "hidden"
    workbook["draft"]["A1"] = "x"
    workbook.save(path)
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    cells = {(finding.code, finding.cell) for finding in findings if finding.sheet}
    assert cells >= {
        ("rating-boolean", "D2"), ("rating-date", "D3"), ("cell-error", "D4"), ("formula-no-value", "D5"),
        ("rating-half", "D6"), ("rating-out-of-range", "D7"), ("rating-digits", "D8"), ("rating-not-a-level", "D9"),
        ("rating-not-rated", "D10"), ("rating-blank", "D11"), ("text-repaired", "D13"), ("cell-merged", "B15"),
        ("cell-merged", "B16"), ("row-hidden", "A12"), ("column-hidden", "G1"), ("sheet-hidden", ""),
    }  # fmt: skip
    assert ratings[["cell", "rating"]].dropna().to_numpy().tolist() == [["D12", 3], ["D13", 3]]
    assert findings.rows.as_dict() == {"in": 14, "used": 2, "skipped": 2, "refused": 10}


def test_a_region_that_is_not_in_the_register_is_no_matter_of_the_file(tmp_path):
    with pytest.raises(UnknownRegion, match="midlothian"):
        read_assessment(tmp_path / "a.xlsx", region="midlothia")


def test_the_workbook_that_is_given_out_reads_back_without_a_finding(tmp_path, panel):
    path = write_template("midlothian", tmp_path / "panel.xlsx", stakeholders=5)
    workbook = load_workbook(path)
    sheet = workbook["assessment"]
    header = [cell.value for cell in sheet[1]]
    for row, (_, _, level) in zip(sheet.iter_rows(min_row=2), panel, strict=True):
        row[header.index("rating")].value = level
        row[header.index("date")].value = dt.datetime(2025, 3, 14)
    workbook.save(path)
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    assert list(findings) == [] and len(ratings) == 72 == findings.rows.used


def test_a_workbook_that_nobody_filled_in_has_only_that_said(tmp_path):
    path = write_template("midlothian", tmp_path / "panel.xlsx", stakeholders=2)
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert caught.value.findings.codes == {"row-unfilled", "no-usable-rows"}


def test_every_file_of_a_region_is_read_and_a_bad_one_takes_no_other_down(tmp_path, panel):
    place = folder(tmp_path)
    write(place / "b.xlsx", rows(panel), about=[["status", "illustrative"], ["title", "Second"]])
    write(place / "a.csv", rows(panel, date="2024-01-10"))
    (place / "broken.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 200)
    (place / "~$b.xlsx").write_bytes(b"lock")
    (place / ".hidden.csv").write_text("x")
    (place / "README.md").write_text("x")
    (place / "minutes.docx").write_bytes(b"x")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert kinds(read.ratings) == COLUMNS and kinds(read.files) == FILES
    assert read.files[["file", "state", "used", "status", "title"]].to_numpy().tolist() == [
        ["a.csv", "used", 72, "own", ""], ["b.xlsx", "used", 72, "illustrative", "Second"],
        ["broken.xlsx", "refused", 0, "own", ""],
    ]  # fmt: skip
    assert len(read.ratings) == 144 and read.ratings["file"].unique().tolist() == ["a.csv", "b.xlsx"]
    assert [(part.file, part.codes) for part in read.findings[2:]] == [
        ("broken.xlsx", {"file-broken"}), ("minutes.docx", {"file-not-read"}),
    ]  # fmt: skip


def test_a_region_without_files_has_empty_tables_of_the_same_kinds(tmp_path):
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert kinds(read.ratings) == COLUMNS and kinds(read.files) == FILES
    assert len(read.ratings) == len(read.files) == len(read.findings) == 0


def test_a_rating_in_two_files_counts_once_and_contradicting_ones_are_refused(tmp_path):
    place = folder(tmp_path)
    write(place / "a.xlsx", rows([("A", NAMES[0], 3), ("A", NAMES[1], 2), ("A", NAMES[2], None), ("B", NAMES[0], 1)]))
    again = rows([("a", NAMES[0], 3), ("a", NAMES[1], 4), ("a", NAMES[2], 5)], date="2025-04-01")
    write(place / "b.xlsx", again)
    write(place / "c.xlsx", rows([("A", NAMES[0], 5)], date="2025-12-24"))
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    kept = read.ratings[["stakeholder", "dimension", "rating", "file"]].to_numpy().tolist()
    assert kept == [["B", "readiness", 1, "a.xlsx"], ["A", "readiness", 3, "b.xlsx"], ["A", "digital", 5, "b.xlsx"],
                    ["A", "readiness", 5, "c.xlsx"]]  # fmt: skip
    first, second, _ = read.findings
    assert {"rating-conflict-files"} <= first.codes & second.codes
    assert "stakeholder-alike" in first.codes | second.codes and "rating-in-two-files" in first.codes | second.codes
    assert read.files[["rows_in", "used", "skipped", "refused"]].sum().tolist() == [8, 4, 2, 2]
    assert (read.files["rows_in"] == read.files[["used", "skipped", "refused"]].sum(axis=1)).all()
    assert any("b.xlsx assessment!D3" in finding.message for finding in first)


def test_the_same_file_under_two_names_changes_nothing(tmp_path, panel):
    place = folder(tmp_path)
    write(place / "a.xlsx", rows(panel))
    shutil.copy(place / "a.xlsx", place / "copy of a.xlsx")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert len(read.ratings) == 72 == read.files["skipped"].sum()


TEXTS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(NAMES), st.integers(0, 5), TEXTS),
                min_size=1, max_size=30, unique_by=lambda row: row[:2]))  # fmt: skip
def test_what_is_written_is_read_back(tmp_path_factory, written):
    table = [["midlothian", who, name, level, said, None, None] for who, name, level, said in written]
    path = write(tmp_path_factory.mktemp("back") / "a.csv", table)
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    assert ratings["rating"].tolist() == [level for _, _, level, _ in written]
    assert ratings["stakeholder"].tolist() == [who for who, *_ in written]
    assert ratings["justification"].tolist() == [said for *_, said in written]
    assert findings.rows.used == len(written)
