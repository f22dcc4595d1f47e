"""What a notebook shows, from finished tables: the right banner, no name, a source under every figure."""

from datetime import date

import pandas as pd
import pytest

from helpers.ingest import assessments, indicators, sources
from helpers.page import blocks, maturity, movement, needs, printed, problems, sourcing, views, voices
from helpers.page import compared as compared_page
from helpers.page import priorities as priority_page
from helpers.reference import indicators as register
from helpers.reference import models, paths, regions
from helpers.scoring import (
    agreement,
    certainty,
    changes,
    comparison,
    departures,
    examples,
    groups,
    priorities,
    stability,
    wholes,
)
from helpers.scoring import maturity as scored

TODAY = date(2026, 3, 1)


def files(**changes) -> pd.DataFrame:
    row = {"file": "a.xlsx", "state": "used", "refused": 0, "status": "own", "producer": "We", "licence": "MIT"}
    return pd.DataFrame([row | changes])


def waves(**changes) -> pd.DataFrame:
    return pd.DataFrame(
        [{"wave_name": "March 2025", "withheld": False, "last_date": pd.Timestamp("2025-03-01")} | changes]
    )


@pytest.fixture(scope="module")
def midlothian():
    read = assessments.read_assessments("midlothian", today=TODAY)
    ratings = scored.withhold_small_panels(read.ratings)
    model = models.load_model("scirocco-exchange")
    return read, ratings, model, profiled(ratings, model)


def profiled(ratings, model):
    """The profile with how sure each level is, as the chapter makes it."""
    return certainty.with_certainty(scored.profile(ratings, model), scored.distribution(ratings, model), model)


@pytest.fixture(scope="module")
def figures():
    return indicators.read_indicator_folder(today=TODAY)


@pytest.mark.parametrize(
    ("table", "wave", "kinds"),
    [
        (files(), waves(), []),
        (files(status="illustrative"), waves(), ["illustrative"]),
        (files(status="reconstructed"), waves(), ["reconstructed"]),
        (files(status="unknown"), waves(), ["unknown"]),
        (files(state="refused"), waves(), ["refused"]),
        (files(refused=3), waves(), ["refused"]),
        (files(), waves(withheld=True), ["small-panel"]),
    ],
)
def test_a_banner_stands_for_what_changes_the_meaning_and_for_nothing_else(table, wave, kinds):
    assert [item["notice"] for item in maturity.notices(table, wave).data["items"]] == kinds


def test_examples_give_way_to_real_workbooks_and_the_page_says_so():
    both = pd.concat([files(file="own.xlsx"), files(file="example.xlsx", status="illustrative")], ignore_index=True)
    ratings = pd.DataFrame({"file": ["own.xlsx", "example.xlsx"], "rating": [1, 5]})
    assert examples.without_examples(ratings, both)["rating"].tolist() == [1]
    assert maturity.notices(both, waves()).data["items"][0]["text"].endswith("example.xlsx.")
    assert [item["notice"] for item in maturity.notices(both, waves()).data["items"]] == ["note"]
    refused = both.assign(state=["refused", "used"])
    assert examples.without_examples(ratings, refused)["rating"].tolist() == [1, 5]


def test_a_sector_is_named_beside_a_rating_only_where_two_share_it(midlothian):
    _, ratings, _, profile = midlothian
    latest = ratings[(ratings["wave"] == profile["wave"].iloc[0]) & (ratings["kind"] == "individual")]
    sizes = latest.groupby("sector")["stakeholder"].nunique()
    alone = [sector for sector, n in sizes.items() if n == 1]
    said = {item["who"] for group in voices.reasons(ratings, profile).data["groups"] for item in group["items"]}
    assert said and not [who for who in said for sector in alone if who.startswith(f"{sector};")]
    roles = set(latest["role"]) - set(latest["sector"])
    assert not [who for who in said for role in roles if who.startswith((f"{role};", f"{role},"))]


