"""Groups of people who use services alike: latent classes, where the data can tell them apart."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from helpers.scoring.together import MINIMUM, as_table

MOST = 6
RISES = 2
FEWEST_PEOPLE = 200
FEWEST_SERVICES = 4
LEAST_ENTROPY = 0.6
STARTS = 5
SEED = 20250101
OPTIONS = {"max_iter": 1000, "abs_tol": 1e-7, "verbose": 0, "progress_bar": 0}
COLUMNS = [
    "class",
    "share_pct",
    "n",
    "service",
    "use_pct",
    "overall_pct",
    "n_classes",
    "n_people",
    "entropy",
    "refusal",
]
FITS = ["n_classes", "log_likelihood", "parameters", "bic", "entropy", "smallest_class", "is_chosen", "refusal"]


def classes(
    people: pd.DataFrame,
    *,
    n_people: int | None = None,
    most: int = MOST,
    minimum: int = MINIMUM,
    starts: int = STARTS,
    seed: int = SEED,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find classes of people by which services they use.

    Parameters
    ----------
    people
        As `helpers.scoring.together.pairs` takes it. Services that fewer than ``minimum`` people use, or do not use,
        are left out.
    n_people
        How many people there are in all; those who are not in the table use none.
    most
        The largest number of classes that is tried.
    minimum
        No class of fewer people is shown, and no share that stands for fewer.
    starts
        How many random starts each number of classes gets; the best is kept.
    seed
        The same seed gives the same classes.

    Returns
    -------
    classes : DataFrame
        One row a class and service, the largest class first: ``class`` (from 1), ``share_pct`` (of all people), ``n``
        (people, rounded: shares of people are added up), ``service``, ``use_pct`` (of the class), ``overall_pct`` (of
        all), ``n_classes``, ``n_people``, ``entropy``. ``use_pct`` is missing where it stands for fewer people than
        ``minimum``, on either side. One row with ``refusal`` and nothing else where there are no classes to show.
    fits : DataFrame
        One row a number of classes that was tried: ``n_classes``, ``log_likelihood``, ``parameters``, ``bic``,
        ``entropy``, ``smallest_class`` (people; missing below ``minimum``), ``is_chosen``, ``refusal``.

    Notes
    -----
    Latent class analysis with binary items, fitted by StepMix (S. Morin et al., StepMix: A Python Package for
    Pseudo-Likelihood Estimation of Generalized Mixture Models with External Variables, Journal of Statistical Software
    2025, 113(8)). The number of classes is that with the lowest BIC
    before it rises twice in a row (K. L. Nylund, T. Asparouhov and B. O. Muthen,
    Structural Equation Modeling 2007, 14(4), 535-569). Refused: fewer than 200 people or 4 services; nobody in the data
    who uses none (classes would then come from leaving these people out); more parameters than the combinations can
    carry; one class as good as several; classes that are not separated (relative entropy below 0.6); a class of fewer
    than ``minimum``. Services are taken as independent within a class, and a class is a summary of the data, not a kind
    of person.
    """
    table = as_table(people)
    table = _with_others(table, n_people)
    table = table.loc[:, table.sum().between(minimum, len(table) - minimum)]
    refusal = _too_little(table)
    if refusal:
        return _refused(refusal), pd.DataFrame(columns=FITS)
    patterns, weights = _patterns(table)
    fitted = _fits(patterns, weights, _most(table.shape[1], most), starts, seed)
    fits = pd.DataFrame([row for row, _ in fitted])
    best = int(fits["bic"].idxmin())
    fits["is_chosen"] = fits.index == best
    refusal = _not_shown(fits.loc[best], minimum)
    fits["refusal"] = ["" if not chosen else refusal for chosen in fits["is_chosen"]]
    fits["smallest_class"] = fits["smallest_class"].where(fits["smallest_class"] >= minimum)
    if refusal:
        return _refused(refusal), fits[FITS]
    return _described(table, fitted[best][1], patterns, weights, fits.loc[best], minimum), fits[FITS]


def _too_little(table: pd.DataFrame) -> str:
    if len(table) < FEWEST_PEOPLE:
        return f"classes need at least {FEWEST_PEOPLE} people"
    if table.shape[1] < FEWEST_SERVICES:
        return f"classes need at least {FEWEST_SERVICES} services with enough users"
    if (table.sum(axis=1) > 0).all():
        return "nobody without any service is in the data, and classes of users alone would come from that"
    return ""


