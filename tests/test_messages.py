"""Sentences follow from the numbers, claim no more than they carry, and read as English."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring import messages, wording

NAMES = ["Readiness", "Governance", "Digital Infrastructure", "Process Coordination", "Funding", "Inhibitors"]


def profile(levels, medians=None, spreads=None, **columns) -> pd.DataFrame:
    n = len(levels)
    numbers = pd.Series([np.nan if x is None else float(x) for x in (medians or levels)])
    table = pd.DataFrame(
        {
            "dimension": [name.lower() for name in NAMES[:n]], "dimension_name": NAMES[:n], "order": range(1, n + 1),
            "n": 12, "n_missing": 0, "median": numbers, "spread": spreads or [1.0] * n,
            "minimum": pd.array([0] * n, "Int64"), "maximum": pd.array([5] * n, "Int64"),
            "level": pd.array(levels, "Int64"), "consensus": pd.array(levels, "Int64"), "withheld": False,
        }
    )  # fmt: skip
    table["level_from"] = ["" if level is None else "consensus" for level in levels]
    return table.assign(**columns)


def waves(directions, basis="consensus") -> pd.DataFrame:
    n = len(directions)
    return pd.DataFrame(
        {
            "dimension_name": NAMES[:n], "comparable": [bool(way) for way in directions], "direction": directions,
            "basis": [basis if way else "" for way in directions],
            "earlier_wave_name": "May 2023", "later_wave_name": "March 2025",
        }
    )  # fmt: skip


WHO = pd.DataFrame({"role": ["nurse", "manager", "not stated"], "sector": ["health", "care", "health"], "n": [7, 4, 1]})


def said(*args, **kwargs) -> list[str]:
    return [message.text for message in messages.maturity(*args, **kwargs)]


def of_kind(kind, *args, **kwargs) -> str:
    return " ".join(m.text for m in messages.maturity(*args, **kwargs) if m.kind == kind)


# maturity


def test_a_profile_is_said_in_three_to_five_sentences():
    found = said(profile([4, 3, 3, 1]), waves(["up", "same", "down", "up"]), WHO)
    assert found == [
        "By consensus, 3 of 4 dimensions stand at level 3 or above.",
        "Highest: Readiness at level 4. Lowest: Process Coordination at level 1.",
        "Between May 2023 and March 2025 the consensus rose on 2 dimensions (Readiness and Process Coordination), "
        "fell on 1 dimension (Digital Infrastructure) and stayed the same on 1.",
        "On none of the 4 dimensions with ratings do views differ widely: the middle half of the ratings spans less "
        "than two levels.",
        "12 stakeholders took part, in 2 roles and 2 sectors.",
    ]


def test_one_dimension_stands_in_the_singular():
    assert said(profile([3, 1]))[0] == "By consensus, 1 of 2 dimensions stands at level 3 or above."


def test_a_level_from_medians_says_so():
    table = profile([3, 1], level_from="median", consensus=pd.array([None, None], "Int64"))
    assert said(table)[0].startswith("By the stakeholders' median, 1 of 2")
    assert "There is no consensus" in of_kind("caution", table)
    mixed = profile([3, 1], level_from=["consensus", "median"])
    assert said(mixed)[0].startswith("By consensus or, where there is none, the median, 1 of 2")


def test_a_flat_profile_names_no_extremes():
    found = said(profile([2, 2, 2]))
    assert "All 3 dimensions stand at level 2." in found
    assert "All 2 dimensions with a level stand at level 2." in said(profile([2, 2, None]))
    assert not any("Highest" in text for text in found)


def test_ties_beyond_three_names_are_counted():
    assert "Highest: Readiness, Governance, Digital Infrastructure and 2 more at level 4." in " ".join(
        said(profile([4, 4, 4, 4, 4, 1]))
    )


def test_where_views_differ_most():
    table = profile([3, 3, 2], spreads=[2.0, 3.0, 0.0])
    assert of_kind("agreement", table) == (
        "Views differ widely on 2 of 3 dimensions, most on Governance, where ratings run from 0 to 5."
    )


def test_views_that_differ_equally_are_all_named():
    assert of_kind("agreement", profile([3, 3], spreads=[2.0, 1.0])) == (
        "Views differ widely on 1 of 2 dimensions: Readiness, where ratings run from 0 to 5."
    )
    both = of_kind("agreement", profile([3, 3], spreads=[2.0, 2.0], minimum=[0, 1]))
    assert both == "Views differ widely on 2 of 2 dimensions, most on Readiness, where ratings run from 0 to 5."


def test_a_consensus_away_from_the_median_is_told():
    text = of_kind("agreement", profile([4, 3], medians=[2.5, 3]))
    assert "On Readiness the consensus, level 4, lies above the median of the 12 ratings, 2.5." in text


def test_movement_of_medians_is_called_that():
    text = of_kind("moved", profile([3, 2]), waves(["up", "same"], basis="median"))
    assert "the median of the ratings rose on 1 dimension (Readiness)" in text
    assert "consensus" not in text


def test_dimensions_that_do_not_compare_are_counted():
    text = of_kind("moved", profile([3, 2, 2]), waves(["same", "", ""]))
    assert text == (
        "Between May 2023 and March 2025 the consensus stayed the same on Readiness. 2 dimensions do not compare."
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [("illustrative", "are illustrative"), ("reconstructed", "are reconstructed from a published table")],
)
def test_the_status_of_the_data_is_a_caution(status, words):
    assert words in of_kind("caution", profile([3, 2]), status=status)


def test_cautions_count_what_could_not_be_used():
    text = of_kind("caution", profile([3, None]), rows_refused=1, files_refused=2)
    assert text == (
        "2 files could not be used. 1 row of the assessment could not be used. Nothing is known of Governance."
    )


def test_a_panel_too_small_is_a_caution_and_nothing_is_said_of_its_views():
    table = profile([3, 2], medians=[None, None], spreads=[np.nan] * 2, n=0, withheld=True)
    assert "Too few stakeholders took part" in of_kind("caution", table)
    assert of_kind("agreement", table) == ""
    who = pd.DataFrame({"role": ["not shown"], "sector": ["not shown"], "n": [4]})
    assert "4 stakeholders took part." in said(table, None, who)
    assert [n.value for n in messages.headline_maturity(table)] == ["1 of 2", "Level 2"]
    assert len(messages.headline_maturity(table, waves(["up", "same"]))) == 3


def test_a_panel_too_small_is_not_said_to_have_rated_nothing():
    part = profile([3, None], medians=[None, None], spreads=[np.nan] * 2, n=0, withheld=True)
    assert said(part)[0] == "By consensus, 1 of the 1 dimension that has a consensus stands at level 3 or above."
    assert "There is no consensus on Governance." in said(part)
    none = profile([None, None], spreads=[np.nan] * 2, n=0, withheld=True)
    assert said(none) == [
        "No level can be shown: single ratings are not shown, and there is no consensus.",
        "Too few stakeholders took part to show single ratings.",
    ]
    assert messages.headline_maturity(none) == []


def test_nothing_rated_is_one_sentence():
    assert said(profile([None, None])) == ["No dimension has been rated yet."]
    assert messages.headline_maturity(profile([None, None])) == []


def test_three_large_figures_for_a_profile():
    table = profile([4, 3, 1], spreads=[1.0, 2.0, 0.0])
    numbers = messages.headline_maturity(table, waves(["up", "same", "down"]))
    assert [number.value for number in numbers] == ["2 of 3", "Level 1", "1\xa0up, 1\xa0down"]
    assert numbers[2].label == "of 3 dimensions, by the consensus, since May 2023"
    without = messages.headline_maturity(table)[2]
    assert (without.value, without.label) == ("0 to 5", "the ratings of Governance, where views differ most")
    assert messages.headline_maturity(profile([2, 2]))[1].label == "on all 2 dimensions"


# needs


def beside(verdicts, basis="median of 32 council areas") -> pd.DataFrame:
    n = len(verdicts)
    return pd.DataFrame(
        {
            "indicator_name": [f"Indicator {letter}" for letter in "ABCDEFGH"[:n]], "verdict": verdicts,
            "comparator_basis": basis, "x": np.linspace(-0.9, 0.9, n) if n > 1 else [-0.9] * n, "unit": "% of adults",
            "value": 14.62, "lowercl": 11.0, "uppercl": 18.0, "comparator_value": 22.4, "reason": "",
            "clear_distance": np.linspace(2, 0.1, n), "p_value": np.nan,
            "polarity": ["none" if word in ("higher", "lower") else "lower_is_better" for word in verdicts],
        }
    )  # fmt: skip


def changes(rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["verdict", "meaning"])
    names = [f"Series {letter}" for letter in "ABCDEFGH"[: len(table)]]
    return table.assign(indicator_name=names, short_name=names, first_period="2010", latest_period="2020")


def gaps(verdicts) -> pd.DataFrame:
    n = len(verdicts)
    return pd.DataFrame(
        {
            "indicator_name": [f"Gap {letter}" for letter in "ABCDEF"[:n]], "verdict": verdicts,
            "ratio": np.linspace(4, 2, n), "ratio_lowercl": [1.01] + [1.5] * (n - 1),
            "ratio_uppercl": [16.0] + [2.6] * (n - 1),
        }
    )  # fmt: skip


def needs(*args, kind="") -> str:
    return " ".join(m.text for m in messages.needs(*args) if not kind or m.kind == kind)


def test_the_overall_picture_counts_verdicts():
    text = needs(beside(["better", "worse", "worse", "no clear difference", "higher", "not compared"]), kind="picture")
    assert text.startswith(
        "Of 4 indicators that can be judged, 1 is better than the median of 32 council areas, 2 are worse and "
        "1 shows no clear difference."
    )


def test_what_has_no_direction_does_not_count_as_judged():
    table = beside(["better", "no clear difference", "no clear difference"])
    table["polarity"] = ["lower_is_better", "none", "lower_is_better"]
    assert needs(table, kind="picture").startswith("Of 2 indicators that can be judged, 1 is better")


def test_one_clear_difference_is_given_with_its_figures():
    text = needs(beside(["worse", "no clear difference"]), kind="gap")
    assert text == "Clearly worse: Indicator A, 14.6\u00a0% beside 22.4\u00a0% (median of 32 council areas)."


def test_what_has_no_direction_is_said_to_be_neither_good_nor_bad():
    assert needs(beside(["higher", "lower", "lower"])) == (
        "Apart from the median of 32 council areas, which is neither good nor bad; higher: Indicator A; "
        "lower: Indicator B and Indicator C."
    )


def test_the_furthest_three_are_named():
    text = needs(beside(["worse"] * 4), kind="gap")
    assert text == "Furthest on the worse side: Indicator A, Indicator B and Indicator C."
    table = beside(["worse"] * 4).assign(clear_distance=[0.1, 0.4, 0.2, 0.3], x=-1.0)
    assert needs(table, kind="gap") == "Furthest on the worse side: Indicator B, Indicator D and Indicator C."
    label = messages.headline_needs(table)[1].label
    assert label == "Indicator B, beside 22.4\u00a0% (median of 32 council areas), the furthest of 4 that are worse"
    fewer = needs(table.iloc[:3], kind="gap")
    assert fewer == "Clearly worse: Indicator B, Indicator C and Indicator A."


def test_what_ties_or_has_no_range_is_among_them_and_not_furthest():
    tied = beside(["better"] * 5).assign(clear_distance=[0.1, 0.3, 0.2, 0.2, 0.2])
    said = "5 are clearly better, among them Indicator B, Indicator C and Indicator D."
    assert said in needs(tied, kind="picture")
    no_range = beside(["worse"] * 4).assign(clear_distance=np.nan, p_value=[0.04, 0.01, 0.03, 0.02])
    assert needs(no_range, kind="gap") == "4 are clearly worse, among them Indicator B, Indicator D and Indicator C."
    assert messages.headline_needs(no_range)[1].label.endswith("one of 4 that are worse")


def test_where_nothing_can_be_judged_the_page_says_why():
    why = "the median is of areas of another kind; they are shown to see how they spread"
    assert needs(beside(["not compared"] * 3).assign(reason=why)) == (
        "3 indicators are shown and none of them is judged: the median is of areas of another kind."
    )
    mixed = beside(["not compared"] * 3).assign(reason=["no limits are given", why, why])
    assert needs(mixed) == (
        "3 indicators are shown and none of them is judged; for 2 of them the reason is that the median is of areas "
        "of another kind."
    )
    assert needs(beside(["not compared"]).assign(reason="only 4 areas have a figure for this period")) == (
        "Indicator A is shown and not judged: only 4 areas have a figure for this period."
    )


def test_figures_that_differ_clearly_never_look_equal():
    close = beside(["worse"]).assign(value=10.8, comparator_value=10.6, lowercl=10.7, uppercl=21.0)
    assert needs(close, kind="gap") == (
        "Clearly worse: Indicator A, 10.8\u00a0% beside 10.6\u00a0% (median of 32 council areas)."
    )
    number = messages.headline_needs(close)[1]
    assert number.value == "10.8\u00a0%" and "beside 10.6\u00a0%" in number.label


def test_the_limits_of_a_ratio_stay_on_their_side_of_one():
    def said(ratio, low, high):
        table = gaps(["worse"]).assign(ratio=ratio, ratio_lowercl=low, ratio_uppercl=high)
        return needs(beside([]), None, table, kind="gap").partition(": ")[2]

    assert said(1.05, 1.02, 1.08) == "1.05 times as high (95\u00a0% interval 1.02 to 1.08)."
    assert said(0.8, 0.7, 0.9) == "0.8 times the figure of the least deprived (95\u00a0% interval 0.7 to 0.9)."
    assert said(3.0, 1.004, 12.0) == "3.000 times as high (95\u00a0% interval 1.004 to 12.000)."
    assert said(1.2, 1.0001, 1.5) == "1.200 times as high (95\u00a0% interval just above 1 to 1.500)."


def test_no_clear_difference_is_said_as_such():
    text = needs(beside(["no clear difference"] * 3, basis="Scotland"))
    assert text == "Of 3 indicators not one shows a clear difference from Scotland."


def test_two_kinds_of_comparator_are_both_named():
    table = beside(["better", "better"]).assign(comparator_basis=["Scotland", "median of 32 council areas"])
    assert "better than Scotland or, where it has no figure for the period, the median of 32 council areas" in needs(
        table
    )
    varied = table.assign(comparator_basis=["median of 31 council areas", "median of 32 council areas"])
    assert "than the median of the council areas" in needs(varied)


def test_change_over_time_is_said_with_its_direction():
    rows = [("fallen", "better"), ("risen", "worse"), ("risen", ""), ("no clear change", ""), ("not compared", "")]
    assert needs(beside([]), changes(rows)) == (
        "Between the first and the latest figures of 4 indicators, 1 changed for the better (Series A), "
        "1 changed for the worse (Series B), 1 has risen and 1 shows no clear change."
    )
    assert needs(beside([]), changes(rows[:1])) == "Series A has fallen, for the better, between 2010 and 2020."
    assert needs(beside([]), changes([("no clear change", "")] * 2)) == (
        "Of 2 indicators not one shows a clear change between its first and its latest figure."
    )


def test_the_clearest_gap_is_named_and_not_the_widest():
    text = needs(beside([]), None, gaps(["worse", "worse", "no clear difference"]), kind="gap")
    assert text == (
        "On 2 of 3 indicators the most deprived fifth does worse than the least deprived; the clearest gap is in "
        "Gap B, 3.0 times as high (95\u00a0% interval 1.5 to 2.6)."
    )


def test_a_gap_that_cannot_be_measured_is_a_caution():
    assert needs(beside([]), None, gaps(["not compared"]), kind="caution") == (
        "The gap by deprivation cannot be measured here."
    )


def test_cautions_tell_of_chance_and_of_the_plan():
    many = beside(["better"] * 8)
    table = pd.concat([many] * 5)
    plan = pd.DataFrame({"is_contradicted": [True, True, False], "lacks_base": [False, False, True],
                         "lacks_period": False})  # fmt: skip
    assert needs(table, None, None, plan, kind="caution") == (
        "With 40 indicators tested, about 2 would seem to differ by chance alone. "
        "Of 3 figures in the plan, 2 contradict another. "
        "Of 3 figures in the plan, 1 is printed without the number behind the share."
    )


def test_nothing_on_record_is_one_sentence():
    assert needs(beside([])) == "No indicators are on record for this region."
    assert messages.headline_needs(beside([])) == []


def test_three_large_figures_for_needs():
    numbers = messages.headline_needs(
        beside(["worse", "better", "no clear difference"]), changes([("fallen", "better")]), gaps(["worse"])
    )
    assert [number.value for number in numbers] == ["1 better, 1 worse", "14.6\u00a0%", "1 better"]
    plain = messages.headline_needs(beside(["no clear difference"]))
    assert [number.value for number in plain] == ["0 of 1", "0", "–"]
    by_fifth = messages.headline_needs(beside(["better"]), None, gaps(["worse", "worse"]))[1]
    assert (by_fifth.value, by_fifth.anchor) == ("2.0 times", "quintiles")


# small words


def test_lists_plurals_and_numbers():
    assert wording.listing([]) == ""
    assert wording.listing(["A"]) == "A"
    assert wording.listing(["A", "B"]) == "A and B"
    assert wording.listing(["A", "B", "C"]) == "A, B and C"
    assert wording.listing(["A", "B", "C", "D"]) == "A, B, C and 1 more"
    assert wording.listing(["A, b", "C"]) == "A, b; and C"
    assert wording.plural(1, "dimension") == "1 dimension"
    assert wording.plural(1200, "dimension") == "1,200 dimensions"
    assert wording.out_of(9, 12, "stakeholder") == "9 of 12 stakeholders"
    assert wording.out_of(300, 400, "stakeholder") == "75\u00a0% of 400 stakeholders"
    assert [wording.number(value) for value in (3.0, 2.5, 38.46, -0.0, -2, 96600)] == [
        "3", "2.5", "38.46", "0", "\u22122", "96,600",
    ]  # fmt: skip
    assert wording.amount(27, "% change", signed=True) == "+27\u00a0% change"


# laws

MOVES = [("risen", "worse"), ("fallen", ""), ("no clear change", ""), ("not compared", "")]
VERDICTS = ["better", "worse", "higher", "lower", "no clear difference", "not compared"]
LEVELS = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=6)
NOT_WORDS = re.compile(r"\b(nan|None|NA|NaT|inf)\b|<NA>|\(\)|  | [,.;]")
calm = settings(deadline=None, max_examples=40)


def texts(found, numbers=()) -> list[str]:
    return [message.text for message in found] + [part for n in numbers for part in (n.value, n.label)]


@calm
@given(LEVELS, st.lists(st.sampled_from(["up", "down", "same", ""]), max_size=6), st.lists(st.floats(0, 5), min_size=6))
def test_maturity_says_nothing_that_is_not_there(levels, ways, spreads):
    table = profile(levels, spreads=spreads[: len(levels)])
    compared = waves(ways[: len(levels)])
    found = messages.maturity(table, compared, WHO, status="illustrative", rows_refused=2)
    whole = texts(found, messages.headline_maturity(table, compared))
    for text in whole:
        assert not NOT_WORDS.search(text), text
        for name in set(NAMES) - set(table["dimension_name"]):
            assert name not in text
    assert len([message for message in found if message.kind != "caution"]) <= 5
    assert all(
        message.text.endswith(".") and message.text[0].isupper() | message.text[0].isdigit() for message in found
    )
    assert {message.kind for message in found} <= set(messages.KINDS)


@calm
@given(
    st.lists(st.sampled_from(VERDICTS), max_size=8),
    st.lists(st.sampled_from(MOVES), max_size=6),
    st.lists(st.sampled_from(["worse", "no clear difference", "not compared"]), max_size=6),
)  # fmt: skip
def test_needs_claims_a_difference_only_where_a_test_says_so(verdicts, moves, fifths):
    tables = (beside(verdicts), changes(moves), gaps(fifths) if fifths else None)
    whole = texts(messages.needs(*tables), messages.headline_needs(*tables))
    for text in whole:
        assert not NOT_WORDS.search(text), text
    claimed = {*verdicts, *(meaning for _, meaning in moves), *fifths}
    for word in ("better", "worse"):
        if word not in claimed:
            assert word not in " ".join(whole)


@calm
@given(
    st.lists(st.sampled_from(["better", "worse"]), min_size=1, max_size=8),
    st.lists(st.one_of(st.just(np.nan), st.sampled_from([0.1, 0.2]), st.floats(-1, 5)), min_size=8, max_size=8),
    st.lists(st.floats(0, 0.05), min_size=8, max_size=8),
)  # fmt: skip
def test_a_named_indicator_is_never_nearer_than_one_of_the_same_verdict_that_is_not(verdicts, distances, p_values):
    n = len(verdicts)
    table = beside(verdicts).assign(clear_distance=distances[:n], p_value=p_values[:n])
    for word in ("better", "worse"):
        part = table[table["verdict"] == word].fillna({"clear_distance": -np.inf})
        text = " ".join(m.text for m in messages.needs(table) if f"{word} side" in m.text or f"ly {word}" in m.text)
        named = np.array([name in text for name in part["indicator_name"]], dtype=bool)
        assert named.sum() == min(len(part), 3)
        near, far = part.loc[named, "clear_distance"], part.loc[~named, "clear_distance"]
        if len(far):
            assert near.min() >= far.max()
            assert ("Furthest" in text) <= (near.min() > far.max())


@given(st.floats(0.001, 1000), st.floats(1e-4, 2), st.floats(1e-4, 2))
def test_a_printed_ratio_and_its_limits_lie_where_the_numbers_do(ratio, below, above):
    limits = [ratio, ratio * np.exp(-below), ratio * np.exp(above)]
    table = gaps(["worse"]).assign(**dict(zip(["ratio", "ratio_lowercl", "ratio_uppercl"], limits, strict=True)))
    text = needs(beside([]), None, table, kind="gap").partition(": ")[2]
    pattern = r"(.+?) times .*interval (.+) to (.+)\)"
    for written, value in zip(re.search(pattern, text).groups(), limits, strict=True):
        if "just" in written:
            assert written == f"just {'above' if value > 1 else 'below'} 1" and abs(value - 1) <= 0.0005 + 1e-9
        else:
            number = float(written.replace(",", ""))
            assert np.sign(number - 1) == np.sign(value - 1)
            assert len(written.partition(".")[2]) <= 3


@given(st.floats(-1000, 100_000), st.floats(1e-6, 100), st.floats(0, 1), st.floats(0.01, 200))
def test_a_region_and_its_comparator_that_differ_clearly_are_printed_apart(comparator, distance, share, width):
    value = comparator + distance
    limits = {"lowercl": comparator + distance * share, "uppercl": value + width}
    table = beside(["worse"]).assign(value=value, comparator_value=comparator, **limits)
    ours, theirs = re.search(r"A, (\S+)\s% beside (\S+)\s%", needs(table, kind="gap")).groups()
    assert ours != theirs
    first, second = (float(text.replace(",", "").replace("\u2212", "-")) for text in (ours, theirs))
    assert first > second


@calm
@given(st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=8))
def test_an_indicator_without_a_clear_difference_is_never_named(verdicts):
    table = beside(verdicts)
    text = needs(table)
    judged = table["verdict"].isin(["better", "worse", "no clear difference"])
    unclear = table[table["verdict"] == "no clear difference"]
    if judged.sum() > 1:
        assert not any(name in text for name in unclear["indicator_name"])


# agreement by rule, what to work on first, regions beside each other


def agreed(verdicts, scores) -> pd.DataFrame:
    return pd.DataFrame({"dimension_name": NAMES[: len(verdicts)], "distribution": verdicts, "agreement_a": scores})


def ranked(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["dimension_name", "rank", "share_top_three"])


def test_the_published_rule_speaks_before_the_spread_does():
    text = of_kind("agreement", profile([3, 3, 1]), agreed=agreed(["Agreement", "Split", "Split"], [0.9, 0.4, 0.1]))
    assert text == "Stakeholders agree on 1 of 3 dimensions; views are split on Digital Infrastructure and Governance."
    whole = of_kind("agreement", profile([3, 1]), agreed=agreed(["Agreement", "Agreement"], [0.9, 0.8]))
    assert whole == "Stakeholders agree, within a level of the middle, on 2 of 2 dimensions."


def test_where_the_rule_is_not_defined_the_spread_speaks():
    text = of_kind("agreement", profile([3, 1]), agreed=agreed(["", ""], [0.9, 0.8]))
    assert "views differ widely" in text


def test_a_rise_of_the_consensus_is_told_with_what_the_single_ratings_say():
    tested = pd.DataFrame({"dimension_name": NAMES[:2], "refusal": "", "is_clear": [False, False]})
    text = of_kind("moved", profile([3, 2]), waves(["up", "same"]), moved=tested)
    assert text.endswith("The single ratings show no clear change on any of 2 dimensions.")
    clear = of_kind("moved", profile([3, 2]), waves(["up", "same"]), moved=tested.assign(is_clear=[True, False]))
    assert clear.endswith("The single ratings changed clearly on 1 of 2 (Readiness).")
    refused = tested.assign(refusal="too few people for any change to be called clear")
    unsaid = of_kind("moved", profile([3, 2]), waves(["up", "same"]), moved=refused)
    assert unsaid.endswith("cannot be said: too few people for any change to be called clear.")


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((1.0, 0.95, 0.9), "that holds nearly however the criteria are weighed"),
        ((1.0, 0.6, 0.3), "only Readiness stays there nearly however they are weighed"),
        ((0.5, 0.6, 0.3), "with other weights the order changes"),
    ],
)
def test_what_to_work_on_first_is_said_with_how_far_it_depends_on_the_weights(shares, words):
    table = ranked(*zip(NAMES[:4], (1, 2, 3, 4), (*shares, 0.0), strict=True))
    said_first = [m for m in messages.maturity(profile([3, 2, 1, 0]), ranking=table) if m.anchor == "priorities"]
    assert said_first[0].text.startswith("First to work on by the weights of this report: Readiness, Governance and")
    assert words in said_first[0].text and "Process Coordination" not in said_first[0].text
    gap_only = table.assign(disagreement=np.nan, confidence=np.nan, need=np.nan)
    assert "The widest gaps" in of_kind("gap", profile([3, 2, 1, 0]), ranking=gap_only)
    nobody = ranked(("Readiness", None, None))
    assert not [m for m in messages.maturity(profile([3, 2]), ranking=nobody) if m.anchor == "priorities"]


def of_regions(reference=2.0, **found) -> pd.DataFrame:
    rows = [
        (region, region.title(), NAMES[k].lower(), NAMES[k], k, level, reference)
        for region, levels in found.items()
        for k, level in enumerate(levels)
    ]
    columns = ["region", "region_name", "dimension", "dimension_name", "order", "level", "reference_median"]
    table = pd.DataFrame(rows, columns=columns).astype({"level": "Int64"})
    return table.assign(reference_is_comparable=table["reference_median"].notna())


def places(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region_name", "rank", "rank_low", "share_first"]).assign(from_level=3)


def test_regions_are_said_to_have_in_common_differ_and_stand_in_places_that_may_not_be_sure():
    levels, ranking = of_regions(a=[4, 1, 0], b=[4, 3, 1]), places(("A", 1, 1, 0.6), ("B", 2, 1, 0.4))
    text = [message.text for message in messages.regions(levels, ranking)]
    assert text == [
        "Over the 2 regions the middle level is highest on Readiness (4) and lowest on Digital Infrastructure (0.5).",
        "Levels lie furthest apart on Governance: 2 levels, from 1 (A) to 3 (B).",
        "Beside the pooled European medians of 3 dimensions: A 1 above, 0 level and 2 below; B 2 above, 0 level and "
        "1 below.",
        "By the number of dimensions that stakeholders put at level 3 or above, A in 6 of 10 draws and B in 4 of 10 "
        "draws of stakeholders would stand first.",
    ]


def test_with_many_regions_their_number_is_told_and_not_every_name():
    five = of_regions(**{name: [4, 1, k % 2] for k, name in enumerate("abcde")})
    ranking = places(*[(name.upper(), 1, 1, 0.2) for name in "abcde"])
    text = [message.text for message in messages.regions(five, ranking)]
    assert text[-2] == "The regions stand above the pooled European median on 1 of 3 dimensions."
    assert text[-1].endswith("5 of 5 regions cannot be told apart at the top.")


def test_a_level_equal_to_the_median_is_neither_above_nor_below():
    text = messages.regions(of_regions(a=[2, 2], b=[3, 2]), places())[-1].text
    assert "A 0 above, 2 level and 0 below; B 1 above, 1 level and 0 below" in text


def test_a_first_place_is_named_only_where_it_is_nearly_sure():
    ranking = places(("A", 1, 1, 0.95), ("B", 2, 2, 0.05))
    assert messages.regions(of_regions(a=[4], b=[1]), ranking)[-1].text.startswith(
        "A has the most dimensions that stakeholders put at"
    )


def test_without_levels_a_reference_or_a_second_region_less_is_said():
    assert messages.regions(of_regions(a=[None, None]), places()) == []
    alone = [message.text for message in messages.regions(of_regions(None, a=[3, 1]), places(("A", None, None, None)))]
    assert alone == []
    assert messages.headline_regions(of_regions(a=[3, 1])) == []


def test_the_large_figures_of_the_comparison():
    figures = messages.headline_regions(of_regions(a=[4, 1, 0], b=[4, 3, 1]))
    assert [(figure.value, figure.anchor) for figure in figures] == [
        ("2", "who"),
        ("1 of 3", "heat"),
        ("2 levels", "heat"),
    ]


@calm
@given(st.lists(LEVELS.filter(lambda x: len(x) == 3), min_size=1, max_size=4), st.one_of(st.none(), st.floats(0, 5)))
def test_the_comparison_says_nothing_that_is_not_there(found, reference):
    levels = of_regions(reference, **dict(zip("abcd", found, strict=False)))
    ranking = places(*[(name.upper(), k + 1, 1, 0.2) for k, name in enumerate("abcd"[: len(found)])])
    for text in texts(messages.regions(levels, ranking), messages.headline_regions(levels)):
        assert not NOT_WORDS.search(text), text


def test_the_caution_says_how_many_differences_stay_clear_once_corrected():
    table = pd.concat([beside(["worse"] * 4), *[beside(["no clear difference"] * 6)] * 6])
    p_values = [1e-6, 1e-5, 0.04, 0.045] + [0.5] * 36
    said = needs(table.assign(p_value=p_values), kind="caution")
    assert "corrected for that, 2 of the 4 differences stay clear" in said
