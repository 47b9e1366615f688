"""The landscape of the demonstration shows every part of the room, and says of each that it is made up."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from core.models import User
from landscape.models import AreaDecision, AreaSuggestion, PriorityRound
from landscape.tests.pages import text_of

AREA = "/landscape/smart-cities-and-communities/"
pytestmark = pytest.mark.django_db


def test_area_round_decision_passage_and_suggestion_are_there_and_marked(loaded):
    client = Client()
    client.force_login(User.objects.get(email="iso.secretary@spcg.example"))
    page = text_of(client.get(AREA))
    assert re.search(r"<mark>Joint Smart Cities Task Force</mark>", page)
    assert "On passage 1" in page
    assert AreaSuggestion.objects.get(state="open").illustrative
    assert page.count(">illustrative</span>") == 6  # three comments, a suggestion, a decision, the open round
    assert {item.illustrative_mark for item in (*AreaDecision.objects.all(), *PriorityRound.objects.all())} == {
        "illustrative"
    }
    earlier, current = PriorityRound.objects.order_by("opens_on")
    assert (earlier.is_over(), earlier.criteria.count(), current.criteria.count()) == (True, 2, 4)
    ranked = text_of(client.get(earlier.get_absolute_url()))
    assert "The top five stays the top five" in ranked
    assert "Extra support: Later" in ranked


@pytest.fixture
def loaded(db):
    from spcg_portal.tests.demonstration import load_demonstration

    load_demonstration()
