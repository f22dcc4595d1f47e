"""Hands that make regions: the workers of a Dask cluster that runs already.

The run sends orders and publishes what comes back; it alone writes to the folder of the reports, under its lock. A
worker that dies has its regions made by others. Whoever reaches a scheduler can run code on its workers; see
docs/cluster.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from helpers.batch import alike, arrived, on_worker, workers
from helpers.batch.gate import Gate
from helpers.batch.run import Settings
from helpers.reference import paths

try:
    import distributed
except ImportError:  # without the extra "cluster"
    distributed = None

CONNECT_SECONDS = 5.0
FIRST_WORKER_SECONDS = 60.0
LISTEN_SECONDS = 1.0
ATTEMPTS, SLACK_SECONDS = 5, 600.0  # a last resort: workers keep the time limit of a region themselves
ARCHIVE_BYTES = 2**30
AWAY = "the cluster went away before it was made"


class ClusterUnfit(OSError):
    """The cluster cannot be used for this run; the message says why."""


@contextlib.contextmanager
def of_cluster(settings: Settings) -> Iterator[OnCluster]:
    """Reach a cluster and look whether its workers would make what this machine would.

    Raises
    ------
    ClusterUnfit
        If it cannot be reached, has no worker, or has one with other code, data or libraries.
    """
    if distributed is None:
        raise ClusterUnfit("a cluster needs the packages of the extra: pip install 'care-atlas[cluster]'")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said in the run's own words
    client = _reached(settings.cluster)
    try:
        hands = OnCluster(client, job_of(settings))
        hands.check_workers()
        with hands.gate.watching(lambda: sum(client.nthreads().values())):
            yield hands
    finally:
        with contextlib.suppress(Exception):
            if client.status == "running":
                hands.end()
        with contextlib.suppress(Exception):
            client.close(timeout=2)


def _reached(address: str) -> distributed.Client:
    try:
        asyncio.run(_knock(address))
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="care-atlas")
    except Exception as error:
        raise ClusterUnfit(f"no Dask scheduler answers at {address} ({_reason(error)})") from error
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
    except Exception as error:
        client.close(timeout=2)
        raise ClusterUnfit(f"the cluster at {address} has no worker") from error
    return client


async def _knock(address: str) -> None:
    """Reach the scheduler once by hand, since a client that never reached one does not go quietly."""
    arguments = distributed.Security().get_connection_args("client")
    line = await distributed.comm.connect(address, timeout=CONNECT_SECONDS, **arguments)
    await line.close()


def _reason(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def job_of(settings: Settings) -> dict[str, Any]:
    """What a worker has to know about the run, besides the orders; and a mark by which it knows a shared folder."""
    token = secrets.token_hex(16)
    (settings.private / on_worker.PROBE).write_text(token, "utf-8")
    is_own_data = settings.data == paths.project() / "data"
    about = alike.about()
    if is_own_data:
        del about[alike.SHIPPED]  # they are the data of the run, and compared or sent as such
    return {
        "run_id": settings.run_id,
        "private": str(settings.private),
        "token": token,
        "data": str(settings.data),
        "is_own_data": is_own_data,
        "is_default_data": settings.data == paths.data(),
        "address": settings.data_address,
        "content": alike.content(settings.data),
        "today": settings.today.isoformat(),
        "seconds": settings.seconds,
        "about": about,
    }


class OnCluster:
    """Regions are made by the workers of a cluster, as many at a time as it has threads."""

    def __init__(self, client: distributed.Client, job: Mapping[str, Any]) -> None:
        self._client, self._job = client, job
        self._unfit: set[str] = set()
        self._gone = threading.Event()
        self._one_sends = threading.Lock()
        threads = sum(client.nthreads().values())
        self.gate = Gate(threads)
        self.at_once = threads + threads // 4 + 2  # while one is put in its place, the next is made

    def check_workers(self) -> None:
        """Raise where a worker would make something else; send the data to those that have no way to them."""
        found = self._ask_all(metadata.version, alike.DISTRIBUTION)
        without = [worker for worker, told in found.items() if not isinstance(told, str)]
        if without:
            raise ClusterUnfit(f"Care Atlas is not installed on the worker {_some(without)}")
        for worker, told in self._ask_all(on_worker.ready, self._job).items():
            if isinstance(told, BaseException):
                raise ClusterUnfit(f"the worker {worker} cannot work for this run ({_reason(told)})")
            if differing := alike.differences(self._job["about"], told["about"]):
                raise ClusterUnfit(f"the worker {worker} is not like this machine: {alike.in_words(differing)}")
            if not told["has_data"]:
                self._send_data(worker)

    def look(self, settings: Settings) -> dict[str, Any]:
        told = self._answer("shared files", on_worker.look, threading.Event())
        return told["told"]

    def make(
        self, order: Mapping[str, Any], settings: Settings, *, stop: threading.Event, warn: Callable[[str], None]
    ) -> dict[str, Any]:
        sources = [*order["sources"], *(str(path) for path in _left(order["region"], settings))]
        told = self._answer(order["region"], on_worker.make, stop, {**order, "sources": sources})
        for warning in told["warnings"]:
            warn(warning)
        if told["told"]["state"] == "built":
            arrived.put(told, Path(order["folder"]), where=told["worker"])
        return told["told"]

    def end(self) -> None:
        """Let all workers end what they do for this run."""
        self._client.run(on_worker.end, self._job, on_error="ignore")

    def _ask_all(self, function: Callable[..., Any], *values: Any) -> dict[str, Any]:
        try:
            return self._client.run(function, *values, on_error="return")
        except Exception as error:
            raise ClusterUnfit(f"the workers cannot be asked ({_reason(error)})") from error

    def _answer(self, name: str, task: Callable[..., Any], stop: threading.Event, *values: Any) -> dict[str, Any]:
        """What a worker made of a task; where one could not take it for want of data or likeness, another does."""
        while True:
            told = self._once(name, task, stop, *values)
            if "unlike" in told:
                self._unfit.add(told["worker"])
                unlike = f"{told['worker']} is not like this machine: {alike.in_words(told['unlike'])}"
                self._check_some_are_left(unlike)
            elif "lacks_data" in told:
                self._send_data(told["worker"])
            elif "stopped" in told:
                raise workers.Stopped
            elif "failed" in told:
                raise workers.RegionFailed(told["failed"])
            else:
                return told

    def _once(self, name: str, task: Callable[..., Any], stop: threading.Event, *values: Any) -> dict[str, Any]:
        """Send a task when there is room for it and wait for what comes of it."""
        done = threading.Event()
        with self.gate.room(lambda: stop.is_set() or self._gone.is_set()):
            self._check_goes_on(stop)
            try:
                key = f"{name}-{secrets.token_hex(8)}"
                fit = self._fit() if self._unfit else None
                future = self._client.submit(task, *values, self._job, key=key, workers=fit, pure=False)
                future.add_done_callback(lambda _: done.set())
            except Exception as error:
                raise self._went_away() from error
            until = time.monotonic() + ATTEMPTS * self._job["seconds"] + SLACK_SECONDS
            while not done.wait(LISTEN_SECONDS):
                if stop.is_set():
                    self._stop(future)
                if time.monotonic() > until:
                    future.cancel()
                    raise workers.RegionFailed(f"no worker answered, {ATTEMPTS} times as long as one may take")
        return self._result(future, stop)

    def _result(self, future: distributed.Future, stop: threading.Event) -> dict[str, Any]:
        try:
            return future.result()
        except distributed.scheduler.KilledWorker as error:
            last = error.last_worker.address
            raise workers.RegionFailed(
                f"{error.allowed_failures + 1} workers ended while it was made; the last was {last}"
            ) from error
        except (Exception, distributed.CancelledError) as error:
            if stop.is_set():
                raise workers.Stopped from error
            if future.status == "error":
                raise workers.RegionFailed(f"its worker could not do it ({_reason(error)})") from error
            raise self._went_away() from error

    def _stop(self, future: distributed.Future) -> None:
        """End what is made: a task that has begun hears it from its worker, one that waits is taken back."""
        with contextlib.suppress(Exception):
            self.end()
            future.cancel()
        raise workers.Stopped

    def _check_goes_on(self, stop: threading.Event) -> None:
        if stop.is_set():
            raise workers.Stopped
        if self._gone.is_set():
            raise workers.RegionFailed(AWAY)

    def _went_away(self) -> workers.RegionFailed:
        """From now on nothing is sent: what is published stays, and the next run makes the rest."""
        self._gone.set()
        return workers.RegionFailed(AWAY)

    def _fit(self) -> list[str]:
        return [worker for worker in self._client.nthreads() if worker not in self._unfit]

    def _check_some_are_left(self, unlike: str) -> None:
        if not self._fit():
            raise workers.RegionFailed(f"there is no worker to make it: {unlike}")

    def _send_data(self, worker: str) -> None:
        """Give a worker the data of the run; those that see the folder or its address need none."""
        with self._one_sends, contextlib.suppress(KeyError):
            told = self._client.run(on_worker.keep_data, self._job, self._archive, workers=[worker], on_error="return")[
                worker
            ]
            if isinstance(told, BaseException) and self._client.status == "running":
                raise workers.RegionFailed(f"the data could not be sent to {worker} ({_reason(told)})")

    @cached_property
    def _archive(self) -> bytes:
        data = Path(self._job["data"])
        size = sum(path.stat().st_size for _, path in alike.files(data))
        if size > ARCHIVE_BYTES:
            raise ClusterUnfit(
                f"the data are too large to be sent to each worker ({size / 2**20:.0f} MB): put them where all see them"
            )
        return on_worker.packed(data)


def _left(region: str, settings: Settings) -> list[Path]:
    """What attempts of a run that was killed left behind on a shared folder: whole notebooks, perhaps."""
    return [path for left in settings.left for path in sorted(Path(left).glob(f"{region}.*"))]


def _some(names: list[str]) -> str:
    return names[0] + (f" and {len(names) - 1} others" if len(names) > 1 else "")
