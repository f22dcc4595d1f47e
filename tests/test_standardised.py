"""Directly and indirectly standardised rates: fixtures, literal tables, refusals, the standard populations."""

import numpy as np
import pandas as pd
import pytest

from helpers.reference.standard_populations import standard_names, standard_population
from helpers.scoring import rates
from phe import BOTH, agree, limits_agree, needs_phe, read

DIRECT = {"numerator": "count", "denominator": "pop"}
INDIRECT = {**DIRECT, "reference_numerator": "refcount", "reference_denominator": "refpop", "by": "area"}


def ages(count, pop=(100, 200), area="x", weight=(3.0, 1.0)) -> pd.DataFrame:
    return pd.DataFrame({"area": area, "age": ["0-64", "65+"], "count": count, "pop": pop, "std": weight})


def dsr(t, **options):
    return rates.directly_standardised_rates(t, by="area", standard_population="std", **{**DIRECT, **options})


# fixtures


@needs_phe
@pytest.mark.parametrize("multiplier", [100_000, 10_000])
def test_direct_standardisation_of_areas(multiplier):
    t = read("dsr_multiarea__input").fillna({"count": 0})  # its one blank means nobody; ours stays blank
    found = rates.directly_standardised_rates(
        t,
        by="area",
        standard_population="esp2013",
        confidence=BOTH,
        age_group="ageband",
        multiplier=multiplier,
        **DIRECT,
    )
    if multiplier == 100_000:
        limits_agree(found, read("dsr_multiarea__R"))
    authors = read("dsr__authors_expected").query("not area.str.contains('1976|nonind')")
    authors = authors.iloc[:3] if multiplier == 10_000 else authors.iloc[3:]
    wanted = found.set_index("area").loc[authors["area"]]
    limits_agree(wanted, authors, relative=1e-6)
    assert found["reason"].tolist() == ["", "", "fewer than 10 events: too few to standardise"]


@needs_phe
def test_direct_standardisation_of_one_area_by_1976():
    found = rates.directly_standardised_rates(
        read("dsr_1976__input"), by=[], standard_population="esp1976", confidence=BOTH, **DIRECT
    )
    limits_agree(found, read("dsr_1976__R"))
    agree(found[["numerator", "denominator"]], [[804, 8763]])
    authors = (
        read("dsr__authors_expected").query("area == 'testdata_1976'").iloc[1:]
    )  # its 99.8 % limits are misprinted
    agree(found[["value", "lowercl_95"]], authors[["value", "lower95_0cl"]], relative=1e-6)


@needs_phe
def test_direct_standardisation_of_events_that_are_not_independent():
    t = read("dsr_nonindependent__input")
    columns = {"persons": t["persons"].fillna(0), "events_per_person": "freq", "denominator": "pop"}  # blank: nobody
    found = rates.directly_standardised_rates_repeated(
        t, by="area", age_group="ageband", standard_population="esp2013", confidence=BOTH, **columns
    )
    wanted = read("dsr_nonindependent__R")
    limits_agree(wanted[["area"]].merge(found, on="area"), wanted)
    authors = read("dsr__authors_expected").query("area.str.contains('nonind')")
    limits_agree(authors[["area"]].merge(found, on="area"), authors, relative=1e-6)


@needs_phe
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dsr_err1", "numerator: 1 value below 0"),
        ("dsr_err3", "denominator: 1 value not above 0"),
        ("dsr_err4", "standard_population: 1 value missing or not above 0"),
    ],
)
def test_impossible_strata_are_refused(name, says):
    with pytest.raises(ValueError, match=says):
        rates.directly_standardised_rates(read(f"{name}__input"), by=[], standard_population="stdpop", **DIRECT)


@needs_phe
def test_a_population_of_nobody_cannot_be_standardised_directly():
    t = read("dsr_isr_smallpop_err2__input")
    with pytest.raises(ValueError, match=r"denominator: 1 value not above 0, in row 2"):
        rates.directly_standardised_rates(t, by="area", standard_population="esp2013", **DIRECT)


def indirect_input() -> pd.DataFrame:
    """The fixture with its one blank row as its reference means it: nobody had the event, which we want to be told."""
    return read("isr_multiarea__input").fillna({"count": 0, "pop": 609, "refcount": 0})


