"""A projection from what the data hold: rates from counts, the declared assumptions, and from CSV files to the page."""

import datetime as dt
import gzip
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.charts import components as component_charts
from helpers.ingest import indicators as reader
from helpers.ingest import sources
from helpers.page import needs as show
from helpers.reference import paths, regions
from helpers.reference.projection_assumptions import (
    FILE,
    PARAMETERS,
    ProjectionAssumptionsError,
    load_projection_assumptions,
)
from helpers.scoring import needs as work
from helpers.scoring import projection, projection_assumptions
from helpers.scoring.projection_births import births_by_year, mothers_band
from helpers.scoring.projection_flows import Area, as_given, share_in
from helpers.scoring.projection_grid import Grid
from helpers.scoring.projection_inputs import projection_inputs

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
ESTIMATES = SHARED / "nrs_mye_1998_2018_council_sex_single_age.csv.gz"
TODAY = dt.date(2026, 3, 14)
FIVES = [f"{age}-{age + 4}" for age in range(0, 50, 5)] + ["50+"]
AGES = [*map(str, range(90)), "90+"]
NONE = float("nan")


# --- a step worked out by hand


def test_three_age_groups_and_two_sexes_worked_out_by_hand():
    """Half of those who are there from the start die in the open band; 1 woman comes a year, half a boy leaves.

    Women of 20-39: 80 at the start, 100 girls grow into the band (nobody of them dies), 10 more come at its end, so 95
    on average over 20 years; 95 x 20 x 0.05 = 95 births. Reaching 40+: those who came early too, 90 x lived.
    """
    rows = [(sex, band) for sex in ("female", "male") for band in ("0-19", "20-39", "40+")]
    table = pd.DataFrame(rows, columns=["sex", "age_group"])
    base = table.assign(population=[100, 80, 60, 110, 70, 50])
    rates = table.assign(death_rate=[0, 0, log(2) / 20] * 2, birth_rate=[0, 0.05, 0] * 2,
                         net_migrants=[0, 1, 0, -0.5, 0, 0])  # fmt: skip
    found, parts = projection.project(
        base, rates, pd.DataFrame([{"variant": "principal"}]), base_year=0, years=20, draws=2
    )
    lived = 0.5 / log(2)
    girls, boys = 95 / 2.05, 95 * 1.05 / 2.05
    by_hand = {"female": [girls, 100 + 10, 90 * lived + 60 / 2], "male": [boys - 5, 110 - 5, 70 * lived + 50 / 2]}
    for sex, people in by_hand.items():
        own = found[(found["year"] == 20) & (found["sex"] == sex)].set_index("age_group")["population"]
        assert own[["0-19", "20-39", "40+"]].tolist() == pytest.approx(people)
    died = (90 + 70) * (1 - lived) + (60 + 50) / 2
    step = parts.iloc[0]
    assert [step["births"], step["deaths"], step["net_migration"]] == pytest.approx([95, died, 20 - 10])
    assert step["population_end"] == pytest.approx(470 + 95 - died + 10)
    assert parts["confidence"].tolist() == [0.95]


# --- laws


def whole(bands=FIVES, **columns):
    rows = [(sex, band) for sex in ("female", "male") for band in bands]
    return pd.DataFrame(rows, columns=["sex", "age_group"]).assign(**columns)


