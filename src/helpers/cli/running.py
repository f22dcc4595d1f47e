"""``atlas run`` and ``atlas status``."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.app import (
    FAILED,
    GOOD,
    LOCKED,
    STOPPED,
    WRONG_USAGE,
    DataOption,
    app,
    data_folder,
    gave_up,
    report_id,
    say,
    tell,
)

if TYPE_CHECKING:
    from helpers.batch.listening import Listener
    from helpers.batch.record import RunResult


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
    folder = data_folder(_fetched(data, context, listener), listener)
    chosen = [report_id(text, folder, listener) for text in region or []]
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
            raise gave_up(listener, str(error), LOCKED) from None
        except (OSError, ValueError) as error:
            raise gave_up(listener, f"The run could not be made: {error}", FAILED) from None
        except Exception as error:  # a fault of the program: whoever watches is told, and it is shown in full
            gave_up(listener, f"The run broke off: {type(error).__name__}: {error}", FAILED)
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

    folder = data_folder(data)
    chosen = [report_id(text, folder) for text in region or []]
    if stores.is_address(out):
        tell("atlas status reads the reports in a folder; at an address read report.json and runs.jsonl there.")
        raise typer.Exit(WRONG_USAGE)
    target = Path(out).expanduser().resolve() if out else paths.project() / "reports"
    try:
        longest = None if max_age is None else batch.age(max_age)
        found = batch.look(target, chosen, data=folder, max_age=longest, deep=deep)
    except (ValueError, regions.RegisterError) as error:
        tell(str(error))
        raise typer.Exit(WRONG_USAGE) from None
    if as_json:
        print(json.dumps(status_words.as_dict(found), ensure_ascii=False, indent=1))
    elif not (quiet and found.is_good):
        print(status_words.as_text(found, everything=everything))
    raise typer.Exit(GOOD if found.is_good else FAILED)


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
        raise gave_up(console, str(error), WRONG_USAGE) from None


def _fetched(text: str, context: typer.Context, listener: Listener) -> str:
    """The folder of this machine with the data of an address, held until the command ends; a folder as it is."""
    from helpers.batch import mirrors, publish, stores
    from helpers.reference import paths

    if not stores.is_address(text):
        return text
    try:
        folder = context.with_resource(mirrors.held(text))
    except publish.Locked as error:
        raise gave_up(listener, str(error), LOCKED) from None
    except OSError as error:
        raise gave_up(listener, f"The run could not be made: {error}", FAILED) from None
    os.environ[paths.ENVIRONMENT_VARIABLE] = str(folder)  # the data of this run, which no page has to name
    return str(folder)


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
