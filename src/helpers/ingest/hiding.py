"""Disclosure control at the border: small numbers leave a table, and what is said of it, before anybody sees them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from helpers.disclosure.primary import PROTECTS
from helpers.disclosure.protecting import hide_further, protect, reasons_of
from helpers.ingest.findings import Finding, Findings, known_codes
from helpers.reference import datapackage, regions
from helpers.reference.disclosure import Rule, rules_for

QUOTABLE = (
    "file-", "sheet-", "column-", "header-", "encoding-", "too-many", "indicator-", "area-", "period-", "sex-",
    "quintile-", "measure-", "rows-not-taken", "no-usable", "value-hidden",
)  # fmt: skip
ADDRESS = re.compile(r"\b[A-Z]{1,3}([1-9]\d*)\b")
BARE = re.compile(r"[^\w]*\d[\d.,\s]*[^\w]*")
YEAR = re.compile(r"(?:1[89]|2[01])\d\d")
QUOTED = re.compile(r"'([^']*)'")
NAMED = re.compile(r"\(\d[\d,]* (?:rows?|figures?)\)")


@dataclass(frozen=True)
class Hidden:
    """One file of a folder: its figures as read, the same without small numbers, and what is said of them."""

    numbers: pd.DataFrame
    table: pd.DataFrame
    findings: Findings
    path: Path
    layout: str


def without_small_numbers(
    table: pd.DataFrame, findings: Findings, *, path: Path, layout: str, data: str | Path = ""
) -> pd.DataFrame:
    """Hide the small numbers of one file by the rules that apply to it.

    Parameters
    ----------
    table : DataFrame
        The figures of the file, as ``read_indicators`` documents them.
    findings : Findings
        What was found in the file. Its entries are changed: a number of a row that is hidden or was refused is no
        longer quoted, only its cell; ``value-hidden`` is added for each rule that hid something.
    path : path
        The file.
    layout : str
        The id of its shape.
    data : path
        The data folder.

    Returns
    -------
    DataFrame
        The table with ``is_hidden``, as :func:`helpers.disclosure.protecting.protect` gives it.
    """
    rules = rules_for(findings.file, layout=layout, status=_status(path, findings.sha256, data), data=data)
    if not any(rule.hides or rule.rounding_base for rule in _deciding(rules)):
        return table.assign(is_hidden=False)
    part_of, parts = _part_of(data), [table.iloc[:0].assign(is_hidden=False)]
    for rule, reason, codes in _under(table, rules):
        parts.append(protect(table[table["indicator"].isin(codes)], rule, part_of=part_of))
        _note(findings, parts[-1], rule, reason)
    result = pd.concat(parts).sort_index()
    _redact(findings, shown=set(result.loc[~result["is_hidden"], "row"].dropna().astype(int)))
    return result


def hidden_across(files: Sequence[Hidden], *, data: str | Path = "") -> list[pd.DataFrame]:
    """Hide what another file of the folder would give back: a total here, its parts there.

    Parameters
    ----------
    files
        The files of the folder, each hidden by itself.
    data
        The data folder.

    Returns
    -------
    list of DataFrame
        The tables, in order. Where an indicator of an area has hidden figures and stands in several files, all of them
        are taken together and further figures hidden, but only in files under the same rule: what others show is shown.
        The findings of a file that loses figures say so.

    Notes
    -----
    Areas are taken one by one here: the parts of an area in one file and the whole in another are not added up.
    """
    tables = [one.table for one in files]
    if not any(table["is_hidden"].any() for table in tables):
        return tables
    part_of = _part_of(data)
    rules = [rules_for(one.findings.file, layout=one.layout, status=_status(one.path, one.findings.sha256, data),
                       data=data) for one in files]  # fmt: skip
    for code, rule, own in _in_several(files, rules):
        areas = set().union(*(_hidden_areas(tables[place], code) for place in own))
        parts = []
        for place, one in enumerate(files):
            table = one.numbers if place in own else tables[place]
            chosen = table[(table["indicator"] == code) & table["area_code"].isin(areas)]
            parts.append(chosen.assign(_file=place, _label=chosen.index))
        both = pd.concat(parts, ignore_index=True)
        said, few = reasons_of(both, rule, part_of=part_of, is_fixed=~both["_file"].isin(own).to_numpy())
        for place in own:
            mine = (both["_file"] == place).to_numpy()
            labels = both.loc[mine, "_label"].to_numpy()
            told = [series[mine].set_axis(labels) for series in (said, few)]
            tables[place] = _hidden_further(files[place], tables[place], *told, rule)
    return tables


def _in_several(files: Sequence[Hidden], rules: list) -> Iterator[tuple[str, Rule, list[int]]]:
    """The indicators with hidden figures that stand in several files: the code, each rule, the files under it."""
    holders: dict[str, list[int]] = {}
    for place, one in enumerate(files):
        for code in one.table["indicator"].unique():
            holders.setdefault(code, []).append(place)
    for code, places in holders.items():
        under: dict[str, tuple[Rule, list[int]]] = {}
        for place in places if len(places) > 1 else []:
            rule = next(rule for pattern, rule, _ in rules[place] if fnmatchcase(code, pattern))
            if rule.hides:
                under.setdefault(rule.id, (rule, []))[1].append(place)
        for rule, own in under.values():
            if any(_hidden_areas(files[place].table, code) for place in own):
                yield code, rule, own


def _hidden_areas(table: pd.DataFrame, code: str) -> set[str]:
    return set(table.loc[table["is_hidden"] & (table["indicator"] == code), "area_code"])


def _hidden_further(one: Hidden, table: pd.DataFrame, said: pd.Series, few: pd.Series, rule: Rule) -> pd.DataFrame:
    """The table of one file with these further rows hidden; its findings say how many, and quote none of them."""
    rows = table.index.isin(said.index)
    part = hide_further(table[rows], one.numbers[rows], said.reindex(table.index[rows]), few.reindex(table.index[rows]))
    new = int(part["is_hidden"].sum() - table.loc[rows, "is_hidden"].sum())
    if not new:
        return table
    result = pd.concat([table[~rows], part]).sort_index()
    figures = "1 further figure is" if new == 1 else f"{new:,} further figures are"
    message = (
        f"{figures} hidden by the rule {rule.id}: with another file of the folder a small number could be worked out"
    )
    one.findings.add("value-hidden", expected=rule.title, message=message)
    _redact(one.findings, shown=set(result.loc[~result["is_hidden"], "row"].dropna().astype(int)))
    return result


def _status(path: Path, sha256: str, data: str | Path) -> str:
    """What the data package says the file is; ``own`` where it says nothing, or was said of other bytes."""
    known = datapackage.describe(path.resolve(), data)
    return "own" if known is None or (known.sha256 and known.sha256 != sha256) else known.status


def _deciding(rules: list[tuple[str, Rule, str]]) -> list[Rule]:
    """The rules that can decide at all: those up to the first for every indicator."""
    last = next(place for place, (pattern, _, _) in enumerate(rules) if pattern == "*")
    return [rule for _, rule, _ in rules[: last + 1]]


def _under(table: pd.DataFrame, rules: list[tuple[str, Rule, str]]) -> list[tuple[Rule, str, list[str]]]:
    """Each rule that applies to some figure, why, and the codes of the indicators that are under it."""
    found: dict[str, tuple[Rule, str, list[str]]] = {}
    for code in table["indicator"].unique():
        _, rule, reason = next(line for line in rules if fnmatchcase(code, line[0]))
        found.setdefault(rule.id, (rule, reason, []))[2].append(code)
    return list(found.values())


def _part_of(data: str | Path) -> dict[str, str]:
    """The area code of the whole for the area code of each part."""
    known = {id_: regions.region(id_, data) for id_ in regions.region_ids(data)}
    return {one.area_code: known[one.part_of].area_code for one in known.values() if one.part_of and one.area_code}


def _note(findings: Findings, part: pd.DataFrame, rule: Rule, reason: str) -> None:
    hidden = int(part["is_hidden"].sum())
    if not hidden:
        return
    further = int((part["qualifier"] == PROTECTS).sum())
    also = f", {further:,} of them so that another cannot be worked out" if further else ""
    message = f"{hidden:,} of {len(part):,} figures are hidden by the rule {rule.id} ({rule.words}){also}. {reason}"
    findings.add("value-hidden", expected=rule.title, message=message)


def _redact(findings: Findings, *, shown: Collection[int]) -> None:
    """Quote no number of a row that is not shown; its address stays, for whoever holds the file."""
    findings.items[:] = [
        finding if _is_harmless(finding, shown) else _without_numbers(finding) for finding in findings.items
    ]


def _is_harmless(finding: Finding, shown: Collection[int]) -> bool:
    if finding.code.startswith(QUOTABLE):
        return not any(map(_is_bare, (finding.value, *QUOTED.findall(finding.message))))
    rows = {int(row) for row in ADDRESS.findall(f"{finding.cell} {finding.message}")}
    return bool(rows) and rows <= set(shown)


def _is_bare(text: str) -> bool:
    """Whether a text is a number and no year: in a column of names it may be one that is to be hidden."""
    return bool(BARE.fullmatch(text)) and not YEAR.fullmatch(text.strip())


def _without_numbers(finding: Finding) -> Finding:
    is_numbered = {name: _has_digit(getattr(finding, name)) for name in ("value", "expected", "message")}
    said = {name: "" for name in ("value", "expected") if is_numbered[name]}
    if is_numbered["message"]:
        said["message"] = known_codes()[finding.code].meaning
    return replace(finding, **said)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in NAMED.sub("", ADDRESS.sub("", text)))
