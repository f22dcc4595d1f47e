"""The assessment workbook: what a panel sees, and that it reads back as it was filled in."""

import re
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from helpers.batch import template
from helpers.batch.template import write_template
from helpers.ingest.assessments import AssessmentError, read_assessment
from helpers.reference.models import UnknownModel, load_model, model_ids
from helpers.reference.regions import UnknownRegion
from test_workbook import parts

TODAY = date(2025, 3, 20)
RATED = datetime(2025, 3, 14)
PLACE = {name: number for number, name in enumerate(template.COLUMNS, start=1)}


def blank(tmp_path, region="midlothian", **options):
    return write_template(region, tmp_path / "assessment.xlsx", **({"today": TODAY} | options))


def level(row, who=""):
    """Every level stands somewhere, 0 among them; the region aims at the highest everywhere."""
    return 5 if who == "Desired" else row % 6


def fill(path, stakeholders=None):
    """Fill in the blocks of these stakeholders (all, where none are named) as people would."""
    book = openpyxl.load_workbook(path)
    sheet = book["assessment"]
    for row in range(2, sheet.max_row + 1):
        who = sheet.cell(row, PLACE["stakeholder"]).value
        if stakeholders is None or who in stakeholders:
            entries = {
                "role": "manager",
                "sector": "social care",
                "rating": level(row, who),
                "justification": f"Reason {row}",
                "confidence": "high",
                "date": RATED,
            }
            for name, entry in entries.items():
                sheet.cell(row, PLACE[name]).value = entry
    book.save(path)
    return path


def read(path):
    return read_assessment(path, region="midlothian", today=TODAY)


@pytest.mark.parametrize("model_id", model_ids())
def test_filled_in_it_reads_back_without_a_finding(tmp_path, model_id):
    model = load_model(model_id)
    ratings, findings = read(fill(blank(tmp_path, model_id=model_id)))
    assert [finding.message for finding in findings] == []
    count = 14 * len(model.dimensions)
    assert findings.rows.as_dict() == {"in": count, "used": count, "skipped": 0, "refused": 0}
    own = count - len(model.dimensions)
    assert list(ratings["rating"]) == [level(row) for row in range(2, own + 2)] + [5] * len(model.dimensions)
    assert list(ratings["dimension"]) == 14 * list(model.codes)
    assert list(ratings["cell"]) == [f"F{row}" for row in range(2, count + 2)]
    assert ratings["kind"].value_counts().to_dict() == {
        "individual": 12 * len(model.dimensions),
        "consensus": len(model.dimensions),
        "desired": len(model.dimensions),
    }
    for column, value in {"model": model_id, "role": "manager", "date": RATED, "confidence": "high"}.items():
        assert set(ratings[column]) == {value}


def test_untouched_it_is_refused_in_one_sentence_and_a_note_for_each_block(tmp_path):
    with pytest.raises(AssessmentError) as error:
        read(blank(tmp_path))
    findings = error.value.findings
    assert [finding.code for finding in findings] == [*["row-unfilled"] * 13, "no-usable-rows"]
    assert findings.rows.as_dict() == {"in": 168, "used": 0, "skipped": 168, "refused": 0}


def test_blocks_that_nobody_used_are_noted_once_each_and_are_no_stakeholders(tmp_path):
    panel = {*(f"Stakeholder {number}" for number in range(1, 8)), "Consensus"}
    ratings, findings = read(fill(blank(tmp_path), panel))
    assert set(ratings["stakeholder"]) == panel
    assert [(finding.code, finding.severity) for finding in findings] == [("row-unfilled", "note")] * 5
    assert findings.rows.as_dict() == {"in": 168, "used": 96, "skipped": 72, "refused": 0}


def test_the_block_of_desired_levels_may_stay_blank_or_be_filled_in(tmp_path):
    everybody = {*(f"Stakeholder {number}" for number in range(1, 13)), "Consensus"}
    path = fill(blank(tmp_path), everybody)
    ratings, findings = read(path)
    assert list(findings) == [] and "desired" not in set(ratings["kind"])
    ratings, findings = read(fill(path, {"Desired"}))
    desired = ratings[ratings["kind"] == "desired"]
    assert list(findings) == [] and set(desired["stakeholder"]) == {"Desired"}
    assert list(desired["cell"]) == [f"F{row}" for row in range(158, 170)]
    assert set(desired["rating"]) == {5} and desired["justification"].iloc[0] == "Reason 158"


def test_a_rating_left_blank_in_a_block_is_missing_and_told(tmp_path):
    path = fill(blank(tmp_path))
    book = openpyxl.load_workbook(path)
    book["assessment"]["F8"].value = None
    book.save(path)
    ratings, findings = read(path)
    assert [(finding.code, finding.cell) for finding in findings] == [("rating-blank", "F8")]
    assert ratings.loc[ratings["cell"] == "F8", "rating"].isna().all()


def test_a_block_that_was_added_below_counts(tmp_path):
    path = fill(blank(tmp_path, stakeholders=5))
    book = openpyxl.load_workbook(path)
    sheet = book["assessment"]
    for row in list(sheet.iter_rows(min_row=2, max_row=13, values_only=True)):
        sheet.append([row[0], "Stakeholder 6", *row[2:]])
    book.save(path)
    ratings, findings = read(path)
    assert [finding.message for finding in findings] == []
    assert ratings["stakeholder"].nunique() == 8


