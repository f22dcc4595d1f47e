"""How long people live and how much of it in good health, by sex: a region beside its comparator and all areas."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from helpers.scoring import beside, figures
from helpers.scoring.estimates import Z
from helpers.scoring.lives_calculated import CALCULATED, calculated
from helpers.scoring.wording import amount

LIFE, HEALTHY, POORER, SPREAD = "life_expectancy", "healthy_life_expectancy", "poorer_health_years", "spread"
KINDS = (LIFE, HEALTHY, POORER, CALCULATED, SPREAD)
PUBLISHED_SPREAD = "life_expectancy_spread"
COLUMNS = ["kind", *beside.COLUMNS, "caution"]
TWO_PERIODS = (
    "life expectancy is of {life} and healthy life expectancy of {healthy}, so the years between are approximate"
)
NO_LIMITS = "one of the two has no limits, so the years between have none"
ADDED = {
    POORER: ("Years in poorer health", "lower_is_better"),
    CALCULATED: ("Life expectancy at birth, calculated here", "higher_is_better"),
}


def lives(
    indicators: pd.DataFrame,
    *,
    area_code: str,
    comparator: str,
    register: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    peers: Collection[str] | None = None,
) -> pd.DataFrame:
    """Gather life expectancy, healthy life expectancy and the years between them, by sex.

    Parameters
    ----------
    indicators
        One row a figure: ``life_expectancy`` and ``healthy_life_expectancy`` by sex with limits; where they are there,
        ``deaths`` and ``population`` by sex and age (`lives_calculated.calculated`); ``life_expectancy_spread``.
    area_code, comparator, register, names, peers
        As for `beside.beside_comparator`.

    Returns
    -------
    DataFrame
        One row a kind and sex, females before males: ``kind`` is "life_expectancy", "healthy_life_expectancy",
        "poorer_health_years" (the one less the other), "life_expectancy_calculated" (worked out here from deaths and
        population) or "spread" (the published difference between parts of the area); the columns of
        `beside.beside_comparator`, in years; ``caution``, what to bear in mind, and for a calculated figure that is
        blank the reason. Empty where the region has none of them.

    Notes
    -----
    The interval of the years in poorer health takes the two estimates as independent. They share the same deaths, which
    move both the same way, so the true interval is narrower. Where the two are published for different periods only,
    the latest of each are taken and ``caution`` says so. Where deaths and a survey by age are at hand,
    `life_expectancy.healthy_life_expectancy` gives the interval without that assumption.
    """
    table = figures.totals(figures.complete(figures.files_with(indicators, (LIFE, HEALTHY))))
    own = table[table["indicator"].isin((LIFE, HEALTHY))]
    worked_out, refused = calculated(indicators)
    between = _between(own)
    every = pd.concat([own, between, worked_out], ignore_index=True)
    options = {"area_code": area_code, "comparator": comparator, "names": names, "peers": peers}
    found = beside.beside_comparator(every, register=_with_ours(register), **options) if len(every) else _none()
    cautions = between[between["area_code"] == area_code].set_index("sex")["note"].to_dict()
    found = found.assign(kind=found["indicator"])
    found["caution"] = [
        cautions.get(sex, "") if kind == POORER else "" for kind, sex in zip(found["kind"], found["sex"], strict=True)
    ]
    more = [_refused(refused, area_code), _spread(indicators, area_code, register)]
    found = pd.concat([found, *(part for part in more if len(part))], ignore_index=True)
    found["kind"] = pd.Categorical(found["kind"], KINDS, ordered=True)
    found = found.sort_values(["kind", "sex"], kind="stable", ignore_index=True)
    return found.assign(kind=found["kind"].astype(str)).reindex(columns=COLUMNS)


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=beside.COLUMNS)


def _with_ours(register: pd.DataFrame) -> pd.DataFrame:
    """The register with what is worked out here."""
    known = register.set_index("indicator") if "indicator" in register.columns else register
    about = known.loc[LIFE] if LIFE in known.index else pd.Series({"theme": "", "theme_order": 0})
    ours = pd.DataFrame(
        [
            {"indicator": code, "indicator_name": name, "short_name": name, "polarity": polarity, "unit": "years",
             "measure": "years", "theme": about["theme"], "theme_order": about["theme_order"]}
            for code, (name, polarity) in ADDED.items()
        ]
    ).set_index("indicator")  # fmt: skip
    return pd.concat([known, ours])


def _between(own: pd.DataFrame) -> pd.DataFrame:
    """The years between the two for every area and sex: of the same period and file where there is one."""
    keys = ["area_code", "sex", "age_group"]
    life, healthy = (own[own["indicator"] == code] for code in (LIFE, HEALTHY))
    pairs = life.merge(healthy, on=keys, suffixes=("", "_healthy"))
    same = pairs["period"] == pairs["period_healthy"]
    pairs = pairs.assign(_same=same, _file=pairs["file"] == pairs["file_healthy"])
    order = ["_same", "period_end", "period_end_healthy", "_file"]
    pairs = pairs.sort_values(order, kind="stable", na_position="first").drop_duplicates(keys, keep="last")
    errors = [(pairs[f"uppercl{end}"] - pairs[f"lowercl{end}"]) / (2 * Z) for end in ("", "_healthy")]
    value, error = pairs["value"] - pairs["value_healthy"], np.hypot(*errors)
    return pairs.assign(
        indicator=POORER, value=value, lowercl=value - Z * error, uppercl=value + Z * error, measure="years",
        note=[_caution(row) for row in pairs.to_dict("records")], cell="", row=pd.NA, numerator=np.nan,
    )[own.columns].astype({"row": "Int64"})  # fmt: skip


def _caution(row: Mapping[str, object]) -> str:
    said = "" if row["_same"] else TWO_PERIODS.format(life=row["period"], healthy=row["period_healthy"])
    limits = [row[f"{end}cl{of}"] for end in ("lower", "upper") for of in ("", "_healthy")]
    return "; ".join(part for part in (said, NO_LIMITS if pd.isna(limits).any() else "") if part)


def _refused(refused: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """The region's calculated figures that are blank, with the reason."""
    own = refused[refused["area_code"] == area_code]
    name, polarity = ADDED[CALCULATED]
    ends = own["sex"].map({"female": ", females", "male": ", males"}).fillna("")
    return pd.DataFrame(
        {
            "kind": CALCULATED, "indicator": CALCULATED, "indicator_name": name + ends, "short_name": name + ends,
            "sex": own["sex"], "age_group": "all", "period": own["period"], "unit": "years", "measure": "years",
            "polarity": polarity, "verdict": "not compared", "reason": own["reason"], "caution": own["reason"],
            "file": own["file"],
        }
    )  # fmt: skip


def _spread(indicators: pd.DataFrame, area_code: str, register: pd.DataFrame) -> pd.DataFrame:
    """What is published of the difference between parts of the area: bare figures, quoted and not compared."""
    ours = (indicators["area_code"] == area_code) & (indicators["indicator"] == PUBLISHED_SPREAD)
    own = figures.complete(indicators[ours])
    named = figures.with_names(own.drop_duplicates([*figures.KEY, "period", "value"]), register)
    said = [_quoted(row) for row in named.itertuples()]
    wanted = [column for column in beside.COLUMNS if column in named.columns]
    return named[wanted].assign(kind=SPREAD, verdict="not compared", reason="a single figure", caution=said)


def _quoted(row) -> str:
    """The figure as it is printed: "up to 10 years; the plan prints no date"."""
    value = f"{row.qualifier} {amount(row.value, 'years')}".strip()
    return "; ".join(part for part in (value, row.note) if part)
