"""From a server on this machine through ``atlas fetch`` and ``atlas check`` to the figures."""

import csv
import gzip
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fetch_server import (
    DELAYED,
    FINGERTIPS,
    GROWTH,
    LATER,
    LIFE,
    NAME,
    TODAY,
    Reply,
    add_to_register,
    as_json,
    atlas,
    ckan,
    eurostat,
    fingertips,
    folder_with_registers,
    rows_of,
    serve,
    sparql,
    twisted,
)
from helpers import cli
from helpers.batch import fetch, placing, publish
from helpers.ingest import jsonstat, periods
from helpers.ingest.fetching import client, sources
from helpers.ingest.fetching.answers import FetchError
from helpers.ingest.indicators import read_indicator_folder, read_indicators
from helpers.reference import datapackage

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def data_folder(tmp_path):
    return folder_with_registers(tmp_path)


def get(data, id_, answers, *, today=TODAY):
    """Fetch one source from a server that answers so; what became of it, and what was asked."""
    with serve(answers) as (address, asked):
        chosen = sources.chosen_sources([id_], data)
        mirrored = sources.with_addresses(chosen, [f"{chosen[0].kind}={address}"])
        (result,) = fetch.fetch(mirrored, data=data, today=today, pause=lambda _: None)
    return result, asked


def table_of(data, name, **options):
    return read_indicators(data / "indicators" / name, data=data, today=TODAY, **options)


# --- the whole way ---


def test_from_the_web_to_the_figures(data_folder):
    with serve(ckan(DELAYED, name=NAME, cap=3)) as (address, asked):
        done = atlas("fetch", "phs-delayed-discharges", "--data", data_folder, "--address", f"ckan={address}")
    (file,) = (data_folder / "indicators").iterdir()

    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"phs-delayed-discharges_\d{4}-\d{2}-\d{2}\.csv", file.name)
    assert f"phs-delayed-discharges: 7 rows, 10 figures, written to indicators/{file.name}" in done.stderr
    assert done.stdout == "1 of 1 sources fetched. Now build the reports anew with atlas run.\n"
    assert [request.one("offset") for request in asked[1:]] == ["0", "3", "6"]
    assert asked[0].headers["User-Agent"].startswith("care-atlas/")

    checked = atlas("check", file, "--data", data_folder, "--json")
    assert checked.returncode == 0 and json.loads(checked.stdout)["conforms"]

    figures = table_of(data_folder, file.name)[0]
    midlothian = figures[(figures["area_code"] == "S12000019") & figures["cell"].str.startswith("I")]
    columns = ["period", "age_group", "value", "qualifier"]
    assert midlothian[columns].to_numpy().tolist() == [["2024-07", "18plus", 236, "p"], ["2024-08", "18plus", 201, ""]]
    assert sorted(figures["value"])[-4:] == [2033, 60123, 60990, 61007]


def test_what_came_is_written_as_it_is_written_there(data_folder):
    result, _ = get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME))
    header, rows = rows_of((data_folder / result.file).read_text("utf-8"))

    assert header == ["_id", *DELAYED.splitlines()[0].split(",")]
    assert [row[1:] for row in rows] == rows_of(DELAYED)[1]


def test_numbers_are_not_altered_by_reading_them(data_folder):
    def numbers(request, reply):
        return Reply(reply.body.replace(b'"1939.5"', b"1939.50").replace(b'"236"', b"236"))

    result, _ = get(data_folder, "phs-delayed-discharges", twisted(ckan(DELAYED, name=NAME), numbers))
    assert ",1939.50," in (data_folder / result.file).read_text("utf-8")


def test_life_expectancy_comes_with_its_limits(data_folder):
    result, asked = get(data_folder, "statistics-gov-scot-life-expectancy", sparql(LIFE, cap=3))
    figures, findings = table_of(data_folder, Path(result.file).name)
    columns = ["area_code", "indicator", "period", "sex", "value", "lowercl", "measure"]

    assert not findings.has_errors
    assert figures[columns].to_numpy().tolist()[:2] == [
        ["S12000019", "life_expectancy", "2019-2021", "female", 81.9, 81.3, "years"],
        ["S12000019", "life_expectancy", "2019-2021", "male", 77.7, 77, "years"],
    ]
    assert figures["uppercl"].isna().tolist() == [False, False, False, True]
    assert [request.headers["Accept"] for request in asked] == ["application/sparql-results+json"] * 3


