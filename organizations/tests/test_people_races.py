"""Real connections at the same instant: one effect. They run on both databases."""

import pytest

from core.models import User
from core.moves import Refused
from organizations.models import PersonEntry
from organizations.services.invitations import accept_invitation, invite
from organizations.services.terms import end_terms
from organizations.tests.factories import make_appointment, make_user
from organizations.tests.test_invitations import secret_of
from organizations.tests.test_terms import YESTERDAY
from proposals.tests.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_uses_of_one_invitation_set_one_password(cast):
    user = make_user("Third ISO member", email="third@spcg.example")
    make_appointment(user, "member", cast.ISO)
    invite(user, cast.administrator)
    secret = secret_of(user)
    passwords = [f"cranes over Geneva {n}" for n in range(8)]
    results = at_once(*[lambda word=word: accept_invitation(secret, word) for word in passwords])
    winners = [word for word, result in zip(passwords, results, strict=True) if isinstance(result, User)]
    assert len(winners) == 1
    assert all(isinstance(result, User | Refused) for result in results)
    user.refresh_from_db()
    assert user.check_password(winners[0])
    assert PersonEntry.objects.filter(subject=user, action="accept").count() == 1


def test_two_workers_end_a_term_once(cast):
    cast.iso_member.appointments.update(to_on=YESTERDAY)
    results = at_once(*[end_terms] * 6)
    assert sum(results) == 1
    assert PersonEntry.objects.filter(action="end").count() == 1
