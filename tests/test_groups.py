"""Whether roles or sectors rate differently: groups, H, p-values, effects, and where there is no test."""

from functools import cache
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.reference.models import Dimension, Model
from helpers.scoring import groups, panels


@cache
def model(*codes) -> Model:
    dimensions = tuple(
        Dimension(code, order, code.title(), code[:4], "", dict.fromkeys(range(6), ""), (), (), {}, "yes")
        for order, code in enumerate(codes, start=1)
    )
    return Model("exchange", "Exchange", "Exchange", 0, 5, dimensions, "", "", "")


def panel(sectors, levels, dimension="funding", **columns) -> pd.DataFrame:
    """One rating of one dimension by each of S01, S02, ..., of the sectors given letter by letter."""
    names = [f"S{number:02}" for number in range(1, len(levels) + 1)]
    table = pd.DataFrame({"stakeholder": names, "dimension": dimension, "sector": list(sectors), **columns})
    return table.assign(rating=pd.array(levels, "Int64"), sector=table["sector"].str.strip())


def found(ratings, by="sector", permutations=999, **options) -> pd.DataFrame:
    codes = tuple(dict.fromkeys(ratings["dimension"]))
    return groups.differences(ratings, model(*codes), by=by, permutations=permutations, **options)


LOW_HIGH = panel("AAABBB", [0, 1, 2, 3, 4, 4])


def test_two_groups_wholly_apart():
    row = found(LOW_HIGH).iloc[0]
    assert (row["by"], row["n"], row["n_groups"]) == ("sector", 6, 2)
    assert row["statistic"] == pytest.approx(stats.kruskal([0, 1, 2], [3, 4, 4]).statistic)
    assert row["p_value"] == row["p_adjusted"] == 2 / 20  # 20 ways to deal them, two as far apart
    assert (row["effect"], row["effect_name"], row["effect_reading"]) == (1, "Cliff's delta", "large")
    assert (row["highest_group"], row["highest_median"], row["lowest_group"], row["lowest_median"]) == ("B", 4, "A", 1)
    assert not row["is_clear"]
    assert row["refusal"] == "the groups are too small for any difference to be called clear"


def test_the_smallest_groups_that_can_differ_clearly():
    row = found(panel("AAABBBBB", [0, 1, 1, 3, 4, 4, 5, 5])).iloc[0]
    assert (row["p_value"], row["is_clear"], row["refusal"]) == (1 / 56, True, "")
    unclear = found(panel("AAABBBBB", [0, 4, 1, 3, 1, 4, 5, 0])).iloc[0]
    assert not unclear["is_clear"] and unclear["refusal"] == ""
    small = found(panel("AAABBBB", [0, 1, 1, 3, 4, 4, 5])).iloc[0]
    assert (small["p_value"], small["is_clear"], small["refusal"]) == (2 / 35, False, groups.TOO_SMALL)


def test_three_groups_have_epsilon_squared():
    ratings = panel("AAAABBBBCCCC", [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    row = found(ratings).iloc[0]
    h = stats.kruskal([0, 0, 1, 1], [2, 2, 3, 3], [4, 4, 5, 5]).statistic
    assert row["statistic"] == pytest.approx(h)
    assert row["effect"] == pytest.approx(h / 11)
    assert (row["effect_name"], row["effect_reading"]) == ("epsilon squared", "very strong")
    assert row["is_clear"]
    assert row["p_value"] == 1 / 1000


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("Cliff's delta", 0.146, "negligible"), ("Cliff's delta", 0.147, "small"), ("Cliff's delta", 0.33, "medium"),
        ("Cliff's delta", 0.474, "large"), ("epsilon squared", 0.009, "negligible"), ("epsilon squared", 0.01, "weak"),
        ("epsilon squared", 0.15, "moderate"), ("epsilon squared", 0.16, "relatively strong"),
        ("epsilon squared", 0.63, "strong"), ("epsilon squared", 1.0, "very strong"),
    ],
)  # fmt: skip
def test_the_usual_words_of_the_effect(name, size, words):
    assert groups._in_words(size, name) == words


# who is in which group


