"""What every function on indicators needs first: complete columns, and names from the register."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from helpers.scoring.ratings import check_columns

REQUIRED = ("area_code", "indicator", "period", "value")
DEFAULTS = {
    "region": "", "area_name": "", "sex": "all", "age_group": "all", "quintile": "total", "measure": "",
    "group": "", "qualifier": "", "note": "", "file": "", "sheet": "", "cell": "",
}  # fmt: skip
NUMBERS = ("numerator", "denominator", "value", "lowercl", "uppercl")
NAMES = ("indicator_name", "short_name", "theme", "unit", "polarity")
PLACE = ["file", "sheet", "row", "cell"]
KEY = ["indicator", "sex", "age_group"]
PERIOD = ["period_start", "period_end", "period"]
BARE_AREAS = 2


def complete(indicators: pd.DataFrame, register: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return a copy of the figures in which every column that scoring looks at is there, with its type.

    Rows without a value are left out, and with a register those that it gives a role (see `with_names`): a table of
    populations by single age has a hundred times as many rows as all that is set beside others. Raises `ValueError`
    where a required column is missing.
    """
    check_columns(indicators, REQUIRED, "indicators")
    table = indicators if register is None else _without_roles(indicators, register)
    table = table[table["value"].notna()] if table["value"].hasnans else table.copy(deep=False)
    for column, default in {**DEFAULTS, "period": ""}.items():
        if column not in table:
            table[column] = default
        elif (filled := _text(values := table[column], default)) is not values:
            table[column] = filled
    for column in NUMBERS:
        if column not in table or table[column].dtype != float:
            table[column] = pd.to_numeric(table[column]).astype(float) if column in table else float("nan")
    for column in PERIOD[:2]:
        if column not in table or table[column].dtype != "datetime64[ns]":
            dates = pd.to_datetime(table[column]) if column in table else pd.Series(pd.NaT, table.index)
            table[column] = dates.astype("datetime64[ns]")
    if "row" not in table or table["row"].dtype != "Int64":
        table["row"] = table["row"].astype("Int64") if "row" in table else pd.Series(pd.NA, table.index, "Int64")
    if any(text != _quintile(text) for text in table["quintile"].unique()):
        table["quintile"] = table["quintile"].map(_quintile).astype(str)
    return table


def _quintile(text: str) -> str:
    """A fifth as it is called here: "total", "1" to "5"."""
    return text.strip().casefold().removesuffix(".0")


def _text(values: pd.Series, default: str) -> pd.Series:
    """A column of texts without gaps; one that is so already is taken as it is."""
    if values.dtype == "str" and not values.hasnans:
        return values
    return values.astype("object").fillna(default).astype(str)


def _without_roles(table: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Leave out building blocks and projections; a register from before there were roles has none."""
    known = register.set_index("indicator") if "indicator" in register.columns else register
    if "role" not in known:
        return table
    return table[~table["indicator"].isin(known.index[known["role"].fillna("") != ""])]


def hidden(indicators: pd.DataFrame, area_code: str) -> dict[tuple[str, ...], str]:
    """Say which figures of an area disclosure control has hidden.

    Returns
    -------
    dict
        The ``qualifier`` that says why, by indicator, sex, age group, file, period and quintile; nothing where no
        column ``is_hidden`` says that any is.
    """
    if "is_hidden" not in indicators:
        return {}
    gone = indicators[indicators["is_hidden"].eq(True) & (indicators["area_code"] == area_code)]
    table = complete(gone.assign(value=0.0))
    keys = table[[*KEY, "file", "period", "quintile"]].itertuples(index=False, name=None)
    return dict(zip(keys, table["qualifier"], strict=True))


def files_with(indicators: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The rows of the files that hold some indicators, so that only these have to be completed.

    Whole files, since whether one is bare (`is_bare`) shows in all that it holds. Raises `ValueError` where a required
    column is missing.
    """
    check_columns(indicators, REQUIRED, "indicators")
    if "file" not in indicators:
        return indicators
    return indicators[indicators["file"].isin(indicators.loc[indicators["indicator"].isin(names), "file"].unique())]


def is_bare(table: pd.DataFrame) -> pd.Series:
    """Which figures come from a file that holds nothing but figures: a plan, a leaflet.

    Such a file gives no limits and no denominator with any figure, and no indicator for more than two
    areas, so that nothing in it can be tested or set beside other areas.
    """
    given = table[["denominator", "lowercl", "uppercl"]].notna().any(axis=1)
    areas = table.groupby(["file", "indicator"])["area_code"].transform("nunique")
    return ~(given | (areas > BARE_AREAS)).groupby(table["file"]).transform("any").astype(bool)


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """The figures that are for a whole area, from files that can be compared."""
    return table[(table["quintile"] == "total") & ~is_bare(table)]


def whole_population(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out females and males where the indicator has a figure for all, and likewise for age groups."""
    for column in ("sex", "age_group"):
        is_all = table[column] == "all"
        has_all = is_all.groupby([table["area_code"], table["indicator"]]).transform("any")
        table = table[is_all | ~has_all]
    return table


def with_names(table: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Add what the register says of each indicator, in the register's order.

    Adds ``indicator_name``, ``short_name``, ``theme``, ``unit`` and ``polarity``. Sex and age group are
    added to the names where one indicator stands for several: "Life expectancy at birth, females". An
    indicator that the register does not have keeps its code as its name, has no direction and comes last. One that
    has a role there (a building block of others, a projection) is left out: it is no finding by itself.
    """
    known = register.set_index("indicator") if "indicator" in register.columns else register
    table = _without_roles(table, known)
    known = known.reindex(columns=[*NAMES, "theme_order"])
    table = table.drop(columns=[*NAMES], errors="ignore").join(known, on="indicator")
    place = {code: position for position, code in enumerate(known.index)}
    order = table["indicator"].map(place).astype(float).fillna(len(place))
    for column in NAMES:
        table[column] = _text(table[column], "")
    table["polarity"] = table["polarity"].replace("", "none")
    for column in ("indicator_name", "short_name"):
        named = table[column].where(table[column] != "", table["indicator"])
        table[column] = named + _which(table)
    table = table.assign(_theme=pd.to_numeric(table["theme_order"]).fillna(float("inf")), _order=order)
    table = table.sort_values(["_theme", "_order", "sex", "age_group"], kind="stable", ignore_index=True)
    return table.drop(columns=["_theme", "_order", "theme_order"])


def _which(table: pd.DataFrame) -> pd.Series:
    words = {"female": ", females", "male": ", males"}
    which = table["sex"].map(lambda sex: words.get(sex, "" if sex == "all" else f", {sex}")).astype(str)
    several = table.groupby(["indicator", "sex"])["age_group"].transform("nunique") > 1
    ages = (", aged " + table["age_group"]).where(several & (table["age_group"] != "all"), "")
    return which + ages


def area_name(table: pd.DataFrame, code: str, names: Mapping[str, str] | None) -> str:
    """The name of an area: as given, else as its files write it, else its code."""
    if names and code in names:
        return names[code]
    written = table.loc[(table["area_code"] == code) & (table["area_name"] != ""), "area_name"]
    return str(written.iloc[0]) if len(written) else code
