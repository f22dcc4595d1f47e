"""``atlas run``: what has changed is made anew, each region in a process of its own, and the list of them all.

This process stays light: it holds the lock, compares fingerprints, hands each region that has to be made to a warm
process, publishes what comes back whole, and keeps the records. It loads neither pandas nor papermill, so that a run
with nothing to do is over at once, and whatever a region's process does ends that process alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from helpers.batch import history, inputs, place, publish, workers
from helpers.batch.listening import UNCHANGED, Listener
from helpers.batch.making import make
from helpers.batch.record import MEMORY_BYTES, RegionResult, RunResult, Settings
from helpers.batch.stopping import Stop, stopping
from helpers.ingest import judging
from helpers.reference import paths
from helpers.reference.register_ids import COMPARED_ID
from helpers.warm.messages import NotServed


def run(
    chosen: Sequence[str],
    *,
    data: Path,
    out: Path,
    jobs: int,
    seconds: float,
    today: date,
    force: bool = False,
    memory_bytes: int | None = MEMORY_BYTES,
    listener: Listener | None = None,
    cluster: str = "",
    data_address: str = "",
    at: place.Place | None = None,
) -> RunResult:
    """Bring the reports of the chosen regions up to date (all of the register if none is named), and their list.

    Parameters
    ----------
    chosen
        Ids of the register, and ``regions-compared`` for the page of all regions.
    data, out
        The folder of the data and that of the reports.
    jobs
        How many regions are made side by side.
    seconds
        How long one region may take.
    today
        The day by which the age of figures is judged.
    force
        Whether to make anew what has not changed, too.
    memory_bytes
        What each notebook may use on top of the loaded libraries.
    listener
        Who is told of the progress.
    cluster
        The address of a Dask scheduler whose workers make the regions; by default this machine does.
    data_address
        Where ``data`` was copied from, for workers that can reach it.
    at
        The place of the reports, if it is not ``out`` itself.

    Raises
    ------
    publish.Locked
        If another run holds ``out``.
    OSError
        If ``out`` cannot be written to.
    """
    run_id = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ-") + secrets.token_hex(3)
    listener, started = listener or Listener(), _now()
    with publish.lock(out, run_id):
        left = publish.recover(out)
        settings = Settings(
            data, out, today, jobs, seconds, memory_bytes, force, run_id,
            publish.private_folder(out, run_id), tuple(str(folder) for folder in left),
            cluster, data_address, at or place.Here(),
        )  # fmt: skip
        _warn_of_other_data(settings, listener)
        state = inputs.Inputs.of(data, today=today)
        ids = list(chosen) if chosen else _everything(state)
        listener.run_started(run_id, total=len(ids), jobs=jobs)
        with stopping(listener) as stop:
            results, shared = _bring_up_to_date(ids, state, settings, listener, stop)
            result = _result(run_id, started, results, shared["problems"], interrupted=stop.times > 0)
            _record(result, {"key": state.shared_key(), **shared}, settings)
            publish.sweep(out)
    return result


def _warn_of_other_data(settings: Settings, listener: Listener) -> None:
    """Say that the reports that are there were made from another folder: ``--data`` or ``--out`` may be forgotten."""
    before = publish.read_json(settings.out / "run.json").get("data", "")
    if before and before != _data_mark(settings):
        listener.warned(
            f"The reports in {settings.out} were last made from another data folder than {settings.data};"
            " those that are made now replace them."
        )


def _data_mark(settings: Settings) -> str:
    """A fingerprint of where the data lie; the place itself is in no product."""
    return hashlib.sha256(str(settings.data_address or settings.data).encode()).hexdigest()


def _everything(state: inputs.Inputs) -> list[str]:
    """All regions, and the page that compares them where one has a folder of assessments."""
    regions = [id_ for id_ in state.everything() if id_ != COMPARED_ID]
    has_assessments = any(paths.assessments(id_, state.data).is_dir() for id_ in regions)
    return [*regions, *([COMPARED_ID] if has_assessments else [])]


def _bring_up_to_date(
    ids: Sequence[str], state: inputs.Inputs, settings: Settings, listener: Listener, stop: Stop
) -> tuple[list[RegionResult], dict[str, Any]]:
    """The result of each region in order, and what was said of the files that all share."""
    found = {id_: None if settings.force else _unchanged(id_, state, settings) for id_ in ids}
    for id_, result in found.items():
        if result:
            listener.finished(id_, UNCHANGED, 0.0, result.message)
    todo = [id_ for id_, result in found.items() if result is None]
    shared = None if settings.force else _shared_before(state, settings)
    if not todo and shared is not None:
        return list(found.values()), shared
    with _hands(settings) as (hands, at_once):
        if shared is None:
            shared = _look(hands, settings, stop)
        threading.Thread(target=_load_index_page, daemon=True).start()  # while others work
        side_by_side = max(1, settings.jobs // max(1, len(todo)))
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            given = (state, settings, side_by_side, hands, listener, stop)
            made = pool.map(lambda id_: make(id_, *given), todo)
            found |= dict(zip(todo, made, strict=True))
    return [result for result in found.values() if result], shared


def _load_index_page() -> None:
    """Load what the list of all regions will be drawn with."""
    from helpers.batch import index_page  # noqa: F401


def _look(hands: workers.Hands, settings: Settings, stop: Stop) -> dict[str, Any]:
    """What is wrong with the files that all regions share; where that cannot be found out, this is what is wrong."""
    try:
        return hands.look(settings, stop=stop.now)
    except workers.Stopped:
        return {"problems": [], "holds": []}  # the next run looks
    except (workers.RegionFailed, NotServed) as error:
        return {"problems": [f"The files that all regions share could not be looked at: {error}"], "holds": []}


@contextlib.contextmanager
def _hands(settings: Settings) -> Iterator[tuple[workers.Hands, int]]:
    """Who makes the regions, and how many orders they are given at once."""
    if not settings.cluster:
        with workers.of_this_machine(settings) as hands:
            yield hands, settings.jobs
        return
    from helpers.batch import cluster

    with cluster.of_cluster(settings) as hands:
        yield hands, hands.at_once


def _unchanged(id_: str, state: inputs.Inputs, settings: Settings) -> RegionResult | None:
    """The published report where nothing that went into it has changed and it is whole; else None."""
    folder = settings.out / id_
    last = publish.read_json(folder / "report.json")
    if not state.is_current(id_, last) or not settings.place.is_whole(folder, last):
        return None
    return RegionResult(
        id_,
        UNCHANGED,
        0.0,
        f"{id_}/index.html",
        last.get("sha256", ""),
        last.get("inputs", []),
        last.get("message", ""),
    )


def _shared_before(state: inputs.Inputs, settings: Settings) -> dict[str, Any] | None:
    """What the last run said of the shared files, if these are the same and it holds today; else None."""
    last = publish.read_json(settings.out / "run.json").get("shared", {})
    is_same = last.get("key") == state.shared_key() and len(last.get("holds", ())) == 2
    return last if is_same and judging.holds_on(settings.today.isoformat(), tuple(last["holds"])) else None


def _result(
    run_id: str, started: str, results: list[RegionResult], shared: list[str], *, interrupted: bool
) -> RunResult:
    compared = next((result for result in results if result.region == COMPARED_ID), None)
    regions = [result for result in results if result.region != COMPARED_ID]
    return RunResult(run_id, started, _now(), regions, shared, compared, interrupted)


def _record(result: RunResult, shared: dict[str, Any], settings: Settings) -> None:
    """Write down what became of the run: its record, its line in the history, the list of all regions."""
    record = result.as_dict()
    publish.write_json(settings.out / "run.json", {**record, "shared": shared, "data": _data_mark(settings)})
    history.append(settings.out, history.line_of(record, jobs=settings.jobs, interrupted=result.interrupted))
    from helpers.batch import index

    index.write_index(settings.out, result, data=settings.data)
    settings.place.finish(settings.out)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def default_out() -> Path:
    """The project's own folder for reports."""
    return paths.project() / "reports"
