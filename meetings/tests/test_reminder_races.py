"""Reminders of actions by two workers, and while somebody says what became of the action."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from core.tests.at_once import at_once, in_the_middle
from meetings.models import ActionReminder, Outcome
from meetings.services import actions
from meetings.tests.factories import make_outcome
from post.models import Delivery

DUE = date(2027, 3, 10)
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("_time", range(5))
def test_two_workers_at_one_instant_send_one_reminder(cast, _time):
    """Seen red without the constraint of one row per step."""
    make_outcome(kind="action", due_on=DUE, owner_organization=cast.IEC)
    day = DUE - timedelta(days=7)
    assert sorted(at_once(lambda: actions.remind_due(day), lambda: actions.remind_due(day))) == [0, 1]
    assert list(Delivery.objects.values_list("address", flat=True)) == [cast.iec_secretary.email]
    assert ActionReminder.objects.count() == 1


def test_action_that_is_done_while_its_reminder_is_made_ready_is_not_reminded_of(cast, monkeypatch):
    """Seen red without the second look at the action."""
    action = make_outcome(kind="action", due_on=DUE, owner_organization=cast.IEC)
    day = DUE - timedelta(days=7)

    def done() -> None:
        Outcome.objects.filter(pk=action.pk).update(done_on=day)

    sent, _none = in_the_middle(monkeypatch, actions, "in_charge", lambda: actions.remind_due(day), done)
    assert sent == 0
    assert Delivery.objects.count() == 0
