"""The table of an existing register, and what would come of each of its lines."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import parse_date
from core.forms import clean_line
from core.tables import unguarded
from documents.judge import LIMIT, JudgedFile, judge_upload
from documents.judge import Refused as Unfit
from documents.models import LETTERS, Document, Revision
from documents.queries import parse_reference

MOST_LINES = 2000
# CPU seconds for all files of one archive: each file is bounded by its judge, many together are not.
ARCHIVE_SECONDS = 3.0
COLUMNS = ("reference", "title", "kind", "status", "date", "note", "files", "iso", "iec", "itu-t")
CODES = {"iso": "ISO", "iec": "IEC", "itu-t": "ITU-T"}
LONGEST = {"title": 300, "note": 300, **dict.fromkeys(CODES, 60)}
Opener = Callable[[], BinaryIO]


class BadTable(Exception):
    """The table cannot be read at all; the words are for the person who sent it."""


@dataclass
class Line:
    """One line of the table: what it asks for, what is wrong with it, and whether the register has it already."""

    place: int
    reference: str
    number: int = 0
    position: int = 0
    title: str = ""
    kind: str = ""
    state: str = ""
    dated_on: date | None = None
    note: str = ""
    files: list[tuple[JudgedFile, Opener]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    known: bool = False

    @property
    def kind_words(self) -> str:
        return str(Document.Kind(self.kind).label)

    @property
    def state_words(self) -> str:
        return str(Revision.Status(self.state).label)


@dataclass
class Plan:
    """What an import would do. It is done as a whole, and only when no line is at fault."""

    lines: list[Line]
    unused: list[str]

    @property
    def wanted(self) -> list[Line]:
        return [line for line in self.lines if not line.known and not line.faults]

    @property
    def faulty(self) -> list[Line]:
        return [line for line in self.lines if line.faults]

    @property
    def known(self) -> list[Line]:
        return [line for line in self.lines if line.known and not line.faults]

    @property
    def file_count(self) -> int:
        return sum(len(line.files) for line in self.wanted)

    @property
    def sentence(self) -> str:
        """How many revisions and files would come, in words."""
        revisions = ngettext("%(n)d revision", "%(n)d revisions", len(self.wanted)) % {"n": len(self.wanted)}
        files = ngettext("%(n)d file", "%(n)d files", self.file_count) % {"n": self.file_count}
        return _("%(revisions)s and %(files)s") % {"revisions": revisions, "files": files}


# The files ------------------------------------------------------------------------------------


def files_of_folder(folder: Path) -> dict[str, Opener]:
    """The files below a folder, by their path in it; links that lead out of it are left out."""
    home = folder.resolve()
    found = (path for path in sorted(home.rglob("*")) if path.is_file() and path.resolve().is_relative_to(home))
    return {path.relative_to(home).as_posix(): lambda path=path: path.open("rb") for path in found}


def files_of_archive(archive: ZipFile | None) -> dict[str, Opener]:
    """The files of an archive, by their path in it; each is unpacked when it is asked for, and never past the limit."""
    entries = archive.infolist() if archive else []
    return {entry.filename: lambda entry=entry: _unpacked(archive, entry) for entry in entries if not entry.is_dir()}


def _unpacked(archive: ZipFile, entry) -> BinaryIO:
    out = SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 - the caller reads it
    with archive.open(entry) as part:
        out.write(part.read(LIMIT + 1))
    out.seek(0)
    return out


# The lines ------------------------------------------------------------------------------------


def decoded(data: bytes) -> str:
    """The text of a table as Excel, LibreOffice or an editor wrote it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_plan(text: str, files: dict[str, Opener], *, seconds: float = math.inf) -> Plan:
    """What an import of this table would do. Raises BadTable when there is no table in it. Once the judging of files
    has taken so many CPU seconds, the lines that follow are refused in words.

    A line whose reference the register has is passed over, so that the same table twice adds nothing."""
    lines = [_line(place, row) for place, row in _rows(text)]
    by_name = {**{name.rpartition("/")[2].casefold(): name for name in files}, **{n.casefold(): n for n in files}}
    _look_into_register([line for line, _names in lines])
    used = {by_name[name.casefold()] for _line, names in lines for name in names if name.casefold() in by_name}
    end = time.thread_time() + seconds
    for line, names in lines:
        if not line.known:
            _take_files(line, names, by_name, files, end)
    return Plan([line for line, _names in lines], sorted(set(files) - used))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = text.replace("\x00", "")
    head = text.lstrip().split("\n", 1)[0]
    rows = csv.reader(text.splitlines(keepends=True), delimiter=max(";,\t", key=head.count))
    try:
        names = [clean_line(name).casefold() for name in next(rows, [])]
        if not {"reference", "title"} <= set(names):
            raise BadTable(_("The first line must name the columns; “reference” and “title” are needed."))
        for row in rows:
            cells = dict(zip(names, (clean_line(unguarded(cell)) for cell in row), strict=False))
            if any(cells.values()):
                if rows.line_num > 10 * MOST_LINES:
                    raise BadTable(_("The table is too long. Import it in parts."))
                yield rows.line_num, cells
    except csv.Error:
        raise BadTable(_("This is no table in CSV. Save it as CSV and choose it again.")) from None


