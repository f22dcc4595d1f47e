"""The charts of inequality, by their artists and their words."""

import numpy as np
import pandas as pd
import pytest

from drawn import lines, texts, touching
from helpers.charts import gradients, inequality, style, svg
from helpers.charts import inequality_words as words

WIDTHS = tuple(style.WIDTHS)
NONE = float("nan")
LONG = "A very long name of an indicator with $ $x and <script> that goes on and on without any end " * 2


def index(name, year, rii, low, high, verdict="most deprived worse off", **columns) -> dict:
    row = {
        "indicator": name.lower(), "indicator_name": name, "short_name": name, "sex": "all", "age_group": "all",
        "unit": "per 100,000", "polarity": "lower_is_better", "period": year, "is_latest": True,
        "period_start": pd.Timestamp(f"{year}-01-01"), "period_end": pd.Timestamp(f"{year}-12-31"),
        "rii": rii, "rii_lowercl": low, "rii_uppercl": high, "sii": 30 * rii, "overall": 30.0, "verdict": verdict,
        "most_deprived_end": 30 + 15 * rii, "least_deprived_end": 30 - 15 * rii, "reason": "",
    }  # fmt: skip
    for k, (share, value) in enumerate(zip((0.1, 0.3, 0.3, 0.2, 0.1), (45.0, 35, 30, 22, 15), strict=True), start=1):
        row |= {f"share_{k}": share, f"value_{k}": value, f"lowercl_{k}": value - 5, f"uppercl_{k}": value + 5}
    return row | columns


def table(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows or (
        index("Deaths", "2021", 0.4, -0.1, 0.9, "no clear gradient"),
        index("Deaths", "2020", 0.5, 0.2, 0.8, is_latest=False),
        index("Smoking", "2021", 1.2, 0.6, 1.8),
        index("Tablets", "2021", 0.6, 0.4, 0.8, "higher at the most deprived end", polarity="none"),
        index("Births", "2021", NONE, NONE, NONE, "not worked out", sii=NONE, overall=NONE, most_deprived_end=NONE,
              least_deprived_end=NONE, value_1=NONE, share_1=NONE, reason="no figure is given"),
    ))  # fmt: skip


def changes(**columns) -> pd.DataFrame:
    row = {
        "indicator": "deaths", "indicator_name": "Deaths", "sex": "all", "age_group": "all", "first_period": "2020",
        "latest_period": "2021", "rii_first": 0.5, "rii_latest": 0.4, "rii_change": "no clear change",
        "sii_change": "no clear change", "rii_reason": "",
    }  # fmt: skip
    return pd.DataFrame([row | columns])


def test_the_latest_indices_stand_at_their_percentages_the_largest_first():
    ax = inequality.plot_inequality(table())
    assert [line.get_xdata()[0] for line in lines(ax, "index")] == [120, 60, 40]
    assert [[round(x) for x in line.get_xdata()] for line in lines(ax, "interval")] == [[60, 180], [40, 80], [-10, 90]]
    assert [line.get_marker() for line in lines(ax, "index")] == ["D", "^", "o"]


def test_an_indicator_without_an_index_keeps_its_row_and_says_so():
    said = texts(inequality.plot_inequality(table()))
    assert "Births" in said and any(text.startswith("No index") for text in said)


def test_equality_is_named_on_the_axis_and_always_in_sight():
    ax = inequality.plot_inequality(table(index("Smoking", "2021", 1.2, 0.6, 1.8)))
    assert ax.get_xlim()[0] <= 0 and "equal" in texts(ax)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["Smoking", LONG])
def test_no_words_touch_and_none_leave_the_figure(width, name):
    rows = table(index(name, "2021", 1.2, 0.6, 1.8), *table().to_dict("records"))
    for figure in (
        inequality.figure_inequality(rows, width=width), gradients.figure_gradients(rows, width=width),
        inequality.figure_inequality_changes(rows, changes=changes(indicator_name=name), width=width),
    ):  # fmt: skip
        assert not touching(figure)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_said_in_a_sentence(width):
    empty = table().iloc[:0]
    assert inequality.NOTHING in texts(inequality.figure_inequality(empty, width=width))
    assert gradients.NOTHING in texts(gradients.figure_gradients(empty, width=width))
    none = inequality.figure_inequality_changes(empty, changes=changes().iloc[:0], width=width)
    assert inequality.NO_PERIODS in texts(none)


def test_a_gradient_has_bars_as_wide_as_their_people_and_the_line_of_the_slope():
    ax = gradients.plot_gradient(table().iloc[2])
    bars = [patch for patch in ax.patches if patch.get_label() == "fifth"]
    assert [bar.get_height() for bar in bars] == [45, 35, 30, 22, 15]
    assert [round(bar.get_x() + bar.get_width() / 2, 3) for bar in bars] == [0.05, 0.25, 0.55, 0.8, 0.95]
    (slope,), (total,) = lines(ax, "slope"), lines(ax, "total")
    assert list(slope.get_ydata()) == [48, 12] and list(total.get_ydata()) == [30, 30]
    assert len(lines(ax, "interval")) == 5 and ax.get_ylim()[0] == 0


