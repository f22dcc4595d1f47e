"""One built set of reports for every test that looks at pages."""

from datetime import date
from pathlib import Path

import pytest

from helpers.batch import run
from helpers.reference import paths

BUILT = ("midlothian", "flanders", "singapore", "scotland", "orkney-islands", "poland")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """Reports of regions of each kind: both chapters, one wave, rounds only, no comparator, small, nothing at all."""
    out = tmp_path_factory.mktemp("reports")
    result = run.run(
        BUILT, data=paths.data(), out=out, jobs=2, seconds=300, today=date(2026, 3, 1), progress=lambda *_: None
    )
    failed = {region.region: region.message for region in result.regions if region.state != "built"}
    assert not failed
    return out
