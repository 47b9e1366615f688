"""Lists of people as they are pasted or saved, read into rows: no list is so crooked that a good row is lost."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO, StringIO
from xml.sax import SAXException

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.forms import clean_line
from core.moves import Refused
from core.tables import unguarded

MOST_ROWS = 100_000
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
HEADINGS = {
    "name": ("name", "display name", "full name", "recipient", "person"),
    "email": ("e-mail address", "email", "e-mail", "mail", "address", "email address", "smtp address"),
    "capacity": ("capacity", "role", "function", "audience"),
    "committee": ("committee", "acronym", "tc", "committee or group"),
    "country": ("country",),
    "language": ("language", "lang"),
}
_FIELD_OF = {heading: field for field, headings in HEADINGS.items() for heading in headings}


@dataclass
class ReadRow:
    """One person as the list names them; `reason` says why the row cannot be taken."""

    number: int
    name: str = ""
    email: str = ""
    capacity: str = ""
    committee: str = ""
    country: str = ""
    language: str = ""
    reason: str = ""


def read_file(name: str, content: bytes) -> list[ReadRow]:
    """The rows of a CSV, text or XLSX file, told apart by what it holds. Raises Refused for what is no such list."""
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is larger than 10 MB. Divide it."))
    if content.startswith(b"PK\x03\x04"):
        return _capped(_table(_sheet(content)))
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Refused(_("This file cannot be read as a list. Save it as XLSX without a password, or as CSV."))
    return read_text(decoded(content))


def decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 with or without their mark, else Latin-1 as Windows writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content and content.count(0) * 3 > len(content):
        return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def read_text(text: str) -> list[ReadRow]:
    """A table when its first line has headings or tabs, else a list of addresses as mail programs write them."""
    text = text.lstrip("\ufeff").replace("\x00", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";,\t", key=first.count)
    if _headings(first.split(mark)) or "\t" in first:
        return _capped(_table(_csv_rows(text, mark)))
    return _capped(_listed(text))


def _capped(rows: Iterator[ReadRow]) -> list[ReadRow]:
    found = []
    for row in rows:
        found.append(row)
        if len(found) > MOST_ROWS:
            raise Refused(_("The list has more than 100,000 rows. Divide it."))
    return found


def _csv_rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise Refused(_("Line %(n)d cannot be read. Check its quotation marks.") % {"n": reader.line_num}) from error


def _sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet, row by row. What it would unpack to is known before anything is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Refused(_("The file unpacks to more than 300 MB. Divide it, or save it as CSV."))
            _refuse_entities(archive)
        book = load_workbook(BytesIO(content), read_only=True)
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, ["" if cell is None else str(cell) for cell in cells[:50]]
    except (zipfile.BadZipFile, InvalidFileException, SAXException, SyntaxError, *_CROOKED) as error:
        raise Refused(_("This file cannot be read as a workbook. Save it as XLSX, or as CSV.")) from error


# What openpyxl raises over a crooked workbook.
_CROOKED = (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError, RuntimeError)


def _refuse_entities(archive: zipfile.ZipFile) -> None:
    """A workbook declares no document type; one that does would define entities."""
    for item in archive.infolist():
        if item.filename.endswith((".xml", ".rels")):
            with archive.open(item) as part:
                if b"<!DOCTYPE" in part.read(2000).upper():
                    raise Refused(_("This workbook declares a document type and is not read. Save it again as XLSX."))


def _headings(cells: list[str]) -> dict[str, int]:
    """Which column holds what; empty when the row holds no heading of an address."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        field = _FIELD_OF.get(cell.strip().strip('"').strip().casefold())
        if field:
            found.setdefault(field, place)
    return found if "email" in found else {}


def _table(rows: Iterator[tuple[int, list[str]]]) -> Iterator[ReadRow]:
    columns: dict[str, int] | None = None
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _headings(cells)
            if columns:
                continue
        yield from _people(number, cells, columns)


