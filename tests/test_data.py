"""Laws on the data that ship with the project. They read files under data/ only."""

import csv
import math
import re
import subprocess
from collections import Counter

import pandas as pd
import pytest
from openpyxl import load_workbook

from helpers.ingest.periods import parse_period
from helpers.reference import datapackage, indicators, models, paths, regions

DATA = paths.project() / "data"
REFERENCE, FIGURES = DATA / "reference", DATA / "indicators"
TIDY = ["area_code", "indicator", "period", "sex", "age_group", "quintile"]
TIDY += ["numerator", "denominator", "value", "lowercl", "uppercl", "measure"]
SAME_FIGURE = TIDY[:6]
SCOTPHO = ["scotpho_councils_2024-10.csv", "scotpho_lothian_trends_2023-02.csv", "scotpho_quintiles_2023-02.csv"]
PLAN = "midlothian_strategic_plan_2025.csv"
LANGUAGES = {"nl", "de", "it", "lt", "pl", "sk", "sl", "es", "et", "fr"}


def table(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def figures(name):
    return table(FIGURES / name)


def numbers(column):
    return pd.to_numeric(column.replace("", None))


def sheet(path, name="assessment"):
    rows = list(load_workbook(DATA / "assessments" / path)[name].iter_rows(values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0])


# every file is described


def shipped() -> set[str]:
    """The data files that belong to the project; what somebody added to try it out is theirs to describe."""
    found = subprocess.run(["git", "ls-files", "data"], capture_output=True, text=True, cwd=DATA.parent, check=False)
    return {line.removeprefix("data/") for line in found.stdout.splitlines()} or set(datapackage.files(DATA))


def test_every_file_is_described_and_is_the_one_described():
    listed = shipped()
    problems = [text for text in datapackage.problems(DATA) if any(name in text for name in listed)]
    assert len(listed) > 15 and problems == []


@pytest.mark.parametrize("name", datapackage.files(DATA))
def test_a_description_is_complete(name):
    resource = datapackage.describe(DATA / name, DATA)
    assert resource.title and resource.producer and resource.licence
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", resource.date)
    assert resource.status in datapackage.STATUSES
    assert not resource.url or resource.url.startswith("https://")
    assert resource.status == "published" or resource.status_note
    assert "Open Government Licence" not in resource.licence or resource.attribution


@pytest.mark.parametrize("name", [name for name in datapackage.files(DATA) if not name.endswith(".yaml")])
def test_the_columns_and_rows_are_the_described_ones(name):
    resource = datapackage.describe(DATA / name, DATA)
    found = table(DATA / name) if name.endswith(".csv") else sheet(name.removeprefix("assessments/"))
    assert list(found.columns) == [field.name for field in resource.columns]
    assert len(found) == resource.rows
    assert all(field.description for field in resource.columns)


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.csv")), ids=lambda path: path.name)
def test_tables_are_plain_utf_8_with_equal_rows(path):
    raw = path.read_bytes()
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [entry for row in rows for entry in row if entry != entry.strip() or entry.startswith(("=", "+", "@"))]


def test_nothing_from_another_machine_stands_in_the_data():
    for path in DATA.rglob("*"):
        if path.suffix in {".csv", ".yaml", ".json", ".md"}:
            assert not re.search(r"/(work|home|tmp|Users)/", path.read_text(encoding="utf-8")), path


# models


def test_the_exchange_model_is_complete():
    model = models.load_model("scirocco-exchange")
    assert len(model.dimensions) == 12
    for dimension in model.dimensions:
        assert list(dimension.levels) == [0, 1, 2, 3, 4, 5]
        assert all(dimension.levels.values()) and len(set(dimension.levels.values())) == 6
        assert dimension.objective
        assert set(dimension.translations) == LANGUAGES and all(dimension.translations.values())
        assert dimension.name not in dimension.translations.values()
    assert "sciroccoexchange.com" in model.wording_note and model.grant == "826676"
    assert "not the tool's" in model.translations_note


def test_dimensions_3_and_4_do_not_compare_across_generations():
    for model_id in ("scirocco-exchange", "scirocco", "b3"):
        model = models.load_model(model_id)
        assert [d.code for d in model.dimensions if d.comparable_with_exchange == "no"] == ["digital", "process"]


@pytest.mark.parametrize("model_id", models.model_ids(DATA))
def test_names_in_a_model_are_unambiguous(model_id):
    model = models.load_model(model_id)
    owners = {}
    for d in model.dimensions:
        for name in {d.code, d.name, *d.former_names, *d.other_names, *d.translations.values()}:
            assert owners.setdefault(name.casefold(), d.code) == d.code, name
    short = [d.short_name for d in model.dimensions]
    assert len(set(short)) == len(short) and max(map(len, short)) <= 14
    assert len(set(model.codes)) == len(model.codes)


def test_earlier_generations_carry_no_descriptor_that_is_not_theirs():
    for model_id in ("b3", "scirocco"):
        model = models.load_model(model_id)
        assert model.codes == models.load_model().codes
        assert not any(text for d in model.dimensions for text in d.levels.values())


def test_the_adapted_edition_says_what_it_is_not():
    model = models.load_model("demonstration-8")
    assert len(model.dimensions) == 8 and model.kind == "adapted"
    assert "neither official nor NewEcoSmart" in model.note


# regions


def test_the_register_of_regions():
    register = regions.load_regions()
    kinds = Counter(register["kind"])
    assert kinds == {"country": 1, "council_area": 32, "exchange_region": 8, "published_reference": 2}
    assert register["is_exchange_region"].sum() == 9
    assert register.index.is_unique and register["area_code"].is_unique and register["region_name"].is_unique
    assert all(paths.ID_PATTERN.fullmatch(region) for region in register.index)
    required = ["region_name", "area_code", "country", "language", "comparator", "maturity_reference", "source"]
    assert (register[required] != "").all(axis=None)


def test_official_codes_have_their_form():
    codes = regions.load_regions().groupby("kind")["area_code"].apply(list)
    assert codes["country"] == ["S92000003"]
    assert all(re.fullmatch(r"S120000\d\d", code) for code in codes["council_area"])


def test_comparators_and_references_exist():
    register = regions.load_regions()
    profiles = set(table(REFERENCE / "published_profiles.csv")["profile"])
    assert set(register["comparator"]) <= {*register.index, regions.COUNCIL_AREAS}
    assert (register["comparator"] != register.index).all()
    assert set(register["maturity_reference"]) <= profiles


def test_the_council_areas_are_the_parts_of_scotland():
    register = regions.load_regions()
    assert set(register["part_of"]) == {"", "scotland"}
    assert regions.parts("scotland") == list(register.index[register["kind"] == "council_area"])
    assert regions.parts("fife") == [] and regions.region("fife").part_of == "scotland"
    assert register.loc["scotland", "part_of"] == register.loc["flanders", "part_of"] == ""
    with pytest.raises(regions.UnknownRegion, match="did you mean 'scotland'"):
        regions.parts("scotlnd")


def own_regions(folder, *rows, header=None):
    """A register of somebody's own: its first row is the country, the others are id and part_of."""
    shipped_rows = (REFERENCE / "regions.csv").read_text(encoding="utf-8").splitlines()
    fife = next(row for row in shipped_rows if row.startswith("fife,"))
    blank = fife.removeprefix("fife,Fife").removesuffix(",scotland").replace("S12000047,S12000015", ",")
    lines = [header or shipped_rows[0], *(f"{id_},{id_.title()}{blank}{part}" for id_, part in rows)]
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "reference" / "regions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_localities_are_parts_of_their_council_area_and_not_of_the_country(tmp_path):
    rows = [("scotland", ","), ("fife", ",scotland"), ("east", ",fife"), ("west", ",fife"), ("angus", ",scotland")]
    folder = own_regions(tmp_path, *rows)
    assert regions.parts("fife", folder) == ["east", "west"]
    assert regions.parts("scotland", folder) == ["fife", "angus"]


def test_a_register_from_before_the_column_still_works(tmp_path):
    header = (REFERENCE / "regions.csv").read_text(encoding="utf-8").splitlines()[0].removesuffix(",part_of")
    folder = own_regions(tmp_path, ("scotland", ""), ("fife", ""), header=header)
    assert regions.region_ids(folder) == ["scotland", "fife"] and regions.parts("scotland", folder) == []
    assert regions.load_regions(folder)["part_of"].tolist() == ["", ""] and regions.region("fife", folder).part_of == ""


@pytest.mark.parametrize(("rows", "problems"), [
    ([("fife", ",fiff")], ["line 2: part_of 'fiff' is no region of this register - did you mean 'fife'?"]),
    ([("fife", ",fife")], ["line 2: fife is part of itself (fife in fife)"]),
    ([("fife", ",angus"), ("angus", ",fife"), ("east", ",fife")], [
        "line 2: fife is part of itself (fife in angus in fife)",
        "line 3: angus is part of itself (angus in fife in angus)",
    ]),
    ([("fife", "")], ["line 2: part_of missing; leave a field blank, but keep its comma"]),
])  # fmt: skip
def test_a_part_of_nothing_or_of_itself_is_refused_with_its_line(tmp_path, rows, problems):
    with pytest.raises(regions.RegisterError) as caught:
        regions.region("fife", own_regions(tmp_path, *rows))
    assert str(caught.value) == "regions.csv: " + "; ".join(problems)


def test_no_spelling_names_two_regions():
    owners = {}
    for region_id in regions.region_ids():
        known = regions.region(region_id)
        for spelling in (known.id, known.name, known.area_code, *known.other_codes, *known.other_names):
            assert owners.setdefault(regions.normalised(spelling), known.id) == known.id, spelling


def test_tiles_cover_exactly_the_32_council_areas():
    tiles, register = regions.tiles(), regions.load_regions()
    place = tiles.set_index("region")
    assert set(tiles["region"]) == set(register.index[register["kind"] == "council_area"])
    assert tiles["region"].is_unique and not tiles.duplicated(["row", "column"]).any()
    assert tiles["row"].between(1, 11).all() and tiles["column"].between(1, 8).all()
    assert place["row"].idxmin() == "shetland-islands" and place["column"].idxmin() in (
        "na-h-eileanan-siar",
        "inverclyde",
    )
    north_south = [
        "shetland-islands",
        "orkney-islands",
        "highland",
        "perth-and-kinross",
        "glasgow-city",
        "dumfries-and-galloway",
    ]
    assert place.loc[north_south, "row"].is_monotonic_increasing
    west_east = ["inverclyde", "glasgow-city", "west-lothian", "city-of-edinburgh", "east-lothian"]
    assert place.loc[west_east, "column"].is_monotonic_increasing


# what is in print


def test_published_profiles_and_findings_point_to_what_there_is():
    profiles, findings = table(REFERENCE / "published_profiles.csv"), table(REFERENCE / "published_findings.csv")
    codes = set(models.load_model().codes)
    assert set(profiles["dimension"]) <= codes and set(findings["dimension"]) <= codes | {""}
    assert set(profiles["model"]) <= set(models.model_ids())
    assert not profiles.duplicated(["profile", "dimension"]).any()
    assert numbers(profiles["median"]).between(0, 5).all()
    assert len(profiles[profiles["profile"] == "europe-2019"]) == 10
    assert (profiles["source"] != "").all() and (findings[["text", "source"]] != "").all(axis=None)


def test_every_region_of_the_programme_has_a_published_finding():
    findings, register = table(REFERENCE / "published_findings.csv"), regions.load_regions()
    wanted = {*register.index[register["is_exchange_region"]], "singapore", "switzerland"}
    assert set(findings["region"]) == wanted
    kinds = {"strength", "weakness", "priority", "process", "coaching", "improvement", "note"}
    assert set(findings["kind"]) <= kinds
    assert not findings.duplicated(["region", "text"]).any()


# indicators


def test_the_register_of_indicators():
    register = indicators.load_register()
    assert register.index.is_unique and all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in register.index)
    assert register["indicator_name"].is_unique and register["short_name"].is_unique
    assert register["short_name"].str.len().between(1, 32).all()
    assert set(register["polarity"]) <= set(indicators.POLARITIES)
    assert (register[["theme", "measure", "unit", "source_names", "source"]] != "").all(axis=None)
    assert register.groupby("theme")["theme_order"].nunique().eq(1).all()
    assert register["theme_order"].is_monotonic_increasing


