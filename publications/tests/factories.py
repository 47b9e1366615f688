"""Publications for tests, brought there through the services."""

from __future__ import annotations

import itertools
from datetime import date

from django.core.files.base import ContentFile

from communications.models import Letter
from communications.services.dispatch import finish_letters, send_letter
from communications.tests.factories import make_letter
from documents.models import Document, Revision, RevisionFile
from post.models import Mailing
from publications.models import Publication
from publications.services import approve_publication, propose_publication

_numbers = itertools.count(1)
PLACES = (("ISO", "iso_secretary"), ("IEC", "iec_secretary"), ("ITU_T", "itu_t_secretary"))


def make_document(position: int = 0, **overrides) -> Document:
    """A registered document with one approved revision."""
    number = 900 + next(_numbers)
    document = Document.objects.create(number=number, slug=f"spcg-{number}", title=f"Paper {number}", kind="paper")
    add_revision(document, position, **overrides)
    return document


def add_revision(document: Document, position: int, **overrides) -> Revision:
    values = {"state": "approved", "text": "Words to be read.", "approved_on": date(2020, 11, 25), **overrides}
    return Revision.objects.create(document=document, position=position, **values)


def attach(revision: Revision, name: str = "paper.pdf", data: bytes = b"%PDF-1.4 paper") -> RevisionFile:
    values = {"name": name, "extension": "pdf", "content_type": "application/pdf", "size": len(data)}
    return RevisionFile.objects.create(subject=revision, file=ContentFile(data, name), sha256="0" * 64, **values)


def make_sent_letter(cast, **overrides) -> Letter:
    """A letter that went out to the contacts there are, through the services."""
    letter = send_letter(make_letter(cast, "approved", **overrides), cast.iso_secretary)
    Mailing.objects.filter(pk=letter.mailing_id).update(state=Mailing.State.FINISHED)
    finish_letters()
    letter.refresh_from_db()
    return letter


def make_publication(cast, subject=None) -> Publication:
    """One that is asked for."""
    return propose_publication(cast.iso_secretary, subject or make_document())


def approve(cast, publication: Publication, place: str, name: str = "", **overrides) -> Publication:
    values = {"edition": publication.edition, **overrides}
    by = cast.fresh(name or f"{place.lower()}_secretary")
    return approve_publication(publication, getattr(cast, place), by, **values)


def publish(cast, subject=None) -> Publication:
    """One that all three have approved."""
    publication = make_publication(cast, subject)
    for place, _name in PLACES:
        approve(cast, publication, place)
    return publication