def test_small_groups_and_those_without_a_sector_are_pooled():
    ratings = panel("AAABBC ", [3, 3, 3, 1, 1, 2, 2])
    table = groups.medians(ratings, model("funding"), by="sector")
    assert table[["group", "n", "median", "is_pooled"]].to_numpy().tolist() == [
        ["A", 3, 3.0, False], ["others", 4, 1.5, True],
    ]  # fmt: skip
    row = found(ratings).iloc[0]
    assert (row["n"], row["n_groups"], row["lowest_group"]) == (7, 2, "others")


def test_a_pool_of_two_is_left_out():
    ratings = panel("AAABBBC ", [3, 3, 3, 1, 1, 2, 5, 5])
    assert found(ratings).loc[0, "n"] == 6
    assert set(groups.medians(ratings, model("funding"), by="sector")["group"]) == {"A", "B"}


def test_a_group_is_never_shown_where_fewer_than_three_of_it_rated():
    both = pd.concat([panel("AAABBBCCC", [3, 3, None, 1, 1, 2, 4, 4, 5]), panel("AAABBBCCC", [1] * 9, "digital")])
    table = groups.medians(both, model("funding", "digital"), by="sector").set_index(["dimension", "group"])
    assert table.loc[("funding", "A"), ["median", "q1", "q3"]].isna().all()
    assert table.loc[("funding", "A"), "n"] == 2
    assert table.loc[("funding", "C"), "median"] == 4
    row = found(both).iloc[0]
    assert (row["n"], row["n_groups"], row["refusal"]) == (8, 3, "")
    assert {row["highest_group"], row["lowest_group"]} == {"C", "B"}


def test_quartiles_are_shown_from_five_ratings_on():
    """Of three ratings the quartiles give every one back: 4, 4, 5 have 4, 4, 4.5."""
    both = pd.concat([panel("AAAAABBBB", [1, 2, 3, 4, 5, 4, 4, 5, 1]),
                      panel("AAAAABBBB", [1, 2, 3, 4, None, 4, 4, 5, 1], "digital")])  # fmt: skip
    table = groups.medians(both, model("funding", "digital"), by="sector").set_index(["dimension", "group"])
    assert table.loc[("funding", "A"), ["q1", "median", "q3"]].tolist() == [2, 3, 4]
    for fewer in (("funding", "B"), ("digital", "A"), ("digital", "B")):
        assert table.loc[fewer, "n"] == 4 and pd.notna(table.loc[fewer, "median"])
        assert table.loc[fewer, ["q1", "q3"]].isna().all()


def test_somebody_without_a_rating_makes_no_group():
    ratings = panel("AAABBB", [3, 3, None, 1, 1, 2])
    assert found(ratings).loc[0, "refusal"] == (
        "there are fewer than two groups of at least 3 stakeholders; 2 stakeholders are in smaller ones or in none"
    )


WITHHELD = panels.withhold_small_panels(panel("AAAB", [1, 2, 3, 4]))


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        (panel("AAAAAA", [1, 2, 3, 4, 5, 5]), "there are fewer than two groups of at least 3 stakeholders"),
        (
            panel("AAAAAB", [1, 2, 3, 4, 5, 5]),
            "there are fewer than two groups of at least 3 stakeholders; 1 stakeholder is in smaller ones or in none",
        ),
        (panel("AAABBB", [2] * 6), "everybody gave the same rating"),
        (WITHHELD, "single ratings are not shown"),
    ],
)
def test_where_there_is_no_test_the_row_says_why(ratings, why):
    row = found(ratings).iloc[0]
    assert row["refusal"] == why
    assert row[["statistic", "p_value", "p_adjusted", "effect", "highest_median", "lowest_median"]].isna().all()
    assert row[["effect_name", "effect_reading", "highest_group", "lowest_group"]].tolist() == [""] * 4
    assert not row["is_clear"]


def test_a_dimension_that_too_few_rated_is_refused_alone():
    both = pd.concat([panel("AAABBB", [1, 1, None, 2, 3, 3]), panel("AAABBB", [1, 1, 2, 2, 3, 3], "digital")])
    assert found(both)["refusal"].tolist() == [
        "fewer than two groups have at least 3 ratings of it", groups.TOO_SMALL,
    ]  # fmt: skip


def test_a_withheld_wave_has_no_medians():
    table = groups.medians(WITHHELD, model("funding"), by="sector")
    assert table.empty
    assert list(table.columns) == groups.MEDIANS


# against scipy, and over chance