def test_figures_of_another_release_are_said_to_be_so_in_sight():
    ours = pd.DataFrame({"indicator": ["a"], "file": ["new.csv"]})
    assert "old.csv" in needs.release_note(ours.assign(file="old.csv"), ours).text
    assert needs.release_note(ours, ours).text == ""
    two = pd.DataFrame({"indicator": ["a", "b"], "file": ["new.csv", "old.csv"]})
    assert "old.csv" in needs.release_note(two.assign(file="old.csv"), two).text


def test_an_undeclared_banner_is_refused():
    with pytest.raises(ValueError, match="A notice is one of"):
        blocks.notices([("hurray", "text", "")])


def test_ratings_are_shown_under_numbers_and_lead_to_their_cells(midlothian):
    _, ratings, model, _ = midlothian
    block = voices.ratings_table(ratings, model)
    labels = {row[0] for row in block.data["rows"]}
    assert {"Consensus", "Desired"} < labels
    assert labels - {"Consensus", "Desired"} <= {f"S{n}" for n in range(1, 30)}
    written = set(ratings.loc[ratings["kind"] == "individual", "stakeholder"])
    assert not [name for name in written if name in str(block.data["rows"])]
    assert len(block.data["rows"]) == len(ratings)
    assert all(row[-1].startswith("midlothian_") and "!" in row[-1] for row in block.data["rows"])


def test_every_consensus_leads_to_its_cell(midlothian):
    _, ratings, model, profile = midlothian
    rows = maturity.profile_table(profile, ratings).data["rows"]
    assert len(rows) == 12 and all(row[-1].startswith("midlothian_2025.xlsx › assessment!") for row in rows)
    compared = scored.waves_compared(ratings, model)
    blocks_shown = movement.movement(compared, changes.between_waves(ratings, model), ratings)
    moved = next(block for block in blocks_shown if block.data.get("name") == "waves").data["rows"]
    assert all(row[-2].startswith("midlothian_2023") and row[-1].startswith("midlothian_2025") for row in moved)


def test_reasons_stand_with_the_level_in_words_and_without_a_name(midlothian):
    _, ratings, model, profile = midlothian
    groups = voices.reasons(ratings, profile).data["groups"]
    assert [group["heading"].split(":")[0] for group in groups] == [d.name for d in model.dimensions]
    assert all("level" in group["heading"] and group["items"] for group in groups)
    assert not [item for group in groups for item in group["items"] if "Stakeholder" in item["who"]]


def test_below_five_stakeholders_no_rating_and_no_reason_is_in_any_block(midlothian):
    read, _, model, _ = midlothian
    few = read.ratings[read.ratings["stakeholder"].isin(["Consensus", *sorted(set(read.ratings["stakeholder"]))[:3]])]
    ratings = scored.withhold_small_panels(few)
    profile, counts = profiled(ratings, model), scored.distribution(ratings, model)
    shown = [
        voices.ratings_table(ratings, model),
        voices.reasons(ratings, profile),
        maturity.meanings(profile),
        *maturity.picture(profile, counts, None, ratings, model, ""),
        maturity.certainty(profile),
        *everything_about(ratings, model, profile, counts),
    ]
    single = few[(few["kind"] == "individual") & (few["justification"] != "")]
    text = "".join(str(block.data) + block.html for block in shown)
    assert len(single) and not [said for said in single["justification"] if said in text]
    assert counts["n"].sum() == 0


def everything_about(ratings, model, profile, counts):
    """What the chapter shows of agreement, groups, movement, rounds and priorities."""
    agreed = agreement.by_dimension(ratings, model, draws=50)
    departed = departures.consensus_beside_ratings(ratings, model)
    ranking = priorities.ranking(profile, agreed, ratings, None, weights=WEIGHTS, scale=(0, 5), draws=100)
    return [
        *views.agreement(agreed, counts, departed, profile, ""),
        *views.groups(
            groups.medians(ratings, model, by="sector"), groups.differences(ratings, model, by="sector"), profile, ""
        ),
        *movement.movement(scored.waves_compared(ratings, model), changes.between_waves(ratings, model), ratings),
        *movement.rounds(
            agreement.delphi(ratings),
            scored.distribution_by_round(ratings),
            stability.between_rounds(ratings),
            model,
            "",
        ),
        *priority_page.priorities(ranking, WEIGHTS, model, ""),
    ]


