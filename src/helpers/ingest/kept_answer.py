"""A file read in a child process once for a run: the answer is kept for whoever asks the same of the same file.

Kept is what a child said that came to its end. A child that was stopped or died is tried again, since that may have
been the machine; what failed twice in a run is believed, so that a file that takes a minute to fail does not take it
from every region.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict
from pathlib import Path

from helpers.ingest import isolation, readings
from helpers.ingest.books import Limits, Refusal
from helpers.ingest.gate import read_bytes

TRIES = 2


def run_once(
    task: str,
    path: str | Path,
    *,
    rests_on: str | Path,
    is_kept: bool = True,
    limits: Limits = Limits(),  # noqa: B008
    **options: object,
) -> dict:
    """Run a task on a file as :func:`helpers.ingest.isolation.run_isolated` does, or give its answer of before.

    Parameters
    ----------
    task, path, limits, options
        As for ``run_isolated``.
    rests_on
        The data folder with whose registers the task reads.
    is_kept
        False where the answer holds what is not to lie anywhere but in the file. Failures are remembered all the same.

    Returns
    -------
    dict
        As ``run_isolated`` gives it.
    """
    path = Path(path).absolute()
    asked = {"package": isolation.PACKAGE, "limits": asdict(limits), "options": options}
    key = _key(task, path, limits, rests_on, asked)
    if kept := readings.load(key):
        facts, tables = kept
        return {**facts, **tables}
    failed = _key(f"{task} failed", path, limits, rests_on, asked)
    before = _failures(failed)
    if before and before["times"] >= TRIES:
        return before["answer"]
    answer = isolation.run_isolated(task, path, limits=limits, **options)
    if key != _key(task, path, limits, rests_on, asked):  # the file or a register changed: who knows which one was read
        return answer
    if "trace" in answer:
        said = answer | {"trace": ""}  # what a child says as it dies may quote the file
        readings.save(failed, {"times": before.get("times", 0) + 1, "answer": said})
    elif is_kept:
        tables = {name: part for name, part in answer.items() if name == "table"}
        readings.save(key, {name: part for name, part in answer.items() if name not in tables}, tables)
    return answer


def _failures(key: str) -> dict:
    """How often the child failed before, and how; nothing where it did not."""
    kept = readings.load(key)
    return kept[0] if kept else {}


def _key(task: str, path: Path, limits: Limits, rests_on: str | Path, asked: dict) -> str:
    """The name of an answer; the folder of the file and who asks make no difference to it. "" for none."""
    if readings.folder() is None:
        return ""
    try:
        data = read_bytes(path, limits)
    except Refusal:
        return ""  # it will be refused again, without a child
    about = {"name": os.fsencode(path.name).hex(), "sha256": hashlib.sha256(data).hexdigest(), **asked}
    return readings.key_of(task, data=rests_on, **about)
