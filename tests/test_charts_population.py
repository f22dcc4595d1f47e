"""Charts of population, projection, beds and services together: by their artists, their words, and what touches."""

import numpy as np
import pandas as pd
import pytest

from drawn import lines, texts, touching
from helpers.charts import age_bands, components, demand, projection, pyramid, style, to_svg, together

WIDTHS = tuple(style.WIDTHS)
LONG = "A very long name of something with $ $x and <script> that goes on and on without an end " * 3
AGES = [0, 5, 70, 75]


def structure(**columns):
    rows = [(sex, age) for sex in ("female", "male") for age in AGES]
    table = pd.DataFrame(rows, columns=["sex", "age_from"])
    names = {0: "0-4", 5: "5-69", 70: "70-74", 75: "75+"}
    table = table.assign(
        age_group=table["age_from"].map(names), population=[100, 600, 50, 50, 110, 500, 40, 30], period="mid-2020",
        area_name="Here", comparator_name="all 32 council areas", comparator_share_pct=[5, 40, 2.5, 2.5] * 2,
        n_areas=32, basis="printed",
    )  # fmt: skip
    return table.assign(share_pct=100 * table["population"] / 1480, **columns)


def later():
    return structure()[["sex", "age_group", "population"]].assign(population=[90, 620, 60, 80] * 2, year=2030)


def bands(**columns):
    return pd.DataFrame({
        "age_group": ["0-15", "16-64", "65-74", "75-84", "85+"], "population": [200.0, 550, 150, 70, 30],
        "share_pct": [20.0, 55, 15, 7, 3], "comparator_share_pct": [18.0, 60, 12, 7, 3],
        "minimum_pct": [10.0, 50, 8, 4, 1], "maximum_pct": [25.0, 70, 16, 9, 4], "n_areas": 32, "period": "2021",
        "area_name": "Here", "comparator_name": "all 32 council areas", "basis": "printed", "reason": "",
    }).assign(**columns)  # fmt: skip


def projected(variants=("principal",), low=0.9, high=1.2):
    rows = [
        (v, v.capitalize(), year, year == 2020, group, size * (1 + 0.02 * (year - 2020) * (k + 1)))
        for k, v in enumerate(variants) for group, size in (("all", 90_000), ("75+", 7_000))
        for year in (2020, 2025, 2030)
    ]  # fmt: skip
    columns = ["variant", "variant_name", "year", "is_base", "age_group", "population"]
    table = pd.DataFrame(rows, columns=columns).assign(sex="all", method="a method", confidence=0.95)
    is_base = table["is_base"]
    return table.assign(lowercl=table["population"].where(is_base, table["population"] * low),
                        uppercl=table["population"].where(is_base, table["population"] * high))  # fmt: skip


def past():
    return pd.DataFrame({"year": [2018, 2019, 2020], "age_group": "all", "population": [88_000, 89_000, 90_000]})


def needed(**columns):
    names = ["As now", "Winter"]
    return pd.DataFrame({
        "condition": ["now", "winter"], "condition_name": names, "group": "all", "beds": 46.0, "status": "illustrative",
        "beds_50": [39, 46], "beds_80": [46, 53], "beds_95": [52, 60], "beds_95_lowercl": [44, 49],
        "beds_95_uppercl": [58, 69], "shortfall_pct": [16.2, 48.3], "shortfall_lowercl": [2, 11],
        "shortfall_uppercl": [48, 90],
    }).assign(**columns)  # fmt: skip


def pairs(count=3, **columns):
    lifts = np.linspace(3, 0.5, count)
    return pd.DataFrame({
        "service_a": [f"Service {k}" for k in range(count)], "service_b": "Home care", "n_people": 2000, "n_both": 50,
        "lift": lifts, "lift_lowercl": lifts * 0.8, "lift_uppercl": lifts * 1.25, "n_hidden": 2, "n_pairs": count + 2,
        "verdict": ["more than by chance", *["no clear difference"] * (count - 1)], "base": "everybody",
    }).assign(**columns)  # fmt: skip


# --- pyramid


