"""Charts by their artists, and the words that go with them: positions, shapes, counts, labels; never pixels."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

import chart_tables as tables
from drawn import lines, texts, touching
from helpers import charts
from helpers.charts import spider, strips, style, tiles, trends, verdicts, waves, words

WIDTHS = tuple(style.WIDTHS)
LONG = "A very long name of something with $ $x and <script> that goes on and on without an end " * 3


# --- the spider diagram


def test_the_spider_has_a_point_for_each_dimension_at_its_level():
    ax = charts.plot_spider(tables.profile())
    (line,) = lines(ax, "consensus")
    points = np.column_stack(line.get_data())[:-1]
    reach = np.hypot(*points.T)
    top = np.hypot(*np.column_stack(ax.get_lines()[5].get_data())[0])
    steps = (reach / top - reach.min() / top) / (1 - reach.min() / top) * 5
    assert np.allclose(steps, [3, 2, 0, 2])
    assert reach.min() > 0
    assert np.allclose(np.degrees(np.arctan2(*points.T)) % 360, [0, 90, 180, 270])


def test_a_median_that_stands_for_a_missing_consensus_is_hollow():
    ax = charts.plot_spider(tables.profile())
    points = [line for line in ax.get_lines() if line.get_label() == "levels"]
    assert {line.get_markerfacecolor(): len(line.get_xdata()) for line in points} == {style.REGION: 3, "white": 1}
    assert "median, no consensus recorded" in texts(ax)


def test_a_dimension_that_nobody_rated_leaves_a_gap():
    profile = tables.profile()
    profile.loc[3, ["median", "q1", "q3"]] = math.nan
    (line,) = lines(charts.plot_spider(profile), "consensus")
    assert np.isnan(line.get_xdata()[3]) and not np.isnan(line.get_xdata()[:3]).any()


@pytest.mark.parametrize("earlier", [tables.compared(), tables.profile()])
def test_the_earlier_wave_is_a_dashed_line_with_its_name(earlier):
    ax = charts.plot_spider(tables.profile(), earlier=earlier, earlier_name="March 2023")
    (line,) = lines(ax, "earlier")
    assert line.get_linestyle() == "--" and "March 2023" in texts(ax)
    assert np.isnan(line.get_xdata()[2]) == ("earlier" in earlier)


def test_the_spider_says_its_names_and_rings():
    written = texts(charts.plot_spider(tables.profile()))
    assert [level for level in written if level.isdigit()] == list("012345")
    assert set(tables.NAMES) <= set(written) | {"Readiness to Change"}


def test_two_dimensions_make_no_spider_but_still_a_profile():
    assert "A spider diagram needs at least three dimensions." in texts(charts.plot_spider(tables.profile()[:2]))
    figure = charts.figure_profile(tables.profile()[:2], distribution=tables.distribution())
    assert len(figure.axes) == 1 and tables.NAMES[0] in texts(figure)


@pytest.mark.parametrize(("width", "spokes"), [("wide", 48), ("narrow", 36)])
def test_a_web_with_very_many_spokes_shrinks_until_its_names_fit(width, spokes):
    profile, _ = tables.many(spokes, 1, "Structure & Governance")
    assert not touching(charts.figure_spider(profile, width=width))


@pytest.mark.parametrize("levels", [(0, 5), (1, 4)])
def test_the_scale_is_the_models(levels):
    web = spider.Web(np.array([0.0, 2.0, 4.0]), 100, levels)
    assert np.hypot(*web.points(np.full(3, levels[1]))[0]) == pytest.approx(100)


# --- the strip chart


def test_the_strips_have_a_dot_for_each_stakeholder_over_their_level():
    ax = charts.plot_strips(tables.distribution(), profile=tables.profile())
    (dots,) = lines(ax, "stakeholders")
    assert len(dots.get_xdata()) == 19
    counts = {}
    for x, y in zip(*dots.get_data(), strict=True):
        key = tables.CODES[round(y)], round(x)
        counts[key] = counts.get(key, 0) + 1
    assert counts == {(c, level): n for c, row in tables.COUNTS.items() for level, n in enumerate(row) if n}


def test_the_strips_mark_consensus_and_median():
    ax = charts.plot_strips(tables.distribution(), profile=tables.profile())
    frames = [patch for patch in ax.patches if patch.get_label() == "consensus"]
    assert [round(patch.get_x() + patch.get_width() / 2, 6) for patch in frames] == [3, 2, 0]
    assert [float(line.get_xdata()[0]) for line in lines(ax, "median")] == [3, 2, 0, 2]


def test_the_strips_say_the_level_in_words_and_who_did_not_rate():
    written = texts(charts.plot_strips(tables.distribution(), profile=tables.profile()))
    assert {"forces", "4 of 5 rated it"} <= set(written)
    assert "5 of 5 rated it" not in written


def withheld(**columns) -> pd.DataFrame:
    """The profile of three people whose single ratings are not shown; the last dimension has no consensus."""
    blank = dict.fromkeys(("median", "q1", "q3", "spread"), math.nan)
    known = tables.profile().assign(n=0, n_missing=0, n_stakeholders=3, n_most_chosen=0, withheld=True, **blank)
    known = known.assign(level=known["consensus"], level_from=["consensus"] * 3 + [""], level_text="")
    return known.assign(**columns)


def test_a_small_panels_ratings_are_not_called_missing():
    profile = withheld()
    distribution = tables.distribution().assign(n=0)
    written = texts(charts.figure_profile(profile, distribution=distribution))
    assert not [line for line in written if "rated it" in line or line == "one stakeholder"]
    assert "too few to show" in charts.subtitle_profile(profile)
    assert "agreed 3" in charts.alt_strips(profile)


@pytest.mark.parametrize("agreed", [True, False])
def test_the_words_of_a_withheld_profile_claim_no_rating(agreed):
    none = {} if agreed else {name: pd.array([None] * 4, "Int64") for name in ("consensus", "level")}
    profile, counts = withheld(**none), tables.distribution().assign(n=0)
    words = [
        charts.title_profile(profile), charts.subtitle_profile(profile), charts.alt_profile(profile),
        charts.title_strips(profile), charts.subtitle_strips(profile), charts.alt_strips(profile),
    ]  # fmt: skip
    for said in words:
        assert "dot" not in said and "Each stakeholder" not in said and "edian" not in said, said
        assert "not rated" not in said and "been rated" not in said and "by level" not in said, said
        assert "0 stakeholders" not in said, said
    assert all("3 stakeholders, too few to show their ratings" in said for said in words[1::3][:1] + words[4:5])
    assert all("not shown" in said for said in (words[2], words[5]))
    assert "level is agreed" in words[0] if not agreed else words[0].startswith("Readiness to Change stands highest")
    charts.figure_profile(profile, distribution=counts)


def test_a_wave_whose_ratings_are_withheld_has_no_panel_of_nobody():
    compared = tables.compared().assign(n_earlier=pd.array([None] * 4, "Int64"))
    said = charts.subtitle_waves(compared)
    assert "March 2023: single ratings are not shown" in said and "March 2025: 5 stakeholders" in said


@given(st.integers(1, 60), st.floats(16, 70), st.floats(16, 70))
def test_dots_of_any_panel_stay_in_their_cell(people, across, down):
    pitch, layer = strips.dot_grid(people, across, down)
    places = strips.dot_places(people, pitch, layer)
    assert len(set(places)) == people
    assert all(abs(x) <= across / 2 for x, _ in places)
    assert all(0 < y <= down for _, y in places)


# --- waves and rounds


def test_waves_are_dumbbells_where_they_compare():
    ax = charts.plot_waves(tables.compared())
    points = [line for line in ax.get_lines() if line.get_marker() == "o" and line.get_transform() == ax.transData]
    assert [float(point.get_xdata()[0]) for point in points] == [2, 3, 2, 2, 2.5, 2]
    written = texts(ax)
    assert {"up 1 level, from 2 to 3".replace("1 ", "1\u00a0"), "no change, at 2", "March 2023"} <= set(written)
    assert any(line.startswith("not compared: its subject") for line in written)


@pytest.mark.parametrize(
    ("earlier", "later", "said"),
    [
        (2, 3, "up 1\u00a0level, from 2 to 3"),
        (4, 2, "down 2\u00a0levels, from 4 to 2"),
        (2.5, 2, "down half a level, from 2.5 to 2"),
        (1, 2.5, "up 1.5\u00a0levels, from 1 to 2.5"),
        (0, 0, "no change, at 0"),
    ],
)
def test_change_in_words(earlier, later, said):
    assert waves.change_words(earlier, later, later - earlier, comparable=True) == said


def test_rounds_show_median_and_verdict():
    ax = charts.plot_rounds(tables.delphi())
    medians = [
        float(line.get_xdata()[0]) for line in ax.get_lines() if line.get_marker() == "D" and line.get_zorder() < 6
    ]
    assert medians == [2.5, 2, 3, 3]
    written = " ".join(texts(ax))
    assert "9 of 12 within one level of the median: Agreement, Progressing" in written
    assert "5 of 12 within one level of the median: Split, Uncertain" in written


def test_rounds_draw_the_stakeholders_where_they_are_known():
    counts = pd.DataFrame(
        [("governance", 1, 2, 7), ("governance", 1, 3, 5)], columns=["dimension", "round", "level", "n"]
    )
    (dots,) = lines(charts.plot_rounds(tables.delphi()[:1], distribution=counts), "stakeholders")
    assert sorted(round(x) for x in dots.get_xdata()) == [2] * 7 + [3] * 5


# --- the spine chart


def spine():
    return charts.plot_spine(tables.beside(), region_name="Midlothian")


def test_every_verdict_has_its_shape_and_its_words():
    ax = spine()
    marks = [(line.get_marker(), float(line.get_xdata()[0])) for line in lines(ax, "region")]
    assert marks == [("o", -0.05), ("o", 0.6), ("D", -0.5), ("^", 0.7)]
    assert {"no clear difference", "better", "worse", "higher", "not compared"} <= set(texts(ax))
    looks = {(look.marker, look.face) for look in verdicts.LOOKS.values()}
    assert len(looks) == len(verdicts.LOOKS)


def test_the_comparator_is_a_line_at_zero_and_the_region_has_its_interval():
    ax = spine()
    assert [list(line.get_xdata()) for line in lines(ax, "comparator")] == [[0, 0]] * 4
    ends = [tuple(float(x) for x in line.get_xdata()) for line in lines(ax, "interval")]
    assert ends[0] == (-0.9, 0.7)
    assert ends[2][0] > ax.get_xlim()[0] and any(line.get_marker() == "<" for line in ax.get_lines())


def test_the_ranges_are_drawn_only_where_there_is_one():
    ranges = [patch for patch in spine().patches if patch.get_label() == "range"]
    assert (ranges[0].get_x(), ranges[0].get_width()) == (-1.0, 1.9)
    assert len(ranges) == 4


def test_rows_are_grouped_by_theme_with_value_unit_and_period():
    written = texts(spine())
    assert {"Tobacco", "Drugs", "People", "4.1", "17.5", "18\u00a0%", "2022; per 100,000", "94,680", "–"} <= set(
        written
    )
    assert written.index("Tobacco") < written.index("Drugs") < written.index("People")


def test_a_second_comparator_is_named_in_its_row():
    table = tables.beside()
    table.loc[1, ["comparator_name", "comparator_basis"]] = "Scotland"
    assert any("beside: Scotland" in line for line in texts(charts.plot_spine(table, region_name="M")))
    assert "Scotland and the median of 32 council areas" in charts.alt_spine(
        table.iloc[[1, 0, 2]], region_name="Midlothian"
    )


# --- trends


def test_the_trend_draws_the_regions_line_its_band_and_the_comparator():
    ax = charts.plot_trend(tables.trend(), region_code="S1", comparator_code="S2")
    (region,), (comparator,) = lines(ax, "region"), lines(ax, "comparator")
    assert list(region.get_ydata()) == [700, 600, 500] and to_hex(region.get_color()) == style.REGION
    assert list(comparator.get_ydata()) == [650, 640, 510]
    assert len(ax.collections) == 2
    assert {"500 Midlothian", "510 Scotland", "2002/03", "2004/05"} <= set(texts(ax))


@pytest.mark.parametrize(("add", "starts"), [(0, False), (-450, True)])
def test_an_axis_that_does_not_start_at_zero_says_so(add, starts):
    table = tables.trend()
    table[["value", "lowercl", "uppercl"]] += add
    ax = charts.plot_trend(table, region_code="S1", comparator_code="S2")
    assert (ax.get_ylim()[0] == 0) == starts == trends.starts_at_zero(460 + add, 740 + add)
    assert any(line.startswith("The axis starts at 4") for line in texts(ax)) != starts


@pytest.mark.parametrize(
    ("lowest", "highest", "starts"), [(50, 100, True), (59, 100, True), (61, 100, False), (0, 0, False)]
)
def test_an_axis_starts_at_zero_unless_all_figures_lie_far_above_it(lowest, highest, starts):
    assert trends.starts_at_zero(lowest, highest) is starts


@given(st.lists(st.floats(0, 100), min_size=1, max_size=4))
def test_labels_at_the_ends_keep_apart_and_in_order(places):
    moved = trends.apart(places, 10)
    order = sorted(range(len(places)), key=lambda k: places[k])
    assert all(moved[b] - moved[a] >= 9 for a, b in itertools.pairwise(order))


# --- titles, subtitles, alt texts


def test_titles_say_the_finding():
    assert charts.title_profile(tables.profile()) == (
        "Readiness to Change stands highest, at level\u00a03; Digital Infrastructure lowest, at level\u00a00"
    )
    assert charts.title_strips(tables.profile()) == (
        "Views differ most on Finance & Funding, where ratings run from 0 to 4"
    )
    assert charts.title_waves(tables.compared()) == (
        "Readiness to Change moved up, Finance & Funding moved down since March 2023; 1 did not move"
    )
    assert charts.title_rounds(tables.delphi()) == (
        "After round 2 the panel agrees on 1 of 2 dimensions; views on Digital Infrastructure are still split"
    )
    assert charts.title_spine(tables.beside(), region_name="Midlothian") == (
        "Midlothian does better than the median of 32 council areas on 1 of 3 indicators, worse on 1"
    )
    assert charts.title_trends(tables.changes(), region_name="Midlothian") == (
        "Hospital stays because of alcohol in Midlothian: fallen from 700 to 500: better"
    )


def test_no_title_claims_what_its_verdict_does_not_carry():
    flat = tables.beside().assign(verdict="no clear difference")
    assert "no clear difference" in charts.title_spine(flat, region_name="M")
    none = tables.beside().assign(verdict="not compared")
    assert charts.title_spine(none, region_name="M") == "No indicator of M can be compared"
    same = tables.changes().assign(verdict="no clear change", meaning="")
    assert charts.title_trends(same, region_name="M").endswith("no clear change, 700 to 500")
    two = pd.concat([same, same])
    assert charts.title_trends(two, region_name="M") == "None of 2 indicators has clearly got better or worse in M"
    level = tables.profile().assign(level=2)
    assert charts.title_profile(level) == "Every dimension stands at level\u00a02"


def test_subtitles_say_measure_unit_period_and_n():
    assert charts.subtitle_profile(tables.profile(), when="March 2025") == (
        "Level agreed, or the median where none is recorded, 0 (lowest) to 5 (highest); March 2025; 5 stakeholders"
    )
    assert "March 2023: 4 stakeholders; March 2025: 5 stakeholders" in charts.subtitle_waves(tables.compared())
    assert charts.subtitle_rounds(tables.delphi()).endswith("2 rounds; 12 stakeholders")
    assert "range of 32 areas" in charts.subtitle_spine(tables.beside())
    assert charts.subtitle_trends(tables.changes()) == "per 100,000; 2002/03 to 2004/05; shaded: 95\u00a0% intervals"


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        (
            charts.alt_profile(tables.profile(), when="March 2025"),
            ["Spider diagram", "March 2025", "stands highest, at level 3", "Digital Infrastructure 0"],
        ),
        (
            charts.alt_strips(tables.profile()),
            ["Strip chart", "Views differ most", "Finance & Funding: 4 ratings from 0 to 4, median 2."],
        ),
        (
            charts.alt_waves(tables.compared()),
            ["Dumbbell chart", "moved up", "from 2 to 3", "not compared: its subject"],
        ),
        (charts.alt_rounds(tables.delphi()), ["Delphi rounds", "round 2: median 3, 8 of 12", "split, uncertain"]),
        (
            charts.alt_spine(tables.beside(), region_name="Midlothian"),
            ["Spine chart: Midlothian beside the median of 32", "Better: Deaths caused by drugs 4.1 against 17.5"],
        ),
        (
            charts.alt_trends(tables.changes(), region_name="Midlothian", comparator_name="Scotland"),
            [
                "Line charts",
                "beside Scotland",
                "700 (660 to 740) in 2002/03, 500 (460 to 540) in 2004/05, fallen, better",
            ],
        ),
    ],
)
def test_alt_texts_give_kind_subject_finding_and_figures(alt, said):
    plain = alt.replace("\u00a0", " ")
    assert all(part in plain for part in said), plain
    assert plain.endswith(".") and ".." not in plain and "nan" not in plain.split()


@pytest.mark.parametrize(
    ("value", "unit", "lower", "upper", "written"),
    [
        (12.7, "% of adults", 7.6, 17.9, "13\u00a0%"),
        (81.23, "years", 80.5, 81.9, "81.2\u00a0years"),
        (94680.0, "people", math.nan, math.nan, "94,680"),
        (1104.2, "per 100,000", 1000, 1200, "1,104"),
        (math.nan, "%", math.nan, math.nan, "–"),
    ],
)
def test_values_carry_no_more_decimals_than_their_interval(value, unit, lower, upper, written):
    assert words.with_unit(value, unit, lower, upper) == written


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("2002/03 to 2004/05 financial years; 3-year aggregates", "2002/03–2004/05"),
        ("2018 to 2022 calendar years; 5-year aggregates", "2018–2022"),
        ("2021 mid-year estimate", "2021"),
        ("2022 survey year", "2022"),
        ("2019-2021 (3 year aggregate)", "2019–2021"),
        ("2016 August snapshot", "2016 August snapshot"),
        ("", ""),
    ],
)
def test_periods_become_short_labels(period, label):
    assert words.short_period(period) == label


# --- every shape of table


def every_figure(profile, distribution, width):
    options = {"earlier": profile, "earlier_name": LONG, "width": width}
    yield charts.figure_profile(profile, distribution=distribution, **options)
    yield charts.figure_spider(profile, **options)
    compared = profile.assign(
        earlier=profile["median"], later=profile["median"], change=0.0, comparable=True, reason="",
        earlier_wave_name="March 2023", later_wave_name="March 2025", n_earlier=3, n_later=3,
    )  # fmt: skip
    yield charts.figure_waves(compared, width=width)
    rounds = profile.assign(round=1, pct_in_agreement=75.0, distribution="Split", level="Uncertain")
    yield charts.figure_rounds(rounds, distribution=distribution.assign(round=1), width=width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("dimensions", "people", "name"),
    [
        (3, 1, "Dimension"),
        (8, 60, "Dimension"),
        (12, 12, "Structure & Governance"),
        (12, 12, LONG),
        (20, 1, "Structure & Governance"),
    ],
)
def test_nothing_touches_whatever_the_shape(dimensions, people, name, width):
    for figure in every_figure(*tables.many(dimensions, people, name), width):
        assert not touching(figure)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("rows", [0, 1, 40])
@pytest.mark.parametrize("name", ["short", LONG])
def test_nothing_touches_in_a_spine_chart(rows, name, width):
    table = tables.beside().iloc[([0, 1, 2, 3, 4] * 8)[:rows]]
    table = table.assign(indicator_name=name, short_name=name) if name == LONG else table
    assert not touching(charts.figure_spine(table, region_name=name, width=width))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["Patients in hospital with asthma", LONG])
def test_nothing_touches_in_small_multiples(name, width):
    many = [tables.changes().assign(indicator_name=name, unit=name if name == LONG else "per 100,000")] * 5
    options = {"changes": pd.concat(many), "region_code": "S1", "comparator_code": "S2", "width": width}
    assert not touching(charts.figure_trends(tables.trend(), **options))


@pytest.mark.parametrize("width", WIDTHS)
def test_empty_tables_give_a_sentence(width):
    for figure in every_figure(tables.profile()[:0], tables.distribution()[:0], width):
        assert not touching(figure)
    empty = [
        charts.figure_spine(tables.beside()[:0], region_name="M", width=width),
        charts.figure_trends(tables.trend()[:0], changes=tables.changes()[:0], region_code="S1", width=width),
        charts.figure_waves(tables.compared()[:0], width=width),
        charts.figure_rounds(tables.delphi()[:0], width=width),
    ]
    assert all(any(line.endswith(".") for line in texts(figure)) for figure in empty)
    said = [
        charts.title_profile(tables.profile()[:0]), charts.title_strips(tables.profile()[:0]),
        charts.title_waves(tables.compared()[:0]),
        charts.title_rounds(tables.delphi()[:0]), charts.title_spine(tables.beside()[:0], region_name="M"),
        charts.title_trends(tables.changes()[:0], region_name="M"),
        charts.alt_waves(tables.compared()[:0]), charts.alt_rounds(tables.delphi()[:0]),
        charts.subtitle_waves(tables.compared()[:0]), charts.subtitle_rounds(tables.delphi()[:0]),
    ]  # fmt: skip
    assert all(said)


def test_all_missing_figures_draw_no_line_and_do_not_fail():
    blank = tables.trend().assign(value=math.nan, lowercl=math.nan, uppercl=math.nan)
    assert "no figures" in texts(charts.plot_trend(blank, region_code="S1"))
    positions = [column for column in tables.beside() if column.startswith("x")]
    bare = tables.beside().assign(**dict.fromkeys(positions, math.nan))
    assert not lines(charts.plot_spine(bare, region_name="M"), "region")


def test_a_chart_draws_in_the_axes_it_is_given_and_leaves_its_table_alone():
    for plot, table in ((charts.plot_spider, tables.profile()), (charts.plot_waves, tables.compared())):
        ax = style.panel(style.canvas(600, 500), 100, 50, 400, 400)
        before = table.copy()
        assert plot(table, ax=ax) is ax
        pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("width", ["broad", "", None])
def test_a_width_that_does_not_exist_is_named(width):
    with pytest.raises(ValueError, match=r"width must be one of wide, narrow; got"):
        charts.figure_waves(tables.compared(), width=width)


def test_figures_are_not_kept_by_pyplot():
    import matplotlib.pyplot as plt

    charts.figure_waves(tables.compared())
    assert not plt.get_fignums()


# --- the tile map

TILES = pd.DataFrame({"region": ["fife", "midlothian", "highland"], "row": [1, 2, 1], "column": [2, 2, 1]})
INDEX = pd.DataFrame(
    {
        "region": ["midlothian", "fife", "highland"],
        "region_name": ["Midlothian", "Fife <b>", "Highland"],
        "href": ["midlothian/index.html", "fife/index.html", ""],
        "state": ["built", "failed", "no data"],
        "detail": ["strongest Breadth of Ambition", "", ""],
    }
)


def test_every_tile_is_a_link_with_a_name_and_its_state_in_words_and_in_shape():
    html = charts.tile_map(TILES, INDEX, label="Map of Scotland")
    assert html.count("<a href=") == 2 and 'aria-label="Map of Scotland"' in html
    assert "Midlothian: built, strongest Breadth of Ambition</span>" in html
    assert "Fife &lt;b&gt;: failed</span>" in html and "<b>" not in html
    assert '<span class="tile tile-none" title="Highland: no data">' in html
    assert {tiles.MARKS[look] for look in ("full", "none", "alert")} <= set(html)
    assert html.index("Highland: no data") < html.index("Fife &lt;b&gt;: failed") < html.index("Midlothian: built")
    assert 'style="grid-area:2/2"' in html and "repeat(2," in html
    assert charts.title_tiles(INDEX) == "2 of 3 regions have a report"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "//evil", "../../etc", "http://x", 'a"b', "data:x"])
def test_a_tile_links_nowhere_but_into_the_reports(href):
    with pytest.raises(ValueError, match="href must be a plain path"):
        charts.tile_map(TILES, INDEX.assign(href=href), label="x")


def test_two_tiles_never_share_a_place():
    with pytest.raises(ValueError, match="share a place"):
        charts.tile_map(TILES.assign(row=1, column=1), INDEX, label="x")


def test_short_names_of_the_council_areas_differ():
    codes = {
        "East Lothian": "E Lot", "Midlothian": "Midl", "City of Edinburgh": "Edin", "Perth and Kinross": "Per K",
        "Na h-Eileanan Siar": "Na h", "Aberdeen City": "Abe C", "Aberdeenshire": "Aber", "Argyll & Bute": "Arg B",
    }  # fmt: skip
    assert {name: tiles.tile_code(name) for name in codes} == codes
