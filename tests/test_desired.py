"""Desired levels: from the cell to the table, what is said of them, and that they are nobody's rating."""

import datetime as dt

import pandas as pd
import pytest

from helpers.ingest.assessments import read_assessments
from helpers.ingest.desired import below_present
from helpers.ingest.entries import Entry
from helpers.ingest.vocabulary import entries, words
from helpers.reference.models import load_model
from helpers.scoring import panels, ratings, waves
from literal_books import assessed, sheet

HEADER = ["region", "stakeholder", "dimension", "rating", "justification", "confidence", "date"]
NAMES = list(load_model().names.values())
TODAY = dt.date(2026, 1, 1)


def row(who, rating, dimension="Funding", date="2025-03-14"):
    return ["midlothian", who, dimension, rating, "because", None, date]


def long(*rows):
    return sheet("assessment", [HEADER, *rows])


def found(findings, code):
    return [(finding.cell, finding.message) for finding in findings if finding.code == code]


@pytest.mark.parametrize("word", [word for meant, _, word in entries("agreed") if meant == "desired"])
def test_every_documented_word_for_the_desired_levels_is_read_as_that(word):
    read, findings = assessed(long(row("A", 3), row("Consensus", 3), row(f" {word.upper()} ", 4)))
    assert (read.columns["stakeholder"][2], read.columns["kind"][2]) == ("Desired", "desired")
    is_other = word.casefold() != "desired"
    assert [cell for cell, _ in found(findings, "desired-other-word")] == (["B4"] if is_other else [])


def test_no_word_means_both_the_consensus_and_the_desired_level():
    keys = [(word.casefold(), meant) for meant, _, word in entries("agreed")]
    assert len({word for word, meant in keys}) == len({*keys}) and set(words("agreed").values()) == {
        "consensus",
        "desired",
    }


@pytest.mark.parametrize(("word", "meant"), [
    ("Desird", "Desired"), ("Dessired", "Desired"), ("Desierd", "Desired"), ("Desird level", "Desired"),
    ("Taget level", "Desired"), ("Concensus", "Consensus"),
])  # fmt: skip
def test_a_near_miss_is_refused_with_a_suggestion(word, meant):
    read, findings = assessed(long(row("A", 3), row(word, 4)))
    ((cell, message),) = found(findings, f"{meant.casefold()}-misspelt")
    assert cell == "B3" and message.endswith(f'did you mean "{meant}"?')
    assert read.columns["stakeholder"] == ["A"] and findings.rows.refused == 1


@pytest.mark.parametrize("name", [
    "Désirée", "Desiree", "Désiré", "Desirae", "Desmond", "Desideria", "Desiderato", "Targett", "Target group forum",
    "Ziel", "Goal", "Goals UK", "Ambrose", "Ambition Scotland", "Zelená", "Stakeholder D", "Deseada",
])  # fmt: skip
def test_a_name_that_is_only_like_it_stays_a_stakeholder(name):
    read, findings = assessed(long(row("A", 3), row(name, 4)))
    assert read.columns["kind"] == ["individual"] * 2 and name in read.columns["stakeholder"]
    assert not {"desired-misspelt", "desired-other-word"} & findings.codes


def test_both_layouts_hold_desired_levels():
    wide = sheet("assessment", [
        ["region", "stakeholder", "date", "Funding", "Digital Infrastructure"],
        ["midlothian", "A", "2025-03-14", 3, 2],
        ["midlothian", "Consensus", "2025-03-14", 3, 2],
        ["midlothian", "Desired", "2025-03-14", 4, None],
    ])  # fmt: skip
    for read, findings in (assessed(wide), assessed(long(row("A", 3), row("Consensus", 3), row("Desired", 4)))):
        taken = list(zip(*(read.columns[name] for name in ("kind", "dimension", "rating")), strict=True))
        assert ("desired", "funding", 4) in taken and not findings.has_errors
        assert "desired-below-present" not in findings.codes


def test_desired_levels_are_nobodys_rating_to_the_checks_of_a_file():
    names = [row(who, 3, name) for who in "ABCD" for name in NAMES[:11]]
    _, findings = assessed(long(*names, *(row("Desired", 4, name) for name in NAMES)))
    assert {"consensus-missing", "panel-small"} <= findings.codes
    assert next(f.value for f in findings if f.code == "panel-small") == "4"
    assert [f.value for f in findings if f.code == "dimension-unrated"] == [NAMES[11]]


