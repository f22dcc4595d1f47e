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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from helpers.batch import alike, on_worker
from helpers.batch.record import Settings
from helpers.reference import paths

if TYPE_CHECKING:
    from helpers.batch import dask_hands

try:
    import distributed
except ImportError:  # without the extra "cluster"
    distributed = None

CONNECT_SECONDS = 5.0
FIRST_WORKER_SECONDS = 60.0


class ClusterUnfit(OSError):
    """The cluster cannot be used for this run; the message says why."""


@contextlib.contextmanager
def of_cluster(settings: Settings) -> Iterator[dask_hands.OnCluster]:
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
        from helpers.batch import dask_hands

        hands = dask_hands.OnCluster(client, job_of(settings))
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
        with ThreadPoolExecutor(1) as apart:  # the caller may have a loop of its own, as programs with a browser do
            apart.submit(lambda: asyncio.run(_knock(address))).result()
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="care-atlas")
    except Exception as error:
        raise ClusterUnfit(f"no Dask scheduler answers at {address} ({reason(error)})") from error
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


def reason(error: BaseException) -> str:
    """The first line of what went wrong."""
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
