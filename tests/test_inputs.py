"""What goes into a report: every file that it opens is in its key, and a byte changes the right keys alone."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from helpers.batch import inputs, plan, region
from helpers.batch.inputs import Inputs, is_whole, output_files
from helpers.reference import paths, regions
from helpers.reference.register_ids import COMPARED_ID

TODAY = date(2026, 3, 14)
HERE = Path(__file__).parent
SOURCE, NOTEBOOKS = paths.project() / "src" / "helpers", paths.project() / "notebooks"
OPENED = {
    "01_maturity": (
        "assessments/midlothian/midlothian_2025.xlsx",
        "indicators/scotpho_councils_2024-10.csv",
        "reference/needs.csv",
    ),
    "02_population_needs": (
        "demand/midlothian.csv",
        "demand/conditions.csv",
        "together/midlothian.csv",
        "datapackage.json",
    ),
    "05_regions_compared": ("assessments/flanders/flanders_2024.xlsx", "assessments/midlothian/midlothian_2023.xlsx"),
    "": ("assessments/midlothian/midlothian_2025.xlsx", "demand/midlothian.csv"),
}
HEAVY = ("pandas", "numpy", "nbformat", "papermill", "matplotlib", "yaml", "scipy", "pyarrow")
M1, M2 = "midlothian 01_maturity", "midlothian 02_population_needs"
F1, F2 = "fife 01_maturity", "fife 02_population_needs"
C5, SHARED = "regions-compared 05_regions_compared", "shared"
EVERYTHING = {M1, M2, F1, F2, C5, SHARED}


def test_nothing_heavy_is_loaded_for_it():
    program = (
        "import sys, datetime; from helpers.batch.inputs import Inputs; from helpers.reference import paths; "
        "state = Inputs.of(paths.data(), today=datetime.date(2026, 3, 14)); "
        "[state.region_key(id_) for id_ in state.everything()]; state.shared_key(); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# every file that is opened is covered


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Path:
    """A data folder with a file of every kind; what is declared is the project's, but for one table of its own."""
    folder = tmp_path_factory.mktemp("given")
    for part in ("assessments", "indicators"):
        shutil.copytree(paths.data() / part, folder / part)
    (folder / "reference").mkdir()
    shutil.copy(paths.reference() / "needs.csv", folder / "reference")
    shutil.copy(paths.data() / "datapackage.json", folder)
    for name, text in {
        "demand/midlothian.csv": "group,arrivals_per_day,stay_days\nall ages,4,6\n",
        "demand/conditions.csv": "condition,arrivals,stay\nnow,1,1\nwinter,1.2,1\n",
        "demand/fife.csv": "group,arrivals_per_day,stay_days\nall ages,4,6\n",
        "together/midlothian.csv": "person,service\n1,nurse\n1,day care\n2,nurse\n3,none\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def opened(notebook: Path | str, id_: str, data: Path, trace: Path) -> tuple[set[Path], set[Path]]:
    """The files of ours that a chapter opens, and the folders that it lists."""
    told = [sys.executable, str(HERE / "traced_chapter.py"), str(notebook), id_, str(data), str(trace)]
    env = {name: text for name, text in os.environ.items() if not name.startswith("CARE_ATLAS")}
    done = subprocess.run(told, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = (trace.read_text("utf-8") + done.stdout).splitlines()
    ours = (data, SOURCE, NOTEBOOKS, paths.project() / "data")
    found = {"file": set(), "folder": set()}
    for kind, _, name in (line.partition(" ") for line in lines):
        path = Path(importlib.util.source_from_cache(name) if name.endswith(".pyc") else name)
        if kind in found and "__pycache__" not in path.parts and any(path.is_relative_to(one) for one in ours):
            found[kind].add(path)
    return found["file"], found["folder"]


@pytest.mark.parametrize(
    ("id_", "chapter"),
    [
        ("midlothian", "01_maturity"),
        ("midlothian", "02_population_needs"),
        (COMPARED_ID, "05_regions_compared"),
        ("midlothian", ""),
    ],
)
def test_every_file_that_is_opened_is_in_the_key(id_, chapter, given, tmp_path):
    notebook = NOTEBOOKS / f"{chapter}.ipynb" if chapter else "-"
    files, folders = opened(notebook, id_, given, tmp_path / "trace.txt")
    covered = Inputs.of(given, today=TODAY).covered(id_)
    known = covered[chapter] if chapter else set.union(*covered.values())
    assert {path for path in files if path.is_file()} - known == set()
    above = {folder for path in known for folder in path.parents}
    assert folders - above - {paths.project() / "data" / "indicators"} == set()  # its names are in all keys
    assert {given / name for name in OPENED[chapter]} <= files  # so it was heard what is opened
    assert any(path.is_relative_to(SOURCE / "ingest") for path in files)
    assert any(path.is_relative_to(paths.reference()) for path in files)


def test_a_data_folder_without_its_own_rests_on_the_projects_files(tmp_path):
    (tmp_path / "assessments" / "fife").mkdir(parents=True)
    covered = Inputs.of(tmp_path, today=TODAY).covered("fife")["01_maturity"]
    assert set(paths.reference().glob("*.*")) < covered
    assert set(paths.indicators().glob("*.csv")) < covered
    (tmp_path / "indicators").mkdir()
    covered = Inputs.of(tmp_path, today=TODAY).covered("fife")["01_maturity"]
    assert not set(paths.indicators().glob("*.csv")) & covered


def test_the_chapters_are_those_of_a_run():
    state = Inputs.of(paths.data(), today=TODAY)
    assert list(state.chapter_keys("fife")) == [kind.name for kind in plan.CHAPTERS]
    assert list(state.chapter_keys(COMPARED_ID)) == [plan.COMPARED.name]
    assert state.everything() == [*regions.region_ids(), COMPARED_ID]
    covered = [path for id_ in ("fife", COMPARED_ID) for files in state.covered(id_).values() for path in files]
    live = {NOTEBOOKS / "06_workshop.ipynb"}  # makes no report
    assert {path for path in covered if path.suffix == ".ipynb"} == set(NOTEBOOKS.glob("*.ipynb")) - live


@pytest.mark.parametrize("id_", ["midlothian", COMPARED_ID])
def test_what_the_chapters_are_told_is_in_the_key(id_, tmp_path):
    for data, named in ((paths.data(), ""), (tmp_path, str(tmp_path))):
        order = region.Order(id_, str(data), "folder", TODAY.isoformat(), "key", {})
        item = plan.RegionWork(plan.Everyone(id_, "All") if id_ == COMPARED_ID else regions.region(id_))
        told = region.parameters(item, order)
        assert told.pop("today") == "2026-03-14"
        assert told == inputs.told(id_, named)


# what changes which key


@pytest.fixture
def small(tmp_path) -> Path:
    """A folder with data, code and notebooks, each file with a few bytes of its own."""
    folder = tmp_path / "small"
    shutil.copytree(paths.reference(), folder / "data" / "reference")
    for name in (
        "data/assessments/midlothian/workshop.xlsx",
        "data/assessments/midlothian/2024/second.csv",
        "data/assessments/fife/workshop.xlsx",
        "data/assessments/fife/README.md",
        "data/assessments/nowhere/workshop.xlsx",
        "data/indicators/scotpho.csv",
        "data/superseded/scotpho.csv",
        "data/demand/midlothian.csv",
        "data/demand/conditions.csv",
        "data/together/fife.csv",
        "code/scoring/rates.py",
        "code/batch/templates/style.css",
        "code/scoring/__pycache__/rates.pyc",
        *(f"notebooks/{path.name}" for path in NOTEBOOKS.glob("*.ipynb")),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"bytes of {name}".encode())
    names = ("assessments/midlothian/workshop.xlsx", "assessments/fife/workshop.xlsx", "indicators/scotpho.csv")
    described = [{"path": name, "title": f"Title of {name}", "sha256": "0"} for name in names]
    (folder / "data" / "datapackage.json").write_text(json.dumps({"resources": described}), encoding="utf-8")
    return folder


def state_of(folder: Path, **others) -> Inputs:
    own = {"today": TODAY, "code": folder / "code", "notebooks": folder / "notebooks"}
    return Inputs.of(folder / "data", **own | others)


def keys_of(folder: Path, **others) -> dict[str, str]:
    """All keys of two regions, of the page of all regions, and of what is shared."""
    state, ids = state_of(folder, **others), ("midlothian", "fife", COMPARED_ID)
    each = {f"{id_} {name}": key for id_ in ids for name, key in state.chapter_keys(id_).items()}
    whole = {id_: state.region_key(id_) for id_ in ids}
    assert state.compared_key() == whole[COMPARED_ID] and len({*each.values(), *whole.values()}) == 8
    return {**each, SHARED: state.shared_key(), **whole}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The keys of chapters that differ; a region's key differs where that of one of its chapters does."""
    found = {name for name in before if before[name] != after[name]}
    chapters = found & EVERYTHING
    assert found - chapters == {name.partition(" ")[0] for name in chapters - {SHARED}}
    return chapters


@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data/assessments/midlothian/workshop.xlsx", {M1, C5}),
        ("data/assessments/midlothian/2024/second.csv", {M1, C5}),
        ("data/assessments/fife/workshop.xlsx", {F1, C5}),
        ("data/assessments/fife/README.md", set()),
        ("data/assessments/nowhere/workshop.xlsx", set()),
        ("data/indicators/scotpho.csv", EVERYTHING),
        ("data/superseded/scotpho.csv", set()),
        ("data/demand/midlothian.csv", {M2}),
        ("data/demand/conditions.csv", {M2}),
        ("data/together/fife.csv", {F2}),
        ("data/reference/needs.csv", EVERYTHING),
        ("data/reference/models/b3.yaml", EVERYTHING),
        ("code/scoring/rates.py", EVERYTHING),
        ("code/batch/templates/style.css", EVERYTHING),
        ("code/scoring/__pycache__/rates.pyc", set()),
        ("notebooks/01_maturity.ipynb", {M1, F1}),
        ("notebooks/02_population_needs.ipynb", {M2, F2}),
        ("notebooks/05_regions_compared.ipynb", {C5}),
    ],
)
def test_one_byte_of_a_file_changes_these_keys(small, name, expected, at):
    before, content = keys_of(small), bytearray((small / name).read_bytes())
    content[at] ^= 1
    (small / name).write_bytes(content)
    assert changed(before, keys_of(small)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data/assessments/midlothian/another.xlsx", {M1, C5}),
        ("data/assessments/midlothian/~$workshop.xlsx", set()),
        ("data/assessments/angus/workshop.xlsx", {C5}),
        ("data/assessments/elsewhere/workshop.xlsx", {SHARED}),
        ("data/indicators/another.csv", EVERYTHING),
        ("data/demand/fife.csv", {F2}),
        ("data/demand/angus.csv", set()),
        ("data/reference/another.csv", EVERYTHING),
        ("code/another.py", EVERYTHING),
        ("data/notes.txt", set()),
    ],
)
def test_a_file_that_is_there_or_gone_changes_these_keys(small, name, expected):
    without = keys_of(small)
    (small / name).parent.mkdir(exist_ok=True)
    (small / name).write_bytes(b"new")
    there = keys_of(small)
    assert changed(without, there) == expected
    (small / name).unlink()
    if not any((small / name).parent.iterdir()):
        (small / name).parent.rmdir()
    assert keys_of(small) == without


