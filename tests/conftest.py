"""One built set of reports for every test that looks at pages, however many processes run the tests."""

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from helpers.batch import run
from helpers.reference import paths

BUILT = ("midlothian", "flanders", "singapore", "scotland", "orkney-islands", "poland", "regions-compared")


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id) -> Path:
    """Reports of regions of each kind: both chapters, one wave, rounds only, no comparator, small, nothing at all."""
    folder = tmp_path_factory.getbasetemp()
    shared = (folder if worker_id == "master" else folder.parent) / "built"
    with _alone(shared.with_suffix(".lock")):
        if not (shared / "whole").is_file():
            _build(shared / "reports")
            (shared / "whole").touch()
    return shared / "reports"


def _build(out: Path) -> None:
    result = run.run(BUILT, data=paths.data(), out=out, jobs=2, seconds=300, today=date(2026, 3, 1))
    failed = {made.region: made.message for made in [*result.regions, result.compared] if made.state != "built"}
    assert not failed


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process at a time go on; the lock goes with the process, however it ends."""
    fcntl = pytest.importorskip("fcntl")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