def test_a_file_of_the_desired_levels_alone_is_no_thin_assessment():
    read, findings = assessed(long(*(row("Desired", 4, name) for name in NAMES)))
    assert read.is_usable and list(findings) == []


def test_a_blank_block_is_passed_over_without_a_word_and_single_blanks_are_said():
    everybody = [row(who, 3, name) for who in [*"ABCDE", "Consensus"] for name in NAMES]
    prepared = [["midlothian", "Desired", name, None, None, None, None] for name in NAMES]
    read, findings = assessed(long(*everybody, *prepared))
    assert list(findings) == [] and findings.rows.as_dict() == {"in": 84, "used": 72, "skipped": 12, "refused": 0}
    assert "desired" not in read.columns["kind"]
    prepared[3][3:] = [4, None, None, "2025-03-14"]
    _, findings = assessed(long(*everybody, *prepared))
    assert [finding.code for finding in findings if finding.code != "date-missing"] == ["rating-blank"] * 11


def test_desired_levels_that_contradict_are_refused_like_any_other():
    _, findings = assessed(long(row("A", 3), row("Desired", 4), row("desired", 5)))
    assert [cell for cell, _ in found(findings, "rating-conflict")] == ["D3", "D4"]


def test_a_desired_level_below_the_agreed_one_is_kept_and_said():
    read, findings = assessed(long(row("A", 1), row("Consensus", 3), row("Desired", 2)))
    said = "(Desired, Funding): the desired level 2 lies below the present one, 3 (agreed)"
    assert found(findings, "desired-below-present") == [("D4", said)]
    assert read.columns["rating"] == [1, 3, 2] and findings.rows.refused == 0


def entry(who, rating, date="2025-03-14", round_=1, dimension="funding"):
    return Entry(1, 1, who, dimension, round_, rating, "used", date=date)


def panel(*levels, **changes):
    return [entry(who, level, **changes) for who, level in zip("ABCDEFGH", levels, strict=False)]


@pytest.mark.parametrize(("present", "desired", "expected"), [
    (panel(3, 3, 3, 3, 3), entry("Desired", 2), "3 (the median of the ratings)"),
    (panel(3, 3, 3, 3, 3), entry("Desired", 3), ""),
    (panel(2, 2, 2, 3, 3, 3), entry("Desired", 2), ""),  # a median of 2.5 has reached level 2
    (panel(3, 3, 3, 3), entry("Desired", 2), ""),  # a panel too small: no median is told
    ([*panel(5, 5, 5, 5, 5), entry("Consensus", 2)], entry("Desired", 2), ""),
    (panel(5, 5, 5, 5, 5) + panel(1, 1, 1, 1, 1, round_=2), entry("Desired", 1), ""),
    ([entry("Consensus", 3)], entry("Desired", 2, dimension="digital"), ""),
    ([entry("Consensus", 4, "2023-03-14"), entry("Consensus", 2)], entry("Desired", 3), ""),
    ([entry("Consensus", 4, "2023-03-14"), entry("Consensus", 2)], entry("Desired", 3, "2023-04-01"), "4 (agreed)"),
    ([entry("Consensus", 2, "2023-03-14"), entry("Consensus", 4)], entry("Desired", 3, ""), "4 (agreed)"),
    ([entry("Consensus", 4)], entry("Desired", 3, "2025-12-30"), "4 (agreed)"),  # set long after the workshop
    ([entry("Consensus", 4, "")], entry("Desired", 3), "4 (agreed)"),
])  # fmt: skip
def test_it_is_held_against_the_present_level_of_its_own_wave(present, desired, expected):
    said = [reason for _, reason in below_present([desired, *present])]
    assert [text.partition("present one, ")[2] for text in said] == ([expected] if expected else [])