def test_names_count_and_times_do_not(small):
    before, file = keys_of(small), small / "data/assessments/midlothian/workshop.xlsx"
    os.utime(file, (1, 1))
    assert keys_of(small) == before
    file.rename(file.with_name("renamed.xlsx"))
    assert changed(before, keys_of(small)) == {M1, C5}
    before, file = keys_of(small), small / "code/scoring/rates.py"
    file.rename(file.with_name("rate.py"))
    assert changed(before, keys_of(small)) == EVERYTHING


def test_two_files_that_change_places_change_the_key(small):
    folder = small / "data" / "indicators"
    (folder / "other.csv").write_bytes(b"other")
    before = keys_of(small)
    (folder / "other.csv").rename(folder / "x")
    (folder / "scotpho.csv").rename(folder / "other.csv")
    (folder / "x").rename(folder / "scotpho.csv")
    assert changed(before, keys_of(small)) == EVERYTHING


def test_the_day_changes_no_key_and_the_libraries_all(small):
    before = keys_of(small)
    assert keys_of(small, today=date(2031, 1, 1)) == before
    assert changed(before, keys_of(small, libraries="others")) == EVERYTHING


def test_a_region_is_told_apart_from_another_with_the_same_files(small):
    for id_ in ("moray", "angus"):
        shutil.copytree(small / "data/assessments/fife", small / f"data/assessments/{id_}")
    state = state_of(small)
    one, other = state.chapter_keys("moray"), state.chapter_keys("angus")
    assert not set(one.values()) & set(other.values())


