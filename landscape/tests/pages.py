"""Addresses of the room and what its forms send."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from core.models import User
from documents.publishing.docx import docx_body_text
from landscape.models import Area, PriorityRound


def text_of(response) -> str:
    return response.content.decode()


def visited(cast, name: str, days: int = 3) -> None:
    User.objects.filter(pk=getattr(cast, name).pk).update(
        previous_visit_at=timezone.now() - timedelta(days=days), seen_at=timezone.now()
    )


def answers(round: PriorityRound, value: str) -> dict[str, str]:
    return {f"criterion_{pk}": value for pk in round.criteria.values_list("pk", flat=True)}


def form_of(area: Area, **overrides) -> dict:
    values = {
        "name": area.name,
        "text": area.text,
        "version": area.version,
        "reason": "Why",
        "committees": "",
        "documents": "",
    }
    return {**values, **overrides}


def pages_of(area: Area, round: PriorityRound) -> list[str]:
    base = f"/landscape/{area.slug}/"
    return [
        "/landscape/",
        "/landscape/ranking/",
        "/landscape/history/",
        base,
        f"{base}compare/1/1/",
        *(f"/landscape/export/{format}/" for format in ("xlsx", "docx", "pdf")),
    ]


def secretary_pages_of(area: Area, round: PriorityRound) -> list[str]:
    base = f"/landscape/{area.slug}/"
    return [
        "/landscape/new/",
        "/landscape/rounds/new/",
        f"/landscape/rounds/{round.pk}/close/",
        f"{base}edit/",
        f"{base}close/",
        f"{base}restore/1/",
    ]


def says(data: bytes, format: str, *wanted: str) -> bool:
    """Whether the file says all these words, in any case."""
    if format == "xlsx":
        text = str(list(load_workbook(BytesIO(data)).active.iter_rows(values_only=True)))
    elif format == "csv":
        text = str(list(csv.reader(StringIO(data.decode("utf-8-sig")))))
    elif format == "docx":
        text = docx_body_text(data) + "".join(item.text for item in Document(BytesIO(data)).paragraphs)
    else:
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).replace("\n", " ")
    return all(word.lower() in text.lower() for word in wanted)
