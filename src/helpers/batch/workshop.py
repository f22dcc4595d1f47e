"""Which workshop `atlas workshop` opens: the one of today, another one by its folder, a new one, or a practice."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from helpers.live.workshop import keeping, opening
from helpers.live.workshop.keeping import FILE_NAME, Facts
from helpers.reference import paths
from helpers.reference.models import default_model_id

STILL_GOING_ON = timedelta(hours=12)


class NoWorkshop(ValueError):
    """No workshop can be opened as asked; the sentence says why and what to do."""


@dataclass(frozen=True)
class Opened:
    """A workshop's folder, and whether it was there before."""

    folder: Path
    facts: Facts
    is_resumed: bool


def open_workshop(
    region: str,
    *,
    data: str | Path = "",
    model: str = default_model_id,
    language: str = "en",
    session: str | Path = "",
    is_new: bool = False,
    is_practice: bool = False,
    may_make: bool = True,
    today: date | None = None,
    now: datetime | None = None,
) -> Opened:
    """Open the workshop of a region, or make one.

    Parameters
    ----------
    region
        An id of the register.
    data
        The data folder; workshops are kept in ``workshops/<region>/<day>`` there, for their owner's eyes alone.
    model, language
        The edition of the maturity model of a new one, and the language of its texts on the presenter's page.
    session
        The folder of an earlier workshop to go on with.
    is_new
        Begin another one, even if there is one of today.
    is_practice
        Begin a practice in a temporary folder; its panel is simulated, and nothing of it reaches the data folder.
    may_make
        Whether a new one is made where there is none.
    today, now
        The day of a new one and this moment; by default those of the clock. A workshop of an earlier day that was not
        ended and in which something happened within twelve hours is gone on with: midnight ends no workshop.

    Raises
    ------
    NoWorkshop
        If there is none and none may be made, none can be made there, or the folder holds none of this region.
    """
    if session:
        return _resumed(Path(session), region)
    day = (today or date.today()).isoformat()
    made = partial(_made, region=region, day=day, model=model, language=language, is_practice=is_practice, data=data)
    if is_practice:
        return made(Path(tempfile.mkdtemp(prefix="care-atlas-practice-")))
    home = paths.workshops(region, data)
    found = sorted(home.glob(f"{day}*/{FILE_NAME}"), key=_number)
    if not is_new and (last := found[-1] if found else _going_on(home, day, now or datetime.now(UTC))):
        return _resumed(last.parent, region)
    if not may_make:
        raise NoWorkshop(f"There is no workshop of {region} of {day}. Name the folder of another day with --session.")
    name = day if not found else f"{day}_{_number(found[-1]) + 1}"
    return made(home / name)


def unfinished(region: str, *, data: str | Path = "", today: date | None = None) -> list[Path]:
    """Folders of workshops of earlier days that were never ended, the latest last."""
    day = (today or date.today()).isoformat()
    earlier = [file for file in paths.workshops(region, data).glob(f"*/{FILE_NAME}") if file.parent.name < day]
    return [file.parent for file in sorted(earlier) if not _has_ended(file)]


def _going_on(home: Path, day: str, now: datetime) -> Path | None:
    """The last workshop of an earlier day, if it was not ended and something happened in it not long ago."""
    earlier = sorted((file for file in home.glob(f"*/{FILE_NAME}") if file.parent.name < day), key=_place)
    if not earlier or _has_ended(earlier[-1]):
        return None
    with contextlib.closing(keeping.connect(earlier[-1])) as connection:
        last = keeping.last_change(connection)
    return earlier[-1] if last and now - datetime.fromisoformat(last) < STILL_GOING_ON else None


def _place(file: Path) -> tuple[str, int]:
    return file.parent.name[:10], _number(file)


def _has_ended(file: Path) -> bool:
    """Whether this workshop is over, or cannot be gone on with."""
    try:
        with contextlib.closing(keeping.connect(file)) as connection:
            return bool(keeping.state(connection).ended_at)
    except (keeping.WorkshopError, OSError):
        return True


def _number(file: Path) -> int:
    """Which workshop of its day a file belongs to: 1 for ``2026-11-25``, 2 for ``2026-11-25_2``."""
    _, _, number = file.parent.name.partition("_")
    return int(number) if number.isdecimal() else 1


def _resumed(folder: Path, region: str) -> Opened:
    try:
        with contextlib.closing(keeping.connect(folder / FILE_NAME)) as connection:
            facts = keeping.facts_of(connection)
    except keeping.WorkshopError as error:
        raise NoWorkshop(str(error)) from error
    if facts.region != region:
        raise NoWorkshop(f"{folder} holds a workshop of {facts.region_name} ({facts.region}), not of {region}.")
    return Opened(folder.resolve(), facts, is_resumed=True)


def _made(folder: Path, **facts: Any) -> Opened:
    try:
        return Opened(folder.resolve(), opening.begin(folder, **facts), is_resumed=False)
    except FileExistsError:
        raise NoWorkshop(f"There is a workshop in {folder} already.") from None
    except OSError as error:
        fault = f"No workshop can be kept in {folder}: {error.strerror}. Name another folder with --data."
        raise NoWorkshop(fault) from error
