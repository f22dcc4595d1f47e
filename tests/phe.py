"""The fixtures of PHEindicatormethods beside the checkout; tests skip where they are not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "phe"
needs_phe = pytest.mark.skipif(not FOLDER.is_dir(), reason="fixtures are not beside this checkout")
BOTH = (0.95, 0.998)
LIMITS = {
    "value": "value", "lowercl_95": "lower95_0cl", "uppercl_95": "upper95_0cl",
    "lowercl_99_8": "lower99_8cl", "uppercl_99_8": "upper99_8cl",
}  # fmt: skip


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv")


def agree(found, wanted, *, relative: float = 1e-9) -> None:
    found, wanted = (np.asarray(values, dtype=float) for values in (found, wanted))
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=1e-13, equal_nan=True)


def limits_agree(found: pd.DataFrame, wanted: pd.DataFrame, *, relative: float = 1e-9, scale: float = 1) -> None:
    for ours, theirs in LIMITS.items():
        agree(found[ours] / scale, wanted[theirs], relative=relative)