RATING = st.one_of(st.none(), st.integers(0, 5))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=15, max_size=15), st.sets(st.integers(0, 14), max_size=4))
def test_h_is_that_of_scipy_with_ties_and_missing_ratings(levels, missing):
    levels = [None if place in missing else level for place, level in enumerate(levels)]
    parts = [[level for level in part if level is not None] for part in (levels[:4], levels[4:9], levels[9:])]
    row = found(panel("AAAABBBBBCCCCCC", levels), permutations=9).iloc[0]
    if min(map(len, parts)) >= 3 and not row["refusal"]:
        assert row["statistic"] == pytest.approx(stats.kruskal(*parts).statistic)


@pytest.mark.parametrize("levels", [[0, 1, 1, 2, 4, 4, 3, 1, 2], [5, 0, 0, 0, 5, 5, 3, 3, 1]])
def test_the_exact_p_value_is_that_of_scipy(levels):
    parts = [levels[at : at + 3] for at in (0, 3, 6)]
    exact = stats.permutation_test(
        parts, lambda *xs: stats.kruskal(*xs).statistic, alternative="greater", n_resamples=np.inf
    )
    assert found(panel("AAABBBCCC", levels), permutations=1680).loc[0, "p_value"] == pytest.approx(exact.pvalue)
    sampled = found(panel("AAABBBCCC", levels), permutations=1679).loc[0, "p_value"]
    assert sampled != exact.pvalue
    assert sampled == pytest.approx(exact.pvalue, abs=0.05)


def test_a_missing_rating_is_dealt_with_its_stakeholder():
    """Done here one arrangement at a time: the groups of those who rated grow and shrink with the dealing."""
    levels = [1, None, 2, 0, 4, 2, 5, 1]

    def h(labels):
        parts = [[at for at, own in zip(levels, labels, strict=True) if own == g and at is not None] for g in (0, 1)]
        return stats.kruskal(*parts).statistic

    every = [h(labels) for labels in set(permutations([0] * 4 + [1] * 4))]
    share = np.mean(np.array(every) >= h([0] * 4 + [1] * 4) - 1e-9)
    ratings = pd.concat([panel("AAAABBBB", levels), panel("AAAABBBB", [1] * 8, "digital")])
    assert found(ratings).loc[0, "p_value"] == pytest.approx(share)


def test_without_a_difference_about_one_in_twenty_falls_below_a_twentieth():
    rng = np.random.default_rng(20190401)
    codes = tuple(f"d{number}" for number in range(400))
    levels = rng.binomial(5, 0.5, (400, 14))
    ratings = pd.concat([panel("AAAABBBBBCCCCC", row, code) for code, row in zip(codes, levels.tolist(), strict=True)])
    table = groups.differences(ratings, model(*codes), by="sector", permutations=999)
    below = int((table["p_value"] < 0.05).sum())
    assert stats.binom.ppf(0.0005, 400, 0.05) <= below <= stats.binom.ppf(0.9995, 400, 0.05)
    assert table["p_value"].between(0.001, 1).all()
    assert not table["is_clear"].any()


def test_where_nothing_differs_about_one_panel_in_twenty_has_anything_clear():
    """Twelve dimensions that hang together as ratings do; 400 panels, Health and others as in a real one."""
    rng = np.random.default_rng(20190401)
    labels, tested = np.repeat([0, 1], [4, 8]), np.ones(12, dtype=bool)
    clear, unadjusted = 0, 0
    for _ in range(400):
        own = rng.normal(0, 0.8, (12, 1)) + rng.normal(0, 0.8, (12, 12))
        scores = np.clip(np.round(2.5 + own), 0, 5)
        numbers, _ = groups._tested(scores, labels, tested, 999, 1)
        clear += bool((numbers["p_adjusted"] < 0.05).any())
        unadjusted += bool((numbers["p_value"] < 0.05).any())
    assert stats.binom.ppf(0.0005, 400, 0.02) <= clear <= stats.binom.ppf(0.9995, 400, 0.05)
    assert unadjusted > stats.binom.ppf(0.9995, 400, 0.05)