def test_empty_cells_stay_empty_and_flags_stay(data_folder):
    body = json.dumps(GROWTH).encode()
    result, asked = get(data_folder, "eurostat-population-change", eurostat(body))
    figures, findings = table_of(data_folder, Path(result.file).name)

    assert (data_folder / result.file).read_bytes() == body
    assert figures[["region", "period", "value", "qualifier"]].to_numpy().tolist() == [
        ["poland", "2022", -2.5, ""],
        ["poland", "2023", -0.3, "ep: estimated, provisional"],
        ["slovakia-kosice", "2023", 4.1, ""],
        ["germany-werra-meissner", "2022", 6.95, "p: provisional"],
    ]
    assert (findings.rows.used, findings.rows.skipped) == (4, 5)
    assert result.notes[:3] == (
        "5 of 9 cells are empty",
        "it has nothing for indic_de CNMIGRAT, NATGROW",
        "it has nothing for geo ES21, BE2, LT, ITF4, SI, CH",
    )
    assert asked[0].path == "/statistics/1.0/data/demo_r_gind3"
    assert asked[0].query["geo"] == ["ES21", "BE2", "DE737", "LT", "PL", "ITF4", "SK042", "SI", "CH"]
    assert asked[0].query["format"] == ["JSON"]


@pytest.mark.skipif(not (SHARED / "europe").is_dir(), reason="the recorded answers are not here")
@pytest.mark.parametrize(
    ("id_", "name", "cells", "figures", "flags"),
    [
        ("eurostat-life-expectancy", "demo_r_mlifexp_el5.json", 72, 72, 0),
        ("eurostat-avoidable-mortality", "hlth_cd_apr_el_cy.json", 108, 54, 0),  # numbers of deaths are not named
        ("eurostat-population-change", "demo_r_gind3_el5_sparse_with_status.json", 72, 39, 3),
    ],
)
def test_recorded_answers_of_eurostat_come_through_byte_for_byte(data_folder, id_, name, cells, figures, flags):
    body = (SHARED / "europe" / name).read_bytes()
    cube = json.loads(body)
    for place, code in enumerate(cube["dimension"]["geo"]["category"]["index"]):
        area = {"region": f"greece-{place}", "region_name": f"Greece {code}", "area_code": code, "kind": "country"}
        add_to_register(data_folder, "regions.csv", **area)
    result, _ = get(data_folder, id_, eurostat(body))
    table = table_of(data_folder, Path(result.file).name)[0]
    units = cube["dimension"].get("unit", {}).get("category", {}).get("index", {})
    known = [cell for cell in jsonstat.long_rows(cube) if cell["value"] is not None]
    known = [cell for cell in known if cell["unit"] == "RT"] if "RT" in units else known

    assert (result.state, result.rows, result.figures) == ("written", cells, figures)
    assert (data_folder / result.file).read_bytes() == body
    assert table["value"].tolist() == [cell["value"] for cell in known]
    assert (table["qualifier"] != "").sum() == flags


def test_fingertips_is_read_as_it_comes_once_the_register_names_an_area_of_england(data_folder):
    fetched, _ = get(data_folder, "fingertips-life-expectancy", fingertips({"90366": FINGERTIPS}))
    assert fetched.state == "failed" and "4 rows came, but none can be used here" in fetched.message
    assert "no region of the register has the area code 'E92000001'" in fetched.message
    assert list((data_folder / "indicators").iterdir()) == []

    hartlepool = {"region": "hartlepool", "region_name": "Hartlepool", "kind": "council_area", "area_code": "E06000001"}
    add_to_register(data_folder, "regions.csv", **hartlepool)
    result, asked = get(data_folder, "fingertips-life-expectancy", fingertips({"90366": FINGERTIPS}))
    figures, findings = table_of(data_folder, Path(result.file).name)
    columns = ["region", "indicator", "period", "sex", "age_group", "value", "lowercl", "uppercl", "note"]

    assert figures[columns].to_numpy().tolist() == [
        ["hartlepool", "life_expectancy", "2018-2020", "female", "all", 81.5, 80.9, 82.1, ""],
        ["hartlepool", "life_expectancy", "2019-2021", "female", "all", 81.4, 80.8, 82, "Value for information"],
    ]
    assert not findings.has_errors and "column-unknown" not in findings.codes
    assert asked[0].query["child_area_type_id"] == ["502"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2018 - 20", "2018-2020"),
        ("1999 - 01", "1999-2001"),
        ("2016/17 - 20/21", "2016/17-2020/21"),
        ("2021", "2021"),
        ("2020/21", "2020/21"),
    ],
)
def test_periods_of_fingertips(written, text):
    assert periods.short_span(written).text == text


