"""The register of actions: states, who says so, and reminders to those in charge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.dates import today
from core.moves import AlreadyDone, NotAllowed
from meetings.models import ActionReminder
from meetings.queries import actions_of, open_actions
from meetings.services import actions, outcomes
from meetings.tests.factories import make_outcome
from post.models import Notification

DUE = date(2027, 3, 10)


def make_action(**values):
    return make_outcome(kind="action", **{"due_on": DUE, **values})


def test_action_is_dropped_with_a_reason_and_opened_again(cast):
    action = make_action(owner_organization=cast.IEC)
    with pytest.raises(NotAllowed):
        actions.drop_action(action, cast.iso_secretary, "Not mine.")
    actions.drop_action(action, cast.iec_secretary, "Overtaken by events.")
    assert action.dropped_on == today()
    assert not action.is_open
    assert open_actions().count() == 0
    with pytest.raises(AlreadyDone):
        actions.complete_action(action, cast.iec_secretary, today())
    actions.reopen_action(action, cast.iec_secretary)
    assert action.is_open
    assert action.dropped_reason == ""
    with pytest.raises(AlreadyDone):
        actions.reopen_action(action, cast.iec_secretary)


def test_person_in_charge_says_that_it_is_done(cast):
    action = make_action(owner_user=cast.iec_member, owner_organization=cast.IEC)
    with pytest.raises(NotAllowed):
        actions.complete_action(action, cast.iso_member, today())
    actions.complete_action(action, cast.iec_member, today())
    assert action.done_on == today()


def test_overdue_is_computed_from_today(cast):
    late = make_action(due_on=today() - timedelta(days=1))
    due_today, dropped = make_action(due_on=today()), make_action(due_on=today() - timedelta(days=3))
    actions.drop_action(dropped, cast.iso_secretary, "No longer needed.")
    assert late.is_overdue
    assert not due_today.is_overdue
    assert not dropped.is_overdue
    assert list(actions_of(cast.observer, "overdue")) == [late]
    assert list(actions_of(cast.observer, "dropped")) == [dropped]


def test_reminder_goes_to_the_person_in_charge_only_and_once_at_each_step(cast):
    make_action(owner_user=cast.iec_member, owner_organization=cast.IEC)
    sent = [actions.remind_due(DUE - timedelta(days=days)) for days in (8, 7, 7, 6, 2, 1, 1, 0, -1, -2, -14, -15, -31)]
    assert sent == [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0]
    assert {row.user for row in Notification.objects.all()} == {cast.iec_member}
    assert Notification.objects.count() == ActionReminder.objects.count() == 4


def test_reminder_of_an_organization_goes_to_its_secretary_only(cast):
    make_action(owner_organization=cast.ITU_T)
    make_action(owner_text="SPCG")
    assert actions.remind_due(DUE) == 1
    assert {row.user for row in Notification.objects.all()} == {cast.itu_t_secretary}


def test_missed_steps_are_made_up_for_by_one(cast):
    make_action(owner_organization=cast.ISO)
    assert [actions.remind_due(DUE + timedelta(days=2)), actions.remind_due(DUE + timedelta(days=2))] == [1, 0]


def test_ended_action_is_not_reminded_of_and_a_new_date_begins_anew(cast):
    done, moved = make_action(owner_organization=cast.ISO), make_action(owner_organization=cast.IEC)
    actions.complete_action(done, cast.iso_secretary, DUE - timedelta(days=20), at=None)
    assert actions.remind_due(DUE - timedelta(days=7)) == 1
    values = {"kind": "action", "text": moved.text, "owner_organization": cast.IEC}
    outcomes.edit_outcome(moved, cast.iec_secretary, moved.version, due_on=DUE + timedelta(days=30), **values)
    assert actions.remind_due(DUE - timedelta(days=6)) == 0
    assert actions.remind_due(DUE + timedelta(days=23)) == 1


def test_pages_drop_and_reopen(cast, client_of):
    action = make_action(owner_organization=cast.ISO)
    client, base = client_of("iso_secretary"), f"/meetings/{action.meeting.number}/outcomes/{action.pk}/"
    assert client.post(f"{base}drop/", {"reason": ""}).status_code == 200
    client.post(f"{base}drop/", {"reason": "Overtaken."})
    assert "Overtaken." in client.get("/meetings/actions/?state=dropped").content.decode()
    client.post(f"{base}reopen/")
    action.refresh_from_db()
    assert action.is_open
    assert "No action" not in client.get("/meetings/actions/?state=open").content.decode()
