"""How often somebody may ask: a bucket of tokens for each, filled again as time goes by."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Callable, Hashable
from functools import lru_cache


class Buckets:
    """A bucket for each who asks: ``burst`` at once, then ``per_second``; those not seen for longest are forgotten."""

    def __init__(
        self, *, burst: float, per_second: float, most: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.burst, self.per_second, self.most, self.clock = burst, per_second, most, clock
        self._left: dict[Hashable, tuple[float, float]] = {}

    def take(self, who: Hashable) -> float:
        """Take a token; the seconds to wait for the next one where there is none, else 0."""
        left = self._filled(who)
        wait = 0.0 if left >= 1 else (1 - left) / self.per_second
        self._left.pop(who, None)  # so that the order is that of their last asking
        self._left[who] = (left - 1 if not wait else left, self.clock())
        if len(self._left) > self.most:
            del self._left[next(iter(self._left))]
        return wait

    def wait(self, who: Hashable) -> float:
        """How many seconds it takes until there is a token; 0 where there is one. None is taken."""
        left = self._filled(who)
        return 0.0 if left >= 1 else (1 - left) / self.per_second

    def _filled(self, who: Hashable) -> float:
        left, at = self._left.get(who, (self.burst, self.clock()))
        return min(self.burst, left + (self.clock() - at) * self.per_second)


class ByAddress:
    """A bucket for each address of the network; a larger one for this machine's own, where rehearsals come from."""

    def __init__(self, *, each: Buckets, own: Buckets) -> None:
        self.each, self.own = each, own

    def take(self, address: str) -> float:
        """Take a token for a client at this address; the seconds to wait where there is none, else 0."""
        return (self.own if is_own(address) else self.each).take(whose(address))


class Crowd:
    """How many connections each address has open."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def enter(self, address: str, *, most: int, most_own: int) -> bool:
        """Count one more; False, and not counted, if this address has as many as it may."""
        who = whose(address)
        if self._open[who] >= (most_own if is_own(address) else most):
            return False
        self._open[who] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less."""
        who = whose(address)
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]


@lru_cache(maxsize=4096)
def is_own(address: str) -> bool:
    """Whether it is this machine's own address, which no other machine can have."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


@lru_cache(maxsize=4096)
def whose(address: str) -> str:
    """The client that an address stands for: of IPv6 the network of 64 bits, since one machine has all of it."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
