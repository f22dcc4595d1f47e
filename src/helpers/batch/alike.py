"""Whether another machine would make the same report: the same code, notebooks, shipped data and libraries."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from helpers.reference import paths

DISTRIBUTION = "care-atlas"
ALSO = ("dask", "distributed")
SHIPPED = "shipped data"
CODE, NOTEBOOKS = "code of Care Atlas", "notebooks"
NAMED = 6


def about() -> dict[str, str]:
    """What a report depends on besides its data, as this machine has it: a version or a fingerprint for each name."""
    project = paths.project()
    return {
        CODE: content(Path(__file__).parents[1]),
        NOTEBOOKS: content(project / "notebooks"),
        SHIPPED: content(project / "data" / "reference") + content(project / "data" / "indicators"),
        "Python": platform.python_version(),
        **versions(),
    }


def versions() -> dict[str, str]:
    """The versions of all that Care Atlas and its cluster need, directly or by way of others, as installed here."""
    found: dict[str, str] = {}
    waiting = [*_needed(DISTRIBUTION), *ALSO]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # a requirement of another system or of an extra
        waiting += _needed(name)
    return found


def _needed(name: str) -> list[str]:
    """The names of what a distribution requires; what only its extras ask for is left out."""
    try:
        required = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    plain = (text for text in required if "extra ==" not in text)
    return [re.split(r"[^\w.-]", text, maxsplit=1)[0].lower().replace("_", "-") for text in plain]


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """What differs between two machines, in words, what matters most first; nothing where they are alike."""
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return [_difference(name, ours.get(name, ""), theirs.get(name, "")) for name in names]


def _difference(name: str, ours: str, theirs: str) -> str:
    if name in (CODE, NOTEBOOKS, SHIPPED):
        return name
    return f"{name} ({ours or 'not installed'} here, {theirs or 'not installed'} there)"


def in_words(differing: list[str]) -> str:
    """The first few differences, and how many more there are."""
    more = f" and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
    return ", ".join(differing[:NAMED]) + more


def content(folder: Path) -> str:
    """One fingerprint of the names and bytes of all files in a folder; what Python compiled and hidden files apart."""
    whole = hashlib.sha256()
    for name, path in sorted(files(folder)):
        with path.open("rb") as file:
            whole.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def files(folder: Path) -> Iterable[tuple[str, Path]]:
    """The files that count in a folder, by their names in it; never what a panel said in a workshop."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        is_left = name.parts[0] == paths.WORKSHOPS or "__pycache__" in name.parts
        if path.is_file() and not is_left and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), path
