"""Hidden numbers are in no byte of any product: page, notebook, workbook, widgets, record, log, check."""

import datetime as dt
import json
import logging
import re
import zipfile
from pathlib import Path

import pytest
from ipywidgets.embed import embed_data

from helpers.batch import run
from helpers.ingest import report
from helpers.ingest.indicators import IndicatorError, read_indicator_folder, read_indicators
from helpers.live import explore

pytestmark = pytest.mark.xdist_group("pages")
TODAY = dt.date(2026, 3, 1)
HEADER = "area_code,indicator,period,sex,age_group,quintile,numerator,denominator,value,lowercl,uppercl,measure,note"
MIDLOTHIAN, OTHERS = "S12000019", ("S12000036", "S12000047", "S12000010", "S12000040", "S12000045")
SECRET = {
    "numerator": "3.918273", "value": "41.837261", "lowercl": "12.739131", "uppercl": "88.235717", "note": "7351 words",
}  # fmt: skip
FURTHER = ("57.443322", "63.225544", "81.667788")  # hidden to protect another
REFUSED = ("2.776655", "29.554433")
DIGITS = ("3.9182", "41.8372", "12.7391", "88.2357", "7351", "57.4433", "63.2255", "81.6677", "2.7766", "29.5544")
RATE, SHARE = "deaths_all_ages", "loneliness"


def line(area, indicator=RATE, period="2022", sex="", quintile="", numbers=("", "", "900.5", "800", "1000"), note=""):
    measure = "percent" if indicator == SHARE else "rate_per_100000"
    return ",".join([area, indicator, period, sex, "", quintile, *numbers, measure, note])


def own_file():
    """Somebody's own file: what may be shown, and every way in which a small number has been seen to get out."""
    secret = (SECRET["numerator"], "9365", SECRET["value"], SECRET["lowercl"], SECRET["uppercl"])
    further = ("57", "91000", FURTHER[0], FURTHER[1], FURTHER[2])
    shown = [line(area, period=year, numbers=("900", "91000", "989", "900", "1080")) for area in (MIDLOTHIAN, *OTHERS)
             for year in ("2018", "2022")]  # fmt: skip
    alcohol, asthma = "alcohol_admissions", "asthma_admissions"
    small = [
        line(MIDLOTHIAN, alcohol, sex="female", numbers=secret, note=SECRET["note"]),
        line(MIDLOTHIAN, alcohol, sex="male", numbers=further),
        line(MIDLOTHIAN, alcohol, sex="all", numbers=("60.918273", "182000", "33.5", "25", "43")),
        line(MIDLOTHIAN, alcohol, sex="female", numbers=secret),  # the same figure twice
        line(MIDLOTHIAN, alcohol, sex="female", numbers=(*secret[:2], "29.554433", "12.739131", "88.235717")),
        line(MIDLOTHIAN, asthma, "2012", numbers=("", "", SECRET["value"], SECRET["lowercl"], SECRET["uppercl"])),
        *(line(MIDLOTHIAN, asthma, "2022", quintile=str(n), numbers=secret) for n in (1, 5)),
    ]
    refused = [
        line(MIDLOTHIAN, alcohol, "2021", numbers=("2.776655", "9365", "29.554433", "41.837261", "88.235717")),
        line(MIDLOTHIAN, alcohol, "2020", numbers=("3.918273", "9365", "41.837261x", "12.739131", "88.235717")),
        line(MIDLOTHIAN, alcohol, "2019", numbers=("3.918273", "9365", "41.837261", "12.739131", "88.235717"))
        + ",one,more",
        line(MIDLOTHIAN, SHARE, numbers=("3.918273", "9", "41.837261", "12.739131", "88.235717")),
        line(MIDLOTHIAN, "alcohol_admisions", numbers=secret),
    ]
    return "\n".join([HEADER, *shown, *small, *refused]) + "\n"


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "indicators").mkdir(parents=True)
    (folder / "indicators" / "our_own.csv").write_text(own_file(), "utf-8")
    return folder


FINGERPRINT = re.compile(r'\b[0-9a-f]{32,}\b|"id": "[0-9a-f]+"|:\d\d\.\d+')


def leaks(text: str) -> list[str]:
    """The hidden numbers that stand in a text; fingerprints, random ids and fractions of seconds are no numbers."""
    text = FINGERPRINT.sub("", text)
    plain = text.replace(",", "").replace("\u202f", "").replace("\u2009", "")
    return [digits for digits in DIGITS if digits in text or digits in plain]