def test_bars_are_people_men_to_the_left():
    ax = pyramid.plot_pyramid(structure())
    widths = {bar.get_label(): [patch.get_width() for patch in bar] for bar in ax.containers}
    assert widths["female"] == [100, 600, 50, 50] and widths["male"] == [-110, -500, -40, -30]
    assert {"Men and boys", "Women and girls", "75+", "people"} <= set(texts(ax))


def test_the_comparator_is_its_shape_at_the_same_total_and_the_later_year_is_dashed():
    ax = pyramid.plot_pyramid(structure(), projected=later())
    (women, men) = sorted(lines(ax, "comparator"), key=lambda line: -max(line.get_xdata()))
    assert max(women.get_xdata()) == pytest.approx(0.4 * 1480) and min(men.get_xdata()) == pytest.approx(-0.4 * 1480)
    assert all(line.get_linestyle() == "--" for line in lines(ax, "projected"))
    assert max(max(line.get_xdata()) for line in lines(ax, "projected")) == 620
    assert {"Here, mid-2020 (base year)", "projected, 2030", "ages of all 32 council areas, same total"} <= set(
        texts(ax)
    )


def test_totals_of_a_projection_do_not_stretch_the_pyramid():
    more = pd.concat([later(), later().assign(age_group="all", population=9e9)])
    assert pyramid.plot_pyramid(structure(), projected=more).get_xlim()[1] < 2000


def test_the_pyramid_says_the_share_of_the_old():
    assert pyramid.title_pyramid(structure()) == (
        "In mid-2020, 5.4\u00a0% of people in Here were aged 75 or over, 5.0\u00a0% in all 32 council areas"
    )
    alone = structure(comparator_share_pct=np.nan, comparator_name="")
    assert pyramid.title_pyramid(alone) == "In mid-2020, 5.4\u00a0% of people in Here were aged 75 or over"
    assert not lines(pyramid.plot_pyramid(alone), "comparator")
    assert "The largest band is 5-69 years, 1,100 people" in pyramid.alt_pyramid(structure(), later())


# --- broad bands


def test_bands_have_their_share_the_comparator_and_the_range():
    ax = age_bands.plot_age_bands(bands())
    assert [patch.get_width() for bar in ax.containers for patch in bar] == [20, 55, 15, 7, 3]
    assert [line.get_xdata()[0] for line in lines(ax, "comparator")] == [18, 60, 12, 7, 3]
    assert tuple(lines(ax, "range")[0].get_xdata()) == (10, 25)
    assert {"0 to 15", "85 and over", "20.0\u00a0%, 200 people"} <= set(texts(ax))
    assert age_bands.title_age_bands(bands()).startswith(
        "In 2021, 10.0\u00a0% of people in Here were aged 75 or over, 10.0\u00a0%"
    )


def test_bands_without_a_comparator_or_without_people():
    alone = bands(comparator_name="", comparator_share_pct=np.nan)
    assert not lines(age_bands.plot_age_bands(alone), "comparator")
    none = bands(population=np.nan)
    assert age_bands.NOTHING in texts(age_bands.plot_age_bands(none)) and age_bands.subtitle_age_bands(none) == ""


# --- projection


def test_the_base_year_is_marked_and_the_interval_drawn():
    ax = projection.plot_projection(projected(), past=past())
    (base,) = lines(ax, "base")
    assert set(base.get_xdata()) == {2020} and "base year 2020" in texts(ax)
    assert list(lines(ax, "counted")[0].get_xdata()) == [2018, 2019, 2020]
    assert any(patch.get_label() == "interval" for patch in ax.collections)
    assert lines(ax, "projected")[0].get_ydata()[-1] == pytest.approx(108_000)


def test_the_first_variant_and_the_three_that_end_furthest_from_it_are_drawn_and_named():
    table = projected(["principal", "near", "low", "old", "extra"])
    ax = projection.plot_projection(table)
    assert len(lines(ax, "variant")) == 3
    written = " ".join(texts(ax))
    assert "Principal" in written and "Extra" in written and "Near" not in written
    assert "4 of 5 variants drawn" in projection.subtitle_projection(table)
    assert "variants" not in projection.subtitle_projection(projected(["principal", "high"]))


def test_the_interval_says_whether_its_assumptions_are_named():
    named = projected().assign(method="cohort-component projection")
    words = [projection.projection_key(table, None)[-1].words for table in (named, projected())]
    assert words == ["95\u00a0% interval from named assumptions", "95\u00a0% interval, if the assumptions hold"]


