"""Reminders of milestones that were missed: the responsible only, and exactly one, whoever sends them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from communications.models import StepReminder
from communications.services import steps
from communications.services.steps import remind_of_steps
from communications.services.work_plan import complete_step
from communications.tests.factories import make_step
from core.dates import today
from core.tests.at_once import at_once, in_the_middle
from post.models import Delivery, Notification


def late_step(cast, **overrides):
    return make_step(cast, due_on=today() - timedelta(days=1), **overrides)


@pytest.mark.django_db
def test_who_no_longer_holds_an_appointment_is_not_reminded_and_the_secretaries_are(cast):
    """Seen red with the account alone deciding."""
    late_step(cast, owners=[cast.IEC], person=cast.itu_t_member)
    cast.itu_t_member.appointments.update(to_on=timezone.localdate() - timedelta(days=2))
    assert remind_of_steps() == 1
    assert list(Delivery.objects.values_list("address", flat=True)) == [cast.iec_secretary.email]


@pytest.mark.django_db
def test_nobody_but_the_responsible_hears_of_a_missed_milestone(cast):
    late_step(cast, owners=[cast.IEC, cast.ITU_T])
    remind_of_steps()
    told = set(Notification.objects.values_list("user__label", flat=True))
    assert told == {"IEC secretary", "ITU-T secretary"}


postgres = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections"),
    pytest.mark.django_db(transaction=True),
]


class TestTwoWorkers:
    """Two workers at one instant."""

    pytestmark = postgres

    @pytest.mark.parametrize("_time", range(5))
    def test_exactly_one_mail_to_each_responsible(self, cast, _time):
        """Seen red without the lock on the step (the second worker fails), and with two mails without lock and
        constraint."""
        late_step(cast, owners=[cast.IEC, cast.ITU_T])
        assert sorted(at_once(remind_of_steps, remind_of_steps)) == [0, 2]
        addresses = sorted(Delivery.objects.values_list("address", flat=True))
        assert addresses == ["iec.secretary@spcg.example", "itu.t.secretary@spcg.example"]
        assert StepReminder.objects.count() == 2

    def test_the_second_in_the_middle_of_the_first_sends_nothing(self, cast, monkeypatch):
        late_step(cast, owners=[cast.IEC])
        assert in_the_middle(monkeypatch, steps, "responsible_for", remind_of_steps, remind_of_steps) == [1, 0]
        assert Delivery.objects.count() == 1

    def test_a_step_reached_at_that_instant_reminds_once_or_not_at_all_and_stays_reached(self, cast):
        step = late_step(cast, owners=[cast.IEC])
        at_once(remind_of_steps, lambda: complete_step(step, cast.iec_secretary).pk)
        step.refresh_from_db()
        assert step.done_on == today()
        assert Delivery.objects.count() == step.history.filter(action="remind").count()
