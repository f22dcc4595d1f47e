"""What others have printed about a region's integrated care: statements with their source, never measurements."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.page.blocks import Block
from helpers.page.tables import Column, table
from helpers.reference import paths
from helpers.reference.models import load_model

COLUMNS = (
    Column("text", "Statement", "prose"),
    Column("about", "About"),
    Column("kind", "Kind"),
    Column("source", "Source"),
)


def published_findings(region: str, *, data: str | Path = "") -> Block | None:
    """Show the printed statements about one region; nothing where there are none."""
    path = paths.reference(data) / "published_findings.csv"
    if not path.is_file():
        return None
    everything = pd.read_csv(path, dtype=str, keep_default_na=False)
    mine = everything[everything["region"] == region]
    if mine.empty:
        return None
    names = load_model("scirocco-exchange").names
    shown = mine.assign(about=[names.get(code, code) for code in mine["dimension"]])
    return table(shown, COLUMNS, name="in print", title="Printed statements, in our words", with_source=False)
