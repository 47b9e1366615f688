"""Plain factories of the register: every argument has a value, and any may be given."""

from __future__ import annotations

import io
import itertools
from datetime import date

from django.utils import timezone
from docx import Document as WordDocument

from documents.models import Document, Revision, RevisionFile

_numbers = itertools.count(101)


def make_document(**overrides) -> Document:
    number = overrides.pop("number", None) or next(_numbers)
    values = {"slug": f"spcg-{number}", "title": f"Paper {number}", "kind": Document.Kind.PAPER, **overrides}
    return Document.objects.create(number=number, **values)


def make_revision(document: Document | None = None, **overrides) -> Revision:
    """An approved revision, shared with everybody, unless said otherwise."""
    state = overrides.get("state", Revision.Status.APPROVED)
    values = {
        "state": state,
        "text": "The text.",
        "dated_on": date(2020, 11, 25),
        "shared_at": None if state == Revision.Status.DRAFT else timezone.now(),
        **overrides,
    }
    return Revision.objects.create(document=document or make_document(), **values)


def make_file(revision: Revision, name: str = "paper.docx", **overrides) -> RevisionFile:
    from django.core.files.base import ContentFile

    values = {"extension": "docx", "content_type": "application/x", "size": 4, "sha256": "0" * 64, **overrides}
    attachment = RevisionFile(subject=revision, name=name, **values)
    attachment.file.save(name, ContentFile(b"data"), save=False)
    attachment.save()
    return attachment


def word_bytes(text: str = "Hello") -> bytes:
    """A real Word file."""
    stream = io.BytesIO()
    document = WordDocument()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()
