"""The pictures of a workshop's stage, by their artists, their words and the size of their type."""

import math

import pandas as pd
import pytest
from matplotlib.text import Text

from drawn import lines, texts, touching
from helpers import charts
from helpers.charts import style
from helpers.reference.models import load_model, load_models
from helpers.scoring.standing import of_ratings

NONE = math.nan
FUNDING = load_model("scirocco-exchange").dimension("funding")
SMALLEST = 28


def table(ratings, before=None, words=FUNDING.levels):
    now = of_ratings(ratings, range(6))
    drawn = pd.DataFrame({"level": now.levels, "level_text": [words[level] for level in now.levels], "n": now.counts})
    return drawn if before is None else drawn.assign(n_before=of_ratings(before, range(6)).counts)


def drawing(ratings, earlier=None, **options):
    now = of_ratings(ratings, range(6))
    return charts.figure_levels(table(ratings, earlier), middle=(now.q1, now.median, now.q3), **options)


def points(figure, label):
    (line,) = lines(figure.axes[0], label)
    return list(zip(*line.get_data(), strict=True))


def test_a_dot_for_each_stakeholder_along_its_level_the_highest_level_on_top():
    figure = drawing([1, 3, 3, 3, 5])
    rows = [round(y) for _, y in points(figure, "stakeholders")]
    assert len(rows) == 5 and sorted(rows.count(y) for y in set(rows)) == [1, 1, 3]
    top = min(rows)
    assert rows.count(top) == 1 and top < figure.get_size_inches()[1] * 72 / 6  # the one who chose 5


@pytest.mark.parametrize("n", [1, 12, 60, 200])
def test_every_stakeholder_of_a_large_panel_has_a_dot_inside_its_row(n):
    figure = drawing([3] * n, [2] * n)
    for label in ("stakeholders", "before"):
        spots = points(figure, label)
        assert len(spots) == len(set(spots)) == n
        assert max(y for _, y in spots) - min(y for _, y in spots) < 740 / 6
        assert max(x for x, _ in spots) < 1104 - 60


def test_the_shift_is_an_arrow_from_the_median_before():
    assert lines(drawing([4] * 5, [2] * 5, before=2.0).axes[0], "shift")
    assert not lines(drawing([4] * 5, [4] * 5, before=4.0).axes[0], "shift")
    assert "was 5" in texts(drawing([4] * 5, [2] * 5, before=2.0))


def test_the_agreed_and_the_wanted_level_are_marked_only_where_there_is_one():
    plain, decided = drawing([3, 4]), drawing([3, 4], agreed=3.0, desired=5.0)
    assert not [p for p in plain.axes[0].patches if p.get_label() == "agreed"] and not lines(plain.axes[0], "desired")
    assert [p for p in decided.axes[0].patches if p.get_label() == "agreed"] and lines(decided.axes[0], "desired")
    assert {"level agreed", "wanted"} <= set(texts(decided)) and "wanted" not in texts(plain)


def test_nothing_touches_and_nothing_is_too_small_for_the_back_of_a_room():
    for figure in (drawing([0, 1, 2, 3, 4, 5] * 3, [3] * 18, before=3.0, agreed=2.0, desired=5.0), drawing([])):
        assert not touching(figure)
        assert min(label.get_fontsize() for label in figure.findobj(Text) if label.get_text()) >= SMALLEST


def test_no_descriptor_of_any_model_is_cut():
    for model in load_models().values():
        for one in model.dimensions:
            now = of_ratings([], model.levels)
            words = [one.levels[level] for level in now.levels]
            drawn = pd.DataFrame({"level": now.levels, "level_text": words, "n": now.counts})
            figure = charts.figure_levels(drawn, middle=(NONE, NONE, NONE))
            assert not [text for text in texts(figure) if text.endswith("…")], one.code


def test_what_people_write_is_drawn_as_it_stands():
    words = dict.fromkeys(range(6), "<script>alert(1)</script> $x$ & more")
    figure = charts.figure_levels(table([3], words=words), middle=(3.0, 3.0, 3.0))
    written = charts.to_svg(figure, prefix="levels", title="<b>", alt="a & b")
    assert "<script" not in written and "&lt;script&gt;" in written


