"""The profile of a wave: medians, quartiles, waves, small panels, strengths, weaknesses and movement."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import Dimension, Model
from helpers.scoring import maturity

CODES = ("readiness", "digital", "funding")
FLAGS = {"readiness": "with caution", "digital": "no", "funding": "with caution"}


def model(id_="exchange", generation="Exchange", codes=CODES) -> Model:
    dimensions = tuple(
        Dimension(
            code=code, order=order, name=code.title(), short_name=code[:4], objective="",
            levels={level: f"{code} at {level}" for level in range(6)}, former_names=(), other_names=(),
            translations={}, comparable_with_exchange=FLAGS[code],
        )
        for order, code in enumerate(codes, start=1)
    )  # fmt: skip
    return Model(id_, id_.title(), generation, 0, 5, dimensions, "", "", "")


def ratings(rows, **columns) -> pd.DataFrame:
    """One row for each (stakeholder, levels over the dimensions)."""
    long = [(who, code, level) for who, levels in rows for code, level in zip(CODES, levels, strict=True)]
    return pd.DataFrame(long, columns=["stakeholder", "dimension", "rating"]).assign(**columns)


FOUR = ratings(
    [("Anna", (1, 0, 3)), ("Ben", (2, 4, None)), ("Cara", (3, 5, 3)), ("Dan", (4, 5, 3)), ("Consensus", (3, 3, None))],
    date="2025-03-14",
)


def test_the_profile_has_one_row_a_dimension_in_model_order():
    table = maturity.profile(FOUR, model()).set_index("dimension")
    assert list(table.index) == list(CODES)
    assert table["median"].tolist() == [2.5, 4.5, 3.0]
    assert table["q1"].tolist() == [1.75, 3.0, 3.0]
    assert table["q3"].tolist() == [3.25, 5.0, 3.0]
    assert table["n"].tolist() == [4, 4, 3]
    assert table["n_missing"].tolist() == [0, 0, 1]
    assert table["spread"].tolist() == [1.5, 2.0, 0.0]
    assert table[["minimum", "maximum"]].to_numpy().tolist() == [[1, 4], [0, 5], [3, 3]]


def test_a_median_between_two_levels_counts_the_ratings_on_either_side_as_at_it():
    table = maturity.profile(FOUR, model()).set_index("dimension")
    assert table["n_at_median"].tolist() == [2, 3, 3]
    assert table["share_at_median"].tolist() == [0.5, 0.75, 1.0]


def test_the_most_chosen_level_is_not_the_same_as_the_ratings_about_the_median():
    split = ratings([(who, (level, 1, 1)) for who, level in (("Anna", 2), ("Ben", 2), ("Cara", 3), ("Dan", 3))])
    row = maturity.profile(split, model()).iloc[0]
    assert (row["n_at_median"], row["n_most_chosen"]) == (4, 2)


def test_the_level_is_the_consensus_and_without_one_the_median_rounded_down():
    table = maturity.profile(FOUR, model()).set_index("dimension")
    assert table["level"].tolist() == [3, 3, 3]
    assert table["level_from"].tolist() == ["consensus", "consensus", "median"]
    assert table.loc["funding", "level_text"] == "funding at 3"
    without = maturity.profile(FOUR[FOUR["stakeholder"] != "Consensus"], model())
    assert without["level"].tolist() == [2, 4, 3]


def test_a_missing_rating_is_left_out_and_never_zero():
    table = maturity.profile(ratings([("Anna", (None, 0, 5))]), model()).set_index("dimension")
    assert table.loc["readiness", "n"] == 0
    assert pd.isna(table.loc["readiness", "median"])
    assert pd.isna(table.loc["readiness", "level"])
    assert table.loc["readiness", "level_from"] == ""
    assert table.loc["digital", "level"] == 0


def test_the_input_is_not_changed():
    before = FOUR.copy(deep=True)
    maturity.profile(FOUR, model())
    maturity.with_waves(FOUR)
    maturity.withhold_small_panels(FOUR)
    pd.testing.assert_frame_equal(FOUR, before)


def test_the_distribution_keeps_the_levels_nobody_chose():
    table = maturity.distribution(FOUR, model())
    assert len(table) == 18
    digital = table[table["dimension"] == "digital"]
    assert digital["level"].tolist() == [0, 1, 2, 3, 4, 5]
    assert digital["n"].tolist() == [1, 0, 0, 0, 1, 2]
    assert digital["share"].tolist() == [0.25, 0, 0, 0, 0.25, 0.5]
    assert maturity.distribution(FOUR.iloc[:0], model())["share"].isna().all()


# rounds


def test_the_last_round_counts_and_nobody_is_carried_forward():
    two = pd.concat([ratings([("Anna", (1, 1, 1)), ("Ben", (1, 1, 1))], round=1),
                     ratings([("Anna", (4, 4, None))], round=2)])  # fmt: skip
    table = maturity.profile(two, model()).set_index("dimension")
    assert table["round"].tolist() == [2, 2, 1]
    assert table["n"].tolist() == [1, 1, 2]
    assert table["n_missing"].tolist() == [1, 1, 0]
    assert table["median"].tolist() == [4, 4, 1]


def test_of_two_ratings_in_a_round_the_later_date_counts_and_a_tie_is_refused():
    early, late = (ratings([("Anna", levels)], date=day) for levels, day in (((1, 1, 1), "2025-03-01"),
                                                                             ((2, 2, 2), "2025-03-20")))  # fmt: skip
    assert maturity.profile(pd.concat([late, early]), model())["median"].tolist() == [2, 2, 2]
    with pytest.raises(ValueError, match="'Anna' has two different ratings of 'readiness'"):
        maturity.profile(pd.concat([early, late.assign(date="2025-03-01")]), model())


# waves


def test_a_gap_of_more_than_180_days_starts_a_new_wave():
    dated = pd.DataFrame(
        {
            "stakeholder": ["A", "B", "C", "D"], "dimension": "funding", "rating": 3,
            "date": ["2024-01-01", "2024-06-29", "2024-12-27", "2024-12-25"],
        }
    )  # fmt: skip
    assert maturity.with_waves(dated)["wave"].tolist() == ["2024-12"] * 4
    later = dated.assign(date=["2024-01-01", "2024-06-30", "2024-12-28", "2024-12-29"])
    table = maturity.with_waves(later)
    assert table["wave"].tolist() == ["2024-01", "2024-06", "2024-12", "2024-12"]
    assert table["wave_order"].tolist() == [1, 2, 3, 3]


def test_an_undated_rating_goes_with_its_file():
    table = pd.DataFrame(
        {
            "stakeholder": ["A", "B", "C"], "dimension": "funding", "rating": 3,
            "file": ["one.xlsx", "one.xlsx", "two.xlsx"], "date": ["2025-03-14", None, None],
        }
    )  # fmt: skip
    waves = maturity.with_waves(table)
    assert waves["wave"].tolist() == ["2025-03", "2025-03", "undated"]
    assert waves["wave_order"].tolist() == [1, 1, 0]
    assert maturity.with_waves(table, gap_days=31).equals(waves)
    with pytest.raises(ValueError, match="at least 31"):
        maturity.with_waves(table, gap_days=30)


def test_waves_are_those_of_each_region():
    rows = pd.DataFrame({"stakeholder": ["A", "B"], "dimension": "funding", "rating": 3,
                         "region": ["fife", "moray"], "date": ["2023-01-01", "2025-01-01"]})  # fmt: skip
    assert maturity.with_waves(rows)["wave_order"].tolist() == [1, 1]


def test_waves_are_described_earliest_first():
    both = pd.concat([FOUR, ratings([("Eve", (1, 1, 1))], date="2023-05-02")])
    table = maturity.waves(both)
    assert table["wave_name"].tolist() == ["May 2023", "March 2025"]
    assert table["n_stakeholders"].tolist() == [1, 4]
    assert table["n_ratings"].tolist() == [3, 11]
    assert table["has_consensus"].tolist() == [False, True]


def test_the_profile_is_that_of_the_latest_wave_unless_told():
    both = pd.concat([FOUR, ratings([("Eve", (0, 0, 0))], date="2023-05-02")])
    assert maturity.profile(both, model())["wave"].unique().tolist() == ["2025-03"]
    assert maturity.profile(both, model(), wave="2023-05")["median"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="no wave '2022-01'"):
        maturity.profile(both, model(), wave="2022-01")


# who took part


def test_participants_get_neutral_labels_in_the_order_of_their_names():
    rows = ratings([("P10", (1, 1, 1)), ("P2", (1, None, 1)), ("Consensus", (1, 1, 1))], role="nurse", sector="")
    table = maturity.participants(rows)
    assert table["stakeholder"].tolist() == ["P2", "P10"]
    assert table["label"].tolist() == ["S1", "S2"]
    assert table["n_missing"].tolist() == [1, 0]
    assert maturity.participation(rows).to_dict("records") == [{"role": "nurse", "sector": "not stated", "n": 2}]


def test_below_five_stakeholders_single_ratings_are_taken_out_and_the_consensus_stays():
    small = maturity.withhold_small_panels(FOUR.assign(justification="because", role="nurse", sector="health"))
    own = small[small["kind"] == "individual"]
    assert own["rating"].isna().all()
    assert (own[["justification", "role", "sector"]] == "").all(axis=None)
    assert own["withheld"].tolist() == [True] * 5 + [False] + [True] * 6
    assert (small.loc[small["kind"] == "consensus", "justification"] == "because").all()
    table = maturity.profile(small, model())
    assert table["consensus"].tolist()[:2] == [3, 3]
    assert table["withheld"].all()
    assert table["median"].isna().all()
    assert table[["n", "n_missing"]].to_numpy().sum() == 0
    assert table["n_stakeholders"].tolist() == [4, 4, 4]
    assert maturity.waves(small)[["n_stakeholders", "n_ratings"]].to_numpy().tolist() == [[4, 11]]


def test_of_a_withheld_wave_only_the_number_of_stakeholders_is_left():
    roles = FOUR["stakeholder"].map({"Anna": "nurse", "Ben": "nurse", "Cara": "manager", "Dan": "director"})
    small = maturity.withhold_small_panels(FOUR.assign(role=roles, sector="health"))
    who = maturity.participants(small)
    assert len(who) == 4
    assert (who[["role", "sector"]] == "").all(axis=None)
    assert (who[["n_rated", "n_missing"]] == 0).all(axis=None)
    assert maturity.participation(small).to_dict("records") == [{"role": "not shown", "sector": "not shown", "n": 4}]
    large = ratings([(f"S{k}", (1, 2, 3)) for k in range(5)], date="2023-03-14", role="nurse", sector="care")
    both = maturity.withhold_small_panels(pd.concat([large, FOUR.assign(role=roles, sector="health")]))
    assert maturity.participation(both, wave="2023-03").to_dict("records") == [
        {"role": "nurse", "sector": "care", "n": 5}
    ]


def test_two_waves_do_not_count_the_ratings_that_are_withheld():
    large = ratings([(f"S{k}", (1, 2, 3)) for k in range(5)] + [("Consensus", (1, 2, 3))], date="2023-03-14")
    table = maturity.waves_compared(maturity.withhold_small_panels(pd.concat([large, FOUR])), model())
    assert table["n_earlier"].tolist() == [5, 5, 5]
    assert table["n_later"].isna().all() and table["n_later"].dtype == "Int64"
    assert table["basis"].tolist() == ["consensus", "consensus", ""]


def test_five_stakeholders_are_enough_and_another_wave_does_not_help():
    five = pd.concat([FOUR, ratings([("Eve", (1, 1, 1))], date="2025-03-14")])
    assert not maturity.withhold_small_panels(five)["withheld"].any()
    earlier = pd.concat([FOUR, ratings([("Eve", (1, 1, 1))], date="2023-03-14")])
    assert maturity.withhold_small_panels(earlier)["rating"].dropna().tolist() == [3, 3]


# strong, weak, divided


def a_profile(levels, **columns) -> pd.DataFrame:
    n = len(levels)
    base = {"dimension": list("abcdef")[:n], "dimension_name": list("ABCDEF")[:n], "order": range(1, n + 1)}
    table = pd.DataFrame({**base, "level": pd.array(levels, "Int64"), "median": [float(x or 0) for x in levels]})
    return table.assign(**columns)


def test_strengths_and_weaknesses_are_the_highest_and_lowest_level_with_ties():
    table = a_profile([4, 1, 4, 2, 1, None])
    assert maturity.strengths(table)["dimension"].tolist() == ["a", "c"]
    assert maturity.weaknesses(table)["dimension"].tolist() == ["b", "e"]


def test_a_flat_profile_has_neither():
    table = a_profile([2, 2, None])
    assert maturity.strengths(table).empty
    assert maturity.weaknesses(table).empty


def test_views_are_divided_from_a_spread_of_two_the_widest_first():
    table = a_profile([3] * 4, spread=[2.0, 1.9, 3.0, 2.0], minimum=[1, 0, 1, 0], maximum=[4, 5, 5, 4])
    found = maturity.divided(table)
    assert found["dimension"].tolist() == ["c", "d", "a"]
    assert found["rank"].tolist() == [1, 2, 3]
    tied = maturity.divided(table.assign(spread=2.0, minimum=1, maximum=3))
    assert tied["rank"].tolist() == [1, 1, 1, 1]


def test_where_the_consensus_departs_from_the_median():
    table = a_profile([3] * 3, consensus=pd.array([4, 3, None], "Int64"), median=[2.5, 2.5, 1.0])
    found = maturity.consensus_beside_median(table)
    assert found[["dimension", "departure"]].to_numpy().tolist() == [["a", 1.5]]


# two waves


def test_two_waves_are_compared_by_consensus_where_both_have_one_and_else_by_median():
    before = ratings([("Anna", (1, 1, 4)), ("Consensus", (2, 2, None))], date="2024-01-10")
    after = ratings([("Anna", (1, 1, 3)), ("Consensus", (3, 2, 3))], date="2025-01-10")
    table = maturity.waves_compared(pd.concat([before, after]), model()).set_index("dimension")
    assert table["basis"].tolist() == ["consensus", "consensus", "median"]
    assert table["direction"].tolist() == ["up", "same", "down"]
    assert table["change"].tolist() == [1, 0, -1]
    assert table["earlier_wave_name"].unique().tolist() == ["January 2024"]


def test_dimensions_that_do_not_compare_across_generations_are_left_out_with_the_reason():
    old = model("b3", "B3", ("readiness", "digital"))
    before = ratings([("Anna", (1, 1, None))], date="2024-01-10", model="b3").head(2)
    after = ratings([("Anna", (2, 2, 2))], date="2025-01-10", model="exchange")
    table = maturity.waves_compared(pd.concat([before, after]), model(), models={"b3": old}).set_index("dimension")
    assert table["comparable"].tolist() == [True, False, False]
    assert "wording changed" in table.loc["readiness", "caution"]
    assert "subject changed" in table.loc["digital", "reason"]
    assert "no such dimension" in table.loc["funding", "reason"]
    assert table["direction"].tolist() == ["up", "", ""]
    unknown = maturity.waves_compared(pd.concat([before, after]), model())
    assert not unknown["comparable"].any()


def test_the_profile_behind_the_latest_is_that_of_the_wave_before():
    both = pd.concat([FOUR, ratings([("Eve", (0, 1, 2))], date="2023-05-02")]).assign(model="exchange")
    assert maturity.earlier_profile(both, model())["median"].tolist() == [0, 1, 2]
    assert maturity.earlier_profile(FOUR, model()) is None
    assert maturity.latest_model(maturity.waves(both)) == "exchange"
    other = both.assign(model=["b3" if day < "2024" else "exchange" for day in both["date"]])
    assert maturity.earlier_profile(other, model()) is None


def test_one_wave_compares_with_nothing():
    assert maturity.waves_compared(FOUR, model()).empty


# bad input


def test_bad_input_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="one region at a time"):
        maturity.profile(pd.concat([FOUR.assign(region="fife"), FOUR.assign(region="moray")]), model())
    with pytest.raises(ValueError, match="given on the model b3"):
        maturity.profile(FOUR.assign(model="b3"), model())
    with pytest.raises(ValueError, match="has no dimension digital"):
        maturity.profile(FOUR, model(codes=("readiness", "funding")))
    with pytest.raises(ValueError, match="Ben rated digital 6, off the scale 0-5"):
        maturity.profile(FOUR.replace({"rating": {4: 6}}), model())


TWO = pd.concat([FOUR.assign(date="2024-01-10", model="b3"), FOUR.assign(model="exchange")])


def two_waves(earlier=lambda table: table, later=lambda table: table):
    ends = [change(TWO[TWO["model"] == id_]) for id_, change in (("b3", earlier), ("exchange", later))]
    return maturity.waves_compared(pd.concat(ends), model(), models={"b3": model("b3", "B3")})


@pytest.mark.parametrize(("end", "change", "words"), [
    ("earlier", lambda t: t.replace({"rating": {4: 7}}), "Ben rated digital 7, off the scale 0-5"),
    ("later", lambda t: t.replace({"rating": {4: 7}}), "Ben rated digital 7, off the scale 0-5"),
    ("earlier", lambda t: t.replace({"dimension": {"digital": "dgital"}}), "the model b3 has no dimension dgital"),
    ("later", lambda t: t.replace({"dimension": {"digital": "dgital"}}), "the model exchange has no dimension dgital"),
    ("later", lambda t: t.assign(model="other"), "the wave 2025-03 was rated on the model other, not on exchange"),
])  # fmt: skip
def test_each_of_two_waves_is_checked_against_its_own_model(end, change, words):
    assert two_waves()["comparable"].tolist() == [True, False, True]
    with pytest.raises(ValueError, match=words):
        two_waves(**{end: change})


def test_the_earlier_wave_lies_before_the_later():
    with pytest.raises(ValueError, match="the earlier wave 2025-03 does not lie before the later one, 2024-01"):
        maturity.waves_compared(TWO.assign(model=""), model(), earlier="2025-03", later="2024-01")


@pytest.mark.parametrize(("change", "words"), [
    ({"stakeholder": [None, "Ben"]}, "the column stakeholder is empty beside a rating of funding"),
    ({"stakeholder": [float("nan"), "Ben"]}, "the column stakeholder is empty beside a rating of funding"),
    ({"stakeholder": ["  ", "Ben"]}, "the column stakeholder is empty beside a rating of funding"),
    ({"dimension": ["funding", None]}, "the column dimension is empty beside a rating of Ben"),
    ({"rating": [1, float("inf")]}, r"the column rating holds more than whole numbers: inf \(Ben, funding\)"),
    ({"rating": ["high", 2]}, r"the column rating holds more than whole numbers: 'high' \(Anna, funding\)"),
    ({"rating": ["3", "4"]}, r"the column rating holds more than whole numbers: '3' \(Anna, funding\)"),
    ({"rating": [1, 2.5]}, r"the column rating holds more than whole numbers: 2.5 \(Ben, funding\)"),
    ({"rating": [True, False]}, "the column rating holds more than whole numbers: True"),
    ({"rating": [1e300, 1]}, "the column rating holds more than whole numbers: 1e"),
    ({"round": [1, 1.5]}, "the column round holds more than whole numbers: 1.5"),
    ({"date": ["2025-03-14", "soon"]}, r"the column date holds more than dates: 'soon' \(Ben, funding\)"),
    ({"date": ["soon", "2025-03-14"]}, r"the column date holds more than dates: 'soon' \(Anna, funding\)"),
    ({"date": [2025, 2025]}, "the column date holds more than dates: 2025"),
    ({"kind": ["individual", "group"]}, r"holds more than individual, consensus and desired: 'group' \(Ben, funding\)"),
    ({"kind": ["individual", None]}, "the column kind holds more than individual, consensus and desired"),
    ({"confidence": ["low", "sure"]}, r"holds more than low, medium, high and empty: 'sure' \(Ben, funding\)"),
])  # fmt: skip
def test_an_entry_that_cannot_be_is_refused_with_its_column_and_whose_it_is(change, words):
    table = pd.DataFrame({"stakeholder": ["Anna", "Ben"], "dimension": "funding", "rating": [1, 2]}).assign(**change)
    for function in (maturity.participants, maturity.waves, lambda rows: maturity.profile(rows, model())):
        with pytest.raises(ValueError, match=words):
            function(table)


def test_what_may_be_missing_is_filled_in():
    table = pd.DataFrame({"stakeholder": ["Anna", "Consensus"], "dimension": "funding", "rating": [1.0, None]})
    told = table.assign(confidence=[None, "low"], date=["", "2025-03-14"], role=[None, "Nurse"])
    assert maturity.profile(told, model()).set_index("dimension").loc["funding", "median"] == 1
    aware = table.assign(date=pd.Timestamp("2025-03-14", tz="UTC"))
    assert maturity.waves(aware)["wave"].tolist() == ["2025-03"]


levels = st.tuples(*[st.one_of(st.none(), st.integers(0, 5))] * 3)


@settings(deadline=None, max_examples=25)
@given(st.lists(levels, min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_stakeholders_never_matters(panel, random):
    table = ratings([(f"S{number}", one) for number, one in enumerate(panel)])
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = table.iloc[order]
    pd.testing.assert_frame_equal(maturity.profile(table, model()), maturity.profile(shuffled, model()))
    pd.testing.assert_frame_equal(maturity.distribution(table, model()), maturity.distribution(shuffled, model()))
    pd.testing.assert_frame_equal(maturity.participants(table), maturity.participants(shuffled))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=6))
def test_no_dimension_is_both_strong_and_weak(found):
    table = a_profile(found)
    strong, weak = maturity.strengths(table)["dimension"], maturity.weaknesses(table)["dimension"]
    assert not set(strong) & set(weak)
    assert strong.empty == weak.empty
