"""Two published estimates beside each other: is their difference more than chance can make?

The sources print an estimate with its 95 % limits and not its standard error. The standard error is taken
back from the width of the interval, and the difference of two independent estimates is tested with it, as
Altman and Bland show (Interaction revisited: the difference between two estimates, BMJ 2003;326:219). Rates
and percentages are compared on the log scale, as ratios; life expectancy and anything that can be zero or
negative on its own scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

CONFIDENCE = 0.95
Z = float(special.ndtri(1 - (1 - CONFIDENCE) / 2))
NO_LIMITS = "no limits are given, so that no difference can be tested"
LOG_MEASURES = ("rate", "percent", "proportion", "ratio")


@dataclass(frozen=True)
class Estimate:
    """A published value with its 95 % limits; ``nan`` where one is not given."""

    value: float
    lowercl: float = math.nan
    uppercl: float = math.nan

    @property
    def has_limits(self) -> bool:
        """Whether both limits are there and are more than the value itself, rounded."""
        return self.uppercl > self.lowercl

    @property
    def is_positive(self) -> bool:
        """Whether its interval can be taken to the log scale."""
        return self.value > 0 and self.lowercl > 0

    def standard_error(self, *, log: bool) -> float:
        """The standard error, of the logarithm if ``log``, from the width of the interval."""
        if log:
            return (math.log(self.uppercl) - math.log(self.lowercl)) / (2 * Z)
        return (self.uppercl - self.lowercl) / (2 * Z)

    def arm(self, *, above: bool) -> float:
        """The standard error from the side of the interval above or below the value, or its width if that is 0."""
        reach = self.uppercl - self.value if above else self.value - self.lowercl
        return reach / Z if reach > 0 else self.standard_error(log=False)


@dataclass(frozen=True)
class Difference:
    """How one estimate lies to another.

    ``sign`` is 1 (higher), -1 (lower) or 0 (no clear difference), None where nothing can be said;
    ``reason`` says why not. ``method`` names the test and ``p_value`` is its result where there is one.
    """

    sign: int | None
    method: str = ""
    reason: str = ""
    p_value: float = math.nan
    ratio: Estimate = Estimate(math.nan)
    difference: Estimate = Estimate(math.nan)


def uses_log_scale(measure: str) -> bool:
    """Whether figures of this measure are compared as ratios: rates, percentages, proportions and ratios are.

    A change in percent is not, since it can be negative.
    """
    return str(measure).startswith(LOG_MEASURES)


def compare(first: Estimate, second: Estimate, *, log: bool) -> Difference:
    """Test the difference of two estimates, the first less the second.

    Parameters
    ----------
    first, second
        Values with their 95 % limits.
    log
        Compare as a ratio. Where one of the intervals reaches 0, the scale of the values is used instead. There each
        error is taken from the side of the interval that faces the other value (Zou and Donner, Statistics in Medicine
        2008; 27: 1693-1702): the interval of 0 events lies on one side only.

    Returns
    -------
    Difference
        With the difference and, on the log scale, the ratio, each with its approximate 95 % interval.

    Notes
    -----
    An approximation: limits are rounded in print, exact and Wilson limits are not quite symmetrical on
    either scale, and the two estimates are taken as independent. Where one area is part of the other, as a
    council area is of Scotland, they are not; the true standard error of the difference is then smaller, so
    that the test errs on the side of "no clear difference".
    """
    if not (first.has_limits and second.has_limits):
        return Difference(None, reason=NO_LIMITS)
    log = log and first.is_positive and second.is_positive
    values = [math.log(e.value) if log else e.value for e in (first, second)]
    distance = values[0] - values[1]
    errors = [estimate.standard_error(log=True) for estimate in (first, second)] if log else _facing(first, second)
    error = math.hypot(*errors)
    p_value = float(2 * special.ndtr(-abs(distance) / error))
    scale = "of the ratio (log scale)" if log else "of the difference"
    return Difference(
        sign=0 if p_value >= 1 - CONFIDENCE else int(math.copysign(1, distance)),
        method=f"z test {scale}; standard errors from the 95 % limits",
        p_value=p_value,
        ratio=_ratio(distance, error) if log else Estimate(math.nan),
        difference=_difference(first, second, errors) if log else _apart(first, second),
    )


def _ratio(distance: float, error: float) -> Estimate:
    return Estimate(*(math.exp(distance + step * error) for step in (0, -Z, Z)))


def _difference(first: Estimate, second: Estimate, errors: list[float]) -> Estimate:
    """The difference with its interval, from errors on the log scale by the delta method."""
    difference, error = first.value - second.value, math.hypot(errors[0] * first.value, errors[1] * second.value)
    return Estimate(difference, difference - Z * error, difference + Z * error)


def _facing(first: Estimate, second: Estimate) -> list[float]:
    """The errors from the sides that face each other."""
    is_higher = first.value > second.value
    return [first.arm(above=not is_higher), second.arm(above=is_higher)]


def _apart(first: Estimate, second: Estimate) -> Estimate:
    """The difference with its interval, each end from the sides that face each other there."""
    difference = first.value - second.value
    low, high = (math.hypot(first.arm(above=up), second.arm(above=not up)) for up in (False, True))
    return Estimate(difference, difference - Z * low, difference + Z * high)


def against_benchmark(estimate: Estimate, benchmark: float) -> Difference:
    """Test the distance of an estimate from a benchmark that is taken as fixed.

    A z test with the standard error of the limit that faces the benchmark, so that p is below 0.05 just where the 95 %
    interval, which need not be symmetrical, leaves the benchmark out.
    """
    if not estimate.has_limits:
        return Difference(None, reason=NO_LIMITS)
    if math.isnan(benchmark):
        return Difference(None, reason="no benchmark")
    sign = 1 if estimate.lowercl > benchmark else -1 if estimate.uppercl < benchmark else 0
    distance = estimate.value - benchmark
    error = (estimate.value - estimate.lowercl if distance > 0 else estimate.uppercl - estimate.value) / Z
    p_value = float(2 * special.ndtr(-abs(distance) / error)) if error > 0 else math.nan
    method = "z test against the benchmark, taken as fixed; standard error from the 95 % limit that faces it"
    return Difference(sign, method=method, p_value=p_value)


def verdict(sign: int | None, polarity: str) -> str:
    """The word for a tested difference.

    Returns
    -------
    str
        "better" or "worse" where the indicator has a direction, "higher" or "lower" where it has none, "no
        clear difference", or "not compared" where ``sign`` is None.
    """
    if sign is None:
        return "not compared"
    if sign == 0:
        return "no clear difference"
    if polarity not in ("higher_is_better", "lower_is_better"):
        return "higher" if sign > 0 else "lower"
    return "better" if (sign > 0) == (polarity == "higher_is_better") else "worse"
