"""How often somebody may ask: a bucket of tokens for each, filled again as time goes by."""

from __future__ import annotations

import ipaddress
import time
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
