"""Who has what in charge: every field that points at a person is a duty that a successor takes over, a record of who
did something, or the person's own. A field that a room adds tomorrow has to be placed here."""

from __future__ import annotations

import pytest

from communications.models import Schedule
from communications.tests.factories import make_letter, make_step
from core import registry
from core.dates import moment, today
from meetings.tests.factories import make_outcome
from organizations.services.terms import hand_over
from organizations.tests.factories import make_appointment, make_user
from spcg_portal.own_data import models_about_people

# An open thing that this person, and not an organization, has to do.
DUTIES = {"meetings.Outcome.owner_user", "communications.Step.person", "communications.Schedule.by"}

# Goes with the person: rights, settings, sign-in, what was told, what was typed or chosen and not sent.
OWN = {
    *("core.Draft.owner", "core.FeedAddress.user", "proposals.Tray.owner", "landscape.AreaImport.owner"),
    *("organizations.Appointment.user", "organizations.Invitation.user", "organizations.ContactImport.by"),
    *("post.Preference.user", "post.Digest.user", "post.Notification.user", "post.Delivery.account"),
    *("mfa.Authenticator.user", "socialaccount.SocialAccount.user", "usersessions.UserSession.user"),
    *("proposals.Reminder.account", "communications.StepReminder.account", "documents.RegisterImport.made_by"),
}

# Says who did it, for good; what is still to be done about it waits for an organization's secretaries or members.
RECORDS = {
    *("documents.Revision.author", "documents.RevisionFile.uploaded_by", "documents.GapNote.author"),
    *("meetings.Attendance.user", "meetings.ReportRemark.author", "organizations.PersonEntry.subject"),
    *("landscape.AreaRevision.author", "landscape.AreaRemark.author", "landscape.AreaSuggestion.author"),
    *("landscape.Score.user", "landscape.ScoreReason.user", "landscape.Baseline.taken_by"),
    *("landscape.Confirmation.by", "landscape.AreaDecision.by", "communications.PlanRevision.author"),
    *("proposals.Proposal.logged_by", "proposals.Proposal.circulated_by", "proposals.Submission.submitted_by"),
    *("proposals.ProposalFile.uploaded_by", "proposals.ForwardedFile.uploaded_by", "proposals.TrayFile.uploaded_by"),
    *("proposals.ForwardedComments.by", "proposals.Sequel.by", "proposals.ConsiderationList.drafted_by"),
    *(f"proposals.ProposalRemark.{name}" for name in ("author", "sender", "disposed_by")),
    *("proposals.Interest.asked_by", "proposals.Interest.answered_by"),
    *("proposals.InterestAnswer.by", "proposals.InterestAnswer.sender"),
    *("reports.ReportRevision.author", "reports.ReportExport.by"),
    *(f"{label}Approval.by" for label in ("proposals.Recommendation", "communications.Letter")),
    *(f"{label}Approval.by" for label in ("reports.Report", "publications.Publication")),
    # A mail that may have arrived waits for whoever sent it, and for every administrator as well.
    "post.Mailing.opened_by",
}


def fields() -> set[str]:
    """Every field that points at an account, but the actors of the histories."""
    found = {(model._meta.label, name) for model, names in models_about_people().items() for name in names}
    return {f"{label}.{name}" for label, name in found if not (label.endswith("Entry") and name == "actor")}


def test_every_field_that_points_at_a_person_is_a_duty_a_record_or_the_persons_own():
    assert fields() == DUTIES | OWN | RECORDS
    assert len(fields()) == len(DUTIES) + len(OWN) + len(RECORDS)


@pytest.fixture
def charged(cast):
    """The ISO secretary has one duty of each kind, and a second ISO secretary may take them over."""
    to = make_user("Second ISO secretary")
    make_appointment(to, "secretary", cast.ISO)
    person, letter = cast.iso_secretary, make_letter(cast, "approved")
    duties = {
        "meetings.Outcome.owner_user": make_outcome(kind="action", text="Write it down.", owner_user=person),
        "communications.Step.person": make_step(cast, person=person, owners=[cast.ISO]),
        "communications.Schedule.by": Schedule.objects.create(
            letter=letter, by=person, by_label=str(person), expected=1, due_at=moment(today())
        ),
    }
    return duties, person, to


def test_every_duty_moves_to_the_successor(cast, charged):
    """Seen red for each kind with its line in the room's hand-over removed."""
    duties, person, to = charged
    assert set(duties) == DUTIES
    assert len(registry.every("duties", person)) == len(DUTIES)
    assert hand_over(person, to, cast.administrator) == len(DUTIES)
    for path, row in duties.items():
        row.refresh_from_db()
        assert getattr(row, path.rsplit(".", 1)[-1]) == to, path
    assert registry.every("duties", person) == []
    assert len(registry.every("duties", to)) == len(DUTIES)
