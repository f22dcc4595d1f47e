"""The maturity models as data: dimensions, levels, and the names a dimension goes by.

A model is a file ``data/reference/models/<id>.yaml``. How many dimensions it has and how far its scale goes is
for the file to say; nothing here assumes twelve, or 0 to 5.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from helpers.reference import paths

default_model_id = "scirocco-exchange"

COMPARABLE = ("yes", "with caution", "no")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnknownModel(ValueError):
    """No model has this id. ``suggestion`` is the nearest id, or empty."""

    def __init__(self, model_id: str, known: list[str]) -> None:
        self.suggestion = _nearest(model_id, known)
        super().__init__(f"no maturity model is called {model_id!r}{_hint(self.suggestion, known)}")


class UnknownDimension(ValueError):
    """The model has no dimension with this code. ``suggestion`` is the nearest code, or empty."""

    def __init__(self, code: str, model: Model) -> None:
        self.suggestion = _nearest(code, list(model.codes))
        super().__init__(f"the model {model.id} has no dimension {code!r}{_hint(self.suggestion, model.codes)}")


class ModelError(ValueError):
    """A model's file contradicts itself; the message lists every problem."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a model. ``levels`` gives each level's descriptor, "" where it is not carried."""

    code: str
    order: int
    name: str
    short_name: str
    objective: str
    levels: dict[int, str] = field(hash=False)
    former_names: tuple[str, ...]
    other_names: tuple[str, ...]
    translations: dict[str, str] = field(hash=False)
    comparable_with_exchange: str


@dataclass(frozen=True)
class Model:
    """A maturity model: a generation of the published one, or an adapted edition of it."""

    id: str
    name: str
    generation: str
    scale_minimum: int
    scale_maximum: int
    dimensions: tuple[Dimension, ...]
    wording_note: str
    official_url: str
    source: str
    kind: str = "generation"
    based_on: str = ""
    grant: str = ""
    note: str = ""
    translations_note: str = ""

    @property
    def levels(self) -> tuple[int, ...]:
        """Every level of the scale, lowest first."""
        return tuple(range(self.scale_minimum, self.scale_maximum + 1))

    @property
    def codes(self) -> tuple[str, ...]:
        """The dimensions' codes in the model's order."""
        return tuple(dimension.code for dimension in self.dimensions)

    @property
    def names(self) -> dict[str, str]:
        """Each dimension's name by its code, in the model's order."""
        return {dimension.code: dimension.name for dimension in self.dimensions}

    def dimension(self, code: str) -> Dimension:
        """Return the dimension with this code; raise :class:`UnknownDimension` where there is none."""
        for dimension in self.dimensions:
            if dimension.code == code:
                return dimension
        raise UnknownDimension(code, self)


def load_model(model_id: str = default_model_id, data: str | Path = "") -> Model:
    """Load a maturity model.

    Parameters
    ----------
    model_id
        Its id, such as ``scirocco-exchange``: the name of its file.
    data
        The data folder; empty for the project's own.

    Returns
    -------
    Model
        Read once and kept; it is not to be changed.

    Raises
    ------
    UnknownModel
        If there is no such model; with a suggestion.
    ModelError
        If its file contradicts itself.
    """
    return _load(paths.models(data), model_id)


def load_models(data: str | Path = "") -> dict[str, Model]:
    """Load every model, by id: the default one first, then by id."""
    return {model_id: load_model(model_id, data) for model_id in model_ids(data)}


def model_ids(data: str | Path = "") -> list[str]:
    """List the ids of the models: the default one first, then in alphabetical order."""
    return _ids(paths.models(data))


def _ids(folder: Path) -> list[str]:
    found = (path.stem for path in folder.glob("*.yaml"))
    return sorted(found, key=lambda model_id: (model_id != default_model_id, model_id))


@cache
def _load(folder: Path, model_id: str) -> Model:
    if model_id not in _ids(folder):
        raise UnknownModel(model_id, _ids(folder))
    text = (folder / f"{model_id}.yaml").read_text(encoding="utf-8")
    model = _model(yaml.load(text, Loader=_Loader), folder)
    _check(model, model_id)
    return model


def _model(declared: dict[str, Any], folder: Path) -> Model:
    """Make the model of a file's content; an entry that is only a code is taken over from ``based_on``."""
    base = _load(folder, declared["based_on"]) if declared.get("based_on") else None
    low, high = declared["scale_minimum"], declared["scale_maximum"]
    dimensions = tuple(
        _taken_over(base, entry, order) if isinstance(entry, str) else _dimension(entry, order, low, high)
        for order, entry in enumerate(declared["dimensions"], start=1)
    )
    fields = {key: value for key, value in declared.items() if key != "dimensions"}
    return Model(dimensions=dimensions, **fields)


def _dimension(entry: dict[str, Any], order: int, low: int, high: int) -> Dimension:
    carried = entry.get("levels") or {}
    return Dimension(
        code=entry["code"],
        order=order,
        name=entry["name"],
        short_name=entry["short_name"],
        objective=entry.get("objective", ""),
        levels={**dict.fromkeys(range(low, high + 1), ""), **carried},
        former_names=tuple(entry.get("former_names") or ()),
        other_names=tuple(entry.get("other_names") or ()),
        translations=dict(entry.get("translations") or {}),
        comparable_with_exchange=entry["comparable_with_exchange"],
    )


def _taken_over(base: Model | None, code: str, order: int) -> Dimension:
    if base is None:
        raise ModelError(f"the dimension {code!r} is only a code, and the file names no model in based_on")
    fields = vars(base.dimension(code)) | {"order": order}
    return Dimension(**fields)


def _check(model: Model, model_id: str) -> None:
    """Raise :class:`ModelError` with everything that is wrong."""
    scale = set(model.levels)
    problems = [
        *(f"code {code!r} stands twice" for code in {c for c in model.codes if model.codes.count(c) > 1}),
        *(f"{d.code}: levels {sorted(set(d.levels) - scale)} are not on the scale" for d in model.dimensions
          if set(d.levels) - scale),
        *(f"{d.code}: comparable_with_exchange is {d.comparable_with_exchange!r}, not one of {COMPARABLE}"
          for d in model.dimensions if d.comparable_with_exchange not in COMPARABLE),
    ]  # fmt: skip
    if model.id != model_id:
        problems.append(f"its id is {model.id!r}, unlike its file's name")
    if problems:
        raise ModelError(f"{model_id}.yaml: " + "; ".join(problems))


def _nearest(word: str, known: list[str]) -> str:
    found = difflib.get_close_matches(word.strip().lower(), known, n=1, cutoff=0.6)
    return found[0] if found else ""


def _hint(suggestion: str, known: Any) -> str:
    return f" - did you mean {suggestion!r}?" if suggestion else f"; known are {', '.join(known)}"
