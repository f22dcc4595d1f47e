"""Regions made by a Dask cluster on this machine, beside the same regions without one, in one run.

``cluster.py [N]`` builds N regions (24), generated from the register, on one and on two workers, and by ``atlas run``
itself one and two at a time. It counts from the first region that is done to the last, so that what is done once for a
run does not count, and says what each costs in processor time; then what a scheduler takes for tasks without work.
"""

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from distributed import Client
from thousand import make_data

from helpers.batch import run, worker_data
from helpers.batch.listening import Listener
from helpers.reference import register_ids

TODAY = date(2026, 3, 1)
EMPTY = 3000


class Clock(Listener):
    """When each region was done, by the clock and by what the run itself had used of the processor."""

    def __init__(self) -> None:
        self.done: list[float] = []
        self.used: list[float] = []

    def finished(self, region: str, state: str, seconds: float, message: str) -> None:
        self.done.append(time.perf_counter())
        self.used.append(time.process_time())


def between(moments: list[float]) -> float:
    """From one region to the next, on average."""
    return (moments[-1] - moments[0]) / (len(moments) - 1)


@contextlib.contextmanager
def a_cluster(folder: Path, workers: int) -> Iterator[str]:
    """A scheduler and its workers, each with one thread, in processes of their own."""
    settings = {**os.environ, "DASK_CONFIG": str(folder), "OMP_NUM_THREADS": "1"}
    processes = []

    def start(module: str, *arguments: str) -> None:
        program = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        processes.append(subprocess.Popen(program, env=settings, cwd=folder, **silent))

    try:
        file = folder / f"scheduler-{workers}.json"
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        while not (file.exists() and file.read_text()):
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        for number in range(workers):
            where = str(folder / f"worker-{workers}-{number}")
            start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", where)
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers)
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def build(ids: list[str], data: Path, out: Path, *, jobs: int, cluster: str = "") -> tuple[float, float, float]:
    """From one region to the next: seconds, the run's own processor time, and that of its makers on this machine."""
    clock, makers = Clock(), resource.getrusage(resource.RUSAGE_CHILDREN)
    result = run.run(
        ids, data=data, out=out, jobs=jobs, seconds=600, today=TODAY, force=True, cluster=cluster, listener=clock
    )
    failed = [made.message for made in result.regions if made.state != "built"]
    if failed:
        raise SystemExit(failed[0])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - makers.ru_utime - makers.ru_stime
    return between(clock.done), between(clock.used), spent / len(ids)


def empty_tasks(address: str) -> tuple[float, float]:
    """Seconds for a task without work: many at once, and one after the other."""
    with Client(address, set_as_default=False) as client:
        begun = time.perf_counter()
        client.gather([client.submit(int, number, pure=False) for number in range(EMPTY)])
        many = (time.perf_counter() - begun) / EMPTY
        singles = []
        for number in range(100):
            begun = time.perf_counter()
            client.submit(int, number, pure=False).result()
            singles.append(time.perf_counter() - begun)
    return many, statistics.median(singles)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("number", nargs="?", type=int, default=24)
    number = asked.parse_args().number
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = make_data(folder / "data", number).resolve()
        ids = [id_ for id_ in register_ids.region_ids(data) if id_[-1].isdigit()]
        for many in (1, 2):
            pace, _, used = build(ids, data, folder / f"here-{many}", jobs=many)
            print(
                f"here, {many} at a time: a region every {pace:.2f} s; {used:.2f} s of processor time each", flush=True
            )
            with a_cluster(folder, many) as address:
                through, own, _ = build(ids, data, folder / f"there-{many}", jobs=many, cluster=address)
                print(
                    f"{many} workers: a region every {through:.2f} s, {through / pace:.2f} times that; "
                    f"{1000 * own:.0f} ms of the run's own processor time",
                    flush=True,
                )
                if many == 2:
                    at_once, single = empty_tasks(address)
                    print(f"tasks without work: {1000 * at_once:.1f} ms each of {EMPTY}, {1000 * single:.1f} ms alone")
        whole = [path for path in (folder / "here-1" / ids[0]).rglob("*") if path.is_file()]
        size, packed = sum(path.stat().st_size for path in whole), len(worker_data.packed(folder / "here-1" / ids[0]))
        print(f"a report: {size / 2**20:.2f} MB in {len(whole)} files, {packed / 2**20:.2f} MB on its way to the run")


if __name__ == "__main__":
    main()
