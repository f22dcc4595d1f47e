"""Charts of all regions side by side, by their artists and words, from literal tables."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from drawn import lines, texts, touching
from helpers.charts import compared_words, heatmap, heatmap_heads, multiples, ramp, ranking, rollup, style, svg

WIDTHS = tuple(style.WIDTHS)
NONE = float("nan")
DIMENSIONS = (
    ("readiness", "Readiness to Change", "Readiness"),
    ("digital", "Digital Infrastructure", "Digital"),
    ("empowerment", "Citizen Empowerment", "Empowerment"),
)
LONG = ("Germany (Werra-Meißner)", "Na h-Eileanan Siar", "Clackmannanshire", "Dumfries and Galloway", "$x <b> & _y")

# region, name, status, wave, stakeholders; then level, level_from, low, high, is_comparable of each dimension
LEVELS = (
    ("puglia", "Puglia", "illustrative", "March 2025", 12,
     (4, "consensus", 3, 4, True), (1, "consensus", 1, 2, True), (2, "median", None, None, True)),
    ("singapore", "Singapore", "reconstructed", "May 2023", 9,
     (3, "consensus", 3, 3, True), (1, "consensus", 1, 1, False), (None, "", None, None, True)),
    ("poland", "Poland", "own", "March 2025", 7,
     (3, "consensus", 2, 4, True), (0, "consensus", 0, 1, True), (3, "consensus", 3, 3, True)),
)  # fmt: skip
MEDIANS = ((3.0, True), (2.0, False), (1.5, True))


def levels(rows=LEVELS) -> pd.DataFrame:
    columns = ["region", "region_name", "status", "wave_name", "n_stakeholders", "dimension", "dimension_name",
               "short_name", "order", "level", "level_from", "low_level", "high_level", "is_comparable", "reason",
               "reference_median", "reference_is_comparable"]  # fmt: skip
    table = [
        (*row[:5], *names, order, *cells, "" if cells[4] else "its subject changed", *median)
        for row in rows
        for order, (names, cells, median) in enumerate(zip(DIMENSIONS, row[5:], MEDIANS, strict=True), start=1)
    ]
    return pd.DataFrame(table, columns=columns).astype(dict.fromkeys(("level", "low_level", "high_level"), "Int64"))


def reference() -> pd.DataFrame:
    rows = [
        (*names, order, median, 1.0, compares, "with caution", "European regions, pooled sample (2019)", "Grooten")
        for order, (names, (median, compares)) in enumerate(zip(DIMENSIONS, MEDIANS, strict=True), start=1)
    ]
    columns = ["dimension", "dimension_name", "short_name", "order", "median", "iqr", "is_comparable", "caution",
               "profile_name", "source"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def many(count: int) -> pd.DataFrame:
    """So many regions with long names, every third without levels."""
    cells = [((k + j) % 6 if k % 3 else None, "median", None, None, True) for k in range(count) for j in range(3)]
    status = ("illustrative", "own", "reconstructed")
    return levels(
        [(f"r{k}", LONG[k % 5], status[k % 3], "September 2024", 13, *cells[3 * k : 3 * k + 3]) for k in range(count)]
    )


def crowded() -> pd.DataFrame:
    """Two regions on twelve dimensions whose short names are wider than a column."""
    names = [("Empowerment", "Innovation", "Population", "Improvements")[k % 4] + str(k) for k in range(12)]
    rows = [(f"d{k}", name, name, k, *LEVELS[0][:5], k % 6, "consensus") for k, name in enumerate(names)]
    columns = ["dimension", "dimension_name", "short_name", "order", "region", "region_name", "status", "wave_name",
               "n_stakeholders", "level", "level_from"]  # fmt: skip
    one = pd.DataFrame(rows, columns=columns).assign(is_comparable=True, reference_is_comparable=False)
    table = pd.concat([one, one.assign(region="other", region_name=LONG[0])], ignore_index=True)
    return table.assign(low_level=pd.NA, high_level=pd.NA, reference_median=NONE)


def ranked() -> pd.DataFrame:
    rows = [
        ("a", "Puglia", "illustrative", 12, 12, 9, 7, 10, 1, 1, 2, 0.6, ""),
        ("d", "Malta", "own", 3, 12, None, None, None, None, None, None, NONE, "Fewer than five stakeholders rated."),
        ("b", "Poland", "own", 7, 11, 8, 6, 9, 2, 1, 3, 0.4, ""),
        ("c", LONG[0], "own", 9, 12, 4, 4, 4, 3, 3, 3, 0.0, ""),
    ]
    columns = ["region", "region_name", "status", "n_stakeholders", "n_dimensions", "reached", "reached_low",
               "reached_high", "rank", "rank_low", "rank_high", "share_first", "refusal"]  # fmt: skip
    whole = dict.fromkeys(("reached", "reached_low", "reached_high", "rank", "rank_low", "rank_high"), "Int64")
    table = pd.DataFrame(rows, columns=columns).astype(whole).assign(from_level=3)
    return table.assign(reached_by_level=(table["reached"] - 2).array)


def rolled() -> pd.DataFrame:
    rows = [
        ("readiness", 1, 1, 0.02), ("readiness", 2, 1, 0.48), ("readiness", 4, 1, 0.5), ("readiness", 5, 0, 0.0),
        ("digital", 2, 3, 1.0),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["dimension", "level", "n_parts", "share_weight"])


def summary() -> pd.DataFrame:
    rows = [
        ("readiness", "Readiness to Change", 1, 3, 1, 4, 2, 0.5),
        ("digital", "Digital Infrastructure", 2, 3, 2, 2, 2, 0.0),
        ("empowerment", "Citizen Empowerment", 3, 0, None, None, None, NONE),
    ]
    columns = ["dimension", "dimension_name", "order", "n_parts", "lowest", "highest", "middle_level",
               "share_at_or_above_3"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).assign(weight_name="population aged 16 and over")
    return table.astype(dict.fromkeys(("lowest", "highest", "middle_level"), "Int64"))


def patches(ax, label: str) -> list:
    return [patch for patch in ax.patches if patch.get_label() == label]


FIGURES = {
    "multiples": lambda width: multiples.figure_multiples(levels(), reference(), width=width),
    "multiples of 12": lambda width: multiples.figure_multiples(many(12), reference(), width=width),
    "multiples without a reference": lambda width: multiples.figure_multiples(levels(), reference()[:0], width=width),
    "no multiples": lambda width: multiples.figure_multiples(levels()[:0], reference(), width=width),
    "heat map": lambda width: heatmap.figure_heatmap(levels(), reference(), width=width),
    "heat map of 1": lambda width: heatmap.figure_heatmap(levels(LEVELS[:1]), reference(), width=width),
    "heat map of 43": lambda width: heatmap.figure_heatmap(many(43), reference(), width=width),
    "heat map without a reference": lambda width: heatmap.figure_heatmap(many(4), reference()[:0], width=width),
    "crowded heat map": lambda width: heatmap.figure_heatmap(crowded(), reference()[:0], width=width),
    "crowded multiples": lambda width: multiples.figure_multiples(crowded(), reference()[:0], width=width),
    "no heat map": lambda width: heatmap.figure_heatmap(levels()[:0], reference(), width=width),
    "ranking": lambda width: ranking.figure_ranking(ranked(), width=width),
    "no ranking": lambda width: ranking.figure_ranking(ranked()[:0], width=width),
    "roll-up": lambda width: rollup.figure_rollup(rolled(), summary(), width=width),
    "no roll-up": lambda width: rollup.figure_rollup(rolled()[:0], summary()[:0], width=width),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_touches_another_or_leaves_the_figure(name, width):
    figure = FIGURES[name](width)
    assert texts(figure) and not touching(figure)
    assert figure.get_size_inches()[0] * 72 == pytest.approx(style.WIDTHS[width])


@pytest.mark.parametrize("draw", [multiples.figure_multiples, heatmap.figure_heatmap])
def test_an_unknown_width_is_refused(draw):
    with pytest.raises(ValueError, match="width must be one of wide, narrow"):
        draw(levels(), reference(), width="print")


def test_tables_are_not_changed():
    tables = [levels(), reference(), ranked(), rolled(), summary()]
    before = [table.copy() for table in tables]
    multiples.figure_multiples(tables[0], tables[1])
    heatmap.figure_heatmap(tables[0], tables[1], width="narrow")
    ranking.figure_ranking(tables[2])
    rollup.figure_rollup(tables[3], tables[4])
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)


# --- small multiples


def test_a_panel_has_points_ranges_and_grey_ticks_where_they_compare():
    ax = multiples.plot_multiple(levels()[:3])
    points = [(line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor()) for line in lines(ax, "level")]
    assert points == [(4, 0, style.REGION), (1, 1, style.REGION), (2, 2, "white")]
    assert [list(line.get_xdata()) for line in lines(ax, "range")] == [[3, 4], [1, 2]]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in lines(ax, "reference")] == [(3.0, 0), (1.5, 2)]


def test_a_row_without_a_level_or_one_that_does_not_compare_says_so():
    ax = multiples.plot_multiple(levels()[3:6])
    assert {"does not compare", "no level"} <= set(texts(ax))
    assert [line.get_ydata()[0] for line in lines(ax, "level")] == [0]


def test_a_region_without_levels_says_so_once():
    written = texts(multiples.figure_multiples(many(2), reference()))
    assert written.count("No level to show") == 1 and "no level" not in written


def test_where_no_region_has_levels_one_sentence_stands_for_all_panels():
    assert texts(multiples.figure_multiples(many(1), reference())) == ["No region has levels to show."]


def test_names_stand_at_the_first_panel_of_a_line_at_the_desk_and_at_every_panel_on_a_phone():
    wide = texts(multiples.figure_multiples(many(5), reference()))
    assert wide.count("Citizen Empowerment") == 2 and multiples.columns(5) == 3
    assert texts(multiples.figure_multiples(many(5), reference(), width="narrow")).count("Empowerment") == 5


def test_heads_name_the_region_its_people_and_its_extremes():
    written = texts(multiples.figure_multiples(levels(), reference()))
    assert {"Puglia", "Highest: Readiness", "Lowest: Digital", "median of European regions, pooled sample (2019)"} <= {
        *written
    }
    assert any("illustrative" in words for words in written)


@pytest.mark.parametrize(("count", "side_by_side"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (9, 3), (10, 4), (12, 4)])
def test_the_lines_of_panels_are_about_equally_long(count, side_by_side):
    assert multiples.columns(count) == side_by_side


@given(count=st.integers(0, 60), most=st.integers(1, 30))
def test_parts_hold_every_region_once_and_no_more_than_asked(count, most):
    table = pd.DataFrame({"region": [f"r{k}" for k in range(count) for _ in range(2)]})
    parts = compared_words.parts(table, most=most)
    assert pd.concat(parts)["region"].tolist() == table["region"].tolist()
    assert all(part["region"].nunique() <= most for part in parts)


def test_forty_three_regions_fit_printed_pages():
    for table in multiples.parts(many(43)):
        assert multiples.figure_multiples(table, reference(), across=4).get_size_inches()[1] * 72 < 1300
    assert heatmap.figure_heatmap(many(43), reference()).get_size_inches()[1] * 72 < 1300
    assert [part["region"].nunique() for part in heatmap.parts(many(43))] == [22, 21]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (
            LEVELS[::2],
            "Digital Infrastructure is lowest in both regions; "
            "Readiness to Change is among the highest in both regions",
        ),
        (LEVELS[:1], "Puglia: Readiness highest, Digital lowest"),
        (LEVELS[:0], "No region has levels to show"),
    ],
)
def test_the_title_of_the_multiples_is_the_finding(rows, title):
    assert multiples.title_multiples(levels(rows)) == title


def test_a_dimension_is_named_only_where_more_than_half_of_the_regions_share_it():
    assert multiples.title_multiples(levels()) == (
        "Digital Infrastructure is lowest in 2 of 3 regions; Readiness to Change is among the highest in 2 of 3 regions"
    )
    apart = levels()
    apart.loc[apart["region"] == "poland", "level"] = pd.array([0, 3, 0], dtype="Int64")
    assert multiples.title_multiples(apart) == "No dimension is highest, or lowest, in more than half of 3 regions"


def test_the_words_beside_the_multiples():
    assert multiples.subtitle_multiples(levels()) == (
        "Level agreed, or the median where none is, 0 (lowest) to 5 (highest); "
        "3 regions, 1 illustrative, 1 reconstructed"
    )
    alt = multiples.alt_multiples(levels())
    assert "Readiness 4, Digital 1 and Empowerment 2." in alt
    assert "Readiness 3, Digital does not compare and Empowerment no level." in alt


# --- the heat map


@given(level=st.floats(0, 5))
def test_a_number_reads_well_on_every_shade(level):
    colour = ramp.shade(round(level * 2) / 2, (0, 5))
    assert ramp.contrast(ramp.ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("scale", [(0, 5), (1, 4), (0, 10)])
def test_shades_grow_darker_with_the_level(scale):
    against_white = [ramp.contrast("#ffffff", ramp.shade(level, scale)) for level in range(scale[0], scale[1] + 1)]
    assert against_white == sorted(against_white) and len(set(against_white)) == len(against_white)


def test_contrast_is_as_published():
    assert ramp.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert ramp.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_cell_shows_its_level_or_why_there_is_none(width):
    figure = heatmap.figure_heatmap(levels(), reference(), width=width)
    written = [words for words in texts(figure) if words[0].isdigit() or words in "–≠"]
    shown = sorted(words for words in written if words[0].isdigit())
    assert shown == sorted(["4", "1", "2", "3", "3", "0", "3", "3", "1.5"])
    assert (written.count("–"), written.count("≠")) == (2, 3)  # one of each is the key's
    assert {"no level agreed or shown", "does not compare"} <= set(texts(figure))


def test_cells_have_the_shade_of_their_level_and_none_without_one():
    ax = heatmap.plot_heatmap(levels(), reference())
    shades = [to_hex(cell.get_facecolor()) for cell in patches(ax, "cell")]
    assert shades == [ramp.shade(level, (0, 5)) for level in (4, 1, 2, 3, 3, 0, 3, 3, 1.5)]
    assert len(lines(ax, "hatched")) == 3


def test_the_reference_stands_apart_and_last():
    ax = heatmap.plot_heatmap(levels(), reference())
    tops = sorted({round(cell.get_y()) for cell in patches(ax, "cell")})
    assert tops[-1] - tops[-2] > tops[1] - tops[0]


def test_a_map_without_hatching_or_reference_has_neither_key_nor_last_row():
    written = texts(heatmap.figure_heatmap(levels(LEVELS[2:]), reference()[:0]))
    assert not {"no level agreed or shown", "does not compare"} & set(written)
    assert not any("European" in words for words in written)


def test_a_phone_has_at_most_four_columns_of_which_the_reference_is_one():
    figure = heatmap.figure_heatmap(many(7), reference(), width="narrow")
    assert len(figure.axes) == 3 + 1  # blocks of 3, 3 and 1, and the key
    assert sum(words == "Empowerment" for words in texts(figure)) == 3


def test_statuses_stand_under_the_names():
    assert {"illustrative", "reconstructed"} <= set(texts(heatmap.figure_heatmap(levels(), reference())))


def test_heads_wider_than_their_columns_stand_at_two_heights_with_a_line_down():
    ax = heatmap.plot_heatmap(crowded(), reference()[:0])
    assert [round(line.get_xdata()[0] * 12 / ax.get_xlim()[1] - 0.5) for line in lines(ax, "leader")] == [
        *range(0, 12, 2)
    ]
    assert not lines(heatmap.plot_heatmap(levels(), reference()), "leader")


@pytest.mark.parametrize(
    ("name", "room", "lines"),
    [
        ("Na h-Eileanan Siar", 60, ["Na h-", "Eileanan", "Siar"]),
        ("Germany (Werra-Meißner)", 60, ["Germany", "(Werra-", "Meißner)"]),
        ("Clackmannanshire", 60, ["Clackman-", "nanshire"]),
        ("illustrative", 40, ["illus-", "trative"]),
        ("Fife", 60, ["Fife"]),
    ],
)
def test_long_names_break_with_hyphens(name, room, lines):
    assert heatmap_heads.broken(name, room, 11) == lines


def test_the_words_beside_the_map():
    assert heatmap.title_heatmap(levels()) == (
        "On Readiness to Change, all 3 regions stand at level\u00a03 or above; on Digital Infrastructure, none"
    )
    assert heatmap.title_heatmap(levels(LEVELS[:1])) == "Puglia stands at level\u00a03 or above on 1 of 3 dimensions"
    assert heatmap.title_heatmap(many(1)) == "No region has levels to show"
    assert heatmap.subtitle_heatmap(levels(), reference()).endswith(
        "set apart: medians of European regions, pooled sample (2019)"
    )
    alt = heatmap.alt_heatmap(levels(), reference())
    assert (
        "Puglia (illustrative): Readiness 4" in alt and "pooled sample (2019): Readiness 3 and Empowerment 1.5" in alt
    )


# --- the ranking


def test_places_have_points_intervals_and_words_and_refused_regions_come_last():
    ax = ranking.plot_ranking(ranked())
    assert [line.get_xdata()[0] for line in lines(ax, "reached")] == [9, 8, 4]
    assert [list(line.get_xdata()) for line in lines(ax, "range")] == [[7, 10], [6, 9], [4, 4]]
    written = texts(ax)
    assert "place\u00a02 (likely between 1\u00a0and\u00a03)" in written and "place\u00a03" in written
    assert written[-1] == "No place: fewer than five stakeholders rated."
    assert ax.get_xlim()[0] < 0 < 12 < ax.get_xlim()[1]
    assert {"9", "8 of 11", "4"} <= set(written)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Puglia and Poland cannot be told apart at the top"),
        ({"share_first": [0.95, NONE, 0.05, 0.0]},
         "Puglia very likely stands first: 9 of 12 dimensions at level\u00a03 or above by single ratings"),
        ({"share_first": [0.89, NONE, 0.11, 0.0]}, "Puglia likely stands first; Poland could"),
        ({"rank_low": [1, None, 2, 1]}, f"No region stands clearly first: Puglia and {LONG[0]} could"),
        ({"rank_low": [1, None, 2, 3]}, "No region stands clearly first"),
        ({"share_first": [0.8, NONE, 0.2, 0.0]}, "Puglia likely stands first; Poland could"),
        ({"refusal": ["", "few", "few", "few"]},
         "Only Puglia can be placed: 9 of 12 dimensions at level\u00a03 or above by single ratings"),
        ({"refusal": ["few"] * 4}, "No region can be given a place"),
    ],
)  # fmt: skip
def test_a_first_place_is_named_only_where_it_is_nearly_sure(changes, title):
    assert ranking.title_ranking(ranked().assign(**changes)) == title


def test_where_all_could_be_first_the_title_says_so():
    table = pd.concat([ranked(), ranked()]).assign(rank_low=1, refusal="", share_first=0.1)
    table["rank_low"] = table["rank_low"].astype("Int64")
    assert ranking.title_ranking(table) == "No region stands clearly first: each of the 8 could"


def test_the_words_beside_the_ranking():
    assert ranking.subtitle_ranking(ranked()) == (
        "Number of dimensions that at least half of the stakeholders put at level\u00a03 or above; "
        "4 regions, 1 illustrative; 1 without a place"
    )
    alt = ranking.alt_ranking(ranked())
    assert (
        "Puglia (illustrative): 9 of 12 by single ratings (likely 7 to 10), 7 by its report's levels, place" in alt
        and "Malta: No place: fewer" in alt
    )


# --- the roll-up


def test_bars_are_the_shares_by_level_with_the_middle_underlined_where_parts_differ():
    ax = rollup.plot_rollup(rolled(), summary())
    bars = [(bar.get_label(), bar.get_x(), bar.get_width()) for bar in ax.patches if "level" in bar.get_label()]
    assert bars == [("level 1", 0, 0.02), ("level 2", 0.02, 0.48), ("level 4", 0.5, 0.5), ("level 2", 0, 1.0)]
    (middle,) = lines(ax, "middle")
    assert list(middle.get_xdata()) == pytest.approx([0.02, 0.5], abs=0.01)
    colours = {to_hex(bar.get_facecolor()) for bar in patches(ax, "level 2")}
    assert colours == {ramp.shade(2, (0, 5))}


def test_numbers_stand_where_they_fit_and_words_at_the_right():
    written = texts(rollup.plot_rollup(rolled(), summary()))
    assert [words for words in written if words.isdigit()] == ["2", "4", "2"]
    assert {"levels 1\u00a0to\u00a04; middle\u00a02; 3 parts", "level\u00a02; 3 parts", "no part has a level"} <= {
        *written
    }


@pytest.mark.parametrize(
    ("keep", "title"),
    [
        (slice(None), "The parts lie furthest apart on Readiness to Change: levels 1 to 4"),
        (slice(1, None), "The parts stand at the same level on Digital Infrastructure"),
        (slice(2, None), "No part has a level to roll up"),
    ],
)
def test_the_title_of_the_roll_up_is_where_parts_differ(keep, title):
    assert rollup.title_rollup(summary()[keep]) == title


def test_several_dimensions_may_be_the_widest_and_one_part_is_no_roll_up():
    both = summary().assign(lowest=pd.array([1, 2, None], "Int64"), highest=pd.array([4, 5, None], "Int64"))
    assert rollup.title_rollup(both) == (
        "The parts lie up to 3 levels apart, on Readiness to Change and Digital Infrastructure"
    )
    alone = summary().assign(n_parts=1)
    assert rollup.title_rollup(alone) == "Only one part has levels, so there is nothing to roll up"


def test_the_words_beside_the_roll_up_name_the_weight_and_no_mean():
    said = rollup.subtitle_rollup(summary()), rollup.alt_rollup(rolled(), summary())
    assert said[0] == (
        "Parts by level, weighted by population aged 16 and over; levels 0 (lowest) to 5 (highest); 3 parts"
    )
    assert "level\u00a02 48\u00a0%" in said[1] and not any("mean" in words or "average" in words for words in said)


def test_every_figure_becomes_an_svg_without_patterns():
    for name, draw in FIGURES.items():
        written = svg.to_svg(draw("wide"), prefix="x", title=name, alt=name)
        assert "<pattern" not in written and "NaN" not in written and not math.isnan(len(written))
