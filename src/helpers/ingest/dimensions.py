"""Which dimension a name means: its present name, another spelling, a former name, or its name in another language.

Case, accents, punctuation, leading numbers and the words for "and" do not count. A name that is only near is not
taken; the nearest one is suggested.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.ingest.vocabulary import name_key
from helpers.reference.models import Dimension, Model

LANGUAGES = {
    "en": "English", "nl": "Dutch", "de": "German", "it": "Italian", "lt": "Lithuanian", "pl": "Polish", "sk": "Slovak",
    "sl": "Slovenian", "es": "Spanish", "et": "Estonian", "fr": "French",
}  # fmt: skip
KINDS = ("present", "other", "former", "translated")
NEAR = 0.75
_SUGGESTIONS = 300
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a dimension: as it is written, of which kind (see ``KINDS``), and in which language."""

    dimension: str
    kind: str
    written: str
    language: str = ""


class Names:
    """The names that the dimensions of a model go by."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known = _unambiguous(model)
        self._suggested: dict[tuple[str, float], Name | None] = {}

    def find(self, text: str) -> Name | None:
        """The dimension's name that a text is, None where it is none exactly."""
        return self._known.get(name_key(text)) if text else None

    def nearest(self, text: str, cutoff: float = NEAR) -> Name | None:
        """The name that a text is near to, to suggest it."""
        wanted = (name_key(text[:_LONGEST]), cutoff)
        if wanted not in self._suggested and len(self._suggested) < _SUGGESTIONS:
            near = difflib.get_close_matches(wanted[0], self._known, n=1, cutoff=cutoff)
            self._suggested[wanted] = self._known[near[0]] if near else None
        return self._suggested.get(wanted)

    def suggestion(self, text: str, cutoff: float = NEAR) -> str:
        """Name the nearest dimension in words (`` - did you mean "Funding"?``), "" where none is near."""
        near = self.nearest(text, cutoff)
        if near is None:
            return ""
        now = self.model.names[near.dimension]
        return f' - did you mean "{near.written if near.kind == "present" else now}"?'


def _unambiguous(model: Model) -> dict[str, Name]:
    """Every name by its key. A present name wins over another kind; what names two dimensions alike names none."""
    known: dict[str, Name] = {}
    for kind in KINDS:
        found: dict[str, set[Name]] = defaultdict(set)
        for dimension in model.dimensions:
            for name in _names(dimension, kind):
                found[name_key(name.written)].add(name)
        for key, names in found.items():
            if key and key not in known and len({name.dimension for name in names}) == 1:
                known[key] = min(names, key=lambda name: name.written)
    return known


def _names(dimension: Dimension, kind: str) -> Iterator[Name]:
    if kind == "translated":
        for language, name in dimension.translations.items():
            yield Name(dimension.code, kind, name, language)
        return
    present = (dimension.name, dimension.short_name, dimension.code)
    written = {"present": present, "other": dimension.other_names, "former": dimension.former_names}[kind]
    yield from (Name(dimension.code, kind, name) for name in written)
