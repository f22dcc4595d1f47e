"""What the indicators of a region say, in sentences and three large figures."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from helpers.scoring.message import BigNumber, Message, heaviest
from helpers.scoring.wording import (
    MOST_NAMES,
    NBSP,
    amount,
    decimals_for,
    listing,
    number,
    plural,
    sentence,
    series,
    short_unit,
    verb,
)

MOST = 5
MANY_TESTS = 20
CHANCE = 0.05
JUDGED = ("better", "worse", "no clear difference")


def needs(
    beside: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
) -> list[Message]:
    """Say what a region's indicators show.

    Parameters
    ----------
    beside
        As `comparison.beside_comparator` gives it.
    changes
        As `comparison.trend_change` gives it.
    gaps
        As `comparison.quintile_gaps` gives it.
    plan
        As `comparison.plan_figures` gives it.

    Returns
    -------
    list of Message
        At most five sentences in reading order (picture, worst, best, deprivation, movement, what is higher or
        lower without being better or worse), then the cautions (kind "caution"). "Better", "worse", "risen" and
        "fallen" stand only where a test says so.
    """
    said = [*_picture(beside), *_furthest(beside, "worse"), *_furthest(beside, "better"), *_deprivation(gaps)]
    said = heaviest([*said, *_moved(changes), *_undirected(beside)], MOST)
    if not said and (plan is None or plan.empty):
        said = [Message("No indicators are on record for this region.", "beside", "picture")]
    return said + _cautions(beside, gaps, plan)


def _picture(beside: pd.DataFrame) -> list[Message]:
    judged = beside[beside["verdict"].isin(JUDGED)]
    if judged.empty:
        return []
    than, n = benchmark(judged), len(judged)
    counts = {word: int((judged["verdict"] == word).sum()) for word in JUDGED}
    if counts["no clear difference"] == n:
        none = f"Of {n} indicators not one shows a" if n > 1 else f"{judged['indicator_name'].iloc[0]} shows no"
        return [Message(f"{none} clear difference from {than}.", "beside", "picture", 5)]
    clauses = [
        f"{counts[word]} {verb(counts[word], 'is', 'are')} {word}" for word in ("better", "worse") if counts[word]
    ]
    clauses[0] += f" than {than}"
    if counts["no clear difference"]:
        unclear = counts["no clear difference"]
        clauses.append(f"{unclear} {verb(unclear, 'shows', 'show')} no clear difference")
    text = f"Of {plural(n, 'indicator')} that can be judged, {series(clauses)}"
    return [Message(sentence(text), "beside", "picture", 5)]


def benchmark(beside: pd.DataFrame) -> str:
    """What the indicators are compared with, in words, where that is not the same for all of them."""
    bases = list(dict.fromkeys(basis for basis in beside["comparator_basis"] if basis))
    areas = [basis for basis in bases if not basis.startswith("median of")]
    medians = [basis for basis in bases if basis.startswith("median of")]
    if len(medians) > 1:
        medians = [re.sub(r"median of [\d,]+ ", "median of the ", medians[0])]
    the = [f"the {basis}" for basis in medians]
    if areas and the:
        return f"{areas[0]} or, where it has no figure for the period, {the[0]}"
    return (areas + the or ["the comparator"])[0]


def _furthest(beside: pd.DataFrame, word: str) -> list[Message]:
    part = beside[beside["verdict"] == word].sort_values("x", ascending=word == "worse", kind="stable")
    if part.empty:
        return []
    kind, weight = ("gap", 4.5) if word == "worse" else ("picture", 3)
    if len(part) == 1:
        return [Message(sentence(_single(part.iloc[0], word)), "beside", kind, weight)]
    names = list(part["indicator_name"])
    start = f"Clearly {word}" if len(names) <= MOST_NAMES else f"Furthest on the {word} side"
    return [Message(sentence(f"{start}: {listing(names[:MOST_NAMES])}"), "beside", kind, weight)]


def _undirected(beside: pd.DataFrame) -> list[Message]:
    """What is higher or lower where neither is better."""
    apart = {word: beside[beside["verdict"] == word] for word in ("higher", "lower")}
    clauses = [f"{word}: {listing(list(part['indicator_name']))}" for word, part in apart.items() if len(part)]
    if not clauses:
        return []
    than = benchmark(pd.concat(list(apart.values())))
    text = f"Apart from {than}, which is neither good nor bad; {'; '.join(clauses)}"
    return [Message(sentence(text), "beside", "picture", 2)]


def _single(row: pd.Series, word: str) -> str:
    ours, theirs = _value(row), _value(row, "comparator_value")
    return f"Clearly {word}: {row['indicator_name']}, {ours} beside {theirs} ({row['comparator_basis']})"


def _value(row: pd.Series, column: str = "value") -> str:
    carried = pd.notna(row["lowercl"]) and pd.notna(row["uppercl"])
    decimals = decimals_for(row["lowercl"], row["uppercl"]) if carried else None
    return amount(row[column], short_unit(str(row["unit"])), decimals)


def _large(row: pd.Series) -> str:
    """The value for large type: a long unit is left to the label."""
    value, _, unit = _value(row).partition(NBSP)
    return f"{value}{NBSP}{unit}" if unit in ("%", "years") else value


def _deprivation(gaps: pd.DataFrame | None) -> list[Message]:
    tested = pd.DataFrame() if gaps is None else gaps[gaps["verdict"] != "not compared"]
    if tested.empty:
        return []
    apart = tested[tested["verdict"] != "no clear difference"]
    if apart.empty:
        where = f"any of {len(tested)} indicators" if len(tested) > 1 else tested["indicator_name"].iloc[0]
        text = f"Between the most and the least deprived fifth there is no clear difference on {where}"
        return [Message(sentence(text), "quintiles", "gap", 3.5)]
    worse = apart[apart["verdict"] == "worse"]
    counted, does = (worse, "does worse than") if len(worse) else (apart, "differs from")
    n = f"{len(counted)} of {len(tested)}" if len(counted) < len(tested) else f"all {len(tested)}"
    start = f"On {n} indicators the most deprived fifth {does} the least deprived"
    if len(tested) == 1:
        start = f"On {tested['indicator_name'].iloc[0]} the most deprived fifth {does} the least deprived"
    clearest = _clearest(counted)
    if clearest is None:
        return [Message(sentence(start), "quintiles", "gap", 4)]
    which = f"; the clearest gap is in {clearest['indicator_name']}," if len(tested) > 1 else ":"
    return [Message(sentence(f"{start}{which} {_times(clearest)}"), "quintiles", "gap", 4)]


def _clearest(gaps: pd.DataFrame) -> pd.Series | None:
    """The gap whose interval, as a ratio, stays furthest from 1: the one that can be claimed most surely."""
    ratios = gaps[(gaps["ratio_lowercl"] > 0) & gaps["ratio"].notna()]
    if ratios.empty:
        return None
    nearest = np.minimum(np.log(ratios["ratio_lowercl"]).abs(), np.log(ratios["ratio_uppercl"]).abs())
    return ratios.loc[nearest.idxmax()]


def _times(gap: pd.Series) -> str:
    decimals = decimals_for(gap["ratio_lowercl"], gap["ratio_uppercl"])
    ratio, low, high = (number(gap[column], decimals) for column in ("ratio", "ratio_lowercl", "ratio_uppercl"))
    return f"{ratio} times as high (95{NBSP}% interval {low} to {high})"


def _moved(changes: pd.DataFrame | None) -> list[Message]:
    tested = _tested_changes(changes)
    if tested.empty:
        return []
    n = len(tested)
    if n == 1:
        return [Message(sentence(_one_change(tested.iloc[0])), "trends", "moved", 3.8)]
    moved = {word: tested[tested["meaning"] == word] for word in ("better", "worse")}
    clauses = [
        f"{len(part)} changed for the {word} ({listing(list(part['short_name']))})"
        for word, part in moved.items()
        if len(part)
    ]
    for word in ("risen", "fallen"):
        count = int(((tested["meaning"] == "") & (tested["verdict"] == word)).sum())
        if count:
            clauses.append(f"{count} {verb(count, 'has', 'have')} {word}")
    unclear = int((tested["verdict"] == "no clear change").sum())
    if not clauses:
        text = f"Of {n} indicators not one shows a clear change between its first and its latest figure"
        return [Message(sentence(text), "trends", "moved", 3.8)]
    if unclear:
        clauses.append(f"{unclear} {verb(unclear, 'shows', 'show')} no clear change")
    text = f"Between the first and the latest figures of {plural(n, 'indicator')}, {series(clauses)}"
    return [Message(sentence(text), "trends", "moved", 3.8)]


def _one_change(row: pd.Series) -> str:
    between = f"between {row['first_period']} and {row['latest_period']}"
    if row["verdict"] == "no clear change":
        return f"{row['indicator_name']} shows no clear change {between}"
    for_the = f", for the {row['meaning']}," if row["meaning"] else ""
    return f"{row['indicator_name']} has {row['verdict']}{for_the} {between}"


def _tested_changes(changes: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame() if changes is None or changes.empty else changes[changes["verdict"] != "not compared"]


def _cautions(beside: pd.DataFrame, gaps: pd.DataFrame | None, plan: pd.DataFrame | None) -> list[Message]:
    said = []
    tested = int((beside["verdict"] != "not compared").sum()) if len(beside) else 0
    if tested >= MANY_TESTS:
        by_chance = round(tested * CHANCE)
        text = f"With {tested} indicators tested, about {by_chance} would seem to differ by chance alone"
        said.append((text, "beside"))
    untested = beside[beside["verdict"] == "not compared"] if len(beside) else beside
    if len(untested):
        text = f"{plural(len(untested), 'indicator')} could not be compared"
        said.append((text, "beside"))
    if gaps is not None and len(gaps) and (gaps["verdict"] == "not compared").all():
        said.append(("The gap by deprivation cannot be measured here", "quintiles"))
    if plan is not None and len(plan):
        said += [(text, "plan") for text in _plan_cautions(plan)]
    return [Message(sentence(text), anchor, "caution", 1) for text, anchor in said]


def _plan_cautions(plan: pd.DataFrame) -> list[str]:
    counts = {column: int(plan[column].sum()) for column in ("is_contradicted", "lacks_base", "lacks_period")}
    n = plural(len(plan), "figure")
    said = []
    if counts["is_contradicted"]:
        contradict = verb(counts["is_contradicted"], "contradicts", "contradict")
        said.append(f"Of {n} in the plan, {counts['is_contradicted']} {contradict} another")
    bare = [
        f"{counts[column]} {verb(counts[column], 'is', 'are')} printed without {what}"
        for column, what in (("lacks_base", "the number behind the share"), ("lacks_period", "a period"))
        if counts[column]
    ]
    if bare:
        said.append(f"Of {n} in the plan, {series(bare)}")
    return said


def headline_needs(
    beside: pd.DataFrame, changes: pd.DataFrame | None = None, gaps: pd.DataFrame | None = None
) -> list[BigNumber]:
    """Three figures in large type: how the region lies to its comparator, the largest gap, what has moved.

    Returns
    -------
    list of BigNumber
        Three, or none where no indicator can be judged.
    """
    judged = beside[beside["verdict"].isin(JUDGED)]
    if judged.empty:
        return []
    return [_overall(judged), _gap(judged, gaps), _change(changes)]


def _overall(judged: pd.DataFrame) -> BigNumber:
    better, worse = (int((judged["verdict"] == word).sum()) for word in ("better", "worse"))
    than, n = benchmark(judged), plural(len(judged), "indicator")
    if not better and not worse:
        return BigNumber(f"0 of {len(judged)}", f"indicators differ clearly from {than}", "beside")
    parts = [f"{count} {word}" for count, word in ((better, "better"), (worse, "worse")) if count]
    return BigNumber(", ".join(parts), f"of {n}, beside {than}", "beside")


def _gap(judged: pd.DataFrame, gaps: pd.DataFrame | None) -> BigNumber:
    worse = judged[judged["verdict"] == "worse"].sort_values("x", kind="stable")
    if len(worse):
        row = worse.iloc[0]
        label = f"{row['indicator_name']}, beside {_value(row, 'comparator_value')} ({row['comparator_basis']})"
        return BigNumber(_large(row), label, "beside")
    row = None if gaps is None else _clearest(gaps[gaps["verdict"] == "worse"])
    if row is not None:
        decimals = decimals_for(row["ratio_lowercl"], row["ratio_uppercl"])
        label = f"{row['indicator_name']}: the most deprived fifth beside the least"
        return BigNumber(f"{number(row['ratio'], decimals)} times", label, "quintiles")
    return BigNumber("0", f"clear gaps in {plural(len(judged), 'indicator')}", "beside")


def _change(changes: pd.DataFrame | None) -> BigNumber:
    tested = _tested_changes(changes)
    if tested.empty:
        return BigNumber("–", "no earlier figures to compare with", "trends")
    better, worse = (int((tested["meaning"] == word).sum()) for word in ("better", "worse"))
    n = plural(len(tested), "indicator")
    if not better and not worse:
        moved = int((tested["verdict"] != "no clear change").sum())
        return BigNumber(f"{moved} of {len(tested)}", "indicators with a clear change over time", "trends")
    parts = [f"{count} {word}" for count, word in ((better, "better"), (worse, "worse")) if count]
    return BigNumber(", ".join(parts), f"of {n}, latest figure beside the first", "trends")