@given(
    st.lists(st.floats(1, 1000), min_size=22, max_size=22), st.lists(st.floats(0, 0.3), min_size=22, max_size=22),
    st.lists(st.floats(-20, 20), min_size=22, max_size=22), st.floats(0, 0.2), st.integers(0, 21),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_more_deaths_never_leave_more_people_and_every_row_adds_up(people, deaths, migrants, births, where):
    base = whole(population=people)
    fertile = [0.0] * 3 + [births] * 7 + [0.0]
    rates = whole(death_rate=deaths, birth_rate=fertile * 2, net_migrants=migrants)
    run = {"base_year": 2020, "years": 10, "draws": 2}
    variants = pd.DataFrame({"variant": ["principal", "other"], "migration": [0.0, 3], "fertility": [1.0, 1.2]})
    found, parts = projection.project(base, rates, variants, **run)
    size = 1 + sum(people) + parts[["births", "deaths"]].abs().to_numpy().max()
    flows = parts["births"] - parts["deaths"] + parts["net_migration"]
    assert (parts["population_end"] - parts["population_start"] - flows).abs().max() < 1e-9 * size
    more = rates.assign(death_rate=rates["death_rate"].where(rates.index != where, rates["death_rate"] + 0.1))
    fewer, _ = projection.project(base, more, variants, **run)
    assert (fewer["population"] <= found["population"] + 1e-9 * size).all()


def test_without_deaths_births_and_migration_everybody_only_grows_older():
    base = whole(population=[*range(10, 21), *range(30, 41)])
    rates = whole(death_rate=0.0, birth_rate=0.0, net_migrants=7.0)
    still = pd.DataFrame([{"variant": "principal", "migration_factor": 0.0}])
    found, parts = projection.project(base, rates, still, base_year=2020, years=5, draws=3)
    later = found[(found["year"] == 2025) & (found["sex"] == "female")].set_index("age_group")["population"]
    assert later[FIVES].tolist() == [0, *range(10, 19), 19 + 20]
    assert (parts[["births", "deaths", "net_migration", "change"]] == 0).all(axis=None)


# --- counts on the bands


def test_a_number_is_spread_over_the_people_of_its_age():
    grid = Grid(5, (0, 5, 10, 15))
    assert share_in(5, 15, np.array([1.0, 30, 10, 9]), grid).tolist() == [0, 0.75, 0.25, 0]
    assert share_in(0, 7, np.array([10.0, 10, 1, 1]), grid).tolist() == pytest.approx([10 / 14, 4 / 14, 0, 0])
    assert share_in(10, np.inf, np.array([1.0, 1, 1, 3]), grid).tolist() == [0, 0, 0.25, 0.75]
    assert share_in(5, 10, np.array([1.0, 0, 1, 1]), grid).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("given_", "told"), [((0, 20), (15, 20)), ((45, np.inf), (45, 50)), ((0, 15), (10, 15)), ((50, np.inf), (50, 55)),
                         ((20, 25), (20, 25)), ((40, np.inf), (40, 50))])  # fmt: skip
def test_age_groups_of_mothers(given_, told):
    assert mothers_band(*given_) == told


def figures(indicator, values, *, area="A", year=2020, file="", **columns):
    """Figures of one calendar year."""
    table = pd.DataFrame({"value": values}).assign(
        area_code=area, indicator=indicator, period=str(year), period_start=pd.Timestamp(f"{year}-01-01"),
        period_end=pd.Timestamp(f"{year}-12-31"), sex="all", age_group="all", file=file or f"{indicator}.csv",
    )  # fmt: skip
    return table.assign(**columns)


def by_sex_and_band(indicator, values, bands=FIVES, **columns):
    rows = whole(bands)
    return figures(indicator, values, sex=rows["sex"], age_group=rows["age_group"], **columns)


def mothers(values, ages, **columns):
    return figures("births", values, age_group=ages, **columns)


PEOPLE = pd.concat([by_sex_and_band("population", 100.0 + np.arange(22), year=year) for year in (2018, 2019, 2020)])
DIED = pd.concat([by_sex_and_band("deaths", [k, *[1.0] * 9, 20.0] * 2, year=2017 + k) for k in (1, 2, 3)])
BORN = pd.concat([mothers([6, 8, 2], ["under 20", "20-24", "45+"], year=year) for year in (2019, 2020)])
MOVED = pd.concat([figures("net_migration", [n], year=2016 + k) for k, n in enumerate((5, 10, 15, 20, 25, 30))])


def inputs(*tables, **options):
    return projection_inputs(pd.concat(tables, ignore_index=True), "A", names={"A": "Here", "S": "Scotland"}, **options)