WEIGHTS = {"gap": 3, "disagreement": -1, "confidence": 1, "need": 2}


def test_a_small_panel_shows_its_consensus_and_nothing_that_rests_on_single_ratings(midlothian):
    read, _, model, _ = midlothian
    few = read.ratings[
        read.ratings["stakeholder"].isin(["Consensus", "Desired", *sorted(set(read.ratings["stakeholder"]))[:3]])
    ]
    ratings = scored.withhold_small_panels(few)
    profile, counts = profiled(ratings, model), scored.distribution(ratings, model)
    columns = {column["name"] for column in maturity.profile_table(profile, ratings).data["columns"]}
    assert "desired" in columns and not columns & set(maturity.OF_RATINGS)
    shown = everything_about(ratings, model, profile, counts)
    figures = [block.data["anchor"] for block in shown if block.kind == "figure"]
    assert figures == ["movement", "priorities"]  # both from agreed levels
    assert maturity.certainty(profile).text == ""


def test_every_part_of_the_chapter_has_a_figure_a_sentence_and_a_table(midlothian):
    _, ratings, model, profile = midlothian
    shown = everything_about(ratings, model, profile, scored.distribution(ratings, model))
    assert [block.data["anchor"] for block in shown if block.kind == "figure"] == [
        "differences", "sectors", "movement", "priorities",
    ]  # fmt: skip
    names = [block.data["name"] for block in shown if block.kind == "table"]
    assert len(names) == len(set(names)) >= 8
    said = " ".join(block.text for block in shown if block.kind == "words")
    assert "Weights: gap (3) and confidence (1) in favour and disagreement (1) against. Need could not be used" in said
    assert "Taken together, 39 of their 95 ratings rose, 3 fell and 53 stayed the same." in said
    assert "8 stakeholders rated in both waves" in said
    assert "clearly differently on 1 of 12 dimensions: Citizen Empowerment (Health above others)" in said
    counted = next(block for block in shown if block.data.get("name") == "ratings by level").data
    assert all(sum(row[1:]) == 12 for row in counted["rows"]) and len(counted["rows"]) == 12


def test_sectors_are_drawn_where_they_clearly_differ():
    model = models.load_model("scirocco-exchange")
    rows = [
        (f"S{k}", code, 4 if k < 10 else 1, "Health" if k < 10 else "Citizens")
        for k in range(20)
        for code in model.codes
    ]
    ratings = pd.DataFrame(rows, columns=["stakeholder", "dimension", "rating", "sector"])
    told = groups.differences(ratings, model, by="sector", permutations=499)
    shown = views.groups(groups.medians(ratings, model, by="sector"), told, profiled(ratings, model), "")
    assert [block.kind for block in shown] == ["figure", "words", "table", "table"]
    assert "clearly differently on 12 of 12 dimensions: Readiness to Change (Health above Citizens)" in shown[1].text


def test_the_levels_stand_in_words_with_the_wanted_one_only_where_there_is_one(midlothian):
    profile = midlothian[-1]
    block = maturity.meanings(profile)
    assert not block.data["folded"] and [c["name"] for c in block.data["columns"]][2] == "desired"
    assert [row[-1] for row in block.data["rows"]] == list(profile["level_text"])
    assert "desired" not in [c["name"] for c in maturity.meanings(profile.assign(desired=None)).data["columns"]]


def test_without_wanted_levels_the_page_says_that_the_gap_runs_to_the_top(midlothian):
    _, ratings, model, _ = midlothian
    plain = ratings[ratings["kind"] != "desired"]
    ranking = priorities.ranking(profiled(plain, model), weights=WEIGHTS, scale=(0, 5), draws=100)
    said = " ".join(
        block.text for block in priority_page.priorities(ranking, WEIGHTS, model, "") if block.kind == "words"
    )
    assert "has not said which levels it wants, so the gap runs to the highest level, 5" in said


