"""One region of a run: ordered, published if it came back whole, and said what became of it."""

from __future__ import annotations

import time
from pathlib import Path

from helpers.batch import inert, inputs, publish, workers
from helpers.batch.listening import BUILT, FAILED, Listener
from helpers.batch.record import SKIPPED, RegionResult, Settings
from helpers.batch.stopping import Stop


def make(
    id_: str,
    state: inputs.Inputs,
    settings: Settings,
    side_by_side: int,
    hands: workers.Hands,
    listener: Listener,
    stop: Stop,
) -> RegionResult:
    """One region, or the reason why its last report stays; nothing that fails here touches another region."""
    if stop.times:
        return RegionResult(id_, SKIPPED)
    listener.started(id_)
    begun = time.monotonic()
    folder = settings.private / id_
    order = {
        "region": id_,
        "data": str(settings.data),
        "folder": str(folder),
        "today": settings.today.isoformat(),
        "key": state.region_key(id_),
        "keys": state.chapter_keys(id_),
        "sources": [] if settings.force else [str(settings.out / id_), *_left(id_, state, settings)],
        "seconds": settings.seconds,
        "memory_bytes": settings.memory_bytes,
        "side_by_side": side_by_side,
    }
    try:
        told = hands.make(
            order, settings, stop=stop.now, warn=lambda text: listener.warned(text, kind="retry", region=id_)
        )
        if told["state"] == BUILT:
            if not state.is_still(id_):
                _distrust(folder)
            settings.place.publish(folder, settings.out / id_)
    except workers.Stopped:
        return RegionResult(id_, SKIPPED)
    except Exception as error:
        if stop.now.is_set():  # whoever stopped the run may have ended the region's process with it
            return RegionResult(id_, SKIPPED)
        told = {"state": FAILED, "message": inert.log_safe(_reason(error))}
    result = RegionResult(
        id_,
        told["state"],
        round(time.monotonic() - begun, 2),
        f"{id_}/index.html" if told["state"] == BUILT else "",
        told.get("sha256", ""),
        told.get("inputs", []),
        told["message"],
    )
    listener.finished(id_, result.state, result.seconds, result.message)
    return result


def _left(id_: str, state: inputs.Inputs, settings: Settings) -> list[str]:
    """Where a killed run may have left whole chapters: not where anything was touched since it began."""
    folders = [Path(left) for left in settings.left if (Path(left) / id_ / publish.VERIFIED).is_dir()]
    return [str(folder / id_) for folder in folders if state.is_older(id_, publish.started(folder))]


def _distrust(folder: Path) -> None:
    """Take the key out of a report whose files changed while it was made, so that the next run makes it anew."""
    record = publish.read_json(folder / "report.json")
    publish.write_json(folder / "report.json", {**record, "key": "", "chapters": {}})


def _reason(error: Exception) -> str:
    if isinstance(error, workers.RegionFailed):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"its report could not be put in its place: {error.strerror}"
    return f"{type(error).__name__}: {error}"