@pytest.mark.parametrize("written", ["2016/17 - 20", "2020 - 19", "20 - 21", ""])
def test_periods_that_are_none(written):
    with pytest.raises(periods.PeriodError):
        periods.short_span(written)


def test_population_estimates_and_projections_come_by_sex_and_single_age(data_folder):
    ages = [f"Age{age}" for age in range(90)] + ["Age90plus"]
    header = ",".join(["Year", "CA", "CAQF", "Sex", "SexQF", "AllAges", *ages])
    people = [7, 1, *[0] * 88, 2]
    for id_, name, year, indicator in (
        ("phs-population", "Council Area (2019) Population Estimates", 2024, "population"),
        ("phs-population-projections", "Council Area Projections", 2040, "population_projected"),
    ):
        row = ",".join(map(str, [year, "S12000019", "", "Female", "", sum(people), *people]))
        result, _ = get(data_folder, id_, ckan(f"{header}\n{row}", name=name))
        table = table_of(data_folder, Path(result.file).name)[0]
        told = table[table["value"] > 0].set_index("age_group")["value"].to_dict()

        assert set(table["indicator"]) == {indicator} and set(table["sex"]) == {"female"}
        assert told == {"all": 10, "0": 7, "1": 1, "90+": 2}
        assert set(table["period_end"].dt.year) == {year}


# --- what is recorded ---


def test_source_licence_and_date_are_recorded_in_a_new_description(data_folder):
    result, _ = get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME))
    known = datapackage.describe(data_folder / result.file, data_folder)
    entry = json.loads((data_folder / "datapackage.json").read_text("utf-8"))["resources"][0]

    assert (known.producer, known.date, known.rows) == ("Public Health Scotland", "2026-11-25", 7)
    assert known.status == "published" and "released 2026-10-06" in known.status_note
    assert known.licence == "Open Government Licence v3.0" and known.attribution
    assert known.url == "https://www.opendata.nhs.scot/dataset/delayed-discharges-in-nhsscotland"
    assert known.sha256 == datapackage.sha256(data_folder / result.file)
    assert [field.name for field in known.columns][:3] == ["_id", "MonthOfDelay", "CA"]
    assert all(field.description for field in known.columns)
    assert entry["fetched"]["query"].endswith("/api/3/action/datastore_search?resource_id=a-new-id")
    assert not [text for text in datapackage.problems(data_folder) if "reference/" not in text]


def test_what_others_described_stays(data_folder):
    (data_folder / "indicators" / "own.csv").write_text("x\n")
    own = {"path": "indicators/own.csv", "title": "Ours", "producer": "we", "sha256": "0", "extra": [1]}
    (data_folder / "datapackage.json").write_text(json.dumps({"name": "ours", "resources": [own]}))
    get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME))
    content = json.loads((data_folder / "datapackage.json").read_text("utf-8"))

    assert content["name"] == "ours" and content["resources"][0] == own
    assert content["resources"][1]["path"] == "indicators/phs-delayed-discharges_2026-11-25.csv"


def test_a_new_release_takes_the_older_one_out_of_use(data_folder):
    first, _ = get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME))
    revised = DELAYED.replace(",236,p,", ",240,,")
    second, _ = get(data_folder, "phs-delayed-discharges", ckan(revised, name=NAME), today=LATER)
    folder = read_indicator_folder(data=data_folder, today=LATER)
    superseded = datapackage.describe("superseded/phs-delayed-discharges_2026-11-25.csv", data_folder)

    assert folder.files["file"].tolist() == ["phs-delayed-discharges_2026-12-09.csv"]
    assert 240 in folder.indicators["value"].tolist() and 236 not in folder.indicators["value"].tolist()
    assert ",236,p," in (data_folder / "superseded" / Path(first.file).name).read_text("utf-8")
    assert "superseded on 2026-12-09" in superseded.status_note
    assert not [text for text in datapackage.problems(data_folder) if "reference/" not in text]
    assert second.notes[-1] == "phs-delayed-discharges_2026-11-25.csv is out of use and kept in superseded/"