def _with_others(table: pd.DataFrame, n_people: int | None) -> pd.DataFrame:
    """Add a row of zeros for everybody who is not in the table."""
    others = max(0, (n_people or 0) - len(table))
    return pd.concat([table, pd.DataFrame(0, range(others), table.columns)], ignore_index=True) if others else table


def _most(services: int, most: int) -> int:
    """The largest number of classes whose parameters the combinations of services can carry."""
    return max(n for n in range(1, most + 1) if n == 1 or n * (services + 1) - 1 < 2**services - 1)


def _patterns(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Each combination of services once, and how many people have it: the same fit in a fraction of the time."""
    patterns, weights = np.unique(table.to_numpy(dtype=float), axis=0, return_counts=True)
    return patterns, weights.astype(float)


def _fits(patterns: np.ndarray, weights: np.ndarray, most: int, starts: int, seed: int) -> list[tuple[dict, object]]:
    """Fit one class, two, three ... until the BIC has risen twice in a row."""
    fitted: list[tuple[dict, object]] = []
    for n in range(1, most + 1):
        fitted.append(_fit(patterns, weights, n, starts, seed))
        bics = [row["bic"] for row, _ in fitted[-RISES - 1 :]]
        if len(bics) > RISES and min(bics) == bics[0]:
            break
    return fitted


def _fit(patterns: np.ndarray, weights: np.ndarray, n: int, starts: int, seed: int) -> tuple[dict[str, float], object]:
    from stepmix.stepmix import StepMix

    model = StepMix(n_components=n, measurement="binary", n_init=starts, random_state=seed, **OPTIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(patterns, sample_weight=weights)
    shares = model.predict_proba(patterns)
    likelihood = float(model.score(patterns, sample_weight=weights)) * weights.sum()
    parameters = n * patterns.shape[1] + n - 1
    sizes = weights @ shares
    row = {
        "n_classes": n, "log_likelihood": likelihood, "parameters": parameters,
        "bic": parameters * np.log(weights.sum()) - 2 * likelihood,
        "entropy": _entropy(shares, weights), "smallest_class": float(sizes.min()),
    }  # fmt: skip
    return row, model


def _entropy(shares: np.ndarray, weights: np.ndarray) -> float:
    """Relative entropy: 1 where everybody belongs to one class for certain, 0 where nobody can be told."""
    if shares.shape[1] == 1:
        return np.nan
    terms = np.where(shares > 0, -shares * np.log(np.maximum(shares, 1e-300)), 0)
    return float(1 - weights @ terms.sum(axis=1) / (weights.sum() * np.log(shares.shape[1])))


def _not_shown(best: pd.Series, minimum: int) -> str:
    if best["n_classes"] == 1:
        return "one class describes the data as well as several"
    if best["entropy"] < LEAST_ENTROPY:
        return f"the classes cannot be told apart well enough (relative entropy {best['entropy']:.2f})"
    return f"a class has fewer than {minimum} people" if best["smallest_class"] < minimum else ""


def _described(
    table: pd.DataFrame, model: object, patterns: np.ndarray, weights: np.ndarray, best: pd.Series, minimum: int
) -> pd.DataFrame:
    """Every class with its services, the largest first."""
    shares = model.predict_proba(patterns) * weights[:, None]
    sizes, uses = shares.sum(axis=0), shares.T @ patterns
    rows = []
    for number, place in enumerate(np.argsort(-sizes, kind="stable"), start=1):
        for service, name in enumerate(table.columns):
            with_it, without = uses[place, service], sizes[place] - uses[place, service]
            enough = min(with_it, without) >= minimum
            rows.append({
                "class": number, "share_pct": 100 * sizes[place] / sizes.sum(), "n": round(float(sizes[place])),
                "service": str(name), "use_pct": 100 * with_it / sizes[place] if enough else np.nan,
                "overall_pct": 100 * float(table[name].mean()),
            })  # fmt: skip
    found = pd.DataFrame(rows).assign(n_classes=int(best["n_classes"]), n_people=len(table), entropy=best["entropy"])
    return found.assign(refusal="")[COLUMNS]


def _refused(why: str) -> pd.DataFrame:
    return pd.DataFrame([dict.fromkeys(COLUMNS, np.nan) | {"service": "", "refusal": why}])[COLUMNS]
