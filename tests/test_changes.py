"""Whether ratings moved between waves: who is paired, the effect, p-values, and where there is no test."""

from functools import cache
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.reference.models import Dimension, Model, load_model
from helpers.scoring import changes, panels

FLAGS = {"digital": "no", "capacity": "with caution"}
OLD, NEW = "2023-03-14", "2025-03-14"


@cache
def model(*codes, id_="exchange", generation="Exchange") -> Model:
    dimensions = tuple(
        Dimension(
            code, order, code.title(), code[:4], "", dict.fromkeys(range(6), ""), (), (), {}, FLAGS.get(code, "yes")
        )
        for order, code in enumerate(codes, start=1)
    )
    return Model(id_, id_.title(), generation, 0, 5, dimensions, "", "", "")


def wave(date, people, dimension="funding", **columns) -> pd.DataFrame:
    """One rating of one dimension by each person of a wave; names to levels."""
    table = pd.DataFrame({"stakeholder": list(people), "dimension": dimension, "date": date, **columns})
    return table.assign(rating=pd.array(list(people.values()), "Int64"))


def waves(before, after, dimension="funding", **columns) -> pd.DataFrame:
    return pd.concat([wave(OLD, before, dimension, **columns), wave(NEW, after, dimension, **columns)])


def found(ratings, permutations=999, **options) -> pd.DataFrame:
    codes = tuple(dict.fromkeys(ratings["dimension"]))
    return changes.between_waves(ratings, model(*codes), permutations=permutations, **options)


SAME_FIVE = waves({"A": 1, "B": 2, "C": 3, "D": 2, "E": 4}, {"A": 3, "B": 3, "C": 3, "D": 1, "E": 5})
MIXED = waves({"A": 1, "B": 2, "C": 3, "D": 0, "E": 1, "F": 2}, {"A": 3, "B": 3, "C": 2, "X": 4, "Y": 2})


def test_the_same_people_are_paired():
    row = found(SAME_FIVE).iloc[0]
    assert (row["n_pairs"], row["n_earlier_only"], row["n_later_only"], row["n_contradicted"]) == (5, 0, 0, 0)
    assert (row["n_up"], row["n_down"], row["n_same"]) == (3, 1, 1)
    assert row["effect"] == pytest.approx(2 / 5)
    assert row["p_value"] == 10 / 16  # of 16 ways for the four who moved, 10 are 3 to 1 or 4 to 0 either way
    assert (row["direction"], row["is_clear"], row["refusal"]) == ("up", False, changes.TOO_FEW)
    assert (row["earlier_wave"], row["later_wave"]) == ("2023-03", "2025-03")
    assert (row["earlier_wave_name"], row["later_wave_name"]) == ("March 2023", "March 2025")


def test_other_people_count_by_the_couples_of_them():
    """Three pairs, two up and one down; D, E, F (0, 1, 2) before X, Y (4, 2): five couples of six up, one level."""
    row = found(MIXED).iloc[0]
    assert (row["n_pairs"], row["n_earlier_only"], row["n_later_only"]) == (3, 3, 2)
    n_u, delta_u = 2 * 3 * 2 / 5, 5 / 6
    assert row["effect"] == pytest.approx((3 * (1 / 3) + n_u * delta_u) / (3 + n_u))


def by_hand(pairs, earlier, later) -> list[float]:
    """The effect of every arrangement, one at a time, the observed one first."""
    alone, n1, n2 = [*earlier, *later], len(earlier), len(later)
    n_u = 2 * n1 * n2 / (n1 + n2) if n1 and n2 else 0
    dealt = sorted(set(permutations([0] * n1 + [1] * n2)))
    values = []
    for signs, labels in product(product((1, -1), repeat=len(pairs)), dealt):
        old = [level for level, is_later in zip(alone, labels, strict=True) if not is_later]
        new = [level for level, is_later in zip(alone, labels, strict=True) if is_later]
        delta = np.mean([np.sign(b - a) for a in old for b in new]) if n_u else 0
        moved = sum(sign * np.sign(after - before) for sign, (before, after) in zip(signs, pairs, strict=True))
        values.append((moved + n_u * delta) / (len(pairs) + n_u))
    return values


