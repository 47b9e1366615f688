"""Every move from every state by everybody, for every kind of thing, against what is expected."""

import pytest

from core.moves import NotAllowed, Refused, moves_open_to
from post.models import Mailing
from publications.models import Publication
from publications.services import propose_publication
from publications.tests.factories import make_document, make_publication, make_sent_letter
from publications.workflow import MOVES
from reports.tests.factories import approve_by_all, make_report

SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
OTHERS = {"iso_member", "observer", "administrator", "outsider", "disabled"}
EXPECTED = {
    "for_approval": {"publish", "withdraw"},
    "published": {"withdraw"},
    "withdrawn": set(),
}
SUBJECTS = {
    "document": lambda cast: make_document(),
    "report": lambda cast: approve_by_all(cast, make_report(cast)),
    "letter": make_sent_letter,
}


@pytest.mark.parametrize("kind", SUBJECTS)
@pytest.mark.parametrize("state", EXPECTED)
def test_moves_open_in_each_state(cast, state, kind):
    publication = make_publication(cast, SUBJECTS[kind](cast))
    Publication.objects.filter(pk=publication.pk).update(state=state)
    publication.refresh_from_db()
    for name in SECRETARIES:
        assert {m.name for m in moves_open_to(cast.fresh(name), publication, MOVES.values())} == EXPECTED[state]
    for name in OTHERS:
        assert moves_open_to(cast.fresh(name), publication, MOVES.values()) == []


@pytest.mark.parametrize("kind", SUBJECTS)
def test_asking_is_for_writing_secretaries_whatever_it_is(cast, kind):
    subject = SUBJECTS[kind](cast)
    for name in OTHERS:
        with pytest.raises(NotAllowed):
            propose_publication(cast.fresh(name), subject)
    asked = {propose_publication(cast.fresh(name), subject).pk for name in SECRETARIES}
    assert len(asked) == Publication.objects.count() == 1


STATES = ["draft", "for_approval", "approved", "sending", "withdrawn"]


@pytest.mark.parametrize("state", [*STATES, "sent"])
def test_only_a_letter_that_has_gone_out_can_be_published(cast, state):
    """Seen red with `sent_letters` giving every letter."""
    letter = make_sent_letter(cast)
    type(letter).objects.filter(pk=letter.pk).update(state=state)
    letter.refresh_from_db()
    if state == "sent":
        assert propose_publication(cast.iso_secretary, letter).letter == letter
        return
    with pytest.raises(Refused):
        propose_publication(cast.iso_secretary, letter)


def test_a_letter_that_was_stopped_for_good_is_not_published(cast):
    """Seen red with `sent_letters` asking for the state alone."""
    letter = make_sent_letter(cast)
    Mailing.objects.filter(pk=letter.mailing_id).update(state=Mailing.State.ABORTED)
    with pytest.raises(Refused):
        propose_publication(cast.iso_secretary, letter)
