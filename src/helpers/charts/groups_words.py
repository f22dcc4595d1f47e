"""Title, subtitle, row words and alt text of the chart of groups; "differ" only where the test says so."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined, named, short
from helpers.scoring.wording import listing, plural, sentence

_NOUNS = {"sector": "sectors", "role": "roles"}


def ordered(differences: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as the chart shows them: clear differences first, largest effect on top; refused ones last."""
    keyed = differences.assign(
        _refused=differences["refusal"] != "",
        _unclear=~differences["is_clear"].fillna(False).astype(bool),
        _size=-differences["effect"].astype(float).abs().where(differences["is_clear"].fillna(False).astype(bool)),
    )
    by = ["_refused", "_unclear", "_size", *[column for column in ("order",) if column in keyed]]
    return keyed.sort_values(by, kind="stable").drop(columns=["_refused", "_unclear", "_size"]).reset_index(drop=True)


def noun(differences: pd.DataFrame) -> str:
    """Return what the groups are: "sectors", "roles", else "groups"."""
    names = set(differences["by"]) if "by" in differences else set()
    return _NOUNS.get(names.pop(), "groups") if len(names) == 1 else "groups"


def row_words(row, groups: str) -> str:
    """Say what the test says of one dimension: "Health higher than Citizens (large effect)"."""
    if row.refusal:
        return str(row.refusal)
    if not row.is_clear:
        return "no clear difference"
    effect = f" ({row.effect_reading} effect)" if row.effect_reading else ""
    if not row.highest_group:
        return f"{groups} differ{effect}"
    if row.n_groups > 2:
        return f"{groups} differ: {row.highest_group} highest, {row.lowest_group} lowest{effect}"
    return f"{row.highest_group} higher than {row.lowest_group}{effect}"


def title_groups(medians: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return the finding: on which dimensions the groups differ clearly, or that they do not."""
    groups = noun(differences)
    tested = differences[differences["refusal"] == ""]
    if tested.empty:
        refusals = set(differences["refusal"])
        why = f": {refusals.pop().rstrip('.')}" if len(refusals) == 1 else ""
        return f"{groups.capitalize()} cannot be compared{why}"
    clear = ordered(tested[tested["is_clear"].astype(bool)])
    left = len(differences) - len(tested)
    if clear.empty:
        where = f" on the {plural(len(tested), 'dimension')} that can be compared" if left else ""
        return f"No clear difference between {groups}{where}"
    if len(clear) == 1:
        return f"{groups.capitalize()} differ clearly on {clear['dimension_name'].iloc[0]} only"
    of = f" of {plural(len(tested), 'dimension')}" if len(clear) > 3 else ""
    on = f"{len(clear)}{of}, most on {clear['dimension_name'].iloc[0]}" if of else named(clear["dimension_name"], 0)
    return f"{groups.capitalize()} differ clearly on {on}"


def subtitle_groups(
    medians: pd.DataFrame, differences: pd.DataFrame, *, when: str = "", scale: tuple[int, int] = (0, 5)
) -> str:
    """Return measure, scale, wave and n."""
    measure = (
        f"Median rating of each {noun(differences).removesuffix('s')}, {scale[0]} (lowest) to {scale[1]} (highest)"
    )
    people = int(differences["n"].fillna(0).max()) if len(differences) else 0
    groups = plural(medians["group"].nunique(), "group") if len(medians) else ""
    return joined([measure, when, f"{plural(people, 'stakeholder')} in {groups}" if people and groups else ""])


def alt_groups(medians: pd.DataFrame, differences: pd.DataFrame, *, when: str = "") -> str:
    """Describe the chart: kind, subject, finding, every group's median and what the test says."""
    groups = noun(differences)
    kind = joined([f"Dot plot: median rating by {groups.removesuffix('s')}, {_size(differences)}", when])
    each = []
    for row in ordered(differences).itertuples():
        own = medians[(medians["dimension"] == row.dimension) & medians["median"].notna()]
        levels = [f"{group} {short(median)}" for group, median in zip(own["group"], own["median"], strict=True)]
        shown = f"{listing(levels, most=len(levels))}, " if levels else ""
        each.append(f"{row.dimension_name}: {shown}{row_words(row, groups)}".rstrip("."))
    return " ".join(sentence(part) for part in (kind, title_groups(medians, differences), "; ".join(each)) if part)


def _size(differences: pd.DataFrame) -> str:
    return plural(len(differences), "dimension")
