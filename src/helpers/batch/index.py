"""The list of all regions, kept up to date: drawn anew where something in it has changed, else given the run's day.

This module is light; the page itself is made by ``index_page``, which loads pandas, and not after a run that changed
nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import helpers
from helpers.batch import history, publish
from helpers.reference import paths, register_ids

if TYPE_CHECKING:
    from helpers.batch.record import RunResult

DRAWN_BY = ("batch/index.py", "batch/index_page.py", "batch/report.py", "batch/templates/index.html.j2",
            "batch/templates/style.css", "charts/tiles.py", "charts/style.py")  # fmt: skip
DRAWN_FROM = ("regions.csv", "tiles_scotland.csv")
RUN_DAY = re.compile(r'(<time class="run" datetime=")[^"]*(">)[^<]*(</time>)')


def write_index(out: Path, result: RunResult, *, data: Path) -> None:
    """Bring ``index.html`` up to date over every region of the register, whatever part of it this run made.

    For the run that holds the lock, after its line stands in the history.
    """
    failures = history.failures(history.runs(out))
    key = _key(out, failures, result.shared_problems, data)
    finished = datetime.fromisoformat(result.finished)
    if not _redated(out / "index.html", key, finished):
        from helpers.batch import index_page

        publish.write_text(out / "index.html", index_page.page(out, result, failures, data=data, key=key))


def _redated(page: Path, key: str, finished: datetime) -> bool:
    """Give the page the day of this run if it shows what there is to show already."""
    try:
        text = page.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    if f'<meta name="shows" content="{key}">' not in text:
        return False
    publish.write_text(page, RUN_DAY.sub(rf"\g<1>{finished:%Y-%m-%d}\g<2>{day(finished)}\g<3>", text))
    return True


def _key(out: Path, failures: dict[str, history.Failure], problems: list[str], data: Path) -> str:
    """The fingerprint of all that the page shows but for the day of the run."""
    ids = [*register_ids.region_ids(data), register_ids.COMPARED_ID]
    source = Path(helpers.__file__).parent
    files = [*(source / name for name in DRAWN_BY), *(paths.reference_file(name, data) for name in DRAWN_FROM)]
    shown = {
        "version": helpers.__version__,
        "files": [publish.sha256(file) for file in files],
        "reports": [_shown_of(out / id_) for id_ in ids],
        "failures": {id_: [failure.since, failure.message] for id_, failure in failures.items()},
        "problems": problems,
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _shown_of(folder: Path) -> list[Any]:
    last = publish.read_json(folder / "report.json")
    names = ("sha256", "built", "seconds", "message")
    return [*(last.get(name) for name in names), (folder / "index.html").is_file()]


def day(moment: datetime) -> str:
    """A day as pages write it, on one line."""
    return f"{moment.day}\u00a0{moment:%b}\u00a0{moment:%Y}"