@needs_phe
def test_indirectly_standardised_rates():
    found = rates.indirectly_standardised_rates(indirect_input(), confidence=BOTH, **INDIRECT)
    wanted = read("israte__R")
    limits_agree(found, wanted)
    agree(found[["observed", "expected", "reference_rate"]], wanted[["observed", "expected", "ref_rate"]])
    authors = read("isr__authors_expected").query("statistic == 'indirectly standardised rate per 1000'")
    thousand = rates.indirectly_standardised_rates(indirect_input(), confidence=BOTH, multiplier=1000, **INDIRECT)
    limits_agree(thousand, authors, relative=1e-6)


@needs_phe
@pytest.mark.parametrize(("name", "multiplier"), [("isratio__R", 1), ("isratio_ref100__R", 100)])
def test_indirectly_standardised_ratios(name, multiplier):
    found = rates.indirectly_standardised_ratios(indirect_input(), confidence=BOTH, multiplier=multiplier, **INDIRECT)
    limits_agree(found, read(name))
    assert found["method"].tolist() == ["Byar", "Byar", "exact"]


@needs_phe
def test_indirect_standardisation_from_the_totals_of_areas():
    totals = read("isr_observed_totals__input").sample(frac=1, random_state=1)
    options = INDIRECT | {"numerator": "total_count"}
    found = rates.indirectly_standardised_ratios(
        indirect_input().drop(columns="count"), observed_totals=totals, confidence=BOTH, **options
    )
    limits_agree(found, read("isratio__R"))
    authors = read("isr__authors_expected").query("statistic == 'indirectly standardised ratio x 1'")
    limits_agree(found, authors, relative=1e-6)


@needs_phe
def test_events_among_nobody_are_refused_and_totals_give_the_published_figures():
    t, reference = read("dsr_isr_smallpop_err2__input"), read("isr_refdata__input").fillna({"refcount": 0})
    t = t.assign(**{name: list(reference[name]) * 2 for name in ("refcount", "refpop")})
    with pytest.raises(ValueError, match="numerator: 1 value above 0 where there is no population, in row 2"):
        rates.indirectly_standardised_rates(t, **INDIRECT)
    totals = t.groupby("area", as_index=False)["count"].sum()
    found = rates.indirectly_standardised_rates(t, observed_totals=totals, confidence=BOTH, **INDIRECT)
    limits_agree(found, read("israte_err2__R"))


# literal tables


def test_a_rate_worked_out_by_hand():
    found = dsr(ages([10, 40]), multiplier=100).iloc[0]
    assert found["value"] == pytest.approx((3 * 10 / 100 + 1 * 40 / 200) / 4 * 100)
    error = np.sqrt((3 / 100) ** 2 * 10 + (1 / 200) ** 2 * 40) / 4 * 100
    assert found["standard_error"] == pytest.approx(error)
    assert found["lowercl"] < found["value"] < found["uppercl"]


def test_persons_with_one_event_each_are_independent_events():
    t = pd.concat([ages([10, 40]), ages([5, 9], area="y")], ignore_index=True)
    options = {"age_group": "age", "persons": "count", "events_per_person": 1, "denominator": "pop"}
    repeated = rates.directly_standardised_rates_repeated(t, by="area", standard_population="std", **options)
    columns = ["value", "lowercl", "uppercl", "standard_error"]
    np.testing.assert_allclose(repeated[columns], dsr(t)[columns])


def test_too_few_and_missing_events_leave_a_blank_with_its_reason():
    t = pd.concat([ages([4, 5]), ages([4, None], area="y"), ages([0, 0], area="z")], ignore_index=True)
    found = dsr(t)
    assert found[["value", "lowercl", "uppercl"]].isna().all(axis=None)
    assert found["reason"].tolist() == [
        "fewer than 10 events: too few to standardise", "the number of events is missing in an age group",
        "fewer than 10 events: too few to standardise",
    ]  # fmt: skip
    shown = dsr(t, fewest_events=0)
    assert shown["value"][2] == 0 and np.isnan(shown["uppercl"][2])
    assert shown["reason"][2] == "no event: a standardised rate of 0 has no limits"


