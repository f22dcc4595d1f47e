"""The small line under a figure: whose numbers these are, and under which licence."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers.scoring.wording import listing

ADJECTIVES = {
    "illustrative": "Illustrative, not real",
    "reconstructed": "Reconstructed from a printed table",
    "unknown": "Of unknown status",
}


def source_line(files: pd.DataFrame, used: Iterable[str]) -> str:
    """Name the producers, files and licences behind a figure.

    Parameters
    ----------
    files
        One row a file, as ``ingest.sources.source_table`` gives it.
    used
        The names of the files that the figure was drawn from.

    Returns
    -------
    str
        Such as "Source: ScotPHO: scotpho_councils_2024-10.csv; Open Government Licence v3.0."; "" where no file is
        known.
    """
    behind = files[files["file"].isin(set(used))].fillna("")
    parts = []
    for (status, producer, licence), group in behind.groupby(["status", "producer", "licence"], sort=False):
        names = listing(list(group["file"]), 4)
        said = [ADJECTIVES.get(str(status), ""), f"{producer}: {names}" if producer else names, str(licence)]
        parts.append("; ".join(part for part in said if part))
    return f"Source: {'. '.join(parts)}." if parts else ""


def used(files: pd.DataFrame, *frames: pd.DataFrame) -> pd.DataFrame:
    """The files that rows of these tables came from, as rows of ``files``."""
    names = set().union(*(files_of(frame) for frame in frames))
    return files[files["file"].isin(names)]


def files_of(frame: pd.DataFrame) -> set[str]:
    """The files that the rows of a table came from."""
    return {name for name in frame["file"].dropna().unique() if name} if "file" in frame else set()


def refused(files: pd.DataFrame) -> list[str]:
    """The names of the files of which nothing could be used."""
    return list(files.loc[files["state"] == "refused", "file"])
