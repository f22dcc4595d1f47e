"""Priorities, tested waves, and what a profile may tell beside its levels: by their artists and their words."""

import math

import numpy as np
import pandas as pd
import pytest

import chart_tables as tables
from drawn import lines, texts, touching
from helpers import charts
from helpers.charts import certainty, priorities_words, strips, style, waves

WIDTHS = tuple(style.WIDTHS)
LONG = "A very long name of something with $ $x and <script> that goes on and on without an end " * 3


def ranged(**columns) -> pd.DataFrame:
    """The profile with plausible ranges: one of one level only, one missing."""
    low, high = pd.array([2, 2, 0, None], "Int64"), pd.array([4, 2, 1, None], "Int64")
    return tables.profile().assign(low_level=low, high_level=high, p_at_least=[0.8, 0.9, 1.0, math.nan], **columns)


def distances(ax, artist) -> np.ndarray:
    """How far along its spoke each point of a line in the web lies, as a level from 0 to 5."""
    reach = np.hypot(*np.column_stack(artist.get_data()).T)
    rings = [np.hypot(*np.column_stack(ring.get_data())[0]) for ring in ax.get_lines()[:6]]
    return np.interp(reach, rings, range(6))


# --- the plausible range and the level wanted


def test_the_spider_draws_the_range_along_its_spoke_beneath_the_point():
    ax = charts.plot_spider(ranged())
    ranges, (level, *_) = lines(ax, "plausible range"), lines(ax, "levels")
    assert len(ranges) == 3
    assert [distances(ax, line)[2:4].round(3).tolist() for line in ranges] == [[2, 4], [2, 2], [0, 1]]
    assert all(line.get_zorder() < level.get_zorder() and line.get_color() == style.INK for line in ranges)
    assert certainty.RANGE_KEY.words in texts(ax)


def test_a_range_of_one_level_is_a_tick_wider_than_the_point():
    ax = charts.plot_spider(ranged())
    point = lines(ax, "levels")[0].get_markersize()
    alone = np.column_stack(lines(ax, "plausible range")[1].get_data())
    assert np.hypot(*(alone[0] - alone[1])) > point + 4


@pytest.mark.parametrize("blank", [False, True])
def test_without_ranges_the_diagrams_are_as_before(blank):
    none = pd.array([None] * 4, "Int64")
    profile = tables.profile().assign(low_level=none, high_level=none, desired=none) if blank else tables.profile()
    figure = charts.figure_profile(profile, distribution=tables.distribution())
    assert not any(lines(ax, label) for ax in figure.axes for label in ("plausible range",))
    assert not {certainty.RANGE_KEY.words, certainty.WANTED_KEY.words} & set(texts(figure))
    plain = charts.figure_profile(tables.profile(), distribution=tables.distribution())
    assert figure.get_size_inches().tolist() == plain.get_size_inches().tolist()
    assert "plausibly" not in charts.alt_profile(profile) and "wanted" not in charts.alt_profile(profile)


def test_the_web_keeps_its_size_when_the_key_grows():
    def radius(profile, width):
        return np.ptp(charts.figure_spider(profile, width=width).axes[0].get_lines()[5].get_ydata())

    more = ranged(desired=pd.array([4, 3, 2, 5], "Int64"))
    assert all(radius(more, width) == pytest.approx(radius(tables.profile(), width)) for width in WIDTHS)


def test_the_level_wanted_is_an_open_diamond_larger_where_it_is_reached():
    ax = charts.plot_spider(ranged(desired=pd.array([4, 2, None, 5], "Int64")))
    apart, reached = lines(ax, "wanted")
    assert distances(ax, apart).round(3).tolist() == [4, 5] and distances(ax, reached).round(3).tolist() == [2]
    assert {apart.get_marker(), reached.get_marker()} == {"D"} and apart.get_markerfacecolor() == "white"
    assert reached.get_markersize() > lines(ax, "levels")[0].get_markersize() > apart.get_markersize()
    assert "level wanted" in texts(ax)


def test_the_strips_draw_the_range_behind_the_median():
    ax = charts.plot_strips(tables.distribution(), profile=ranged())
    ranges = lines(ax, "plausible range")
    assert [(min(line.get_xdata()), max(line.get_xdata())) for line in ranges] == [(2, 4), (2, 2), (0, 1)]
    pointers = lines(ax, "median")
    for line, pointer in zip(ranges, pointers, strict=False):
        assert float(line.get_ydata()[2]) == pytest.approx(float(pointer.get_ydata()[0]))
        assert line.get_zorder() < pointer.get_zorder()
    assert certainty.RANGE_KEY.words in texts(ax)


def test_the_header_of_the_strips_grows_with_its_key():
    for width in WIDTHS:
        rows = strips.strip_rows(ranged(), width=width)
        assert strips.header(ranged(), rows) >= strips.header(tables.profile(), rows) == strips.HEADER[width]


