"""Which small numbers are hidden, and in which file: rules as data.

The rules are the table ``data/reference/disclosure_rules.csv``; which of them applies to a file is said by the first
line that fits in ``disclosure.csv`` beside it. A data folder may bring a ``disclosure.csv`` of its own: its lines go
before the project's.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from helpers.reference import paths

RULES, LINES = "disclosure_rules.csv", "disclosure.csv"
RULE_COLUMNS = (
    "rule", "title", "hidden_from", "hidden_below", "minimum_denominator", "rounding_base", "protection_width",
    "source",
)  # fmt: skip
LINE_COLUMNS = ("file", "layout", "status", "indicator", "rule", "reason")
OWN_THRESHOLD = re.compile(r"below-([1-9]\d{0,3})")
LEAST_THRESHOLD = 2
STRICT = "scotpho-5"
STRICT_REASON = "no line of disclosure.csv fits, so counts below 5 are hidden"


class DisclosureRuleError(ValueError):
    """The rules, or the lines that say which one applies, cannot be used; the message names every line."""


@dataclass(frozen=True)
class Rule:
    """One rule of disclosure control.

    Attributes
    ----------
    id, title, source : str
    hidden_from : int
        0 where zero is hidden, 1 where it is shown.
    hidden_below : int
        The first count that is shown; 0 hides nothing.
    minimum_denominator : float
        Figures of fewer people than this are hidden whatever their count; 0 for none.
    rounding_base : int
        To what the shown counts are rounded; 0 for not at all.
    protection_width : int
        How far apart, at least, the lowest and the highest count have to lie that a hidden cell can have for
        somebody who has all published tables and knows the rule.
    """

    id: str
    title: str
    hidden_from: int
    hidden_below: int
    minimum_denominator: float
    rounding_base: int
    protection_width: int
    source: str

    @property
    def hides(self) -> bool:
        """Whether anything is hidden at all."""
        return self.hidden_below > 0 or self.minimum_denominator > 0

    @property
    def hides_zero(self) -> bool:
        return self.hidden_from == 0

    @property
    def words(self) -> str:
        """What a hidden count is said to be: "fewer than 5", "1 to 7"."""
        return (
            f"fewer than {self.hidden_below}" if self.hides_zero else f"{self.hidden_from} to {self.hidden_below - 1}"
        )


@dataclass(frozen=True)
class Line:
    """One line of ``disclosure.csv``: patterns with ``*`` for any text, the rule and why."""

    file: str
    layout: str
    status: str
    indicator: str
    rule: str
    reason: str

    def fits(self, file: str, layout: str, status: str) -> bool:
        pairs = ((file, self.file), (layout, self.layout), (status, self.status))
        return all(fnmatchcase(text, pattern) for text, pattern in pairs)


def load_rules(data: str | Path = "") -> dict[str, Rule]:
    """Load the declared rules by their id.

    Raises
    ------
    DisclosureRuleError
        If a line of the table cannot be used.
    """
    return dict(_rules(paths.reference_file(RULES, data)))


def find_rule(rule_id: str, data: str | Path = "") -> Rule:
    """Give the rule of this id; ``below-N`` is a threshold of one's own, with zero hidden.

    Raises
    ------
    DisclosureRuleError
        If there is none of this id.
    """
    declared = load_rules(data)
    if rule_id in declared:
        return declared[rule_id]
    own = OWN_THRESHOLD.fullmatch(rule_id)
    if own is None or int(own[1]) < LEAST_THRESHOLD:
        known = ", ".join(declared)
        raise DisclosureRuleError(f"no rule is called {rule_id!r}; use {known}, or below-N with N from 2, as below-6")
    below = int(own[1])
    width = max(1, (below - 1) // 2)
    return Rule(rule_id, f"A threshold of your own: below {below}", 0, below, 0.0, 0, width, "this data folder")


def load_lines(data: str | Path = "") -> list[Line]:
    """Load the lines that say which rule applies to which file, the data folder's own first.

    Raises
    ------
    DisclosureRuleError
        If a column is missing or a line names a rule that there is not; nothing is then taken as harmless.
    """
    files = dict.fromkeys([paths.reference_file(LINES, data), paths.project() / "data" / "reference" / LINES])
    return [line for file in files for line in _lines(file, data)]


def rules_for(file: str, *, layout: str, status: str, data: str | Path = "") -> list[tuple[str, Rule, str]]:
    """Say which rules apply to the indicators of a file.

    Parameters
    ----------
    file
        The file's name in the folder of indicators.
    layout
        The id of its shape (``tidy`` for the project's own columns).
    status
        What ``datapackage.json`` says it is (published | compiled | illustrative | reconstructed), or ``own``.

    Returns
    -------
    list of (pattern, rule, reason)
        In order: the first pattern that fits an indicator's code decides. The last is ``*``.
    """
    found = [line for line in load_lines(data) if line.fits(file, layout, status)]
    chosen = [(line.indicator, find_rule(line.rule, data), line.reason) for line in found]
    return [*chosen, ("*", find_rule(STRICT), STRICT_REASON)]


@cache
def _rules(file: Path) -> tuple[tuple[str, Rule], ...]:
    rows, wrong, rules = _table(file, RULE_COLUMNS), [], []
    for number, row in enumerate(rows, start=2):
        try:
            rules.append((row["rule"], _rule(row)))
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        raise DisclosureRuleError(f"{RULES}: " + "; ".join(wrong))
    return tuple(rules)


def _rule(row: dict[str, str]) -> Rule:
    whole = {name: int(row[name] or 0) for name in ("hidden_from", "hidden_below", "rounding_base", "protection_width")}
    if whole["hidden_from"] not in (0, 1):
        raise ValueError("hidden_from is 0 (zero is hidden) or 1 (zero is shown)")
    if min(whole.values()) < 0:
        raise ValueError("the numbers are 0 or more")
    room = whole["hidden_below"] - 1 - whole["hidden_from"]
    if whole["hidden_below"] and not 1 <= whole["protection_width"] <= max(1, (room + 1) // 2):
        raise ValueError("protection_width is at least 1 and at most half of what the hidden counts span")
    least = float(row["minimum_denominator"] or 0)
    return Rule(row["rule"], row["title"], **whole, minimum_denominator=least, source=row["source"])


def _lines(file: Path, data: str | Path) -> list[Line]:
    lines, wrong = [], []
    for number, row in enumerate(_table(file, LINE_COLUMNS), start=2):
        line = Line(**{name: row[name] or ("" if name == "reason" else "*") for name in LINE_COLUMNS})
        try:
            find_rule(line.rule, data)
        except DisclosureRuleError as error:
            wrong.append(f"line {number}: {error}")
        lines.append(line)
    if wrong:
        raise DisclosureRuleError(f"{LINES}: " + "; ".join(wrong))
    return lines


def _table(file: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise DisclosureRuleError(f"{file.name}: the column {', '.join(missing)} is missing")
        return [{column: (row[column] or "").strip() for column in columns} for row in reader]