def test_an_open_last_band_and_an_index_of_ones_own():
    t = ages([20, 30]).set_axis([7, 7])
    last = standard_population("esp2013", age_starts=[0, 65])
    found = dsr(t, denominator=t["pop"])
    assert len(found) == 1 and last["age_group"].tolist() == ["0-64", "65+"]


@pytest.mark.parametrize(
    "other",
    [ages([1, 2], area="Orkney").iloc[:1], ages([1, 2], area="Orkney", weight=(2.0, 2.0))],
)
def test_unequal_age_groups_are_refused_by_name(other):
    with pytest.raises(ValueError, match="of Orkney are not those of the other areas"):
        dsr(pd.concat([ages([10, 40]), other], ignore_index=True))


def test_a_band_that_stands_twice_is_refused_where_it_can_be_seen():
    twice = ages([5, 6], area="Fife", weight=(2.0, 2.0)).assign(age="0-64")
    t = pd.concat([ages([10, 40], weight=(2.0, 2.0)), twice], ignore_index=True)
    assert len(dsr(t)) == 2
    with pytest.raises(ValueError, match="Fife"):
        dsr(t, age_group="age")


def test_totals_of_other_areas_are_refused():
    t = ages([10, 40]).assign(refcount=[5, 6], refpop=[100, 100])
    with pytest.raises(ValueError, match=r"not the same areas as the table; only in one of them: x, y"):
        rates.indirectly_standardised_ratios(t, observed_totals=pd.DataFrame({"area": ["y"], "count": [3]}), **INDIRECT)


def test_nothing_expected_gives_no_ratio():
    t = ages([0, 0]).assign(refcount=0, refpop=10)
    found = rates.indirectly_standardised_ratios(t, **INDIRECT).iloc[0]
    assert np.isnan(found["value"]) and found["reason"] == "no event is expected, so that there is no ratio"


# standard populations


def test_every_standard_adds_up_to_100_000():
    assert standard_names() == ["esp1976", "esp2013"]
    for name in standard_names():
        for starts in (range(0, 90, 5), [0], [0, 1, 5, 65]):
            assert standard_population(name, age_starts=starts)["standard_population"].sum() == 100_000
    assert standard_population("esp2013")["age_group"].iloc[[0, -1]].tolist() == ["0-4", "90+"]
    assert standard_population("esp2013", age_starts=range(0, 90, 5))["standard_population"].iloc[-1] == 2500
    assert standard_population("esp1976")["age_group"].iloc[-1] == "85+"


@needs_phe
def test_the_standards_are_those_of_the_fixtures():
    assert (
        standard_population("esp2013")["standard_population"].tolist()
        == read("dsr_multiarea__input")["esp2013"].tolist()[:19]
    )
    assert standard_population("esp1976")["standard_population"].tolist() == read("dsr_1976__input")["esp1976"].tolist()


@pytest.mark.parametrize(
    ("name", "starts", "says"),
    [("esp2013", [0, 3], "no band that starts at 3"), ("esp2013", [5, 0], "young to old"), ("who", [0], "no 'who'")],
)
def test_bands_that_cannot_be_folded_are_refused(name, starts, says):
    with pytest.raises(ValueError, match=says):
        standard_population(name, age_starts=starts)


def test_a_rate_has_no_limit_below_zero():
    found = dsr(ages([9, 1], pop=(10_000, 100), weight=(1.0, 1_000.0))).iloc[0]
    assert found["value"] > 0 and found["lowercl"] == 0 and found["uppercl"] > found["value"]


@pytest.mark.parametrize("name", ["numerator", "value", "standard_error"])
def test_no_area_loses_its_name_to_a_column_of_the_result(name):
    t = ages([20, 30]).rename(columns={"area": name})
    with pytest.raises(ValueError, match=f"by: the result has a column '{name}' of its own"):
        rates.directly_standardised_rates(t, by=name, standard_population="std", **DIRECT)


def test_the_area_is_the_column_of_that_name_where_none_is_named():
    t = ages([20, 30])
    named = rates.directly_standardised_rates(t, by=["area"], standard_population="std", **DIRECT)
    pd.testing.assert_frame_equal(rates.directly_standardised_rates(t, standard_population="std", **DIRECT), named)
