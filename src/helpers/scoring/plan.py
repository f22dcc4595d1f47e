"""A plan's own figures: what can and what cannot be said of a number without limits and without a base."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from helpers.scoring import figures
from helpers.scoring.ratings import check_columns
from helpers.scoring.wording import NBSP, amount, listing, number, sentence

COLUMNS = [
    "indicator", "indicator_name", "short_name", "theme", "sex", "age_group", "group",
    "period", "unit", "measure", "polarity", "value", "qualifier", "figure_text",
    "comparator_name", "comparator_value", "earlier_period", "earlier_value",
    "is_contradicted", "lacks_base", "lacks_period", "can_say", "cannot_say", "note", "codes", *figures.PLACE,
]  # fmt: skip
SUBJECT = ["file", "indicator", "sex", "age_group", "group", "measure"]
WHOLE_INDICATOR = ("percentage-without-base", "figure-stale")


def plan_figures(
    indicators: pd.DataFrame,
    findings: pd.DataFrame | None,
    area_code: str,
    *,
    register: pd.DataFrame,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Say of every figure of a plan what it can carry.

    Parameters
    ----------
    indicators
        One row a figure.
    findings
        One row a finding about the files (``code``, ``file``, ``cell``, ``message``), or None.
    area_code
        The region.
    register
        The register of indicators.
    names
        Names of areas by code.

    Returns
    -------
    DataFrame
        One row a figure, in the register's order, of the files that hold nothing but figures (no limits, no
        denominators, no further areas; see `figures.is_bare`) and are mostly about this region: ``value``
        in ``unit``, ``qualifier`` ("at least"), ``figure_text`` (the three together), ``group`` (whom it is
        about); ``comparator_name`` and ``comparator_value`` where the file gives another area's,
        ``earlier_period`` and ``earlier_value`` where it gives an earlier one; ``is_contradicted``,
        ``lacks_base`` (a share without the number behind it), ``lacks_period``; ``can_say`` and ``cannot_say``
        (sentences), ``note`` (as in the file), ``codes`` (of its findings, joined by ";") and its place.

    Notes
    -----
    What can be said follows from the columns and the findings alone. A share without its base, a figure
    without a period, limits or comparator, a round figure, one that is old and one that another contradicts
    are each named.
    """
    table = figures.complete(_of_few_areas(indicators))
    bare = table[figures.is_bare(table)]
    bare = bare[_mainly_about(bare, area_code)]
    own = figures.with_names(bare[bare["area_code"] == area_code], register)
    found = _about(own, findings)
    clashes = _clashes(own, found)
    alike = _alike(bare)
    rows = [
        _row(figure, alike[_subject(figure)], found[_place(figure)], clashes.get(_place(figure), []), names)
        for figure in own.to_dict("records")
    ]
    types = dict.fromkeys(("value", "comparator_value", "earlier_value"), float)
    types |= dict.fromkeys(("is_contradicted", "lacks_base", "lacks_period"), bool)
    return pd.DataFrame(rows, columns=COLUMNS).astype({"row": "Int64", **types})


