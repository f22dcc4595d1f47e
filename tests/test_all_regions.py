"""Every region's assessments at once: a bad file takes no other down, and files called alike stay apart."""

import shutil

from helpers.ingest import all_regions
from helpers.reference import paths


def test_files_of_two_regions_with_one_name_stay_apart_and_a_bad_one_is_only_refused(tmp_path):
    for region in ("flanders", "basque-country"):
        (tmp_path / "assessments" / region).mkdir(parents=True)
        source = next(paths.assessments(region).glob("*.xlsx"))
        shutil.copy(source, tmp_path / "assessments" / region / "workshop.xlsx")
    (tmp_path / "assessments" / "fife").mkdir()
    (tmp_path / "assessments" / "fife" / "workshop.xlsx").write_bytes(b"PK\x03\x04 cut off")
    read = all_regions.read_all_assessments(data=tmp_path)
    states = dict(zip(read.files["file"], read.files["state"], strict=True))
    assert states == {
        "fife/workshop.xlsx": "refused",
        "basque-country/workshop.xlsx": "used",
        "flanders/workshop.xlsx": "used",
    }
    assert set(read.ratings["file"]) == {"basque-country/workshop.xlsx", "flanders/workshop.xlsx"}
    assert read.ratings.groupby("file")["region"].nunique().eq(1).all()
    refused = [found for found in read.findings if found.has_errors]
    assert [found.file for found in refused] == ["fife/workshop.xlsx"]
    assert {item.file for item in refused[0]} == {"fife/workshop.xlsx"}


def test_a_data_folder_without_assessments_gives_empty_tables(tmp_path):
    read = all_regions.read_all_assessments(data=tmp_path)
    assert read.ratings.empty and read.files.empty and read.findings == []