def test_the_alt_text_tells_range_and_level_wanted():
    alt = charts.alt_profile(ranged(desired=pd.array([4, None, 2, 5], "Int64")))
    assert "Readiness to Change 3 (plausibly 2 to 4, wanted 4)" in alt
    assert "Structure & Governance 2 (plausibly 2)" in alt and "Finance & Funding 2 (wanted 5)" in alt


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["Structure & Governance", LONG])
def test_nothing_touches_beside_the_ranges(name, width):
    profile, counts = tables.many(12, 12, name)
    profile = profile.assign(low_level=0, high_level=5, desired=profile["level"])
    options = {"earlier": profile, "earlier_name": LONG, "width": width}
    assert not touching(charts.figure_profile(profile, distribution=counts, **options))
    assert not touching(charts.figure_spider(profile, **options))
    assert not touching(charts.figure_strips(counts, profile=profile, width=width))


# --- waves beside the test of the single ratings


def test_the_waves_say_whether_the_ratings_changed_clearly():
    written = texts(charts.plot_waves(tables.compared(), tested=tables.tested()))
    assert "up 1\u00a0level, from 2 to 3; ratings: clear rise" in written
    assert "no change, at 2; ratings: no clear change" in written
    assert "ratings: not tested" in " ".join(written)
    assert not [line for line in written if line.startswith("not compared") and "ratings" in line]


def test_a_move_that_the_ratings_do_not_back_is_grey():
    bars = lines(charts.plot_waves(tables.compared(), tested=tables.tested()), "move")
    assert [bar.get_color() for bar in bars] == [style.REGION, style.MIDDLE_HALF]
    assert {bar.get_color() for bar in lines(charts.plot_waves(tables.compared()), "move")} == {style.REGION}


def test_where_no_rating_changed_clearly_the_title_says_it_once_and_the_rows_do_not():
    tested = tables.tested().assign(is_clear=False, direction="", refusal="")
    ax = charts.plot_waves(tables.compared(), tested=tested)
    assert "ratings:" not in " ".join(texts(ax)) + charts.alt_waves(tables.compared(), tested)
    assert {bar.get_color() for bar in lines(ax, "move")} == {style.MIDDLE_HALF}


@pytest.mark.parametrize(
    ("clear", "direction", "refusal", "end"),
    [
        ((True, False, False, False), ("up", "", "", ""), "",
         "; the single ratings clearly back Readiness to Change only"),
        ((True, False, False, True), ("up", "", "", "down"), "", "; the single ratings clearly back both moves"),
        ((False, False, False, False), ("", "", "", ""), "", "; the single ratings show no clear change"),
        ((False, True, False, False), ("", "up", "", ""), "",
         "; the single ratings changed clearly on Structure & Governance"),
        ((True, False, False, False), ("down", "", "", ""), "",
         "; the single ratings changed clearly on Readiness to Change"),
        ((False,) * 4, ("",) * 4, "too few", "; whether the single ratings changed cannot be tested"),
    ],
)  # fmt: skip
def test_the_title_of_the_waves_says_which_moves_are_backed(clear, direction, refusal, end):
    tested = tables.tested().assign(is_clear=clear, direction=direction, refusal=refusal)
    title = charts.title_waves(tables.compared(), tested)
    assert title == f"Readiness to Change moved up, Finance & Funding moved down since March 2023{end}"
    assert title in charts.alt_waves(tables.compared(), tested)


def test_a_dimension_is_tested_once():
    with pytest.raises(ValueError, match="tested: each dimension is there once at most"):
        charts.figure_waves(tables.compared(), tested=pd.concat([tables.tested()] * 2))


@pytest.mark.parametrize("width", WIDTHS)
def test_long_words_of_the_waves_break_before_the_ratings(width):
    tested = tables.tested().assign(is_clear=[True, False, False, False], direction="up", refusal="")
    figure = charts.figure_waves(tables.compared(), tested=tested, width=width)
    assert not touching(figure) and "ratings: no clear change" in " ".join(texts(figure))
    assert waves.change_words(2.5, 2, -0.5, comparable=True, ratings="clear fall").endswith("; ratings: clear fall")


# --- priorities


def test_priorities_are_dumbbells_from_the_present_level_to_the_one_wanted():
    ax = charts.plot_priorities(tables.ranking())
    assert [float(line.get_xdata()[0]) for line in lines(ax, "level")] == [1, 2, 3, 0, 4]
    wanted = lines(ax, "wanted")
    assert [float(line.get_xdata()[0]) for line in wanted] == [4, 4, 5, 1, 4]
    assert {(line.get_marker(), line.get_markerfacecolor()) for line in wanted} == {("D", "white")}
    assert [line.get_color() for line in lines(ax, "level")] == [style.REGION] * 4 + [style.COMPARATOR]
    assert len(lines(ax, "gap")) == 4


