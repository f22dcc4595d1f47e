"""What a Dask worker does for a run: one warm process for each run that it works for, and regions made by it.

These functions are called on the worker by :mod:`helpers.batch.cluster`; arguments and answers are plain tables, texts
and bytes. A worker's own process only waits: whatever a region does, it does in a child of the warm process, which
ends with the worker, with the run, and when the run has asked for nothing for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from helpers.batch import alike, worker_data, workers
from helpers.batch.record import Settings
from helpers.reference import paths
from helpers.warm.messages import NotServed

LOADED = alike.content(Path(__file__).parents[1])  # the code that this process runs, whatever lies on the disk later
CHANGED = "changed since the worker was started"
IDLE_SECONDS = 300.0
STARTED_SECONDS = 120.0
PROBE = ".shared"

Job = Mapping[str, Any]


@dataclass
class Bench:
    """A run's place on this worker: its data, its scraps, and the hands that make its regions."""

    data: Path
    folder: Path
    settings: Settings
    hands: workers.Hands | None = None
    failure: str = ""
    busy: int = 0
    last: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    ready: threading.Event = field(default_factory=threading.Event)


_benches: dict[str, Bench] = {}
_lock = threading.RLock()


async def ready(job: Job, dask_worker: Any) -> dict[str, Any]:
    """Say what this worker is made of, and whether it has the data of the run."""
    scratch = Path(dask_worker.local_directory)
    return await asyncio.to_thread(
        lambda: {"about": _about(job), "has_data": worker_data.find(job, scratch) is not None}
    )


def _about(job: Job) -> dict[str, str]:
    """What a report that is made here depends on besides the data of the run, as far as it matters to this run."""
    told = alike.about()
    if told[alike.CODE] != LOADED:
        told[alike.CODE] = CHANGED
    return {name: value for name, value in told.items() if name != alike.SHIPPED or name in job["about"]}


async def keep_data(job: Job, archive: bytes, dask_worker: Any) -> None:
    """Keep the data of the run, which came as one archive."""
    await asyncio.to_thread(worker_data.keep, job, archive, Path(dask_worker.local_directory))


async def end(job: Job, dask_worker: Any) -> None:
    """End what this worker does for the run."""
    with _lock:
        bench = _benches.pop(job["run_id"], None)
    if bench:
        bench.stop.set()
        bench.ended.set()


def make(order: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Make one region.

    Returns
    -------
    dict
        ``worker`` (its address), and one of: ``told`` (what became of the region) with the ``folder`` that was built
        where the run can see it, or else its files as an ``archive``; ``failed`` (why it was not made); ``stopped``;
        ``lacks_data``; ``unlike`` (what differs between this worker and the run). ``warnings`` are for whoever watches.
    """
    return _answer(job, lambda bench: _made(order, job, bench))


def look(job: Job) -> dict[str, Any]:
    """Say what is wrong with the files that all regions share, as ``told``; else as `make`."""
    return _answer(job, lambda bench: {"told": bench.hands.look(bench.settings, stop=bench.stop)})


def _answer(job: Job, work: Callable[[Bench], dict[str, Any]]) -> dict[str, Any]:
    from distributed import get_worker

    worker = get_worker()
    here = {"worker": worker.address}
    try:
        with _at_work(job, worker) as bench:
            return here | (work(bench) if isinstance(bench, Bench) else bench)
    except workers.Stopped:
        return here | {"stopped": True}
    except (workers.RegionFailed, NotServed) as error:
        return here | {"failed": str(error)}
    except Exception as error:
        return here | {"failed": f"{type(error).__name__}: {error}"}


def _made(order: Mapping[str, Any], job: Job, bench: Bench) -> dict[str, Any]:
    """Each attempt builds in a folder of its own: a worker that was given up for dead may still be at it."""
    is_shared = _sees(job)
    folder = (Path(job["private"]) if is_shared else bench.folder) / f"{order['region']}.{secrets.token_hex(4)}"
    here = {**order, "data": str(bench.data), "folder": str(folder), "side_by_side": 1}
    warnings: list[str] = []
    try:
        told = bench.hands.make(here, bench.settings, stop=bench.stop, warn=warnings.append)
        if is_shared or told["state"] != "built":
            return {"told": told, "folder": folder.name, "warnings": warnings}
        return {"told": told, "archive": worker_data.packed(folder), "warnings": warnings}
    finally:
        if not is_shared:
            shutil.rmtree(folder, ignore_errors=True)


def _sees(job: Job) -> bool:
    """Whether the run's private folder is this machine's folder of that name, too."""
    try:
        return (Path(job["private"]) / PROBE).read_text("utf-8") == job["token"]
    except OSError:
        return False


@contextlib.contextmanager
def _at_work(job: Job, worker: Any) -> Iterator[Bench | dict[str, Any]]:
    """The run's place on this worker for as long as something is made there; or why there cannot be one."""
    with _lock:
        bench = _benches.get(job["run_id"])
        if bench is None or bench.ended.is_set():
            bench = _begun_or_not(job, worker)
        if isinstance(bench, Bench):
            bench.busy += 1
    if not isinstance(bench, Bench):
        yield bench
        return
    try:
        is_ready = bench.ready.wait(STARTED_SECONDS) and not bench.failure
        yield bench if is_ready else {"failed": bench.failure or "its worker's warm process did not start"}
    finally:
        with _lock:
            bench.busy -= 1
            bench.last = time.monotonic()


def _begun_or_not(job: Job, worker: Any) -> Bench | dict[str, Any]:
    scratch = Path(worker.local_directory)
    if differing := alike.differences(job["about"], _about(job)):
        return {"unlike": differing}
    data = worker_data.find(job, scratch)
    if data is None:
        return {"lacks_data": True}
    bench = _benches[job["run_id"]] = _begun(job, data, scratch, threads=worker.state.nthreads)
    return bench


def _begun(job: Job, data: Path, scratch: Path, *, threads: int) -> Bench:
    folder = scratch / f"care-atlas-{job['run_id']}-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o700)
    settings = Settings(
        data, folder, date.fromisoformat(job["today"]),
        jobs=threads, seconds=job["seconds"], run_id=job["run_id"], private=folder,
    )  # fmt: skip
    bench = Bench(data, folder, settings)
    threading.Thread(target=_serve, args=(bench, job), name="care-atlas-warm", daemon=True).start()
    return bench


def _serve(bench: Bench, job: Job) -> None:
    """Hold the warm process while the run needs it, in a thread of its own: Linux ends it with the thread."""
    is_named = str(bench.data) == job["data"] and not job["is_default_data"]  # then its path stands in the evidence
    more = {} if is_named else {paths.ENVIRONMENT_VARIABLE: str(bench.data)}
    try:
        with workers.of_this_machine(bench.settings, more=more) as bench.hands:
            bench.ready.set()
            while not bench.ended.wait(min(5.0, IDLE_SECONDS)):
                with _lock:
                    if not bench.busy and time.monotonic() - bench.last > IDLE_SECONDS:
                        bench.ended.set()
    except Exception as error:
        bench.failure = f"its worker's warm process did not start: {type(error).__name__}: {error}"
        bench.ended.set()
    finally:
        bench.ready.set()
        shutil.rmtree(bench.folder, ignore_errors=True)
