"""What was read once in a run comes back exactly as it was read, or not at all."""

import csv
import datetime as dt
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ingest import basis, frames, isolation, kept_answer, readings
from helpers.ingest.all_regions import read_all_assessments
from helpers.ingest.assessments import read_assessments
from helpers.ingest.books import Limits
from helpers.ingest.findings import Findings, Rows
from helpers.ingest.indicators import COLUMNS, FILES, read_indicator_folder
from helpers.reference import paths

resource = pytest.importorskip("resource")

TESTS = Path(__file__).parent
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
TODAY = dt.date(2026, 3, 1)
KEY = "a" * 64
HEADER = "area_code,indicator,period,numerator,denominator,value,lowercl,uppercl,measure"
FIGURE = "S12000019,deaths_all_ages,{period},,,{value},800,1000,rate_per_100000"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and owners are those of POSIX")


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A private folder for readings, in use."""
    folder = tmp_path / "readings"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv(readings.VARIABLE, str(folder))
    return folder


@pytest.fixture
def no_child(monkeypatch):
    """From when it is called on, no child process may start."""
    return lambda: monkeypatch.setattr(isolation, "_start", lambda *_: pytest.fail("a child was started"))


@pytest.fixture
def children(monkeypatch):
    """The child processes that were started."""
    started, start = [], isolation._start
    monkeypatch.setattr(isolation, "_start", lambda *given: started.append(given) or start(*given))
    return started


@pytest.fixture
def data_folder(tmp_path):
    """A data folder with two files of indicators, an assessment, and registers of its own."""
    folder = tmp_path / "data"
    shutil.copytree(paths.reference(), folder / "reference")
    shutil.copytree(paths.assessments("flanders"), folder / "assessments" / "flanders")
    (folder / "indicators").mkdir()
    (folder / "indicators" / "a.csv").write_text("\n".join([HEADER, FIGURE.format(period=2022, value="900.5")]))
    (folder / "indicators" / "b.csv").write_text("\n".join([HEADER, FIGURE.format(period=2021, value="910.5")]))
    return folder


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    strict = {"check_exact": True, "check_index_type": "exact", "check_column_type": "exact"}
    pd.testing.assert_frame_equal(one, other, **strict)
    assert type(one.index) is type(other.index)
    assert one.attrs == other.attrs
    for name in one.columns:
        assert type(one[name].array) is type(other[name].array), name


def same_reading(one, other) -> None:
    for name, part in vars(one).items():
        if isinstance(part, pd.DataFrame):
            same(part, getattr(other, name))
    assert one.findings == other.findings


def values(data, today=TODAY):
    return read_indicator_folder(data=data, today=today).indicators["value"].tolist()


# --- equal ---


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_indicator_folder(today=TODAY),
        lambda: read_assessments("midlothian", today=TODAY),
        lambda: read_all_assessments(today=TODAY),
    ],
    ids=["indicators", "assessments", "all assessments"],
)
def test_what_was_kept_is_what_is_read_without_it(store, monkeypatch, no_child, read):
    monkeypatch.delenv(readings.VARIABLE)
    fresh = read()
    monkeypatch.setenv(readings.VARIABLE, str(store))
    first = read()
    no_child()
    kept = read()

    same_reading(fresh, first)
    same_reading(fresh, kept)
    assert not any(file.stat().st_mode & 0o077 for file in store.iterdir())


def test_official_files_of_every_shape_come_back_as_they_were_read(store, tmp_path, no_child):
    if not SHARED.exists():
        pytest.skip("the official files are not beside the project")
    names = [
        "scotland/scotpho_inequalities_2023-02_lothian_scotland.csv.gz",
        "scotland/nrs_mye_1998_2018_council_sex_single_age.csv.gz",
        "scotland/phs_delayed_discharge_bed_days_council_monthly.csv.gz",
        "scotland/census2022_council_disability.csv",
        "europe/hlth_cd_apr_el_cy.json",
        "scotland/SOURCES.md",
    ]
    (tmp_path / "indicators").mkdir()
    for name in names:
        shutil.copy(SHARED / name, tmp_path / "indicators")
    (tmp_path / "indicators" / "broken.csv").write_text('a,b\n"')
    (tmp_path / "indicators" / "empty.csv").touch()
    fresh = read_indicator_folder(data=tmp_path, today=TODAY)
    no_child()

    same_reading(fresh, read_indicator_folder(data=tmp_path, today=TODAY))
    assert len(fresh.indicators) > 100_000
    assert {"used", "refused"} <= set(fresh.files["state"])


def test_a_kept_table_is_the_callers_own(store, data_folder):
    read_indicator_folder(data=data_folder, today=TODAY)
    kept = read_indicator_folder(data=data_folder, today=TODAY)
    for name in COLUMNS:
        kept.indicators.loc[0, name] = kept.indicators.loc[1, name]
    kept.findings.clear()

    assert values(data_folder) == [900.5, 910.5]
    assert len(read_indicator_folder(data=data_folder, today=TODAY).findings) == 2


def test_a_reading_serves_another_process(store, data_folder):
    read_indicator_folder(data=data_folder, today=TODAY)
    said = run_python(
        "import datetime, pytest; from helpers.ingest import isolation, indicators\n"
        "isolation._start = lambda *_: pytest.fail('a child was started')\n"
        f"read = indicators.read_indicator_folder(data={str(data_folder)!r}, today=datetime.date(2026, 3, 1))\n"
        "print(read.indicators['value'].tolist())"
    )
    assert json.loads(said) == [900.5, 910.5]


TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.just(float("nan")))
ROWS = st.lists(st.tuples(TEXTS, st.floats(), st.one_of(st.none(), st.integers(-(2**40), 2**60)), st.booleans()))


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_what_is_written_is_read_back(rows):
    kinds = {"text": "str", "number": "float64", "count": "Int64", "is_so": "bool"}
    lists = zip(*rows, strict=True) if rows else ([] for _ in kinds)
    columns = {name: pd.Series(list(part), dtype="object") for name, part in zip(kinds, lists, strict=True)}
    frame = pd.DataFrame(columns).astype(kinds)

    same(frame, frames.from_arrow(frames.as_arrow(frame, kinds), kinds))


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.iloc[::-1],
        lambda frame: frame.assign(more=1),
        lambda frame: frame[["b", "a"]],
        lambda frame: frame.astype({"a": "float64"}),
        lambda frame: frame.set_axis(["x", "y"]),
    ],
)
def test_a_table_that_would_come_back_another_is_not_kept(change):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).astype({"a": "int64", "b": "str"})
    frames.as_arrow(frame, {"a": "int64", "b": "str"})
    with pytest.raises(ValueError, match="declared"):
        frames.as_arrow(change(frame), {"a": "int64", "b": "str"})


def test_what_comes_from_arrow_may_be_written_to():
    kinds = {"a": "float64"}
    frame = frames.from_arrow(frames.as_arrow(pd.DataFrame({"a": [1.0, 2.0]}), kinds), kinds)
    frame.loc[0, "a"] = 9.0
    assert frame["a"].tolist() == [9.0, 2.0]


def test_nothing_beside_the_columns_shapes_a_table():
    import pyarrow as pa

    kinds = {"a": "float64"}
    moved = pa.Table.from_pandas(pd.DataFrame({"a": [1.0, 2.0]}, index=pd.RangeIndex(5, 7)))
    frames.from_arrow(moved.replace_schema_metadata(None), kinds)
    with pytest.raises(ValueError, match="declared"):
        frames.from_arrow(moved, kinds)


def test_findings_come_back_with_their_counts():
    first, second = Findings("a.csv", "ab", Rows(5, 2, 1), counted="figures"), Findings("b\udcff.csv")
    first.add("value-missing", sheet="S", cell="B2", value="é\ud800", expected="x", message="blank")
    kept = json.loads(json.dumps(frames.findings_as_data([first, second])))
    assert frames.findings_from_data(kept) == [first, second]


# --- never stale ---


def test_another_day_is_another_reading(store, data_folder):
    def said(day):
        return [sorted(part.codes) for part in read_indicator_folder(data=data_folder, today=day).findings]

    early, late = said(dt.date(2021, 6, 1)), said(dt.date(2040, 1, 1))
    assert early != late
    assert (said(dt.date(2021, 6, 1)), said(dt.date(2040, 1, 1))) == (early, late)


def test_another_region_is_another_reading(store, data_folder):
    shutil.copytree(data_folder / "assessments" / "flanders", data_folder / "assessments" / "fife")

    assert read_assessments("flanders", data=data_folder, today=TODAY).files["state"].tolist() == ["used"]
    assert read_assessments("fife", data=data_folder, today=TODAY).files["state"].tolist() == ["refused"]


def test_other_bytes_a_further_file_or_another_name_are_another_reading(store, data_folder):
    folder = data_folder / "indicators"
    assert values(data_folder) == [900.5, 910.5]
    was = (folder / "a.csv").stat()
    (folder / "a.csv").write_text("\n".join([HEADER, FIGURE.format(period=2022, value="901.5")]))
    os.utime(folder / "a.csv", ns=(was.st_atime_ns, was.st_mtime_ns))  # of the same size too
    assert values(data_folder) == [901.5, 910.5]
    (folder / "c.csv").write_text("\n".join([HEADER, FIGURE.format(period=2020, value="930.5")]))
    assert values(data_folder) == [901.5, 910.5, 930.5]
    (folder / "a.csv").rename(folder / "z.csv")
    assert values(data_folder) == [910.5, 930.5, 901.5]


def test_a_register_that_changed_is_met_by_the_next_process_and_keeps_this_one_from_keeping(store, data_folder):
    register = data_folder / "reference" / "indicators.csv"
    assert values(data_folder) == [900.5, 910.5]
    kept = set(store.iterdir())
    lines = register.read_text("utf-8").splitlines(keepends=True)
    register.write_text("".join(line for line in lines if not line.startswith("deaths_all_ages,")), "utf-8")

    assert basis.registers_version(data_folder) == ""
    assert values(data_folder) == []
    assert set(store.iterdir()) == kept
    said = run_python(
        "import datetime; from helpers.ingest import indicators\n"
        f"read = indicators.read_indicator_folder(data={str(data_folder)!r}, today=datetime.date(2026, 3, 1))\n"
        "print(len(read.indicators))"
    )
    assert json.loads(said) == 0
    assert set(store.iterdir()) > kept


def test_other_code_is_another_reading(store, data_folder, monkeypatch):
    def key():
        return readings.key_of("x", data=data_folder)

    monkeypatch.delenv(basis.CODE_VARIABLE, raising=False)
    own = key()
    monkeypatch.setenv(basis.CODE_VARIABLE, "one")
    one = key()
    monkeypatch.setenv(basis.CODE_VARIABLE, "two")
    assert len({own, one, key()}) == 3


def test_a_file_that_changes_while_it_is_read_is_not_kept(store, data_folder, monkeypatch):
    (path,) = (data_folder / "assessments" / "flanders").iterdir()
    run = isolation.run_isolated

    def change(*given, **options):
        answer = run(*given, **options)
        path.write_bytes(path.read_bytes() + b"\0")
        return answer

    monkeypatch.setattr(isolation, "run_isolated", change)
    assert read_assessments("flanders", data=data_folder, today=TODAY).files["state"].tolist() == ["used"]
    assert not any(store.iterdir())


# --- only what may be kept ---


SMALL = """\
area_code,indicator,period,sex,numerator,denominator,value,lowercl,uppercl,measure,note
S12000019,alcohol_admissions,2022,female,3.918273,9365,41.837261,12.739131,88.235717,rate_per_100000,7351 words
S12000019,alcohol_admissions,2022,male,57,91000,57.443322,63.225544,81.667788,rate_per_100000,
S12000019,alcohol_admissions,2022,all,60.918273,182000,33.5,25,43,rate_per_100000,
S12000019,alcohol_admissions,2021,all,2.776655,9365,29.554433,41.837261,88.235717,rate_per_100000,
S12000019,deaths_all_ages,2022,all,900,91000,989,900,1080,rate_per_100000,
"""
SECRET = (3.918273, 41.837261, 12.739131, 88.235717, 57.443322, 63.225544, 81.667788, 2.776655, 29.554433)


def test_no_figure_that_is_hidden_is_in_a_byte_of_what_is_kept(store, data_folder):
    (data_folder / "indicators" / "own.csv").write_text(SMALL)
    table = read_indicator_folder(data=data_folder, today=TODAY).indicators
    content = b"".join(kept.read_bytes() for kept in store.iterdir())

    assert table["is_hidden"].any()
    assert struct.pack("<d", 989) in content
    assert not [number for number in SECRET if struct.pack("<d", number) in content]
    assert not [number for number in (*SECRET, 7351) if str(number)[:6].encode() in content]


def test_nothing_is_kept_where_no_folder_is_named(data_folder, monkeypatch, children):
    monkeypatch.delenv(readings.VARIABLE, raising=False)
    assert readings.key_of("x", data=data_folder) == ""
    for _ in range(2):
        read_assessments("flanders", data=data_folder, today=TODAY)
    assert len(children) == 2


@pytest.mark.parametrize("task", ["abort", "sleep"])
def test_a_child_that_failed_is_tried_again_and_believed_when_it_failed_twice(
    store, data_folder, monkeypatch, children, task
):
    monkeypatch.syspath_prepend(str(TESTS))
    monkeypatch.setattr(isolation, "PACKAGE", "hostile")
    path = data_folder / "indicators" / "a.csv"
    answers = [
        kept_answer.run_once(f"tasks:{task}", path, rests_on=data_folder, limits=Limits(seconds=0.4)) for _ in range(4)
    ]

    assert len(children) == 2
    assert all("trace" in answer for answer in answers)
    assert len({json.dumps(answer["findings"]) for answer in answers}) == 1
    path.write_text("a,b\n")
    kept_answer.run_once(f"tasks:{task}", path, rests_on=data_folder, limits=Limits(seconds=0.5))
    assert len(children) == 3


def test_a_folder_with_a_file_whose_reader_died_is_not_kept(store, data_folder, monkeypatch):
    run = isolation.run_isolated
    dead = {"sha256": "", "bytes": 0, "findings": [], "trace": ""}
    monkeypatch.setattr(isolation, "run_isolated", lambda task, path, **given: dead if path.stem == "a" else run(
        task, path, **given))  # fmt: skip
    assert values(data_folder) == [910.5]
    monkeypatch.undo()
    os.environ[readings.VARIABLE] = str(store)
    try:
        assert values(data_folder) == [900.5, 910.5]
    finally:
        del os.environ[readings.VARIABLE]


# --- broken, tampered with, not private ---


def spoil(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how in ("link", "folder", "pipe", "short", "empty"):
        path.unlink()
    if how == "link":
        (path.parent / "elsewhere").write_bytes(content)
        path.symlink_to(path.parent / "elsewhere")
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "short":
        path.write_bytes(content[:-1])
    elif how == "empty":
        path.touch()
    else:
        place = {"first byte": 0, "hash": 40, "facts": 120, "last byte": len(content) - 1}[how]
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


@pytest.mark.parametrize(
    "how", ["short", "empty", "first byte", "hash", "facts", "last byte", "link", "folder", "pipe"]
)
def test_a_spoilt_reading_is_read_anew_and_mended(store, how):
    import pyarrow as pa

    readings.save(KEY, {"a": ["é", 1, None]}, {"table": pa.table({"x": [1.5, None]})})
    facts, tables = readings.load(KEY)
    assert (facts, tables["table"].to_pydict()) == ({"a": ["é", 1, None]}, {"x": [1.5, None]})
    spoil(store / KEY, how)

    assert readings.load(KEY) is None
    readings.save(KEY, {"b": 2})
    if how != "folder":
        assert readings.load(KEY) == ({"b": 2}, {})


def test_a_reading_under_the_name_of_another_counts_as_none(store):
    readings.save(KEY, {"a": 1})
    (store / KEY).rename(store / ("b" * 64))
    assert readings.load("b" * 64) is None


def test_a_table_that_is_whole_but_not_as_declared_is_read_anew(store, data_folder, children):
    fresh = read_indicator_folder(data=data_folder, today=TODAY)
    (kept,) = store.iterdir()
    facts, tables = readings.load(kept.name)
    started = len(children)
    for wrong in (
        {**tables, "indicators": tables["indicators"].drop_columns(["note"])},
        {**tables, "indicators": tables["indicators"].select(sorted(COLUMNS))},
        {**tables, "files": tables["files"].set_column(2, "bytes", tables["files"]["bytes"].cast("float64"))},
        {"files": tables["files"]},
    ):
        readings.save(kept.name, facts, wrong)
        same_reading(fresh, read_indicator_folder(data=data_folder, today=TODAY))
        started += 2
        assert len(children) == started
    assert list(FILES) == tables["files"].column_names


@pytest.mark.parametrize("how", ["open to the group", "open to all", "a link", "a file", "not there"])
def test_a_folder_that_is_not_private_is_refused(tmp_path, data_folder, monkeypatch, how):
    folder = tmp_path / "readings"
    if how == "a file":
        folder.touch(0o600)
    elif how == "a link":
        (tmp_path / "true").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "true")
    elif how != "not there":
        folder.mkdir()
        folder.chmod(0o750 if how == "open to the group" else 0o705)
    monkeypatch.setenv(readings.VARIABLE, str(folder))
    with pytest.raises(readings.ReadingsUnfit, match=readings.VARIABLE):
        read_indicator_folder(data=data_folder, today=TODAY)
    with pytest.raises(readings.ReadingsUnfit, match=readings.VARIABLE):
        read_assessments("flanders", data=data_folder, today=TODAY)


def test_a_folder_of_somebody_else_is_refused(store, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: store.stat().st_uid + 1)
    with pytest.raises(readings.ReadingsUnfit, match="somebody else"):
        readings.folder()


# --- many at once, killed, no room ---

WRITE = """
import sys
from helpers.ingest import readings
for turn in range(150):
    readings.save("a" * 64, {"text": sys.argv[1] * 100_000})