def test_rates_are_counts_of_the_pooled_years_over_the_people_of_the_same_years():
    found = inputs(PEOPLE, DIED, BORN, MOVED)
    women = found.rates[found.rates["sex"] == "female"].set_index("age_group")
    assert women.loc["0-4", "death_rate"] == pytest.approx((1 + 2 + 3) / 300)
    assert women.loc["50+", "death_rate"] == pytest.approx(60 / 330)
    assert women.loc["15-19", "birth_rate"] == pytest.approx(12 / 206)
    assert women.loc["45-49", "birth_rate"] == pytest.approx(4 / 218) and women.loc["25-29", "birth_rate"] == 0
    assert found.rates.loc[found.rates["sex"] == "male", "birth_rate"].eq(0).all()
    people = found.base["population"]
    assert found.base_year == 2020 and people.tolist() == (100.0 + np.arange(22)).tolist()
    assert found.rates["net_migrants"].tolist() == pytest.approx((20 * people / people.sum()).tolist())
    basis = found.basis.set_index("input")
    assert basis["is_there"].all() and basis["years"].to_dict() == {
        "population": "2020", "deaths": "2018-2020", "births": "2019 and 2020", "net_migration": "2017-2021",
    }  # fmt: skip
    assert "a total, spread over ages and sexes in proportion to the population" in basis.loc["net_migration", "how"]
    assert basis.loc["births", "file"] == "births.csv"


def test_the_rates_give_the_counts_back():
    found = inputs(PEOPLE[PEOPLE["period"] == "2020"], DIED, BORN, MOVED)
    rates, people = found.rates, found.base["population"]
    assert (rates["death_rate"] * people).sum() == pytest.approx(DIED.loc[DIED["period"] == "2020", "value"].sum())
    assert (rates["birth_rate"] * people).sum() == pytest.approx(16)


def test_births_without_mothers_ages_are_spread_over_women_of_15_to_44_and_it_is_said():
    found = inputs(PEOPLE, DIED, MOVED, figures("births", [60.0]))
    births = found.rates[found.rates["sex"] == "female"].set_index("age_group")["birth_rate"]
    women = 103 + 104 + 105 + 106 + 107 + 108
    assert births[births > 0].to_dict() == pytest.approx(dict.fromkeys(FIVES[3:9], 60 / women))
    assert "spread evenly over women aged 15 to 44" in found.basis.set_index("input").loc["births", "how"]


SCOTLAND = [PEOPLE.assign(area_code="S"), DIED.assign(area_code="S", value=DIED["value"] * 3)]


def test_the_countrys_death_rates_stand_in_unscaled_and_are_named():
    found = inputs(PEOPLE, BORN, MOVED, *SCOTLAND, country="S")
    assert found.rates["death_rate"].iloc[10] == pytest.approx(180 / 330)
    how = found.basis.set_index("input").loc["deaths", "how"]
    assert found.basis.set_index("input")["is_stand_in"].to_dict()["deaths"]
    assert how.startswith("Scotland's death rates as they are")
    own = inputs(PEOPLE, DIED, BORN, MOVED, *SCOTLAND, country="S")
    assert own.rates["death_rate"].iloc[10] == pytest.approx(60 / 330)


def test_mothers_ages_as_in_the_country_but_as_many_births_as_here():
    lent = mothers([30, 10], ["20-24", "30-34"], area="S")
    found = inputs(PEOPLE, DIED, MOVED, figures("births", [60.0]), SCOTLAND[0], lent, country="S")
    births = found.rates[found.rates["sex"] == "female"].set_index("age_group")["birth_rate"]
    assert (births * found.base["population"].to_numpy()[:11]).sum() == pytest.approx(60)
    assert births["20-24"] / births["30-34"] == pytest.approx((30 / 104) / (10 / 106))
    assert "mothers' ages as by Scotland's birth rates" in found.basis.set_index("input").loc["births", "how"]
    without = inputs(PEOPLE, DIED, MOVED, SCOTLAND[0], lent, country="S")
    assert without.rates["birth_rate"].max() == pytest.approx(30 / 104)
    assert without.basis.set_index("input").loc["births", "how"].startswith("Scotland's birth rates as they are")


