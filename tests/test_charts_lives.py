"""The chart of lives, by its artists and its words."""

import numpy as np
import pandas as pd
import pytest

from drawn import lines, texts, touching
from helpers.charts import lives as charts
from helpers.charts import style, svg

WIDTHS = tuple(style.WIDTHS)
NONE = float("nan")


def table() -> pd.DataFrame:
    columns = ["kind", "indicator_name", "sex", "period", "value", "lowercl", "uppercl", "comparator_value", "minimum",
               "q1", "q3", "maximum", "verdict", "polarity"]  # fmt: skip
    rows = [
        ("life_expectancy", "Life expectancy, females", "female", "2020-2022", 80.9, 80.4, 81.5, 81.0, 78.2, 80, 82, 84,
         "no clear difference", "higher_is_better"),
        ("life_expectancy", "Life expectancy, males", "male", "2020-2022", 77.1, 76.5, 77.7, 79.2, 73, 76, 78, 80,
         "worse", "higher_is_better"),
        ("healthy_life_expectancy", "Healthy life expectancy, females", "female", "2019-2021", 61.9, 58.6, 65.3, 61.6,
         52, 59, 65, 76.4, "no clear difference", "higher_is_better"),
        ("poorer_health_years", "Years in poorer health, females", "female", "2020-2022", 19.0, 15.6, 22.4, 19.3, 7.6,
         17, 21, 27, "no clear difference", "lower_is_better"),
        ("spread", "Spread", "all", "", 10, NONE, NONE, NONE, NONE, NONE, NONE, NONE, "not compared", "none"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).assign(comparator_name="Median of 32 areas", n_areas=32)
    return frame.assign(comparator_basis="median of 32 areas")


def test_points_and_intervals_stand_at_their_years_and_the_spread_is_not_drawn():
    ax = charts.plot_lives(table())
    assert [line.get_xdata()[0] for line in lines(ax, "region")] == [80.9, 61.9, 77.1]
    assert [list(line.get_xdata()) for line in lines(ax, "interval")] == [[80.4, 81.5], [58.6, 65.3], [76.5, 77.7]]
    assert [line.get_xdata()[0] for line in lines(ax, "comparator")] == [81.0, 61.6, 79.2]


def test_the_years_between_run_from_the_healthy_to_the_whole_life():
    ax = charts.plot_lives(table())
    (span,) = [patch for patch in ax.patches if patch.get_label() == "between"]
    assert (span.get_x(), span.get_x() + span.get_width()) == pytest.approx((61.9, 80.9))
    assert "19.0\u00a0years" in texts(ax)


def test_the_range_of_the_areas_is_drawn_in_two_greys():
    ax = charts.plot_lives(table())
    bars = {name: [p.get_x() for p in ax.patches if p.get_label() == name] for name in ("range", "half")}
    assert bars == {"range": [78.2, 52, 73], "half": [80, 59, 76]}


def test_a_verdict_has_a_shape_of_its_own():
    ax = charts.plot_lives(table())
    assert [line.get_marker() for line in lines(ax, "region")] == ["o", "o", "D"]


def test_the_axis_holds_all_intervals_and_names_its_unit():
    ax = charts.plot_lives(table())
    assert ax.get_xlim() == (50, 90) and "90\u00a0years" in texts(ax) and "50" in texts(ax)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_touch_and_none_leave_the_figure(width):
    figure = charts.figure_lives(table(), width=width)
    assert not touching(figure)
    assert "Females" in texts(figure) and "Males" in texts(figure)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_said_in_a_sentence(width):
    assert charts.NOTHING in texts(charts.figure_lives(table().iloc[:0], width=width))


def test_figures_without_limits_range_or_comparator_are_drawn_alone():
    bare = table().assign(**dict.fromkeys(
        ["lowercl", "uppercl", "minimum", "q1", "q3", "maximum", "comparator_value"], np.nan), verdict="not compared",
        comparator_name="", comparator_basis="")  # fmt: skip
    ax = charts.plot_lives(bare)
    assert len(lines(ax, "region")) == 3 and not lines(ax, "interval") and not lines(ax, "comparator")


def test_title_subtitle_and_alt_say_what_the_table_says():
    rows = table()
    assert charts.title_lives(rows, region_name="Here") == (
        "Expected at birth in Here: women 80.9\u00a0years, 61.9 of them in good health; men 77.1\u00a0years"
    )
    assert "life expectancy 2020–2022, healthy life expectancy 2019–2021" in charts.subtitle_lives(rows)
    alt = charts.alt_lives(rows, region_name="Here")
    assert "Life expectancy, males 77.1\u00a0years (76.5 to 77.7), median of 32 areas 79.2\u00a0years, worse" in alt
    assert "no life expectancy of Here" in charts.title_lives(rows.iloc[:0], region_name="Here")
    only = rows[rows["kind"] == "healthy_life_expectancy"]
    assert charts.title_lives(only, region_name="Here") == "In Here healthy life expectancy is 61.9\u00a0years of women"


def test_the_svg_is_the_same_for_the_same_table():
    drawn = [svg.to_svg(charts.figure_lives(table()), prefix="lives", title="title", alt="alt") for _ in range(2)]
    assert drawn[0] == drawn[1] and "<title" in drawn[0]
