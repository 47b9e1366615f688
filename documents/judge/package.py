"""Office files are packages (ZIP): what is inside is looked at before anything is unpacked."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from lxml import etree

from documents.judge.office import kind_of_office_file
from documents.judge.refusal import Refused, has_macros, has_too_many_parts, is_damaged, is_protected

MOST_PARTS = 3000
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_SQUEEZED = 250  # times; what people write in Office stays below a tenth of it
_LARGEST_INDEX = 1024 * 1024
_CHUNK = 256 * 1024

_END = struct.Struct("<4s4H2LH")
_DTD = re.compile(rb"<!(doctype|entity)", re.IGNORECASE)
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_MACRO_PARTS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/.*|macrosheets/.*)$"
    r"|\.(docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppsm|ppam)$"
    r"|^(basic|scripts)/"
)
_PROGRAMS = (
    b"\x7fELF", b"\x4c\x00\x00\x00\x01\x14\x02\x00",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
)  # fmt: skip

# What the libraries raise on packages that are cut, twisted or made up.
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError)
_BROKEN += (ValueError, IndexError, OverflowError, etree.XMLSyntaxError)


def is_program(head: bytes) -> bool:
    """Whether a file that begins so is a program of Windows, Linux or macOS, or a shortcut to one."""
    # "MZ" alone may begin an ordinary text; the header of a program holds zeros.
    return head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head[:1024])


def kind_of_package(shown: str, stream: BinaryIO) -> str:
    """The kind of the Office file, by its content; Refused for everything that could do harm when opened."""
    try:
        _check_index(shown, stream)
        with ZipFile(stream) as package:
            _check_entries(shown, package.infolist())
            _check_macros(shown, package.infolist())
            for entry in package.infolist():
                _check_part(shown, package, entry)
            return kind_of_office_file(shown, package)
    except _BROKEN as error:
        raise is_damaged(shown) from error


def folder_of(shown: str, stream: BinaryIO) -> ZipFile:
    """An archive of files that are judged one by one when they are taken out; Refused for one that is dangerous."""
    try:
        _check_index(shown, stream)
        archive = ZipFile(stream)
        _check_entries(shown, archive.infolist())
    except _BROKEN as error:
        raise is_damaged(shown) from error
    return archive


# The package as a whole, by what its index declares -------------------------------------------


def _check_index(shown: str, stream: BinaryIO) -> None:
    """The index is small and plain: the library would read any index whole, and believe a second one."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_600))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise BadZipFile
    _mark, _disk, _start, _here, entries, index_size, _offset, _comment = _END.unpack_from(tail, at)
    if entries > MOST_PARTS or index_size > _LARGEST_INDEX:
        raise has_too_many_parts(shown)


def _check_entries(shown: str, entries: list[ZipInfo]) -> None:
    if any(_leaves_package(entry.orig_filename) for entry in entries):
        raise Refused(_("“%(name)s” holds parts that point outside of it. It is not accepted.") % {"name": shown})
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise BadZipFile
    if any(entry.flag_bits & 1 for entry in entries):
        raise is_protected(shown)
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED or any(map(_is_bomb, entries)):
        raise Refused(_("“%(name)s” would unpack to far more than its size. It is not accepted.") % {"name": shown})


def _check_macros(shown: str, entries: list[ZipInfo]) -> None:
    if any(_MACRO_PARTS.search(entry.filename.casefold()) for entry in entries):
        raise has_macros(shown)


def _leaves_package(name: str) -> bool:
    return bool(re.match(r"/|[a-z]:", name, re.IGNORECASE) or re.search(r"[\\\0]", name) or ".." in name.split("/"))


def _is_bomb(entry: ZipInfo) -> bool:
    return entry.file_size > 1024 * 1024 and entry.file_size > MOST_SQUEEZED * max(entry.compress_size, 1)


# Every part of it, unpacked block by block -----------------------------------------------------


def _check_part(shown: str, package: ZipFile, entry: ZipInfo) -> None:
    blocks = _blocks(package, entry)
    head = next(blocks, b"")
    if is_program(head):
        raise Refused(_("“%(name)s” holds a program. It is not accepted.") % {"name": shown})
    # In UTF-16 every other byte is zero: without the zeros one pattern serves all encodings.
    start = head[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<"):
        _check_xml(shown, start, chain([head], blocks))
    elif start and entry.filename.casefold().endswith((".xml", ".rels")):
        raise BadZipFile


def _check_xml(shown: str, start: bytes, blocks: Iterator[bytes]) -> None:
    encoding = _ENCODING.match(start)
    if encoding and encoding[1].lower() not in _ENCODINGS:
        raise BadZipFile
    tail = b""
    for block in blocks:
        window = tail + block.replace(b"\0", b"")
        if _DTD.search(window):
            raise Refused(
                _("“%(name)s” holds definitions (a DTD) that no Office program writes. It is not accepted.")
                % {"name": shown}
            )
        tail = window[-16:]


def _blocks(package: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    with package.open(entry) as part:
        while block := part.read(_CHUNK):
            yield block