def test_births_whose_mothers_age_is_not_known_are_spread_as_the_others():
    table = mothers([6, 2, 10], ["15-19", "20-24", "all"])
    found = inputs(PEOPLE, DIED, MOVED, table).rates
    assert found["birth_rate"].iloc[3] == pytest.approx(7.5 / 103)
    blank = mothers([6, NONE], ["15-19", "20-24"])
    assert inputs(PEOPLE, DIED, MOVED, blank).rates.empty
    told = mothers([6, NONE, 10], ["15-19", "20-24", "all"])
    assert inputs(PEOPLE, DIED, MOVED, told).rates["birth_rate"].iloc[3] == pytest.approx(10 / 103)


def test_births_by_sex_of_the_child_are_added_up():
    born = pd.concat([mothers([4, 5], ["15-19", "20-24"], sex=sex) for sex in ("female", "male")])
    (total, bands) = births_by_year(Area(born, "A", (), "Here"))[2020]
    assert total == 18 and bands == {(15, 20): 8, (20, 25): 10}


def test_migration_by_sex_and_age_stays_where_it_is_and_wider_bands_are_spread_within():
    bands = ["0-9", "10-49", "50+"]
    moved = by_sex_and_band("net_migration", [10.0, -8, 2, 1, 0, -3], bands)
    found = inputs(PEOPLE, DIED, BORN, moved)
    net = found.rates["net_migrants"]
    assert net.iloc[:2].tolist() == pytest.approx([10 * 100 / 201, 10 * 101 / 201])
    assert net.iloc[2:10].sum() == pytest.approx(-8) and net.iloc[10] == 2 and net.sum() == pytest.approx(2)
    assert found.basis.set_index("input").loc["net_migration", "how"].endswith("by sex and age")
    assert not found.basis["is_stand_in"].any()
    both = figures("net_migration", [3.0, 9, 1], age_group=bands)
    net = inputs(PEOPLE, DIED, BORN, both).rates["net_migrants"]
    assert net.iloc[[10, 21]].sum() == pytest.approx(1) and net.sum() == pytest.approx(13)


def test_the_finest_bands_that_population_and_deaths_share():
    ages = whole(AGES)
    single = by_sex_and_band("population", [50.0] * len(ages), AGES)
    died = by_sex_and_band("deaths", [1.0] * len(ages), AGES)
    assert inputs(single, died, BORN, MOVED).rates["age_group"].tolist()[:3] == ["0", "1", "2"]
    bands = ["0", "1-4", *FIVES[1:10], *[f"{a}-{a + 4}" for a in range(50, 85, 5)], "85+"]
    found = inputs(single, by_sex_and_band("deaths", [1.0] * 2 * len(bands), bands), BORN, MOVED)
    assert found.base["age_group"].iloc[[0, 17]].tolist() == ["0-4", "85+"]
    assert found.base["population"].iloc[[0, 17]].tolist() == [250, 300]
    assert found.rates["death_rate"].iloc[0] == pytest.approx(2 / 250)


def test_parts_are_added_up_where_every_part_has_the_figure():
    moved = pd.concat([figures("net_migration", [n], area=area) for area, n in (("A", 3), ("B", 4))])
    assert as_given(moved, "net_migration", "W", parts=["A", "B"])["value"].tolist() == [7]
    lacking = as_given(moved, "net_migration", "W", parts=["A", "B", "C"])
    assert lacking["value"].isna().all()
    both = pd.concat([t.assign(area_code=a) for t in (PEOPLE, DIED, BORN, MOVED) for a in ("A", "B")])
    alone, found = inputs(PEOPLE, DIED, BORN, MOVED), projection_inputs(both, "W", parts=["A", "B"])
    assert found.rates["death_rate"].tolist() == pytest.approx(alone.rates["death_rate"].tolist())
    assert found.base["population"].sum() == 2 * alone.base["population"].sum()


