"""Fetch indicators from the web into the data folder: ask, check, read back, put in place.

A source's file is whole, checked and readable, or it is not written at all, and the one that is there stays. One
source's failure alters no other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.batch import placing, publish
from helpers.ingest.fetching.answers import Answer, FetchError
from helpers.ingest.fetching.asking import ask
from helpers.ingest.fetching.sources import Source
from helpers.ingest.findings import Finding, Rows
from helpers.ingest.indicators import IndicatorError, read_indicators

REASONS_SAID = 3


@dataclass(frozen=True)
class Fetched:
    """What became of one source.

    Attributes
    ----------
    source : str
        Its id.
    state : str
        written, unchanged (the file in place has the same bytes and stays) or failed.
    file : str
        The file's path below the data folder, "" where none was written.
    rows : int
        Rows that came.
    figures : int
        Figures that the readers take from them.
    message : str
        Why it failed, "" where it did not.
    notes : tuple of str
        What should be known: one sentence each.
    """

    source: str
    state: str
    file: str = ""
    rows: int = 0
    figures: int = 0
    message: str = ""
    notes: tuple[str, ...] = ()


def fetch(
    sources: Iterable[Source],
    *,
    data: Path,
    today: dt.date,
    progress: Callable[[Fetched], object] = lambda fetched: None,
    pause: Callable[[float], object] = time.sleep,
) -> list[Fetched]:
    """Fetch some sources, one after the other, and put their files into the data folder.

    Parameters
    ----------
    sources : iterable of Source
        What is to be fetched; see :func:`helpers.ingest.fetching.sources.chosen_sources`.
    data : path
        The data folder. Where it has no folder ``indicators`` of its own, it uses the project's figures; these are
        copied into it before the first file is put there, so that none is lost, and the notes say so.
    today : datetime.date
        The date in the files' names.
    progress : callable, optional
        Called with each :class:`Fetched` once it is known.
    pause : callable, optional
        What waits between two tries.

    Returns
    -------
    list of Fetched
        One a source, in the order given.

    Raises
    ------
    helpers.batch.publish.Locked
        If another run is fetching into this folder.
    helpers.batch.placing.PlacingError
        If the folder's description (``datapackage.json``) cannot be read.
    """
    results = []
    with publish.lock(_lock_folder(data), today.isoformat()):
        placing.read_description(data)
        placing.clear_private(data)
        for source in sources:
            results.append(_fetched(source, data, today, pause))
            progress(results[-1])
    return results


def _lock_folder(data: Path) -> Path:
    """Where the lock of this data folder is: not in it, since everything in it is data."""
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"care-atlas-{user}-{name}"


def _fetched(source: Source, data: Path, today: dt.date, pause: Callable[[float], object]) -> Fetched:
    try:
        answer = ask(source, pause=pause)
        with placing.private_file(data, f"{source.id}_{today.isoformat()}{answer.ending}", answer.content) as file:
            rows, notes = read_back(file, answer, data, today)
            placing.check_not_shrunk(source, answer, data)
            placed = placing.put(file, source, answer, data, today)
    except (FetchError, placing.PlacingError, OSError) as error:
        return Fetched(source.id, "failed", message=str(error))
    notes = (*answer.notes, *notes, *placed.notes)
    return Fetched(source.id, placed.state, placed.file, answer.rows, rows.used, notes=notes)


def read_back(file: Path, answer: Answer, data: Path, today: dt.date) -> tuple[Rows, tuple[str, ...]]:
    """Read the file as the reports will; what they would not take becomes a note.

    Raises
    ------
    FetchError
        If no figure of it would be used: then the file would only be in the way.
    """
    try:
        table, findings = read_indicators(file, data=data, today=today)
    except IndicatorError as error:
        raise FetchError(
            f"{answer.rows:,} rows came, but none can be used here: {_reasons(error.findings)}. Nothing was written"
        ) from None
    notes = []
    if findings.errors:
        refused = _counted(findings.rows.refused, "figure")
        notes.append(f"the readers refuse {refused} ({_reasons(findings.errors)}); see atlas check")
    if findings.rows.skipped:
        others = [finding for finding in findings if finding.severity != "error"]
        notes.append(f"{_counted(findings.rows.skipped, 'figure')} left out ({_reasons(others)})")
    return Rows(used=len(table), skipped=findings.rows.skipped, refused=findings.rows.refused), tuple(notes)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _reasons(findings: Iterable[Finding]) -> str:
    """The first things that are wrong, each once, the most telling first."""
    order = {"error": 0, "warning": 1, "note": 2}
    worst = sorted(findings, key=lambda one: (one.code == "no-usable-rows", order[one.severity]))
    said = list(dict.fromkeys(one.message.rstrip(".") for one in worst if one.code != "no-usable-rows"))
    more = f", and {len(said) - REASONS_SAID} more" if len(said) > REASONS_SAID else ""
    return "; ".join(said[:REASONS_SAID]) + more


def as_text(fetched: Fetched) -> str:
    """One line that says what became of a source, and one for each thing that should be known of it."""
    if fetched.state == "failed":
        return f"{fetched.source}: failed: {fetched.message.rstrip('.')}."
    where = "unchanged, still" if fetched.state == "unchanged" else "written to"
    first = f"{fetched.source}: {fetched.rows:,} rows, {fetched.figures:,} figures, {where} {fetched.file}"
    return "\n".join([first, *(f"  {note}" for note in fetched.notes)])


def last_words(results: list[Fetched]) -> str:
    """How many sources were fetched, which were not, and what to do now."""
    failed = [result.source for result in results if result.state == "failed"]
    said = f"{len(results) - len(failed)} of {len(results)} sources fetched"
    if failed:
        said += f"; not {', '.join(failed)}: nothing of it was changed"
    is_new = any(result.state == "written" for result in results)
    return f"{said}." + (" Now build the reports anew with atlas run." if is_new else "")
