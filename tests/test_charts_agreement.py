"""Charts of agreement, groups and coefficients, by their artists and their words."""

import math

import pandas as pd
import pytest

import chart_tables as tables
from drawn import lines, texts, touching
from helpers import charts
from helpers.charts import agreement_words, coefficients_words, style

WIDTHS = tuple(style.WIDTHS)
LONG = "A very long name of something with $ $x and <script> that goes on and on without an end " * 3


def points(ax, label: str) -> list[tuple[float, float]]:
    return [(round(float(x), 3), float(y)) for line in lines(ax, label) for x, y in zip(*line.get_data(), strict=True)]


def patches(ax, label: str) -> list:
    return [patch for patch in ax.patches if patch.get_label() == label]


# --- agreement


def test_stakeholders_within_a_level_of_the_median_are_filled_the_others_hollow():
    ax = charts.plot_agreement(tables.by_dimension(), tables.twelve())
    near, outside = (points(ax, label) for label in ("near", "outside"))
    assert len(near) == 11 + 7 + 12 and len(outside) == 1 + 5
    assert {round(x) for x, y in outside if round(y) == 0} == {0, 4, 5}
    faces = {line.get_label(): line.get_markerfacecolor() for line in ax.get_lines() if line.get_marker() == "o"}
    assert faces["near"] == style.REGION and faces["outside"] == "white"


def test_the_most_divided_dimension_stands_first_and_the_unrated_one_last():
    order = agreement_words.ordered(tables.by_dimension())["dimension"].tolist()
    assert order == ["governance", "readiness", "digital", "funding"]


def test_the_band_lies_over_the_levels_that_count_as_near():
    bands = patches(charts.plot_agreement(tables.by_dimension(), tables.twelve()), "region")
    reach = [(band.get_x() + 0.45, band.get_x() + band.get_width() - 0.45) for band in bands]
    assert [tuple(round(x) for x in ends) for ends in reach] == [(2, 3), (2, 4), (0, 1)]


def test_a_large_panel_has_bars_as_high_as_its_shares():
    counts = tables.twelve().assign(n=tables.twelve()["n"] * 50)
    big = tables.by_dimension()
    big[["n", "n_near", "n_outside"]] *= 50
    ax = charts.plot_agreement(big, counts)
    near, outside = patches(ax, "near"), patches(ax, "outside")
    assert not points(ax, "near") and len(near) + len(outside) == 5 + 4 + 2
    assert outside[0].get_height() / near[0].get_height() == pytest.approx(2 / 4)
    assert "92\u00a0% of 600 within a level of the middle: Agreement" in texts(ax)


@pytest.mark.parametrize(
    ("near", "n", "verdict", "said"),
    [
        (11, 12, "Agreement", "11 of 12 within a level of the middle: Agreement"),
        (7, 12, "Split", "7 of 12 within a level of the middle: Split"),
        (0, 6, "", "none of 6 within a level of the middle"),
        (641, 642, "Agreement", "99\u00a0% of 642 within a level of the middle: Agreement"),
        (642, 642, "Agreement", "100\u00a0% of 642 within a level of the middle: Agreement"),
    ],
)
def test_nearness_in_words(near, n, verdict, said):
    row = tables.by_dimension()[:1].assign(n=n, n_near=near, distribution=verdict)
    assert agreement_words.row_words(next(row.itertuples())) == said


@pytest.mark.parametrize(
    ("verdicts", "title"),
    [
        (("Agreement", "Split", "Agreement"),
         "Stakeholders agree on 2 of 3 dimensions; views are split on Structure & Governance"),
        (("Agreement",) * 3, "Stakeholders agree on all 3 dimensions"),
        (("Split",) * 3, "Views are split on every dimension, most on Structure & Governance"),
        (("", "", ""),
         "Views lie furthest apart on Structure & Governance, where 7 of 12 ratings are within a level of the middle"),
        (("", "Split", "Agreement"),
         "Stakeholders agree on 1 of 2 dimensions; views are split on Structure & Governance; 1 cannot be judged"),
    ],
)  # fmt: skip
def test_the_title_gives_a_verdict_only_where_the_rule_does(verdicts, title):
    assert charts.title_agreement(tables.by_dimension()[:3].assign(distribution=verdicts)) == title


