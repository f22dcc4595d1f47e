"""Regions made by a real Dask cluster: a scheduler and workers that are processes of their own, some of them killed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from helpers.batch import alike, arrived, publish, run
from helpers.batch.cluster import job_of
from helpers.batch.dask_hands import OnCluster
from helpers.batch.listening import Listener
from helpers.batch.workers import RegionFailed
from helpers.reference import paths

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")
pytestmark = [
    pytest.mark.runs,
    pytest.mark.skipif(sys.platform == "win32", reason="warm processes need files that can be sent"),
    pytest.mark.xdist_group("cluster"),
]
TODAY = date(2026, 3, 1)
KILLER = """
import os
from helpers.batch import on_worker
def ends(order, job, usual=on_worker.make):
    if order["region"] == "flanders":
        os._exit(1)
    return usual(order, job)
on_worker.make = ends
"""  # what Dask loads into a worker that is told to


@dataclass
class Cluster:
    """A scheduler and its workers, with all that they write in one folder."""

    folder: Path
    environment: dict[str, str]
    address: str = ""
    scheduler: subprocess.Popen | None = None
    workers: list[subprocess.Popen] = field(default_factory=list)

    def start(self, module: str, *arguments: str, before: tuple[str, ...] = (), **environment: str) -> subprocess.Popen:
        program = [*before, sys.executable, "-m", f"distributed.cli.{module}", *arguments]
        with (self.folder / "log").open("ab") as log:
            env = {**self.environment, **environment}
            return subprocess.Popen(program, env=env, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)

    def add_worker(self, *arguments: str, before: tuple[str, ...] = (), **environment: str) -> subprocess.Popen:
        where = self.folder / f"worker-{len(self.workers)}"
        usual = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(where))
        worker = self.start("dask_worker", self.address, *usual, *arguments, before=before, **environment)
        self.workers.append(worker)
        return worker

    def wait(self, workers: int) -> None:
        with distributed.Client(self.address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def close(self) -> None:
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    """A scheduler without a worker; two workers in a row that end with a region make it fail."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    settings = {"DASK_CONFIG": str(folder), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    made = Cluster(folder, {**os.environ, **settings, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    file = folder / "scheduler.json"
    made.scheduler = made.start(
        "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)
    )
    try:
        made.address = json.loads(wait_for(lambda: file.exists() and file.read_text()))["address"]
        yield made
    finally:
        made.close()


def wait_for(look, seconds=60.0):
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
    return found


def make(regions, out, address="", *, data=None, seconds=300.0, listener=None):
    return run.run(
        regions, data=data or paths.data(), out=out, jobs=1, seconds=seconds, today=TODAY, cluster=address,
        listener=listener,
    )  # fmt: skip


def states(result):
    return {region.region: region.state for region in result.everything}


def is_whole(folder):
    return arrived.unlike_record(folder, publish.sha256(folder / "index.html")) == ""


class Doing(Listener):
    """Does something once, at the first region that is done."""

    def __init__(self, action):
        self.action, self.once = action, threading.Lock()

    def finished(self, region, state, seconds, message):
        if self.once.acquire(blocking=False):
            self.action()


def test_a_worker_that_is_killed_loses_nothing_and_leaves_nothing_behind(cluster, built, tmp_path):
    """Killed while it makes a region; the bytes are those of an undisturbed run on one machine."""
    out, killed = tmp_path / "out", []
    victim = cluster.add_worker()
    cluster.add_worker()
    cluster.wait(2)

    def kill_in_the_middle():
        def at_work():
            with contextlib.suppress(psutil.NoSuchProcess):
                family = psutil.Process(victim.pid).children(recursive=True)
                return family if len(family) > 1 and list(out.glob(".run-*/*.*/notebooks")) else []

        killed.extend(wait_for(at_work))
        victim.kill()

    killer = threading.Thread(target=kill_in_the_middle)
    killer.start()
    result = make(["flanders", "orkney-islands", "singapore", "poland"], out, cluster.address)
    killer.join()
    assert killed and victim.wait() == -signal.SIGKILL
    assert set(states(result).values()) == {"built"} and not result.shared_problems
    for region in states(result):
        assert is_whole(out / region)
        for name in ("index.html", "tables.xlsx"):
            assert (out / region / name).read_bytes() == (built / region / name).read_bytes(), (region, name)
    assert not [path.name for path in out.iterdir() if path.name.startswith((".run-", ".old-"))]
    wait_for(lambda: not any(process.is_running() for process in killed))