# --- components of change


def flows(births=(900, 850), deaths=(1100, 1200), migrants=(500, -300), years=1, spread=50, **columns):
    table = pd.DataFrame({"births": births, "deaths": deaths, "net_migration": migrants}).astype(float)
    table["change"] = table["births"] - table["deaths"] + table["net_migration"]
    for flow in list(table):
        table = table.assign(**{f"{flow}_lowercl": table[flow] - spread, f"{flow}_uppercl": table[flow] + spread})
    named = {"variant": "principal", "variant_name": "Principal", "confidence": 0.95, "years": years}
    return table.assign(year=[2020 + years * (k + 1) for k in range(len(table))], **named | columns)


def test_what_adds_people_stands_above_zero_and_what_takes_them_below():
    ax = components.plot_components(flows())
    bars = {bar.get_label(): [(patch.get_y(), patch.get_height()) for patch in bar] for bar in ax.containers}
    assert bars["births"] == [(0, 900), (0, 850)] and bars["deaths"] == [(0, -1100), (0, -1200)]
    assert bars["net_migration"] == [(900, 500), (-1200, -300)]
    (change,) = lines(ax, "change")
    assert list(change.get_ydata()) == [300, -650]
    assert [tuple(line.get_ydata()) for line in lines(ax, "interval")] == [(250, 350), (-700, -600)]
    assert {"Births +850", "Deaths \u22121,200", "Net migration \u2212300", "Change \u2212650"} <= set(texts(ax))
    assert {"2021", "2022", "births", "deaths", "net migration", "people a year"} <= set(texts(ax))


def test_steps_of_five_years_are_drawn_per_year_and_named_by_both_ends():
    ax = components.plot_components(flows(years=5))
    assert [patch.get_height() for patch in ax.containers[0]] == [180, 170] and "2020–25" in texts(ax)
    said = components.subtitle_components(flows(years=5))
    assert "yearly means of 5 years" in said and "2020 to 2030, base year 2020" in said


@pytest.mark.parametrize(
    ("table", "said"),
    [(flows(), "More people would die than be born in Here, and whether more come or leave is open"),
     (flows(deaths=(100, 90), migrants=(60, 80)), "More people would be born than die in Here, and more would come"),
     (flows(deaths=(850, 950)), "Whether births or deaths will be more is open in Here"),
     (flows(migrants=(-60, -80)), "more would leave than come"),
     (flows(migrants=(0, 0), spread=0), "as many would come as leave"),
     (flows()[:0], "Births, deaths and migration of Here are not told apart")],
)  # fmt: skip
def test_what_the_intervals_of_every_step_carry_is_said(table, said):
    assert said in components.title_components(table, region_name="Here")


def test_components_that_cannot_be_told_apart_are_not_drawn():
    assert components.NOTHING in texts(components.plot_components(flows().assign(births=np.nan)))
    assert "2022: births 850, deaths 1,200, net migration \u2212300, change \u2212650 (\u2212700 to \u2212600)." in (
        components.alt_components(flows(), region_name="Here")
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [(projected(), "Here would have 20\u00a0% (8\u00a0to\u00a044) more people aged 75 and over in 2030 than in 2020"),
     (projected(low=0.8), "Whether Here will have more people aged 75 and over in 2030 is open"),
     (projected().assign(lowercl=np.nan, uppercl=np.nan), "Here would have 20\u00a0% more people"),
     (projected()[:0], "There is no projection for Here")],
)  # fmt: skip
def test_more_is_said_only_where_the_interval_says_so(table, said):
    assert said in projection.title_projection(table, region_name="Here")


def test_a_projection_is_rounded_and_its_base_is_not():
    words = projection.change_words(projected(), "all")
    assert words == "From 90,000 in 2020 to 108,000 (97,200 to 130,000) in 2030"


# --- beds