def test_many_split_dimensions_are_counted():
    many = pd.concat([tables.by_dimension()[1:2]] * 5 + [tables.by_dimension()[:1]], ignore_index=True)
    assert charts.title_agreement(many).endswith("views are split on the other 5, most on Structure & Governance")
    alone = tables.by_dimension()[:1].assign(n=1, distribution="", refusal="one stakeholder rated this dimension")
    assert charts.title_agreement(alone).startswith("One stakeholder has rated so far")


# --- groups


def test_each_group_has_its_shape_and_its_median():
    ax = charts.plot_groups(tables.group_medians(), tables.differences())
    shapes = {group: {line.get_marker() for line in lines(ax, group)} for group in ("Health", "Social care", "others")}
    assert shapes == {"Health": {"o"}, "Social care": {"s"}, "others": {"^"}}
    assert [x for x, y in points(ax, "Health") if round(y) == 1] == [4.0]
    assert [line.get_xdata()[0] for line in lines(ax, "Social care") if round(line.get_ydata()[0]) == 1] == [2.5]
    assert {"Health (6)", "Social care (4)", "others (3)"} <= set(texts(ax))


def test_a_line_joins_the_lowest_and_the_highest_group():
    ax = charts.plot_groups(tables.group_medians(), tables.differences())
    assert [list(map(float, line.get_xdata())) for line in lines(ax, "between")] == [[0, 1], [2, 4], [2, 2], [3, 3]]


def test_groups_at_one_level_do_not_hide_each_other():
    ax = charts.plot_groups(tables.group_medians(), tables.differences())
    spots = [points(ax, group)[2] for group in ("Health", "Social care", "others")]
    assert len(set(spots)) == 3 and all(abs(x - 2) < 0.15 and round(y) == 2 for x, y in spots)


def test_a_fifth_group_is_a_grey_cross_under_a_common_name():
    more = [tables.group_medians()[:1].assign(group=name, n=n) for name, n in (("A", 9), ("B", 8), ("C", 7))]
    ax = charts.plot_groups(pd.concat([tables.group_medians(), *more]), tables.differences())
    assert "2 smaller groups" in texts(ax) and "others (3)" not in texts(ax)
    assert {line.get_marker() for line in lines(ax, "others")} == {"X"}


def test_groups_differ_in_words_only_where_the_test_says_so():
    written = " ".join(texts(charts.plot_groups(tables.group_medians(), tables.differences())))
    assert "Health higher than others (large effect)" in written
    assert "sectors differ: others highest, Health lowest (very strong effect)" in written
    assert "no clear difference" in written and "fewer than two groups have at least 3" in written


@pytest.mark.parametrize(
    ("clear", "by", "title"),
    [
        ((True, False, True), "sector",
         "Sectors differ clearly on Digital Infrastructure and Readiness to Change"),
        ((False, True, False), "role", "Roles differ clearly on Structure & Governance only"),
        ((False,) * 3, "sector", "No clear difference between sectors on the 3 dimensions that can be compared"),
    ],
)  # fmt: skip
def test_the_title_of_groups_follows_the_test(clear, by, title):
    table = tables.differences().assign(is_clear=[*clear, False], by=by)
    assert charts.title_groups(tables.group_medians(), table) == title


def test_groups_that_cannot_be_compared_say_why():
    few = "there are fewer than two groups of at least 3 stakeholders"
    table = tables.differences().assign(is_clear=False, refusal=few)
    assert charts.title_groups(tables.group_medians()[:0], table) == f"Sectors cannot be compared: {few}"
    assert charts.title_groups(tables.group_medians(), tables.differences()[1:2]) == (
        "No clear difference between sectors"
    )