@pytest.mark.parametrize(
    ("tables", "lacking", "said"),
    [([DIED, BORN, MOVED], ["population"], "population of Here by sex and age"),
     ([PEOPLE, BORN, MOVED], ["deaths"], "deaths by sex and age of Here"),
     ([PEOPLE, DIED.assign(value=0.0), BORN, MOVED], ["deaths"], "deaths by sex and age"),
     ([PEOPLE, DIED, MOVED], ["births"], "births of Here"),
     ([PEOPLE, DIED, BORN], ["net_migration"], "net migration of Here"),
     ([PEOPLE, BORN], ["deaths", "net_migration"], "deaths by sex and age of Here"),
     ([PEOPLE, DIED.assign(period_end=pd.Timestamp("2020-12-31"), period_start=pd.Timestamp("2016-01-01")), BORN,
       MOVED], ["deaths"], "deaths by sex and age of Here")],
    ids=["population", "deaths", "nobody dies", "births", "migration", "two", "five years in one"],
)  # fmt: skip
def test_what_is_missing_is_named_and_nothing_is_made_up(tables, lacking, said):
    found = inputs(*tables)
    assert found.rates.empty and found.base.empty
    missing = found.basis[~found.basis["is_there"]]
    assert missing["input"].tolist() == lacking and said in missing["how"].iloc[0]


def test_hidden_figures_are_counted_and_never_taken_for_none():
    hidden = DIED.assign(is_hidden=DIED["value"] < 2)
    hidden["value"] = hidden["value"].mask(hidden["is_hidden"])
    found = inputs(PEOPLE, hidden, BORN, MOVED)
    n = int(hidden["is_hidden"].sum())
    assert found.rates.empty and f"({n} figures hidden as small numbers)" in found.basis["how"].iloc[1]


def test_the_figures_are_not_changed():
    table = pd.concat([PEOPLE, DIED, BORN, MOVED], ignore_index=True)
    before = table.copy(deep=True)
    projection_inputs(table, "A")
    pd.testing.assert_frame_equal(table, before)


# --- assumptions


def test_what_ships_says_that_it_is_assumed_and_names_eight_variants():
    table = load_projection_assumptions()
    assert table["variant"].iloc[0] == "principal" and table["variant"].nunique() == 8
    assert set(table["status"]) == {"illustrative"} and table["parameter_name"].notna().all()
    assert set(projection_assumptions.PARAMETERS) | {"migration_per_1000"} == set(PARAMETERS)


def test_a_variant_takes_over_what_it_does_not_name_and_migration_grows_with_the_area():
    found = projection_assumptions.for_area(load_projection_assumptions(), 20_000).set_index("variant")
    assert found.loc["principal", ["migration_low", "migration", "migration_high"]].tolist() == [-100, 0, 100]
    assert found.loc["high_migration", ["migration_low", "migration", "migration_high"]].tolist() == [100, 100, 100]
    assert (
        found.loc["high_migration", "fertility_high"] == 1.15 and found.loc["low_fertility", "fertility_high"] == 0.85
    )
    assert found.loc["zero_migration", ["migration_factor", "migration"]].tolist() == [0, 0]


def own_copy(tmp_path, *lines, header="variant,variant_name,parameter,value,low,high,reason,source,status"):
    (tmp_path / "reference").mkdir(exist_ok=True)
    (tmp_path / "reference" / FILE).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return tmp_path


def test_a_data_folder_brings_its_own_copy(tmp_path):
    data = own_copy(tmp_path, "late,Late,migration,50,,,r,s,", "principal,Ours,fertility,0.9,0.8,1,r,s,published")
    table = load_projection_assumptions(data)
    assert table["variant"].tolist() == ["principal", "late"] and table["value"].tolist() == [0.9, 50]
    wide = projection_assumptions.for_area(table, 1000)
    assert wide["migration"].tolist() == [0, 50] and wide["fertility"].tolist() == [0.9, 0.9]