@pytest.mark.parametrize(
    ("entry", "column", "value", "expected"),
    [
        (0, "title", "Another", {M1, C5}),
        (1, "title", "Another", {F1, C5}),
        (2, "title", "Another", EVERYTHING),
        (1, "sha256", "1", {F1, C5}),
        (1, "path", "assessments/angus/workshop.xlsx", {F1, C5}),
    ],
)
def test_a_description_changes_the_keys_of_those_who_read_its_file(small, entry, column, value, expected):
    before, file = keys_of(small), small / "data" / "datapackage.json"
    content = json.loads(file.read_text("utf-8"))
    content["resources"][entry][column] = value
    file.write_text(json.dumps(content), encoding="utf-8")
    assert changed(before, keys_of(small)) == expected


def test_a_description_of_the_same_bytes_elsewhere_counts(small):
    before, file = keys_of(small), small / "data" / "datapackage.json"
    content = json.loads(file.read_text("utf-8"))
    sha256 = inputs.publish.sha256(small / "data/assessments/fife/workshop.xlsx")
    content["resources"].append({"path": "assessments/angus/workshop.xlsx", "sha256": sha256, "title": "A copy"})
    file.write_text(json.dumps(content), encoding="utf-8")
    assert changed(before, keys_of(small)) == {F1, C5}
    file.write_text("no description", encoding="utf-8")
    assert changed(before, keys_of(small)) == EVERYTHING


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_counts_as_what_it_leads_to(small, tmp_path):
    file, other = small / "data/assessments/midlothian/workshop.xlsx", tmp_path / "elsewhere.xlsx"
    file.rename(other)
    file.symlink_to(other)
    before = keys_of(small)
    other.write_bytes(b"new bytes")
    assert changed(before, keys_of(small)) == {M1, C5}
    before = keys_of(small)
    (small / "data/assessments/fife/loop").symlink_to(small / "data/assessments/fife")
    assert changed(before, keys_of(small)) == {F1, C5}
    before = keys_of(small)
    os.mkfifo(small / "data/indicators/pipe.csv")  # would block whoever opens it
    assert changed(before, keys_of(small)) == EVERYTHING


