"""What an uploaded file really is, judged by its content; its name is only believed when it agrees."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from django.utils.translation import gettext as _

from documents.judge.package import is_program, kind_of_package
from documents.judge.refusal import Refused, is_not_accepted, is_protected

LIMIT = 20 * 1024 * 1024
LONGEST_NAME = 120
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A kind of file that is accepted; the first extension is the usual one."""

    name: str
    content_type: str
    extensions: tuple[str, ...]
    words: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.name: kind
    for kind in (
        Kind("docx", _OFFICE + "wordprocessingml.document", ("docx",), "Word (.docx)"),
        Kind("xlsx", _OFFICE + "spreadsheetml.sheet", ("xlsx",), "Excel (.xlsx)"),
        Kind("pptx", _OFFICE + "presentationml.presentation", ("pptx",), "PowerPoint (.pptx)"),
        Kind("odt", "application/vnd.oasis.opendocument.text", ("odt",), "OpenDocument (.odt)"),
        Kind("pdf", "application/pdf", ("pdf",), "PDF (.pdf)"),
        Kind("png", "image/png", ("png",), "PNG (.png)"),
        Kind("jpeg", "image/jpeg", ("jpg", "jpeg"), "JPEG (.jpg)"),
        Kind("csv", "text/csv", ("csv",), "CSV (.csv)"),
        Kind("text", "text/plain", ("txt", "md"), "plain text (.txt)"),
    )
}


@dataclass(frozen=True)
class JudgedFile:
    """An accepted file: what it is, its size in bytes, its SHA-256, and a name that is safe to show and send."""

    kind: str
    content_type: str
    extension: str
    size: int
    sha256: str
    safe_name: str


def judge_upload(name: str, stream: BinaryIO, *, limit: int = LIMIT) -> JudgedFile:
    """The file, accepted; Refused with a sentence for the person who sent it otherwise.

    The stream must be seekable and is left at its start. No more than `limit` bytes (and one
    block) are read, and never the whole file at once.
    """
    shown = safe_name(name)
    stream.seek(0)
    size, digest = _measure(shown, stream, limit)
    try:
        kind = KINDS[_kind_of(shown, stream)]
    finally:
        stream.seek(0)
    return JudgedFile(kind.name, kind.content_type, kind.extensions[0], size, digest, _agreeing_name(shown, kind))


def _measure(shown: str, stream: BinaryIO, limit: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            megabytes = f"{limit / (1024 * 1024):g}"
            raise Refused(
                _("“%(name)s” is larger than %(limit)s MB. Make it smaller, for example with smaller pictures.")
                % {"name": shown, "limit": megabytes}
            )
        digest.update(chunk)
    if not size:
        raise Refused(_("“%(name)s” is empty. Choose the file again.") % {"name": shown})
    return size, digest.hexdigest()


# What it is --------------------------------------------------------------------------------

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SCRIPT = re.compile(rb"#!|<\?php|@echo off|<script|<!doctype html|<html|<svg|<\?xml[^>]*>\s*<svg", re.IGNORECASE)
_SCRIPT_NAMES = set("bat cmd com hta html htm jar js jse ps1 py scr sh svg vbe vbs wsf".split())
_ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def _kind_of(shown: str, stream: BinaryIO) -> str:
    stream.seek(0)
    head = stream.read(4096)
    if is_program(head):
        raise Refused(_("“%(name)s” is a program, not a document. Programs are not accepted.") % {"name": shown})
    if head.startswith(_OLE2):
        raise _refusal_of_old_office(shown, stream)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return kind_of_package(shown, stream)
    if head.startswith(b"%PDF-"):
        return _kind_of_pdf(shown, stream)
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"{\\rtf"):
        raise Refused(_("“%(name)s” is in Rich Text Format. Save it as .docx.") % {"name": shown})
    return _kind_of_text(shown, stream, head)


def _refusal_of_old_office(shown: str, stream: BinaryIO) -> Refused:
    if _holds(stream, "EncryptedPackage"):
        return is_protected(shown)
    for part, extension in (("WordDocument", ".docx"), ("Workbook", ".xlsx"), ("PowerPoint Document", ".pptx")):
        if _holds(stream, part):
            return Refused(
                _("“%(name)s” is in an old format of Office. Save it as %(extension)s.")
                % {"name": shown, "extension": extension}
            )
    return is_not_accepted(shown)


def _holds(stream: BinaryIO, part: str) -> bool:
    return any(part.encode("utf-16-le") in window for window in _windows(stream))


def _kind_of_pdf(shown: str, stream: BinaryIO) -> str:
    complete = False
    for window in _windows(stream):
        complete = complete or b"%%EOF" in window
        if _ENCRYPTED_PDF.search(window):
            raise Refused(
                _("“%(name)s” is an encrypted PDF. Save it without password or restrictions.") % {"name": shown}
            )
    if not complete:
        raise Refused(_("“%(name)s” is an incomplete PDF. Choose the file again.") % {"name": shown})
    return "pdf"


def _kind_of_text(shown: str, stream: BinaryIO, head: bytes) -> str:
    extension = extension_of(shown)
    if _SCRIPT.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")) or extension in _SCRIPT_NAMES:
        raise Refused(_("“%(name)s” is a script or a web page, not a document.") % {"name": shown})
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        readable = not any(_UNPRINTABLE.search(decoder.decode(block)) for block in _windows(stream, overlap=0))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        readable = False
    if not readable:
        raise is_not_accepted(shown)
    return "csv" if extension == "csv" else "text"


def _windows(stream: BinaryIO, overlap: int = 64) -> Iterator[bytes]:
    """The file block by block, each with the end of the one before, so that no word is cut in two."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(_CHUNK):
        yield tail + chunk
        tail = chunk[-overlap:] if overlap else b""


# Its name ----------------------------------------------------------------------------------

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # Persian and Indic words need them


def safe_name(name: str) -> str:
    """The name without folders, control characters and signs that no computer allows, at most 120 characters long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", _encodable(name)))[-1]
    kept = "".join(sign for sign in last if sign in _JOINERS or unicodedata.category(sign) not in _INVISIBLE)
    clean = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "-", kept)).strip(" .")
    return _shortened(clean) or "document"


def _encodable(name: str) -> str:
    return str(name).encode("utf-8", "ignore").decode()


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension_of(name):
        return name[:LONGEST_NAME].rstrip(" .")
    return stem[: LONGEST_NAME - len(extension) - 1].rstrip(" .") + dot + extension


def extension_of(name: str) -> str:
    """The extension in small letters; empty where what follows the last dot is part of the words ("v1.2")."""
    found = re.search(r"\.([A-Za-z][A-Za-z0-9]{0,7})$", name)
    return found[1].lower() if found else ""


def _agreeing_name(shown: str, kind: Kind) -> str:
    extension = extension_of(shown)
    if not extension:
        return _shortened(f"{shown}.{kind.extensions[0]}")
    if extension not in kind.extensions:
        raise Refused(
            _("“%(name)s” ends in .%(extension)s, but what is in it is %(kind)s. Give it its right name.")
            % {"name": shown, "extension": extension, "kind": kind.words}
        )
    return shown


def content_disposition(name: str) -> str:
    """The header that saves a file under this name: a plain one for old programs, the true one by RFC 6266."""
    shown = safe_name(name)
    extension = extension_of(shown)
    stem = shown.removesuffix(shown[-len(extension) - 1 :]) if extension else shown
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r'[\\"%;]', "_", plain).strip(" .") or "document"
    plain = f"{plain}.{extension}" if extension else plain
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
