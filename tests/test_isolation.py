"""A file that harms its reader costs one finding: the child dies, the caller goes on, no process is left."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from helpers.ingest import isolation
from helpers.ingest.books import Limits
from helpers.ingest.isolation import run_isolated

TESTS = Path(__file__).parent


@pytest.fixture
def hostile(monkeypatch):
    """Let tasks come from ``tests/hostile`` instead of the readers."""
    monkeypatch.syspath_prepend(str(TESTS))
    monkeypatch.setattr(isolation, "PACKAGE", "hostile")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    return path


def codes(result):
    return [finding.code for finding in isolation.found(result)]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_task_gets_the_path_the_limits_and_the_options(hostile, file):
    result = run_isolated("tasks:greet", file, limits=Limits(seconds=7), words=["å", 1, None], deep={"a": "'\"$"})
    assert result == {
        "sha256": "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470",
        "bytes": 8,
        "path": str(file),
        "seconds": 7,
        "words": ["å", 1, None],
        "deep": {"a": "'\"$"},
    }


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")
def test_a_path_that_is_no_text_reaches_the_child_whole(hostile, tmp_path):
    path = tmp_path / os.fsdecode(b"bad\xff.csv")
    path.write_text("a,b\n")
    assert run_isolated("tasks:greet", path)["path"] == str(path)
    (finding,) = isolation.found(run_isolated("tasks:abort", path))
    assert (finding.code, finding.file) == ("file-reader-died", r"bad\xff.csv")
    (finding,) = isolation.found(run_isolated("tasks:abort", path), "2024/bad.csv")
    assert finding.file == "2024/bad.csv"


def test_the_child_is_fast_and_imports_nothing_slow(hostile, file):
    started = time.perf_counter()
    result = run_isolated("tasks:look_around", file)
    assert time.perf_counter() - started < 2
    assert not {"pandas", "numpy", "openpyxl", "xlrd", "charset_normalizer"} & set(result["modules"])
    assert not result["collects"]


def test_nothing_around_the_file_reaches_the_child(hostile, file, monkeypatch):
    (file.parent / "json.py").write_text("raise SystemExit('a module beside the file was imported')")
    monkeypatch.setenv("PYTHONSTARTUP", str(file))
    monkeypatch.setenv("PYTHONPATH", str(file.parent))
    monkeypatch.chdir(file.parent)
    result = run_isolated("tasks:look_around", file)
    assert not {"PYTHONSTARTUP", "PYTHONPATH", "HOME"} & set(result["variables"])
    assert Path(result["folder"]) != file.parent
    assert str(file.parent) not in result["path"]
    assert result["is_isolated"]


def test_what_a_task_prints_does_not_disturb_its_answer(hostile, file):
    assert run_isolated("tasks:chatter", file)["said"] is True


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("exit_at_once", "exit status 3"),
        ("exit_well", "exit status 0"),
        ("read_nowhere", "signal 11"),
        ("abort", "signal 6"),
        ("stumble", "ValueError: a reader's own mistake"),
    ],
)
def test_a_child_that_dies_is_one_finding(hostile, file, task, words):
    result = run_isolated(f"tasks:{task}", file)
    (finding,) = isolation.found(result)
    assert (finding.code, finding.severity, finding.file) == ("file-reader-died", "error", "a.csv")
    assert words in finding.message
    assert result["bytes"] == 8


@pytest.mark.parametrize("task", ["loop", "sleep"])
def test_a_child_that_does_not_end_is_stopped_in_time(hostile, file, task):
    started = time.perf_counter()
    assert codes(run_isolated(f"tasks:{task}", file, limits=Limits(seconds=1))) == ["file-reader-timeout"]
    assert time.perf_counter() - started < 3


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
@pytest.mark.parametrize("task", ["eat", "eat_in_crumbs"])
def test_a_child_that_eats_memory_is_stopped(hostile, file, task):
    limits = Limits(memory_bytes=200_000_000, seconds=30)
    assert codes(run_isolated(f"tasks:{task}", file, limits=limits)) == ["file-reader-memory"]


def test_a_child_that_is_killed_from_outside_ran_out_of_memory(hostile, file, tmp_path):
    pid_file = tmp_path / "pid"
    results = []
    thread = threading.Thread(target=lambda: results.append(run_isolated("tasks:sleep", file, pid_file=str(pid_file))))
    thread.start()
    assert wait_until(lambda: pid_file.exists() and pid_file.read_text())
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    thread.join(10)
    assert codes(results[0]) == ["file-reader-memory"]


@pytest.mark.skipif(os.name != "posix", reason="process groups")
@pytest.mark.parametrize("then", ["end", "sleep"])
def test_the_whole_group_of_a_child_ends_with_it(hostile, file, then):
    result = run_isolated("tasks:leave_a_child", file, limits=Limits(seconds=1), then=then)
    left = int(file.with_suffix(".pid").read_text())
    assert wait_until(lambda: not is_running(left))
    assert codes(result) == ([] if then == "end" else ["file-reader-timeout"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a child with its parent")
def test_a_child_ends_when_its_parent_is_killed(file, tmp_path):
    pid_file = tmp_path / "pid"
    options = f"{str(file)!r}, pid_file={str(pid_file)!r}"
    program = (
        f"import sys; sys.path.insert(0, {str(TESTS)!r}); from helpers.ingest import isolation; "
        f"isolation.PACKAGE = 'hostile'; isolation.run_isolated('tasks:sleep', {options})"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        assert wait_until(lambda: pid_file.exists() and pid_file.read_text())
        child = int(pid_file.read_text())
        assert is_running(child)
        parent.kill()
    assert wait_until(lambda: not is_running(child))


def test_many_files_at_once_from_threads(hostile, file):
    results = []
    threads = [
        threading.Thread(target=lambda n=number: results.append(run_isolated("tasks:greet", file, n=n)["n"]))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 1, 2, 3]


def test_an_interruption_ends_the_child(hostile, file, tmp_path):
    pid_file = tmp_path / "pid"

    def interrupt():
        wait_until(lambda: pid_file.exists() and pid_file.read_text())
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run_isolated("tasks:sleep", file, pid_file=str(pid_file))
        thread.join()
    assert wait_until(lambda: not is_running(int(pid_file.read_text())))


def test_nothing_is_left_behind_in_the_folder_for_temporary_files(hostile, file, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(isolation.tempfile, "tempdir", str(folder))
    run_isolated("tasks:greet", file)
    run_isolated("tasks:abort", file)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.csv", None, "file-missing"),
        ("a.docx", b"x", "file-type"),
        ("a.csv", b"", "file-empty"),
        ("a.csv", b"a,b\n" * 9, "file-too-large"),
    ],
)
def test_bytes_are_checked_before_a_child_starts(tmp_path, monkeypatch, name, content, code):
    monkeypatch.setattr(isolation, "_start", lambda *_: pytest.fail("a child was started"))
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert codes(run_isolated("tasks:greet", path, limits=Limits(file_bytes=30))) == [code]


@pytest.mark.parametrize("task", ["..os:getcwd", "tasks", "tasks:_x", "tasks:greet()", "tasks.sub:x"])
def test_only_tasks_of_the_readers_run(file, task):
    (finding,) = isolation.found(run_isolated(task, file))
    assert (finding.code, "not a task" in finding.message) == ("file-reader-died", True)
    assert codes(run_isolated("os:getcwd", file)) == ["file-reader-died"]


def test_columns_cross_processes(hostile, file):
    result = run_isolated("tasks:table", file, rows=3)
    assert result["stakeholder"] == ["S0", "S1", "S2"]
    assert result["rating"] == [0, 1, 2]
    assert result["role"] == [None, None, None]
    assert isolation.columns([], ["a", "b"]) == {"a": [], "b": []}


def test_the_answer_is_json_and_nothing_that_could_run():
    assert isolation.json is json
    source = Path(isolation.__file__).read_text() + Path(isolation.__file__).with_name("child.py").read_text()
    assert "pickle" not in source
    assert "marshal" not in source