def _of_few_areas(indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows of files that can be bare: those that give no indicator for many areas. Others are not completed."""
    check_columns(indicators, figures.REQUIRED, "indicators")
    if "file" not in indicators:
        return indicators
    known = indicators[indicators["value"].notna()]
    areas = known.groupby(["file", "indicator"])["area_code"].nunique().groupby("file").max()
    return indicators[indicators["file"].isin(areas.index[areas <= figures.BARE_AREAS])]


def _mainly_about(bare: pd.DataFrame, area_code: str) -> pd.Series:
    """Whether the file of a figure has more figures of this area than of any other."""
    counts = bare.groupby(["file", "area_code"]).size()
    files = [name for name, of_file in counts.groupby("file") if of_file.idxmax()[1] == area_code]
    return bare["file"].isin(files)


def _place(figure: Mapping[str, object]) -> tuple[str, str]:
    return str(figure["file"]), str(figure["cell"]) or str(figure["row"])


def _subject(figure: Mapping[str, object]) -> tuple:
    return tuple(figure[column] for column in SUBJECT)


def _alike(bare: pd.DataFrame) -> dict[tuple, list[dict[str, object]]]:
    """The figures of each subject, as records: there are few of one, and a table of them is slow to look through."""
    columns = [*SUBJECT, *figures.PERIOD, "area_code", "area_name", "value"]
    alike: dict[tuple, list[dict[str, object]]] = {}
    for figure in bare[columns].to_dict("records"):
        alike.setdefault(_subject(figure), []).append(figure)
    return alike


def _about(own: pd.DataFrame, findings: pd.DataFrame | None) -> dict[tuple, dict[str, str]]:
    """The findings of each figure: the message by the code.

    Some codes are reported once for an indicator, at its first figure; they hold for all of its figures in
    the file.
    """
    records = own.to_dict("records")
    found: dict[tuple, dict[str, str]] = {_place(figure): {} for figure in records}
    at = {(figure["file"], figure["row"]): figure for figure in records}
    for finding in [] if findings is None else findings.to_dict("records"):
        first = at.get((finding["file"], _row_of(finding["cell"])))
        if first is None:
            continue
        for figure in records if finding["code"] in WHOLE_INDICATOR else [first]:
            if (figure["file"], figure["indicator"]) == (first["file"], first["indicator"]):
                messages = found[_place(figure)]
                messages[finding["code"]] = f"{messages.get(finding['code'], '')} {finding['message']}".strip()
    return found


def _row_of(cell: object) -> int | None:
    """The row number in a cell's address."""
    match = re.search(r"(\d+)$", str(cell))
    return int(match[1]) if match else None


def _clashes(own: pd.DataFrame, found: Mapping[tuple, Mapping[str, str]]) -> dict[tuple, list[str]]:
    """The figures that contradict each other, each with all of them as text.

    From the findings, whose messages name the cells, and from the table: the same thing twice with other
    values.
    """
    groups = []
    for figure in own.to_dict("records"):
        message = found[_place(figure)].get("figures-contradict")
        if message:
            cells = {*re.findall(r"\b[A-Z]{1,3}\d+\b", message), figure["cell"]}
            same = (own["file"] == figure["file"]) & (own["indicator"] == figure["indicator"])
            groups.append(own[same & own["cell"].isin(cells)])
    subject = [*SUBJECT, "period"]
    groups += [group for _, group in own[own.duplicated(subject, keep=False)].groupby(subject)]
    clashes: dict[tuple, list[str]] = {}
    for group in groups:
        records = group.sort_values("row").to_dict("records")
        said = list(dict.fromkeys(map(_said, records)))
        if len(said) > 1:
            clashes |= {_place(figure): said for figure in records}
    return clashes


def _said(figure: Mapping[str, object]) -> str:
    when = f" ({figure['period']})" if figure["period"] else ""
    return f"{_figure_text(figure)}{when}"


def _figure_text(figure: Mapping[str, object]) -> str:
    text = amount(figure["value"], str(figure["unit"]), signed=_is_change(figure))
    return f"{figure['qualifier']} {text}".strip()


def _is_change(figure: Mapping[str, object]) -> bool:
    """Whether the figure is itself a change, which has no earlier figure to set beside it."""
    return str(figure["measure"]).startswith("change")


def _row(
    figure: Mapping[str, object],
    alike: list[dict[str, object]],
    messages: Mapping[str, str],
    clash: list[str],
    names: Mapping[str, str] | None,
) -> dict[str, object]:
    own = [each for each in alike if each["area_code"] == figure["area_code"]]
    others = [each for each in alike if each["area_code"] != figure["area_code"] and each["period"] == figure["period"]]
    earlier = [each for each in own if each["period_end"] < figure["period_start"] and not _is_change(figure)]
    row = {**figure, "figure_text": _figure_text(figure), "codes": ";".join(sorted(messages))}
    row |= {"comparator_name": "", "comparator_value": None, "earlier_period": "", "earlier_value": None}
    if others:
        other = others[0]
        name = figures.area_name(pd.DataFrame(alike), other["area_code"], names)
        row |= {"comparator_name": name, "comparator_value": other["value"]}
    if earlier:
        before = sorted(earlier, key=lambda each: each["period_end"])[-1]
        row |= {"earlier_period": before["period"], "earlier_value": before["value"]}
    row |= {
        "is_contradicted": bool(clash),
        "lacks_base": figure["measure"] == "percent",
        "lacks_period": not figure["period"],
    }
    row["can_say"] = " ".join(map(sentence, _can(row)))
    row["cannot_say"] = " ".join(map(sentence, _cannot(row, messages, clash)))
    return row


def _can(row: Mapping[str, object]) -> list[str]:
    when = f" in {row['period']}" if row["period"] else ""
    said = [f"{row['figure_text']}{when}, as printed"]
    if row["comparator_name"]:
        said.append(f"{row['comparator_name']}, from the same source: {_beside(row, 'comparator_value')}")
    if row["earlier_period"]:
        said.append(f"In {row['earlier_period']}, from the same source: {_beside(row, 'earlier_value')}")
    return said


def _beside(row: Mapping[str, object], column: str) -> str:
    return amount(row[column], str(row["unit"]).split(" of ")[0])


def _cannot(row: Mapping[str, object], messages: Mapping[str, str], clash: list[str]) -> list[str]:
    said = []
    if clash:
        said.append(f"It contradicts another figure: {listing(clash)}")
    if "figure-stale" in messages:
        said.append("It is old; whether it still holds cannot be said")
    if row["lacks_period"]:
        said.append("No period is printed, so it may be out of date")
    said += _no_precision(row)
    if row["comparator_name"] or row["earlier_period"]:
        said.append("Without limits, a difference cannot be told from chance")
    else:
        said.append("No comparator is given, so it cannot be called high or low")
    return said


def _no_precision(row: Mapping[str, object]) -> list[str]:
    """Why nobody can say how sure the figure is; a plain count needs no reason unless it is a round one."""
    if row["lacks_base"]:
        base = "number asked" if "asked" in str(row["unit"]) else "number that it is a share of"
        return [f"The {base} is not printed, so how sure it is cannot be said"]
    if row["qualifier"]:
        return [f"It is a round figure (“{row['qualifier']}{NBSP}{number(row['value'])}”), not a measured one"]
    if row["measure"] == "number":
        return []
    return ["No limits are printed, so how sure it is cannot be said"]