def test_the_surest_and_the_least_sure_levels_are_named():
    table = pd.DataFrame({"dimension_name": ["A", "B", "C"], "level": [3, 2, 4], "p_at_least": [0.95, 0.5, 0.1]})
    table["low_level"] = [4, 1, 1]
    text = maturity.certainty(table).text
    assert text == (
        "On 1 of 3 dimensions the single ratings alone make it very likely that the level is reached. "
        "They point lower on C (4). They point higher on A (3)."
    )


def regions_files(**states) -> pd.DataFrame:
    rows = [
        {"file": f"{name}/a.xlsx", "region": name, "state": "used", "status": status} for name, status in states.items()
    ]
    return pd.DataFrame(rows)


def test_real_and_illustrative_regions_are_never_compared_and_the_page_names_who_is_left_out():
    every = regions_files(fife="own", flanders="illustrative", singapore="reconstructed")
    chosen = examples.comparable(every)
    assert chosen["region"].tolist() == ["fife", "singapore"]
    items = compared_page.notices(chosen, every).data["items"]
    assert [item["notice"] for item in items] == ["reconstructed", "note"]
    assert "flanders/a.xlsx is left out" in items[-1]["text"]
    only = regions_files(flanders="illustrative", singapore="reconstructed")
    assert examples.comparable(only)["region"].tolist() == ["flanders"]
    assert compared_page.notices(examples.comparable(only), only).data["items"][0]["notice"] == "illustrative"


def test_a_whole_is_shown_as_the_spread_of_its_parts_and_says_how_many_there_are():
    register = pd.DataFrame(
        {"region_name": ["Land", "North", "South", "East"], "part_of": ["", "land", "land", "land"], "area_code": ""},
        index=["land", "north", "south", "east"],
    )
    rows = [(id_, id_.title(), "funding", "Funding", 1, level) for id_, level in (("north", 1), ("south", 3))]
    levels = pd.DataFrame(rows, columns=["region", "region_name", "dimension", "dimension_name", "order", "level"])
    nobody = pd.DataFrame(columns=["area_code", "period", "value", "indicator"])
    said, figure, listed = compared_page.wholes(wholes.of_parts(levels, register, nobody), "")
    assert said.text == "Land, from 2 of its 3 parts; nothing is said of the others."
    assert figure.data["anchor"] == "whole-land"
    assert compared_page.who(levels[:0]).text == "No region has an assessment that could be used."
    assert figure.data["subtitle"].startswith("Parts by level, each part once") and "average" not in figure.data["alt"]
    assert [row[:5] for row in listed.data["rows"]] == [
        ["Funding", 1, 1, 50.0, "North"],
        ["Funding", 3, 1, 50.0, "South"],
    ]
    assert compared_page.wholes(wholes.of_parts(levels[:1], register, nobody), "")[0].kind == "absent"


def test_fewer_than_three_rated_dimensions_make_no_spider():
    read = assessments.read_assessments("singapore", today=TODAY)
    ratings, model = scored.with_waves(read.ratings), models.load_model("scirocco-exchange")
    profile, counts = profiled(ratings, model), scored.distribution(ratings, model)
    figure = maturity.picture(profile, counts, None, ratings, model, "")[0]
    assert figure.data["alt"].startswith("Strip chart")
    assert "Process Coordination" not in figure.data["wide"]


def test_an_edition_with_eight_dimensions_is_drawn_as_it_is():
    model = models.load_model("demonstration-8")
    rows = [(f"P{n}", code, n % 6) for n in range(6) for code in model.codes]
    ratings = pd.DataFrame(rows, columns=["stakeholder", "dimension", "rating"])
    profile, counts = profiled(ratings, model), scored.distribution(ratings, model)
    figure = maturity.picture(profile, counts, None, ratings, model, "")[0]
    assert "8" in figure.data["alt"] and len(profile) == 8


def test_the_source_line_names_producer_file_licence_and_what_is_not_real():
    line = sourcing.source_line(files(status="illustrative"), ["a.xlsx"])
    assert line == "Source: Illustrative, not real; We: a.xlsx; MIT."
    assert sourcing.source_line(files(), ["other.csv"]) == ""


