"""From cells to ratings: each finding at its place, both layouts, and laws that hold for any file."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ingest.findings import known_codes
from helpers.reference.models import load_model
from literal_books import Error, Formula, assessed, sheet

HEADER = ["region", "stakeholder", "dimension", "rating", "justification", "confidence", "date"]
GOOD = ["midlothian", "A", "Funding", 3, "because", "low", "2025-03-14"]
ABOUT = [["key", "value"], ["status", "illustrative"], ["status_note", "Made up."], ["title", "A test"]]
NAMES = list(load_model().names.values())
WIDE = ["region", "stakeholder", "date", "Funding", "Digital Infrastructure"]


def row(**changes):
    """A sound row with some cells changed."""
    return [changes.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def long(*rows, header=HEADER, name="assessment", **hidden):
    return sheet(name, [header, *rows], **hidden)


def places(findings, code):
    return [finding.cell for finding in findings if finding.code == code]


def ratings(assessed_file):
    columns = assessed_file.columns
    return sorted(zip(columns["stakeholder"], columns["dimension"], columns["rating"], strict=True), key=str)


def add_up(findings, entries):
    rows = findings.rows
    assert rows.read == rows.used + rows.skipped + rows.refused == entries


def test_a_rating_has_its_facts_and_its_place():
    found, findings = assessed(long(GOOD))
    assert found.is_usable and (found.region, found.model) == ("midlothian", "scirocco-exchange")
    assert {name: values[0] for name, values in found.columns.items()} == {
        "stakeholder": "A", "kind": "individual", "round": 1, "dimension": "funding", "rating": 3,
        "justification": "because", "confidence": "low", "date": "2025-03-14", "role": "", "sector": "", "cell": "D2",
    }  # fmt: skip
    assert findings.rows.as_dict() == {"in": 1, "used": 1, "skipped": 0, "refused": 0}


CELLS = [
    ("rating-blank", "D3", {"rating": None}), ("rating-not-rated", "D3", {"rating": "don't know"}),
    ("rating-boolean", "D3", {"rating": True}), ("rating-date", "D3", {"rating": dt.datetime(2025, 4, 3)}),
    ("rating-half", "D3", {"rating": 2.5}), ("rating-out-of-range", "D3", {"rating": 9}),
    ("rating-digits", "D3", {"rating": "３"}), ("rating-not-a-level", "D3", {"rating": "good"}),
    ("rating-label-contradicts", "D3", {"rating": "3 - nobody accepts that change is needed"}),
    ("cell-error", "D3", {"rating": Error("#REF!")}), ("formula-no-value", "D3", {"rating": Formula("=A1+1")}),
    ("text-repaired", "D3", {"rating": "3\u00a0"}), ("text-repaired", "E3", {"justification": "be\x07cause"}),
    ("text-repaired", "B3", {"stakeholder": "\u202eB"}), ("text-too-long", "E3", {"justification": "x" * 6000}),
    ("dimension-missing", "C3", {"dimension": None}), ("dimension-unknown", "C3", {"dimension": "Fundng"}),
    ("dimension-former-name", "C3", {"dimension": "eHealth Services"}),
    ("dimension-not-comparable", "C3", {"dimension": "eHealth Services"}),
    ("dimension-other-name", "C3", {"dimension": "Citizen Engagement"}),
    ("dimension-other-language", "C3", {"dimension": "Digitale Infrastruktur"}),
    ("cell-error", "C3", {"dimension": Error("#N/A")}), ("formula-no-value", "C3", {"dimension": Formula("=Z9")}),
    ("stakeholder-missing", "B3", {"stakeholder": None}), ("stakeholder-alike", "B3", {"stakeholder": "a "}),
    ("stakeholder-missing", "B3", {"stakeholder": "-"}), ("stakeholder-summary", "B3", {"stakeholder": "Median"}),
    ("consensus-misspelt", "B3", {"stakeholder": "Concensus"}),
    ("consensus-other-word", "B3", {"stakeholder": "Konsens"}),
    ("desired-misspelt", "B3", {"stakeholder": "Desird"}),
    ("desired-other-word", "B3", {"stakeholder": "Target level"}),
    ("cell-date", "B3", {"stakeholder": dt.datetime(2025, 1, 2)}), ("cell-boolean", "B3", {"stakeholder": True}),
    ("region-unknown", "A3", {"region": "Atlantis"}), ("region-wrong", "A3", {"region": "puglia"}),
    ("region-missing", "A3", {"region": None}), ("confidence-unknown", "F3", {"confidence": "rather"}),
    ("date-missing", "G3", {"date": None}), ("date-unreadable", "G3", {"date": "March 2025"}),
    ("date-ambiguous", "G3", {"date": "03/04/2025"}), ("date-impossible", "G3", {"date": "2025-02-30"}),
    ("date-future", "G3", {"date": dt.datetime(2030, 1, 1)}), ("date-early", "G3", {"date": dt.datetime(1905, 7, 17)}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "changes"), CELLS)
def test_each_finding_about_a_cell_has_its_code_and_its_place(code, place, changes):
    """The second row is changed; the first keeps the file usable."""
    changed = row(**{"dimension": "Readiness to Change", **changes})
    found, findings = assessed(long(GOOD, changed))
    assert places(findings, code) == [place]
    finding = next(finding for finding in findings if finding.code == code)
    assert finding.sheet == "assessment" and finding.message and finding.severity == known_codes()[code].severity
    row_is_refused = {"error"} == {finding.severity} and code != "confidence-unknown"
    assert (findings.rows.refused == 1) == row_is_refused
    assert ("A", "funding", 3) in ratings(found) or ("a", "funding", 3) in ratings(found)
    add_up(findings, 2)


@pytest.mark.parametrize(("value", "code"), [
    ("4 - no, 3", "rating-label-contradicts"), ("3 (was 4)", "rating-label-contradicts"),
    ("3 - was 4 last year", "rating-label-contradicts"), ("3 - no, 4 of course", "rating-label-contradicts"),
    ("3 - between 2-3", "rating-label-contradicts"), ("Stufe 3 - jetzt Stufe 4", "rating-label-contradicts"),
    ("3 - half way to level 4 now", "rating-label-contradicts"), ("3 - score 4/5", "rating-label-contradicts"),
    (2.0000000001, "rating-half"), ("2.0000000001", "rating-half"), (f"2.{'0' * 40}1", "rating-half"),
    (5.0000000001, "rating-out-of-range"), (f"3.{'0' * 5000}", "rating-not-a-level"),
    ("3 - over 2 years", ""), ("3 - pilots in 2 towns", ""), ("3 - was 3", ""), ("3 - grew by 5%", ""),
    ("3 - by 1,5 %", ""), ("3 - open 24/7", ""), ("3 - agreed on 2025-4-3", ""), ("3 - in the 2nd phase", ""),
    ("3 - 100 pilots", "rating-not-a-level"), ("3,0", ""), (3.0, ""),
])  # fmt: skip
def test_a_rating_is_exactly_one_level_or_refused(value, code):
    found, findings = assessed(long(row(rating=value), row(dimension=NAMES[0], rating=0)))
    assert found.columns["rating"] == ([0] if code else [3, 0])
    assert ([finding.code for finding in findings if finding.cell == "D2"]) == ([code] if code else [])


def test_a_second_number_is_named_in_the_reason():
    _, findings = assessed(long(row(rating="4 - no, 3"), row(dimension=NAMES[0])))
    reason = '"4 - no, 3" gives level 4, but its words hold a second number, 3'
    assert reason in next(f.message for f in findings if f.cell == "D2")


@pytest.mark.parametrize(("column", "value", "code"), [
    ("round", "second", "round-unreadable"), ("round", 0, "round-unreadable"), ("round", 1.5, "round-unreadable"),
    ("model", "scirocco-2040", "model-unknown"), ("model", "b3", "model-mixed"),
])  # fmt: skip
def test_a_further_column_can_refuse_a_row(column, value, code):
    good = {"round": 1, "model": "scirocco-exchange"}[column]
    rows = [[*row(dimension=name), good] for name in NAMES[:2]] + [[*row(dimension=NAMES[2]), value]]
    _found, findings = assessed(long(*rows, header=[*HEADER, column]))
    assert places(findings, code) == ["H4"]
    assert (findings.rows.used, findings.rows.refused) == (2, 1)


@pytest.mark.parametrize(("value", "expected"), [
    (None, 1), (2, 2), ("2", 2), (2.0, 2), ("Round 2", 2), ("R2", 2), ("Runde 2", 2), (" 3 ", 3),
])  # fmt: skip
def test_a_round_is_a_whole_number_from_one(value, expected):
    found, findings = assessed(long([*GOOD, value], header=[*HEADER, "round"]))
    assert found.columns["round"] == [expected] and not findings.has_errors


def test_a_message_names_whose_rating_of_what_and_quotes_the_cell():
    _, findings = assessed(long(row(stakeholder="Stakeholder B", rating=9), name="Ratings"))
    finding = next(finding for finding in findings if finding.code == "rating-out-of-range")
    assert (finding.sheet, finding.cell, finding.value) == ("Ratings", "D2", "9")
    assert finding.message == "(Stakeholder B, Funding): 9 is not on the scale 0-5"
    assert finding.expected == "a whole number from 0 to 5"


def test_everything_wrong_in_a_row_is_said_at_once_and_it_is_refused_once():
    bad = ["puglia", None, "Fundng", 9, Error("#REF!"), "rather", "03/04/2025"]
    _, findings = assessed(long(GOOD, bad))
    assert {"region-wrong", "stakeholder-missing", "dimension-unknown", "rating-out-of-range", "cell-error",
            "confidence-unknown", "date-ambiguous"} <= findings.codes  # fmt: skip
    assert findings.rows.as_dict() == {"in": 2, "used": 1, "skipped": 0, "refused": 1}


def test_a_justification_that_cannot_be_read_does_not_cost_the_rating():
    found, findings = assessed(long(row(justification=Error("#REF!"), confidence=Formula("=A1"))))
    assert findings.rows.used == 1 and found.columns["justification"] == [""] and found.columns["confidence"] == [""]
    assert places(findings, "cell-error") == ["E2"] and places(findings, "formula-no-value") == ["F2"]


def test_zero_is_a_rating_and_blank_is_missing():
    rows = [row(stakeholder="A", rating=0), row(stakeholder="B", rating=None), row(stakeholder="C", rating="-")]
    found, findings = assessed(long(*rows))
    assert ratings(found) == [("A", "funding", 0), ("B", "funding", None), ("C", "funding", None)]
    assert findings.rows.as_dict() == {"in": 3, "used": 1, "skipped": 2, "refused": 0}


def test_a_name_understood_in_another_way_is_said_once_with_its_count():
    rows = [row(stakeholder=who, dimension="eHealth Services") for who in "ABC"]
    _, findings = assessed(long(*rows))
    assert places(findings, "dimension-former-name") == ["C2"]
    assert next(f for f in findings if f.code == "dimension-former-name").message.endswith("(3 cells)")


def test_stakeholders_are_text_and_stay_as_written():
    rows = [row(stakeholder=who) for who in ("007", 7, "=1+1", "José", "Jose", "Anna B")]
    found, _ = assessed(long(*rows))
    assert found.columns["stakeholder"] == ["007", "7", "=1+1", "José", "Jose", "Anna B"]


def test_a_name_of_several_lines_or_without_end_is_repaired_and_said():
    endless = "x" * 250
    rows = [row(stakeholder="A\nWard 3"), row(stakeholder=endless), row(stakeholder="B\n", dimension=NAMES[0])]
    found, findings = assessed(long(*rows))
    assert found.columns["stakeholder"] == ["A Ward 3", "x" * 200, "B"]
    assert places(findings, "text-repaired") == ["B2"] and places(findings, "text-too-long") == ["B3"]
    assert "250 characters; it was cut after 200" in next(f.message for f in findings if f.code == "text-too-long")


def test_names_that_differ_in_case_and_spaces_are_one_stakeholder_under_the_most_used_spelling():
    names = ["anna b", "Anna B", "Anna B", "ANNA  B"]
    rows = [row(stakeholder=who, dimension=name) for who, name in zip(names, NAMES, strict=False)]
    found, findings = assessed(long(*rows))
    assert set(found.columns["stakeholder"]) == {"Anna B"}
    assert places(findings, "stakeholder-alike") == ["B2", "B5"]


@pytest.mark.parametrize("word", [
    "Consensus", "CONSENSUS", " consensus ", "Konsens", "Consenso", "Konsenzus", "Soglasje", "Uzgodnienie", "Sutarimas",
])  # fmt: skip
def test_the_consensus_is_known_in_any_language(word):
    found, findings = assessed(long(row(stakeholder=word)))
    assert (found.columns["stakeholder"], found.columns["kind"]) == (["Consensus"], ["consensus"])
    assert "consensus-missing" not in findings.codes


def test_a_name_that_only_begins_like_consensus_is_a_stakeholder():
    rows = [row(stakeholder=who) for who in ("Constanze", "Konstantin", "Consuelo", "Consultant", "Consultants")]
    found, _ = assessed(long(*rows))
    assert set(found.columns["kind"]) == {"individual"}


# Structure: what is wrong with the sheet as a whole


@pytest.mark.parametrize(("rows", "code"), [
    ([], "sheet-empty"),
    ([["Some", "words"], ["and", "more"]], "header-missing"),
    ([HEADER], "sheet-empty"),
    ([["stakeholder", "dimension"], ["A", "Funding"]], "column-missing"),
    ([["stakeholder", "rating"], ["A", 3]], "column-missing"),
    ([["dimension", "rating"], ["Funding", 3]], "column-missing"),
    ([["region", "Funding", "Capacity"], ["midlothian", 3, 4]], "column-missing"),
    ([[*HEADER, "score"], [*GOOD, 3]], "column-duplicate"),
    ([[*HEADER, "Rating"], [*GOOD, 3]], "column-duplicate"),
    ([[*WIDE, "Finance & Funding"], ["midlothian", "A", None, 3, 3, 3]], "column-duplicate"),
    ([[*HEADER, "model"], [*GOOD, "model of 2040"]], "model-unknown"),
    ([[*HEADER, "model"], [*GOOD, "b3"], [*GOOD, "scirocco"]], "model-mixed"),
    ([HEADER, row(rating="good")], "no-usable-rows"),
    ([HEADER, row(rating=None)], "no-usable-rows"),
    ([HEADER, row(region="puglia"), row(region="flanders")], "no-usable-rows"),
])  # fmt: skip
def test_a_file_of_which_nothing_is_left(rows, code):
    found, findings = assessed(sheet("assessment", rows))
    assert not found.is_usable and code in {finding.code for finding in findings.errors}
    assert found.columns["rating"] == []


def test_a_broken_structure_stops_the_checks_of_values():
    _, findings = assessed(sheet("assessment", [["stakeholder", "dimension", "date"], ["A", "Fundng", "03/04/2025"]]))
    assert [finding.code for finding in findings] == ["column-missing"]
    assert findings.rows.read == 0


def test_a_missing_column_is_suggested():
    _, findings = assessed(sheet("assessment", [["stakholder", "dimension", "rating"], ["A", "Funding", 3]]))
    missing = next(finding for finding in findings if finding.code == "column-missing")
    assert missing.message == 'no column is called "stakeholder" - is it "stakholder" in A1?'


def test_region_and_date_columns_that_are_missing_are_said_once():
    rows = [["A", name, 3] for name in NAMES]
    found, findings = assessed(sheet("assessment", [["stakeholder", "dimension", "rating"], *rows]))
    assert places(findings, "region-missing") == places(findings, "date-missing") == [""]
    assert found.region == "midlothian" and set(found.columns["date"]) == {""}


def test_columns_may_stand_in_any_order_under_other_names_below_a_title():
    rows = [
        ["Assessment of Midlothian"],
        [],
        ["Assessment Date", "SCORE", "notes of mine", "Dimension name", "Stake_Holder ", "REGION"],
        ["2025-03-14", 3, "x", "Funding", "A", "Midlothian"],
    ]
    found, findings = assessed(sheet("assessment", rows))
    assert ratings(found) == [("A", "funding", 3)] and found.columns["cell"] == ["B4"]
    assert places(findings, "column-repaired") == ["A3", "B3", "D3"]
    assert places(findings, "column-unknown") == ["C3"]


def test_a_column_without_a_name_that_holds_values_is_left_out_and_said():
    _, findings = assessed(long([*GOOD, None, "stray"], GOOD))
    assert places(findings, "column-unknown") == ["I2"]


@pytest.mark.parametrize("text", ["midlothian", "Midlothian", " MIDLOTHIAN ", "S12000019"])
def test_a_region_goes_by_its_id_its_name_or_its_code(text):
    found, findings = assessed(long(row(region=text)))
    assert found.is_usable and not findings.has_errors


@pytest.mark.parametrize("text", ["???", "-", "midlothia"])
def test_a_region_that_is_not_in_the_register_is_refused(text):
    _, findings = assessed(long(GOOD, row(region=text)))
    assert places(findings, "region-unknown") == ["A3"] and findings.rows.refused == 1


def test_without_a_wanted_region_the_file_says_whose_it_is():
    found, findings = assessed(long(GOOD, row(region="Midlothian", stakeholder="B"), row(region="puglia")), region="")
    assert found.region == "midlothian" and places(findings, "region-wrong") == ["A4"]
    found, findings = assessed(sheet("about", [["region", "puglia"]]), long(row(region="puglia")), region="")
    assert found.region == "puglia" and not findings.has_errors
    found, _ = assessed(long(row(region=None)), region="")
    assert found.region == "" and found.is_usable


# Which sheet


def test_the_sheet_called_assessment_is_read_and_helpers_are_known():
    others = [sheet(name, [["a", "b"], [1, 2]]) for name in ("Instructions", "lists", "levels", "read me")]
    found, findings = assessed(*others, sheet("about", ABOUT), sheet("Draft", [HEADER, GOOD]), long(GOOD))
    assert found.sheet == "assessment" and found.about["status"] == "illustrative"
    assert [(f.code, f.sheet) for f in findings if f.sheet and not f.cell] == [("sheet-not-read", "Draft")]


def test_the_only_sheet_that_has_the_columns_is_read():
    found, findings = assessed(sheet("Notes", [["hello"]]), long(GOOD, name="Ratings 2025"))
    assert found.sheet == "Ratings 2025" and "sheet-not-read" in findings.codes


def test_two_sheets_that_could_be_meant_are_not_chosen_from():
    found, findings = assessed(long(GOOD, name="March"), long(GOOD, name="April"))
    assert not found.is_usable and findings.codes == {"sheet-ambiguous"}
    assert findings[0].message == '"March" and "April" can each be read as an assessment'


@pytest.mark.parametrize(("state", "code"), [("hidden", "sheet-hidden"), ("very-hidden", "sheet-very-hidden")])
def test_a_hidden_sheet_is_not_read(state, code):
    found, findings = assessed(long(GOOD, state=state), sheet("lists", [["x"]], state=state))
    assert not found.is_usable and findings.codes == {code, "sheet-missing"}


def test_hidden_rows_and_columns_are_read_and_said():
    _found, findings = assessed(long(GOOD, row(stakeholder="B"), hidden_rows={3, 9}, hidden_columns={4, 50}))
    assert findings.rows.used == 2
    assert (places(findings, "row-hidden"), places(findings, "column-hidden")) == (["A3"], ["D1"])


def test_merged_cells_are_never_filled_down():
    rows = [row(dimension=name) for name in NAMES[:4]]
    for merged_away in rows[1:3]:
        merged_away[1] = None
    _found, findings = assessed(long(*rows, merged=[(2, 2, 4, 2)]))
    assert places(findings, "cell-merged") == ["B2", "B3", "B4"]
    assert [f.value for f in findings if f.code == "cell-merged"] == ["A", "A", "A"]
    assert (findings.rows.used, findings.rows.refused) == (1, 3) and "stakeholder-missing" not in findings.codes


def test_a_merged_rating_is_refused_and_a_merged_text_is_read_for_its_first_row():
    merged = [(2, 4, 3, 4), (4, 5, 5, 5), (1, 1, 1, 7), (9, 1, 90_000, 200)]
    rows = [row(dimension=name) for name in NAMES[:4]]
    rows[1][3] = rows[3][4] = None
    found, findings = assessed(long(*rows, merged=merged))
    assert places(findings, "cell-merged") == ["D2", "D3"] and places(findings, "text-merged") == ["E4"]
    assert found.columns["justification"] == ["because", ""]


def test_lines_that_the_reader_refused_are_counted():
    _, findings = assessed(long(GOOD, refused_rows={1, 3, 4}))
    assert findings.rows.as_dict() == {"in": 3, "used": 1, "skipped": 0, "refused": 2}


# The wide layout


def test_the_wide_layout_has_a_rating_in_each_dimensions_column():
    consensus = ["midlothian", "Consensus", "2025-04-14", None, 9]
    rows = [["Midlothian", "A", "2025-03-14", 3, "2 - no"], [None] * 5, consensus]
    found, findings = assessed(sheet("assessment", [WIDE, *rows]))
    assert ratings(found) == [("A", "digital", 2), ("A", "funding", 3), ("Consensus", "funding", None)]
    assert found.columns["cell"] == ["D2", "E2", "D4"] and found.columns["kind"][2] == "consensus"
    assert places(findings, "rating-blank") == ["D4"] and places(findings, "rating-out-of-range") == ["E4"]
    assert findings.rows.as_dict() == {"in": 4, "used": 2, "skipped": 1, "refused": 1}


def test_the_wide_layout_takes_a_justification_for_each_dimension():
    header = ["stakeholder", "Funding", "Funding justification", "Confidence: Funding", "justification"]
    found, findings = assessed(sheet("assessment", [header, ["A", 3, "because", "high", "general"]]))
    assert (found.columns["justification"], found.columns["confidence"]) == (["because"], ["high"])
    assert places(findings, "column-unknown") == ["E1"]


def test_what_stands_under_a_misspelt_dimension_is_refused():
    header = ["stakeholder", "Fundng", "3. digital infrastructure", "eHealth", "Weather"]
    rows = [["A", 3, 4, "x", "y"], ["B", None, 4, "x", "y"]]
    _found, findings = assessed(sheet("assessment", [header, *rows]))
    assert places(findings, "dimension-unknown") == ["B1"] and places(findings, "column-unknown") == ["D1", "E1"]
    assert findings.rows.as_dict() == {"in": 3, "used": 2, "skipped": 0, "refused": 1}


def test_a_row_that_is_refused_costs_all_its_ratings():
    _, findings = assessed(sheet("assessment", [WIDE, ["puglia", "A", None, 3, 4], ["midlothian", "B", None, 3, 4]]))
    assert findings.rows.as_dict() == {"in": 4, "used": 2, "skipped": 0, "refused": 2}
    assert places(findings, "region-wrong") == ["A2"]


# Editions of the model


def test_the_file_says_which_edition_of_the_model_it_is_of():
    about = sheet("about", [["model", "Eight-dimension demonstration edition"]])
    found, findings = assessed(about, long(GOOD, row(dimension="Capacity Building")))
    assert found.model == "demonstration-8" and places(findings, "dimension-unknown") == ["C3"]
    assert len(places(findings, "dimension-unrated")) == 7


@pytest.mark.parametrize(("text", "model"), [
    ("scirocco", "scirocco"), ("SCIROCCO", "scirocco"), ("Exchange", "scirocco-exchange"), ("B3 Maturity Model", "b3"),
])  # fmt: skip
def test_a_model_goes_by_its_id_its_name_or_its_generation(text, model):
    found, findings = assessed(long([*row(dimension="Funding"), text], header=[*HEADER, "model"]))
    assert found.model == model and not findings.has_errors


def test_a_former_name_is_the_present_one_in_the_edition_that_had_it():
    rows = [[*row(dimension="eHealth Services"), "scirocco"]]
    _, findings = assessed(long(*rows, header=[*HEADER, "model"]))
    assert not findings.codes & {"dimension-former-name", "dimension-not-comparable"}


# The sheet about


@pytest.mark.parametrize(("rows", "code", "place"), [
    ([["status", "illustrativ"]], "status-unknown", "B1"), ([["satus", "illustrative"]], "about-key-unknown", "A1"),
    ([["title", "a"], ["title", "b"]], "about-twice", "A2"), ([["title", "a\u202eb"]], "text-repaired", "B1"),
])  # fmt: skip
def test_what_is_wrong_on_the_sheet_about_is_said(rows, code, place):
    found, findings = assessed(sheet("about", rows), long(GOOD))
    assert places(findings, code) == [place] and found.is_usable


def test_an_unknown_status_is_never_taken_for_own():
    found, _ = assessed(sheet("about", [["status", "illustrativ"]]), long(GOOD))
    assert found.about["status"] == "unknown"


@pytest.mark.parametrize(("value", "code"), [("puglia", "region-wrong"), ("Atlantis", "region-unknown"),
                                             ("scirocco-2040", "model-unknown")])  # fmt: skip
def test_a_file_that_says_it_is_of_something_else_is_refused(value, code):
    key = "model" if code.startswith("model") else "region"
    found, findings = assessed(sheet("about", [[key, value]]), long(GOOD))
    assert not found.is_usable and [(f.code, f.sheet, f.cell) for f in findings] == [(code, "about", "B1")]


# Repeats


def test_the_same_rating_twice_counts_once_with_its_fullest_justification():
    found, findings = assessed(long(row(justification=None), GOOD, row(rating="3 - funds", justification="x")))
    assert ratings(found) == [("A", "funding", 3)] and found.columns["justification"] == ["because"]
    assert places(findings, "rating-twice") == ["D2", "D4"]
    assert findings.rows.as_dict() == {"in": 3, "used": 1, "skipped": 2, "refused": 0}


def test_ratings_that_contradict_are_both_refused():
    found, findings = assessed(long(row(rating=2), GOOD, row(rating=None), row(stakeholder="B")))
    assert ratings(found) == [("B", "funding", 3)] and places(findings, "rating-conflict") == ["D2", "D3"]
    assert findings.rows.as_dict() == {"in": 4, "used": 1, "skipped": 1, "refused": 2}
    said = [finding.message for finding in findings if finding.code == "rating-conflict"]
    assert said[0] == "(A, Funding): 2 here but 3 in D3; none was used"


def test_a_rating_beside_a_blank_counts():
    found, findings = assessed(long(row(rating=None), GOOD))
    assert ratings(found) == [("A", "funding", 3)] and places(findings, "rating-twice") == ["D2"]


@pytest.mark.parametrize(("change", "kept"), [
    ({"round": 2}, 2), ({"date": "2025-12-14"}, 2), ({"date": "2025-09-10"}, 0), ({"date": None}, 0),
])  # fmt: skip
def test_another_round_or_a_later_wave_is_no_repeat(change, kept):
    rows = [[*GOOD, 1], [*row(rating=4, **{k: v for k, v in change.items() if k == "date"}), change.get("round", 1)]]
    _, findings = assessed(long(*rows, header=[*HEADER, "round"]))
    assert findings.rows.used == kept


# What is said of the file as a whole


def test_a_thin_file_is_said_to_be_thin():
    _, findings = assessed(long(*[row(dimension=name) for name in NAMES[:10]]))
    assert {"consensus-missing", "panel-small"} <= findings.codes
    assert [f.value for f in findings if f.code == "dimension-unrated"] == NAMES[10:]


@pytest.mark.parametrize(("people", "is_small"), [("ABCD", True), ("ABCDE", False), ("AaBCD", True)])
def test_a_panel_of_fewer_than_five_is_small(people, is_small):
    rows = [row(stakeholder=who, dimension=name) for who, name in zip(people, NAMES, strict=False)]
    _, findings = assessed(long(*rows, row(stakeholder="F", rating=9)))
    assert ("panel-small" in findings.codes) == is_small


def test_five_stakeholders_and_a_consensus_are_enough():
    rows = [row(stakeholder=who, dimension=name) for who in [*"ABCDE", "Consensus"] for name in NAMES]
    _, findings = assessed(long(*rows))
    assert len(findings) == 0 and findings.rows.used == 72


def test_blocks_that_nobody_filled_in_are_passed_over():
    prepared = [["midlothian", who, name, None, None, None, None] for who in ("A", "F") for name in NAMES]
    filled = [row(stakeholder=who, dimension=name) for who in [*"BCDE", "G", "Consensus"] for name in NAMES]
    only_region = [["midlothian", None, name, None, None, None, None] for name in NAMES]
    found, findings = assessed(long(*prepared, *filled, *only_region))
    assert findings.codes == {"row-unfilled"} and places(findings, "row-unfilled") == ["D2", "D14", "D98"]
    assert set(found.columns["stakeholder"]) == {*"BCDEG", "Consensus"}
    assert findings.rows.as_dict() == {"in": 108, "used": 72, "skipped": 36, "refused": 0}


def test_places_for_one_code_are_limited_and_their_total_is_said():
    rows = [row(stakeholder=f"S{number}", rating=9) for number in range(50)]
    _, findings = assessed(long(GOOD, *rows))
    shown = [finding for finding in findings.shown() if finding.code == "rating-out-of-range"]
    assert len(shown) == 21 and shown[-1].count == 50


# Laws

VALUES = st.one_of(
    st.none(), st.integers(-2, 8), st.floats(), st.booleans(), st.text(max_size=12), st.dates().map(str),
    st.datetimes(dt.datetime(1990, 1, 1)), st.builds(Error, st.just("#REF!")), st.builds(Formula, st.just("=A1")),
    st.sampled_from(["midlothian", "puglia", "A", "B", "a ", "Consensus", "3 - x", "N/A", "low", "2025-03-14", *NAMES]),
)  # fmt: skip
LIKELY = st.tuples(
    st.sampled_from(["midlothian", "midlothian", "puglia", None]), st.sampled_from(["A", "a", "B", "Consensus", None]),
    st.sampled_from([*NAMES[:3], "eHealth Services", "Fundng"]), st.sampled_from([0, 3, 3, 9, "N/A", None, "2-3"]),
    st.sampled_from(["because", None]), st.sampled_from(["low", "rather", None]),
    st.sampled_from(["2025-03-14", "2025-03-20", "2024-01-10", None]),
).map(list)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(LIKELY, st.lists(VALUES, max_size=9)), max_size=12), st.booleans())
def test_rows_always_add_up_whatever_stands_in_the_cells(rows, is_wide):
    header = WIDE if is_wide else HEADER
    found, findings = assessed(sheet("assessment", [header, *rows]))
    counts = findings.rows
    assert min(counts.used, counts.skipped, counts.refused) >= 0
    rated = [rating for rating in found.columns["rating"] if rating is not None]
    assert len(rated) == counts.used and found.is_usable == (counts.used > 0)
    assert found.is_usable or findings.has_errors
    if not is_wide and found.is_usable:
        read = [r for r in rows if any(v is not None and str(v).strip() for v in r[:7])]
        assert counts.read == len(read)
    of_cells = {code for code, *_ in CELLS} - {"date-missing"}
    assert all(finding.cell for finding in findings if finding.code in of_cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(LIKELY, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, shuffled: random.Random):
    mixed = rows.copy()
    shuffled.shuffle(mixed)
    (first, a), (second, b) = assessed(long(*rows)), assessed(long(*mixed))
    assert ratings(first) == ratings(second) and a.rows == b.rows and a.codes == b.codes


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(NAMES)), st.integers(0, 5), min_size=1))
def test_both_layouts_say_the_same(table):
    people = sorted({who for who, _ in table})
    wide = [["stakeholder", *NAMES], *[[who, *(table.get((who, name)) for name in NAMES)] for who in people]]
    rows = [[who, name, level] for (who, name), level in table.items()]
    first, _ = assessed(sheet("assessment", wide))
    second, _ = assessed(sheet("assessment", [["stakeholder", "dimension", "rating"], *rows]))
    assert [rating for rating in ratings(first) if rating[2] is not None] == ratings(second)
