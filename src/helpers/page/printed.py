"""The printed statements about a region as a table, with their sources."""

from __future__ import annotations

from pathlib import Path

from helpers.page.blocks import Block
from helpers.page.tables import Column, table
from helpers.reference.models import load_model
from helpers.reference.printed import load_published_findings

COLUMNS = (
    Column("text", "Statement", "prose"),
    Column("about", "About"),
    Column("kind", "Kind"),
    Column("source", "Source", "prose"),
)


def published_findings(region: str, *, data: str | Path = "") -> Block | None:
    """Show the printed statements about one region; nothing where there are none."""
    mine = load_published_findings(region, data)
    if mine.empty:
        return None
    names = load_model("scirocco-exchange").names
    shown = mine.assign(about=[names.get(code, code) for code in mine["dimension"]])
    return table(shown, COLUMNS, name="in print", title="Printed statements, in our words", with_source=False)
