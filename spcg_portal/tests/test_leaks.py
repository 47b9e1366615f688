"""Of a draft nothing reaches those who may not see it: no word and no count on any page, no line of a feed, an export
or a mail of the morning. The search has its own tests, in `test_search.py` and `test_file_words.py`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from documents.services.register import propose_revision, register_document, revise_document
from post.models import Mailing, Notification
from post.services.digests import send_due_digests
from proposals.services.proposals import edit_proposal, log_proposal
from proposals.tests.factories import make_circulated
from spcg_portal.services import reset_feeds
from spcg_portal.tests.test_search import DRAFTS

MEMBERS = ("iso_member", "iec_member", "observer")
PAGES = (
    *("/", "/proposals/", "/documents/", "/landscape/", "/meetings/", "/communications/letters/", "/reports/"),
    *("/history/", "/search/", "/search/?q=alumina", "/communications/work-plan/", "/notifications/", "/about/"),
)
EXPORTS = ("/proposals/export/csv/", "/history/export/csv/", "/communications/work-plan/export/csv/")
# What differs from one opening to the next: tokens of forms.
CHANCE = re.compile(r'name="(csrfmiddlewaretoken|token|sheet)" value="[^"]*"|"x-csrftoken": "[^"]*"')


@pytest.fixture(autouse=True)
def all_mail_at_once(monkeypatch):
    """Here everything waits for the morning."""
    monkeypatch.setattr("post.services.preferences.default_of", lambda stream: "daily")


def all_drafts(cast) -> None:
    """One of every kind, and a draft revision of what is shared."""
    for make in DRAFTS.values():
        make(cast)
    draft = log_proposal(cast.iso_secretary, **PROPOSAL, organization=cast.ISO)
    edit_proposal(draft, cast.iso_secretary, draft.version, scope="Zirconia once more")


PROPOSAL = {"title": "Zirconia again", "proposer": "SAC", "scope": "S", "received_on": datetime(2026, 1, 5).date()}


def readings(name: str, client: Client, feeds: list[str]) -> dict[str, str]:
    texts = {path: client.get(path).content.decode() for path in (*PAGES, *EXPORTS)}
    texts |= {path.rsplit("/", 1)[-1]: Client().get(path).content.decode() for path in feeds}
    return {path: CHANCE.sub("", text) for path, text in texts.items()}


@pytest.mark.parametrize("name", MEMBERS)
def test_no_page_export_or_feed_changes_by_a_single_character_when_drafts_are_made(cast, client_of, name):
    """So no count does either, nor a number that is left out. Seen red with each room's drafts shown to all."""
    shared = make_circulated(cast, title="Alumina")
    edit_proposal(shared, cast.iso_secretary, shared.version, scope="All about alumina")
    first = register_document(cast.iso_secretary, title="Alumina paper", kind="paper", text="Alumina.")
    propose_revision(first, cast.iso_secretary)
    client, token = client_of(name), reset_feeds(cast.fresh(name)).token
    feeds = [reverse(kind, args=[token]) for kind in ("calendar", "news")]
    readings(name, client, feeds)
    before = readings(name, client, feeds)
    assert all("Alumina" in before[path] for path in ("/proposals/", "/documents/", "/history/", "news.atom"))
    all_drafts(cast)
    revise_document(first.document, cast.iso_secretary, after=first, text="Zirconia.")
    after = readings(name, client, feeds)
    assert {path for path in before if before[path] != after[path]} == set()
    assert not [path for path, text in after.items() if "irconia" in text]


def test_no_mail_of_the_morning_and_no_notice_tells_of_a_draft(cast):
    """Seen red with everybody told of what is logged."""
    all_drafts(cast)
    told = set(Notification.objects.filter(subject__icontains="zirconia").values_list("user__email", flat=True))
    told |= set(Notification.objects.filter(text__icontains="zirconia").values_list("user__email", flat=True))
    assert {email for email in told if ".secretary@" not in email} == set()
    send_due_digests(datetime(2030, 11, 25, 6, 30, tzinfo=UTC))
    people = {cast.fresh(name).pk for name in MEMBERS}
    mails = [mail for pk in people for mail in Mailing.objects.filter(key__startswith=f"digest-{pk}-")]
    assert not [mail for mail in mails if "irconia" in mail.bodies.get().text]
