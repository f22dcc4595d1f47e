"""Regions beside each other: what compares, what is left out, and places that carry their uncertainty."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import load_model, load_models
from helpers.reference.printed import load_published_profiles
from helpers.scoring import compared
from helpers.scoring.panels import withhold_small_panels

MODEL, MODELS = load_model("scirocco-exchange"), load_models()


def panel(region, level, *, people=12, model="scirocco-exchange", codes=None, apart=0):
    """Everybody at one level, but that every other person is ``apart`` levels away."""
    codes = codes or load_model(model).codes
    rows = [
        (region, f"S{k}", code, min(max(level + apart * (k % 2), 0), 5), model) for k in range(people) for code in codes
    ]
    return pd.DataFrame(rows, columns=["region", "stakeholder", "dimension", "rating", "model"])


def about(*regions, status="own"):
    return pd.DataFrame({"region": regions, "region_name": [r.title() for r in regions], "status": status})


def both(*panels):
    ratings = withhold_small_panels(pd.concat(panels, ignore_index=True))
    who = about(*ratings["region"].unique())
    return ratings, compared.levels(ratings, who, MODEL, models=MODELS)


def test_one_row_a_region_and_dimension_in_the_order_given():
    _, levels = both(panel("b", 2), panel("a", 4))
    assert levels["region"].tolist() == ["b"] * 12 + ["a"] * 12
    assert levels["dimension"].tolist() == list(MODEL.codes) * 2
    assert levels["level"].tolist() == [2] * 12 + [4] * 12


def test_dimensions_whose_subject_changed_between_generations_are_left_out_with_the_reason():
    _, levels = both(panel("old", 3, model="scirocco"), panel("new", 3))
    old = levels[levels["region"] == "old"].set_index("dimension")
    for code in ("digital", "process"):
        assert pd.isna(old.loc[code, "level"]) and not old.loc[code, "is_comparable"]
        assert "subject changed" in old.loc[code, "reason"]
    assert old.loc["readiness", "level"] == 3 and "wording changed" in old.loc["readiness", "caution"]


def test_the_pooled_european_medians_stand_on_the_dimensions_that_compare():
    table = compared.reference_profile(load_published_profiles(), "europe-2019", MODEL, MODELS).set_index("dimension")
    assert table.loc["readiness", "median"] == 3 and table.loc["population", "median"] == 1.5
    assert table.loc["population", "iqr"] == 3
    assert table.loc[["digital", "process"], "median"].isna().all()
    assert not table.loc[["digital", "process"], "is_comparable"].any()
    assert "Grooten" in table.loc["readiness", "source"]


def test_an_unknown_profile_is_refused_by_name():
    with pytest.raises(ValueError, match="none called 'mars'; there are europe-2019"):
        compared.reference_profile(load_published_profiles(), "mars", MODEL, MODELS)


def test_a_region_without_a_row_about_it_is_refused_by_name():
    with pytest.raises(ValueError, match="no row for the region a"):
        compared.levels(panel("a", 1), about("b"), MODEL, models=MODELS)


def test_clearly_apart_regions_have_certain_places():
    ratings, levels = both(panel("low", 1), panel("high", 4))
    table = compared.ranking(ratings, levels, MODEL)
    assert table["region"].tolist() == ["high", "low"]
    assert table[["rank", "rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1, 1], [2, 2, 2]]
    assert table["reached"].tolist() == [12, 0]
    assert table["share_first"].tolist() == [1.0, 0.0]


def test_regions_that_are_alike_share_a_place_and_neither_is_first_for_sure():
    ratings, levels = both(panel("a", 2, apart=1, people=13), panel("b", 2, apart=1, people=13))
    table = compared.ranking(ratings, levels, MODEL)
    assert table["rank"].tolist() == [1, 1]
    assert table["share_first"].sum() == pytest.approx(1)
    assert table["share_first"].between(0.4, 0.6).all()  # drawn apart: were they drawn alike, both would be 0.5
    assert table["share_first"].iloc[0] != table["share_first"].iloc[1]
    assert (table["rank_high"] == 2).all()


def test_the_point_is_the_middle_of_its_own_range_and_stands_beside_the_count_by_levels():
    half = [panel("a", 2, apart=2, codes=[code], people=12) for code in MODEL.codes[:6]]  # each dimension split 6 to 6
    whole = [panel("a", 4, codes=MODEL.codes[6:])]
    mixed = pd.concat([*half, *whole], ignore_index=True)
    mixed["rating"] = [r if k % 7 else 4 - r + 2 for k, r in enumerate(mixed["rating"])]
    ratings, levels = both(mixed, panel("b", 1))
    row = compared.ranking(ratings, levels, MODEL).set_index("region").loc["a"]
    assert row["reached_low"] < row["reached"] < row["reached_high"]
    assert row["reached_by_level"] == int((levels.loc[levels["region"] == "a", "level"] >= 3).sum())


def test_the_range_holds_as_much_of_the_draws_as_asked_for():
    ratings, levels = both(panel("a", 2, apart=1, people=13), panel("b", 2, apart=3, people=11), panel("c", 1, apart=2))
    wide, narrow = (compared.ranking(ratings, levels, MODEL, confidence=c).set_index("region") for c in (0.99, 0.2))
    assert (wide["rank_high"] - wide["rank_low"] >= narrow["rank_high"] - narrow["rank_low"]).all()
    assert (wide["rank_high"] - wide["rank_low"]).sum() > (narrow["rank_high"] - narrow["rank_low"]).sum()


def test_a_dimension_without_a_published_figure_says_so():
    table = compared.reference_profile(load_published_profiles(), "europe-2019", MODEL, MODELS).set_index("dimension")
    assert table.loc["innovation", "reason"] == "not among the published figures"
    assert table.loc["readiness", "reason"] == ""


def test_withheld_panels_and_panels_of_few_dimensions_are_not_ranked_and_say_why():
    few = panel("few", 3, codes=("readiness", "governance"))
    ratings, levels = both(panel("a", 3), panel("b", 2), panel("small", 3, people=3), few)
    table = compared.ranking(ratings, levels, MODEL).set_index("region")
    assert table.loc["small", "refusal"] == "single ratings are not shown or not there"
    assert table.loc["few", "refusal"] == "only 2 of 12 dimensions have ratings that compare"
    assert table.loc[["small", "few"], "rank"].isna().all()
    assert table.loc[["a", "b"], "rank"].tolist() == [1, 2]
    assert table.index[-2:].tolist() == ["small", "few"]


def test_a_region_alone_is_not_ranked():
    ratings, levels = both(panel("a", 3))
    assert compared.ranking(ratings, levels, MODEL)["refusal"].tolist() == ["there is no other region to rank it with"]


def test_only_dimensions_that_all_ranked_regions_share_are_counted():
    ratings, levels = both(panel("old", 3, model="scirocco"), panel("new", 3))
    table = compared.ranking(ratings, levels, MODEL)
    assert table["n_dimensions"].tolist() == [10, 10]


@pytest.mark.parametrize(
    ("options", "said"),
    [({"from_level": 6}, "from_level is a level of the model"), ({"draws": 0}, "draws"), ({"confidence": 1}, "confid")],
)
def test_impossible_options_are_refused(options, said):
    ratings, levels = both(panel("a", 3), panel("b", 2))
    with pytest.raises(ValueError, match=said):
        compared.ranking(ratings, levels, MODEL, **options)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_regions_changes_nothing(random):
    ratings, levels = both(panel("a", 2, apart=2), panel("b", 1, apart=3, people=9), panel("c", 3))
    rows = list(range(len(ratings)))
    random.shuffle(rows)
    other = compared.ranking(ratings.iloc[rows], levels, MODEL)
    pd.testing.assert_frame_equal(compared.ranking(ratings, levels, MODEL), other)


def test_a_missing_rating_is_left_out_and_not_counted_as_low():
    ratings, _ = both(panel("a", 4, people=6), panel("b", 1))
    holes = ratings.copy()
    holes.loc[
        (holes["region"] == "a") & (holes["stakeholder"] == "S0") & (holes["dimension"] != "funding"), "rating"
    ] = pd.NA
    levels = compared.levels(holes, about("a", "b"), MODEL, models=MODELS)
    first = compared.ranking(holes, levels, MODEL).iloc[0]
    assert (first["region"], first["reached"], first["reached_low"]) == ("a", 12, 12)
    assert np.isclose(first["share_first"], 1)
