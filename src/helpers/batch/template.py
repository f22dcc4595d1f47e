"""The workbook that a panel fills in: an assessment in the long layout, with drop-downs and instructions.

What stands in it is read back by :mod:`helpers.ingest.assessments`: the sheet ``assessment`` holds one row a
stakeholder and dimension, the sheet ``about`` says which region and model it is for. All its words are in
``assessment_workbook.yaml`` beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from helpers.batch import cells, xlsx
from helpers.reference.models import Dimension, Model, default_model_id, load_model
from helpers.reference.regions import Region, region

READ_ME, ASSESSMENT, LEVELS, ABOUT, LISTS = "read me", "assessment", "levels", "about", "lists"
AGREED = ("Consensus", "Desired")
MOST_STAKEHOLDERS = 200
WIDTHS = {
    "region": 15,
    "stakeholder": 17,
    "role": 20,
    "sector": 20,
    "dimension": 26,
    "rating": 11,
    "justification": 52,
    "confidence": 16,
    "date": 15,
    "model": 20,
}
COLUMNS = tuple(WIDTHS)
GIVEN = ("region", "stakeholder", "dimension", "model")
_YEAR_2000 = "36526"  # 1 January 2000 as spreadsheet programs count days


def write_template(
    region_id: str,
    path: str | Path,
    *,
    model_id: str = default_model_id,
    stakeholders: int = 12,
    today: date | None = None,
    data: str | Path = "",
) -> Path:
    """Write an assessment workbook for a region, ready to be filled in.

    Parameters
    ----------
    region_id
        An id of the register, such as ``midlothian``.
    path
        Where to; a name that ends in ``.xlsx``, in a folder that exists.
    model_id
        Which maturity model.
    stakeholders
        For how many stakeholders there are rows, besides the consensus and the desired levels; 1 to 200.
    today
        The day that the workbook gives as its own; by default this day.
    data
        The data folder; empty for the project's own.

    Returns
    -------
    Path
        The file. The same call on the same day gives the same bytes.

    Raises
    ------
    FileExistsError
        If there is such a file already; it is left as it is.
    FileNotFoundError
        If there is no such folder.
    ValueError
        If the name does not end in ``.xlsx`` or the number of stakeholders cannot be. As ``UnknownRegion`` or
        ``UnknownModel``, with a suggestion, if there is no such region or model.
    """
    place, model = region(region_id, data), load_model(model_id, data)
    if not 1 <= stakeholders <= MOST_STAKEHOLDERS:
        raise ValueError(f"There can be 1 to {MOST_STAKEHOLDERS} stakeholders, not {stakeholders}.")
    target = _checked(Path(path))
    content = xlsx.as_bytes(_workbook(place, model, stakeholders, today or date.today()))
    _write_new(target, content)
    return target


def _checked(path: Path) -> Path:
    if path.suffix.lower() != ".xlsx":
        raise ValueError(f"The workbook's name has to end in .xlsx, and {path.name} does not.")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}.")
    if path.exists():
        raise FileExistsError(_already_there(path))
    return path


def _already_there(path: Path) -> str:
    return f"{path} is there already and was left as it is. Choose another name."


def _write_new(path: Path, content: bytes) -> None:
    """Write the file unless somebody else was quicker; nothing is ever written over."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise FileExistsError(_already_there(path)) from None