@pytest.mark.parametrize(
    ("line", "said"),
    [("principal,Ours,fertilty,1,,,r,s,", "line 3: no parameter is called 'fertilty' - did you mean 'fertility'?"),
     ("principal,Ours,fertility,one,,,r,s,", "line 3: value has to be a number"),
     ("principal,Ours,fertility,1,0.9,,r,s,", "line 3: an interval has both ends"),
     ("principal,Ours,fertility,1,1.1,1.2,r,s,", "line 3: 1 does not lie between low 1.1 and high 1.2"),
     ("principal,Ours,fertility,0,,,r,s,", "line 3: fertility is a factor"),
     ("principal,Ours,migration_factor,-1,,,r,s,", "line 3: migration_factor has to be 0 or more"),
     ("principal,Ours,improvement_pct,100,,,r,s,", "line 3: improvement_pct has to be below 100"),
     ("principal,Ours,mortality,2,,,r,s,", "line 3: mortality of principal stands in a line above"),
     ("principal,Other,fertility,1,,,r,s,", "line 3: principal is called 'Ours' in a line above"),
     ("principal,Ours,fertility,1,,,,s,", "line 3: a line needs"),
     ("principal,Ours,migration,1,,,r,s,\nlow,Low,migration_per_1000,1,,,r,s,", "not both")],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path, line, said):
    data = own_copy(tmp_path, "principal,Ours,mortality,1,,,r,s,", *line.split("\n"))
    with pytest.raises(ProjectionAssumptionsError) as error:
        load_projection_assumptions(data)
    assert said in str(error.value)


def test_every_wrong_line_is_named_at_once_and_a_missing_column_or_principal_too(tmp_path):
    data = own_copy(tmp_path, "low,Low,x,1,,,r,s,", "low,Low,fertility,,,,r,s,")
    with pytest.raises(ProjectionAssumptionsError, match=r"line 2: .*line 3: .*no line is of the variant principal"):
        load_projection_assumptions(data)
    with pytest.raises(ProjectionAssumptionsError, match="the column reason, source, status is missing"):
        load_projection_assumptions(own_copy(tmp_path, header="variant,variant_name,parameter,value,low,high"))


# --- from files to the page


PUBLISHED = "file,layout,status,indicator,rule,reason\n*,*,*,*,none,published by the registrar\n"
TIDY = ["area_code", "indicator", "period", "sex", "age_group", "value", "measure"]


def folder(tmp_path, tables, *, published=True):
    """A data folder with one tidy CSV for each indicator."""
    (tmp_path / "indicators").mkdir()
    (tmp_path / "reference").mkdir(exist_ok=True)
    for name, table in tables.items():
        table[TIDY].to_csv(tmp_path / "indicators" / f"{name}.csv", index=False)
    if published:
        (tmp_path / "reference" / "disclosure.csv").write_text(PUBLISHED, encoding="utf-8")
    return tmp_path


def counted(area="S12000019", years=range(2015, 2021), scale=1):
    """Made-up figures of an area, single years of age for population and deaths."""
    ages = np.array([*range(91)] * 2)
    size, died = 1000 * scale - 9 * scale * ages, np.maximum(1, np.round(scale * np.exp(0.09 * ages - 2)))
    made = {"population": [], "deaths": [], "births": [], "net_migration": []}
    for year in years:
        one = {"area": area, "year": year}
        made["population"].append(by_sex_and_band("population", size, AGES, measure="number", **one))
        made["deaths"].append(by_sex_and_band("deaths", died, AGES, measure="number", **one))
        born = np.array([20, 150, 300, 350, 180, 30, 10]) * scale
        bands = ["under 20", *[f"{a}-{a + 4}" for a in range(20, 45, 5)], "45+"]
        made["births"].append(mothers(born, bands, measure="number", **one))
        made["net_migration"].append(figures("net_migration", [-100 * scale], measure="net_number", **one))
    return {name: pd.concat(tables) for name, tables in made.items()}


def page(data, region="midlothian", assumptions=None):
    """What the notebook does for its section."""
    place, read = regions.region(region, data), reader.read_indicator_folder(data=data, today=TODAY)
    assumed = load_projection_assumptions(data) if assumptions is None else assumptions
    around = vars(regions.surroundings(place, data))
    country = regions.country_code(place, data)
    found = work.residents(read.indicators, area_code=place.area_code, comparator=place.comparator, country=country,
                           assumptions=assumed, **around)  # fmt: skip
    files = sources.source_table(read.files, folder=paths.indicators(data), data=data)
    blocks = show.population(
        found.structure, found.projection, found.components, place, files, bands=found.bands, ratios=found.ratios,
        past=found.past, inputs=found.inputs, assumptions=found.assumptions,
    )  # fmt: skip
    return found, list(blocks)


