"""Examples give way to the real thing: illustrative ratings never stand beside, or are compared with, real ones."""

from __future__ import annotations

import pandas as pd

ILLUSTRATIVE, RECONSTRUCTED = "illustrative", "reconstructed"


def set_aside(files: pd.DataFrame) -> list[str]:
    """The illustrative files of a region that has real ones too.

    Parameters
    ----------
    files
        One row a file: ``file``, ``state`` ("used" or "refused") and ``status``.

    Returns
    -------
    list of str
        Their names; none where all that could be used is illustrative, so that an example still shows.
    """
    used = files[files["state"] == "used"]
    is_example = used["status"] == ILLUSTRATIVE
    return list(used.loc[is_example, "file"]) if (~is_example).any() else []


def without_examples(table: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Rows (of ratings, or of the files themselves) that come from no file that is set aside."""
    return table[~table["file"].isin(set_aside(files))].reset_index(drop=True)


def comparable(files: pd.DataFrame) -> pd.DataFrame:
    """The used files of all regions that may be set beside each other: real ones, or examples alone.

    Parameters
    ----------
    files
        One row a file of any region: ``state`` ("used" or "refused") and ``status``.

    Returns
    -------
    DataFrame
        The rows that are kept: where somebody's own assessment is among them, everything but the examples; where there
        is none, the examples, and where there are no examples either, all that is left (figures reconstructed from
        print).
    """
    if files.empty:
        return files
    used = files[files["state"] == "used"]
    is_example, is_printed = used["status"] == ILLUSTRATIVE, used["status"] == RECONSTRUCTED
    if (~is_example & ~is_printed).any():
        return used[~is_example].reset_index(drop=True)
    return (used[is_example] if is_example.any() else used).reset_index(drop=True)
