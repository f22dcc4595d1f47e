"""Where to begin: points that can be worked out again, who has no rank, and how firm the ranking is."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from helpers.scoring import priorities

SCALE = (0, 5)
EVEN = {"gap": 1, "disagreement": -1, "confidence": 1, "need": 1}
CODES = ["a", "b", "c", "d", "e"]


def profile(levels, desired=None):
    table = pd.DataFrame({
        "dimension": CODES[: len(levels)],
        "dimension_name": [f"Dimension {code}" for code in CODES[: len(levels)]],
        "short_name": CODES[: len(levels)],
        "order": range(1, len(levels) + 1),
        "wave": "2025-03",
        "level": pd.array(levels, dtype="Int64"),
    })  # fmt: skip
    return table if desired is None else table.assign(desired=pd.array(desired, dtype="Int64"))


def agreement(*values):
    return pd.DataFrame({"dimension": CODES[: len(values)], "agreement_a": values})


def need(*values):
    words = ["" if value is None else "worse" for value in values]
    return pd.DataFrame({"dimension": CODES[: len(values)], "need": values, "need_words": words})


def ratings(**confidence):
    """One rating a stakeholder and dimension, with the confidence of each."""
    rows = [
        (f"S{n}", code, 3, sure, pd.Timestamp("2025-03-14"))
        for code, given_words in confidence.items()
        for n, sure in enumerate(given_words)
    ]
    return pd.DataFrame(rows, columns=["stakeholder", "dimension", "rating", "confidence", "date"])


def ranked(*tables, weights=EVEN, **options):
    found = priorities.ranking(*tables, weights=weights, scale=SCALE, **({"draws": 500} | options))
    return found.set_index("dimension")


def test_points_are_the_weighted_criteria_and_can_be_worked_out_by_hand():
    sure = ratings(a=["high", "medium", "low", ""], b=["high", "high"])
    table = profile([1, 3], [4, 4])
    found = ranked(table, agreement(0.5, -1.0), sure, need(0.5, 1.0), weights={**EVEN, "gap": 2}, draws=100)
    # a: gap 3 of the widest, 3; disagreement 1/4 (so 3/4 speaks for it), confidence (1 + 1/2) / 3, need 1/2;
    # the weights add up to 5
    row = found.loc["a"]
    assert (row["gap"], row["gap_share"], row["disagreement"], row["confidence"]) == (3, 1.0, 0.25, 0.5)
    points = [row[f"points_{name}"] for name in priorities.CRITERIA]
    assert points == pytest.approx([40, 20 * 0.75, 20 * 0.5, 20 * 0.5]) and row["points"] == pytest.approx(75)
    assert found.loc["b", "points"] == pytest.approx(40 / 3 + 20 * 0 + 20 * 1 + 20 * 1)
    assert found["rank"].tolist() == [1, 2] and found["desired_from"].tolist() == ["declared"] * 2
    assert sorted(found.reset_index().columns) == sorted(priorities.COLUMNS)
    assert [str(found[name].dtype) for name in ("rank", "level", "desired", "gap")] == ["Int64"] * 4


def test_a_plus_sign_turns_disagreement_round():
    table, apart = profile([1, 1], [4, 4]), agreement(1.0, -0.5)
    assert ranked(table, apart)["rank"].to_dict() == {"a": 1, "b": 2}
    assert ranked(table, apart, weights={"gap": 1, "disagreement": 1})["rank"].to_dict() == {"b": 1, "a": 2}


def test_a_missing_criterion_counts_neither_for_nor_against_and_is_shown_as_missing():
    found = ranked(profile([1, 1], [4, 4]), need=need(None, 0.0), weights={"gap": 1, "need": 1})
    assert found["points"].to_dict() == {"a": 100, "b": 50} and found["rank"].to_dict() == {"a": 1, "b": 2}
    assert ranked(profile([1], [4]), need=need(None), weights={"need": 1})["rank"].isna().all()
    assert found["points_need"].isna().to_dict() == {"a": True, "b": False}
    assert found["need_words"].to_dict() == {"a": "", "b": "worse"}


def test_a_criterion_that_no_dimension_has_is_left_out_and_said():
    found = ranked(profile([1, 2], [5, 5])).reset_index()
    assert found["points"].tolist() == [100, 75]
    assert priorities.left_out(found) == ["disagreement", "confidence", "need"]
    told = priorities.weights_table(EVEN, found).set_index("criterion")
    assert told["share_pct"].tolist() == [100, 0, 0, 0]
    assert told.loc["need", "direction"] == "left out: not known of any dimension"


def test_who_has_reached_the_desired_level_has_no_rank_however_great_the_need():
    found = ranked(profile([4, 3, 1], [4, 2, 3]), need=need(1.0, 1.0, 0.0))
    assert found.index.tolist() == ["c", "a", "b"]
    assert found["rank"].tolist() == [1, pd.NA, pd.NA]
    assert found["refusal"].tolist() == ["", priorities.REACHED, priorities.BEYOND]
    assert found["gap"].tolist() == [2, 0, 0]
    assert found.loc[["a", "b"], ["points", "share_top_three"]].isna().all(axis=None)
    assert found.loc["a", "reading"] == ""


def test_without_any_desired_level_the_highest_stands_in_and_it_is_said():
    for table in (profile([1, 5]), profile([1, 5], [None, None])):
        found = ranked(table)
        assert found["desired"].tolist() == [5, 5] and found["gap"].to_dict() == {"a": 4, "b": 0}
        assert set(found["desired_from"]) == {"highest level"}


def test_a_declared_aim_and_the_highest_level_are_not_mixed():
    found = ranked(profile([1, 1, None], [4, None, 4]))
    assert found["desired_from"].tolist() == ["declared", "", "declared"]
    assert found["rank"].tolist() == [1, pd.NA, pd.NA] and found["gap"].tolist() == [3, pd.NA, pd.NA]
    assert found["refusal"].tolist() == ["", priorities.UNDECLARED, priorities.NO_LEVEL]


def test_ties_share_a_rank_and_the_next_one_counts_them():
    assert ranked(profile([1, 1, 0, 3], [4, 4, 4, 4]))["rank"].to_dict() == {"c": 1, "a": 2, "b": 2, "d": 4}


def test_where_no_weighted_criterion_is_known_there_is_no_ranking():
    found = ranked(profile([1, 1], [4, 4]), weights={"need": 1})
    assert found["rank"].isna().all() and set(found["refusal"]) == {priorities.NO_CRITERION}
    assert ranked(profile([5, 5]))["rank"].isna().all()
    assert ranked(profile([])).empty


def test_confidence_is_of_the_ratings_that_count_in_the_profiles_wave():
    earlier = ratings(a=["low", "low"]).assign(date=pd.Timestamp("2023-01-01"))
    agreed = ratings(a=["high"]).assign(stakeholder="Consensus")
    sure = pd.concat([ratings(a=["high", "medium"]), agreed, earlier], ignore_index=True)
    assert ranked(profile([1], [4]), ratings=sure).loc["a", "confidence"] == 0.75
    assert math.isnan(ranked(profile([1], [4]), ratings=sure.drop(columns="confidence")).loc["a", "confidence"])


@pytest.mark.parametrize(("weights", "message"), [
    ({}, "at least one has to be other than 0"),
    ({"gap": 0, "need": 0}, "at least one has to be other than 0"),
    ({"gap": 1, "speed": 1}, "there is no criterion speed; there are gap, disagreement, confidence, need"),
    ({"gap": float("nan")}, "that of gap has to be a number, and nan is none"),
    ({"gap": float("inf")}, "that of gap"), ({"gap": "3"}, "that of gap"), ({"gap": True}, "that of gap"),
    ({"gap": None}, "that of gap"),
])  # fmt: skip
def test_weights_that_cannot_be_used_are_refused(weights, message):
    for use in (lambda: ranked(profile([1], [4]), weights=weights), lambda: priorities.weights_table(weights)):
        with pytest.raises(ValueError, match=message):
            use()


def test_levels_off_the_scale_and_missing_columns_are_refused():
    with pytest.raises(ValueError, match="the column desired holds a level off the scale 0-5"):
        ranked(profile([1], [6]))
    with pytest.raises(ValueError, match="lacks the column level"):
        ranked(profile([1]).drop(columns="level"))


def test_the_weights_are_said_in_words():
    told = priorities.weights_table({"gap": 3, "disagreement": -1, "need": 0}).set_index("criterion")
    assert told["share_pct"].to_dict() == {"gap": 75, "disagreement": 25, "confidence": 0, "need": 0}
    assert told["direction"].tolist() == [
        "a wider gap makes a dimension more urgent", "less disagreement makes a dimension more urgent",
        "not counted", "not counted",
    ]  # fmt: skip
    assert list(told.columns) == ["weight", "share_pct", "direction", "meaning"] and (told["meaning"] != "").all()
    assert dict(priorities.DEFAULT_WEIGHTS) == {"gap": 3, "disagreement": -1, "confidence": 1, "need": 2}


# how firm


def test_a_dimension_that_leads_on_everything_is_always_there_and_one_that_trails_never():
    values = [0.8, 0.6, 0.4, 0.2, 0.0]
    found = ranked(profile([0, 1, 2, 3, 4], [5] * 5), agreement(*[1 - v for v in values[::-1]]), need=need(*values))
    assert found["share_top_three"].tolist() == [1, 1, 1, 0, 0]
    assert found["reading"].tolist() == [
        *["in the top three under almost any weights"] * 3, *["hardly ever in the top three"] * 2,
    ]  # fmt: skip


def test_the_share_is_that_of_the_weightings_worked_out_exactly():
    """Two criteria: a leads on the gap; b, c and d on need. a is among three while w > w / 4 + 4 / 5 (1 - w)."""
    found = ranked(
        profile([1, 4, 4, 4], [5] * 4), need=need(0.0, 0.8, 0.8, 0.8), weights={"gap": 9, "need": 1}, draws=40_000
    )
    exact = 1 - 0.8 / (0.75 + 0.8)  # the size of the gap's weight is even between 0 and 1
    assert found.loc["a", "share_top_three"] == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 40_000))
    assert found.loc["b", "share_top_three"] == 1
    assert found.loc["a", "reading"] == "in the top three under some weights"


def test_with_three_or_fewer_there_is_nothing_to_be_firm_about():
    assert set(ranked(profile([1, 2], [4, 4]))["reading"]) == {"one of only 2 with a gap"}
    assert set(ranked(profile([1], [4]))["reading"]) == {"the only one with a gap"}


SHARE = st.one_of(st.none(), st.floats(0, 1).map(lambda value: round(value, 3)))
ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), SHARE, SHARE), min_size=1, max_size=5)
WEIGHT = st.integers(-4, 4)


def tables(rows):
    levels, desired, apart, needed = zip(*rows, strict=True)
    found = agreement(*[None if a is None else 1 - 2 * a for a in apart]).astype({"agreement_a": float})
    return profile(levels, desired), found, None, need(*needed).astype({"need": float})


@settings(max_examples=80, deadline=None)
@given(ROWS, WEIGHT, WEIGHT, WEIGHT, st.integers(2, 9), st.randoms(use_true_random=False))
def test_laws_of_the_ranking(rows, gap, apart, needed, factor, random):
    weights = {"gap": gap, "disagreement": apart, "need": needed}
    assume(any(weights.values()))
    given_tables = tables(rows)
    before = given_tables[0].copy()
    found = ranked(*given_tables, weights=weights, draws=60)
    pd.testing.assert_frame_equal(given_tables[0], before)
    scaled = ranked(*given_tables, weights={name: factor * weight for name, weight in weights.items()}, draws=60)
    pd.testing.assert_frame_equal(scaled, found, check_exact=False)
    order = random.sample(range(len(rows)), len(rows))
    mixed = [table if table is None else table.iloc[order] for table in given_tables]
    pd.testing.assert_frame_equal(ranked(*mixed, weights=weights, draws=60), found)
    shares, n = found["share_top_three"].dropna(), found["rank"].notna().sum()
    assert shares.between(0, 1).all() and len(shares) == n and shares.sum() >= min(3, n) - 1e-9
    assert found["points"].dropna().between(-1e-9, 100 + 1e-9).all()
    each = found.loc[found["rank"].notna(), [f"points_{name}" for name in priorities.CRITERIA]].sum(axis=1)
    assert np.allclose(each, found["points"].dropna())
    assert ((found["refusal"] == "") == found["rank"].notna()).all()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(ROWS, st.integers(1, 4), WEIGHT, WEIGHT, st.data())
def test_a_larger_gap_never_lowers_a_rank(rows, gap, apart, needed, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    level, desired, *others = rows[place]
    assume(level < desired < 5)
    weights = {"gap": gap, "disagreement": apart, "need": needed}
    wider = [(level, desired + 1, *others) if n == place else row for n, row in enumerate(rows)]
    code = CODES[place]
    first, second = (ranked(*tables(each), weights=weights, draws=60).loc[code] for each in (rows, wider))
    assert second["rank"] <= first["rank"] and second["share_top_three"] >= first["share_top_three"]