def test_indicators_speak_to_outcomes_that_exist():
    outcomes = set(indicators.load_outcomes().index)
    assert outcomes == set(range(1, 10))
    spoken = [int(part) for joined in indicators.load_register()["outcomes"] for part in joined.split(";") if part]
    assert set(spoken) == outcomes


def test_no_source_name_means_two_indicators():
    names = [name for joined in indicators.load_register()["source_names"] for name in joined.split(";")]
    assert len(names) == len(set(names)) and "" not in names


def test_population_and_needs_have_no_polarity():
    polarity = indicators.load_register()["polarity"]
    population = [code for code in polarity.index if code.startswith("population_")]
    assert set(polarity[population]) == {"none"} and len(population) == 8
    assert polarity["life_expectancy"] == "higher_is_better" and polarity["deaths_all_ages"] == "lower_is_better"


# figures

SUMMED = ["numerator", "denominator", "value", "lowercl", "uppercl"]
STATED = {  # rows, and sums of the columns, of the figures that each file was compiled from
    SCOTPHO[0]: (1280, [12618768.4, 0, 6198932.2, 681755.6, 759174.6]),
    SCOTPHO[1]: (885, [3760383.9, 950655469.6667, 317223.2, 296053.4, 340083.9]),
    SCOTPHO[2]: (1910, [731990.8, 189564068.0, 642104.4, 534247.1, 779364.8]),
}