@pytest.mark.parametrize(
    ("pairs", "earlier", "later"),
    [
        ([(1, 3), (2, 3), (3, 2)], [0, 1, 2], [4, 2]),
        ([(1, 2)] * 5, [], []),
        ([], [0, 1, 1, 2, 3], [2, 2, 3, 4, 4]),
        ([(2, 2), (1, 4), (0, 1), (3, 2), (1, 2)], [1, 2, 5], []),
    ],
)
def test_the_p_value_is_that_of_all_arrangements_by_hand(pairs, earlier, later):
    before = {f"P{k}": old for k, (old, _) in enumerate(pairs)} | {f"E{k}": old for k, old in enumerate(earlier)}
    after = {f"P{k}": new for k, (_, new) in enumerate(pairs)} | {f"L{k}": new for k, new in enumerate(later)}
    every = by_hand(pairs, earlier, later)
    row = found(waves(before, after)).iloc[0]
    assert row["effect"] == pytest.approx(every[0])
    assert row["p_value"] == pytest.approx(np.mean(np.abs(every) >= abs(every[0]) - 1e-9))


def test_pairs_alone_are_a_sign_test_and_others_alone_a_rank_test_of_scipy():
    pairs = found(waves({f"P{k}": 1 for k in range(9)}, {f"P{k}": 2 + (k > 7) for k in range(9)})).iloc[0]
    assert pairs["p_value"] == pytest.approx(stats.binomtest(9, 9).pvalue)
    assert pairs["is_clear"]
    old, new = [0, 1, 1, 2, 3], [2, 2, 3, 4, 4]
    ratings = waves({f"E{k}": level for k, level in enumerate(old)}, {f"L{k}": level for k, level in enumerate(new)})
    exact = stats.permutation_test(
        (new, old),
        lambda x, y: abs(stats.mannwhitneyu(x, y).statistic - 12.5),
        alternative="greater",
        n_resamples=np.inf,
    )
    assert found(ratings).loc[0, "p_value"] == pytest.approx(exact.pvalue)
    assert found(ratings).loc[0, "effect"] == pytest.approx(2 * stats.mannwhitneyu(new, old).statistic / 25 - 1)


def test_random_arrangements_come_close_to_all_of_them():
    exact, drawn = found(MIXED, 80).loc[0, "p_value"], found(MIXED, 79).loc[0, "p_value"]
    assert exact * 80 == round(exact * 80)  # 8 signs times 10 ways to deal five people
    assert drawn == pytest.approx(exact, abs=0.15)
    assert drawn * 80 == pytest.approx(round(drawn * 80))


# who is paired


def test_a_number_with_another_role_is_somebody_else():
    before, after = {"A": 1, "B": 2, "C": 3, "D": 2, "E": 4}, {"A": 3, "B": 3, "C": 3, "D": 1, "E": 5}
    roles = [["Nurse", "Doctor", "", "Carer", "nurse"], ["Nurse", "Porter", "Cook", "Carer", "Nurse"]]
    ratings = pd.concat([wave(OLD, before, role=roles[0]), wave(NEW, after, role=roles[1])])
    row = found(ratings).iloc[0]
    assert (row["n_pairs"], row["n_contradicted"], row["n_earlier_only"], row["n_later_only"]) == (4, 1, 1, 1)
    sectors = ratings.rename(columns={"role": "sector"})
    assert found(sectors).loc[0, "n_contradicted"] == 1


def test_consensus_and_desired_levels_are_nobody():
    extra = pd.concat([
        wave(date, {name: 5}, kind=name.casefold()) for date in (OLD, NEW) for name in ("Consensus", "Desired")
    ])  # fmt: skip
    row = found(pd.concat([SAME_FIVE.assign(kind="individual"), extra])).iloc[0]
    assert (row["n_pairs"], row["effect"]) == (5, pytest.approx(0.4))