def test_three_dots_a_condition_beside_the_beds():
    ax = demand.plot_demand(needed())
    assert [line.get_xdata()[0] for line in lines(ax, "beds 95")] == [52, 60]
    assert [line.get_xdata()[0] for line in lines(ax, "beds 50")] == [39, 46]
    assert {line.get_markerfacecolor() for line in lines(ax, "beds 50")} == {"white"}
    assert [set(line.get_xdata()) for line in lines(ax, "beds available")] == [{46}, {46}]
    assert "46 available" in texts(ax)


def test_the_title_says_how_often_beds_fall_short():
    said = demand.title_demand(needed(), region_name="Here")
    assert said == "46 beds would fall short on 16\u00a0% (2 to 48) of days, and on 48\u00a0% (11 to 90) with “winter”"
    blank = needed(beds=np.nan, shortfall_pct=np.nan, shortfall_lowercl=np.nan, shortfall_uppercl=np.nan)
    assert demand.title_demand(blank, region_name="Here") == "52 beds would meet demand in Here on 95\u00a0% of days"
    assert not lines(demand.plot_demand(blank), "beds available")
    assert "illustrative" in demand.subtitle_demand(needed()) and "illustrative" not in demand.subtitle_demand(
        needed(status="")
    )


# --- services together


def test_lifts_lie_on_a_scale_of_ratios():
    ax = together.plot_together(pairs())
    assert [float(np.exp(line.get_xdata()[0])) for line in lines(ax, "lift")] == pytest.approx([3, 1.75, 0.5])
    assert [line.get_markerfacecolor() for line in lines(ax, "lift")] == [style.REGION, "white", "white"]
    assert "chance" in texts(ax)


def test_of_many_pairs_those_furthest_from_chance_are_drawn():
    shown = together.furthest(pairs(30))
    assert len(shown) == together.MOST and shown["lift"].is_monotonic_decreasing
    assert "12 of 30 pairs drawn" in together.subtitle_together(pairs(30))
    assert "2 pairs not shown (small numbers)" in together.subtitle_together(pairs())


def test_the_title_claims_what_the_test_carries():
    assert together.title_together(pairs()).startswith("1 of 3 pairs of services are used together more often")
    unclear = pairs(verdict="no clear difference")
    assert together.title_together(unclear).startswith("No pair of services is clearly used together")
    assert together.title_together(pairs()[:0]) == "No pair of services can be shown"


# --- all of them


DRAWN = [
    ("pyramid", lambda width, name: pyramid.figure_pyramid(structure(area_name=name, comparator_name=name),
                                                           projected=later(), width=width)),
    ("bands", lambda width, name: age_bands.figure_age_bands(bands(area_name=name, comparator_name=name), width=width)),
    ("projection", lambda width, name: projection.figure_projection(projected(), past=past(), width=width)),
    ("variants", lambda width, name: projection.figure_projection(
        projected([name, name + "b", name + "c"]), past=past(), width=width)),
    ("components", lambda width, name: components.figure_components(
        flows(range(900, 800, -10), range(1100, 1200, 10), range(500, -500, -100), variant_name=name), width=width)),
    ("one step", lambda width, name: components.figure_components(flows([9], [9], [0], years=5), width=width)),
    ("beds", lambda width, name: demand.figure_demand(needed(condition_name=name), width=width)),
    ("together", lambda width, name: together.figure_together(pairs(14, service_a=name, service_b=name), width=width)),
]  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["Midlothian", LONG], ids=["short", "long"])
@pytest.mark.parametrize(("kind", "draw"), DRAWN, ids=[kind for kind, _ in DRAWN])
def test_nothing_touches_or_leaves_the_figure(kind, draw, name, width):
    figure = draw(width, name)
    assert not touching(figure)
    assert "<script" not in to_svg(figure, prefix="x", title=name, alt=name)


EMPTY = [
    (pyramid.figure_pyramid, structure(), pyramid.NOTHING), (age_bands.figure_age_bands, bands(), age_bands.NOTHING),
    (projection.figure_projection, projected(), projection.NOTHING),
    (components.figure_components, flows(), components.NOTHING), (demand.figure_demand, needed(), demand.NOTHING),
    (together.figure_together, pairs(), together.NOTHING),
]  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("draw", "table", "said"), EMPTY, ids=[draw.__name__ for draw, _, _ in EMPTY])
def test_nothing_to_draw_is_said(draw, table, said, width):
    assert said in texts(draw(table[:0], width=width))
