"""One built set of reports for every test that looks at pages."""

from datetime import date
from pathlib import Path

import pytest

from helpers.batch import run
from helpers.reference import paths

BUILT = ("midlothian", "flanders", "singapore", "scotland", "orkney-islands", "poland", "regions-compared")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """Reports of regions of each kind: both chapters, one wave, rounds only, no comparator, small, nothing at all."""
    out = tmp_path_factory.mktemp("reports")
    result = run.run(
        BUILT, data=paths.data(), out=out, jobs=2, seconds=300, today=date(2026, 3, 1), progress=lambda *_: None
    )
    failed = {made.region: made.message for made in [*result.regions, result.compared] if made.state != "built"}
    assert not failed
    return out