def test_what_is_installed_counts(tmp_path):
    program = "from helpers.batch import fingerprints; print(fingerprints.libraries())"
    found = []
    for version in ("1.0", "1.0", "1.1"):
        folder = tmp_path / version / "site-packages"
        (folder / f"library-{version}.dist-info").mkdir(parents=True, exist_ok=True)
        env = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(SOURCE.parent)])}
        done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
        found.append(done.stdout)
    assert found[0] == found[1] != found[2]


# whether a report is still the one to have


@pytest.mark.parametrize(
    ("start", "end", "current"),
    [
        (None, None, True), ("", "", True), ("2026-03-14", "2026-03-15", True), ("2026-03-15", "", False),
        ("", "2026-03-14", False), ("", "2026-03-13", False), ("2020-01-01", "2030-01-01", True),
    ],
)  # fmt: skip
def test_a_report_holds_from_one_day_until_another(small, start, end, current):
    state = state_of(small)
    last = {"key": state.region_key("fife"), "valid_from": start, "valid_until": end}
    assert state.is_current("fife", last) == current
    assert not state.is_current("fife", last | {"key": "another"})
    assert not state.is_current("fife", {})


def test_it_is_seen_when_files_change_while_a_report_is_made(small):
    state = state_of(small)
    for id_ in ("midlothian", "fife", COMPARED_ID):
        state.region_key(id_)
    assert state.is_still("midlothian") and state.is_still("fife") and state.is_still(COMPARED_ID)
    time.sleep(0.02)
    (small / "data/assessments/fife/workshop.xlsx").write_bytes(b"Bytes of data/assessments/fife/workshop.xlsx")
    (small / "data/together/fife.csv").touch()
    assert [state.is_still(id_) for id_ in ("midlothian", "fife", COMPARED_ID)] == [True, False, False]
    (small / "data/assessments/midlothian/more.xlsx").touch()
    assert not state.is_still("midlothian")


@pytest.fixture
def report(tmp_path) -> tuple[Path, dict]:
    folder = tmp_path / "fife"
    (folder / "notebooks").mkdir(parents=True)
    for name in ("index.html", "tables.xlsx", "notebooks/01_maturity.ipynb", "report.json"):
        (folder / name).write_text(f"what {name} holds", encoding="utf-8")
    built = datetime.now(UTC).isoformat(timespec="seconds")
    return folder, {"built": built, "files": output_files(folder)}


def test_a_report_is_whole_as_long_as_its_files_are_those_that_were_written(report):
    folder, last = report
    assert set(last["files"]) == {"index.html", "tables.xlsx", "notebooks/01_maturity.ipynb"}
    assert is_whole(folder, last) and is_whole(folder, last, deep=True)
    assert not is_whole(folder, {}) and not is_whole(folder, {"built": last["built"], "files": {}})
    assert not is_whole(folder.parent / "nowhere", last)
    page, now = folder / "index.html", time.time()
    text = page.read_text("utf-8")
    page.write_text(text.replace("what", "That"), encoding="utf-8")  # as long as it was
    os.utime(page, (now - 60, now - 60))
    assert is_whole(folder, last) and not is_whole(folder, last, deep=True)
    os.utime(page, (now + 60, now + 60))
    assert not is_whole(folder, last)
    page.write_text(text, encoding="utf-8")
    os.utime(page, (now + 60, now + 60))
    assert is_whole(folder, last)
    page.write_text(text + " ", encoding="utf-8")
    assert not is_whole(folder, last)
    page.unlink()
    assert not is_whole(folder, last)
