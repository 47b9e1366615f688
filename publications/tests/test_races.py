"""Two real connections at one instant, on PostgreSQL: one effect each."""

import pytest
from django.db import connection

from core.moves import Stale
from core.tests.at_once import at_once
from post.models import Notification
from publications.models import Publication
from publications.services import ask_again, propose_publication, withdraw_publication
from publications.tests.factories import add_revision, approve, make_document, make_publication

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections"),
    pytest.mark.django_db(transaction=True),
]


def again(publication):
    return Publication.objects.get(pk=publication.pk)


@pytest.mark.parametrize("_time", range(5))
def test_last_two_approvals_at_once_publish_exactly_once(cast, _time):
    publication = make_publication(cast)
    approve(cast, publication, "ISO")
    at_once(
        lambda: approve(cast, again(publication), "IEC").state,
        lambda: approve(cast, again(publication), "ITU_T").state,
    )
    assert again(publication).state == "published"
    assert publication.history.filter(action="publish").count() == 1
    assert Notification.objects.filter(kind="approved", user=cast.iso_secretary).count() == 1


def test_a_newer_revision_and_the_last_approval_at_once_never_publish_what_was_not_read(cast):
    document = make_document()
    publication = make_publication(cast, document)
    approve(cast, publication, "ISO")
    approve(cast, publication, "IEC")
    add_revision(document, 1, text="Other words.")
    results = at_once(
        lambda: approve(cast, again(publication), "ITU_T", edition=1).state,
        lambda: ask_again(again(publication)),
    )
    assert results == [Stale, True]
    assert again(publication).state == "for_approval"


def test_two_who_ask_at_once_ask_once(cast):
    document = make_document()
    people = [cast.iso_secretary, cast.iec_secretary, cast.itu_t_secretary]
    found = at_once(*(lambda by=by: propose_publication(by, document).pk for by in people))
    assert len(set(found)) == Publication.objects.count() == 1
    assert Publication.objects.get().history.filter(action="propose").count() == 1


def test_withdrawal_and_last_approval_at_once_end_withdrawn_or_published_then_withdrawn(cast):
    publication = make_publication(cast)
    approve(cast, publication, "ISO")
    approve(cast, publication, "IEC")
    at_once(
        lambda: approve(cast, again(publication), "ITU_T").state,
        lambda: withdraw_publication(again(publication), cast.iso_secretary, reason="Not yet.").state,
    )
    assert again(publication).state == "withdrawn"
    assert publication.history.filter(action="withdraw").count() == 1
