"""What all commands share: the app, exit statuses, folders and ids that are checked first, a line to the user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import helpers

if TYPE_CHECKING:
    from helpers.batch.listening import Listener

GOOD, FAILED, WRONG_USAGE, LOCKED, STOPPED = 0, 1, 2, 75, 130

app = typer.Typer(
    name="atlas",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="How mature is a region's integrated care, and what does its population need?\n\n"
    "Start with `atlas run midlothian`, then open reports/midlothian/index.html. Exit status: 0 all good "
    "(warnings allowed), 1 some region or file failed, 2 wrong usage, 75 another run holds the output folder, 130 "
    "interrupted.",
)
say = Console(stderr=True, highlight=False, markup=False)


def tell(text: str) -> None:
    """One line, however long; a terminal may wrap it, a log must not."""
    say.print(text, soft_wrap=True)


DataOption = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder with assessments/ and indicators/. Default: the project's own data.",
    ),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        print(helpers.__version__)
        raise typer.Exit(GOOD)


@app.callback()
def atlas(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def gave_up(listener: Listener | None, text: str, status: int) -> typer.Exit:
    """Say why there is nothing to do, and give the end of the command."""
    if listener:
        listener.gave_up(text, status=status)
    else:
        tell(text)
    return typer.Exit(status)


def data_folder(text: str, listener: Listener | None = None) -> Path:
    from helpers.reference import paths

    try:
        folder = paths.data(text)
    except FileNotFoundError as error:
        raise gave_up(listener, str(error), WRONG_USAGE) from None
    try:
        is_data_folder = (folder / "assessments").is_dir() or (folder / "indicators").is_dir()
    except PermissionError:
        raise gave_up(listener, f"The data folder {folder} may not be read by this user.", FAILED) from None
    if not is_data_folder:
        fault = f"{folder} holds neither a folder assessments nor a folder indicators, so it is no data folder."
        raise gave_up(listener, fault, WRONG_USAGE)
    return folder


def region_id(text: str, data: Path, listener: Listener | None = None) -> str:
    """The region's id, or the end of the run with a suggestion."""
    from helpers.reference import regions

    try:
        return regions.region(text, data=data).id
    except (regions.UnknownRegion, regions.RegisterError) as error:
        raise gave_up(listener, str(error), WRONG_USAGE) from None


def report_id(text: str, data: Path, listener: Listener | None = None) -> str:
    """The id of a report: that of a region, or of the page of all regions."""
    from helpers.reference.register_ids import COMPARED_ID

    return text if text == COMPARED_ID else region_id(text, data, listener)


class Looking:
    """A bar on a terminal, a line a region elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=say, disable=not say.is_terminal)

    def __enter__(self):
        self.bar.start()
        self.task = self.bar.add_task("Looking at the data", total=self.total)
        return self

    def __exit__(self, *args: object) -> None:
        self.bar.stop()

    def of(self, done: int, total: int, file: str) -> None:
        """Progress through files rather than regions: on a terminal only, since the findings follow."""
        self.bar.update(self.task, completed=done, total=total, description=file)
