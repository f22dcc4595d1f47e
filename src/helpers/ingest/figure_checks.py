"""Whether a figure can be true by itself: within its range, between its limits, the same as its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from helpers.ingest import wording

HALF_A_CASE = 50  # what a rounded numerator can be off by, in percent of a base of 1


@dataclass(frozen=True)
class Problem:
    """What is wrong with a figure, and in which of its columns."""

    code: str
    column: str
    expected: str
    message: str


def problems_of(
    measure: str,
    value: wording.Number,
    numerator: float | None,
    denominator: float | None,
    lowercl: float | None,
    uppercl: float | None,
) -> Iterator[Problem]:
    """Give every reason why a figure cannot be as it is written.

    Notes
    -----
    A percentage is compared with its numerator out of its denominator as exactly as their rounding allows:
    half of its own last digit (of 0.1 at the finest, since sources round before they divide) and half a
    case, since a numerator may be a yearly average that was rounded. In 31,504 published percentages this
    never fails.
    """
    yield from _range(measure, value.value)
    yield from _limits(value.value, lowercl, uppercl)
    if measure == "percent" and numerator is not None and denominator is not None:
        yield from _parts(value, numerator, denominator)


def _range(measure: str, value: float) -> Iterator[Problem]:
    declared = wording.measures().get(measure)
    if declared is None or declared.minimum <= value <= declared.maximum:
        return
    least, most = f"{declared.minimum:g}", f"{declared.maximum:g}"
    expected = f"{least} or more" if most == "inf" else f"{least} to {most}"
    message = f"{value:g} cannot be ({declared.meaning}: {expected})"
    yield Problem("value-out-of-range", "value", expected, message)


def _limits(value: float, lowercl: float | None, uppercl: float | None) -> Iterator[Problem]:
    lower = value if lowercl is None else lowercl
    upper = value if uppercl is None else uppercl
    if lower <= value <= upper:
        return
    column = "lowercl" if lower > value else "uppercl"
    said = f"the lower limit {lower:g}" if lower > value else f"the upper limit {upper:g}"
    message = f"the value {value:g} lies {'below' if lower > value else 'above'} {said}"
    yield Problem("limits-disordered", column, "lowercl, value and uppercl from low to high", message)


def _parts(value: wording.Number, numerator: float, denominator: float) -> Iterator[Problem]:
    if denominator == 0:
        message = "a percentage of nothing: the denominator is 0"
        yield Problem("value-out-of-range", "denominator", "more than 0", message)
        return
    share = 100 * numerator / denominator
    rounding = 0.5 * 10.0 ** -min(value.decimals, 1) + HALF_A_CASE / denominator + 1e-9
    if abs(share - value.value) > rounding:
        message = f"{value.value:g} percent, but {numerator:g} of {denominator:g} is {share:.4g} percent"
        yield Problem("figures-contradict", "value", f"{share:.4g}", message)
