"""An outcome points at a record of a higher room by its reference, and both sides show it."""

from __future__ import annotations

import uuid

import pytest

from communications.models import OutcomeAboutLetter, OutcomeAboutStep
from communications.tests.factories import make_letter, make_step
from core import registry
from landscape.models import OutcomeAboutArea
from landscape.tests.factories import make_area
from meetings.models import Outcome
from meetings.services import outcomes
from meetings.tests.factories import make_meeting, make_outcome
from proposals.models import OutcomeAboutProposal
from proposals.tests.factories import make_proposal, make_recommended

KINDS = (OutcomeAboutProposal, OutcomeAboutArea, OutcomeAboutLetter, OutcomeAboutStep)


@pytest.fixture
def subjects(cast):
    """One record of each kind, with the reference by which a secretary names it."""
    proposal, area = make_proposal(cast), make_area(cast.iso_secretary, name="Smart cities")
    letter, step = make_letter(cast), make_step(cast)
    return {
        OutcomeAboutProposal: (proposal, proposal.reference),
        OutcomeAboutArea: (area, "area Smart  CITIES"),
        OutcomeAboutLetter: (letter, f"letter {letter.pk}"),
        OutcomeAboutStep: (step, f"milestone {step.pk}"),
    }


def pointed() -> list[tuple]:
    return [(kind, row.subject, row.outcome) for kind in KINDS for row in kind.objects.all()]


@pytest.mark.parametrize("kind", KINDS)
def test_outcome_points_at_what_it_names_and_both_sides_show_it(cast, client_of, subjects, kind):
    subject, reference = subjects[kind]
    meeting = make_meeting()
    outcome = outcomes.record_outcome(
        meeting, cast.iso_secretary, kind="decision", text="It goes on.", reference=reference
    )
    assert pointed() == [(kind, subject, outcome)]
    client = client_of("iso_secretary")
    assert subject.get_absolute_url() in client.get(meeting.get_absolute_url()).content.decode()
    page = client.get(subject.get_absolute_url()).content.decode()
    assert "It goes on." in page
    assert f"Decision {outcome.label}" in page


@pytest.mark.parametrize("kind", [OutcomeAboutProposal, OutcomeAboutLetter, OutcomeAboutStep])
def test_line_of_minutes_points_at_what_it_names(cast, client_of, subjects, kind):
    subject, reference = subjects[kind]
    meeting = make_meeting()
    line = {"line": f"d: It goes on. #{reference}", "token": str(uuid.uuid4())}
    client_of("iso_secretary").post(f"/meetings/{meeting.number}/minutes/", line)
    assert pointed() == [(kind, subject, Outcome.objects.get(text="It goes on."))]


def test_row_follows_the_reference_and_a_withdrawn_outcome_is_not_shown(cast, client_of, subjects):
    (proposal, first), (area, second) = subjects[OutcomeAboutProposal], subjects[OutcomeAboutArea]
    values = {"kind": "decision", "text": "It goes on."}
    outcome = outcomes.record_outcome(make_meeting(), cast.iso_secretary, reference=first, **values)
    outcomes.edit_outcome(outcome, cast.iso_secretary, outcome.version, reference=second, **values)
    assert pointed() == [(OutcomeAboutArea, area, outcome)]
    outcomes.withdraw_outcome(outcome, cast.iso_secretary)
    assert "It goes on." not in client_of("iso_secretary").get(area.get_absolute_url()).content.decode()
    assert not proposal.outcomes_about.exists()


def test_recommendation_is_named_by_its_number_in_any_revision(cast):
    proposal, revision = make_recommended(cast)
    outcome = outcomes.record_outcome(
        make_meeting(), cast.iso_secretary, kind="decision", text="Sent to the board.", reference=str(revision)
    )
    row = OutcomeAboutProposal.objects.get(outcome=outcome)
    assert (row.subject, row.recommendation) == (proposal, proposal.recommendation)


def test_outcomes_recorded_before_their_record_point_at_it_later(cast):
    outcome = make_outcome(reference="Quiet oceans")
    assert outcomes.attach_outcomes() == 0
    area = make_area(cast.iso_secretary, name="Quiet oceans")
    assert [outcomes.attach_outcomes(), outcomes.attach_outcomes()] == [1, 1]
    assert pointed() == [(OutcomeAboutArea, area, outcome)]


def test_references_of_lists_lead_there(cast):
    assert registry.first("resolve", "proposals", cast.observer) == "/proposals/"
    assert registry.first("resolve", "landscape", cast.observer) == "/landscape/"
    assert registry.first("resolve", "proposals", cast.outsider) is None


def test_outcome_about_nothing_known_points_nowhere(cast):
    outcomes.record_outcome(make_meeting(), cast.iso_secretary, kind="decision", text="x", reference="letter 999999")
    assert pointed() == []
    assert Outcome.objects.count() == 1