def test_one_of_a_pair_who_left_a_dimension_out_is_left_out_of_it():
    six = {"A": 1, "B": 2, "C": 3, "D": 2, "E": 4, "F": 2}
    table = found(pd.concat([waves(six, six), waves(six, six | {"F": None}, "digital")]))
    assert table["n_pairs"].tolist() == [6, 5]
    assert (table[["n_earlier_only", "n_later_only"]] == 0).all(axis=None)
    assert table["refusal"].tolist() == ["", changes.TOO_FEW]  # six can come in 64 ways, five in 32


# where there is no test


def test_no_second_wave_gives_an_empty_table():
    for ratings in (wave(NEW, {"A": 1, "B": 2}), wave(None, {"A": 1, "B": 2})):
        table = found(ratings)
        assert table.empty
        assert list(table.columns) == changes.COLUMNS


def test_dimensions_whose_subject_changed_are_left_out_with_the_reason():
    codes = ("funding", "digital", "capacity")
    old, new = model(*codes, id_="first", generation="First"), model(*codes)
    five = [{"A": 1, "B": 2, "C": 3, "D": 2, "E": 4}, {"A": 3, "B": 3, "C": 3, "D": 1, "E": 5}]
    ratings = pd.concat(
        [wave(date, people, code, model=id_) for code in codes for date, people, id_ in ((OLD, five[0], "first"),
                                                                                       (NEW, five[1], "exchange"))]
    )  # fmt: skip
    table = changes.between_waves(ratings, new, models={"first": old, "exchange": new}).set_index("dimension")
    assert table["comparable"].tolist() == [True, False, True]
    assert table.loc["digital", "refusal"] == "its subject changed between the generations of the model"
    assert np.isnan(table.loc["digital", "p_value"])
    assert table.loc["digital", "direction"] == ""
    assert table.loc["capacity", "caution"] == "its wording changed between the generations of the model"
    assert table.loc["funding", "p_adjusted"] == table.loc["funding", "p_value"]  # the other moved as this one did
    counts = list(changes.COUNTS)
    assert table.loc["digital", [*counts, "effect", "p_value", "p_adjusted"]].isna().all()
    assert table.loc["funding", counts].tolist() == [5, 0, 0, 3, 1, 1]


def test_where_the_generations_do_not_compare_no_number_stands():
    """The questionnaire of 2016 before the one of 2021: the subjects of two dimensions changed."""
    old, new = load_model("scirocco"), load_model("scirocco-exchange")
    people = {f"P{k}": k % 4 for k in range(8)}
    parts = [wave(date, people, code, model=edition.id)
             for date, edition in ((OLD, old), (NEW, new)) for code in edition.codes]  # fmt: skip
    table = changes.between_waves(pd.concat(parts), new, models={"scirocco": old})
    apart = table[~table["comparable"]]
    assert {"digital", "process"} <= set(apart["dimension"])
    assert apart[[*changes.COUNTS, "effect", "p_value", "p_adjusted"]].isna().all(axis=None)
    assert (apart["direction"] == "").all() and (apart["refusal"] == apart["reason"]).all()
    assert table.loc[table["comparable"], "n_pairs"].eq(8).all()


def test_fewer_than_five_ratings_in_a_wave_are_no_wave_to_compare():
    six = {"A": 1, "B": 2, "C": 3, "D": 2, "E": 4, "F": 2}
    ratings = pd.concat([waves(six, six), waves(six, six | {"A": None, "B": None}, "digital")])
    assert found(ratings)["refusal"].tolist() == ["", "fewer than 5 of the people compared rated it in March 2023"]


def test_a_withheld_wave_is_not_compared():
    row = found(
        panels.withhold_small_panels(waves({"A": 1, "B": 2, "C": 3}, {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}))
    ).iloc[0]
    assert row["refusal"] == "single ratings of March 2023 are not shown"
    assert not row["comparable"]
    assert row[[*changes.COUNTS, "effect", "p_value", "p_adjusted"]].isna().all()


# over chance


