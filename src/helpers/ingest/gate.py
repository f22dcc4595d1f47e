"""What is checked on the bytes of a file before anything is parsed.

Size, emptiness, and that the content is what the name's ending says; an archive's entries, their names, what they
unpack to, passwords and document types are checked in :mod:`helpers.ingest.archives`.
"""

from __future__ import annotations

import stat
import zlib
from pathlib import Path

from helpers.ingest.books import Limits, Refusal

ENDINGS = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
}
PROSE = {".txt": "text", ".md": "text", ".docx": "docx", ".pdf": "pdf"}
PACKED = ".csv.gz"
GZIP = b"\x1f\x8b"
KINDS = {
    "xlsx": "an Excel workbook (.xlsx)",
    "xlsb": "a binary Excel workbook (.xlsb)",
    "xls": "an old Excel workbook (.xls)",
    "ods": "an OpenDocument spreadsheet (.ods)",
    "csv": "text (.csv)",
    "text": "text",
    "docx": "a Word document (.docx)",
    "pdf": "a PDF document",
}
PROGRAM_MARKS = ("~$", "._", ".~lock.")
ARCHIVE = b"PK"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BARE_XLS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
OTHERS = {
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"SQLite format 3": "a database (SQLite)",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "a Rich Text document",
}
MARKUP = {
    b"<!doctype html": "a web page (HTML)",
    b"<html": "a web page (HTML)",
    b"<table": "a web page (HTML)",
    b"<meta": "a web page (HTML)",
    b"<?xml": "an XML document",
    b"<workbook": "an XML document",
}


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Read a whole file, once its name, its kind and its size are known to be fit for it.

    Raises
    ------
    Refusal
        file-type, file-missing, file-unreadable, file-empty or file-too-large.
    """
    kind = check_ending(path.name, limits)
    most = limits.unpacked_bytes if kind == "csv" and limits.large_text else limits.file_bytes
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refusal("file-unreadable", "this is not a file but a folder or a device")
        check_size(status.st_size, most)
        with path.open("rb") as file:
            data = file.read(status.st_size + 1)
    except FileNotFoundError:
        raise Refusal("file-missing", "there is no such file") from None
    except OSError as error:
        raise Refusal("file-unreadable", f"the file cannot be opened ({error.strerror})") from None
    check_size(len(data), most)
    return data


def unpacked(name: str, data: bytes, limits: Limits) -> tuple[str, bytes]:
    """Unpack a text packed by gzip; any other file stays as it is. Returns the name without ``.gz``, and the bytes.

    Raises
    ------
    Refusal
        file-type, file-broken, or file-unpacks-too-large as soon as it does.
    """
    if check_ending(name, limits) != PACKED:
        return name, data
    if not data.startswith(GZIP):
        raise Refusal("file-type", "the name ends in .gz but the content is no gzip archive", value=name)
    parts, size = [], 0
    try:
        while data.startswith(GZIP):  # a gzip archive may be several, one after the other
            packed = zlib.decompressobj(wbits=31)
            parts.append(packed.decompress(data, limits.unpacked_bytes - size + 1))
            size, data = size + len(parts[-1]), packed.unused_data
            if size > limits.unpacked_bytes:
                message = f"the file unpacks to more than {limits.unpacked_bytes:,} bytes"
                raise Refusal("file-unpacks-too-large", message, expected=f"at most {limits.unpacked_bytes:,} bytes")
            if not packed.eof:
                raise zlib.error("the archive ends too early")
    except zlib.error:
        raise Refusal("file-broken", "the gzip archive is cut off or damaged") from None
    check_size(size, limits.unpacked_bytes)
    return name[: -len(".gz")], b"".join(parts)


def check_ending(name: str, limits: Limits | None = None) -> str:
    """Return the format that a file's name promises, or refuse the file.

    A packed text (``.csv.gz``) is one only under limits that allow large texts.
    """
    ending = Path(name).suffix.lower()
    endings = PROSE if limits and limits.prose else ENDINGS
    if name.startswith(PROGRAM_MARKS):
        message = "a program left this file beside a spreadsheet; it is none itself"
    elif limits and limits.large_text and name.lower().endswith(PACKED):
        return PACKED
    elif ending in endings:
        return endings[ending]
    else:
        message = f"files ending in {ending} are not read" if ending else "the file's name has no ending"
    raise Refusal("file-type", message, value=name, expected=", ".join(endings))


def check_size(size: int, most: int) -> None:
    if size == 0:
        raise Refusal("file-empty", "the file holds no bytes")
    if size > most:
        message = f"the file has more than {most:,} bytes"
        raise Refusal("file-too-large", message, value=size, expected=f"at most {most:,} bytes")


def check_content(name: str, data: bytes, limits: Limits) -> str:
    """Return the format of a file whose content is what its name says and is safe to parse.

    Raises
    ------
    Refusal
        file-type, file-password, or what :func:`helpers.ingest.archives.check_archive` finds.
    """
    from helpers.ingest import archives

    promised = check_ending(name, limits)
    found = describe(data)
    found = {"csv": "text", "a PDF document": "pdf"}.get(found, found) if limits.prose else found
    if found == "archive":
        archive = archives.Archive(data, limits)
        found = archive.describe()
        found = "docx" if limits.prose and found == "a Word document (.docx)" else found
        _check_match(name, data, promised, found)
        archives.check_archive(archive, limits)
    if found == "protected":
        raise Refusal("file-password", "the workbook is protected by a password")
    _check_match(name, data, promised, found)
    return promised


def describe(data: bytes) -> str:
    """Say what some bytes are: a format that is read, "archive", "protected", or words for anything else."""
    if data.startswith(ARCHIVE) and data[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return "archive"
    if data.startswith(COMPOUND):
        return _describe_compound(data)
    if data.startswith(BARE_XLS):
        return "xls"
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, words in OTHERS.items():
        if data.startswith(mark):
            return words
    for mark, words in MARKUP.items():
        if start.startswith(mark):
            return words
    return "csv"


def _describe_compound(data: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\0\0" in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        return "protected"
    if holds("Workbook") or holds("Book"):
        return "xls"
    if not holds("Root Entry"):
        raise Refusal("file-broken", "the file is cut off: its table of contents is missing")
    return "a Word document" if holds("WordDocument") else "a document of another Office program"


def _check_match(name: str, data: bytes, promised: str, found: str) -> None:
    if found in (promised, "protected"):
        return
    ending = Path(name).suffix.lower()
    if found in ("csv", "text") and b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = "neither a spreadsheet nor text"
    message = f"the name ends in {ending} but the content is {KINDS.get(found, found)}"
    raise Refusal("file-type", message, value=name, expected=KINDS[promised])
