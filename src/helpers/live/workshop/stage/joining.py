"""How phones join: the addresses that their server wrote down, and the code to scan."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.live.workshop import beside
from helpers.live.workshop.phones.qr import qr_svg

LOOK_SECONDS = 0.5


class Joining:
    """The participants' page as its server describes it, looked at now and then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._looked_at, self._told = 0.0, {}

    def told(self) -> dict[str, Any]:
        """The addresses, whether phones on the network reach them, and the code; empty where no server runs."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS or not self._looked_at:
            self._looked_at, self._told = now, self._read()
        return self._told

    def _read(self) -> dict[str, Any]:
        server = beside.read(self.folder, beside.SERVER)
        addresses = [str(address) for address in server.get("addresses") or ()]
        if not addresses:
            return {}
        return {"addresses": addresses, "is_network": bool(server.get("is_network")), "qr": _code(addresses[0])}


@lru_cache(maxsize=8)
def _code(address: str) -> str:
    return qr_svg(address, title=f"Code to scan: opens {address}", dark="#000000")