def test_a_level_agreed_in_another_file_is_looked_at_too(tmp_path):
    place = tmp_path / "assessments" / "midlothian"
    place.mkdir(parents=True)
    for name, rows in {"a.csv": [row("A", 3), row("Consensus", 3)], "b.csv": [row("Desired", 2)]}.items():
        lines = [",".join("" if value is None else str(value) for value in line) for line in [HEADER, *rows]]
        (place / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert [found(part, "desired-below-present")[:1] != [] for part in read.findings] == [False, True]
    assert found(read.findings[1], "desired-below-present")[0][0] == "D2"
    assert read.ratings["rating"].tolist() == [3, 3, 2]


# scoring

TABLE = pd.DataFrame({
    "stakeholder": [*"ABCDE", "Consensus", " desired "],
    "dimension": ["funding"] * 7,
    "rating": [2, 2, 3, 3, 3, 3, 5],
    "date": pd.Timestamp("2025-03-14"), "role": "manager", "confidence": "high",
})  # fmt: skip


def test_the_kind_is_derived_and_desired_levels_are_no_ratings():
    kinds = ratings.complete(TABLE)["kind"]
    assert kinds.tolist() == [*["individual"] * 5, "consensus", "desired"]
    assert panels.counted(TABLE)["stakeholder"].tolist() == [*"ABCDE"]
    assert panels.desired(TABLE).to_dict() == {"funding": 5} and panels.consensus(TABLE).to_dict() == {"funding": 3}
    assert panels.participants(TABLE)["stakeholder"].tolist() == [*"ABCDE"]
    assert panels.participation(TABLE)["n"].sum() == 5
    assert waves.waves(TABLE)[["n_stakeholders", "n_ratings"]].to_numpy().tolist() == [[5, 5]]


def test_a_dimension_with_a_desired_level_only_is_not_missing_from_anybody():
    aimed = TABLE.tail(1).assign(dimension="digital")
    assert panels.participants(pd.concat([TABLE, aimed], ignore_index=True))["n_missing"].tolist() == [0] * 5


def test_the_last_round_of_desired_levels_counts():
    rounds = pd.concat([TABLE.assign(round=1), TABLE.tail(1).assign(round=2, rating=4)], ignore_index=True)
    assert panels.desired(rounds).to_dict() == {"funding": 4}
    assert panels.desired_rows(rounds)["round"].tolist() == [2]


def test_a_small_panel_keeps_its_desired_levels_and_they_make_no_panel_larger():
    small = panels.withhold_small_panels(TABLE[TABLE["stakeholder"] != "E"])
    assert small["rating"].isna().tolist() == [*[True] * 4, False, False]
    assert small["confidence"].tolist() == [*[""] * 4, "high", "high"]
    assert panels.desired(small).to_dict() == {"funding": 5}


def assessed_then_aimed(*aims):
    """Five people in March 2024 and in March 2025, and desired levels of these days, each in a file of its own."""
    rows = [(f"S{k}", 2, day, "a.xlsx") for day in ("2024-03-01", "2025-03-01") for k in range(5)]
    rows += [("Desired", 4, day, f"d{k}.xlsx") for k, day in enumerate(aims)]
    table = pd.DataFrame(rows, columns=["stakeholder", "rating", "date", "file"])
    return table.assign(dimension="funding", date=pd.to_datetime(table["date"]))


@pytest.mark.parametrize(
    ("aim", "wave"),
    [
        ("2025-03-20", "2025-03"),
        ("2026-02-01", "2025-03"),
        ("2024-12-01", "2024-03"),
        (None, "2025-03"),
        ("2020-01-01", "2024-03"),
    ],
)
def test_a_desired_level_makes_no_wave_of_its_own_and_names_none(aim, wave):
    table = assessed_then_aimed(aim)
    found_waves = waves.waves(table)
    assert found_waves["wave"].tolist() == ["2024-03", "2025-03"]
    assert found_waves["n_stakeholders"].tolist() == [5, 5]
    assert found_waves["last_date"].tolist() == [pd.Timestamp("2024-03-01"), pd.Timestamp("2025-03-01")]
    assert panels.desired(table, wave=wave).tolist() == [4]


def test_the_rows_keep_their_places_whatever_their_labels():
    table = assessed_then_aimed("2026-02-01")
    doubled = table.set_index(pd.Index([0] * len(table)))
    assert waves.with_waves(doubled)["wave"].tolist() == waves.with_waves(table)["wave"].tolist()