"""


def run_python(program: str, *arguments: str, **options) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_of_many_that_write_at_once_nobody_reads_half(store):
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, letter]) for letter in "xy"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        if kept := readings.load(KEY):
            seen.add(kept[0]["text"])
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen == {"x" * 100_000, "y" * 100_000}
    assert [file.name for file in store.iterdir()] == [KEY]


def test_two_processes_that_read_the_same_at_once_read_the_same(store, data_folder):
    program = (
        "import datetime; from helpers.ingest import indicators\n"
        f"read = indicators.read_indicator_folder(data={str(data_folder)!r}, today=datetime.date(2026, 3, 1))\n"
        "print(read.indicators.to_csv())"
    )
    both = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(2)]
    said = {one.communicate(timeout=60)[0] for one in both}
    assert said == {read_indicator_folder(data=data_folder, today=TODAY).indicators.to_csv().encode() + b"\n"}
    assert len(list(store.iterdir())) == 1


def test_who_is_killed_in_the_middle_of_writing_leaves_what_was_there(store):
    program = (
        "import os, signal; from pathlib import Path; from helpers.ingest import readings\n"
        "Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "readings.save('a' * 64, {'new': 1})"
    )
    readings.save(KEY, {"old": 1})
    for expected in (({"old": 1}, {}), None):
        assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == -signal.SIGKILL
        assert readings.load(KEY) == expected
        (store / KEY).unlink(missing_ok=True)
    assert all(file.name.startswith(".") and file.stat().st_mode & 0o077 == 0 for file in store.iterdir())


def test_where_there_is_no_room_nothing_is_kept_and_nothing_left(store, data_folder):
    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    program = (
        "from helpers.ingest import readings\n"
        "readings.save('a' * 64, {'text': 'x' * 20_000})\n"
        "readings.save('b' * 64, {'text': 'x'})"
    )
    run_python(program, preexec_fn=small)
    assert [file.name for file in store.iterdir()] == ["b" * 64]


def test_registers_are_told_apart_by_their_bytes(data_folder, tmp_path):
    rows = list(csv.reader((data_folder / "reference" / "regions.csv").open(encoding="utf-8", newline="")))
    one = basis.registers_version(data_folder)
    assert one
    assert basis.registers_version(data_folder) == one
    with (data_folder / "reference" / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows, [*rows[-1][:0], "x", *rows[-1][1:]]])
    assert basis.registers_version(data_folder) == ""
