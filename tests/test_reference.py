"""The declared things as modules: paths, models, regions, indicators, descriptions of files."""

import json
import subprocess
import sys

import pytest

from helpers.reference import datapackage, indicators, models, paths, regions

MODEL = """
id: {id}
name: "A model"
kind: adapted
generation: "Test"
scale_minimum: 1
scale_maximum: 3
wording_note: ""
official_url: ""
source: "test"
dimensions:
  - {{code: one, name: "One", short_name: "One", comparable_with_exchange: "{comparable}", levels: {levels}}}
  - {{code: {second}, name: "Two", short_name: "Two", comparable_with_exchange: "no"}}
"""


@pytest.fixture
def folder(tmp_path):
    """A data folder of somebody's own, with a reference folder and no model yet."""
    (tmp_path / "reference" / "models").mkdir(parents=True)
    return tmp_path


def write_model(folder, name="own", **changes):
    fields = {"id": "own", "comparable": "no", "levels": "{1: low, 3: high}", "second": "two"} | changes
    (folder / "reference" / "models" / f"{name}.yaml").write_text(MODEL.format(**fields), encoding="utf-8")


# paths


def test_the_projects_own_data_folder_is_found_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.delenv(paths.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert (paths.data() / "datapackage.json").is_file()
    assert paths.data().is_absolute()


def test_a_named_folder_wins_over_the_environment(monkeypatch, tmp_path):
    named, other = tmp_path / "named", tmp_path / "other"
    named.mkdir(), other.mkdir()
    monkeypatch.setenv(paths.ENVIRONMENT_VARIABLE, str(other))
    assert paths.data() == other
    assert paths.data(named) == named


def test_a_data_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no data folder .*missing"):
        paths.data(tmp_path / "missing")


def test_a_folder_of_spreadsheets_alone_uses_the_projects_register(tmp_path):
    assert paths.reference(tmp_path) == paths.project() / "data" / "reference"
    assert paths.assessments("midlothian", tmp_path) == tmp_path / "assessments" / "midlothian"


@pytest.mark.parametrize("region", ["../secret", "/etc", "Midlothian", "a/b", "a\n", "-x", "café"])
def test_no_region_leads_out_of_the_data_folder(region):
    with pytest.raises(ValueError, match="is not a region id"):
        paths.assessments(region)


def test_paths_models_and_regions_import_without_pandas():
    code = (
        "import sys; from helpers.reference import paths, models, regions, indicators, datapackage;"
        "models.load_model(); regions.region('midlothian'); regions.find_region('Fife');"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# models


def test_a_model_is_read_once_and_has_its_parts():
    model = models.load_model("scirocco-exchange")
    assert model is models.load_model()
    assert model.levels == (0, 1, 2, 3, 4, 5)
    assert model.names["process"] == "Process Coordination"
    assert model.dimension("process").order == 4
    assert "Standardisation & Simplification" in model.dimension("process").former_names
    assert hash(model) == hash(models.load_model())


def test_the_default_model_comes_first():
    assert models.model_ids()[0] == models.default_model_id
    assert list(models.load_models()) == models.model_ids()


def test_an_unknown_model_and_dimension_get_a_suggestion():
    with pytest.raises(models.UnknownModel, match="did you mean 'scirocco-exchange'") as caught:
        models.load_model("scirocco-exchnge")
    assert caught.value.suggestion == "scirocco-exchange"
    with pytest.raises(models.UnknownDimension, match="did you mean 'funding'") as caught:
        models.load_model().dimension("Fundng")
    assert caught.value.suggestion == "funding"
    with pytest.raises(ValueError, match="known are scirocco-exchange"):
        models.load_model("../../etc/passwd")


def test_neither_twelve_dimensions_nor_a_scale_from_0_to_5_is_assumed(folder):
    write_model(folder)
    model = models.load_model("own", folder)
    assert model.levels == (1, 2, 3)
    assert model.codes == ("one", "two")
    assert model.dimension("one").levels == {1: "low", 2: "", 3: "high"}
    assert models.model_ids(folder) == ["own"]


def test_a_model_that_contradicts_itself_is_refused_with_every_problem(folder):
    write_model(folder, id="other", comparable="perhaps", levels="{0: none}", second="one")
    with pytest.raises(models.ModelError) as caught:
        models.load_model("own", folder)
    for problem in ("'one' stands twice", "[0] are not on the scale", "'perhaps'", "its id is 'other'"):
        assert problem in str(caught.value)


def test_an_adapted_edition_takes_over_the_dimensions_of_its_base():
    adapted, base = models.load_model("demonstration-8"), models.load_model()
    assert len(adapted.dimensions) == 8
    assert [d.order for d in adapted.dimensions] == list(range(1, 9))
    assert adapted.dimension("population").levels == base.dimension("population").levels


# regions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("midlothian", "midlothian"),
        (" MIDLOTHIAN ", "midlothian"),
        ("s12000019", "midlothian"),
        ("Argyll & Bute", "argyll-and-bute"),
        ("Argyll and Bute", "argyll-and-bute"),
        ("S00000001", "scotland"),
        ("S92000003", "scotland"),
        ("S12000015", "fife"),
        ("Kosice", "slovakia-kosice"),
        ("Slovakia (Košice)", "slovakia-kosice"),
        ("Western Isles", "na-h-eileanan-siar"),
        ("Midlothain", None),
        ("", None),
        ("-", None),
        ("=1+1", None),
    ],
)
def test_a_region_is_found_by_id_name_or_code_and_never_guessed(text, expected):
    assert regions.find_region(text) == expected


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [("midlothain", "midlothian"), ("Midlothian", "midlothian"), ("Orkny", "orkney-islands"), ("zzz", "")],
)
def test_an_unknown_region_gets_a_suggestion(wrong, suggestion):
    with pytest.raises(regions.UnknownRegion) as caught:
        regions.region(wrong)
    assert isinstance(caught.value, ValueError)
    assert caught.value.suggestion == suggestion