def test_fifths_without_a_figure_take_no_room_and_there_is_no_line():
    ax = gradients.plot_gradient(table().iloc[4].replace({NONE: np.nan}))
    bars = [patch for patch in ax.patches if patch.get_label() == "fifth"]
    assert len(bars) == 4 and not lines(ax, "slope") and not lines(ax, "total")
    assert bars[0].get_x() < 0.01 and bars[-1].get_x() + bars[-1].get_width() > 0.99
    assert "1" not in texts(ax) and "2" in texts(ax)


def test_a_line_that_ends_below_zero_stays_in_the_axes():
    ax = gradients.plot_gradient(table(index("Drugs", "2021", 2.4, 1, 3)).iloc[0])
    assert ax.get_ylim()[0] <= -6
    assert not any(said.startswith("−") for said in texts(ax))


def test_a_panel_says_verdict_and_gap_in_one_line_and_that_a_gap_cannot_be_called():
    clear, not_clear = (
        index("Deaths", "2021", 0.4, 0.1, 0.9, verdict) for verdict in (words.WORSE, "no clear gradient")
    )
    said = [words.panel_words(row) for row in pd.DataFrame([clear, not_clear]).itertuples()]
    ends = "gap 40\u00a0% (10\u00a0to\u00a090)"
    assert said == [f"Most deprived worse off: {ends}", f"Too uncertain to call: {ends}"]


def test_where_no_indicator_has_an_index_the_title_says_why_and_no_panel_repeats_it():
    none = table().iloc[[4]]
    title = words.title_gradients(none, region_name="Here")
    assert title == "Only 4 of the 5 national fifths have figures in Here, so there is no index"
    assert not any("No index" in said for said in texts(gradients.figure_gradients(none)))
    assert any("No index" in said for said in texts(gradients.figure_gradients(table())))


def test_the_change_is_a_line_with_its_band_and_points_where_it_is_tested():
    figure = inequality.figure_inequality_changes(table(), changes=changes())
    ax = figure.axes[0]
    (line,), (points,) = lines(ax, "region"), lines(ax, "tested")
    assert list(line.get_ydata()) == [50, 40] and list(points.get_ydata()) == [50, 40]
    assert lines(ax, "equal") and ax.collections
    assert "No clear change of the gap" in texts(figure)


def test_overlapping_periods_have_points_at_those_that_share_no_day_only():
    rows = [
        index("Deaths", str(year), 0.5, 0.2, 0.8, period=f"{year}-{year + 2}", is_latest=year == 2006,
              period_end=pd.Timestamp(f"{year + 2}-12-31")) for year in range(2000, 2007)
    ]  # fmt: skip
    ax = inequality.figure_inequality_changes(table(*rows), changes=changes()).axes[0]
    assert len(lines(ax, "region")[0].get_xdata()) == 7 and len(lines(ax, "tested")[0].get_xdata()) == 3


def test_titles_count_what_is_clear_among_what_has_a_direction():
    rows = table()
    assert words.title_inequality(rows, region_name="Here") == (
        "On 1 of 2 indicators things in Here are clearly worse where people are more deprived"
    )
    none = table(index("Deaths", "2021", 0.4, -0.1, 0.9, "no clear gradient"), rows.iloc[3].to_dict())
    assert words.title_inequality(none, region_name="Here").startswith("On none of 1 indicator")
    assert "No index" in words.title_inequality(rows.iloc[4:], region_name="Here")
    assert "ScotPHO convention" in words.subtitle_inequality(rows)


def test_the_alt_text_has_every_indicator_with_its_interval():
    alt = words.alt_inequality(table(), region_name="Here")
    assert "gap of 120\u00a0% of the average (60\u00a0to\u00a0180)" in alt and "Births (2021): no index" in alt
    assert "from 48.0 at the most to 12.0 at the least" in words.alt_gradients(table(), region_name="Here")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "No clear change of the gap"),
        ({"rii_change": "wider", "sii_change": "wider"}, "Gap wider, relative and absolute"),
        ({"rii_change": "wider"}, "Relative gap: wider; absolute gap: no clear change"),
        ({"rii_change": "not tested", "sii_change": "not tested", "rii_reason": "they overlap"},
         "Change not tested: they overlap"),
    ],
)  # fmt: skip
def test_the_words_for_a_change_tell_of_both_gaps(columns, said):
    assert words.change_words(next(changes(**columns).itertuples())) == said


def test_the_title_of_changes_counts_both_ways():
    both = pd.concat([changes(rii_change="wider"), changes(rii_change="narrower"), changes(rii_change="not tested")])
    assert words.title_changes(both, region_name="Here") == (
        "The relative gap in Here has widened on 1 of 2 indicators and narrowed on 1"
    )
    assert "On none of 1 indicator" in words.title_changes(changes(), region_name="Here")
    assert "cannot be tested" in words.title_changes(changes(rii_change="not tested"), region_name="Here")
    alt = words.alt_changes(changes(), region_name="Here")
    assert "Deaths: 50\u00a0% in 2020, 40\u00a0% in 2021, no clear change of the gap" in alt


def test_the_svg_is_the_same_for_the_same_table():
    drawn = [svg.to_svg(gradients.figure_gradients(table()), prefix="g", title="title", alt="alt") for _ in range(2)]
    assert drawn[0] == drawn[1]