def _people(number: int, cells: list[str], columns: dict[str, int]) -> Iterator[ReadRow]:
    """Everybody whose address stands in the row; two addresses in a cell are two people of the same row."""
    cells = [unguarded(cell.strip()) for cell in cells]
    if columns:
        values = {field: cells[place] for field, place in columns.items() if place < len(cells)}
        written = values.pop("email", "")
    else:
        written = "; ".join(cell for cell in cells if "@" in cell)
        values = {"name": next((cell for cell in cells if cell and "@" not in cell), "")}
    name = values.pop("name", "")
    more = {field: clean_line(value) for field, value in values.items()}
    if any(value.startswith("=") for value in (name, written, *more.values())):
        yield ReadRow(number, clean_line(name)[:200], clean_line(written)[:400], reason=_("holds a formula"), **more)
        return
    for person in list(_listed(written)) or [ReadRow(number, reason=_("has no e-mail address"))]:
        person.number = number
        person.name = clean_line(name) or person.name
        yield ReadRow(**{**vars(person), **more})


# Addresses as mail programs write them ------------------------------------------------------

_IN_BRACKETS = re.compile(r"[<(\[]\s*(?:mailto:)?([^<>()\[\]]*@[^<>()\[\]]*?)\s*[>)\]]", re.IGNORECASE)


def _listed(text: str) -> Iterator[ReadRow]:
    """Entries divided by semicolons, lines or commas; a comma inside “Name, First <address>” belongs to the name."""
    number = 0
    for piece in _divided(text, ";\n\r"):
        waiting: list[str] = []
        for part in _divided(piece, ","):
            waiting.append(part)
            if "@" in part:
                for name, address in _addresses_in(", ".join(waiting)):
                    number += 1
                    yield ReadRow(number, clean_line(name)[:400], tidy_address(address))
                waiting = []
        if left := clean_line(", ".join(waiting)):
            number += 1
            yield ReadRow(number, left[:200], reason=_("has no e-mail address"))


def _divided(text: str, marks: str) -> Iterator[str]:
    """Divided at the marks, but not inside quotation marks or angle brackets that close again."""
    quoted = text.count('"') % 2 == 0
    start, inside, depth = 0, False, False
    for place, sign in enumerate(text):
        if sign == '"' and quoted:
            inside = not inside
        elif sign == "<" and not inside:
            depth = ">" in text[place : place + 500]
        elif sign == ">":
            depth = False
        elif sign in marks and not inside and not depth:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _addresses_in(text: str) -> Iterator[tuple[str, str]]:
    found = _IN_BRACKETS.search(text)
    if found:
        yield _name(text[: found.start()]), found[1]
        rest = text[found.end() :].strip(" ,'\"")
        if "@" in rest:
            yield from _addresses_in(rest)
        return
    words = text.split()
    name = _name(" ".join(word for word in words if "@" not in word))
    for word in words:
        if "@" in word:
            yield name, word


def _name(text: str) -> str:
    name = clean_line(text.replace('\\"', '"')).strip(" '\",")
    return "" if "@" in name else name


def tidy_address(text: str) -> str:
    """The address alone: without mailto:, quotation marks and what follows a question mark; its domain in the form
    in which mail is sent."""
    address = re.sub(r"^mailto:", "", clean_line(text).strip(" '\"<>()[],;."), flags=re.IGNORECASE)
    address = address.split("?")[0].strip()
    local, at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii").lower() if domain else domain
    return f"{local}{at}{domain}"[:400]


def fault_of(address: str) -> str:
    """Why mail cannot be sent to this address; nothing when it can."""
    local, _at, domain = address.rpartition("@")
    if not address:
        return _("has no e-mail address")
    if len(local) > 64 or len(address) > 254:
        return _("the address is too long: 64 signs before the @ and 254 in all are the most")
    if not local.isascii():
        return _("the part before the @ has letters that mail servers refuse")
    try:
        validate_email(address)
    except ValidationError:
        return _("is not an e-mail address")
    return ""