def test_a_region_knows_its_comparator():
    midlothian = regions.region("midlothian")
    assert (midlothian.comparator, midlothian.area_code) == ("council-areas", "S12000019")
    assert midlothian.is_exchange_region
    assert regions.region("fife").other_codes == ("S12000015",)


def test_tables_are_copies():
    for load in (regions.load_regions, indicators.load_register, indicators.load_outcomes, regions.tiles):
        spoilt = load()
        spoilt.loc[:, spoilt.columns[0]] = spoilt.iloc[0, 0]
        assert not load().equals(spoilt)


def test_the_register_in_a_data_folder_of_ones_own_is_used(folder):
    header = (paths.reference() / "regions.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([header[0], header[1].replace("scotland,Scotland", "atlantis,Atlantis")])
    (folder / "reference" / "regions.csv").write_text(text + "\n", encoding="utf-8")
    assert regions.region_ids(folder) == ["atlantis"]
    assert regions.find_region("midlothian", folder) is None


# indicators


def test_an_indicator_is_found_by_code_and_by_the_names_of_its_sources():
    assert indicators.find_indicator("life_expectancy") == "life_expectancy"
    assert indicators.find_indicator("Life expectancy, males") == "life_expectancy"
    assert indicators.find_indicator("deaths all ages ") == "deaths_all_ages"
    with pytest.raises(indicators.UnknownIndicator, match="did you mean 'life_expectancy'"):
        indicators.find_indicator("life_expectency")
    with pytest.raises(indicators.UnknownIndicator, match=r"indicators\.csv"):
        indicators.find_indicator("")


# descriptions of files


@pytest.fixture
def described(tmp_path):
    """A data folder with one described file."""
    (tmp_path / "a.csv").write_text("x\n1\n")
    entry = {"path": "a.csv", "title": "A", "sha256": datapackage.sha256(tmp_path / "a.csv"), "status": "compiled"}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [entry]}))
    return tmp_path


