"""The tables of agreement: their columns, refusals, complaints, and that neither order nor names of people matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import load_model
from helpers.scoring import agreement, counting, intervals, maturity, readings, reliability
from helpers.scoring.panels import withhold_small_panels

MODEL = load_model("scirocco-exchange")
CODES = MODEL.codes
FEW = {"draws": 30}
PROFILE = (3, 2, 2, 1, 0, 4, 5, 3, 2, 2, 1, 3)


def panel(scores, region="here") -> pd.DataFrame:
    """One row a rating: scores of S1, S2, ... on the first dimensions of the model; None is missing."""
    rows = [
        {"region": region, "stakeholder": f"S{who}", "dimension": code, "rating": score}
        for who, given_ in enumerate(scores, start=1)
        for code, score in zip(CODES, given_, strict=False)
    ]
    return pd.DataFrame(rows).astype({"rating": "Int64"})


def spread_out(n: int, seed: int = 1) -> list[list[int]]:
    random = np.random.default_rng(seed)
    return np.clip(np.array(PROFILE) + random.integers(-1, 2, (n, 12)), 0, 5).tolist()


def coefficients(scores, **options) -> pd.DataFrame:
    return agreement.coefficients(panel(scores), MODEL, **(FEW | options)).set_index("coefficient")


def test_one_row_a_dimension_in_model_order_with_every_column():
    table = agreement.by_dimension(panel(spread_out(12)), MODEL, **FEW)
    assert list(table["dimension"]) == list(CODES)
    assert list(table.columns) == [
        "dimension", "dimension_name", "short_name", "order", "wave", "n", "median", "q1", "q3", "share_at_median",
        "n_near", "n_outside", "allowed_outside", "distribution", "rule", "disagreement_index", "r_wg", "agreement_a",
        "agreement_a_lowercl", "agreement_a_uppercl", "reading", "refusal",
    ]  # fmt: skip


def test_one_row_a_coefficient_with_every_column():
    table = agreement.coefficients(panel(spread_out(12)), MODEL, **FEW)
    assert list(table["coefficient"]) == [
        "krippendorff_alpha", "gwet_ac2", "kendall_w", "icc_2_1", "icc_2_k", "cronbach_alpha", "ordinal_alpha",
    ]  # fmt: skip
    assert list(table.columns) == [
        "coefficient", "coefficient_name", "asks", "value", "lowercl", "uppercl", "confidence", "n_stakeholders",
        "n_left_out", "n_dimensions", "draws", "draws_used", "reading", "reading_source", "method", "refusal",
    ]  # fmt: skip
    assert table["asks"].str.endswith("?").all() and (table["reading_source"] != "").all()
    had = table[table["refusal"] == ""]
    assert len(had) == 6 and (had["lowercl"] < had["uppercl"]).all() and (had["draws_used"] <= 30).all()


def test_medians_quartiles_and_shares_are_those_of_the_profile_and_verdicts_those_of_the_delphi_rule():
    ratings = panel([*spread_out(11), [None, *PROFILE[1:]]])
    table, profile = agreement.by_dimension(ratings, MODEL, **FEW), maturity.profile(ratings, MODEL)
    for column in ("n", "median", "q1", "q3", "share_at_median"):
        np.testing.assert_allclose(table[column], profile[column], err_msg=column)
    judged = agreement.delphi(ratings).set_index("dimension").loc[list(CODES)]
    for column in ("n_outside", "allowed_outside", "distribution", "rule"):
        assert table[column].tolist() == judged[column].tolist(), column
    assert (table["n_near"] + table["n_outside"] == table["n"]).all()


def test_full_agreement_is_1_and_cronbach_is_refused_in_words():
    table = coefficients([PROFILE] * 6)
    assert table.loc["krippendorff_alpha":"icc_2_k", ["value", "lowercl", "uppercl"]].eq(1).all(axis=None)
    assert np.isnan(table.loc["cronbach_alpha", "value"])
    assert "same sum of ratings" in table.loc["cronbach_alpha", "refusal"]
    rows = agreement.by_dimension(panel([PROFILE] * 6), MODEL, **FEW)
    assert set(rows["reading"]) == {"unanimous"} and rows["agreement_a"].eq(1).all()


def refused(table: pd.DataFrame) -> set[str]:
    assert table[["value", "lowercl", "uppercl"]].isna().all(axis=None)
    assert table["draws_used"].eq(0).all() and table["reading"].eq("").all()
    return set(table["refusal"])


def test_a_flat_profile_has_nothing_to_tell_apart():
    assert refused(coefficients([[3] * 12] * 8)) == {
        "everybody gave every dimension the same rating, so there is nothing to tell apart"
    }


def test_four_stakeholders_or_two_dimensions_are_too_few():
    assert refused(coefficients(spread_out(4))) == {"only 4 stakeholders rated; this takes at least 5"}
    few = [row[:2] for row in spread_out(8)]
    assert refused(coefficients(few)) == {"only 2 dimensions rated by two or more; this takes at least 3 dimensions"}


def test_a_withheld_wave_shows_nothing():
    ratings = withhold_small_panels(panel(spread_out(4)))
    table = agreement.coefficients(ratings, MODEL, **FEW)
    assert refused(table) == {"single ratings are not shown, since the panel is too small"}
    rows = agreement.by_dimension(ratings, MODEL, **FEW)
    assert rows["n"].eq(0).all() and set(rows["refusal"]) == refused(table)
    assert rows[["median", "disagreement_index", "r_wg", "agreement_a", "agreement_a_lowercl"]].isna().all(axis=None)


def test_who_did_not_rate_everything_is_left_out_where_that_is_needed():
    table = coefficients([*spread_out(6), [None, *PROFILE[1:]]])
    assert table.loc["krippendorff_alpha", "n_stakeholders"] == 7
    assert table.loc["kendall_w":, "n_stakeholders"].eq(6).all() and table.loc["kendall_w":, "n_left_out"].eq(1).all()
    gone = coefficients([*spread_out(4), *[[None, *PROFILE[1:]]] * 3])
    assert gone.loc["krippendorff_alpha", "refusal"] == ""
    assert set(gone.loc["kendall_w":, "refusal"]) == {
        "only 4 stakeholders rated all 12 dimensions; this takes at least 5"
    }


def test_a_dimension_that_few_rated_is_left_out_and_not_those_who_did_not_rate_it():
    """Two of seven rate the first dimension; without it all seven count, as if nobody had been asked."""
    rows = spread_out(7)
    sparse = coefficients([*rows[:2], *([None, *row[1:]] for row in rows[2:])])
    without = coefficients([[None, *row[1:]] for row in rows])
    whole = ["kendall_w", "icc_2_1", "icc_2_k", "cronbach_alpha"]
    numbers = ["value", "lowercl", "uppercl", "n_stakeholders", "n_left_out", "n_dimensions", "refusal"]
    pd.testing.assert_frame_equal(sparse.loc[whole, numbers], without.loc[whole, numbers])
    assert sparse.loc["kendall_w", ["n_stakeholders", "n_left_out", "n_dimensions"]].tolist() == [7, 0, 11]
    assert sparse.loc["krippendorff_alpha", "n_dimensions"] == 12
    said = "1 dimension that fewer than half of the stakeholders rated is left out."
    assert sparse["method"].str.endswith(said).tolist() == [False, False, *[True] * 5]
    assert not without["method"].str.contains("left out\\.").any()


def test_half_of_the_stakeholders_are_enough_for_a_dimension_to_count():
    rows = spread_out(12)
    table = coefficients([*rows[:6], *([None, *row[1:]] for row in rows[6:])])
    assert table.loc["kendall_w", ["n_stakeholders", "n_left_out", "n_dimensions"]].tolist() == [6, 6, 12]


def test_a_refusal_says_how_many_dimensions_were_left_out():
    rows = spread_out(8)
    table = coefficients([*rows[:3], *([*row[:2], *[None] * 10] for row in rows[3:])])
    assert table.loc["kendall_w", "refusal"] == (
        "only 2 dimensions rated by half of the stakeholders or more; this takes at least 3 dimensions "
        "(10 dimensions that fewer than half of the stakeholders rated are left out)"
    )


def test_cronbachs_interval_is_the_reflected_one_and_the_others_are_not():
    rows = np.clip(np.array(spread_out(12)) + np.repeat([-1, 0, 1], 4)[:, None], 0, 5)
    scores, weights = counting.in_order(rows.astype(float)), counting.drawn(12, 200, agreement.SEED)
    table = coefficients(rows.tolist(), draws=200)
    for code, values, limits in (
        ("cronbach_alpha", reliability.cronbach_alpha(weights, scores), intervals.reflected),
        ("kendall_w", reliability.kendall_w(weights, scores), intervals.expanded_percentiles),
    ):
        low, high = limits(values, 12, 0.95)
        assert table.loc[code, ["lowercl", "uppercl"]].tolist() == pytest.approx([float(low), float(high)]), code
    plain = intervals.expanded_percentiles(reliability.cronbach_alpha(weights, scores), 12, 0.95)
    assert abs(table.loc["cronbach_alpha", "lowercl"] - plain[0]) > 0.01


def test_a_dimension_that_one_person_rated_does_not_count():
    scores = [[None, *row[1:]] for row in spread_out(7)]
    without = coefficients(scores)
    scores[0][0] = 5
    pd.testing.assert_frame_equal(coefficients(scores), without)
    assert without["n_dimensions"].eq(11).all() and without["n_left_out"].eq(0).all()
    rows = agreement.by_dimension(panel(scores), MODEL, **FEW)
    assert rows.loc[0, "refusal"] == "one stakeholder rated this dimension, and agreement takes two"
    assert rows.loc[0, "median"] == 5 and np.isnan(rows.loc[0, "agreement_a"])


def test_stakeholders_who_each_give_one_rating_put_nothing_in_order():
    table = coefficients([[level] * 12 for level in (1, 2, 3, 4, 5)])
    assert "no order of dimensions" in table.loc["kendall_w", "refusal"]
    assert table.loc["icc_2_1", "value"] == 0
    assert table.loc["cronbach_alpha", "value"] == 1


def test_ordinal_alpha_takes_a_large_panel():
    assert coefficients(spread_out(14)).loc["ordinal_alpha", "refusal"] == (
        "polychoric correlations of 12 dimensions take at least 234 stakeholders, and 14 rated all of them"
    )
    large = coefficients(spread_out(234)).loc["ordinal_alpha"]
    assert large["refusal"] == "" and large["lowercl"] < large["value"] < large["uppercl"]
    one_level = [[3, *row[1:]] for row in spread_out(234)]
    assert "goes with no other" in coefficients(one_level).loc["ordinal_alpha", "refusal"]


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(st.none() | st.integers(0, 5), min_size=4, max_size=4), min_size=5, max_size=8),
    st.randoms(),
)
def test_neither_the_order_nor_the_names_of_the_stakeholders_matter(scores, random):
    shuffled = random.sample(scores, len(scores))
    rows = panel(shuffled).sample(frac=1, random_state=random.randint(0, 99))
    for table in (agreement.by_dimension, agreement.coefficients):
        pd.testing.assert_frame_equal(table(panel(scores), MODEL, **FEW), table(rows, MODEL, **FEW), check_exact=True)


def test_many_regions_at_once_are_what_each_is_alone():
    parts = {"north": spread_out(12), "south": [[None, *row[1:]] for row in spread_out(7, 2)], "west": spread_out(3)}
    regions = {name: panel(scores, name) for name, scores in parts.items()}
    ratings = withhold_small_panels(pd.concat(regions.values()))
    dimensions, coefficients_ = agreement.by_region(ratings, MODEL, **FEW)
    assert list(dimensions["region"].unique()) == list(coefficients_["region"].unique()) == list(parts)
    for name in parts:
        alone = ratings[ratings["region"] == name]
        for table, function in ((dimensions, agreement.by_dimension), (coefficients_, agreement.coefficients)):
            of_region = table[table["region"] == name].drop(columns="region").reset_index(drop=True)
            pd.testing.assert_frame_equal(of_region, function(alone, MODEL, **FEW), check_exact=True)


def test_the_latest_wave_and_last_round_count_in_every_region():
    first, last = (panel(spread_out(6, seed)) for seed in (1, 2))
    first["date"], last["date"] = pd.Timestamp("2023-03-01"), pd.Timestamp("2025-03-01")
    again = last.assign(round=2, rating=(last["rating"] + 1) % 6)
    both = pd.concat([first, last.assign(round=1), again])
    dimensions, coefficients_ = agreement.by_region(both, MODEL, **FEW)
    pd.testing.assert_frame_equal(dimensions.drop(columns="region"), agreement.by_dimension(again, MODEL, **FEW))
    earlier = agreement.coefficients(both, MODEL, wave="2023-03", **FEW)
    pd.testing.assert_frame_equal(earlier, agreement.coefficients(first, MODEL, **FEW))
    assert not coefficients_["value"].equals(earlier["value"])


def test_the_last_round_of_a_dimension_counts_where_another_round_left_it_out():
    first = panel(spread_out(6)).assign(round=1)
    again = first[first["dimension"] == CODES[0]].assign(round=2, rating=5)
    both = pd.concat([first, again])
    dimensions, coefficients_ = agreement.by_region(both, MODEL, **FEW)
    assert dimensions["n"].eq(6).all() and dimensions.loc[0, "median"] == 5
    pd.testing.assert_frame_equal(coefficients_.drop(columns="region"), agreement.coefficients(both, MODEL, **FEW))


def test_limits_lie_no_lower_than_minus_1_unless_the_value_does():
    random = np.random.default_rng(2)
    table = coefficients(random.integers(0, 6, (6, 12)).tolist(), draws=500)
    had = table[table["refusal"] == ""]
    assert (had["lowercl"] == np.minimum(had["value"], -1)).any()
    assert (had["lowercl"] >= np.minimum(had["value"], -1)).all()


def test_the_same_seed_gives_the_same_draws_and_the_table_is_not_changed():
    ratings = panel(spread_out(12))
    before = ratings.copy()
    first, again, other = (agreement.coefficients(ratings, MODEL, seed=seed, **FEW) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first["lowercl"].equals(other["lowercl"]) and first["value"].equals(other["value"])
    pd.testing.assert_frame_equal(ratings, before)


@pytest.mark.parametrize("levels", [[0, 1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 4], [0, 1, 2, 3, 4, 5] * 2])
def test_the_words_about_0_hold_for_ratings_in_camps_and_for_ratings_all_over_the_scale(levels):
    row = agreement.by_dimension(panel([[level] for level in levels]), MODEL, **FEW).iloc[0]
    assert abs(row["agreement_a"]) < 0.03
    assert row["reading"] == readings.reading_of_a(0) == "no agreement: spread out or in camps"


def test_no_ratings_at_all_say_so():
    nothing = panel(spread_out(5)).iloc[:0]
    assert refused(agreement.coefficients(nothing, MODEL, **FEW)) == {"nobody rated"}
    assert set(agreement.by_dimension(nothing, MODEL, **FEW)["refusal"]) == {"nobody rated this dimension"}
    dimensions, coefficients_ = agreement.by_region(nothing, MODEL, **FEW)
    assert dimensions.empty and coefficients_.empty


@pytest.mark.parametrize("function", [agreement.by_dimension, agreement.coefficients, agreement.by_region])
@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda t: t.drop(columns="rating"), {}, "lacks the column rating"),
        (lambda t: t.assign(rating=6), {}, "S1 rated readiness 6, off the scale 0-5"),
        (lambda t: t.assign(stakeholder=None), {}, "the column stakeholder is empty"),
        (lambda t: t.assign(rating=2.5), {}, "the column rating holds more than whole numbers"),
        (lambda t: t.assign(dimension="fundng"), {}, "has no dimension fundng"),
        (lambda t: t.assign(model="elsewhere"), {}, "on the model elsewhere"),
        (lambda t: pd.concat([t, t.assign(rating=0)]), {}, "two different ratings"),
        (lambda t: t, {"draws": 0}, "draws is a whole number of at least 1; this is 0"),
        (lambda t: t, {"draws": 10.5}, "draws is a whole number"),
        (lambda t: t, {"confidence": 1.0}, "confidence lies between 0 and 1"),
        (lambda t: t, {"confidence": 95}, "confidence lies between 0 and 1"),
    ],
)
def test_bad_input_is_named(function, change, options, words):
    with pytest.raises(ValueError, match=words):
        function(change(panel(spread_out(5))), MODEL, **(FEW | options))


@pytest.mark.parametrize("function", [agreement.by_dimension, agreement.coefficients])
def test_one_region_at_a_time(function):
    with pytest.raises(ValueError, match="one region at a time; these are of north, south"):
        function(pd.concat([panel(spread_out(5), "north"), panel(spread_out(5), "south")]), MODEL, **FEW)
