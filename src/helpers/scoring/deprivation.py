"""One region by deprivation: its five fifths, and the gap between the most and the least deprived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.scoring import figures
from helpers.scoring.estimates import Difference, Estimate, compare, uses_log_scale, verdict
from helpers.scoring.wording import series

FIFTHS = ("1", "2", "3", "4", "5")
FIFTH_NAMES = {
    "total": "Whole area", "1": "Most deprived fifth", "2": "Second fifth", "3": "Third fifth",
    "4": "Fourth fifth", "5": "Least deprived fifth",
}  # fmt: skip
HEAD = [
    "indicator", "indicator_name", "short_name", "theme", "sex", "age_group",
    "period", "unit", "measure", "polarity",
]  # fmt: skip
COLUMNS = [
    *HEAD, "quintile", "quintile_name", "numerator", "denominator", "value", "lowercl", "uppercl", "reason",
    *figures.PLACE,
]  # fmt: skip
MEASURED = [
    "most_deprived", "least_deprived", "gap", "gap_lowercl", "gap_uppercl",
    "ratio", "ratio_lowercl", "ratio_uppercl", "p_value",
]  # fmt: skip
GAPS = [*HEAD, *MEASURED[:-1], "verdict", "reason", "method", "p_value"]
OWN = ["value", "lowercl", "uppercl"]
NO_FIGURE = "no figure is given; few people here, or none, may live in areas of this fifth"
NO_TOTAL = "the file gives no figure for the whole area"
IS_HIDDEN = "the figure is "
WITHHELD = "the source withholds the number of events behind it"


def quintiles(indicators: pd.DataFrame, area_code: str, register: pd.DataFrame) -> pd.DataFrame:
    """Give every indicator of a region by deprivation fifth, at the latest period with such figures.

    Parameters
    ----------
    indicators
        One row a figure.
    area_code
        The region.
    register
        The register of indicators.

    Returns
    -------
    DataFrame
        Six rows an indicator, in the register's order: ``quintile`` "total", then "1" (most deprived) to
        "5" (least), with ``quintile_name``, the figure with its 95 % limits in the indicator's unit, and
        its place. A fifth without a figure, or whose figure is hidden, keeps its row, blank, with a ``reason``; a
        figure whose numerator the source withholds while it gives the whole area's keeps its value and carries a
        ``reason``.

    Notes
    -----
    The fifths are those of the source (of all small areas of the country, for ScotPHO), so a region need
    not have people in each; Orkney, Shetland and the Western Isles have none in the most and the least
    deprived.
    """
    table = figures.complete(indicators, register)
    own = figures.whole_population(table[table["area_code"] == area_code])
    split = own["quintile"].isin(FIFTHS)
    has_split = split.groupby([own[column] for column in (*figures.KEY, "file", "period")]).transform("any")
    own = own[has_split].sort_values(["period_end", "period_start", "period", "file"], kind="stable")
    latest = own.drop_duplicates(figures.KEY, keep="last")
    groups: dict[tuple, list[dict[str, object]]] = {}
    for figure in own.to_dict("records"):
        groups.setdefault(_head(figure), []).append(figure)
    hidden = figures.hidden(indicators, area_code)
    rows = [
        row
        for head in figures.with_names(latest, register).to_dict("records")
        for row in _six(head, groups[_head(head)], hidden)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"row": "Int64", **dict.fromkeys(OWN, float)})


def _head(figure: Mapping[str, object]) -> tuple:
    return tuple(figure[column] for column in (*figures.KEY, "period", "file"))


def _six(
    head: Mapping[str, object], group: list[dict[str, object]], hidden: Mapping[tuple[str, ...], str]
) -> list[dict[str, object]]:
    by_fifth: dict[str, dict[str, object]] = {}
    for figure in group:
        by_fifth.setdefault(figure["quintile"], figure)
    names = {column: head[column] for column in HEAD}
    total_known = "total" in by_fifth and pd.notna(by_fifth["total"]["numerator"])
    place = tuple(head[column] for column in (*figures.KEY, "file", "period"))
    why = {quintile: hidden.get((*place, quintile), "") for quintile in FIFTH_NAMES}
    return [names | _fifth(quintile, by_fifth, total_known, why[quintile]) for quintile in FIFTH_NAMES]


def _fifth(
    quintile: str, by_fifth: Mapping[str, Mapping[str, object]], total_known: bool, hidden: str
) -> dict[str, object]:
    row = {"quintile": quintile, "quintile_name": FIFTH_NAMES[quintile]}
    if quintile not in by_fifth:
        nothing = NO_TOTAL if quintile == "total" else NO_FIGURE
        return row | {
            "reason": IS_HIDDEN + hidden if hidden else nothing,
            "file": "",
            "sheet": "",
            "row": pd.NA,
            "cell": "",
        }
    figure = by_fifth[quintile]
    withheld = total_known and pd.isna(figure["numerator"])
    kept = ("numerator", "denominator", *OWN, *figures.PLACE)
    return row | {column: figure[column] for column in kept} | {"reason": WITHHELD if withheld else ""}


def are_hidden(fifths: Sequence[str]) -> str:
    """Say that the figures of fifths are hidden, and not that few people live there: of these it is not known."""
    is_are, s = ("is", "") if len(fifths) == 1 else ("are", "s")
    return f"the figure{s} of {series(fifths)} {is_are} hidden, to protect small numbers"


def quintile_gaps(quintiles: pd.DataFrame) -> pd.DataFrame:
    """Measure the gap between the most and the least deprived fifth.

    Parameters
    ----------
    quintiles
        As `quintiles` gives it.

    Returns
    -------
    DataFrame
        One row an indicator, in the same order: ``most_deprived`` and ``least_deprived`` (values), ``gap``
        (most less least deprived, in the indicator's unit) and, for rates and percentages, ``ratio`` (most
        to least deprived), each with its approximate 95 % interval; ``verdict`` for the most deprived fifth
        beside the least deprived: "better", "worse", "higher", "lower", "no clear difference"; "not
        compared" with a ``reason``, and blank gaps, where one of the two fifths has no figure or rests on a
        number that the source withholds.

    Notes
    -----
    Two fifths only; what happens between them is for the slope index of inequality. Standard errors are
    taken back from the limits (`estimates.compare`), the absolute gap's by the delta method from those of
    the logarithms.
    """
    groups = quintiles.groupby([*figures.KEY, "period"], sort=False)
    gaps = pd.DataFrame([_gap(group.set_index("quintile")) for _, group in groups], columns=GAPS)
    return gaps.astype(dict.fromkeys(MEASURED, float))


def _gap(group: pd.DataFrame) -> dict[str, object]:
    most, least = group.loc["1"], group.loc["5"]
    row = {column: most[column] for column in HEAD}
    row |= {"most_deprived": most["value"], "least_deprived": least["value"]}
    found = _tested(most, least)
    for name, estimate in (("gap", found.difference), ("ratio", found.ratio)):
        row |= dict(zip((name, f"{name}_lowercl", f"{name}_uppercl"), vars(estimate).values(), strict=True))
    row["verdict"] = verdict(found.sign, str(most["polarity"]))
    return row | {"reason": found.reason, "method": found.method, "p_value": found.p_value}


def _tested(most: pd.Series, least: pd.Series) -> Difference:
    for fifth in (most, least):
        if fifth["reason"].startswith(IS_HIDDEN):
            return Difference(None, reason=are_hidden([f"the {fifth['quintile_name'].lower()}"]))
        if fifth["reason"]:
            why = "has no figure" if fifth["reason"] == NO_FIGURE else "rests on a number that the source withholds"
            return Difference(None, reason=f"the {fifth['quintile_name'].lower()} {why}")
    ends = [Estimate(*(float(fifth[column]) for column in OWN)) for fifth in (most, least)]
    return compare(*ends, log=uses_log_scale(str(most["measure"])))
