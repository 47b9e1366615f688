"""Real connections at the same instant: one request per organization and period, one baseline, one import."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from landscape.models import Area, AreaImport, Baseline, BaselineArea, Confirmation, ConfirmationRequest
from landscape.queries import newest_revision
from landscape.services.baselines import take_baseline
from landscape.services.confirmations import ask_due, confirm_areas
from landscape.services.imports import accept_import, hold_import, show_again
from landscape.tests.factories import make_area
from post.models import Mailing
from proposals.tests.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_workers_ask_each_organization_once(cast):
    make_area(cast.iso_secretary, at=timezone.now() - timedelta(days=400))
    assert sum(at_once(*[ask_due] * 4)) == 3
    assert (ConfirmationRequest.objects.count(), Mailing.objects.count()) == (3, 3)


def test_a_double_click_confirms_once(cast):
    area = make_area(cast.iso_secretary)
    read, by = [(area.pk, newest_revision(area).pk)], cast.fresh("iso_secretary")
    done = at_once(*[lambda: confirm_areas(by, cast.ISO, read).count] * 4)
    assert sum(done) == 1
    assert Confirmation.objects.count() == 1


def test_a_double_click_is_one_baseline(cast):
    make_area(cast.iso_secretary)
    token, by = uuid.uuid4(), cast.fresh("iso_secretary")
    done = at_once(*[lambda: take_baseline(by, name="B", token=token)] * 4)
    assert {item.pk for item in done} == {Baseline.objects.get().pk}
    assert BaselineArea.objects.count() == 1


def test_a_double_click_imports_once(cast):
    by = cast.fresh("iso_secretary")
    held = hold_import(by, name="a.csv", content="name,description\nPorts,Text\n")
    show_again(held, by)
    at_once(*[lambda: accept_import(AreaImport.objects.get(pk=held.pk), by)] * 4)
    assert Area.objects.count() == 1
    assert Mailing.objects.count() == 1