def test_a_file_is_described_by_its_path(described):
    assert datapackage.describe(described / "a.csv", described).title == "A"
    assert datapackage.describe("a.csv", described).status == "compiled"
    assert datapackage.describe(described / "b.csv", described) is None
    assert datapackage.describe("/elsewhere/a.csv", described) is None


def test_a_folder_without_descriptions_claims_nothing(tmp_path):
    (tmp_path / "mine.xlsx").write_bytes(b"x")
    assert datapackage.describe(tmp_path / "mine.xlsx", tmp_path) is None


def test_a_changed_a_missing_and_an_undescribed_file_are_told(described, capsys):
    assert datapackage.main(["--data", str(described)]) == 0
    (described / "a.csv").write_text("x\n2\n")
    (described / "b.csv").write_text("x\n")
    assert datapackage.main(["--data", str(described)]) == 1
    told = capsys.readouterr().out
    assert "a.csv: the file is not the one that was described" in told
    assert "b.csv: not described" in told
    (described / "b.csv").unlink()
    assert datapackage.main(["--data", str(described), "--update"]) == 0
    (described / "a.csv").unlink()
    assert datapackage.problems(described) == ["a.csv: described, but there is no such file"]


def test_lock_files_of_spreadsheet_programs_and_workshops_need_no_description(described):
    (described / "~$a.xlsx").write_bytes(b"")
    (described / ".DS_Store").write_bytes(b"")
    (described / "workshops" / "midlothian").mkdir(parents=True)
    (described / "workshops" / "midlothian" / "workshop.sqlite").write_bytes(b"")
    assert datapackage.problems(described) == []


def test_a_region_without_a_name_is_refused_with_its_line(tmp_path):
    text = paths.reference_file("regions.csv").read_text("utf-8").splitlines()
    row = text[1].split(",")
    (tmp_path / "reference").mkdir()
    nameless = ",".join(["nowhere", " ", *row[2:]])
    (tmp_path / "reference" / "regions.csv").write_text("\n".join([*text, nameless]) + "\n", "utf-8")
    with pytest.raises(regions.RegisterError, match=f"line {len(text) + 1}: nowhere has no region_name"):
        regions.load_regions(tmp_path)


@pytest.mark.parametrize("id_", ["regions-compared", "conditions"])
def test_a_region_with_the_name_of_something_else_is_refused_with_its_line(tmp_path, id_):
    text = paths.reference_file("regions.csv").read_text("utf-8").splitlines()
    (tmp_path / "reference").mkdir()
    taken = ",".join([id_, *text[1].split(",")[1:]])
    (tmp_path / "reference" / "regions.csv").write_text("\n".join([*text, taken]) + "\n", "utf-8")
    with pytest.raises(regions.RegisterError, match=f"line {len(text) + 1}: '{id_}' is the name of"):
        regions.load_regions(tmp_path)


def test_the_project_describes_its_own_files_for_a_data_folder_that_has_none(tmp_path):
    (tmp_path / "assessments").mkdir()
    ours = next(paths.indicators(tmp_path).glob("scotpho*.csv"))
    known = datapackage.describe(ours, tmp_path)
    assert known is not None and "Open Government Licence" in known.licence
    assert datapackage.describe(tmp_path / "assessments" / "x.csv", tmp_path) is None


def test_a_copy_of_a_shipped_file_is_known_by_its_bytes_and_a_changed_one_is_not(tmp_path):
    shipped = paths.indicators() / "scotpho_quintiles_2023-02.csv"
    folder = tmp_path / "indicators"
    folder.mkdir()
    copy = folder / shipped.name
    copy.write_bytes(shipped.read_bytes())
    known = datapackage.describe(copy, tmp_path)
    assert known is not None and known.status == "compiled" and "ScotPHO" in known.producer
    assert not paths.leaves_out_shipped(tmp_path)
    copy.write_bytes(shipped.read_bytes() + b"\n")
    assert datapackage.describe(copy, tmp_path) is None
    copy.rename(folder / "own.csv")
    assert paths.leaves_out_shipped(tmp_path) and not paths.leaves_out_shipped()
