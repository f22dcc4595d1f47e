"""Which services are used by the same people more often than chance would have it, without giving anybody away."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.scoring.ratings import check_columns

MINIMUM = 10
NONE = "none"
USERS = "people with at least one of the services"
EVERYBODY = "everybody, with those who use none"
METHOD = "lift, 95 % limits on the scale of logarithms by the delta method"
COLUMNS = [
    "service_a", "service_b", "n_people", "n_a", "n_b", "n_both", "support_pct", "lift", "lift_lowercl",
    "lift_uppercl", "also_b_pct", "also_a_pct", "p_value", "p_adjusted", "verdict", "n_pairs", "n_hidden", "base",
    "method",
]  # fmt: skip
FULLY_KNOWN = 3
CLEAR = 0.05


def pairs(
    people: pd.DataFrame, *, n_people: int | None = None, minimum: int = MINIMUM, confidence: float = 0.95
) -> pd.DataFrame:
    """Say of every pair of services how many use both, and how that lies to chance.

    Parameters
    ----------
    people
        One row a person and service (columns ``person``, ``service``; the service ``none`` stands for a person who
        uses none), or a table of 0 and 1 with one row a person and one column a service.
    n_people
        How many people there are in all, users or not. Without it those in the table count.
    minimum
        No count of people from 1 up to below this leaves the function.
    confidence
        Of the limits.

    Returns
    -------
    DataFrame
        One row a pair that can be shown, the highest lift first: ``service_a``, ``service_b``; ``n_people``, ``n_a``,
        ``n_b``, ``n_both`` (people); ``support_pct`` (those with both, of all); ``lift`` (n_both over what would be
        expected if the two had nothing to do with each other; 1 is chance) with its limits; ``also_b_pct``: of those
        with a the share that has b, ``also_a_pct`` the other way; ``p_value`` (exact, two-sided) and ``p_adjusted``
        (Benjamini and Hochberg); ``verdict``: "more than by chance", "less than by chance" (adjusted p below 0.05),
        "no clear difference" or "not judged"; ``n_pairs`` that were looked at and ``n_hidden`` of them; ``base``, who
        the people are.

    Raises
    ------
    ValueError
        If a column is missing, an entry is neither 0 nor 1, ``minimum`` is below 2, or ``n_people`` is fewer than the
        people in the table.

    Notes
    -----
    *Lift* = n_both n / (n_a n_b). Its logarithm has the variance 1/n_both - 1/n_a - 1/n_b + (2 lift - 1)/n, by the
    delta method on the four counts as a multinomial sample (A. Agresti, Categorical Data Analysis, 3rd edition 2013,
    section 16.1). *p*: twice the smaller tail of the hypergeometric distribution given n_a and n_b, at most 1 (Fisher's
    exact test, doubled). *Correction* over all pairs of services with at least ``minimum`` users, hidden ones too (Y.
    Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 1995, 57(1), 289-300): choosing pairs by how
    many use both would favour those that go together. A hidden pair counts with p = 1, since its own would stand in
    the corrected value of a neighbour and tell how many use both; corrected values are a little too large for it.

    *Users alone.* Where everybody in the data uses at least one service, services look as if they kept each other away
    (J. Berkson, Biometrics Bulletin 1946, 2(3), 47-53). A lift among users is lower than among everybody, so "more"
    still holds; what is not clearly more is "not judged".

    *What is hidden.* A service with fewer than ``minimum`` users; a pair where those with both, with a alone or with b
    alone are fewer, 0 included, since "all who have a have b" tells something of each of them; a pair where from 1 to
    below ``minimum`` have neither. With two or three services and everybody a user of one, the other counts would give
    hidden ones away by subtraction: then nothing is shown unless all of them may be. The rows of a file are counted on
    the page too: where all people use a service and those of the services that are not shown are together fewer than
    ``minimum``, the service with the fewest users is not shown either.
    """
    if minimum < 2:
        raise ValueError(f"minimum: a count below 2 is one person; got {minimum}")
    table = as_table(people)
    n = _everybody(table, n_people)
    uses = table.to_numpy(dtype=float)
    common = uses.T @ uses
    users = np.diag(common)
    kept = [place for place, count in enumerate(users) if count >= minimum]
    rows = [_pair(table.columns, common, n, a, b, confidence) for a, b in combinations(kept, 2)]
    result = pd.DataFrame(rows, columns=COLUMNS)
    if result.empty:
        return result
    users_alone = n == len(table) and bool((table.sum(axis=1) > 0).all())
    may_be_shown = _may_be_shown(result, minimum) & (not _gives_away(table, n, minimum))
    if users_alone:
        may_be_shown = _with_enough_left(result, may_be_shown, int(users.sum()), minimum)
    result["p_adjusted"] = stats.false_discovery_control(result["p_value"].astype(float).where(may_be_shown, 1.0))
    result["base"] = USERS if users_alone else EVERYBODY
    result["verdict"] = [_verdict(row.lift, row.p_adjusted, users_alone) for row in result.itertuples()]
    result["n_hidden"] = int((~may_be_shown).sum())
    shown = result[may_be_shown].assign(n_pairs=len(result))
    return shown.sort_values(["lift", "service_a", "service_b"], ascending=[False, True, True], ignore_index=True)


def as_table(people: pd.DataFrame) -> pd.DataFrame:
    """Return a table of 0 and 1, one row a person and one column a service, whichever of the two forms is given."""
    if "person" in people.columns:
        check_columns(people, ("person", "service"), "people")
        known = people[["person", "service"]].drop_duplicates()
        if known.isna().any(axis=None):
            raise ValueError("people: every row names a person and a service")
        table = pd.crosstab(known["person"], known["service"]).reset_index(drop=True).rename_axis(columns=None)
        return table.drop(columns=NONE, errors="ignore")
    wrong = [column for column in people.columns if not people[column].isin([0, 1]).all()]
    if wrong:
        raise ValueError(f"people: entries are 0 or 1; look at {', '.join(map(str, wrong[:3]))}")
    return people.astype(int).reset_index(drop=True)


def _everybody(table: pd.DataFrame, n_people: int | None) -> int:
    if n_people is not None and n_people < len(table):
        raise ValueError(f"n_people: {n_people} is fewer than the {len(table)} people in the table")
    return len(table) if n_people is None else int(n_people)


def _pair(names: pd.Index, common: np.ndarray, n: int, a: int, b: int, confidence: float) -> dict[str, object]:
    both, n_a, n_b = (int(common[place]) for place in ((a, b), (a, a), (b, b)))
    lift, lower, upper = lift_interval(both, n_a, n_b, n, confidence)
    tails = stats.hypergeom.cdf(both, n, n_a, n_b), stats.hypergeom.sf(both - 1, n, n_a, n_b)
    return {
        "service_a": str(names[a]), "service_b": str(names[b]), "n_people": n, "n_a": n_a, "n_b": n_b, "n_both": both,
        "support_pct": 100 * both / n, "lift": lift, "lift_lowercl": lower, "lift_uppercl": upper,
        "also_b_pct": 100 * both / n_a, "also_a_pct": 100 * both / n_b, "p_value": min(1.0, 2 * min(tails)),
        "method": METHOD,
    }  # fmt: skip


def lift_interval(both: int, n_a: int, n_b: int, n: int, confidence: float) -> tuple[float, float, float]:
    """The lift of a pair with its limits; both missing where nobody has both, and 0 then."""
    lift = both * n / (n_a * n_b)
    if both == 0:
        return 0.0, np.nan, np.nan
    variance = max(0.0, 1 / both - 1 / n_a - 1 / n_b + (2 * lift - 1) / n)
    reach = stats.norm.ppf((1 + confidence) / 2) * np.sqrt(variance)
    return lift, lift * np.exp(-reach), lift * np.exp(reach)


def _may_be_shown(result: pd.DataFrame, minimum: int) -> pd.Series:
    alone = result["n_a"] - result["n_both"], result["n_b"] - result["n_both"]
    neither = result["n_people"] - result["n_a"] - result["n_b"] + result["n_both"]
    enough = (result["n_both"] >= minimum) & (alone[0] >= minimum) & (alone[1] >= minimum)
    return enough & ((neither == 0) | (neither >= minimum))


def _with_enough_left(result: pd.DataFrame, may_be_shown: pd.Series, n_rows: int, minimum: int) -> pd.Series:
    """Leave out the smallest services until those not shown have no users, or enough of them together."""
    shown = may_be_shown.copy()
    while shown.any():
        own = result[shown]
        users = {row.service_a: row.n_a for row in own.itertuples()} | {
            row.service_b: row.n_b for row in own.itertuples()
        }
        if not 0 < n_rows - sum(users.values()) < minimum:
            return shown
        smallest = min(users, key=users.get)
        shown &= (result["service_a"] != smallest) & (result["service_b"] != smallest)
    return shown


def _gives_away(table: pd.DataFrame, n: int, minimum: int) -> bool:
    """Whether what is shown of two or three services lets every combination be worked out, and one is too few.

    With everybody a user, the users of each service and pair and the number of all people fix every combination.
    """
    if table.shape[1] > FULLY_KNOWN or n != len(table) or (table.sum(axis=1) == 0).any():
        return False
    counts = table.groupby(list(table.columns)).size()
    return bool((counts < minimum).any())


def _verdict(lift: float, p_adjusted: float, users_alone: bool) -> str:
    if p_adjusted < CLEAR and lift > 1:
        return "more than by chance"
    if users_alone:
        return "not judged"
    return "less than by chance" if p_adjusted < CLEAR else "no clear difference"