def _line(place: int, row: dict[str, str]) -> tuple[Line, list[str]]:
    line = Line(place, row["reference"], title=row.get("title", ""), note=row.get("note", ""))
    parsed = parse_reference(line.reference)
    if parsed and parsed[0]:
        line.number, line.position = parsed
        line.reference = f"SPCG-{line.number}{LETTERS[line.position]}"
    else:
        line.faults.append(_("“%(text)s” is no reference such as SPCG-47B.") % {"text": line.reference[:60]})
    line.kind = _choice(line, row.get("kind") or "paper", Document.Kind.choices)
    line.state = _choice(line, row.get("status") or "approved", Revision.Status.choices)
    line.dated_on = _day(line, row.get("date", ""))
    line.numbers = {CODES[name]: row[name] for name in CODES if row.get(name)}
    for name, most in LONGEST.items():
        if len(row.get(name, "")) > most:
            line.faults.append(_("“%(name)s” is longer than %(most)d characters.") % {"name": name, "most": most})
    if line.kind == Document.Kind.RECOMMENDATION and line.state == Revision.Status.APPROVED:
        line.faults.append(_("A recommendation is approved by three organizations; import it as “for approval”."))
    return line, [name.strip() for name in row.get("files", "").replace("|", ";").split(";") if name.strip()]


def _choice(line: Line, text: str, choices: list[tuple[str, str]]) -> str:
    for value, label in choices:
        if text.casefold().replace("_", " ") in (value.replace("_", " "), str(label).casefold()):
            return value
    words = ", ".join(str(label) for _value, label in choices)
    line.faults.append(_("“%(text)s” is none of: %(words)s.") % {"text": text[:60], "words": words})
    return ""


def _day(line: Line, text: str) -> date | None:
    try:
        return parse_date(text[:60]) if text else None
    except ValueError:
        line.faults.append(_("“%(text)s” is no date such as 25 November 2020.") % {"text": text[:60]})
        return None


def _take_files(line: Line, names: list[str], by_name: dict[str, str], files: dict[str, Opener], end: float) -> None:
    for name in names:
        if time.thread_time() > end:
            line.faults.append(_("There is too much to look into at once. Import this line with another archive."))
            return
        path = by_name.get(name.casefold())
        if path is None:
            line.faults.append(_("There is no file “%(name)s”.") % {"name": name[:120]})
            continue
        try:
            with files[path]() as stream:
                line.files.append((judge_upload(path.rpartition("/")[2], stream), files[path]))
        except Unfit as error:
            line.faults.append(str(error))
        except (BadZipFile, OSError, EOFError, NotImplementedError, ValueError, RuntimeError):
            line.faults.append(_("“%(name)s” cannot be unpacked.") % {"name": name[:120]})


def _look_into_register(lines: list[Line]) -> None:
    """Which references the register has; what would come before a letter that it has; titles that are missing."""
    wanted = {line.number for line in lines}
    newest: dict[int, int] = {}
    have = set()
    rows = Revision.objects.filter(document__number__in=wanted)
    for number, position in rows.order_by("position").values_list("document__number", "position"):
        newest[number] = position
        have.add((number, position))
    seen: set[tuple[int, int]] = set()
    titled = {line.number for line in lines if line.title} | set(newest)
    for line in lines:
        key = (line.number, line.position)
        line.known = key in have
        if not line.number:
            continue
        if key in seen:
            line.faults.append(_("%(reference)s stands twice in the table.") % {"reference": line.reference})
        elif not line.known and line.position <= newest.get(line.number, -1):
            line.faults.append(_("The register has a later letter of %(number)d already.") % {"number": line.number})
        elif line.number not in titled:
            line.faults.append(_("The title is missing."))
        seen.add(key)
