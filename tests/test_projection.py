"""Projections: the arithmetic of a step, what holds in every draw, assumptions, and the recent past carried on."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.scoring import projection, projection_assumptions, projection_rates, projection_ratios, projections
from helpers.scoring.projection_grid import Grid, groups
from helpers.scoring.projection_steps import advance, survival
from helpers.scoring.split_normal import split_draws

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
ESTIMATES = SHARED / "nrs_mye_1998_2018_council_sex_single_age.csv.gz"
FIVE = ["0-4", "5-9", "10-14", "15-19", "20-24", "25+"]
SINGLE = ["0", "1", "2", "3+"]


def table(bands=FIVE, **columns):
    """One row a sex and band, females first; a column is one number for all or a list of one for each row."""
    rows = pd.DataFrame([(sex, band) for sex in ("female", "male") for band in bands], columns=["sex", "age_group"])
    return rows.assign(**columns)


def still(bands=FIVE, **changed):
    """Rates under which nothing happens, but for what is changed."""
    return table(bands, **{"death_rate": 0.0, "birth_rate": 0.0, "net_migrants": 0.0} | changed)


def principal(**columns):
    return pd.DataFrame([{"variant": "principal", **columns}])


def ends(found, age_group="all", sex="all"):
    own = found[(found["age_group"] == age_group) & (found["sex"] == sex)]
    return own["population"].tolist()


# --- one step


def test_without_deaths_everybody_grows_older():
    base = table(population=[10, 20, 30, 40, 50, 60] * 2)
    found, _ = projection.project(base, still(), principal(), base_year=2020, years=5, draws=2)
    later = found[(found["year"] == 2025) & (found["sex"] == "female")].set_index("age_group")["population"]
    assert later[FIVE].tolist() == [0, 10, 20, 30, 40, 110]


def test_deaths_follow_the_constant_force():
    m = np.array([[0.1, 0.2, 0.3]])
    onward, staying, newborn = survival(m, 1)
    lived = -np.expm1(-m[0]) / m[0]
    reached = np.array([1, np.exp(-0.1), np.exp(-0.3)])
    assert np.allclose(onward[0], reached[1:] * lived[1:] / (reached[:-1] * lived[:-1]))
    assert staying[0] == pytest.approx(np.exp(-0.3)) and newborn[0] == pytest.approx(lived[0])


def test_an_open_band_of_its_own_dies_at_its_rate():
    base = table(SINGLE, population=[0, 0, 0, 1000] * 2)
    rates = still(SINGLE, death_rate=[0, 0, 0, 0.25] * 2)
    found, parts = projection.project(base, rates, principal(), base_year=0, years=1, draws=2)
    assert ends(found)[1] == pytest.approx(2000 * np.exp(-0.25))
    assert parts["deaths"].iloc[0] == pytest.approx(2000 * (1 - np.exp(-0.25)))


def test_births_are_the_rate_times_the_women_and_split_by_sex():
    base = table(population=[0, 0, 0, 100, 100, 100] * 2)
    rates = still(birth_rate=[0, 0, 0, 0, 0, 0.1] * 2)
    found, parts = projection.project(base, rates, principal(), base_year=0, years=5, draws=2)
    assert parts["births"].iloc[0] == pytest.approx(5 * 0.1 * (100 + 200) / 2)
    girls, boys = (ends(found, "0-4", sex)[1] for sex in ("female", "male"))
    assert boys / girls == pytest.approx(1.05)


def test_migrants_come_and_no_more_leave_than_are_there():
    base = table(population=[10.0] * 12)
    found, parts = projection.project(base, still(net_migrants=-100.0), principal(), base_year=0, years=5, draws=2)
    assert ends(found) == [120, 0] and parts["net_migration"].iloc[0] == -120
    found, parts = projection.project(base, still(net_migrants=1.0), principal(), base_year=0, years=5, draws=2)
    assert ends(found) == [120, 180] and parts["net_migration"].iloc[0] == 60


SHAPE = (3, 2, 5)


@given(
    arrays.arrays(float, SHAPE, elements=st.floats(0, 1e6)),
    arrays.arrays(float, SHAPE, elements=st.floats(0, 3)),
    arrays.arrays(float, SHAPE, elements=st.floats(-1e5, 1e5)),
    arrays.arrays(float, (3, 5), elements=st.floats(0, 0.5)),
    st.sampled_from([1, 5]),
)
@settings(max_examples=80, deadline=None)
def test_what_is_there_is_what_was_there_with_births_less_deaths_with_migrants(people, deaths, migrants, births, width):
    births[:, 0] = 0
    step = advance(people, death_rates=deaths, birth_rates=births, migrants=migrants, width=width)
    flows = step.births.sum(-1) - step.deaths.sum((-1, -2)) + step.migrants.sum((-1, -2))
    size = np.maximum(1, people.sum((-1, -2)) + np.abs(step.migrants).sum((-1, -2)) + step.births.sum(-1))
    assert (np.abs(step.population.sum((-1, -2)) - people.sum((-1, -2)) - flows) < 1e-9 * size).all()
    assert (step.population >= -1e-9).all() and (step.births >= 0).all()
    assert (step.deaths >= -1e-6 * size[:, None, None]).all()


# --- a projection


def uncertain(**columns):
    intervals = {"mortality": 1.0, "mortality_low": 0.9, "mortality_high": 1.2, "fertility": 1.0, "fertility_low": 0.8,
                 "fertility_high": 1.1, "migration": 10.0, "migration_low": -20.0, "migration_high": 30.0}  # fmt: skip
    return {"variant": "principal", **intervals, **columns}


BASE = table(population=[50, 60, 70, 80, 90, 400, 55, 65, 75, 85, 95, 300])
RATES = still(death_rate=[0.001, 0.0005, 0.001, 0.002, 0.002, 0.03] * 2, birth_rate=[0, 0, 0, 0.02, 0.08, 0.01] * 2)


def test_components_add_up_exactly_year_by_year():
    found, parts = projection.project(BASE, RATES, pd.DataFrame([uncertain()]), base_year=2020, years=20, draws=200)
    assert np.allclose(parts["births"] - parts["deaths"] + parts["net_migration"], parts["change"], atol=1e-9)
    assert np.allclose(parts["population_end"], parts["population_start"] + parts["change"], atol=1e-9)
    assert np.allclose(parts["population_start"].iloc[1:], parts["population_end"].iloc[:-1], atol=1e-9)
    assert np.allclose(ends(found), [1425, *parts["population_end"]], atol=1e-9)
    assert parts["year"].tolist() == [2025, 2030, 2035, 2040] and set(parts["years"]) == {5}


def test_the_base_year_is_marked_and_certain_and_limits_hold_the_value():
    found, _ = projection.project(BASE, RATES, pd.DataFrame([uncertain()]), base_year=2020, years=10, draws=500)
    base = found[found["is_base"]]
    assert set(base["year"]) == {2020} and (base["lowercl"] == base["uppercl"]).all()
    whole = found[(found["age_group"] == "all") & (found["sex"] == "all")]
    width = (whole["uppercl"] - whole["lowercl"]).tolist()
    assert width[0] == 0 < width[1] < width[2]
    assert (found["lowercl"] - 1e-9 <= found["population"]).all() and (
        found["population"] <= found["uppercl"] + 1e-9
    ).all()


def test_sexes_and_bands_add_up():
    found, _ = projection.project(BASE, RATES, pd.DataFrame([uncertain()]), base_year=2020, years=5, draws=10)
    wide = found.pivot_table(index=["year", "age_group"], columns="sex", values="population")
    assert np.allclose(wide["all"], wide["female"] + wide["male"])
    bands = found[(found["sex"] == "all") & found["age_group"].isin(FIVE)].groupby("year")["population"].sum()
    assert np.allclose(bands, ends(found))


def test_the_same_seed_gives_the_same_and_variants_do_not_touch_each_other():
    one = pd.DataFrame([uncertain()])
    two = pd.DataFrame(
        [uncertain(variant="high", migration=50.0, migration_low=40.0, migration_high=60.0), uncertain()]
    )
    run = {"base_year": 2020, "years": 10, "draws": 100}
    first, _ = projection.project(BASE, RATES, one, **run)
    again, _ = projection.project(BASE, RATES, one, **run)
    other, _ = projection.project(BASE, RATES, two, **run)
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(first, other[other["variant"] == "principal"].reset_index(drop=True))
    assert not projection.project(BASE, RATES, one, seed=1, **run)[0].equals(first)


@pytest.mark.parametrize(
    ("column", "value", "sign"), [("mortality", 1.5, -1), ("fertility", 1.5, 1), ("migration", 20, 1),
                                  ("improvement_pct", 3.0, 1)])  # fmt: skip
def test_each_assumption_moves_the_population_its_way(column, value, sign):
    run = {"base_year": 0, "years": 10, "draws": 2}
    plain, moved = (ends(projection.project(BASE, RATES, principal(**with_), **run)[0])[-1]
                    for with_ in ({}, {column: value}))  # fmt: skip
    assert np.sign(moved - plain) == sign


def test_groups_are_those_whose_ends_the_bands_have():
    assert [name for name, _, _ in groups(Grid(5, (0, 5, 10, 15, 20, 25)))] == [*FIVE, "all"]
    single = [name for name, _, _ in groups(Grid(1, tuple(range(91))))]
    assert single[:2] == ["0-4", "5-9"] and single[-6:] == ["all", "0-15", "16-64", "65+", "75+", "85+"]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"base": BASE[:-1]}, "females and males"), ({"base": BASE.assign(population=-1.0)}, "base: population needs"),
     ({"rates": RATES.drop(columns="death_rate")}, "death_rate"), ({"rates": RATES.assign(birth_rate=0.1)}, "youngest"),
     ({"rates": RATES.assign(net_migrants=np.nan)}, "net_migrants needs"), ({"years": 3}, "multiple"),
     ({"assumptions": principal(mortality=2, mortality_low=0.5, mortality_high=1.5)}, "mortality needs a value"),
     ({"assumptions": principal(fertility=0.0)}, "above 0"),
     ({"assumptions": pd.concat([principal(), principal()])}, "twice: principal"),
     ({"base": BASE.assign(age_group=[*FIVE[:-1], "30+"] * 2)}, "without a gap"),
     ({"rates": table(SINGLE, death_rate=0, birth_rate=0, net_migrants=0)}, "not those of the base")],
)  # fmt: skip
def test_impossible_input_is_refused_with_its_place(change, said):
    given_ = {"base": BASE, "rates": RATES, "assumptions": principal(), "years": 5} | change
    with pytest.raises(ValueError, match=said):
        projection.project(given_["base"], given_["rates"], given_["assumptions"], base_year=0, years=given_["years"])


# --- assumptions and rates


@given(st.floats(0.2, 5), st.floats(0.3, 1), st.floats(1, 3))
@settings(max_examples=20, deadline=None)
def test_declared_ends_are_quantiles_of_the_draws(value, down, up):
    z = np.random.default_rng(1).standard_normal(20_000)
    drawn = split_draws(value, value * down, value * up, z, log=True)
    found = np.quantile(drawn, [0.025, 0.5, 0.975]) / value
    assert np.allclose(np.log(found), np.log([down, 1, up]), atol=0.05 * (1 + abs(np.log([down, up])).max()))
    assert drawn[0] == value


def test_an_interval_without_width_is_the_value_in_every_draw():
    row = projection_assumptions.check_assumptions(principal(mortality=1.1)).iloc[0]
    drawn = projection_assumptions.draw(row, 50, np.random.default_rng(0))
    assert (drawn["mortality"] == 1.1).all() and (drawn["migration"] == 0).all()


def test_scaled_rates_give_the_number_that_was_counted():
    rows = table(SINGLE, population=[100, 100, 100, 50] * 2, reference=[0.01, 0.001, 0.002, 0.2] * 2)
    rates = projection_rates.scaled_death_rates(rows, reference="reference", population="population", deaths=30)
    assert (rates * rows["population"]).sum() == pytest.approx(30)
    births = projection_rates.scaled_birth_rates(rows, reference=[0, 1, 3, 0] * 2, total_fertility=1.6)
    assert births[:4].sum() == pytest.approx(1.6) and (births[4:] == 0).all()
    died = projection_rates.death_rates(rows, deaths=[1, 0, 0, 10] * 2, population="population", years=2)
    assert died.tolist()[:4] == [0.005, 0, 0, 0.1]
    with pytest.raises(ValueError, match="no deaths"):
        projection_rates.scaled_death_rates(rows, reference=0.0, population="population", deaths=3)


# --- the recent past carried on


def grown(years=8, factor=1.02, ages=60):
    """A population whose every cohort grows by the same factor a year, with as many newborn as mothers allow."""
    people = {sex: np.full(ages, 1000.0) for sex in ("female", "male")}
    rows = []
    for year in range(2000, 2000 + years):
        for sex, counts in people.items():
            names = [*map(str, range(ages - 1)), f"{ages - 1}+"]
            rows.append(pd.DataFrame({"year": year, "sex": sex, "age_group": names, "population": counts}))
        nexts = {}
        for sex, counts in people.items():
            later = np.concatenate([[0], counts[:-1]]) * factor
            later[-1] += counts[-1] * factor
            nexts[sex] = later
        for later in nexts.values():
            later[0] = 0.03 * nexts["female"][15:50].sum()
        people = nexts
    return pd.concat(rows, ignore_index=True), people


def test_ratios_that_never_vary_are_carried_on_exactly():
    past, later = grown()
    found, parts = projection_ratios.project_ratios(past, years=1, draws=50)
    assert ends(found)[1] == pytest.approx(later["female"].sum() + later["male"].sum())
    last = found[(found["year"] == 2008) & (found["age_group"] == "all")]
    assert np.allclose(last["lowercl"], last["uppercl"]) and parts[["births", "deaths"]].isna().all(axis=None)
    assert parts["newborn"].iloc[0] + parts["cohort_change"].iloc[0] == pytest.approx(parts["change"].iloc[0])


def test_ratios_that_vary_widen_with_time():
    past, _ = grown()
    random = np.random.default_rng(3)
    past["population"] *= np.exp(0.01 * random.standard_normal(len(past)))
    found, _ = projection_ratios.project_ratios(past, years=10, draws=300)
    whole = found[(found["sex"] == "all") & (found["age_group"] == "all")]
    widths = (whole["uppercl"] / whole["lowercl"]).to_numpy()
    assert widths[0] == 1 and (np.diff(widths) > 0).all()


def test_too_short_a_past_or_one_with_a_gap_is_refused():
    past, _ = grown()
    with pytest.raises(ValueError, match="6 populations"):
        projection_ratios.project_ratios(past[past["year"] >= 2003], years=5)
    with pytest.raises(ValueError, match="up to 2007 there are 3"):
        projection_ratios.project_ratios(past[past["year"] != 2004], years=5)
    with pytest.raises(ValueError, match="needs a number"):
        projection_ratios.project_ratios(
            past.assign(population=past["population"].where(past["age_group"] != "7")), years=5
        )


def as_indicators(past, indicator="population", group=""):
    end = pd.to_datetime(past["year"].astype(str) + "-06-30")
    return pd.DataFrame({
        "area_code": "A", "indicator": indicator, "period": "mid-" + past["year"].astype(str), "period_end": end,
        "sex": past["sex"], "age_group": past["age_group"], "value": past["population"], "group": group,
        "file": "f.csv",
    })  # fmt: skip


def test_the_way_is_chosen_by_what_the_data_hold():
    past, _ = grown(ages=95)
    figures = as_indicators(past)
    found, _ = projections.projections(figures, "A")
    assert found["method"].unique().tolist() == [projection_ratios.METHOD] and set(found["file"]) == {"f.csv"}
    assert projections.projections(figures[figures["period"] >= "mid-2004"], "A")[0].empty
    published = as_indicators(past[past["year"] >= 2006].assign(year=lambda t: t["year"] + 20), "population_projected")
    found, parts = projections.projections(pd.concat([figures, published]), "A")
    assert found["method"].unique().tolist() == ["published projection"] and parts.empty
    assert found["lowercl"].isna().all() and found["year"].min() == 2026
    whole = found[(found["sex"] == "all") & (found["age_group"] == "all")]["population"].tolist()
    assert whole == pytest.approx(past[past["year"] >= 2006].groupby("year")["population"].sum().tolist())
    names = [str(age) for age in range(90)] + ["90+"]
    rates = table(names, death_rate=0.01, birth_rate=0.0, net_migrants=0.0)
    found, parts = projections.projections(figures, "A", rates=rates, assumptions=principal(), years=2)
    assert found["method"].unique().tolist() == [projection.METHOD] and parts["births"].eq(0).all()


@pytest.mark.skipif(not ESTIMATES.is_file(), reason="the mid-year estimates by single age are not here")
def test_tried_out_on_what_came():
    with gzip.open(ESTIMATES) as file:
        estimates = pd.read_csv(file).rename(columns=str.lower)
    estimates["sex"] = estimates["sex"].map({"F": "female", "M": "male"})
    estimates["age_group"] = estimates["age"].astype(str).replace("90", "90+")
    held, errors = 0, []
    for area in sorted(estimates["area"].unique())[:8]:
        own = estimates[estimates["area"] == area]
        found, _ = projection_ratios.project_ratios(own[own["year"] <= 2013], years=5, draws=200)
        last = found[(found["year"] == 2018) & (found["sex"] == "all") & (found["age_group"] == "all")].iloc[0]
        came = own.loc[own["year"] == 2018, "population"].sum()
        held += last["lowercl"] <= came <= last["uppercl"]
        errors.append(abs(last["population"] / came - 1))
    assert held >= 6 and np.mean(errors) < 0.03