def test_priorities_have_their_numbers_and_those_without_a_place_stand_below():
    shuffled = tables.ranking().iloc[[4, 2, 0, 3, 1]]
    written = texts(charts.plot_priorities(shuffled))
    assert [line for line in written if line in {"Most urgent first", "Without a place"}] == [
        "Most urgent first", "Without a place",
    ]  # fmt: skip
    names = [line for line in written if line in set(shuffled["dimension_name"])]
    assert names == ["Finance & Funding", "Structure & Governance", "Readiness to Change", "Digital Infrastructure",
                     "Citizen Empowerment"]  # fmt: skip
    assert {"from 1 to 4", "at 4", "has reached the level wanted"} <= set(written)
    assert "1. Finance & Funding" in texts(charts.plot_priorities(shuffled, width="narrow"))


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "under almost any weights"),
        (0.9, "under almost any weights"),
        (0.899, "under 9\u00a0in\u00a010 weightings"),
        (0.84, "under 8\u00a0in\u00a010 weightings"),
        (0.1, "under 1\u00a0in\u00a010 weightings"),
        (0.099, "under fewer than 1 in 10 weightings"),
        (0.0, "under no weights tried"),
    ],
)
def test_shares_of_weightings_are_rounded_honestly(share, said):
    assert priorities_words.weightings(share) == said


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        ((1.0, 0.93, 0.85, 0.2),
         "First priorities: Finance & Funding, Structure & Governance and Readiness to Change"),
        ((0.95, 0.6, 0.5, 0.4), "Finance & Funding stands among the first three under almost any weights; the next "
         "places depend on the weights"),
        ((0.95, 0.82, 0.5, 0.4), "Finance & Funding and Structure & Governance stand among the first three under "
         "most weights; the next places depend on the weights"),
        ((0.6, 0.5, 0.5, 0.5), "Which dimensions come first depends on the weights; with those set here, Finance & "
         "Funding"),
    ],
)  # fmt: skip
def test_the_title_of_priorities_says_how_firm_they_are(shares, title):
    assert charts.title_priorities(tables.ranking().assign(share_top_three=[*shares, math.nan])) == title


def test_with_three_places_or_fewer_the_gap_is_said_instead():
    two = tables.ranking()[:2]
    assert charts.title_priorities(two) == "First priorities: Finance & Funding and Structure & Governance"
    assert {"a gap of 3 levels", "a gap of 2 levels"} <= set(texts(charts.plot_priorities(two)))


def test_without_levels_wanted_the_diamond_is_the_highest_level():
    table = tables.ranking().assign(desired_from="highest level")
    assert "highest level" in texts(charts.plot_priorities(table))
    mixed = tables.ranking().assign(desired_from=["declared"] * 3 + ["highest level"] * 2)
    assert "level wanted, or the highest where none is stated" in texts(charts.plot_priorities(mixed))


def test_nothing_to_rank_is_said():
    reached = tables.ranking()[4:]
    assert charts.title_priorities(reached) == "Every dimension has reached the level wanted"
    refused = tables.ranking().assign(refusal="its present level is not known", gap=pd.NA)
    assert charts.title_priorities(refused) == "There are no priorities to rank"
    assert charts.title_priorities(tables.ranking()[:0]) == "There are no priorities to rank"
    assert "There are no priorities to rank yet." in texts(charts.plot_priorities(tables.ranking()[:0]))


def test_the_words_of_priorities():
    assert charts.subtitle_priorities(tables.ranking(), when="March 2025") == (
        "Present level and level wanted, 0 (lowest) to 5 (highest); March 2025; order from gap and need, weighted"
    )
    alt = charts.alt_priorities(tables.ranking()).replace("\u00a0", " ")
    assert "1. Finance & Funding: from 1 to 4, in the top three under almost any weights" in alt
    assert "Citizen Empowerment: at 4, has reached the level wanted" in alt and alt.endswith(".")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["Structure & Governance", LONG])
def test_nothing_touches_in_priorities(name, width):
    for table in (tables.ranking(), tables.ranking()[:2], tables.ranking().assign(refusal=LONG)):
        assert not touching(charts.figure_priorities(table.assign(dimension_name=name), width=width))


# --- ties and a single criterion


def alone(ranks, gaps):
    """Dimensions of which only the gap is known."""
    names = [f"D{n}" for n in range(len(ranks))]
    columns = {"dimension": names, "dimension_name": names, "rank": ranks, "gap": gaps, "level": 1, "refusal": ""}
    table = pd.DataFrame(columns).assign(desired=4, order=range(len(ranks)), share_top_three=1.0, points_gap=50.0)
    return table.assign(desired_from="declared", points_disagreement=None, points_confidence=None, points_need=None)


def test_dimensions_that_share_a_place_are_all_named_or_counted():
    four = alone([1, 1, 1, 1, 5], [3, 3, 3, 3, 1])
    assert charts.title_priorities(four) == "Widest gap: D0, D1, D2 and D3"
    same = alone([1] * 6, [3] * 6)
    assert charts.title_priorities(same) == "All 6 dimensions below the level wanted have the same gap"
    weighed = alone([1] * 6, [3] * 6).assign(points_need=20.0)
    assert charts.title_priorities(weighed) == "6 of 6 dimensions with a gap share the first places"


def test_with_the_gap_alone_there_are_no_weights_to_speak_of():
    table = alone([1, 2, 3, 4], [4, 3, 2, 1])
    said = " ".join(texts(charts.plot_priorities(table))) + charts.alt_priorities(table)
    assert "weight" not in said + charts.subtitle_priorities(table) and "a gap of 4 levels" in said