def test_from_csv_files_to_the_page(tmp_path):
    found, blocks = page(folder(tmp_path, counted()))
    assert found.projection["method"].unique().tolist() == [projection.METHOD]
    assert found.projection["variant"].nunique() == 8 and found.projection["year"].max() == 2030
    parts = found.components
    flows = parts["births"] - parts["deaths"] + parts["net_migration"]
    assert np.allclose(parts["population_end"], parts["population_start"] + flows, atol=1e-6)
    assert parts.loc[parts["variant"] == "principal", "net_migration"].tolist() == pytest.approx([-100] * 10, rel=0.02)
    kinds = [block.kind for block in blocks]
    assert kinds == ["figure", "table", "notices", "figure", "words", "table", "figure", "table", "table", "table"]
    notice, lines, said, made_of = blocks[2], blocks[3], blocks[4].text, blocks[6]
    assert "set by this project" in notice.text and notice.data["items"][0]["notice"] == "illustrative"
    assert "base year 2020" in lines.data["wide"] and "interval from named assumptions" in lines.data["narrow"]
    assert "4 of 8 variants drawn" in lines.data["subtitle"]
    source = "births.csv, deaths.csv, net_migration.csv and population.csv"
    assert lines.data["source"].endswith(f"{source}.") and made_of.data["source"].endswith(f"{source}.")
    for words in ("What was counted is of 2016-2020.", "Zero migration",
                  "Net migration: \u2212100 people a year on average, a total"):  # fmt: skip
        assert words in said
    assert "Deaths:" not in said and "5,200 births by the mother's age" in str(blocks[8].data["rows"])
    assert made_of.data["title"].startswith("More people would die than be born in Midlothian")
    inside = [block.data["name"] for block in blocks if block.kind == "table"]
    assert inside == ["population", "projection", "components", "projection inputs", "assumptions"]


def test_assumptions_of_ones_own_are_no_illustration(tmp_path):
    data = folder(tmp_path, counted())
    own_copy(data, "principal,Registrar's,improvement_pct,1.2,0.5,1.9,published,R,published")
    found, blocks = page(data)
    assert "notices" not in [block.kind for block in blocks]
    assert found.projection["variant_name"].unique().tolist() == ["Registrar's"]


def test_small_numbers_stay_hidden_and_the_page_says_what_is_missing(tmp_path):
    found, blocks = page(folder(tmp_path, counted(), published=False))
    assert found.projection["method"].unique().tolist() == ["cohort change ratios (Hamilton-Perry)"]
    said = next(block.text for block in blocks if block.kind == "words" and "Method" in block.text)
    assert "the data lack deaths by sex and age of Midlothian (" in said and "hidden as small numbers" in said
    assert found.assumptions.empty and "notices" not in [block.kind for block in blocks]


def test_scotlands_death_rates_stand_in_on_the_page(tmp_path):
    here, there = counted(), counted("S92000003", scale=50)
    tables = {name: pd.concat([here[name], there[name]]) for name in ("population", "deaths")}
    tables["deaths"] = there["deaths"]
    _, blocks = page(folder(tmp_path, here | tables))
    assert any("Scotland's death rates as they are" in block.text for block in blocks if block.kind == "words")


def test_without_one_input_the_next_best_way_is_taken_and_it_is_named(tmp_path):
    tables = counted()
    del tables["net_migration"]
    found, blocks = page(folder(tmp_path, tables))
    assert found.projection["method"].unique().tolist() == ["cohort change ratios (Hamilton-Perry)"]
    said = " ".join(block.text for block in blocks)
    assert "the data lack net migration of Midlothian" in said


