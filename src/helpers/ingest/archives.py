"""The archive that a workbook is: its entries, and what is checked on them before any is parsed.

Entries are unpacked here and not by ``zipfile``, which stops at the size that an entry declares: only what really comes
out says how large a file is.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from helpers.ingest.books import Limits, Refusal
from helpers.ingest.markup import Prolog

STEP = 1 << 18
ENCRYPTED = 0x1
LEADING_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")
XML_NAME = re.compile(r"\.(xml|rels|vml|rdf)$", re.IGNORECASE)
OPENDOCUMENT = b"application/vnd.oasis.opendocument."


class Archive:
    """The entries of a zip archive by their names, as bytes come out of it."""

    def __init__(self, data: bytes, limits: Limits):
        self.data = memoryview(data)
        self.limits = limits
        try:
            self.entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OSError, EOFError) as error:
            raise Refusal("file-broken", f"the workbook's archive is cut off or damaged ({error})") from None
        self.by_name = {_plain(entry.orig_filename): entry for entry in self.entries}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self.by_name

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack an entry piece by piece."""
        entry = self.by_name.get(_plain(name))
        if entry is None:
            raise Refusal("file-broken", f"the workbook has no part {name}")
        return self.unpack(entry)

    def read(self, name: str) -> bytes:
        """Unpack a whole entry."""
        whole = bytearray()
        for chunk in self.chunks(name):
            whole += chunk
            if len(whole) > self.limits.unpacked_bytes:
                raise _too_large(self.limits)
        return bytes(whole)

    def unpack(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            for start in range(0, len(packed), STEP):
                yield bytes(packed[start : start + STEP])
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            yield from _inflate(packed, entry.orig_filename)
        else:
            message = f"the entry {entry.orig_filename} is compressed in an unusual way (method {entry.compress_type})"
            raise Refusal("file-broken", message)

    def _packed(self, entry: zipfile.ZipInfo) -> memoryview:
        start = entry.header_offset
        head = self.data[start : start + 30]
        if len(head) < 30 or bytes(head[:4]) != b"PK\x03\x04":
            raise _damaged(entry.orig_filename)
        start += 30 + sum(struct.unpack_from("<HH", head, 26))
        packed = self.data[start : start + entry.compress_size]
        if len(packed) < entry.compress_size:
            raise _damaged(entry.orig_filename)
        return packed

    def describe(self) -> str:
        """Say which format the archive holds, by the names of its entries."""
        if "mimetype" in self:
            kind = next(self.chunks("mimetype"), b"")[:200]
            if kind.startswith(OPENDOCUMENT + b"spreadsheet"):
                return "ods"
            if kind.startswith(OPENDOCUMENT):
                return "an OpenDocument file that is not a spreadsheet"
        if "[Content_Types].xml" not in self:
            return "ods" if "content.xml" in self else "a zip archive"
        if any(name.endswith("workbook.bin") for name in self.by_name):
            return "xlsb"
        if "word/document.xml" in self:
            return "a Word document (.docx)"
        return "a presentation (.pptx)" if "ppt/presentation.xml" in self else "xlsx"


def check_archive(archive: Archive, limits: Limits) -> None:
    """Check an archive's entries before any of them is parsed.

    Raises
    ------
    Refusal
        file-too-many-entries, file-entry-name, file-password, file-unpacks-too-large, file-broken or file-dtd.
    """
    if len(archive.entries) > limits.entries:
        message = f"the workbook's archive has {len(archive.entries):,} entries"
        raise Refusal("file-too-many-entries", message, expected=f"at most {limits.entries:,} entries")
    _check_names(archive)
    if sum(entry.file_size for entry in archive.entries) > limits.unpacked_bytes:
        raise _too_large(limits)
    if any(entry.flag_bits & ENCRYPTED for entry in archive.entries) or _is_encrypted_opendocument(archive):
        raise Refusal("file-password", "the workbook is protected by a password")
    total = 0
    for entry in archive.entries:
        total += _check_entry(archive, entry, limits.unpacked_bytes - total)


def _check_names(archive: Archive) -> None:
    for entry in archive.entries:
        if LEADING_OUT.search(entry.orig_filename):
            message = "an entry of the workbook's archive has a name that leads out of it"
            raise Refusal("file-entry-name", message, value=entry.orig_filename)
    if len(archive.by_name) < len(archive.entries):
        raise Refusal("file-broken", "two entries of the workbook's archive have the same name")


def _is_encrypted_opendocument(archive: Archive) -> bool:
    if "META-INF/manifest.xml" not in archive:
        return False
    return b"encryption-data" in archive.read("META-INF/manifest.xml").replace(b"\0", b"")


def _check_entry(archive: Archive, entry: zipfile.ZipInfo, room: int) -> int:
    """Unpack an entry without keeping it, look for a document type, and return its size."""
    size, check = 0, 0
    name = entry.orig_filename
    prolog = Prolog(name, expected=bool(XML_NAME.search(name)))
    for chunk in archive.unpack(entry):
        size += len(chunk)
        check = zlib.crc32(chunk, check)
        if size > room:
            raise _too_large(archive.limits)
        prolog.feed(chunk)
    prolog.finish()
    if size != entry.file_size or check != entry.CRC:
        raise _damaged(name)
    return size


def _inflate(packed: memoryview, name: str) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), STEP):
            rest = bytes(packed[start : start + STEP])
            while rest and not inflater.eof:
                yield inflater.decompress(rest, STEP)
                rest = inflater.unconsumed_tail
        while not inflater.eof and (chunk := inflater.decompress(b"", STEP)):
            yield chunk
    except zlib.error:
        raise _damaged(name) from None
    if not inflater.eof:
        raise _damaged(name)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def _damaged(name: str) -> Refusal:
    return Refusal("file-broken", f"the part {name} of the workbook is cut off or damaged")


def _too_large(limits: Limits) -> Refusal:
    message = f"the workbook unpacks to more than {limits.unpacked_bytes:,} bytes"
    return Refusal("file-unpacks-too-large", message, expected=f"at most {limits.unpacked_bytes:,} bytes")
