"""Disclosure control: rules as data, count, rate and limits hidden together, further cells as few as needed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.disclosure import covers
from helpers.disclosure.implied import counts
from helpers.ingest.findings import Findings
from helpers.ingest.hiding import without_small_numbers
from helpers.reference import disclosure as declared
from helpers.reference import paths
from helpers.scoring import disclosure
from helpers.scoring.disclosure import complementary, find_rule, hidden_summary, hide, protect

FIVE, TEN, NHS = (find_rule(name) for name in ("scotpho-5", "scotpho-10", "nhs-england-1-7"))
FEWER, FURTHER = "hidden: fewer than 5", "hidden: so that another number cannot be worked out"
NUMBERS = ["numerator", "value", "lowercl", "uppercl"]
MARGINS = {"count": "n", "dimensions": ["a", "b"], "totals": {"a": "all", "b": "all"}}


def figures(*rows, **common):
    """Rows of numerator, denominator and further columns, as figures of one indicator."""
    base = {"indicator": "deaths", "group": "", "area_code": "S12", "period": "2022", "sex": "all", "age_group": "all",
            "quintile": "total", "measure": "rate_per_100000", "qualifier": "", "note": "", "denominator": np.nan,
            "value": np.nan, "lowercl": np.nan, "uppercl": np.nan, "numerator": np.nan}  # fmt: skip
    return pd.DataFrame([base | common | row for row in rows])


def margins(*rows):
    """A table with its margins from the inner counts."""
    inner = np.array(rows)
    whole = np.hstack([np.vstack([inner, inner.sum(0)]), np.vstack([inner, inner.sum(0)]).sum(1, keepdims=True)])
    names = [
        [*(f"{letter}{place}" for place in range(size)), "all"] for letter, size in zip("ab", inner.shape, strict=True)
    ]
    return pd.DataFrame(
        [(a, b, whole[i, j]) for i, a in enumerate(names[0]) for j, b in enumerate(names[1])], columns=["a", "b", "n"]
    )


# --- rules as data ---


def test_the_declared_rules():
    rules = disclosure.load_rules()
    assert list(rules) == ["none", "scotpho-5", "scotpho-10", "nhs-england-1-7"]
    assert (FIVE.words, TEN.words, NHS.words) == ("fewer than 5", "fewer than 10", "1 to 7")
    assert (FIVE.hides_zero, NHS.hides_zero, NHS.rounding_base, rules["none"].hides) == (True, False, 5, False)


def test_a_threshold_of_ones_own():
    assert (find_rule("below-6").hidden_below, find_rule("below-6").words) == (6, "fewer than 6")
    for text in ("below-1", "below-", "scotpho-6", "below-05"):
        with pytest.raises(declared.DisclosureRuleError, match="below-N"):
            find_rule(text)


@pytest.mark.parametrize(
    ("layout", "status", "rule"),
    [("tidy", "own", "scotpho-5"), ("tidy", "compiled", "none"), ("scotpho-inequalities", "own", "none"),
     ("json-stat", "own", "none"), ("tidy", "never heard of", "scotpho-5")],
)  # fmt: skip
def test_which_rule_applies_without_a_word_of_ones_own(layout, status, rule):
    assert declared.rules_for("x.csv", layout=layout, status=status)[0][1].id == rule


def test_a_data_folder_declares_its_own_before_the_projects(tmp_path):
    folder = tmp_path / "data"
    (folder / "reference").mkdir(parents=True)
    lines = [
        "file,layout,status,indicator,rule,reason",
        "ours*.csv,,,drug_deaths,below-12,agreed",
        "ours*.csv,,,,nhs-england-1-7,",
    ]
    (folder / "reference" / "disclosure.csv").write_text("\n".join(lines))
    rules = declared.rules_for("ours_1.csv", layout="tidy", status="own", data=folder)
    assert [(pattern, rule.id) for pattern, rule, _ in rules[:2]] == [
        ("drug_deaths", "below-12"),
        ("*", "nhs-england-1-7"),
    ]
    assert declared.rules_for("theirs.csv", layout="tidy", status="own", data=folder)[0][1].id == "scotpho-5"


def test_a_misspelt_rule_is_refused_with_its_line_and_never_taken_for_none(tmp_path):
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "disclosure.csv").write_text("file,layout,status,indicator,rule,reason\n*,,,,non,\n")
    with pytest.raises(declared.DisclosureRuleError, match=r"line 2: no rule is called 'non'"):
        declared.rules_for("x.csv", layout="tidy", status="own", data=tmp_path)


# --- count, rate and limits together ---


@pytest.mark.parametrize(
    ("rule", "hidden"),
    [(FIVE, [0, 1, 4, 4.8]),
     (TEN, [0, 1, 4, 4.8, 5, 7, 8, 9]), (NHS, [1, 4, 4.8, 5, 7]), (find_rule("below-2"), [0, 1]),
     (find_rule("none"), [])],
)  # fmt: skip
def test_what_each_rule_hides(rule, hidden):
    numbers = [0, 1, 4, 4.8, 5, 7, 8, 9, 10, np.nan]
    table = hide(figures(*({"numerator": n, "value": 1.0} for n in numbers)), rule)
    assert [n for n, is_hidden in zip(numbers, table["is_hidden"], strict=True) if is_hidden] == hidden


def test_all_numbers_go_together_and_the_words_name_none():
    small = {"numerator": 3, "denominator": 7170, "value": 41.8, "lowercl": 8.6, "uppercl": 122.3, "note": "3 men"}
    table = figures(small, {"numerator": 30, "denominator": 7170, "value": 418.4}, qualifier="p")
    before = table.copy()
    result = hide(table, FIVE)
    assert result.loc[0, NUMBERS].isna().all() and result.loc[0, "denominator"] == 7170
    assert (result["qualifier"].tolist(), result["note"].tolist()) == ([FEWER, "p"], ["", ""])
    assert result.loc[1, "value"] == 418.4 and result["is_hidden"].tolist() == [True, False]
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ({"denominator": 7170, "value": 41.8}, 3),  # 3 of 7,170 is 41.84 per 100,000
        ({"denominator": 48, "value": 6.2, "measure": "percent"}, 3),
        ({"measure": "number", "value": 3}, 3),
        ({"value": 41.84, "lowercl": 8.63, "uppercl": 122.28}, 3),  # exact Poisson limits of 3: 0.619 and 8.767
        ({"value": 6.25, "lowercl": 2.148, "uppercl": 16.84, "measure": "percent"}, 3),  # Wilson, 3 of 48
        ({"value": 25.0, "lowercl": 21.4, "uppercl": 29.0, "measure": "percent"}, 124),  # Wilson, 125 of 500
    ],
)
def test_the_count_is_found_through_rate_and_limits(row, count):
    known = counts(figures(row)).iloc[0]
    assert known["lowest"] - 0.6 <= count <= known["highest"] + 0.6
    assert hide(figures(row), FIVE)["is_hidden"].tolist() == [count < 5]


def test_a_denominator_that_is_itself_small_goes_too_and_all_rows_of_one_figure_go_together():
    few = hide(figures({"numerator": 2, "denominator": 4, "value": 50, "measure": "percent"}), FIVE)
    assert few["denominator"].isna().all()
    twins = figures(
        {"measure": "number", "value": 3}, {"value": 41.8, "lowercl": np.nan}, {"value": 9.9, "period": "2021"}
    )
    assert protect(twins, FIVE)["is_hidden"].tolist() == [True, True, False]


# --- rounding ---


def test_no_exact_rate_stands_beside_a_rounded_count():
    crude = {"numerator": 23, "denominator": 112, "value": 20.5, "lowercl": 14.1, "uppercl": 28.9, "measure": "percent"}
    standardised = {"numerator": 23, "denominator": 112, "value": 98.7, "lowercl": 61.0, "uppercl": 150.2}
    table = hide(
        figures(crude, standardised, {"numerator": 0, "denominator": 110, "value": 0.0, "measure": "percent"}), NHS
    )
    assert table.loc[0, ["numerator", "denominator"]].tolist() == [25, 110]
    assert table.loc[0, "value"] == pytest.approx(100 * 25 / 110)
    assert table.loc[0, ["lowercl", "uppercl"]].tolist() == pytest.approx([15.89, 31.40], abs=0.01)  # Wilson, 25 of 110
    assert table.loc[1, ["numerator", "denominator"]].isna().all() and table.loc[1, "value"] == 98.7
    assert table.loc[2, ["numerator", "value"]].tolist() == [0, 0] and not table["is_hidden"].any()


# --- further cells ---


def test_as_few_and_as_small_further_cells_as_needed():
    table = margins([3, 10, 20], [12, 14, 16], [9, 30, 8])
    said = complementary(table, FIVE, **MARGINS)
    hidden = table.assign(why=said)[said != ""]
    assert hidden["why"].value_counts().to_dict() == {FEWER: 1, FURTHER: 3}
    assert set(hidden["n"]) == {3, 10, 12, 14}  # of the four rectangles with the 3 in a corner that of fewest people


def test_nothing_further_goes_where_enough_is_hidden_already():
    table = pd.DataFrame({"a": ["x", "y", "z", "all"], "n": [1, 3, 40, 44]})
    said = complementary(table, FIVE, count="n", dimensions=["a"], totals={"a": "all"})
    assert (said == FURTHER).sum() == 0 and (said == FEWER).sum() == 2


def test_a_total_is_needed_for_every_dimension():
    with pytest.raises(ValueError, match="names no total for b"):
        complementary(margins([3, 10], [9, 9]), FIVE, count="n", dimensions=["a", "b"], totals={"a": "all"})


def hidden_in(table, **options):
    return protect(table, FIVE, **options)["qualifier"].replace({FEWER: "small", FURTHER: "further"}).tolist()


def test_quintiles_sexes_ages_areas_and_years_are_added_up():
    fifths = figures(
        *({"numerator": n, "quintile": q} for n, q in zip([9, 3, 12, 30, 40, 94], [*"12345", "total"], strict=True))
    )
    assert hidden_in(fifths) == ["further", "small", "", "", "", ""]
    sexes = figures({"numerator": 3, "sex": "female"}, {"numerator": 20, "sex": "male"}, {"numerator": 23})
    assert hidden_in(sexes) == ["small", "further", ""]
    ages = figures({"numerator": 3, "age_group": "0-15"}, {"numerator": 30, "age_group": "16-64"},
                   {"numerator": 9, "age_group": "65+"}, {"numerator": 42})  # fmt: skip
    assert hidden_in(ages) == ["small", "", "further", ""]
    areas = figures(*({"numerator": n, "area_code": a} for n, a in ((3, "A"), (8, "B"), (11, "W"))))
    assert hidden_in(areas) == ["small", "", ""]
    assert hidden_in(areas, part_of={"A": "W", "B": "W"}) == ["small", "further", ""]


def period(first, last):
    """The columns of a time of whole years."""
    days = {"period_start": pd.Timestamp(f"{first}-01-01"), "period_end": pd.Timestamp(f"{last}-12-31")}
    return {"period": first if first == last else f"{first}-{last}", **days}


@pytest.mark.parametrize("is_average", [False, True])
def test_years_beside_a_period_of_several(is_average):
    years = {"2020": 3, "2021": 9, "2022": 13}
    rows = [{"numerator": n, **period(y, y)} for y, n in years.items()]
    whole = {"numerator": 8.3 if is_average else 25.0, **period("2020", "2022")}
    said = hidden_in(figures(*rows, whole))
    assert said[0] == "small" and said.count("further") == 1


def test_a_small_number_in_no_table_that_the_rest_makes_plain_is_protected():
    assert hidden_in(figures({"numerator": 97, "sex": "female"}, {"numerator": 100})) == ["further", ""]
    assert hidden_in(figures({"numerator": 100, "sex": "female"}, {"numerator": 100})) == ["", ""]  # nobody is a man
    assert hidden_in(figures({"numerator": 60, "sex": "female"}, {"numerator": 100})) == ["", ""]


def test_covers():
    assert covers.of_ages(["<5", "5-14", "0-14", "all"])["0-14"] == ("0..5", "5..15")
    assert covers.of_sexes(["all", "female"])["all"] == ("female", "male")
    assert covers.of_quintiles(["total"]) == {"total": ("total",)}
    assert covers.of_areas(["W", "A"], {"A": "W", "B": "W", "W": "A"})["W"] == ("A", "B")


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 30), min_size=5, max_size=5), st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(parts, order):
    counts_ = [*parts, sum(parts)]
    table = figures(*({"numerator": n, "quintile": q} for n, q in zip(counts_, [*"12345", "total"], strict=True)))
    one, other = protect(table, FIVE), protect(table.iloc[list(order)], FIVE).sort_index()
    assert one["is_hidden"].sum() == other["is_hidden"].sum()
    assert one.loc[table["numerator"] < 5, NUMBERS].isna().all(axis=None)
    assert (one["qualifier"] == FEWER).equals(table["numerator"] < 5)


# --- at the border ---


def test_shipped_files_stay_as_published_and_a_changed_one_counts_as_ones_own(tmp_path):
    name = "scotpho_lothian_trends_2023-02.csv"
    table = figures({"numerator": 3, "value": 1.0}).assign(row=2)
    findings = Findings(name, sha256=declared_hash(name))
    path = paths.project() / "data" / "indicators" / name
    assert not without_small_numbers(table, findings, path=path, layout="tidy")["is_hidden"].any()
    changed = Findings(name, sha256="0" * 64)
    assert without_small_numbers(table, changed, path=path, layout="tidy")["is_hidden"].all()
    assert changed.codes == {"value-hidden"} and not findings.codes


def declared_hash(name):
    from helpers.reference import datapackage

    return datapackage.describe(f"indicators/{name}").sha256


def test_a_finding_about_a_shown_row_keeps_its_number(tmp_path):
    table = figures({"numerator": 30, "period": "2021"}, {"numerator": 3}).assign(row=[2, 3])
    findings = Findings("own.csv")
    for row, value in ((2, "41,8"), (3, "52,1"), (4, "63,9")):
        findings.add(
            "value-repaired", cell=f"I{row}", value=value, expected=value, message=f"value was read as {value}"
        )
    without_small_numbers(table, findings, path=tmp_path / "own.csv", layout="tidy")
    assert [(one.cell, one.value) for one in findings if one.code == "value-repaired"] == [
        ("I2", "41,8"),
        ("I3", ""),
        ("I4", ""),
    ]
    assert "," not in "".join(one.message for one in findings if one.cell in ("I3", "I4")).replace("comma, ", "")


def test_the_summary_counts_and_names_no_number():
    table = protect(
        figures({"numerator": 3, "sex": "female"}, {"numerator": 20, "sex": "male"}, {"numerator": 23}), FIVE
    )
    summary = hidden_summary(table.assign(file="own.csv"))
    assert summary[["reason", "hidden", "figures"]].to_numpy().tolist() == [[FEWER, 1, 3], [FURTHER, 1, 3]]
    assert hidden_summary(figures({"numerator": 30})).empty
