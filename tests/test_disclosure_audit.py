"""The attack on published tables: it finds what can be worked out, and after protection it finds nothing."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring.disclosure import (
    DisclosureError,
    audit,
    audit_table,
    check_disclosure,
    check_table,
    complementary,
    find_rule,
    protect,
)

FIVE = find_rule("scotpho-5")
RULES = st.sampled_from([FIVE, find_rule("scotpho-10"), find_rule("nhs-england-1-7"), find_rule("below-3")])
MARGINS = {"count": "n", "dimensions": ["a", "b"], "totals": {"a": "all", "b": "all"}}
INEQUALITIES = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland" / "scotpho_inequalities_2023-02.csv.gz"
)


def margins(rows):
    inner = np.array(rows)
    down = np.vstack([inner, inner.sum(0)])
    whole = np.hstack([down, down.sum(1, keepdims=True)])
    labels = [[*map(str, range(size)), "all"] for size in inner.shape]
    cells = product(range(whole.shape[0]), range(whole.shape[1]))
    return pd.DataFrame([(labels[0][i], labels[1][j], whole[i, j]) for i, j in cells], columns=["a", "b", "n"])


def published(table, said):
    return table.assign(n=table["n"].astype(float).mask(said != ""), qualifier=said, is_hidden=said != "")


def small_only(table, rule):
    is_small = (table["n"] < rule.hidden_below) & (table["n"] >= rule.hidden_from)
    return pd.Series(np.where(is_small, "hidden", ""), table.index)


def fifths(numbers, hidden, **columns):
    """Five quintiles and their total of one indicator; the hidden ones have no numerator."""
    same = {"indicator": "deaths", "area_code": "S12", "period": "2022", "sex": "all", "age_group": "all"}
    rows = [
        {**same, "quintile": q, "numerator": np.nan if n in hidden else n, "is_hidden": n in hidden}
        for n, q in zip(numbers, [*"12345", "total"], strict=True)
    ]
    return pd.DataFrame(rows).assign(**({"measure": "rate_per_100000"} | columns))


# --- what the attack finds ---


def test_a_hidden_cell_that_its_total_gives_away_is_pinned_and_named():
    table = fifths([9, 3, 12, 30, 40, 94], hidden={3})
    found = audit(table, FIVE).iloc[0]
    assert (found["lowest"], found["highest"], found["through"], bool(found["is_pinned"])) == (3, 3, "sums", True)
    with pytest.raises(
        DisclosureError, match=r"1 hidden number can be worked out .*sums.*deaths, S12, 2022, all, all, 2"
    ):
        check_disclosure(table, FIVE)


def test_two_hidden_cells_are_known_within_their_sum():
    found = audit(fifths([4, 3, 12, 30, 40, 89], hidden={3, 4}), FIVE)
    assert found[["lowest", "highest"]].to_numpy().tolist() == [[3, 4], [3, 4]]  # 7 in two numbers of at most 4
    assert found["is_pinned"].all()


def test_the_rule_alone_tells_nothing_that_it_does_not_say():
    table = fifths([9, 3, 12, 30, 40, 94], hidden={3})[lambda t: t["quintile"] != "total"]
    found = audit(table, FIVE).iloc[0]
    assert (found["lowest"], found["highest"], found["through"], bool(found["is_pinned"])) == (0, 4, "rule", False)
    assert check_disclosure(table, FIVE) is table


@pytest.mark.parametrize(
    ("columns", "through"),
    [
        ({"value": 41.84, "denominator": 7170}, "rate"),
        ({"value": 6.25, "denominator": 48, "measure": "percent"}, "rate"),
        ({"value": 41.84, "lowercl": 8.63, "uppercl": 122.28}, "limits"),
        ({"value": 6.25, "lowercl": 2.148, "uppercl": 16.84, "measure": "percent"}, "limits"),
    ],
)
def test_a_rate_or_limits_beside_a_hidden_count_give_it_back(columns, through):
    table = fifths([9, 3, 12, 30, 40, 94], hidden={3}).iloc[[1]].assign(**columns)
    found = audit(table, FIVE).iloc[0]
    assert found["is_pinned"] and found["through"] == through
    assert found["lowest"] - 0.1 <= 3 <= found["highest"] + 0.1


def test_a_rate_that_is_rounded_to_nothing_pins_nothing():
    table = fifths([9, 3, 12, 30, 40, 94], hidden={3}).iloc[[1]].assign(value=0.0, denominator=900_000.0)
    assert not audit(table, FIVE)["is_pinned"].any()


def test_rounding_alone_can_pin_a_cell():
    """Rounded to 5, three times 30 is at most 96 and 100 at least 98, so that the hidden one is not 1."""
    nhs = find_rule("nhs-england-1-7")
    table = pd.DataFrame({"a": ["x", "y", "z", "w", "all"], "n": [np.nan, 30, 30, 30, 100]})
    found = audit_table(table, nhs, count="n", dimensions=["a"], totals={"a": "all"}).iloc[0]
    assert (found["lowest"], found["highest"]) == (2, 7)


def test_a_table_that_does_not_add_up_is_attacked_all_the_same():
    found = audit(fifths([9, 3, 12, 30, 40, 93], hidden={3}), FIVE)
    assert len(found) == 1 and found["is_pinned"].all()


# --- the law ---


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_after_complementary_suppression_the_attack_pins_nothing(data):
    rule, rows, columns = data.draw(RULES), data.draw(st.integers(2, 4)), data.draw(st.integers(2, 4))
    most = data.draw(st.sampled_from([6, 15, 60]))
    table = margins([[data.draw(st.integers(0, most)) for _ in range(columns)] for _ in range(rows)])
    said = complementary(table, rule, **MARGINS)
    shown = published(table, said)
    if rule.rounding_base:
        shown = shown.assign(n=np.floor(shown["n"] / rule.rounding_base + 0.5) * rule.rounding_base)
    check_table(shown, rule, **MARGINS)
    is_small = small_only(table, rule) != ""
    assert (said[is_small] != "").all()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 4), st.lists(st.integers(5, 60), min_size=8, max_size=8))
def test_without_it_one_small_cell_in_a_table_with_margins_is_always_pinned(small, others):
    table = margins(np.array([small, *others]).reshape(3, 3))
    found = audit_table(published(table, small_only(table, FIVE)), FIVE, **MARGINS)
    assert found["is_pinned"].all() and (found["lowest"] == small).all() and (found["highest"] == small).all()
    with pytest.raises(DisclosureError):
        check_table(published(table, small_only(table, FIVE)), FIVE, **MARGINS)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6), st.sampled_from(["sex", "area"]))
def test_a_table_of_indicators_is_safe_after_protection(numbers, kind):
    part_of = {"A": "W", "B": "W", "C": "W"}
    rows = []
    for place, (one, other) in enumerate(zip(numbers[:3], numbers[3:], strict=True)):
        rows += [("ABC"[place], "female", one), ("ABC"[place], "male", other), ("ABC"[place], "all", one + other)]
    for sex in ("female", "male", "all"):
        rows.append(("W", sex, sum(n for _, s, n in rows if s == sex)))
    table = pd.DataFrame(rows, columns=["area_code", "sex", "numerator"])
    table = table.assign(indicator="deaths", period="2022", age_group="all", quintile="total", measure="number")
    table["value"] = table["numerator"]
    table = table if kind == "area" else table[table["area_code"] != "W"]
    check_disclosure(protect(table, FIVE, part_of=part_of), FIVE, part_of=part_of)


def test_the_range_is_that_of_all_tables_that_agree_with_what_is_published():
    """Against every table of whole numbers that could be behind a published one."""
    table = margins([[3, 6], [7, 2]])
    shown = published(table, small_only(table, FIVE))
    found = audit_table(shown, FIVE, **MARGINS)
    known = shown["n"].to_numpy().reshape(3, 3)
    fits = [cells for cells in product(range(19), repeat=4) if _agrees(np.array(cells).reshape(2, 2), known)]
    ranges = [[min(c[place] for c in fits), max(c[place] for c in fits)] for place in (0, 3)]
    assert found[["lowest", "highest"]].to_numpy().tolist() == ranges


def _agrees(inner, known):
    down = np.vstack([inner, inner.sum(0)])
    whole = np.hstack([down, down.sum(1, keepdims=True)])
    return bool(np.all(np.where(np.isnan(known), whole < 5, whole == known)))


# --- what is in print ---


@pytest.mark.skipif(not INEQUALITIES.is_file(), reason="the published inequalities data are not here")
def test_the_published_hiding_of_drug_deaths_can_be_undone_and_ours_cannot():
    """ScotPHO leaves out numerators below 5 and prints their rates: 2017-2021, five national quintiles."""
    whole = pd.read_csv(INEQUALITIES, low_memory=False)
    part = whole[(whole["indicator"] == "Drug-related deaths") & (whole["trend_axis"] == "2017-2021")]
    part = part[(part["quint_type"] == "sc_quin") & part["code"].str.startswith("S12")]
    names = {"code": "area_code", "measure": "value", "lowci": "lowercl", "upci": "uppercl"}
    table = part.rename(columns=names).assign(
        quintile=part["quintile"].str[0].replace("T", "total"), period="2017-2021"
    )
    table = table.assign(sex="all", age_group="all", group="", qualifier="", note="", measure="rate_per_100000")
    hidden = table.assign(is_hidden=table["numerator"].isna())
    assert hidden["is_hidden"].sum() > 50
    with_rates = audit(hidden, FIVE)
    assert (with_rates["through"] == "rate").all() and with_rates["is_pinned"].all()
    without = hidden.assign(
        **{name: hidden[name].mask(hidden["is_hidden"]) for name in ("value", "lowercl", "uppercl")}
    )
    assert audit(without, FIVE)["is_pinned"].sum() > 0
    check_disclosure(protect(table, FIVE), FIVE)
