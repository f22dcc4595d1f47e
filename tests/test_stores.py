"""Data and reports at addresses: a real FTP server, and fsspec's store of objects in memory for the fine print."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from helpers.batch import alike, arrived, mirrors, publish, run, shelf, stores, worker_data
from helpers.batch.workers import RegionFailed
from helpers.reference import paths

fsspec = pytest.importorskip("fsspec")
TODAY = date(2026, 3, 1)
SERVER = """
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_user("atlas", "secret", sys.argv[1], perm="elradfmwMT")
server = FTPServer(("127.0.0.1", 0), FTPHandler)
print(server.address[1], flush=True)
server.serve_forever()
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CARE_ATLAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(shelf, "LOOK_AGAIN_SECONDS", 0.01)


@pytest.fixture
def ftp(tmp_path):
    """A folder, and the address at which an FTP server in a process of its own serves it."""
    pytest.importorskip("pyftpdlib")
    (tmp_path / "served").mkdir()
    program = [sys.executable, "-c", SERVER, str(tmp_path / "served")]
    server = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield tmp_path / "served", f"ftp://atlas:secret@127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def memory():
    """A store of objects, new for each test."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    return files


def put_all(files, texts):
    for name, text in texts.items():
        files.pipe(name, text.encode())


def held(folder):
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_a_run_with_data_and_reports_on_an_ftp_server(ftp, tmp_path):
    """The command, end to end: what is served afterwards is whole, names no password, and nothing is left over."""
    served, address = ftp
    shutil.copytree(paths.assessments("flanders"), served / "data/assessments/flanders")
    (served / "out/flanders").mkdir(parents=True)
    (served / "out/flanders/old.pdf").write_text("of a report before")
    command = [sys.executable, "-m", "helpers.cli", "run", "flanders", "--data", f"{address}/data", "--out"]
    done = subprocess.run([*command, f"{address}/out"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    where = address.replace("atlas:secret@", "")
    assert f"Open {where}/out/index.html" in done.stdout and "secret" not in done.stdout + done.stderr
    out = served / "out"
    assert arrived.unlike_record(out / "flanders", publish.sha256(out / "flanders/index.html")) == ""
    assert json.loads((out / "run.json").read_text())["regions"][0]["state"] == "built"
    assert 'href="flanders/index.html"' in (out / "index.html").read_text()
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert names == {
        "index.html", "run.json", "runs.jsonl", "flanders/index.html", "flanders/report.json", "flanders/tables.xlsx",
        "flanders/notebooks/01_maturity.ipynb",
    }  # fmt: skip
    assert str(tmp_path) not in (out / "flanders/notebooks/01_maturity.ipynb").read_text()
    kept = [path for path in (tmp_path / "cache").rglob("reports/flanders/*") if path.stat().st_size]
    assert [path.name for path in kept] == ["report.json"]  # the reports themselves do not fill this machine's disk


def test_what_is_unchanged_at_an_address_is_not_made_again_and_what_is_damaged_is(memory):
    def make():
        with shelf.opened("memory://reports") as (out, place):
            found = run.run(["poland"], data=paths.data(), out=out, jobs=1, seconds=300, today=TODAY, at=place)
        return found.regions[0].state

    assert make() == "built"
    first = memory.cat("/reports/poland/index.html")
    assert make() == "unchanged" and "poland/index.html" in memory.cat("/reports/index.html").decode()
    memory.pipe("/reports/poland/index.html", first[:-10])
    assert make() == "built" and len(memory.cat("/reports/poland/index.html")) == len(first)


def test_a_report_is_put_up_in_an_order_that_a_record_means_a_whole_one(memory, tmp_path):
    """Whatever call is the last one before a run is killed: no record, or one that all files agree with."""
    old, new = (_report(tmp_path / name, name) for name in ("old", "new"))
    for cut in range(20):
        memory.store.clear()
        store = stores.opened("memory://reports")
        _put(store, old)
        store.files = _Failing(store.files, after=cut)
        try:
            _put(store, new)
        except Exception as error:
            assert "could not be put in its place" in str(error)
            there = {path.removeprefix("/reports/poland/"): memory.cat(path) for path in memory.find("/reports/poland")}
            assert set(there.values()) <= {path.read_bytes() for folder in (old, new) for path in folder.rglob("*.*")}
            if "report.json" in there:
                assert _agrees(there)
        else:
            assert memory.cat("/reports/poland/index.html") == b"new"
            assert cut > 5
            return
    raise AssertionError("it never came to its end")


def _report(folder, text):
    (folder / "notebooks").mkdir(parents=True)
    for name in ("index.html", "tables.xlsx", f"notebooks/{text}.ipynb"):
        (folder / name).write_text(text)
    files = {name: {"sha256": publish.sha256(folder / name), "bytes": 3} for name in sorted(held(folder))}
    publish.write_json(folder / "report.json", {"sha256": files["index.html"]["sha256"], "files": files})
    return folder


def _put(store, report):
    """As a run would: the folder is its own, and the store is listed anew."""
    built = shutil.copytree(report, report.with_name(f"{report.name}-{time.monotonic_ns()}"))
    sizes = {name: info["size"] for name, info in stores.listing(stores.opened("memory://reports")).items()}
    place = shelf.AtAddress(store, sizes, threading.Event())
    place.publish(built, built.with_name("poland"))


def _agrees(there):
    files = json.loads(there["report.json"])["files"]
    return all(hashlib.sha256(there.get(name, b"")).hexdigest() == file["sha256"] for name, file in files.items())


class _Failing:
    """A connection that is cut after so many calls that change something."""

    def __init__(self, files, after):
        self._files, self._left = files, after

    def __getattr__(self, name):
        if name in ("put_file", "rm_file"):
            self._left -= 1
            if self._left < 0:
                raise ConnectionResetError("cut")
        return getattr(self._files, name)


def test_a_mirror_fetches_what_changed_and_drops_what_went(memory, tmp_path):
    put_all(memory, {"/d/a.csv": "1", "/d/sub/b.csv": "2", "/d/gone.csv": "3", "/d/.hidden": "4"})
    mirrors.mirror("memory://d", tmp_path / "m")
    assert held(tmp_path / "m") == {"a.csv": "1", "sub/b.csv": "2", "gone.csv": "3"}
    put_all(memory, {"/d/a.csv": "9"})  # as long as before, in the same second
    memory.rm("/d/gone.csv")
    (tmp_path / "m/sub/b.csv").write_text("2 and more")  # no longer what was fetched
    mirrors.mirror("memory://d", tmp_path / "m")
    assert held(tmp_path / "m") == {"a.csv": "9", "sub/b.csv": "2"}


def test_what_has_not_changed_is_not_fetched_again(ftp, tmp_path):
    """A file whose time and size stayed is not asked for, unless it is so new that it may have been written twice."""
    served, address = ftp
    (served / "data").mkdir()
    now, old = int(time.time()), 1_700_000_000
    for text, times in (
        ("1", {"same.csv": old, "changed.csv": old, "new.csv": now}),
        ("2", {"same.csv": old, "changed.csv": old + 1, "new.csv": now}),
    ):
        for name, when in times.items():
            (served / "data" / name).write_text(text)
            os.utime(served / "data" / name, (when, when))
        mirrors.mirror(f"{address}/data", tmp_path / "m")
    assert held(tmp_path / "m") == {"same.csv": "1", "changed.csv": "2", "new.csv": "2"}


def test_a_worker_takes_the_data_from_their_address_unless_they_are_others_by_now(memory, tmp_path):
    put_all(memory, {"/d/assessments/fife/a.csv": "1", "/d/b.csv": "2"})
    mirrors.mirror("memory://d", tmp_path / "of the run")
    job = {"content": alike.content(tmp_path / "of the run"), "data": "/nowhere", "is_own_data": False}
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    found = worker_data.find({**job, "address": "memory://d"}, tmp_path / "one")
    assert held(found) == {"assessments/fife/a.csv": "1", "b.csv": "2"}
    put_all(memory, {"/d/b.csv": "3"})
    assert worker_data.find({**job, "address": "memory://d"}, tmp_path / "other") is None
    with pytest.raises(ValueError, match="the data changed since the run began"):
        worker_data.keep(job, worker_data.packed(tmp_path / "other" / "care-atlas-fetched"), tmp_path / "other")


def test_a_name_that_leads_out_of_the_folder_is_refused(memory, tmp_path):
    memory.store["/d/../../outside.csv"] = memory.open("/d/x.csv", "wb")
    with pytest.raises(stores.StoreError, match=r"leads out of its folder: '\.\./\.\./outside.csv'"):
        mirrors.mirror("memory://d", tmp_path / "m")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("memory://nowhere", "there is nothing at memory://nowhere"),
        ("nosuch://bucket", "nosuch://bucket cannot be used"),
        ("ftp://atlas:hush@127.0.0.1:9/data", "ftp://127.0.0.1:9/data cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_sentence_without_its_password(address, words, memory, tmp_path):
    with pytest.raises(stores.StoreError) as caught:
        mirrors.mirror(address, tmp_path / "m")
    assert words in str(caught.value) and "hush" not in str(caught.value)


def test_one_run_at_a_time_holds_an_address(memory):
    with shelf.opened("memory://reports"), pytest.raises(publish.Locked, match="Another run holds memory://reports"):
        shelf.opened("memory://reports").__enter__()
    with shelf.opened("memory://reports"):
        pass  # given back
    assert not memory.exists("/reports/.lock.json")


@pytest.mark.parametrize(("minutes", "is_free"), [(14, False), (16, True)])
def test_the_lock_of_a_run_that_was_killed_is_free_after_a_while(minutes, is_free, memory):
    renewed = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    put_all(memory, {"/reports/.lock.json": json.dumps({"mark": "x", "renewed": renewed, "by": "ward-7"})})
    if is_free:
        with shelf.opened("memory://reports"):
            pass
    else:
        with pytest.raises(publish.Locked, match="ward-7, last heard of"):
            shelf.opened("memory://reports").__enter__()


def test_a_run_whose_lock_was_taken_over_puts_nothing_up_any_more(memory, monkeypatch):
    monkeypatch.setattr(shelf, "RENEW_SECONDS", 0.05)
    with shelf.opened("memory://reports") as (out, place):
        put_all(memory, {"/reports/.lock.json": json.dumps({"mark": "y", "renewed": "2026-03-01", "by": "ward-7"})})
        time.sleep(0.3)
        built = _report(out / ".run-1" / "poland", "new")
        with pytest.raises(RegionFailed, match="could not be put in its place: another run took"):
            place.publish(built, out / "poland")
        with pytest.raises(stores.StoreError, match="another run took memory://reports over"):
            place.finish(out)
    assert json.loads(memory.cat("/reports/.lock.json"))["mark"] == "y"
    assert memory.find("/reports") == ["/reports/.lock.json"]


@pytest.mark.parametrize(
    ("text", "is_one"), [("s3://b/d", True), ("file:///x", True), ("data", False), ("c:/x", False)]
)
def test_an_address_is_told_from_a_folder(text, is_one):
    assert stores.is_address(text) is is_one


def test_a_password_is_never_shown():
    assert stores.shown("ftp://atlas:secret@host/data@2026") == "ftp://host/data@2026"
    assert Path(stores.cache("ftp://atlas:secret@host/data")).name.isalnum()
