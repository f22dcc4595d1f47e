"""Parts into a whole: counts and weights of levels, and never a mean."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring import rollup

PEOPLE = {"east": 100, "mid": 200, "west": 700}


def levels(**by_dimension):
    """Levels of east, mid and west in each dimension."""
    rows = [
        (part, f"{part.title()} Locality", code, code.title(), order, level)
        for order, (code, given_levels) in enumerate(by_dimension.items(), start=1)
        for part, level in zip(PEOPLE, given_levels, strict=True)
    ]
    return pd.DataFrame(rows, columns=["part", "part_name", "dimension", "dimension_name", "order", "level"])


def both(weights=PEOPLE, **by_dimension):
    rolled = rollup.roll_up(levels(**by_dimension), weights, weight_name="population, mid-2021")
    return rolled, rollup.summary(rolled)


def test_levels_are_counted_plain_and_by_weight():
    rolled, whole = both(funding=[4, 1, 4], digital=[0, 5, 3])
    assert rolled[["dimension", "level", "n_parts", "parts", "share_weight"]].to_numpy().tolist() == [
        ["funding", 1, 1, "Mid Locality", 0.2],
        ["funding", 4, 2, "East Locality; West Locality", 0.8],
        ["digital", 0, 1, "East Locality", 0.1],
        ["digital", 3, 1, "West Locality", 0.7],
        ["digital", 5, 1, "Mid Locality", 0.2],
    ]
    assert whole.drop(columns=["dimension_name", "order"]).to_numpy().tolist() == [
        ["funding", 3, 1, 4, 4, 0.8, "population, mid-2021"],
        ["digital", 3, 0, 5, 3, pytest.approx(0.9), "population, mid-2021"],
    ]
    assert list(rolled.columns) == rollup.ROLLED and list(whole.columns) == rollup.SUMMED
    assert str(rolled["level"].dtype) == "Int64" and str(whole["middle_level"].dtype) == "Int64"


@pytest.mark.parametrize(("weights", "given_levels", "middle"), [
    ({"east": 1, "mid": 1, "west": 2}, [0, 1, 5], 1),  # exactly half stands at 1 or below: the lower one
    ({"east": 1, "mid": 1, "west": 3}, [0, 1, 5], 5),
    ({"east": 5, "mid": 1, "west": 3}, [2, 5, 4], 2),
])  # fmt: skip
def test_the_middle_level_is_the_lower_weighted_median_and_a_level_of_a_part(weights, given_levels, middle):
    assert both(weights, funding=given_levels)[1]["middle_level"].tolist() == [middle]


def test_shares_that_do_not_add_up_to_exactly_one_half_are_one_half():
    table = pd.concat([levels(funding=[0, 1, 2]), levels(funding=[5, 5, 5]).head(1).assign(part="north")])
    weights = {"east": 1, "mid": 4, "west": 1, "north": 6}  # 1/12 + 4/12 + 1/12 is 0.49999999999999994 to a computer
    assert rollup.summary(rollup.roll_up(table, weights, weight_name="w"))["middle_level"].tolist() == [2]


def test_a_part_without_a_level_is_left_out_of_that_dimension_only():
    rolled, whole = both(funding=[4, None, 2], digital=[None, None, None])
    assert whole["n_parts"].tolist() == [2, 0]
    assert rolled["share_weight"].tolist()[:2] == [0.875, 0.125]
    assert rolled.iloc[2][["dimension", "n_parts", "parts"]].tolist() == ["digital", 0, ""]
    assert whole.loc[1, ["lowest", "highest", "middle_level", "share_at_or_above_3"]].isna().all()


@pytest.mark.parametrize(("weights", "message"), [
    ({"east": 1, "mid": 1}, "the part west has no weight"),
    ({**PEOPLE, "mid": 0}, "the part mid has the weight 0, which is not a positive number"),
    ({**PEOPLE, "mid": -1}, "the part mid has the weight -1"),
    ({**PEOPLE, "mid": float("nan")}, "the part mid has the weight nan"),
    ({**PEOPLE, "mid": float("inf")}, "the part mid has the weight inf"),
    ({**PEOPLE, "mid": "200"}, "the part mid has the weight '200'"),
    ({**PEOPLE, "mid": True}, "the part mid has the weight True"),
    ({**PEOPLE, "mid": pd.NA}, "the part mid has the weight <NA>"),
])  # fmt: skip
def test_a_weight_that_cannot_be_is_refused_with_its_part(weights, message):
    with pytest.raises(ValueError, match=message):
        both(weights, funding=[1, 2, 3])


def test_what_else_cannot_be_is_refused():
    table = levels(funding=[1, 2, 3])
    with pytest.raises(ValueError, match="the part east has more than one row for funding"):
        rollup.roll_up(pd.concat([table, table.head(1)]), PEOPLE, weight_name="people")
    with pytest.raises(ValueError, match="the column level holds more than whole numbers"):
        rollup.roll_up(table.assign(level=[1.5, 2, 3]), PEOPLE, weight_name="people")
    with pytest.raises(ValueError, match="the part mid stands at level 6 of funding, off the scale 0-5"):
        both(funding=[1, 6, 3])
    with pytest.raises(ValueError, match="the part east stands at level 0 of funding, off the scale 1-3"):
        rollup.roll_up(levels(funding=[0, None, 3]), PEOPLE, weight_name="people", scale=(1, 3))
    with pytest.raises(ValueError, match="lacks the column part_name"):
        rollup.roll_up(table.drop(columns="part_name"), PEOPLE, weight_name="people")
    with pytest.raises(ValueError, match="lacks the column n_parts, parts, share_weight, weight_name"):
        rollup.summary(table)


def test_weights_of_other_parts_change_nothing_and_no_part_is_no_error():
    assert both({**PEOPLE, "north": -5}, funding=[1, 2, 3])[1].equals(both(funding=[1, 2, 3])[1])
    rolled = rollup.roll_up(levels(), {}, weight_name="people")
    assert rolled.empty and rollup.summary(rolled).empty


PARTS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 1000)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(PARTS, st.randoms(use_true_random=False), st.integers(2, 50))
def test_laws_of_the_whole(parts, random, factor):
    table = pd.DataFrame(
        [(f"p{n}", f"Part {n}", "x", "X", 1, level) for n, (level, _) in enumerate(parts)],
        columns=["part", "part_name", "dimension", "dimension_name", "order", "level"],
    )
    weights = {f"p{n}": weight for n, (_, weight) in enumerate(parts)}
    rolled = rollup.roll_up(table, weights, weight_name="w")
    (whole,) = rollup.summary(rolled).to_dict("records")
    assert rolled["share_weight"].sum() == pytest.approx(1) and rolled["n_parts"].sum() == len(parts)
    total = sum(weights.values())
    shares = {level: Fraction(sum(w for own, w in parts if own <= level), total) for level in range(6)}
    assert whole["middle_level"] == min(level for level, share in shares.items() if share >= Fraction(1, 2))
    assert whole["share_at_or_above_3"] == pytest.approx(float(1 - shares[2]))
    assert (whole["lowest"], whole["highest"]) == (min(parts)[0], max(parts)[0])
    mixed = table.sample(frac=1, random_state=random.randrange(2**32))
    pd.testing.assert_frame_equal(rollup.roll_up(mixed, weights, weight_name="w"), rolled)
    scaled = rollup.roll_up(table, {part: weight * factor for part, weight in weights.items()}, weight_name="w")
    pd.testing.assert_frame_equal(scaled, rolled)
    even = rollup.summary(rollup.roll_up(table, dict.fromkeys(weights, 1), weight_name="w"))
    ordered = sorted(level for level, _ in parts)
    assert even["middle_level"].iloc[0] == ordered[(len(ordered) - 1) // 2]
