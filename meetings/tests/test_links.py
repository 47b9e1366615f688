"""References of outcomes are links where the reader may open them, in the register and on a meeting's page."""

from __future__ import annotations

import pytest

from communications.tests.factories import make_letter, make_step
from core import registry
from documents.tests.factories import make_document, make_revision
from landscape.tests.factories import make_area
from meetings import queries
from meetings.models import Outcome
from meetings.services import outcomes
from meetings.tests.browsing import page
from meetings.tests.factories import make_meeting, make_outcome
from meetings.tests.test_views import queries_of
from proposals.tests.factories import make_circulated, make_proposal
from spcg_portal.reindex import rebuild_search

REGISTER = "/meetings/actions/"


def of_each_kind(cast) -> list[str]:
    """A reference to a new record of every kind that an outcome may name."""
    revision = make_revision(make_document(), position=2)
    area = make_area(cast.iso_secretary)
    letter, step = make_letter(cast, state="approved"), make_step(cast)
    return [
        str(revision),
        make_circulated(cast).reference,
        area.name,
        f"letter {letter.pk}",
        f"milestone {step.pk}",
        make_meeting().reference,
        "landscape",
        "Proposals",
    ]


def recorded(cast, references: list[str]) -> None:
    meeting = make_meeting()
    for reference in references:
        values = {"kind": "action", "text": f"Look at {reference}.", "owner_organization": cast.ISO}
        outcomes.record_outcome(meeting, cast.iso_secretary, reference=reference, **values)


def test_references_of_every_kind_are_links_in_the_register(cast, client_of):
    references = of_each_kind(cast)
    recorded(cast, references)
    rebuild_search()
    html = page(client_of("observer"), REGISTER)
    for reference in references:
        address = registry.first("resolve", reference, cast.observer)
        assert address, reference
        assert f'<a class="ref" href="{address}">{reference[0].upper()}{reference[1:]}</a>' in html


def test_register_takes_the_same_number_of_queries_for_any_number_of_references(cast, client_of):
    client, meeting = client_of("iso_member"), make_meeting()
    recorded(cast, of_each_kind(cast))
    rebuild_search()
    urls = [f"{REGISTER}?state=all", Outcome.objects.first().meeting.get_absolute_url(), meeting.get_absolute_url()]
    few = [queries_of(client, url) for url in urls]
    for _number in range(5):
        recorded(cast, of_each_kind(cast))
    rebuild_search()
    assert Outcome.objects.count() > 40
    assert [queries_of(client, url) for url in urls] == few


def test_what_the_reader_may_not_open_is_no_link(cast, client_of):
    draft = make_revision(make_document(), state="draft")
    letter = make_letter(cast)
    references = [str(draft), make_proposal(cast).reference, f"letter {letter.pk}", "Nothing known", "meeting 999999"]
    recorded(cast, references)
    rebuild_search()
    drafts, unknown = references[:3], references[3:]
    for name, seen in (("iso_secretary", set(drafts)), ("iso_member", set()), ("observer", set())):
        links = queries.addresses_of(Outcome.objects.all(), cast.fresh(name))
        assert set(links) == seen
        html = page(client_of(name), REGISTER)
        assert all(f">{reference[0].upper()}{reference[1:]}</span>" in html for reference in unknown)
    assert queries.addresses_of(Outcome.objects.all(), cast.outsider) == {}


def test_long_name_may_break_and_a_number_may_not(cast, client_of):
    """A name wider than a telephone would make the whole page as wide."""
    area = make_area(cast.iso_secretary, name="Artificial intelligence for the sustainability of cities")
    recorded(cast, [area.name, "Nothing known, but with a name as long as any", "landscape"])
    html = page(client_of("observer"), REGISTER)
    assert f'<a class="ref text-wrap text-break" href="{area.get_absolute_url()}">' in html
    assert '<span class="ref text-wrap text-break">Nothing known' in html
    assert '<a class="ref" href="/landscape/">Landscape</a>' in html


@pytest.mark.parametrize("late", ["SPCG-77A", "spcg 77 a"])
def test_document_registered_after_the_meeting_is_a_link(cast, late):
    outcome = make_outcome(reference=late)
    assert queries.addresses_of([outcome], cast.observer) == {}
    revision = make_revision(make_document(number=77), position=1)
    assert queries.addresses_of([outcome], cast.observer) == {late: revision.get_absolute_url()}
