"""``atlas check``, ``atlas new`` and ``atlas fetch``: the files that go into the data folder."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from helpers.cli.app import (
    FAILED,
    GOOD,
    LOCKED,
    WRONG_USAGE,
    DataOption,
    Looking,
    app,
    data_folder,
    region_id,
    tell,
)


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

    folder = data_folder(data)  # an end in words where there is none
    folder = folder if data else ""  # else each file is read with the folder that it lies in
    missing = [text for text in path if not Path(text).exists()]
    if missing:
        tell(f"There is no file or folder {missing[0]}")
        raise typer.Exit(WRONG_USAGE)
    known = region_id(region, registers.home_of(Path(path[0]), folder)) if region else None
    bar = Looking(0)
    try:
        with bar:
            result = report.check_paths(path, data=folder, region=known, progress=bar.of)
    except registers.RegistersUnfit as error:
        tell(str(error))
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

    folder = data_folder(data)
    id_ = region_id(region, folder)
    target = Path(out or f"{id_}_assessment.xlsx").expanduser().resolve()
    try:
        write_template(id_, target, model_id=model, stakeholders=stakeholders, data=folder)
    except (ValueError, OSError) as error:
        tell(str(error))
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

    folder = data_folder(data)
    try:
        known = sources.load_sources(folder)
        chosen = sources.with_addresses(sources.chosen_sources(source or [], folder), address or [])
    except sources.SourceError as error:
        tell(str(error))
        raise typer.Exit(WRONG_USAGE) from None
    if as_list:
        _print_sources(known.values())
        raise typer.Exit(GOOD)
    if not chosen:
        tell("Name a source, such as phs-delayed-discharges; atlas fetch --list names them all.")
        raise typer.Exit(WRONG_USAGE)
    try:
        results = batch.fetch(
            chosen, data=folder, today=date.today(), progress=lambda result: tell(batch.as_text(result))
        )
    except publish.Locked as error:
        tell(str(error))
        raise typer.Exit(LOCKED) from None
    except (placing.PlacingError, OSError) as error:
        tell(f"Nothing was fetched: {error}")
        raise typer.Exit(FAILED) from None
    print(batch.last_words(results))
    raise typer.Exit(FAILED if any(result.state == "failed" for result in results) else GOOD)


def _print_sources(known) -> None:
    table = Table("source", "what it is", "producer", "licence", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for source in known:
        table.add_row(source.id, source.title, source.producer, source.licence)
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200).print(table)