def test_the_same_answer_changes_nothing(data_folder):
    get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME))
    before = {path: path.read_bytes() for path in data_folder.rglob("*") if path.is_file()}
    result, _ = get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME), today=LATER)

    assert (result.state, result.file) == ("unchanged", "indicators/phs-delayed-discharges_2026-11-25.csv")
    assert {path: path.read_bytes() for path in data_folder.rglob("*") if path.is_file()} == before


def test_a_folder_without_figures_of_its_own_keeps_those_of_the_project(tmp_path):
    (tmp_path / "assessments").mkdir()
    before = read_indicator_folder(data=tmp_path, today=TODAY)
    result, _ = get(tmp_path, "statistics-gov-scot-life-expectancy", sparql(LIFE))
    after = read_indicator_folder(data=tmp_path, today=TODAY)

    assert set(after.files["file"]) == {*before.files["file"], "statistics-gov-scot-life-expectancy_2026-11-25.csv"}
    assert len(after.indicators) == len(before.indicators) + 4
    assert "copied into its indicators/" in " ".join(result.notes)
    assert datapackage.problems(tmp_path) == []


def test_a_failure_leaves_a_folder_without_figures_as_it_was(tmp_path):
    (tmp_path / "assessments").mkdir()
    result, _ = get(tmp_path, "statistics-gov-scot-life-expectancy", lambda request: Reply(b"Query timed out"))
    assert result.state == "failed"
    assert [path.name for path in tmp_path.iterdir()] == ["assessments"]


def test_what_a_killed_fetch_left_is_cleared_and_two_at_once_are_refused(data_folder):
    (data_folder / "indicators" / ".fetch-x").mkdir()
    get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name=NAME))
    assert [path.name for path in (data_folder / "indicators").iterdir()] == ["phs-delayed-discharges_2026-11-25.csv"]
    with publish.lock(fetch._lock_folder(data_folder), "first"):
        done = atlas("fetch", "phs-population", "--data", data_folder, "--address", "ckan=http://127.0.0.1:9")
    assert done.returncode == 75 and "first" in done.stderr


# --- the command ---


def test_the_sources_are_listed():
    done = atlas("fetch", "--list")
    assert done.returncode == 0
    for source in sources.load_sources().values():
        (line,) = [line for line in done.stdout.splitlines() if line.startswith(f"{source.id} ")]
        assert source.producer.split(",")[0].split(" for ")[0] in line


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("phs-populaton",), "did you mean 'phs-population'"),
        ((), "Name a source"),
        (("phs-population", "--address", "ckan=http://example.org"), "only https is"),
        (("phs-population", "--address", "ckan=ftp://127.0.0.1/x"), "only https is"),
        (("phs-population", "--address", "ckan=file:///etc/passwd"), "only https is"),
        (("phs-population", "--address", "http://127.0.0.1:1"), "KIND=URL"),
        (("phs-population", "--address", "ckan=https://me:secret@example.org"), "name and a password"),
        (("phs-population", "--data", "/no/such/folder"), "no data folder"),
    ],
)
def test_wrong_usage_is_said_in_words_and_ends_with_2(words, says):
    done = CliRunner().invoke(cli.app, ["fetch", *words])
    assert done.exit_code == 2 and says in done.stderr and "secret" not in done.stderr


def test_one_failed_source_leaves_the_others_written_and_is_named(data_folder):
    def answers(request):
        if request.path == "/sparql":
            return Reply(b'{"error": "no such thing"}', status=400)
        return ckan(DELAYED, name=NAME)(request)

    with serve(answers) as (address, _):
        mirrors = ["--address", f"ckan={address}", "--address", f"sparql={address}"]
        ids = ["statistics-gov-scot-life-expectancy", "phs-delayed-discharges"]
        done = atlas("fetch", *ids, "--data", data_folder, *mirrors)

    assert done.returncode == 1
    assert "statistics-gov-scot-life-expectancy: failed: it answered with status 400: no such thing." in done.stderr
    assert done.stdout.startswith("1 of 2 sources fetched; not statistics-gov-scot-life-expectancy:")
    assert len(list((data_folder / "indicators").glob("phs-delayed-discharges_*.csv"))) == 1


