"""The presenter's page: one widget that shows the workshop to the room and takes the presenter's steps.

- ``present``: what the notebook calls
- ``widget``: the widget; its script and style stand in ``front``
- ``showing``: keeps it in step with the workshop's file
- ``doing``: what the presenter can do
- ``reading``, ``view``, ``pictures``, ``words``, ``arguments``: from the file to what is shown; what was not revealed
  does not come this far
- ``joining``, ``watcher``, ``ranking``, ``outcome``: phones, a watched folder, priorities, workbook and report
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from IPython.display import HTML

from helpers.live.workshop import keeping, opening
from helpers.live.workshop.stage.reading import Reading
from helpers.live.workshop.stage.showing import Show
from helpers.live.workshop.stage.widget import Stage
from helpers.reference import regions

NO_SESSION = (
    "<p>No workshop is open. <code>atlas workshop {region}</code> opens one in the browser; "
    "<code>atlas workshop {region} --practice</code> rehearses it with a simulated panel. "
    "To open one here, name its folder as <code>session</code> in the first cell.</p>"
)
_shows: dict[Path, Show] = {}


def present(region: str, *, session: str = "", data: str = "", folder: str = "", out: str = "") -> Stage | HTML:
    """Open the stage over a workshop.

    Parameters
    ----------
    region
        An id of the register.
    session
        The workshop's folder; one is begun there if there is none. Without it there is only a sentence on how to
        begin one.
    data
        The data folder; empty for the project's own.
    folder
        A folder of workbooks to watch.
    out
        Where the report goes; empty for the project's ``reports``.

    Returns
    -------
    Stage or HTML

    Raises
    ------
    WorkshopError
        If the folder holds no workshop of this program.
    ValueError
        If it holds a workshop of another region.
    """
    place = regions.region(region, data)
    if not session:
        return HTML(NO_SESSION.format(region=region))
    home = Path(session).expanduser().resolve()
    if not (home / keeping.FILE_NAME).is_file():
        opening.begin(home, region, day=date.today().isoformat(), data=data)
    reading = Reading(home, data)
    if reading.facts.region != region:
        raise ValueError(f"{home} holds a workshop of {reading.facts.region_name}, not of {place.name}.")
    if home in _shows:
        _shows.pop(home).close()
    _shows[home] = Show(reading, data=data, folder=folder, out=out)
    _shows[home].begin()
    return _shows[home].widget