def test_a_published_projection_as_fetched_goes_to_the_page_as_it_stands(tmp_path):
    columns = ["_id", "Year", "CA", "CAQF", "Sex", "SexQF", "AllAges", *[f"Age{age}" for age in range(90)], "Age90plus"]
    rows, number = [], 0
    for year in range(2018, 2044):
        for sex, extra in (("All", 2), ("Female", 1), ("Male", 1)):
            people = [(500 + year - 2018) * extra] * 75 + [(100 + 4 * (year - 2018)) * extra] * 16
            number += 1
            rows.append([number, year, "S12000019", "", sex, "", sum(people), *people])
    data = folder(tmp_path, counted())
    name = "phs-population-projections_2026-03-01.csv"
    pd.DataFrame(rows, columns=columns).to_csv(data / "indicators" / name, index=False)
    found, blocks = page(data)
    own = found.projection
    assert own["method"].unique().tolist() == ["published projection"] and own["lowercl"].isna().all()
    whole_ = own[(own["sex"] == "all") & (own["age_group"] == "all")].set_index("year")["population"]
    assert whole_[2018] == 2 * (75 * 500 + 16 * 100) and whole_[2043] == 2 * (75 * 525 + 16 * 200)
    assert own.loc[own["is_base"], "year"].unique().tolist() == [2018] and found.components.empty
    lines = next(block for block in blocks if block.kind == "figure" and block.data["anchor"] == "projection")
    assert lines.data["title"] == "Midlothian would have 100\u00a0% more people aged 75 and over in 2043 than in 2018"
    assert name in lines.data["source"] and "interval" not in lines.data["wide"]
    said = next(block.text for block in blocks if block.kind == "words" and "Method" in block.text)
    assert "published projection as it stands" in said and "the data lack" not in said
    assert "notices" not in [block.kind for block in blocks]


@pytest.mark.skipif(not ESTIMATES.is_file(), reason="the mid-year estimates by single age are not here")
def test_real_population_with_made_up_rates_gives_them_back():
    with gzip.open(ESTIMATES) as file:
        table = pd.read_csv(file)
    own = table[(table["Area"] == "Midlothian") & (table["Year"] >= 2014)]
    people = pd.DataFrame({
        "area_code": "A", "indicator": "population", "period": "mid-" + own["Year"].astype(str), "file": "nrs",
        "period_end": pd.to_datetime(own["Year"].astype(str) + "-06-30"), "value": own["Population"].astype(float),
        "sex": own["Sex"].map({"F": "female", "M": "male"}), "age_group": own["Age"].astype(str).replace("90", "90+"),
    })  # fmt: skip
    rate = np.where(own["Age"] == 90, 0.2, np.exp(-10 + 0.095 * own["Age"]))
    died = people.assign(indicator="deaths", value=people["value"] * rate)
    moved = figures("net_migration", [900.0], year=2018)
    found = inputs(people, died, moved, *[figures("births", [950.0], year=year) for year in range(2014, 2019)])
    by_age = found.rates[found.rates["sex"] == "male"].set_index("age_group")["death_rate"]
    assert by_age["40"] == pytest.approx(exp(-10 + 0.095 * 40)) and by_age["90+"] == pytest.approx(0.2)
    variants = pd.DataFrame([{"variant": "principal"}])
    later, parts = projection.project(found.base, found.rates, variants, base_year=2018, years=5, draws=2)
    first = parts.iloc[0]
    assert first["population_start"] == 91_340 and first["net_migration"] == pytest.approx(900)
    assert first["deaths"] == pytest.approx(died.loc[people["period"] == "mid-2018", "value"].sum(), rel=0.04)
    assert first["births"] == pytest.approx(950, rel=0.03)
    assert later["population"].notna().all()


def test_flows_of_five_years_are_drawn_per_year():
    fertile = [0.0] * 3 + [0.02] * 7 + [0.0] * 12
    base, rates = whole(population=100.0), whole(death_rate=0.01, birth_rate=fertile, net_migrants=-1.0)
    _, parts = projection.project(base, rates, pd.DataFrame([{"variant": "p"}]), base_year=2020, years=10, draws=2)
    ax = component_charts.plot_components(parts)
    bars = {bar.get_label(): [patch.get_height() for patch in bar] for bar in ax.containers}
    assert bars["births"] == pytest.approx((parts["births"] / 5).tolist())
    assert bars["net_migration"] == pytest.approx([-22, -22])
    assert ax.containers[2][0].get_y() == pytest.approx(-parts["deaths"].iloc[0] / 5)
