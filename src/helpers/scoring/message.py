"""The shape of what the page says in words: a sentence or a large figure, each with the place of its evidence."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("picture", "gap", "moved", "agreement", "caution")


@dataclass(frozen=True)
class Message:
    """A plain sentence that follows from the numbers.

    ``anchor`` is the id of the section that holds the evidence, ``kind`` one of `KINDS`, ``weight`` how much it
    matters (more is more); messages come in the order in which to read them.
    """

    text: str
    anchor: str
    kind: str
    weight: float = 1.0


@dataclass(frozen=True)
class BigNumber:
    """A figure in large type, what it counts, and the id of the section that holds the evidence."""

    value: str
    label: str
    anchor: str


def heaviest(messages: list[Message], most: int) -> list[Message]:
    """Keep at most ``most`` messages, those that weigh most, in the order in which they came."""
    kept = sorted(messages, key=lambda message: -message.weight)[:most]
    return [message for message in messages if message in kept]
