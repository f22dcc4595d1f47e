"""A workshop that is open to phones: who writes, who watches, who is known, and how often each may ask."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Facts, Participant
from helpers.live.workshop.phones import page as pages
from helpers.live.workshop.phones.limits import Buckets, ByAddress
from helpers.live.workshop.phones.watching import Watcher
from helpers.live.workshop.phones.writing import Writer
from helpers.reference import workshop_texts
from helpers.reference.models import load_model

COOKIE = "key"


@dataclass
class Room:
    """A workshop that is open to phones: its facts, who writes, who watches, and how often each may ask."""

    facts: Facts
    writer: Writer
    watcher: Watcher
    secret: str
    stored: dict[str, set[str]]
    page: pages.Content
    files: dict[str, pages.Content]
    nothing_here: bytes
    ratings: Buckets = field(default_factory=lambda: Buckets(burst=60, per_second=3))
    asks: Buckets = field(default_factory=lambda: Buckets(burst=120, per_second=6))
    strangers: Buckets = field(default_factory=lambda: Buckets(burst=1000, per_second=20))
    joins: ByAddress = field(  # on a local network each phone has an address of its own; two people may share one
        default_factory=lambda: ByAddress(each=Buckets(burst=10, per_second=0.1), own=Buckets(burst=300, per_second=1))
    )
    reads: ByAddress = field(  # the page and its files: some twenty each time that it is loaded
        default_factory=lambda: ByAddress(
            each=Buckets(burst=600, per_second=20), own=Buckets(burst=6000, per_second=200)
        )
    )
    known: dict[str, Participant] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        return bool(self.watcher.standing.state.ended_at)

    def participant(self, request: Request) -> Participant | None:
        """Who asks, by the key in the cookie, of which the workshop knows the SHA-256 alone."""
        key = request.cookies.get(COOKIE, "")
        if not key:
            return None
        hashed = hash_of(key)
        if hashed not in self.known:
            found = keeping.participant_of(self.watcher.connection, hashed)
            if found is None:
                return None
            self.known[hashed] = found
        return self.known[hashed]

    def new_key(self, mark: str) -> str:
        """A key of 256 bits; for a phone that asks again since it never got the answer, the same one as before."""
        return hmac.new(self.secret.encode(), mark.encode(), "sha256").hexdigest() if mark else secrets.token_hex(32)


def open_room(file: Path, *, secret: str, data: str | Path = "") -> Room:
    """Open a workshop's file for phones."""
    watcher = Watcher(file)
    facts = keeping.facts_of(watcher.connection)
    model = load_model(facts.model, data)
    choices = workshop_texts.stakeholder_choices("en", data)
    return Room(
        facts=facts,
        writer=Writer(file, dimensions=model.codes, levels=model.levels),
        watcher=watcher,
        secret=secret,
        stored={kind: {"", *(stored for stored, _ in found)} for kind, found in choices.items()},
        page=pages.page(facts, model, data),
        files=pages.files(),
        nothing_here=pages.nothing_here(data),
    )


def hash_of(key: str) -> str:
    """What the workshop's file knows of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