@cache
def _words() -> dict[str, Any]:
    text = resources.files("helpers.batch").joinpath("assessment_workbook.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def _workbook(place: Region, model: Model, stakeholders: int, today: date) -> Workbook:
    title = f"Assessment of integrated care: {place.name}"
    description = f"A workbook to be filled in: {model.name}, {place.name}."
    names = [f"Stakeholder {number}" for number in range(1, stakeholders + 1)]
    workbook = xlsx.new_workbook(title=title, description=description, made=today)
    _add_read_me(workbook, title, _facts(place, model, stakeholders, today))
    _add_assessment(workbook, place, model, [*names, *AGREED])
    _add_levels(workbook, model)
    add_about(workbook, {"region": place.id, "model": model.id, "status": "own", "title": title})
    _add_lists(workbook, _lists(model))
    return workbook


def _facts(place: Region, model: Model, stakeholders: int, today: date) -> dict[str, object]:
    """What the words in braces stand for."""
    return {
        "region": place.id,
        "region_name": place.name,
        "model_name": model.name,
        "dimensions": len(model.dimensions),
        "low": model.scale_minimum,
        "high": model.scale_maximum,
        "stakeholders": stakeholders,
        "day": f"{today.day} {today:%B %Y}",
    }


def _add_read_me(workbook: Workbook, title: str, facts: Mapping[str, object]) -> None:
    sheet = xlsx.add_sheet(workbook, READ_ME, is_prose=True)
    xlsx.set_widths(sheet, [95])
    row = xlsx.put_lines(sheet, [(title, "Heading 1")])
    for section in _words()["read_me"]:
        row = xlsx.put_lines(sheet, _section(section, facts), row=row)


def _section(section: Mapping[str, Any], facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """The lines of one section of the instructions, each with its style."""
    heading = [(section["heading"], "Heading 2")] if "heading" in section else []
    texts = [text.format(**facts) for text in section["paragraphs"]]
    if section.get("numbered"):
        texts = [f"{number}. {text}" for number, text in enumerate(texts, start=1)]
    return heading + [(text, "Paragraph") for text in texts]


def _add_assessment(workbook: Workbook, place: Region, model: Model, stakeholders: Sequence[str]) -> None:
    pairs = [(stakeholder, dimension) for stakeholder in stakeholders for dimension in model.dimensions]
    sheet = add_assessment_sheet(workbook, WIDTHS, rows=len(pairs))
    for row, (stakeholder, dimension) in enumerate(pairs, start=2):
        _put_row(sheet, row, _given(place, model, stakeholder, dimension), is_first=dimension.order == 1)
    _add_choices(sheet, model, last_row=len(pairs) + 1)


def add_assessment_sheet(workbook: Workbook, widths: Mapping[str, float], *, rows: int) -> Worksheet:
    """Add the sheet ``assessment`` with these columns as headings, ready for so many rows below them."""
    sheet = xlsx.add_sheet(workbook, ASSESSMENT)
    for number, name in enumerate(widths, start=1):
        xlsx.put_text(sheet.cell(1, number), name, "Column heading")
    xlsx.mark_table(sheet, "table_assessment", row=1, headings=list(widths), rows=rows, filters=True)
    xlsx.set_widths(sheet, list(widths.values()))
    sheet.freeze_panes = "A2"
    return sheet


def _given(place: Region, model: Model, stakeholder: str, dimension: Dimension) -> dict[str, str]:
    return {"region": place.id, "stakeholder": stakeholder, "dimension": dimension.name, "model": model.id}


def _put_row(sheet: Worksheet, row: int, given: Mapping[str, str], *, is_first: bool) -> None:
    """One place for a rating; the first of a stakeholder has a firm line above it."""
    formats = {"rating": "0", "date": cells.DAY}
    for number, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row, number)
        if name in given:
            xlsx.put_text(cell, given[name], "Given text")
        elif name in formats:
            cell.style = xlsx.figure_style(sheet.parent, formats[name])
        else:
            cell.style = "Table text"
        if is_first:
            cell.border = Border(top=Side(style="medium", color=xlsx.INK), bottom=cell.border.bottom)


def _add_choices(sheet: Worksheet, model: Model, *, last_row: int) -> None:
    """The drop-downs, what they say when a cell is chosen, and what they refuse."""
    lists, scale = _lists(model), {"low": model.scale_minimum, "high": model.scale_maximum}
    for name, words in _words()["prompts"].items():
        letter = get_column_letter(COLUMNS.index(name) + 1)
        rule = _choice_from(lists, name) if name in lists else _past_day()
        rule.sqref.add(f"{letter}2:{letter}{last_row}")
        rule.showInputMessage, rule.promptTitle = True, words["title"]
        rule.prompt = words["text"].format(**scale)
        if "refusal" in words:
            rule.showErrorMessage, rule.errorTitle = True, words["title"]
            rule.error = words["refusal"].format(**scale)
        sheet.add_data_validation(rule)


def _choice_from(lists: Mapping[str, Sequence[object]], name: str) -> DataValidation:
    letter = get_column_letter(list(lists).index(name) + 1)
    place = f"{LISTS}!${letter}$2:${letter}${len(lists[name]) + 1}"
    return DataValidation("list", formula1=place, allowBlank=True)


def _past_day() -> DataValidation:
    return DataValidation("date", operator="between", formula1=_YEAR_2000, formula2="TODAY()", allowBlank=True)


def _lists(model: Model) -> dict[str, Sequence[object]]:
    """What the drop-downs offer, in the order of the columns of the sheet ``lists``."""
    return {"rating": model.levels, **_words()["lists"]}


def _add_levels(workbook: Workbook, model: Model) -> None:
    sheet, words = xlsx.add_sheet(workbook, LEVELS), _words()["levels"]
    lines = [(words["title"], "Heading 1"), (words["text"], "Line")]
    row = xlsx.put_lines(sheet, lines + ([(model.wording_note, "Line")] if model.wording_note else []))
    if model.official_url.startswith("https://"):
        xlsx.put_link(sheet.cell(row, 1), words["link"], url=model.official_url)
        row += 1
    columns = [
        cells.column("Dimension", [dimension.name for dimension in model.dimensions], width=26),
        _told("Objective", [dimension.objective for dimension in model.dimensions], width=34),
        *(_told(f"Level {level}", [d.levels.get(level) for d in model.dimensions]) for level in model.levels),
    ]
    xlsx.put_table(sheet, "table_levels", columns, row=row)


def _told(heading: str, texts: Sequence[str | None], *, width: float = 27) -> cells.Column:
    """A column of the model's words; where it does not carry them, that is said."""
    return cells.column(heading, [text or _words()["levels"]["untold"] for text in texts], width=width)


def add_about(workbook: Workbook, about: Mapping[str, str]) -> None:
    """Add the sheet ``about``: what the file says of itself, a key and its value in each row."""
    sheet = xlsx.add_sheet(workbook, ABOUT)
    columns = [cells.column("key", about, width=16), cells.column("value", about.values(), width=70)]
    xlsx.put_table(sheet, "table_about", columns, row=1)


def _add_lists(workbook: Workbook, lists: Mapping[str, Sequence[object]]) -> None:
    sheet = xlsx.add_sheet(workbook, LISTS)
    xlsx.set_widths(sheet, [12, 16, 34, 34])
    for place, (name, offered) in enumerate(lists.items(), start=1):
        xlsx.put_text(sheet.cell(1, place), name, "Column heading")
        for row, value in enumerate(offered, start=2):
            xlsx.put_value(sheet.cell(row, place), value)
