"""Hidden numbers in words: texts beside a figure that quote what was taken out of it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

QUOTING = ("note", "qualifier")
NUMBERS = ("numerator", "value", "lowercl", "uppercl")
UNNAMED = "hidden: the name quotes a number"
FIGURES = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
WORDS = {
    "none": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
TOLERANCE = 1e-9


def without_quotes(result: pd.DataFrame, table: pd.DataFrame, is_hidden: np.ndarray) -> pd.DataFrame:
    """Empty the texts that quote a number hidden in the same indicator.

    Parameters
    ----------
    result
        The table without the hidden numbers; its texts are looked at.
    table
        The table with them, row by row the same.
    is_hidden
        Which rows are hidden.

    Returns
    -------
    DataFrame
        The result with empty ``note`` and ``qualifier`` where they quote one, exactly or rounded, in figures or in
        words up to ten; a hidden row's ``group`` says instead that it did. The group of a shown row stays: it says who
        is counted.
    """
    if not is_hidden.any():
        return result
    codes = table["indicator"] if "indicator" in table else pd.Series("", table.index)
    result = result.copy()
    for code in codes[is_hidden].unique():
        same = (codes == code).to_numpy()
        gone = table.loc[same & is_hidden, [name for name in NUMBERS if name in table]].to_numpy(float).ravel()
        hidden = np.unique(gone[np.isfinite(gone)])
        for column in [name for name in QUOTING if name in result]:
            result[column] = result[column].mask(_quoting(result[column], same, hidden), "")
        if "group" in result:
            result["group"] = result["group"].mask(_quoting(result["group"], same & is_hidden, hidden), UNNAMED)
    return result


def _quoting(texts: pd.Series, looked_at: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    own = texts[looked_at].fillna("").astype(str)
    told = {text for text in own.unique() if not text.startswith("hidden: ") and quotes(text, hidden)}
    return looked_at & texts.isin(told).to_numpy()


def quotes(text: str, hidden: np.ndarray) -> bool:
    """Whether a text names one of these numbers, rounded to as many decimals as it writes."""
    said = [(float(one.replace(",", "")), len(one.partition(".")[2])) for one in FIGURES.findall(text)]
    said += [(float(WORDS[word]), 0) for word in re.findall(r"[a-z]+", text.casefold()) if word in WORDS]
    return any((np.abs(hidden - number) <= 0.5 * 10.0**-decimals + TOLERANCE).any() for number, decimals in said)
