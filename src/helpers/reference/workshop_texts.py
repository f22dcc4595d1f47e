"""What participants of a workshop read, in their language: the model's texts, roles and sectors, and phrases.

The texts are tables (see `workshop_tables`). English stands in wherever a translation is missing. A language is
added by a row in ``workshop/languages.csv``, a column of its code in ``stakeholders.csv`` and ``phrases.csv`` beside
it, and lines in ``models/translations.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers.reference import models, workshop_tables
from helpers.reference.workshop_tables import ENGLISH, KINDS, WorkshopTextsError

__all__ = [
    "DimensionTexts", "Text", "UnknownLanguage", "WorkshopTextsError",
    "dimension_texts", "languages", "phrases", "stakeholder_choices",
]  # fmt: skip


class UnknownLanguage(ValueError):
    """The workshop does not speak this language; the message says which ones it speaks."""


class Text(str):
    """A text for a page, and the ``language`` (code) that it is in, for the page's ``lang`` attribute."""

    language: str

    def __new__(cls, text: str, language: str) -> Text:
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:
        return str(self), self.language


@dataclass(frozen=True)
class DimensionTexts:
    """What a dimension is called, what it is about, and what each of its levels means ("" where not carried)."""

    code: str
    name: Text
    objective: Text
    levels: dict[int, Text]


def languages(data: str | Path = "") -> dict[str, str]:
    """Return each language's own name by its code, in the order in which they are offered; English is one of them.

    Raises
    ------
    WorkshopTextsError
        If the table of languages cannot be used.
    """
    return dict(workshop_tables.read_languages(data))


def dimension_texts(model: models.Model | str, language: str, data: str | Path = "") -> dict[str, DimensionTexts]:
    """Return the texts of a model in a language, by the dimensions' codes in the model's order.

    Parameters
    ----------
    model
        A model, or its id.
    language
        A code of `languages`.
    data
        The data folder; empty for the project's own.

    Returns
    -------
    dict
        Texts that have no translation are in English; each `Text` says its language. A translation is of the English
        text of the model beside which it stands: it serves every model that has the same text for the same dimension
        (an adapted edition), and none that says something else.

    Raises
    ------
    UnknownLanguage
        If the language is not offered.
    WorkshopTextsError
        If a table cannot be used.
    """
    model = models.load_model(model, data) if isinstance(model, str) else model
    _check_language(language, data)
    spoken = {} if language == ENGLISH else workshop_tables.read_translations(data).get(language, {})

    def text(code: str, level: int | None, english: str) -> Text:
        return _text(spoken.get((code, level, english)), english, language)

    return {
        one.code: DimensionTexts(
            code=one.code,
            name=_text(one.translations.get(language), one.name, language),
            objective=text(one.code, None, one.objective),
            levels={level: text(one.code, level, english) for level, english in one.levels.items()},
        )
        for one in model.dimensions
    }


def stakeholder_choices(language: str, data: str | Path = "") -> dict[str, list[tuple[str, Text]]]:
    """Return the roles and the sectors that a participant may choose.

    Returns
    -------
    dict
        By ``role`` and ``sector`` a list of what is stored (always the English label) and what is shown.

    Raises
    ------
    UnknownLanguage
        If the language is not offered.
    WorkshopTextsError
        If the table cannot be used.
    """
    _check_language(language, data)
    rows = workshop_tables.read_stakeholders(data)
    return {kind: [(row[ENGLISH], _shown(row, language)) for row in rows if row["kind"] == kind] for kind in KINDS}


def phrases(language: str, data: str | Path = "") -> dict[str, Text]:
    """Return the phrases of the workshop's pages by their key; one that has no translation is in English.

    Raises
    ------
    UnknownLanguage
        If the language is not offered.
    WorkshopTextsError
        If the table cannot be used: a key stands twice, has no English text, or a translation has a place in braces
        that the English text does not have.
    """
    _check_language(language, data)
    return {row["key"]: _shown(row, language) for row in workshop_tables.read_phrases(data)}


def _shown(row: dict[str, str], language: str) -> Text:
    return _text(row.get(language), row[ENGLISH], language)


def _text(translated: str | None, english: str, language: str) -> Text:
    return Text(translated, language) if translated else Text(english, ENGLISH)


def _check_language(language: str, data: str | Path) -> None:
    offered = languages(data)
    if language not in offered:
        raise UnknownLanguage(f"the workshop does not speak {language!r}; it speaks {', '.join(offered)}")