def bytes_of(folder: Path):
    """Every file of a folder, those inside a workbook too, with its text."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes().decode("latin-1")
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as book:
                    yield from ((f"{path.name}/{name}", book.read(name).decode("latin-1")) for name in book.namelist())


def products_of_a_run(data: Path, out: Path):
    done = run.run(["midlothian"], data=data, out=out, jobs=1, seconds=300.0, today=TODAY)
    assert [region.state for region in done.regions] == ["built"], done.regions
    return [*bytes_of(out), ("record", repr(done))]


def widget_of(data: Path) -> str:
    """What a notebook stores of the drop-down, and everything that choosing the region then shows."""
    widget = explore.needs("midlothian", data=str(data), show=True)
    read = read_indicator_folder(data=data)
    shown = [block._repr_mimebundle_() for block in explore.needs_blocks("midlothian", read=read, data=str(data))]
    return json.dumps([embed_data(views=[widget])["manager_state"], shown], default=str)


def allow_all(data: Path) -> None:
    (data / "reference").mkdir()
    lines = "file,layout,status,indicator,rule,reason\nour_own.csv,,,,none,to see whether the search finds anything\n"
    (data / "reference" / "disclosure.csv").write_text(lines, "utf-8")


def test_no_product_of_a_run_holds_a_hidden_number(data, tmp_path, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    products = products_of_a_run(data, tmp_path / "out")
    assert {".html", ".ipynb", ".xlsx", ".json", ".xml"} <= {Path(name).suffix for name, _ in products}
    said = capfd.readouterr()
    streams = [("stdout", said.out), ("stderr", said.err), ("log", caplog.text)]
    assert {name: numbers for name, text in [*products, *streams] if (numbers := leaks(text))} == {}
    page = next(text for name, text in products if name == "index.html" and "Deaths" in text)
    assert "989" in page and "our_own.csv" in page
    assert "value-hidden" in page and "fewer than 5" in page


def test_the_same_search_finds_them_where_the_rule_is_none(data, tmp_path):
    allow_all(data)
    products = products_of_a_run(data, tmp_path / "out")
    found = {name: numbers for name, text in products if (numbers := leaks(text))}
    assert {"index.html", "02_population_needs.ipynb"} <= set(found)
    assert any(name.startswith("tables.xlsx/") for name in found)


def test_the_widgets_hold_no_hidden_number_and_would_where_the_rule_is_none(data):
    assert not leaks(widget_of(data))
    allow_all(data)
    assert leaks(widget_of(data))


@pytest.mark.parametrize("as_json", [True, False])
def test_the_check_gives_addresses_and_no_number_of_a_hidden_or_refused_row(data, as_json):
    result = report.check_paths(data / "indicators", data=data)
    text = json.dumps(result) if as_json else report.as_text(result)
    assert not leaks(text)
    codes = {finding["code"] for file in result["files"] for finding in file["findings"]}
    assert {"value-hidden", "figure-twice", "figures-contradict", "limits-disordered", "csv-columns"} <= codes
    assert all(
        finding["cell"] for file in result["files"] for finding in file["findings"] if finding["code"] == "figure-twice"
    )


def test_an_error_names_no_number(data):
    lines = own_file().splitlines()
    (data / "indicators" / "our_own.csv").write_text("\n".join([HEADER, *lines[-5:-2]]) + "\n", "utf-8")
    with pytest.raises(IndicatorError) as raised:
        read_indicators(data / "indicators" / "our_own.csv", data=data, today=TODAY)
    assert not leaks(str(raised.value)) and "limits-disordered" in raised.value.findings.codes


def test_a_second_file_does_not_bring_a_hidden_number_back_in_a_finding(data):
    lines = own_file().splitlines()
    other = [one.replace("41.837261", "29.554433") for one in lines if "female" in one][:1]
    (data / "indicators" / "zz_other.csv").write_text("\n".join([HEADER, *other]) + "\n", "utf-8")
    read = read_indicator_folder(data=data, today=TODAY)
    said = [str(finding) for part in read.findings for finding in part]
    assert not leaks("\n".join(said)) and not leaks(read.indicators.to_csv())
    assert read.indicators.loc[read.indicators["file"] == "zz_other.csv", "is_hidden"].all()