# --- coefficients


def test_every_coefficient_has_its_point_its_interval_and_its_words():
    ax = charts.plot_coefficients(tables.coefficients())
    assert [x for x, _ in points(ax, "value")] == [0.7, 0.82, 0.6, -0.2]
    ends = [tuple(map(float, line.get_xdata())) for line in lines(ax, "interval")]
    assert ends[:3] == [(0.6, 0.8), (0.76, 0.89), (0.5, 0.69)]
    written = " ".join(texts(ax))
    assert "0.60 (0.50 to 0.69): moderate" in written and "polychoric correlations of 12" in written
    assert {"Kendall's W", "−1", "−0.5", "0", "0.5", "1"} <= set(texts(ax))


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow():
    ax = charts.plot_coefficients(tables.coefficients())
    (arrow,) = lines(ax, "beyond")
    assert arrow.get_marker() == "<" and float(arrow.get_xdata()[0]) == ax.get_xlim()[0] > -1.4
    assert not lines(charts.plot_coefficients(tables.coefficients()[:3]), "beyond")


def test_the_axis_begins_at_zero_where_nothing_is_below():
    ax = charts.plot_coefficients(tables.coefficients()[:3])
    assert -0.1 < ax.get_xlim()[0] < 0 and "−0.5" not in texts(ax)


@pytest.mark.parametrize(
    ("alpha", "ac2", "w", "title"),
    [
        ("good enough for tentative conclusions", "almost perfect", "moderate",
         "Stakeholders broadly put the dimensions in the same order and give them broadly similar ratings"),
        ("reliable", "substantial", "very weak",
         "Stakeholders hardly put the dimensions in the same order but give them much the same ratings"),
        ("not reliable", "fair", "weak", "Stakeholders hardly put the dimensions in the same order and agree little "
         "on their levels"),
        ("not reliable", "almost perfect", "strong", "Stakeholders put the dimensions in much the same order; how "
         "alike their ratings are depends on how agreement is measured"),
    ],
)  # fmt: skip
def test_the_title_of_coefficients_follows_their_usual_readings(alpha, ac2, w, title):
    table = tables.coefficients()
    table.loc[:2, "reading"] = [alpha, ac2, w]
    assert charts.title_coefficients(table) == title


def test_the_title_of_coefficients_is_cautious():
    wide = tables.coefficients()
    wide.loc[2, "lowercl"] = 0.1
    assert charts.title_coefficients(wide).endswith("; the intervals are wide")
    without_order = tables.coefficients().drop(index=2)
    assert charts.title_coefficients(without_order) == "Stakeholders give the dimensions broadly similar ratings"
    rest = tables.coefficients()[3:]
    assert charts.title_coefficients(rest) == "1 of 2 coefficients can be given for this panel"
    few = tables.coefficients().assign(refusal="only 3 stakeholders rated; this takes at least 5", value=math.nan)
    assert charts.title_coefficients(few) == (
        "No coefficient of agreement can be given: only 3 stakeholders rated; this takes at least 5"
    )


def test_the_words_of_every_declared_reading_are_known():
    from helpers.scoring import readings

    def strengths(code):
        return [
            coefficients_words._strengths(pd.DataFrame({"reading": [word]}, index=[code]), (code,))[0]
            for _, word in readings.COEFFICIENTS[code].words
        ]

    assert strengths("kendall_w") == [2, 2, 1, 0, 0]
    assert strengths("krippendorff_alpha") == [2, 1, 0]
    assert strengths("gwet_ac2") == [2, 2, 1, 0, 0, 0]


