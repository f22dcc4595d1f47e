"""What a run lets the workers of a Dask cluster do, one order at a time for each of their threads."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import distributed

from helpers.batch import alike, arrived, on_worker, worker_data, workers
from helpers.batch.cluster import ClusterUnfit, reason
from helpers.batch.gate import Gate
from helpers.batch.record import Settings

LISTEN_SECONDS = 1.0
ATTEMPTS, SLACK_SECONDS = 5, 600.0  # a last resort: workers keep the time limit of a region themselves
ARCHIVE_BYTES = 2**30
AWAY = "the cluster went away before it was made"


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
                raise ClusterUnfit(f"the worker {worker} cannot work for this run ({reason(told)})")
            if differing := alike.differences(self._job["about"], told["about"]):
                raise ClusterUnfit(f"the worker {worker} is not like this machine: {alike.in_words(differing)}")
            if not told["has_data"]:
                self._send_data(worker)

    def look(self, settings: Settings, *, stop: threading.Event) -> dict[str, Any]:
        told = self._answer("shared files", on_worker.look, stop)
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
            raise ClusterUnfit(f"the workers cannot be asked ({reason(error)})") from error

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
                raise workers.RegionFailed(f"its worker could not do it ({reason(error)})") from error
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
                raise workers.RegionFailed(f"the data could not be sent to {worker} ({reason(told)})")

    @cached_property
    def _archive(self) -> bytes:
        data = Path(self._job["data"])
        size = sum(path.stat().st_size for _, path in alike.files(data))
        if size > ARCHIVE_BYTES:
            raise ClusterUnfit(
                f"the data are too large to be sent to each worker ({size / 2**20:.0f} MB): put them where all see them"
            )
        return worker_data.packed(data)


def _left(region: str, settings: Settings) -> list[Path]:
    """What attempts of a run that was killed left behind on a shared folder: whole notebooks, perhaps."""
    return [path for left in settings.left for path in sorted(Path(left).glob(f"{region}.*"))]


def _some(names: list[str]) -> str:
    return names[0] + (f" and {len(names) - 1} others" if len(names) > 1 else "")
