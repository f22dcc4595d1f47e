"""The command ``atlas``: parses, calls, and gives an exit status."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import helpers

if TYPE_CHECKING:
    from helpers.batch.listening import Listener
    from helpers.batch.record import RunResult
    from helpers.batch.workshop import Opened

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


def _tell(text: str) -> None:
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


@app.command()
def run(
    context: typer.Context,
    region: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REGION ...]", help="Ids such as midlothian. Default: every region."),
    ] = None,
    data: DataOption = "",
    out: Annotated[
        str,
        typer.Option("--out", metavar="DIR", help="Where the reports go. Default: the project's reports/."),
    ] = "",
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=64, help="How many regions are made side by side.")
    ] = os.cpu_count() or 1,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="Let the workers of this Dask scheduler make them: tcp://host:8786."
        ),
    ] = "",
    timeout: Annotated[
        float, typer.Option("--timeout", min=1, metavar="SECONDS", help="How long one region may take.")
    ] = 600,
    force: Annotated[bool, typer.Option("--force", help="Make anew what has not changed, too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what failed.")] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log to standard error as one JSON object a line, and nothing else.")
    ] = False,
    ping: Annotated[
        str,
        typer.Option(
            "--ping",
            metavar="URL",
            envvar="CARE_ATLAS_PING",
            show_envvar=False,
            help="Tell URL/start, then URL or URL/fail, as healthchecks.io expects it. Default: CARE_ATLAS_PING.",
        ),
    ] = "",
) -> None:
    """Build the report of each region, the page of all regions compared, and the index of them all.

    What has not changed is not built anew. Regions that are named are built alone; regions-compared is the name of
    that page. Ctrl-C once finishes what is running, twice stops. The data and the reports may lie at an address that
    fsspec knows, such as s3://bucket/data.

    Example: atlas run midlothian flanders regions-compared --out my-reports
    """
    from helpers.batch import publish, shelf, stores
    from helpers.batch import run as batch
    from helpers.reference import paths

    listener = _listener(quiet, log_json, ping)
    folder = _data_folder(_fetched(data, context, listener), listener)
    chosen = [_report_id(text, folder, listener) for text in region or []]
    with listener:
        if paths.leaves_out_shipped(folder):
            listener.warned(
                f"Only the indicators in {folder / 'indicators'} are used; copy the project's data/indicators/*.csv"
                " there to use these too.",
                kind="note",
            )
        try:
            target, place = context.with_resource(shelf.opened(out or str(batch.default_out())))
            result = batch.run(
                chosen,
                data=folder,
                out=target,
                jobs=jobs,
                seconds=timeout,
                today=date.today(),
                force=force,
                listener=listener,
                cluster=cluster,
                data_address=data if stores.is_address(data) else "",
                at=place,
            )
        except publish.Locked as error:
            raise _gave_up(listener, str(error), LOCKED) from None
        except (OSError, ValueError) as error:
            raise _gave_up(listener, f"The run could not be made: {error}", FAILED) from None
        except Exception as error:  # a fault of the program: whoever watches is told, and it is shown in full
            _gave_up(listener, f"The run broke off: {type(error).__name__}: {error}", FAILED)
            raise
        for problem in result.shared_problems:
            listener.warned(problem, kind="finding")
        status = STOPPED if result.interrupted else FAILED if result.has_failures else GOOD
        listener.run_finished(result.as_dict(), status=status)
    if not quiet and not log_json:
        print(_last_words(result, stores.shown(out) if stores.is_address(out) else str(target)))
    raise typer.Exit(status)


@app.command()
def status(
    region: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REGION ...]", help="Ids such as midlothian. Default: every region."),
    ] = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", metavar="AGE", help="End with 1 if a report is older: 8d, 36h or 90m.")
    ] = None,
    data: DataOption = "",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Where the reports are. Default: the project's reports/.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="List the good reports too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing if all is good.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare the fingerprint of every published file, not its size alone.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the status as JSON.")] = False,
) -> None:
    """Say what was built when, what fails since when and why, and whether a run is going on.

    A report is as old as the last run that built it or found it unchanged. Ends with 1 if a report is older than AGE,
    was never built though AGE is given, or is not whole; a report that fails but is not too old yet is named, and ends
    with 0, since the run that failed has ended with 1.

    Example: atlas status --max-age 8d
    """
    from helpers.batch import status as batch
    from helpers.batch import status_words, stores
    from helpers.reference import paths, regions

    folder = _data_folder(data)
    chosen = [_report_id(text, folder) for text in region or []]
    if stores.is_address(out):
        _tell("atlas status reads the reports in a folder; at an address read report.json and runs.jsonl there.")
        raise typer.Exit(WRONG_USAGE)
    target = Path(out).expanduser().resolve() if out else paths.project() / "reports"
    try:
        longest = None if max_age is None else batch.age(max_age)
        found = batch.look(target, chosen, data=folder, max_age=longest, deep=deep)
    except (ValueError, regions.RegisterError) as error:
        _tell(str(error))
        raise typer.Exit(WRONG_USAGE) from None
    if as_json:
        print(json.dumps(status_words.as_dict(found), ensure_ascii=False, indent=1))
    elif not (quiet and found.is_good):
        print(status_words.as_text(found, everything=everything))
    raise typer.Exit(GOOD if found.is_good else FAILED)


@app.command()
def check(
    path: Annotated[list[str], typer.Argument(metavar="PATH ...", help="Workbooks, CSV files, texts, or folders.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="The region that the assessments are of.")
    ] = "",
    data: DataOption = "",
) -> None:
    """Read spreadsheets and say what is wrong with them, cell by cell. Nothing is changed.

    A text that is named (.txt, .md, .docx, .pdf) is checked for figures that contradict each other, lack their base or
    cannot be.

    Example: atlas check data/assessments/midlothian
    """
    from helpers.ingest import registers, report

    folder = _data_folder(data)  # an end in words where there is none
    folder = folder if data else ""  # else each file is read with the folder that it lies in
    missing = [text for text in path if not Path(text).exists()]
    if missing:
        _tell(f"There is no file or folder {missing[0]}")
        raise typer.Exit(WRONG_USAGE)
    known = _region(region, registers.home_of(Path(path[0]), folder)) if region else None
    bar = _progress(0)
    try:
        with bar:
            result = report.check_paths(path, data=folder, region=known, progress=bar.of)
    except registers.RegistersUnfit as error:
        _tell(str(error))
        raise typer.Exit(WRONG_USAGE) from None
    print(json.dumps(result, ensure_ascii=False, indent=1) if as_json else report.as_text(result))
    raise typer.Exit(GOOD if result["conforms"] else FAILED)


@app.command()
def new(
    region: Annotated[str, typer.Argument(metavar="REGION", help="The region's id, such as midlothian.")],
    out: Annotated[
        str,
        typer.Option("--out", metavar="FILE", help="Where to write it. Default: REGION_assessment.xlsx here."),
    ] = "",
    model: Annotated[str, typer.Option("--model", help="The edition of the maturity model.")] = "scirocco-exchange",
    stakeholders: Annotated[
        int, typer.Option("--stakeholders", min=1, max=200, help="How many stakeholders to leave room for.")
    ] = 12,
    data: DataOption = "",
) -> None:
    """Write an assessment workbook to fill in.

    It has drop-downs, instructions and the levels in words.

    Example: atlas new midlothian --stakeholders 14
    """
    from helpers.batch.template import write_template

    folder = _data_folder(data)
    id_ = _region(region, folder)
    target = Path(out or f"{id_}_assessment.xlsx").expanduser().resolve()
    try:
        write_template(id_, target, model_id=model, stakeholders=stakeholders, data=folder)
    except (ValueError, OSError) as error:
        _tell(str(error))
        raise typer.Exit(WRONG_USAGE) from None
    print(f"Wrote {target}")
    is_home = target.parent.name == id_ and target.parent.parent.name == "assessments"
    move = "" if is_home else f", and put it into the folder assessments/{id_}/ of your data folder"
    print(f"Fill it in, then check it with atlas check{move}.")


@app.command()
def fetch(
    source: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE ...]", help="Ids of sources, such as phs-delayed-discharges."),
    ] = None,
    data: DataOption = "",
    as_list: Annotated[bool, typer.Option("--list", help="Name the sources that can be fetched.")] = False,
    address: Annotated[
        list[str] | None,
        typer.Option(
            "--address",
            metavar="KIND=URL",
            help="A mirror to ask instead; KIND is ckan, sparql, json-stat or fingertips.",
        ),
    ] = None,
) -> None:
    """Fetch indicators from the web into the data folder's indicators/, dated and described.

    A file is whole and checked, or it is not written. The older file of a source moves to superseded/.

    Example: atlas fetch phs-delayed-discharges statistics-gov-scot-life-expectancy
    """
    from helpers.batch import fetch as batch
    from helpers.batch import placing, publish
    from helpers.ingest.fetching import sources

    folder = _data_folder(data)
    try:
        known = sources.load_sources(folder)
        chosen = sources.with_addresses(sources.chosen_sources(source or [], folder), address or [])
    except sources.SourceError as error:
        _tell(str(error))
        raise typer.Exit(WRONG_USAGE) from None
    if as_list:
        _print_sources(known.values())
        raise typer.Exit(GOOD)
    if not chosen:
        _tell("Name a source, such as phs-delayed-discharges; atlas fetch --list names them all.")
        raise typer.Exit(WRONG_USAGE)
    try:
        results = batch.fetch(
            chosen, data=folder, today=date.today(), progress=lambda result: _tell(batch.as_text(result))
        )
    except publish.Locked as error:
        _tell(str(error))
        raise typer.Exit(LOCKED) from None
    except (placing.PlacingError, OSError) as error:
        _tell(f"Nothing was fetched: {error}")
        raise typer.Exit(FAILED) from None
    print(batch.last_words(results))
    raise typer.Exit(FAILED if any(result.state == "failed" for result in results) else GOOD)


@app.command()
def workshop(
    region: Annotated[str, typer.Argument(metavar="REGION", help="The region's id, such as midlothian.")],
    data: DataOption = "",
    out: Annotated[
        str,
        typer.Option("--out", metavar="DIR", help="Where its report goes. Default: the project's reports/."),
    ] = "",
    network: Annotated[
        bool, typer.Option("--network", help="Let phones on the local network in, by the address that the page shows.")
    ] = False,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Let them in on this address of the machine alone.")
    ] = "",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port of the participants' page. Default: a free one.")
    ] = 0,
    folder: Annotated[
        str, typer.Option("--folder", metavar="DIR", help="Watch this folder: a workbook saved there shows at once.")
    ] = "",
    practice: Annotated[bool, typer.Option("--practice", help="Rehearse with a simulated panel.")] = False,
    play: Annotated[
        str, typer.Option("--play", metavar="DIR", help="Rehearse with the panel of an earlier workshop's folder.")
    ] = "",
    model: Annotated[str, typer.Option("--model", help="The edition of the maturity model.")] = "scirocco-exchange",
    session: Annotated[
        str, typer.Option("--session", metavar="DIR", help="Go on with the workshop kept in this folder.")
    ] = "",
    new: Annotated[bool, typer.Option("--new", help="Begin another one, though there is one of today.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the assessment workbook of the workshop, and nothing else.")
    ] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser; the address is printed.")] = False,
) -> None:
    """Hold a workshop: participants rate on their phones, the presenter's page shows what they say.

    It is kept in the data folder under workshops/REGION/. The same command goes on with the workshop of today,
    whatever ended it. Without --network nobody but this machine reaches it.

    Example: atlas workshop midlothian --practice
    """
    from helpers.batch import workshop as sessions

    home = _data_folder(data)
    id_ = _region(region, home)
    try:
        opened = sessions.open_workshop(
            id_,
            data=home if data else "",
            model=model,
            session=session,
            is_new=new,
            is_practice=practice or bool(play),
            may_make=not write,
        )
    except ValueError as error:
        raise _gave_up(None, str(error), WRONG_USAGE) from None
    if write:
        raise typer.Exit(_write_workshop(opened.folder, data))
    for earlier in sessions.unfinished(id_, data=home if data else "")[-1:]:
        _tell(f"A workshop of an earlier day was never ended; go on with it by --session {earlier}")
    raise typer.Exit(
        _present(
            opened,
            browser=not no_browser,
            data=str(home) if data else "",
            out=str(Path(out).expanduser().resolve()) if out else "",
            host=host or ("0.0.0.0" if network else "127.0.0.1"),
            port=port,
            watch=str(Path(folder).expanduser().resolve()) if folder else "",
            practice=(["--play", play] if play else []) if opened.facts.is_practice else None,
        )
    )


def _write_workshop(folder: Path, data: str) -> int:
    from helpers.batch import workshop_file

    try:
        print(json.dumps({"workbook": str(workshop_file.write_workbook(folder, data=data))}))
    except (ValueError, OSError) as error:
        _tell(f"The workbook was not written: {error}")
        return FAILED
    return GOOD


def _present(opened: Opened, *, browser: bool, **wanted: Any) -> int:
    import webbrowser

    from helpers.batch import presenting

    if wanted["watch"] and not Path(wanted["watch"]).is_dir():
        _tell(f"There is no folder {wanted['watch']} to watch.")
        return WRONG_USAGE
    told = presenting.Wanted(opened.folder, opened.facts.region, **wanted)
    try:
        with presenting.stop_on_signals() as stop, presenting.presented(told, stop=stop) as presentation:
            if not stop.is_set():
                for line in presenting.words(presentation, opened):
                    print(line, flush=True)
                if browser:
                    webbrowser.open(presentation.presenter_address)
                presentation.keep_up(stop, _tell)
    except presenting.Held as error:
        _tell(str(error))
        return LOCKED
    except (presenting.NotPresented, OSError) as error:
        _tell(f"The workshop cannot be shown: {error}")
        return FAILED
    print(f"Closed. All of it is kept in {opened.folder}; the same command goes on from there.")
    return GOOD


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


def main() -> None:
    """Run the command."""
    app()


def _listener(quiet: bool, log_json: bool, ping: str) -> Listener:
    """Who hears of a run: the terminal or the log, and the address that is watched, if one was named."""
    from helpers.batch import events, listening, progress
    from helpers.batch import ping as pinging

    console = events.Events(sys.stderr) if log_json else progress.for_console(say, quiet=quiet)
    if not ping:
        return listening.Together([console])
    try:
        return listening.Together([console, pinging.Ping(ping, console.warned)])
    except ValueError as error:
        raise _gave_up(console, str(error), WRONG_USAGE) from None


def _gave_up(listener: Listener | None, text: str, status: int) -> typer.Exit:
    """Say why there is nothing to do, and give the end of the command."""
    if listener:
        listener.gave_up(text, status=status)
    else:
        _tell(text)
    return typer.Exit(status)


def _fetched(text: str, context: typer.Context, listener: Listener) -> str:
    """The folder of this machine with the data of an address, held until the command ends; a folder as it is."""
    from helpers.batch import mirrors, publish, stores
    from helpers.reference import paths

    if not stores.is_address(text):
        return text
    try:
        folder = context.with_resource(mirrors.held(text))
    except publish.Locked as error:
        raise _gave_up(listener, str(error), LOCKED) from None
    except OSError as error:
        raise _gave_up(listener, f"The run could not be made: {error}", FAILED) from None
    os.environ[paths.ENVIRONMENT_VARIABLE] = str(folder)  # the data of this run, which no page has to name
    return str(folder)


def _data_folder(text: str, listener: Listener | None = None) -> Path:
    from helpers.reference import paths

    try:
        folder = paths.data(text)
    except FileNotFoundError as error:
        raise _gave_up(listener, str(error), WRONG_USAGE) from None
    try:
        is_data_folder = (folder / "assessments").is_dir() or (folder / "indicators").is_dir()
    except PermissionError:
        raise _gave_up(listener, f"The data folder {folder} may not be read by this user.", FAILED) from None
    if not is_data_folder:
        fault = f"{folder} holds neither a folder assessments nor a folder indicators, so it is no data folder."
        raise _gave_up(listener, fault, WRONG_USAGE)
    return folder


def _region(text: str, data: Path, listener: Listener | None = None) -> str:
    """The region's id, or the end of the run with a suggestion."""
    from helpers.reference import regions

    try:
        return regions.region(text, data=data).id
    except (regions.UnknownRegion, regions.RegisterError) as error:
        raise _gave_up(listener, str(error), WRONG_USAGE) from None


def _report_id(text: str, data: Path, listener: Listener | None = None) -> str:
    """The id of a report: that of a region, or of the page of all regions."""
    from helpers.reference.register_ids import COMPARED_ID

    return text if text == COMPARED_ID else _region(text, data, listener)


class _progress:
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


def _last_words(result: RunResult, target: str) -> str:
    from helpers.batch import listening

    number = listening.counts(result.as_dict())
    good, total = number["built"] + number["unchanged"], len(result.everything)
    told = ", ".join(f"{many} {state}" for state, many in number.items() if many)
    told = f" ({told})" if told else ""
    troubled = listening.with_problems(result.as_dict())
    trouble = f" In {listening.some(troubled)} something could not be used; see above." if troubled else ""
    if result.interrupted:
        return f"Interrupted: {good} of {total} reports are up to date{told}. The same command makes the rest."
    return f"{good} of {total} reports are in {target}{told}.{trouble} Open {target.rstrip('/')}/index.html"


def _print_sources(known) -> None:
    table = Table("source", "what it is", "producer", "licence", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for source in known:
        table.add_row(source.id, source.title, source.producer, source.licence)
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200).print(table)


if __name__ == "__main__":
    sys.exit(main())
