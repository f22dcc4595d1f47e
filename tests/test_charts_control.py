"""The control chart by its artists, its words, and the page's blocks."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from drawn import lines, texts, touching
from helpers import charts
from helpers.charts import style
from helpers.page.control import control as page
from helpers.reference.regions import Region
from helpers.scoring import delays
from helpers.scoring.trends import xmr
from test_delays import BEDS_A_DAY, charted, rebased

PLACE = Region("m", "Midlothian", "council_area", True, "A", (), (), "Scotland", "en-GB", "", "", "", "")
JUMP = [*BEDS_A_DAY, *[value + 30 for value in BEDS_A_DAY], 90, 90, 20]


def chart(**options) -> pd.DataFrame:
    return charted(JUMP, **options)


def test_the_months_stand_at_their_values_with_their_limits():
    table = chart()
    ax = charts.plot_control(table)
    (series,) = lines(ax, "series")
    assert list(series.get_ydata()) == pytest.approx(list(table["value"]))
    (mean,), (upper,) = lines(ax, "mean"), lines(ax, "upper_limit")
    assert mean.get_ydata()[0] == pytest.approx(table["mean"].iloc[0])
    assert upper.get_ydata()[0] == pytest.approx(table["upper_limit"].iloc[0])
    assert upper.get_linestyle() != mean.get_linestyle()


def test_unusual_months_have_a_shape_and_a_colour_of_their_own():
    table = chart(rebases=rebased("2024-01-01"))
    ax = charts.plot_control(table)
    looks = {}
    for kind, rows in (("improvement", table["is_improvement"]), ("concern", table["is_concern"])):
        (points,) = lines(ax, kind)
        assert list(points.get_ydata()) == pytest.approx(list(table.loc[rows, "value"])) and rows.any()
        looks[kind] = (points.get_marker(), to_hex(points.get_markerfacecolor()))
    (usual,) = lines(ax, "common cause")
    assert looks == {"improvement": ("v", style.BETTER), "concern": ("D", style.WORSE)} and usual.get_marker() == "o"


def test_no_month_is_called_unusual_by_limits_that_are_not_reliable():
    table = charted([20, 21, 20, 21, 20, 21, 90])
    assert table["is_concern"].any()
    ax = charts.plot_control(table)
    assert not lines(ax, "concern") and len(lines(ax, "common cause")[0].get_ydata()) == 7
    alt = charts.alt_control(table, delays.summary(table), region_name="M")
    assert "0 months unusual, for the worse" in alt and "limits are not reliable below 12 points; 7 set these" in alt


def test_neither_way_is_better_where_nothing_says_so():
    months = delays.monthly(_figures(), ["A"])
    table = xmr(months, date="date", value="beds_per_day", improvement="neutral")
    ax = charts.plot_control(table)
    assert lines(ax, "special cause") and not lines(ax, "concern") and not lines(ax, "improvement")


def _figures() -> pd.DataFrame:
    from test_delays import figures

    return figures(JUMP)


def test_limits_are_labelled_at_the_right_end_and_the_rebase_with_its_reason():
    table = chart(rebases=rebased("2024-01-01"))
    ax = charts.plot_control(table)
    said = texts(ax)
    assert "20 latest" in said and any(text.endswith(" upper limit") for text in said)
    assert any(text.endswith(" average") for text in said) and any(text.endswith(" lower limit") for text in said)
    assert any(text.startswith("January 2024, limits start anew: a ward closed") for text in said)
    assert len(lines(ax, "mean")) == 2


def test_a_gap_in_the_months_stays_open():
    table = charted(BEDS_A_DAY).drop(index=[10, 11])
    drawn = [list(line.get_ydata()) for line in lines(charts.plot_control(table), "series")]
    assert [len(part) for part in drawn] == [10, 12]


def test_a_target_is_drawn_where_there_is_one():
    ax = charts.plot_control(chart(target=15))
    assert lines(ax, "target")[0].get_ydata()[0] == 15 and "15 target" in texts(ax)


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("rebase", ["2022-04-01", "2024-01-01", "2025-11-01"])
def test_nothing_touches_or_leaves_the_figure(width, rebase):
    table = chart(rebases=rebased(rebase), target=24)
    assert not touching(charts.figure_control(table, width=width))


@pytest.mark.parametrize("beds", [[0] * 14, [3], [1200, 1500] * 10, [0.1, 0.2] * 9])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_series_at_the_edges_are_drawn(beds, width):
    figure = charts.figure_control(charted(beds), width=width)
    assert not touching(figure)
    assert charts.to_svg(figure, prefix="c", title="t", alt="a").startswith("<svg")


def test_nothing_is_one_sentence():
    none = chart().head(0)
    figure = charts.figure_control(none, width="narrow")
    assert texts(figure) == ["There are no months to show."]
    summary = delays.summary(none)
    assert charts.title_control(summary, region_name="M") == "There are no months of delayed discharges in M"
    assert charts.alt_control(none, summary, region_name="M") == "Control chart without figures: M."
    (block,) = page(none, summary, PLACE, pd.DataFrame())
    assert block.kind == "absent" and "atlas fetch phs-delayed-discharges" in block.text


def test_the_words_say_finding_measure_and_counts():
    table = chart(rebases=rebased("2024-01-01"))
    summary = delays.summary(table)
    title = charts.title_control(summary, region_name="Midlothian")
    assert title == summary["finding"].iloc[0]
    assert "bed days divided by days of the month; January 2022 to" in charts.subtitle_control(summary, region_name="M")
    alt = charts.alt_control(table, summary, region_name="Midlothian")
    assert title in alt and f"{int(table['is_concern'].sum())} months unusual, for the worse" in alt
    assert "Limits start anew in January 2024, a ward closed." in alt and "nan" not in alt.split()


def test_the_page_has_figure_sentence_and_every_month():
    table = chart()
    files = pd.DataFrame({"file": ["dd.csv"], "producer": ["PHS"], "licence": ["OGL"], "status": ["published"]})
    figure, sentence, months = page(table, delays.summary(table), PLACE, files)
    assert figure.data["anchor"] == "delays" and "PHS" in figure.data["source"]
    assert sentence.text.startswith("March 2026: 20 beds a day")
    assert len(months.data["rows"]) == len(table) and months.data["name"] == "delayed discharges"
    shown = [column["name"] for column in months.data["columns"]]
    assert shown[:2] == ["period", "value"] and shown[-1] == "source_place"
    assert np.allclose([row[1] for row in months.data["rows"]], table["value"])