def test_people_see_first_what_to_do(tmp_path):
    book = openpyxl.load_workbook(blank(tmp_path))
    assert book.sheetnames == ["read me", "assessment", "levels", "about", "lists"]
    assert book.active.title == "read me"
    lines = [cell.value for (cell,) in book["read me"].iter_rows()]
    assert lines[0] == "Assessment of integrated care: Midlothian"
    assert lines[3] == "How to fill it in"
    assert lines[4].startswith("1. Go to the sheet “assessment”. It has a block of 12 rows")
    assert "data/assessments/midlothian" in lines[-1]
    assert not [line for line in lines if "{" in line or "}" in line or not line.strip()]
    assert list(book["about"].iter_rows(values_only=True)) == [
        ("key", "value"),
        ("region", "midlothian"),
        ("model", "scirocco-exchange"),
        ("status", "own"),
        ("title", "Assessment of integrated care: Midlothian"),
    ]


def test_the_sheet_to_fill_in_has_a_row_for_each_rating(tmp_path):
    sheet = openpyxl.load_workbook(blank(tmp_path, stakeholders=2))["assessment"]
    assert [cell.value for cell in sheet[1]] == list(template.COLUMNS)
    assert sheet.freeze_panes == "A2"
    assert sheet.tables["table_assessment"].ref == sheet.tables["table_assessment"].autoFilter.ref == "A1:J49"
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    first = ("midlothian", "Stakeholder 1", None, None, "Readiness to Change")
    assert rows[0] == (*first, None, None, None, None, "scirocco-exchange")
    assert [row[1] for row in rows[::12]] == ["Stakeholder 1", "Stakeholder 2", "Consensus", "Desired"]
    assert [row[4] for row in rows[36:]] == list(load_model().names.values())
    tops = [sheet.cell(row, 1).border.top for row in (2, 3, 14)]
    assert [top and top.style for top in tops] == ["medium", None, "medium"]


@pytest.mark.parametrize("model_id", model_ids())
def test_the_drop_downs_offer_what_the_reader_understands(tmp_path, model_id):
    book = openpyxl.load_workbook(blank(tmp_path, model_id=model_id))
    rules = {}
    for rule in book["assessment"].data_validations.dataValidation:
        (area,) = rule.sqref.ranges
        assert (area.min_row, area.max_row) == (2, book["assessment"].max_row)
        assert rule.allowBlank and rule.showInputMessage
        assert len(rule.promptTitle) <= 32 and len(rule.prompt) <= 255 and len(rule.error or "") <= 225
        rules[template.COLUMNS[area.min_col - 1]] = rule
    assert set(rules) == {"role", "sector", "rating", "confidence", "date"}
    assert offered(book, rules["rating"]) == list(load_model(model_id).levels)
    assert offered(book, rules["confidence"]) == ["low", "medium", "high"]
    assert "social care" in offered(book, rules["sector"])
    assert {name for name, rule in rules.items() if rule.showErrorMessage} == {"rating", "confidence", "date"}
    assert (rules["date"].type, rules["date"].formula2) == ("date", "TODAY()")


def offered(book, rule):
    sheet, place = rule.formula1.split("!")
    left, top, right, bottom = range_boundaries(place)
    return [row[0] for row in book[sheet].iter_rows(top, bottom, left, right, values_only=True)]


@pytest.mark.parametrize("model_id", model_ids())
def test_the_levels_stand_in_words_for_every_dimension(tmp_path, model_id):
    model = load_model(model_id)
    sheet = openpyxl.load_workbook(blank(tmp_path, model_id=model_id))["levels"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [model.wording_note] in [row[:1] for row in rows]
    told = [
        [d.name, *(text or "See the official tool" for text in (d.objective, *d.levels.values()))]
        for d in model.dimensions
    ]
    assert rows[-len(told) :] == told


def test_no_cell_is_a_formula_and_nothing_is_locked_hidden_or_merged(tmp_path):
    path = blank(tmp_path)
    for name, content in parts(path).items():
        assert b"<f>" not in content and b"<f " not in content, name
        assert b"sheetProtection" not in content and b"workbookProtection" not in content, name
        assert b"mergeCell" not in content, name
    book = openpyxl.load_workbook(path)
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    links = [cell.hyperlink.target for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["https://www.sciroccoexchange.com"]
    assert book.properties.language == "en-GB"


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "assessment.xlsx"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match=r"assessment\.xlsx is there already and was left as it is"):
        blank(tmp_path)
    assert path.read_text() == "mine"


def test_a_file_that_appears_meanwhile_stays(tmp_path, monkeypatch):
    path = tmp_path / "assessment.xlsx"
    monkeypatch.setattr(template, "_checked", lambda target: path.write_text("theirs") and target)
    with pytest.raises(FileExistsError, match="was left as it is"):
        blank(tmp_path)
    assert path.read_text() == "theirs"


def test_the_same_day_gives_the_same_bytes(tmp_path):
    first = write_template("midlothian", tmp_path / "a.xlsx", today=TODAY).read_bytes()
    assert write_template("midlothian", tmp_path / "b.xlsx", today=TODAY).read_bytes() == first


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"region": "midlothain"}, UnknownRegion, "did you mean 'midlothian'"),
        ({"region": "../midlothian"}, UnknownRegion, "no region is called"),
        ({"model_id": "scirocco-exchang"}, UnknownModel, "did you mean 'scirocco-exchange'"),
        ({"stakeholders": 0}, ValueError, "1 to 200 stakeholders, not 0"),
        ({"stakeholders": 201}, ValueError, "1 to 200 stakeholders, not 201"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        blank(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_the_name_and_the_folder_are_checked(tmp_path):
    with pytest.raises(ValueError, match=r"has to end in \.xlsx, and a\.csv does not"):
        write_template("midlothian", tmp_path / "a.csv")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        write_template("midlothian", tmp_path / "none" / "a.xlsx")