def test_where_some_dimensions_differ_the_others_are_not_called_different_more_often():
    rng = np.random.default_rng(20190401)
    labels, tested, wrong = np.repeat([0, 1], [5, 7]), np.ones(8, dtype=bool), 0
    for _ in range(300):
        scores = rng.binomial(5, 0.5, (12, 8)).astype(float)
        scores[:, :3] = np.where(labels[:, None] == 1, 5, rng.binomial(1, 0.5, (12, 3)))
        numbers, _ = groups._tested(scores, labels, tested, 999, 1)
        assert (numbers["p_adjusted"][:3] < 0.05).all()
        wrong += bool((numbers["p_adjusted"][3:] < 0.05).any())
    assert wrong <= stats.binom.ppf(0.9995, 300, 0.05)


def test_names_of_stakeholders_and_groups_decide_nothing():
    rng = np.random.default_rng(4)
    sectors = "AAAAABBBBBCCCCCC"
    ratings = pd.concat([panel(sectors, rng.integers(0, 6, 16).tolist(), f"d{k}") for k in range(5)])
    table, p = found(ratings), ["statistic", "p_value", "p_adjusted", "is_clear"]
    for seed in range(5):
        names = dict(zip(ratings["stakeholder"].unique(), np.random.default_rng(seed).permutation(16), strict=True))
        renamed = found(ratings.assign(stakeholder=ratings["stakeholder"].map(names).map("P{:02}".format)))
        pd.testing.assert_frame_equal(renamed, table, check_exact=True)
        others = dict(zip("ABC", np.random.default_rng(seed).permutation(list("XYZ")), strict=True))
        pd.testing.assert_frame_equal(found(ratings.assign(sector=ratings["sector"].map(others)))[p], table[p])
    assert (table["p_value"] * 1000 == (table["p_value"] * 1000).round()).all()  # drawn, not listed


@settings(max_examples=12, deadline=None)
@given(st.lists(RATING, min_size=22, max_size=22), st.randoms(use_true_random=False))
def test_laws(levels, random):
    """The order of the rows and the names of the groups change no number; p lies in (0, 1] and p_adjusted above it."""
    sectors = "AAABBBBCCC "
    ratings = pd.concat([panel(sectors, levels[:11]), panel(sectors, levels[11:], "digital")])
    table = found(ratings, permutations=199)
    shuffled = ratings.iloc[random.sample(range(len(ratings)), len(ratings))]
    codes = tuple(dict.fromkeys(ratings["dimension"]))
    again = groups.differences(shuffled, model(*codes), by="sector", permutations=199)
    pd.testing.assert_frame_equal(table, again)
    other_names = ratings["sector"].map({"A": "Z", "B": "Y", "C": "X", "": ""})
    renamed = found(ratings.assign(sector=other_names), permutations=199)
    numbers = ["n", "n_groups", "statistic", "p_value", "p_adjusted", "is_clear", "refusal"]
    pd.testing.assert_frame_equal(table[numbers], renamed[numbers])
    tested = table[table["refusal"] == ""]
    assert ((tested["p_value"] > 0) & (tested["p_value"] <= tested["p_adjusted"]) & (tested["p_adjusted"] <= 1)).all()


def test_bad_input_is_refused_and_the_input_is_not_changed():
    before = LOW_HIGH.copy(deep=True)
    found(LOW_HIGH)
    groups.medians(LOW_HIGH, model("funding"), by="sector")
    pd.testing.assert_frame_equal(LOW_HIGH, before)
    for call in (found, lambda ratings, **options: groups.medians(ratings, model("funding"), **options)):
        with pytest.raises(ValueError, match="by is one of role, sector; this is 'age'"):
            call(LOW_HIGH, by="age")
    with pytest.raises(ValueError, match="permutations is at least 1; this is 0"):
        found(LOW_HIGH, permutations=0)
    with pytest.raises(ValueError, match="lacks the column stakeholder"):
        found(LOW_HIGH.drop(columns="stakeholder"))
    with pytest.raises(ValueError, match="one region at a time"):
        found(pd.concat([LOW_HIGH.assign(region="a"), LOW_HIGH.assign(region="b")]))
    with pytest.raises(ValueError, match="there is no wave '2020-01'"):
        found(LOW_HIGH, wave="2020-01")


def test_the_same_seed_gives_the_same_p_values_and_another_seed_others():
    ratings = panel("AAAABBBBCCCC", [0, 3, 1, 5, 2, 1, 3, 0, 4, 2, 5, 1])
    first, again, other = (found(ratings, seed=seed).loc[0, "p_value"] for seed in (1, 1, 2))
    assert first == again != other
