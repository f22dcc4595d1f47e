"""Which files a folder holds: the one list that the readers and ``atlas check`` go by, so that they see the same files.

Nothing is passed over in silence but hidden files, the locks of spreadsheet programs and a README. What cannot be
opened, or would block whoever opens it, is listed with the reason and never opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.ingest.findings import Findings, printable

PASSED_OVER = (".", "~$")
DEEPEST = 20
_README = re.compile(r"readme(\.(md|txt|rst|html?|pdf))?", re.IGNORECASE)
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True)
class Listed:
    """One file of a folder.

    ``name`` is its path below the folder, with forward slashes, fit to be shown; ``path`` is what opens it. ``fault``
    says why it cannot be opened, "" where it may. ``is_folder`` tells a folder whose files are not in the list: it
    cannot be listed, is too deep, or is a link, which is not followed.
    """

    path: Path
    name: str
    fault: str = ""
    is_folder: bool = False


def list_files(folder: str | Path) -> list[Listed]:
    """List the files of a folder and of the folders in it, by name; a folder that does not exist holds none.

    A folder that cannot be listed stands in the list itself, with the reason.
    """
    return list(_inside(Path(folder), ""))


def not_read(listed: Listed, endings: Collection[str]) -> Findings | None:
    """What is said of a file that is not read; None for one that is."""
    findings = Findings(listed.name)
    if listed.fault:
        findings.add("file-unreadable", value=listed.name, message=listed.fault)
    elif not listed.path.name.lower().endswith(tuple(endings)):
        message = "this file was not read"
        findings.add("file-not-read", value=listed.name, expected=", ".join(endings), message=message)
    else:
        return None
    return findings


def _inside(folder: Path, above: str) -> Iterator[Listed]:
    """The files of a folder; ``above`` is its path below the first one, with a slash at its end."""
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found)
    except OSError as error:
        if not isinstance(error, FileNotFoundError) or folder.is_symlink():
            name = printable(above.rstrip("/") or folder.name)
            yield Listed(folder, name, f"the folder cannot be listed ({error.strerror})", is_folder=True)
        return
    for name in names:
        if not name.startswith(PASSED_OVER):
            yield from _listed(folder / name, above + name)


def _listed(path: Path, below: str) -> Iterator[Listed]:
    name = printable(below)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield Listed(path, name, "the link leads to no file")
    except OSError as error:
        yield Listed(path, name, f"the file cannot be opened ({error.strerror})")
    else:
        if stat.S_ISDIR(mode):
            yield from _folder(path, below)
        elif not stat.S_ISREG(mode):
            what = _KINDS.get(stat.S_IFMT(mode), "something else")
            yield Listed(path, name, f"this is {what}, not a file; it was not opened")
        elif not _README.fullmatch(path.name):
            yield Listed(path, name)


def _folder(path: Path, below: str) -> Iterator[Listed]:
    if path.is_symlink():
        yield Listed(path, printable(below), "a link to a folder is not followed", is_folder=True)
    elif below.count("/") >= DEEPEST:
        yield Listed(path, printable(below), f"folders in more than {DEEPEST} others are not read", is_folder=True)
    else:
        yield from _inside(path, f"{below}/")