@pytest.mark.parametrize(
    ("ratings", "title", "rule"),
    [
        ([], "Nobody has rated this yet", ""),
        ([4], "One rating so far: level 4", ""),
        ([4, 4], "Both chose level 4", ""),
        ([2] * 9, "All 9 chose level 2", ""),
        (
            [4, 3],
            "Both are within one level of the median, 3.5",
            "Too few ratings to judge agreement: that takes eight.",
        ),
        (
            [2, 2, 3, 5],
            "3 of 4 are within one level of the median, 2.5",
            "Too few ratings to judge agreement: that takes eight.",
        ),
        (
            [2, 3, 3],
            "All 3 are within one level of the median, level 3",
            "Too few ratings to judge agreement: that takes eight.",
        ),
        (
            [2] * 9 + [3, 5, 5],
            "Agreement: 10 of 12 are within one level of the median, level 2",
            "2 ratings further off; the rule for agreement allows 3.",
        ),
        (
            [0] * 6 + [5] * 6,
            "Views are split: 0 of 12 are within one level of the median, 2.5",
            "12 ratings further off; the rule for agreement allows 3.",
        ),
        (
            [2] * 11 + [3],
            "Agreement: all 12 are within one level of the median, level 2",
            "No rating is further off; the rule for agreement would allow 3.",
        ),
    ],
)
def test_the_title_says_the_finding_and_the_line_below_the_rule(ratings, title, rule):
    now = of_ratings(ratings, range(6))
    assert (charts.title_levels(now), charts.subtitle_levels(now)) == (title, rule)


def test_the_alt_text_says_every_count_and_what_moved():
    now = of_ratings([3, 3, 4], range(6))
    said = charts.alt_levels(table([3, 3, 4], [1, 1, 1]), now, name="Funding", before=1.0, agreed=3.0)
    assert "one for each of 3 stakeholders" in said and "level 3: 2, was 0" in said and "level 1: 0, was 3" in said
    assert "The median of the round before was 1" in said and "agreed on level 3" in said


def spider_table(known):
    model = load_model("scirocco-exchange")
    rows = [
        {
            "dimension": one.code,
            "dimension_name": one.name,
            "short_name": one.short_name,
            "consensus": 3.0 if number < known - 1 else NONE,
            "desired": 5.0 if number < 2 else NONE,
            "median": 2.0 if number < known else NONE,
            "q1": 1.0 if number < known else NONE,
            "q3": 3.0 if number < known else NONE,
        }
        for number, one in enumerate(model.dimensions)
    ]
    return pd.DataFrame(rows)


def test_the_spider_s_alt_text_says_every_level_so_far_and_whether_it_is_agreed():
    drawn = spider_table(3).assign(median=[2.0, 2.5, 2.5, *[NONE] * 9])
    first, second, third = drawn["dimension_name"][:3]
    levels = f"{first}: agreed 3; {second}: agreed 3; {third}: median 2.5"
    assert charts.alt_spider(drawn) == f"Spider diagram of 3 of 12 dimensions. {levels}."


@pytest.mark.parametrize("known", [0, 1, 5, 12])
def test_the_spider_on_a_stage_is_large_and_its_web_keeps_its_size(known):
    with style.context():
        ax = charts.plot_spider(spider_table(known), width="stage")
        whole = charts.plot_spider(spider_table(12), width="stage")
    assert not touching(ax.figure)
    assert min(label.get_fontsize() for label in ax.figure.findobj(Text) if label.get_text()) >= SMALLEST
    assert "Empowerment" in texts(ax.figure)
    rings = [line.get_xdata().max() for line in (ax.get_lines()[5], whole.get_lines()[5])]
    assert rings[0] == pytest.approx(rings[1])


def test_a_dimension_whose_neighbours_are_not_rated_shows_its_middle_half_on_a_stage():
    with style.context():
        alone = charts.plot_spider(spider_table(1), width="stage")
        together = charts.plot_spider(spider_table(2), width="stage")
    assert len(lines(alone, "middle half")) == 1 and not lines(together, "middle half")


def test_another_width_is_refused():
    with pytest.raises(ValueError, match="width must be one of"):
        charts.plot_spider(spider_table(3), width="huge")