def test_a_region_that_ends_its_workers_fails_alone(cluster, tmp_path):
    preload = cluster.folder / "killer.py"
    preload.write_text(KILLER)
    for _ in range(3):
        cluster.add_worker("--preload", str(preload))
    cluster.wait(3)
    result = make(["poland", "flanders", "puglia"], tmp_path / "out", cluster.address)
    assert states(result) == {"poland": "built", "flanders": "failed", "puglia": "built"}
    assert "2 workers ended while it was made" in result.regions[1].message


def test_where_the_scheduler_goes_away_what_is_published_stays(cluster, tmp_path):
    cluster.add_worker()
    cluster.wait(1)
    out = tmp_path / "out"
    regions = ["poland", "flanders", "fife", "orkney-islands"]
    result = make(regions, out, cluster.address, listener=Doing(lambda: cluster.scheduler.kill()))
    assert states(result)["poland"] == "built" and is_whole(out / "poland")
    lost = [region for region in result.regions if region.state == "failed"]
    assert len(lost) >= 2 and {region.message for region in lost} == {"the cluster went away before it was made"}
    assert json.loads((out / "run.json").read_text())["regions"][0]["state"] == "built"
    assert not [region.region for region in lost if (out / region.region).exists()]


def test_a_worker_that_sees_neither_the_data_nor_the_reports_is_sent_the_ones_and_sends_the_others(cluster, tmp_path):
    """The worker lives where our folders are not: over them lies a disk of its own with other data at their path."""
    hidden, out = tmp_path / "ours", tmp_path / "ours" / "out"
    data = hidden / "data"
    shutil.copytree(paths.assessments("flanders"), data / "assessments" / "flanders")
    other = f"mkdir -p {data}/assessments && cp -r {paths.assessments('singapore')} {data}/assessments/flanders"
    apart = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs none {hidden} && {other} && exec "$@"', "sh")
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], capture_output=True).returncode:
        pytest.skip("this user may not give a process a view of the disk of its own")
    cluster.add_worker(before=apart)
    cluster.wait(1)
    result = make(["flanders", "poland"], out, cluster.address, data=data)
    assert states(result) == {"flanders": "built", "poland": "built"}
    assert is_whole(out / "flanders")
    evidence = (out / "flanders/notebooks/01_maturity.ipynb").read_text()
    assert str(tmp_path) not in evidence  # neither our folder nor the worker's
    alone = make(["flanders"], tmp_path / "alone", data=data)
    assert alone.regions[0].sha256 == result.regions[0].sha256
    kept = list((cluster.folder / "worker-0").rglob("care-atlas-data-*"))
    assert [alike.content(folder) for folder in kept] == [alike.content(data)]


def test_a_worker_with_other_code_stops_the_run_before_anything_is_made(cluster, tmp_path):
    other = shutil.copytree(paths.project(), tmp_path / "other", ignore=lambda folder, names: _not_the_program(names))
    (other / "src/helpers/scoring/rates.py").write_text("changed = True\n")
    cluster.add_worker(PYTHONPATH=str(other / "src"))
    cluster.wait(1)
    with pytest.raises(OSError, match=r"worker tcp://\S+ is not like this machine: code of Care Atlas$"):
        make(["poland"], tmp_path / "out", cluster.address)
    assert not (tmp_path / "out/poland").exists()