def test_without_a_change_about_one_in_twenty_falls_below_a_twentieth():
    rng = np.random.default_rng(20190401)
    codes = tuple(f"d{number}" for number in range(400))
    names = [*(f"P{k}" for k in range(7)), *(f"E{k}" for k in range(4))], [*(f"P{k}" for k in range(7)), *"VWXYZ"]
    ratings = pd.concat([
        wave(date, dict(zip(people, rng.binomial(5, 0.5, len(people)).tolist(), strict=True)), code)
        for code in codes for date, people in zip((OLD, NEW), names, strict=True)
    ])  # fmt: skip
    table = changes.between_waves(ratings, model(*codes), permutations=999)
    below = int((table["p_value"] < 0.05).sum())
    assert (table["n_pairs"] == 7).all()
    assert stats.binom.ppf(0.0005, 400, 0.05) <= below <= stats.binom.ppf(0.9995, 400, 0.05)
    assert not table["is_clear"].any()


def everybody(n, n_dimensions=12):
    codes = [f"d{number}" for number in range(n_dimensions)]
    return pd.concat([waves({f"P{k}": 1 for k in range(n)}, {f"P{k}": 2 for k in range(n)}, code) for code in codes])


def test_eight_pairs_who_all_went_up_on_all_dimensions_are_clear_and_five_cannot_be():
    eight = found(everybody(8))
    assert eight["p_adjusted"].tolist() == [2 / 256] * 12
    assert eight["is_clear"].all() and (eight["refusal"] == "").all()
    six, five = found(everybody(6)), found(everybody(5))
    assert six["p_adjusted"].tolist() == [2 / 64] * 12 and six["is_clear"].all()
    assert five["p_adjusted"].tolist() == [2 / 32] * 12 and not five["is_clear"].any()
    assert set(five["refusal"]) == {"too few people for any change to be called clear"}
    assert five["effect"].eq(1).all() and set(five["direction"]) == {"up"}


def test_nobody_moved_among_enough_people_is_no_refusal():
    row = found(waves({f"P{k}": 2 for k in range(8)}, {f"P{k}": 2 for k in range(8)})).iloc[0]
    assert (row["effect"], row["p_value"], row["is_clear"], row["refusal"]) == (0, 1, False, "")


def test_six_pairs_are_too_few_for_twelve_dimensions_that_move_apart():
    rng = np.random.default_rng(3)
    ratings = pd.concat([
        waves({f"P{k}": 2 for k in range(6)}, {f"P{k}": 2 + int(step) for k, step in enumerate(steps)}, f"d{number}")
        for number, steps in enumerate(rng.choice([-1, 1], (12, 6)))
    ])  # fmt: skip
    table = found(ratings)
    assert set(table["refusal"]) == {changes.TOO_FEW} and not table["is_clear"].any()


def test_names_decide_nothing():
    rng = np.random.default_rng(5)
    codes = [f"d{number}" for number in range(5)]
    draw = lambda names: dict(zip(names, rng.integers(0, 6, len(names)).tolist(), strict=True))  # noqa: E731
    first, last = [*(f"P{k}" for k in range(9)), *"ABCD"], [*(f"P{k}" for k in range(9)), *"VWXYZ"]
    ratings = pd.concat([waves(draw(first), draw(last), code) for code in codes])
    table = found(ratings)
    for seed in range(5):
        names = ratings["stakeholder"].unique()
        other = dict(zip(names, np.random.default_rng(seed).permutation(len(names)), strict=True))
        renamed = found(ratings.assign(stakeholder=ratings["stakeholder"].map(other).map("S{:02}".format)))
        pd.testing.assert_frame_equal(renamed, table, check_exact=True)
    assert (table["p_value"] * 1000 == (table["p_value"] * 1000).round()).all()  # drawn, not listed


def test_where_nothing_moved_about_one_panel_in_twenty_has_anything_clear():
    rng = np.random.default_rng(20190401)
    tested, is_later, clear = np.ones(12, dtype=bool), np.repeat([0, 1], [3, 4]), 0
    for _ in range(300):
        own = rng.normal(0, 0.6, (8, 1))
        before, after = (np.clip(np.round(2.5 + own + rng.normal(0, 0.9, (8, 12))), 0, 5) for _ in range(2))
        alone = np.clip(np.round(2.5 + rng.normal(0, 0.6, (7, 1)) + rng.normal(0, 0.9, (7, 12))), 0, 5)
        ends = changes._Ends(before, after, alone, is_later, 0)
        clear += bool((changes._test(ends, tested, 999, 1)[1].p_adjusted < 0.05).any())
    assert stats.binom.ppf(0.0005, 300, 0.02) <= clear <= stats.binom.ppf(0.9995, 300, 0.05)


