"""The finished reading of a whole folder, kept for a run: its tables and findings, under what they were made of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from helpers.ingest import frames, readings
from helpers.ingest.books import Limits
from helpers.ingest.findings import Findings
from helpers.ingest.listing import Listed, list_files, not_read


def key_of(what: str, folder: Path, *, endings: Collection[str], limits: Limits, data: str | Path, today: str) -> str:
    """Name the reading of a folder as it now is; "" where it cannot be kept.

    It stands for the names and bytes of all files, where they lead if they are links (what is known of a file goes by
    its place), those that are not read and why, the limits, the day, and the data folder with its registers.
    """
    if readings.folder() is None:
        return ""
    try:
        files = [_told_apart(one, endings, limits) for one in list_files(folder)]
    except OSError:
        return ""
    return readings.key_of(what, data=data, files=files, limits=asdict(limits), today=today)


def keep(key: str, tables: dict[str, tuple[pd.DataFrame, dict[str, str]]], findings: list[Findings]) -> None:
    """Keep tables, each with its declared columns, and findings; not where one would not come back as it is."""
    try:
        packed = {name: frames.as_arrow(*table) for name, table in tables.items()}
    except ValueError:
        return
    readings.save(key, {"findings": frames.findings_as_data(findings)}, packed)


def kept(key: str, declared: dict[str, dict[str, str]]) -> tuple[dict[str, pd.DataFrame], list[Findings]] | None:
    """Give the tables and findings that were kept; None where there are none, or not of the declared columns."""
    if not (found := readings.load(key)):
        return None
    facts, tables = found
    try:
        whole = {name: frames.from_arrow(tables[name], columns) for name, columns in declared.items()}
        return whole, frames.findings_from_data(facts["findings"])
    except (KeyError, TypeError, ValueError):
        return None


def _told_apart(one: Listed, endings: Collection[str], limits: Limits) -> list[str]:
    """What a file of the folder contributes: its name, where it leads and its bytes, or why it is not read."""
    place = [one.name, os.fsencode(os.path.realpath(one.path)).hex()]
    if not_read(one, endings):
        return [*place, one.fault]
    if (size := one.path.stat().st_size) > limits.unpacked_bytes:
        return [*place, f"{size} bytes"]  # refused, whatever it holds
    with one.path.open("rb") as file:
        return [*place, hashlib.file_digest(file, "sha256").hexdigest()]
