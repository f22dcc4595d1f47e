"""Ids and names without pandas are those of the whole register."""

import subprocess
import sys

import pytest

from helpers.batch import plan
from helpers.reference import paths, regions, register_ids


def test_ids_and_names_are_those_of_the_whole_register():
    table = regions.load_regions()
    assert register_ids.region_ids() == list(table.index)
    assert register_ids.region_names() == table["region_name"].to_dict()
    assert register_ids.COMPARED_ID == plan.COMPARED_ID and plan.COMPARED_ID not in table.index


def test_a_register_of_a_data_folder_is_read_and_its_faults_are_named(tmp_path):
    shipped = paths.reference_file("regions.csv").read_text("utf-8").splitlines()
    own = tmp_path / "reference" / "regions.csv"
    own.parent.mkdir()
    own.write_text("\n".join(shipped[:3]) + "\n", "utf-8")
    assert register_ids.region_ids(tmp_path) == [line.split(",")[0] for line in shipped[1:3]]
    regions._rows.cache_clear()
    regions._regions.cache_clear()
    own.write_text("\n".join(shipped[:3]) + "\nfife-north,Fife North\n", "utf-8")
    with pytest.raises(regions.RegisterError, match="line 4"):
        register_ids.region_names(tmp_path)


def test_reading_them_loads_no_pandas():
    code = (
        "import sys\nfrom helpers.reference import register_ids\nassert len(register_ids.region_names()) > 40\n"
        "print(*sorted({'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