def test_a_worker_with_other_code_that_comes_later_is_passed_by(cluster, tmp_path):
    """It came after all were asked, so it is met with an order; the next one goes to a worker that is alike."""
    other = shutil.copytree(paths.project(), tmp_path / "other", ignore=lambda folder, names: _not_the_program(names))
    (other / "src/helpers/scoring/rates.py").write_text("changed = True\n")
    cluster.add_worker(PYTHONPATH=str(other / "src"))
    cluster.wait(1)
    settings = run.Settings(paths.data(), tmp_path, TODAY, run_id="r", private=tmp_path, cluster=cluster.address)
    order = {"region": "poland", "folder": str(tmp_path / "poland"), "today": "2026-03-01", "key": "k", "keys": {}}
    with distributed.Client(cluster.address, set_as_default=False) as client:
        hands = OnCluster(client, job_of(settings))
        asked = {"settings": settings, "stop": threading.Event(), "warn": print}
        with pytest.raises(
            RegionFailed, match=r"no worker to make it: \S+ is not like this machine: code of Care Atlas"
        ):
            hands.make({**order, "sources": []}, **asked)
        cluster.add_worker()
        client.wait_for_workers(2, timeout=60)
        assert hands.make({**order, "sources": []}, **asked)["state"] == "built"
        hands.end()


def _not_the_program(names):
    return [name for name in names if name.startswith(".") or name in ("tests", "reports", "docs", "__pycache__")]


def test_a_scheduler_that_does_not_answer_is_a_sentence_and_status_1(tmp_path):
    command = [sys.executable, "-m", "helpers.cli", "run", "poland", "--out", str(tmp_path / "out")]
    done = subprocess.run([*command, "--cluster", "tcp://127.0.0.1:9"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=lambda ending: ending.name)
def test_when_the_run_ends_so_does_what_the_workers_are_at(ending, cluster, tmp_path):
    """Told to stop it tells them; killed it cannot, and they end when nothing is asked for (here a second long)."""
    preload = cluster.folder / "impatient.py"
    preload.write_text("from helpers.batch import on_worker\non_worker.IDLE_SECONDS = 1.0\n")
    worker = cluster.add_worker("--preload", str(preload))
    cluster.wait(1)
    command = [sys.executable, "-m", "helpers.cli", "run", "flanders", "fife", "--out", str(tmp_path / "out")]
    going = subprocess.Popen([*command, "--cluster", cluster.address], stdout=subprocess.DEVNULL)
    family = psutil.Process(worker.pid).children
    at_work = wait_for(lambda: (found := family(recursive=True)) and list(tmp_path.glob("out/.run-*/f*.*")) and found)
    going.send_signal(ending)
    assert going.wait(60) == (130 if ending == signal.SIGTERM else -ending)
    wait_for(lambda: not family(recursive=True))
    assert at_work and worker.poll() is None
    if ending == signal.SIGTERM:
        assert not list(tmp_path.glob("out/.run-*"))


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_report_that_does_not_arrive_whole_is_not_published(damage, tmp_path):
    folder = tmp_path / "poland.1f"
    folder.mkdir()
    (folder / "index.html").write_text("<p>whole</p>")
    page = publish.sha256(folder / "index.html")
    record = {"sha256": page, "files": {"index.html": {"sha256": page, "bytes": 12}}}
    publish.write_json(folder / "report.json", record)
    told = {"told": {"sha256": page}, "folder": "poland.1f"}
    if damage == "gone":
        (folder / "index.html").unlink()
    else:
        (folder / "index.html").write_text("<p>who")
    with pytest.raises(RegionFailed, match=r"what tcp://w:1 made did not arrive whole \(index.html\)"):
        arrived.put(told, tmp_path / "poland", where="tcp://w:1")


def test_the_content_of_a_folder_is_its_names_and_bytes(tmp_path):
    def of(files):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        return alike.content(folder)

    one = of({"a/b.csv": "1", "c.csv": "2"})
    assert one == of({"c.csv": "2", "a/b.csv": "1", ".hidden": "3", "__pycache__/x.pyc": "4"})
    assert one not in (of({"a/b.csv": "2", "c.csv": "1"}), of({"b.csv": "1", "c.csv": "2"}), of({"a/b.csv": "1"}))


def test_what_differs_between_two_machines_is_named():
    ours = {alike.CODE: "1", "Python": "3.11.7", "pandas": "3.0.1", "numpy": "2.1"}
    theirs = {alike.CODE: "1", "Python": "3.11.7", "pandas": "3.0.2", "xlrd": "2.0"}
    assert alike.in_words(alike.differences(ours, theirs)) == (
        "pandas (3.0.1 here, 3.0.2 there), numpy (2.1 here, not installed there), xlrd (not installed here, 2.0 there)"
    )
    assert alike.differences(ours, dict(ours)) == []
