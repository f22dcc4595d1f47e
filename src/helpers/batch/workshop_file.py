"""The workbook of a workshop that is over: the format that `atlas new` writes and `atlas run` reads, filled in."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from helpers.batch import cells, inert, publish, template, xlsx
from helpers.ingest import assessments
from helpers.live.workshop import beside, keeping, tables
from helpers.live.workshop.keeping import Facts
from helpers.reference import paths
from helpers.reference.models import Model, load_model
from helpers.scoring.panels import SMALLEST_PANEL

WIDTHS = {**template.WIDTHS, "round": 9}


class NotWritten(ValueError):
    """The workbook could not be written, or would not be read back as it was; the sentence says why."""


def write_workbook(folder: str | Path, *, data: str | Path = "") -> Path:
    """Write the assessment workbook of a workshop and read it back to be sure.

    Parameters
    ----------
    folder
        The workshop's.
    data
        The data folder; the workbook goes to ``assessments/<region>/<date>_workshop.xlsx`` there. That of a practice
        goes into the workshop's own folder, and says that it is illustrative.

    Returns
    -------
    Path
        The workbook. What an earlier call wrote and nobody changed since is replaced; any other file of that name is
        left alone and the workbook gets a number.

    Raises
    ------
    NotWritten
        If there is no rating and no agreed level, or what was written is not what is read.
    WorkshopError
        If the folder holds no workshop.
    """
    folder = Path(folder)
    with contextlib.closing(keeping.connect(folder / keeping.FILE_NAME)) as connection:
        facts, model = keeping.facts_of(connection), load_model(keeping.facts_of(connection).model, data)
        table = tables.ratings(connection, everything=True)
        notes = _notes(connection, facts, model, table)
    if table["rating"].notna().sum() == 0:
        raise NotWritten("Nobody has rated anything yet, and no level was agreed: there is nothing to write.")
    home = folder if facts.is_practice else paths.assessments(facts.region, data)
    home.mkdir(parents=True, exist_ok=True)
    content = xlsx.as_bytes(_workbook(facts, model, _in_order(table, model), notes))
    _check_read_back(content, table, facts, data)
    target = _target(home, f"{facts.day}_workshop", folder)
    xlsx.replace_file(target, content)
    told = {"workbook": str(target), "sha256": publish.sha256(target), "at": keeping.now()}
    beside.write(folder, beside.WRITTEN, told)
    return target


def _target(home: Path, stem: str, folder: Path) -> Path:
    """The first name that is free, or that of what this workshop wrote itself and nobody touched."""
    told = beside.read(folder, beside.WRITTEN)
    with contextlib.suppress(OSError, KeyError):
        before = Path(told["workbook"])
        if before.parent == home and publish.sha256(before) == told["sha256"]:
            return before
    number, target = 2, home / f"{stem}.xlsx"
    while target.exists():
        number, target = number + 1, home / f"{stem}_{number}.xlsx"
    return target


def _in_order(table: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Stakeholder by stakeholder in the order of their coming, the decisions last; dimensions as in the model."""
    first = {name: place for place, name in reversed(list(enumerate(table["stakeholder"])))}
    order = {code: place for place, code in enumerate(model.codes)}
    return (
        table.assign(
            who=table["stakeholder"].map(first), what=table["dimension"].map(order), last=table["kind"] != "individual"
        )
        .sort_values(["last", "who", "round", "what"], kind="stable")
        .drop(columns=["who", "what", "last"])
    )


def _notes(connection: sqlite3.Connection, facts: Facts, model: Model, table: pd.DataFrame) -> list[str]:
    """What a reader of the workbook should know, a sentence each."""
    state, names = keeping.state(connection), model.names
    panel = table.loc[table["kind"] == "individual", "stakeholder"].nunique()
    people = {one.participant: one.label for one in keeping.participants(connection)}
    said = [f"Ratings of {panel} stakeholders, given in a workshop on {facts.day}; no names were asked for."]
    if facts.is_practice:
        said.append("A practice: the panel was simulated or played back. Nothing here is an assessment.")
    if 0 < panel < SMALLEST_PANEL:
        said.append("Fewer than five stakeholders: reports show none of their ratings. Keep this file to yourselves.")
    for number, why in state.left_out.items():
        said.append(f"{people.get(number, number)} was left out: {why or 'no reason given'}.")
    never = [names[code] for code, rounds in state.rounds.items() if not all(one.is_shown for one in rounds)]
    if never:
        said.append(f"Not every round was shown to the panel: {', '.join(never)}. Its ratings are here all the same.")
    outside = [f"{names.get(code, code)}, round {round_} ({many})"
               for (code, round_), many in tables.outside(connection, state).items()]  # fmt: skip
    if outside:
        said.append(f"Ratings of rounds that were never opened, or taken back, are not here: {'; '.join(outside)}.")
    return said


def _workbook(facts: Facts, model: Model, table: pd.DataFrame, notes: list[str]) -> Workbook:
    title = f"Assessment of integrated care: {facts.region_name}, workshop on {facts.day}"
    workbook = xlsx.new_workbook(title=title, description=notes[0], made=date.fromisoformat(facts.day))
    _add_assessment(workbook, model, table)
    about = {
        "region": facts.region,
        "model": model.id,
        "status": "illustrative" if facts.is_practice else "own",
        "title": title,
    }
    template.add_about(workbook, about)
    xlsx.put_lines(xlsx.add_sheet(workbook, template.READ_ME, is_prose=True), [(text, "Paragraph") for text in notes])
    return workbook


def _add_assessment(workbook: Workbook, model: Model, table: pd.DataFrame) -> None:
    shown = table.assign(dimension=table["dimension"].map(model.names), date=table["date"].dt.date)
    sheet = template.add_assessment_sheet(workbook, WIDTHS, rows=len(shown))
    for row, values in enumerate(shown[list(WIDTHS)].itertuples(index=False), start=2):
        for number, (name, value) in enumerate(zip(WIDTHS, values, strict=True), start=1):
            _put(sheet.cell(row, number), name, value)


def _put(cell, name: str, value: object) -> None:
    if name in ("rating", "round", "date"):
        if not pd.isna(value):
            xlsx.put_value(
                cell, value if name == "date" else int(value), number_format=cells.DAY if name == "date" else "0"
            )
    elif value:
        xlsx.put_text(cell, value, "Table text")


def _check_read_back(content: bytes, table: pd.DataFrame, facts: Facts, data: str | Path) -> None:
    """Read the workbook as `atlas run` would, before it is in place, and hold every rating against what was meant."""
    with tempfile.TemporaryDirectory(prefix="care-atlas-") as private:
        draft = Path(private) / "workshop.xlsx"
        draft.write_bytes(content)
        read, _ = assessments.read_assessment(draft, region=facts.region, data=data)
    if _counted(table) != _counted(read):
        raise NotWritten(
            "The workbook would not read back as it was meant, so it was not written. The workshop is whole."
        )


def _counted(table: pd.DataFrame) -> Counter:
    """How often each rating stands there; texts lose what a spreadsheet cannot hold, ratings nothing."""
    rated = table[table["rating"].notna()]
    names = zip(rated["stakeholder"], rated["kind"], rated["dimension"], rated["confidence"], strict=True)
    whose = [(" ".join(inert.plain_text(who).split()), *rest) for who, *rest in names]
    return Counter(zip(whose, rated["round"].astype(int), rated["rating"].astype(int), strict=True))