# --- the register of sources ---


def test_the_declared_sources_are_whole():
    for source in sources.load_sources().values():
        assert source.page.startswith("https://") and source.address.startswith("https://")
        assert "Open Government Licence" not in source.licence or "Open Government Licence" in source.attribution


def test_the_columns_that_a_layout_needs_are_asked_for():
    from helpers.ingest import layouts

    known = {layout.id: layout for layout in layouts.layouts()}
    wanted = {"phs-delayed-discharges": "phs-delayed-discharges", "fingertips-life-expectancy": "fingertips"}
    for id_, layout in wanted.items():
        assert set(known[layout].needs) <= set(sources.load_sources()[id_].columns)


@pytest.mark.skipif(not (SHARED / "scotland").is_dir(), reason="the catalogue is not here")
def test_names_and_ids_of_tables_are_those_of_the_catalogue():
    with gzip.open(SHARED / "scotland" / "open_data_catalogue_2024-10.csv.gz", "rt", encoding="utf-8") as file:
        known = {row["resource_id"]: row for row in csv.DictReader(file)}
    for source in sources.load_sources().values():
        if source.kind == "ckan":
            row = known[source.ask["resource_id"]]
            assert (row["resource"], row["page"].rpartition("/")[2]) == (source.ask["resource"], source.ask["dataset"])


def test_eurostat_is_asked_for_areas_of_the_register_only():
    from helpers.reference import regions

    codes = set(regions.load_regions()["area_code"])
    for source in sources.load_sources().values():
        if source.kind == "json-stat":
            assert set(source.ask["filters"]["geo"]) <= codes
            assert set(source.ask["filters"]) | {"time"} == set(source.columns)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("kind: ckan", "kind: soap", 1), "the kind 'soap' is none of"),
        (lambda text: text.replace("licence:", "license:", 1), "licence is missing"),
        (lambda text: text.replace("id: phs-population\n", "id: phs-delayed-discharges\n"), "twice"),
        (lambda text: text.replace("https://www.opendata", "http://www.opendata", 1), "only https is"),
        (lambda text: text.replace("id: phs-population\n", "id: ../x\n"), "small letters"),
        (lambda text: "a: [", "cannot be read"),
        (lambda text: "just words", "not a list"),
    ],
)
def test_a_register_that_is_not_whole_is_refused_with_the_entry(data_folder, change, says):
    file = data_folder / "reference" / "sources.yaml"
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    with pytest.raises(sources.SourceError, match=says):
        sources.load_sources(data_folder)
    assert CliRunner().invoke(cli.app, ["fetch", "--list", "--data", str(data_folder)]).exit_code == 2


def test_the_name_of_a_table_finds_it_anew_and_the_id_is_the_second_way(data_folder):
    declared = "513d2d71-cf73-458e-8b44-4fa9bccbf50a"
    result, _ = get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name="Bed days (new)", id_=declared))
    assert result.state == "written" and "the table is now called 'Bed days (new)'" in result.notes
    gone, _ = get(data_folder, "phs-delayed-discharges", ckan(DELAYED, name="Delayed Discharge Beds by Council"))
    assert gone.message.startswith("the data set delayed-discharges-in-nhsscotland has no table called")
    assert "the nearest is 'Delayed Discharge Beds by Council'" in gone.message


def test_an_unreadable_description_stops_it_before_anything_is_asked(data_folder):
    (data_folder / "datapackage.json").write_text("{")
    with pytest.raises(placing.PlacingError, match="mend it first"):
        get(data_folder, "phs-delayed-discharges", lambda request: as_json({}))


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:80", "http://localhost/x/", "http://[::1]:8", "https://example.org"]
)
def test_addresses_that_are_asked(text):
    assert client.check_address(text) == text.rstrip("/")


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1.example.org", "http://10.0.0.1", "", "//x", "javascript:1", "https://"]
)
def test_addresses_that_are_not_asked(text):
    with pytest.raises(FetchError):
        client.check_address(text)
