"""``atlas workshop``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpers.cli.app import (
    FAILED,
    GOOD,
    LOCKED,
    WRONG_USAGE,
    DataOption,
    app,
    data_folder,
    gave_up,
    region_id,
    tell,
)

if TYPE_CHECKING:
    from helpers.batch.workshop import Opened


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
    language: Annotated[
        str, typer.Option("--language", help="Of the model's texts on the presenter's page: en, nl, it or es.")
    ] = "en",
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

    home = data_folder(data)
    id_ = region_id(region, home)
    try:
        opened = sessions.open_workshop(
            id_,
            data=home if data else "",
            model=model,
            language=language,
            session=session,
            is_new=new,
            is_practice=practice or bool(play),
            may_make=not write,
        )
    except ValueError as error:
        raise gave_up(None, str(error), WRONG_USAGE) from None
    if write:
        raise typer.Exit(_write_workshop(opened.folder, data))
    for earlier in sessions.unfinished(id_, data=home if data else "")[-1:]:
        tell(f"A workshop of an earlier day was never ended; go on with it by --session {earlier}")
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
        tell(f"The workbook was not written: {error}")
        return FAILED
    return GOOD


def _present(opened: Opened, *, browser: bool, **wanted: Any) -> int:
    import webbrowser

    from helpers.batch import presenting

    if wanted["watch"] and not Path(wanted["watch"]).is_dir():
        tell(f"There is no folder {wanted['watch']} to watch.")
        return WRONG_USAGE
    told = presenting.Wanted(opened.folder, opened.facts.region, **wanted)
    try:
        with presenting.stop_on_signals() as stop, presenting.presented(told, stop=stop) as presentation:
            if not stop.is_set():
                for line in presenting.words(presentation, opened):
                    print(line, flush=True)
                if browser:
                    webbrowser.open(presentation.presenter_address)
                presentation.keep_up(stop, tell)
    except presenting.Held as error:
        tell(str(error))
        return LOCKED
    except (presenting.NotPresented, OSError) as error:
        tell(f"The workshop cannot be shown: {error}")
        return FAILED
    again = f"--session {opened.folder} goes on from there" if told.practice is not None else "the same command goes on"
    print(f"Closed. All of it is kept in {opened.folder}; {again}.")
    return GOOD
