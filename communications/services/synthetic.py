"""A released letter to synthetic contacts, for measuring the dispatch. Never on a portal with real people in it."""

from __future__ import annotations

import io
import random
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from communications.models import Letter
from communications.services.dispatch import send_letter
from communications.services.letters import approve_letter, draft_letter, propose_letter
from core.models import User
from core.moves import Refused
from documents.judge import judge_upload
from documents.models import Document, Revision
from documents.services.register import approve_revision, propose_revision, register_with_file
from organizations.models import Appointment, Contact, Organization
from organizations.queries import organizations, secretaries
from organizations.services.people import appoint
from post.models import Mailing

# Their audience: nobody real lives in this country.
COUNTRY = "Benchmark"
_CAPACITY = Contact.Capacity.CONVENOR
_WORDS = "coordination standards programme boards committees convenors scope overlap liaison decision".split()


def make_letter_for_bench(recipients: int, attachment_kb: int = 0) -> Letter:
    """Contacts, letter, three approvals and the release, all through the services of a real letter, without the hold.
    Raises Refused unless BENCH is on."""
    if not settings.BENCH:
        raise Refused(_("Synthetic letters are made only with BENCH=1 in the environment."))
    people = {item.pk: _secretary(item) for item in organizations()}
    first = next(iter(people.values()))
    _make_contacts(recipients)
    revisions = [_paper(first, attachment_kb)] if attachment_kb else []
    letter = draft_letter(
        first,
        subject="Benchmark: effective coordination among ISO, IEC and ITU-T",
        body=_text(),
        revisions=revisions,
        capacities=[_CAPACITY],
        country=COUNTRY,
        organizations=list(organizations()),
    )
    propose_letter(letter, first)
    for cover in letter.covers.select_related("organization"):
        letter = approve_letter(letter, cover.organization, people[cover.organization_id], edition=cover.edition)
    letter = send_letter(letter, first, expected=recipients)
    Mailing.objects.filter(pk=letter.mailing_id).update(hold_until=letter.mailing.created_at)
    return letter


def _secretary(organization: Organization) -> User:
    found = [user for user in secretaries(organization, "may_approve") if user in secretaries(organization, "may_send")]
    if found:
        return found[0]
    user = User.objects.create_user(f"bench.{organization.slug}@spcg.example", None, label=f"{organization} secretary")
    appoint(user, Appointment.Role.SECRETARY, organization, None, label=user.label)
    return user


@transaction.atomic
def _make_contacts(number: int) -> None:
    """So many in all, a third in each organization; those of an earlier letter stay and are left out."""
    Contact.objects.filter(country=COUNTRY).update(active=False)
    owners = list(organizations())
    start = Contact.objects.filter(country=COUNTRY).count()
    rows = (
        Contact(
            organization=owners[place % len(owners)],
            name=f"Convenor {place}",
            email=f"convenor{place}@bench.example",
            capacity=_CAPACITY,
            country=COUNTRY,
            illustrative=True,
        )
        for place in range(start, start + number)
    )
    Contact.objects.bulk_create(rows, batch_size=2000)


def _text() -> str:
    """Some two thousand characters, so that text and HTML together make a mail of 8 kB."""
    dice = random.Random(8)  # noqa: S311
    paragraphs = [" ".join(dice.choices(_WORDS, k=40)).capitalize() + "." for _number in range(3)]
    return "{salutation}\n\n" + "\n\n".join(paragraphs) + "\n\nThis concerns {committee}."


def _paper(by: Any, size_kb: int) -> Revision:
    noise = random.Random(size_kb).randbytes(size_kb * 512).hex().encode()  # noqa: S311
    content = io.BytesIO(b"%PDF-1.4\n%" + noise + b"\n%%EOF\n")
    judged = judge_upload("benchmark.pdf", content)
    values = {"title": "Benchmark paper", "kind": Document.Kind.PAPER, "illustrative": True, "token": uuid.uuid4()}
    revision = register_with_file(by, (judged, content), **values)
    propose_revision(revision, by)
    return approve_revision(revision, by)
