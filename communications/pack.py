"""What an organization takes away to send a letter by its own mail system: one ZIP file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communications.models import Cover, Letter
from communications.paper import on_paper
from communications.queries.letters import revisions_of
from core.tables import Column, csv_bytes, workbook
from documents.publishing.formats import render
from post.models import Body
from post.services.messages import fill

COLUMNS = (
    Column(gettext_lazy("Name"), 34),
    Column(gettext_lazy("E-mail address"), 38),
    Column(gettext_lazy("Committee"), 24),
)


def pack_of(letter: Letter, cover: Cover) -> bytes:
    """The letter as PDF and DOCX, the mail as HTML and text, its attachments, and the address list, all as frozen at
    the release. What differs between recipients stands in the mail as «Name» and «Committee», the columns of the
    list."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _contents(letter, cover):
            archive.writestr(name, content)
    return stream.getvalue()


def _contents(letter: Letter, cover: Cover) -> Iterator[tuple[str, bytes]]:
    record = letter.records.filter(organization=cover.organization).first()
    if record:
        with record.pdf.open("rb") as stored:
            yield "letter.pdf", stored.read()
    references = [revision.reference for revision in revisions_of(letter)]
    yield "letter.docx", render(on_paper(letter, cover, references), "docx").data
    body = letter.mailing.bodies.filter(group=cover.organization.code).first()
    if body:
        yield from _mail(body)
    rows = list(_addresses(letter, cover))
    yield "addresses.csv", csv_bytes(COLUMNS, rows)
    yield "addresses.xlsx", workbook(_("Addresses"), COLUMNS, rows)


def _mail(body: Body) -> Iterator[tuple[str, bytes]]:
    yield "subject.txt", body.subject.encode()
    yield "mail.html", _merged(body.html).encode()
    yield "mail.txt", _merged(body.text).encode()
    for number, file in enumerate(body.files.all(), start=1):
        with file.content.open("rb") as stored:
            name = file.name.replace("/", "-").replace("\\", "-").lstrip(".") or f"attachment-{number}"
            yield f"attachments/{name}", stored.read()


def _merged(text: str) -> str:
    return fill(text, {"name": "«Name»", "committee": "«Committee»"})


def _addresses(letter: Letter, cover: Cover) -> Iterator[tuple[str, ...]]:
    rows = letter.mailing.deliveries.filter(group=cover.organization.code)
    for row in rows.iterator():
        yield row.name, row.address, row.values.get("committee", "")
