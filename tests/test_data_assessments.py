"""Laws on the shipped assessments: what they say of themselves, and that they fit what is in print."""

import math
from statistics import median

import pandas as pd
import pytest
from openpyxl import load_workbook

from helpers.reference import datapackage, models, paths

DATA = paths.project() / "data"
WAVES = {
    "midlothian/midlothian_2023.xlsx": 11,
    "midlothian/midlothian_2025.xlsx": 12,
    "flanders/flanders_2024.xlsx": 12,
    "basque-country/basque-country_2024.xlsx": 10,
}
AIMED = {"midlothian/midlothian_2025.xlsx", "flanders/flanders_2024.xlsx"}
TOGETHER = {"Consensus", "Desired"}


def sheet(path, name="assessment"):
    rows = list(load_workbook(DATA / "assessments" / path)[name].iter_rows(values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0])


def about(path):
    return dict(sheet(path, "about").itertuples(index=False))


@pytest.mark.parametrize("path", WAVES)
def test_an_assessment_that_is_made_up_says_so(path):
    facts = about(path)
    assert facts["status"] == "illustrative" and facts["status_note"].startswith("Illustrative")
    assert "illustrative" in facts["title"] and facts["region"] == path.split("/")[0]
    assert datapackage.describe(f"assessments/{path}", DATA).status == "illustrative"


@pytest.mark.parametrize(("path", "people"), WAVES.items())
def test_everybody_and_the_consensus_rate_every_dimension(path, people):
    found, model = sheet(path), models.load_model()
    together = TOGETHER if path in AIMED else {"Consensus"}
    assert set(found["stakeholder"]) & TOGETHER == together
    assert found["stakeholder"].nunique() == people + len(together)
    assert len(found) == 12 * (people + len(together))
    assert set(found["dimension"]) == set(model.names.values())
    assert set(found["rating"]) <= {*model.levels, "don't know"}
    assert set(found.loc[found["stakeholder"] != "Desired", "confidence"]) <= {"low", "medium", "high"}
    assert set(found["model"]) == {model.id} and set(found["region"]) == {path.split("/")[0]}
    spread = found.loc[~found["stakeholder"].isin(TOGETHER), "date"]
    assert 7 < (spread.max() - spread.min()).days < 22
    consensus = found[found["stakeholder"] == "Consensus"]
    assert consensus["justification"].notna().all() and consensus["date"].min() > spread.max()


def test_no_two_justifications_are_the_same():
    said = pd.concat([sheet(path)["justification"] for path in WAVES]).dropna()
    assert said.is_unique and len(said) > 300 and said.str.len().max() < 160


def test_midlothian_has_two_waves_with_eight_people_in_both():
    first, second = (set(sheet(path)["stakeholder"]) - TOGETHER for path in list(WAVES)[:2])
    assert len(first & second) == 8
    assert (sheet(next(iter(WAVES)))["rating"] == "don't know").sum() == 3


def consensus_of(path):
    found = sheet(path)
    names = {name: code for code, name in models.load_model().names.items()}
    agreed = found[found["stakeholder"] == "Consensus"]
    return {names[row.dimension]: row.rating for row in agreed.itertuples()}


def test_the_assessments_are_consistent_with_what_is_printed():
    basque, flanders = (
        consensus_of("basque-country/basque-country_2024.xlsx"),
        consensus_of("flanders/flanders_2024.xlsx"),
    )
    findings = pd.read_csv(DATA / "reference" / "published_findings.csv", keep_default_na=False)
    mine = findings[findings["region"] == "basque-country"]
    strong = [basque[code] for code in mine.loc[mine["kind"] == "strength", "dimension"]]
    weak = [basque[code] for code in mine.loc[mine["kind"] == "weakness", "dimension"]]
    others = [level for code, level in basque.items() if code not in set(mine["dimension"])]
    assert len(strong) == len(weak) == 3 and min(strong) > max(others) and max(weak) < min(others)
    assert [code for code, level in flanders.items() if level == min(flanders.values())] == ["process"]


@pytest.mark.parametrize("path", sorted(AIMED))
def test_the_desired_levels_are_whole_with_reasons_for_some_and_never_below_the_agreed_ones(path):
    found = sheet(path)
    desired = found[found["stakeholder"] == "Desired"].set_index("dimension")
    agreed = found[found["stakeholder"] == "Consensus"].set_index("dimension")
    gap = (desired["rating"] - agreed["rating"]).astype(int)
    assert len(gap) == 12 and gap.min() == 0 and gap.max() >= 2 and (gap == 0).sum() >= 1
    assert set(desired["rating"]) <= set(models.load_model().levels)
    assert 3 <= desired["justification"].notna().sum() <= 8
    assert (
        set(desired["date"]) == set(agreed["date"]) and "the desired levels are made up" in about(path)["status_note"]
    )
    printed = pd.read_csv(DATA / "reference" / "published_findings.csv", keep_default_na=False)
    mine = printed[(printed["region"] == path.split("/")[0]) & (printed["kind"] == "priority")]
    priorities = [models.load_model().names[code] for code in mine["dimension"]]
    assert priorities and (gap[priorities] >= 2).all()


def test_the_consensus_is_not_always_the_median():
    for path in list(WAVES)[:2]:
        found = sheet(path)
        single = found[~found["stakeholder"].isin(TOGETHER) & (found["rating"] != "don't know")]
        medians = single.groupby("dimension")["rating"].apply(lambda ratings: median(map(int, ratings)))
        agreed = found[found["stakeholder"] == "Consensus"].set_index("dimension")["rating"]
        assert (agreed.loc[medians.index] != medians).sum() >= 2


PRINTED = [  # Lim and Yap 2024: dimension, round, median, % at the median, % in agreement
    ("Readiness to Change", 1, 3, 66.7, 91.7),
    ("Readiness to Change", 2, 3, 66.7, 100.0),
    ("Readiness to Change", 3, 3, 66.7, 100.0),
    ("Structure & Governance", 1, 2.5, 37.5, 75.0),
    ("Structure & Governance", 2, 2, 58.3, 91.7),
    ("Structure & Governance", 3, 2, 75.0, 91.7),
]


@pytest.mark.parametrize(("dimension", "round_", "middle", "at_median", "in_agreement"), PRINTED)
def test_singapore_gives_the_printed_table(dimension, round_, middle, at_median, in_agreement):
    found = sheet("singapore/singapore_delphi.xlsx")
    ratings = list(found.loc[(found["dimension"] == dimension) & (found["round"] == round_), "rating"])
    neighbours = {math.floor(middle), math.ceil(middle)}
    assert len(ratings) == 12 and median(ratings) == middle
    share_at = sum(rating in neighbours for rating in ratings) / len(neighbours) / 12
    share_in = sum(abs(rating - middle) <= 1 for rating in ratings) / 12
    assert round(100 * share_at, 1) == at_median
    assert round(100 * share_in, 1) == in_agreement


def test_singapore_says_that_it_is_reconstructed():
    facts = about("singapore/singapore_delphi.xlsx")
    assert facts["status"] == "reconstructed"
    assert "was chosen" in facts["status_note"] and "numbered arbitrarily" in facts["status_note"]
    assert len(sheet("singapore/singapore_delphi.xlsx")) == 12 * 3 * 2