PEOPLE = st.dictionaries(st.sampled_from("ABCDEFGHIJ"), st.integers(0, 5), min_size=5, max_size=9)


@settings(max_examples=15, deadline=None)
@given(PEOPLE, PEOPLE, st.dictionaries(st.sampled_from("ABCDEFGHIJ"), st.sampled_from(["x", "y", ""])),
       st.randoms(use_true_random=False))  # fmt: skip
def test_laws(before, after, roles, random):
    """The order of the rows changes nothing; the waves swapped turn the effect about and keep the p-value."""

    def both(first, last):
        named = [wave(OLD, first, role=[roles.get(name, "") if first is before else "x" for name in first]),
                 wave(NEW, last, role=[roles.get(name, "") if last is before else "x" for name in last])]  # fmt: skip
        return pd.concat([*named, *(table.assign(dimension="digital", rating=missing(table)) for table in named)])

    def missing(table):
        return table["rating"].mask(table["stakeholder"].isin(["A", "B"]))

    ratings = both(before, after)
    table = found(ratings, 199)
    shuffled = ratings.iloc[random.sample(range(len(ratings)), len(ratings))]
    again = changes.between_waves(shuffled, model("funding", "digital"), permutations=199)
    pd.testing.assert_frame_equal(table, again)
    row = table.iloc[0]
    if row["refusal"]:
        return
    swapped = found(both(after, before), 199).iloc[0]
    assert swapped["effect"] == -row["effect"]
    assert swapped["p_value"] == row["p_value"]
    assert (swapped["n_up"], swapped["n_earlier_only"]) == (row["n_down"], row["n_later_only"])
    assert -1 <= row["effect"] <= 1
    assert 0 < row["p_value"] <= row["p_adjusted"] <= 1


def test_bad_input_is_refused_and_the_input_is_not_changed():
    before = SAME_FIVE.copy(deep=True)
    found(SAME_FIVE)
    pd.testing.assert_frame_equal(SAME_FIVE, before)
    with pytest.raises(ValueError, match="permutations is at least 1; this is 0"):
        found(SAME_FIVE, 0)
    with pytest.raises(ValueError, match="there is no wave '2020-01'"):
        found(SAME_FIVE, earlier="2020-01")
    with pytest.raises(ValueError, match="the earlier wave 2025-03 does not lie before the later one, 2023-03"):
        found(SAME_FIVE, earlier="2025-03", later="2023-03")
    with pytest.raises(ValueError, match="lacks the column rating"):
        found(SAME_FIVE.drop(columns="rating"))
    with pytest.raises(ValueError, match="one region at a time"):
        found(pd.concat([SAME_FIVE.assign(region="a"), SAME_FIVE.assign(region="b")]))
    with pytest.raises(ValueError, match="E rated funding 9, off the scale 0-5"):
        found(SAME_FIVE.assign(rating=SAME_FIVE["rating"].where(SAME_FIVE["stakeholder"] != "E", 9)))
    with pytest.raises(ValueError, match="the model exchange has no dimension fundng"):
        changes.between_waves(SAME_FIVE.replace("funding", "fundng"), model("funding"))
    with pytest.raises(ValueError, match="the wave 2025-03 was rated on the model other, not on exchange"):
        found(SAME_FIVE.assign(model="other"))


def test_the_seed_decides():
    twenty = {f"P{k:02}": k % 4 for k in range(20)}
    ratings = waves(twenty, {name: (level * 3 + int(name[1:]) // 7) % 5 for name, level in twenty.items()})
    first, again, other = (found(ratings, seed=seed).loc[0, "p_value"] for seed in (1, 1, 2))
    assert first == again != other