@pytest.mark.parametrize("name", SCOTPHO)
def test_no_figure_was_lost_or_altered(name):
    rows, sums = STATED[name]
    found = figures(name)
    assert len(found) == rows
    for column, total in zip(SUMMED, sums, strict=True):
        assert math.fsum(numbers(found[column]).dropna()) == pytest.approx(total, abs=0.001)


@pytest.mark.parametrize("name", [*SCOTPHO, PLAN])
def test_figures_are_tidy_and_known(name):
    found, register = figures(name), indicators.load_register()
    assert list(found.columns)[: len(TIDY)] == TIDY
    assert set(found["indicator"]) <= set(register.index)
    assert (found["measure"] == register.loc[found["indicator"], "measure"].to_numpy()).all()
    assert set(found["area_code"]) <= set(regions.load_regions()["area_code"])
    assert set(found["sex"]) <= {"all", "female", "male"}
    assert set(found["quintile"]) <= {"total", "1", "2", "3", "4", "5"}
    assert all(parse_period(period).text == period for period in set(found["period"]) - {""})
    assert numbers(found["value"]).notna().all()


@pytest.mark.parametrize("name", SCOTPHO)
def test_limits_enclose_the_value_and_shares_are_shares(name):
    found = figures(name)
    value, low, high = (numbers(found[column]) for column in ("value", "lowercl", "uppercl"))
    assert ((low <= value) & (value <= high)).loc[low.notna()].all()
    assert (low.isna() == high.isna()).all()
    assert value[found["measure"] == "percent"].between(0, 100).all()
    assert not found.duplicated(SAME_FIGURE).any()