def test_every_indicator_figure_has_a_source_and_every_row_a_place(figures):
    place = regions.region("midlothian")
    known = sources.source_table(figures.files, folder=paths.indicators())
    declared = register.load_register()
    beside = comparison.beside_comparator(
        figures.indicators, area_code=place.area_code, comparator=place.comparator, register=declared
    )
    figure, table = needs.spine(beside, place, known)
    assert "Open Government Licence" in figure.data["source"]
    assert len(table.data["rows"]) == len(beside)
    assert all(" › " in row[-1] for row in table.data["rows"])
    parts = figure.data["wide"].count("<svg")
    assert parts == 2 and figure.data["narrow"].count("<svg") == parts
    assert set(sourcing.used(known, beside)["file"]) == {
        "scotpho_councils_2024-10.csv",
        "scotpho_quintiles_2023-02.csv",
    }


def test_a_region_without_figures_gets_one_sentence_for_each_part(figures):
    place = regions.region("poland")
    nothing = figures.indicators.iloc[:0]
    declared = register.load_register()
    beside = comparison.beside_comparator(nothing, area_code="X", comparator="Y", register=declared)
    changes = comparison.trend_change(nothing, "X", declared)
    fifths = comparison.quintiles(nothing, "X", declared)
    plan = comparison.plan_figures(nothing, None, "X", register=declared)
    shown = [
        *needs.spine(beside, place, files()),
        *needs.trends(comparison.trends(nothing, ["X"], changes), changes, beside, place, "Y", files()),
        *needs.deprivation(fifths, fifths, beside, place, files()),
        *needs.plan(plan, place),
    ]
    assert [block.kind for block in shown] == ["absent"] * 4
    assert all("Poland" in block.text for block in shown)


def test_findings_come_with_refusals_first_and_only_for_the_files_asked_for():
    row = {"file": "a.csv", "sheet": "", "cell": "B2", "value": "9", "expected": "", "mend": "Type it", "count": 1}
    found = [
        row | {"code": "row-hidden", "severity": "warning", "message": "hidden"},
        row | {"code": "rating-half", "severity": "error", "message": "half"},
        row | {"code": "rating-half", "severity": "error", "message": "elsewhere", "file": "b.csv"},
    ]
    rows = problems.findings_table(found, files=["a.csv"]).data["rows"]
    assert [(r[0], r[1], r[4]) for r in rows] == [
        ("half", "refused", "a.csv › B2"),
        ("hidden", "repaired, or to be known", "a.csv › B2"),
    ]
    assert problems.findings_table(found, files=["c.csv"]).kind == "words"


def test_where_files_name_people_a_page_quotes_nothing_in_which_a_name_could_stand():
    row = {
        "file": "a.csv",
        "sheet": "",
        "cell": "B2",
        "expected": "",
        "mend": "Mend it",
        "count": 1,
        "severity": "error",
    }
    found = [
        row | {"code": "rating-half", "value": "2.5", "message": "(Anna Smith, Funding): 2.5", "meaning": "Half."},
        row | {"code": "stakeholder-alike", "value": "anna smith", "message": "Anna Smith", "meaning": "Alike."},
        row | {"code": "rating-conflict", "value": "Anna Smith 3", "message": "Anna Smith", "meaning": "Two."},
    ]
    block = problems.findings_table(found, names_people=True)
    assert "anna smith" not in str(block.data).lower()
    assert [r[0] for r in block.data["rows"]] == ["Half.", "Alike.", "Two."] and block.data["rows"][0][2] == "2.5"


def test_printed_statements_carry_their_source_and_are_not_made_up_where_there_are_none():
    block = printed.published_findings("basque-country")
    assert len(block.data["rows"]) >= 6 and all(row[-1] for row in block.data["rows"])
    assert printed.published_findings("aberdeen-city") is None


def test_figures_that_are_hidden_are_counted_in_words_and_never_named():
    hidden = pd.DataFrame({"file": ["own.csv"] * 2, "indicator": ["a", "b"], "reason": "x", "hidden": [3, 1]})
    beside = pd.DataFrame({"period": ["2022"], "indicator_name": ["A"]})
    said = needs.limits(beside, hidden).text
    assert "4 figures of own.csv are left out, since they rest on few people" in said
    assert "left out" not in needs.limits(beside, hidden.iloc[:0]).text