# --- words for all, and every shape of table


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        (charts.alt_agreement(tables.by_dimension(), when="March 2025"),
         ["Strip chart", "March 2025", "views are split on", "median 2.5, 7 of 12", "Funding: nobody rated"]),
        (charts.alt_groups(tables.group_medians(), tables.differences()),
         ["Dot plot", "by sector", "Health 4, Social care 2.5 and others 2, Health higher than others"]),
        (charts.alt_coefficients(tables.coefficients()),
         ["Forest plot", "broadly put", "Kendall's W: 0.60 (0.50 to 0.69): moderate"]),
    ],
)  # fmt: skip
def test_alt_texts_give_kind_subject_finding_and_figures(alt, said):
    assert all(part in alt for part in said), alt
    assert alt.endswith(".") and ".." not in alt and "nan" not in alt.split()


def test_subtitles_say_measure_scale_and_n():
    assert charts.subtitle_agreement(tables.by_dimension(), when="March 2025") == (
        "Ratings of each dimension, 0 (lowest) to 5 (highest); March 2025; 12 stakeholders; "
        "agreement by the RAND/UCLA rule"
    )
    assert charts.subtitle_groups(tables.group_medians(), tables.differences()).endswith("13 stakeholders in 3 groups")
    assert "12 stakeholders, 12 dimensions; lines: 95\u00a0% intervals" in charts.subtitle_coefficients(
        tables.coefficients()
    )


def every_figure(name: str, people: int, width: str):
    table, counts = tables.by_dimension(), tables.twelve()
    table[["n", "n_near", "n_outside"]] *= people
    named = {"dimension_name": name} if name else {}
    yield charts.figure_agreement(table.assign(**named), counts.assign(n=counts["n"] * people), width=width)
    groups = tables.group_medians().assign(**({"group": [f"{k % 3} {name}" for k in range(12)]} if name else {}))
    yield charts.figure_groups(groups, tables.differences().assign(**named, lowest_group=name), width=width)
    asked = tables.coefficients().assign(**({"asks": name, "coefficient_name": name} if name else {}))
    yield charts.figure_coefficients(asked, width=width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("people", [1, 2, 60])
@pytest.mark.parametrize("name", ["", "Structure & Governance", LONG])
def test_nothing_touches_whatever_the_shape(name, people, width):
    for figure in every_figure(name, people, width):
        assert not touching(figure)


@pytest.mark.parametrize("width", WIDTHS)
def test_empty_tables_give_a_sentence(width):
    empty = [
        charts.figure_agreement(tables.by_dimension()[:0], tables.twelve()[:0], width=width),
        charts.figure_agreement(tables.by_dimension()[3:], tables.twelve(), width=width),
        charts.figure_groups(tables.group_medians()[:0], tables.differences()[:0], width=width),
        charts.figure_groups(tables.group_medians()[:0], tables.differences(), width=width),
        charts.figure_coefficients(tables.coefficients()[:0], width=width),
    ]
    assert all(any(line.endswith(".") for line in texts(figure)) and not touching(figure) for figure in empty)
    nobody, no_groups = tables.by_dimension()[:0], (tables.group_medians()[:0], tables.differences()[:0])
    said = [
        charts.title_agreement(nobody), charts.subtitle_agreement(nobody), charts.alt_agreement(nobody),
        charts.title_groups(*no_groups), charts.subtitle_groups(*no_groups), charts.alt_groups(*no_groups),
        charts.title_coefficients(tables.coefficients()[:0]), charts.subtitle_coefficients(tables.coefficients()[:0]),
        charts.alt_coefficients(tables.coefficients()[:0]),
    ]  # fmt: skip
    assert all(said)


def test_the_tables_stay_as_they_were():
    made = [tables.by_dimension(), tables.twelve(), tables.group_medians(), tables.differences(), tables.coefficients()]
    charts.figure_agreement(made[0], made[1])
    charts.figure_groups(made[2], made[3])
    charts.figure_coefficients(made[4])
    again = [tables.by_dimension(), tables.twelve(), tables.group_medians(), tables.differences()]
    for table, fresh in zip(made, [*again, tables.coefficients()], strict=True):
        pd.testing.assert_frame_equal(table, fresh)