def test_the_newest_file_has_every_indicator_for_every_council_area():
    found = figures(SCOTPHO[0])
    assert found["area_code"].nunique() == 32
    assert found.groupby(["indicator", "sex"]).size().eq(32).all() and len(found) == 40 * 32
    assert found.groupby("indicator")["period"].nunique().eq(1).all()


def test_fifths_of_deprivation_add_up_to_the_total():
    found = figures(SCOTPHO[2]).assign(people=lambda t: numbers(t["denominator"]))
    wide = found.pivot_table(index=["indicator", "area_code"], columns="quintile", values="people")
    assert wide[list("12345")].sum(axis=1).to_numpy() == pytest.approx(wide["total"].to_numpy(), rel=0.01)


def test_files_agree_where_they_give_the_same_figure():
    every = pd.concat([figures(name).assign(file=name) for name in SCOTPHO])
    shared = every[every.duplicated(SAME_FIGURE, keep=False)]
    assert len(shared) > 100
    assert shared.groupby(SAME_FIGURE)[["value", "lowercl", "uppercl"]].nunique().eq(1).all(axis=None)


def test_the_plan_is_kept_as_printed_contradictions_included():
    plan = figures(PLAN)
    assert len(plan) == 58 and (plan["area_code"] == "S92000003").sum() == 1
    groups = plan[plan["indicator"] == "voluntary_groups"]
    assert sorted(groups["value"]) == ["500", "700"] and set(groups["qualifier"]) == {"at least"}
    assert groups[[*SAME_FIGURE, "group"]].drop_duplicates().shape[0] == 1
    growth = plan[(plan["indicator"] == "population_change_projected") & (plan["age_group"] == "all")]
    assert dict(zip(growth["period"], growth["value"], strict=True)) == {"2036": "27", "2025-2035": "40"}
    assert set(growth["measure"]) == {"change_percent"} and set(growth["group"]) == {"all"}
    assert set(plan["qualifier"]) <= {"", "over", "about", "at least", "up to", "below"}
    assert (plan[["numerator", "denominator", "lowercl", "uppercl"]] == "").all(axis=None)


def test_every_indicator_of_the_register_has_a_figure():
    used = set(pd.concat([figures(name)["indicator"] for name in [*SCOTPHO, PLAN]]))
    role = indicators.load_register()["role"]
    eurostat = {"growth_of_population", "life_expectancy_65"}
    eurostat |= {f"{kind}_mortality" for kind in ("avoidable", "preventable", "treatable")}
    to_come = {*role.index[role != ""], "care_at_home_per_1000", *eurostat}  # from the web or from somebody's own files
    assert used == set(role.index) - to_come
