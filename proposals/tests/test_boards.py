"""The track before each board: who writes it, reminders while there is no result, and what came of a proposal."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.dates import format_date, today
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState
from organizations.models import BoardMeeting, Committee
from post.models import Delivery
from proposals.models import Proposal, ResultReminder, Sequel, Submission
from proposals.queries import proposals_handled_between, waiting
from proposals.services.boards import correct_submission, note_result, remind_of_results, submit_recommendation
from proposals.services.proposals import record_outcome
from proposals.tests.factories import (
    addresses,
    make_approved,
    make_circulated,
    make_recommended,
)

PEOPLE = (
    "iso_secretary iso_member iec_secretary iec_member itu_t_secretary itu_t_member observer administrator "
    "outsider disabled"
).split()


def text_of(response):
    return response.content.decode()


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def meeting(organization, days=0):
    return BoardMeeting.objects.create(organization=organization, held_on=today() + timedelta(days=days))


def submitted(cast, organization=None, days=None):
    """A recommendation before the board of IEC, or another, that has met so many days ago."""
    organization = organization or cast.IEC
    proposal, _revision = make_approved(cast)
    by = {"ISO": cast.iso_secretary, "IEC": cast.iec_secretary, "ITU-T": cast.itu_t_secretary}[organization.code]
    met = meeting(organization, -days) if days is not None else None
    on = today() - timedelta(days=(days or 0) + 5)
    return submit_recommendation(proposal, by, organization=organization, submitted_on=on, board_meeting=met)


def committee(acronym="ISO/TC 9999"):
    return Committee.objects.create(acronym=acronym, kind="TC", title="Product safety")


def test_one_recommendation_goes_to_three_boards_once_each(cast):
    proposal, revision = make_approved(cast)
    people = {cast.ISO: cast.iso_secretary, cast.IEC: cast.iec_secretary, cast.ITU_T: cast.itu_t_secretary}
    for organization, by in people.items():
        submit_recommendation(proposal, by, organization=organization, submitted_on=today())
        with pytest.raises(AlreadyDone):
            submit_recommendation(proposal, by, organization=organization, submitted_on=today())
    assert [row.organization.board for row in Submission.objects.all()] == ["ISO/TMB", "IEC/SMB", "ITU-T TSAG"]
    assert {row.revision for row in Submission.objects.all()} == {revision}
    handled = proposals_handled_between(today(), today())
    assert [row.proposal for row in handled] == [proposal]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("act", ["submit", "correct", "note"])
def test_only_the_own_secretary_writes_the_track_of_a_board(cast, act, person):
    by = cast.fresh(person)
    if act == "submit":
        proposal, _revision = make_approved(cast)

        def call():
            submit_recommendation(proposal, by, organization=cast.IEC, submitted_on=today())
    else:
        row = submitted(cast)
        values = {"submitted_on": today()} if act == "correct" else {"result": "noted", "result_on": today()}

        def call():
            {"correct": correct_submission, "note": note_result}[act](row, by, row.version, **values)

    if person == "iec_secretary":
        call()
    else:
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize("person", ["iso_secretary", "iec_member", "administrator"])
def test_neither_address_nor_hidden_field_submits_for_another_organization(cast, client_of, person):
    proposal, _revision = make_approved(cast)
    data = {"submitted_on": format_date(today()), "organization": cast.IEC.pk, "slug": "iec"}
    page = text_of(client_of(person).post(url("submit_to", proposal, "iec"), data, follow=True))
    assert "Only the secretary of IEC submits" in page or "Your role does not allow this here" in page
    client_of(person).post(url("submit", proposal), data)
    assert not Submission.objects.filter(organization=cast.IEC).exists()


def test_correction_keeps_before_and_after_and_meets_a_colleague(cast, client_of):
    row = submitted(cast)
    other = meeting(cast.IEC, 20)
    before = row.submitted_on
    correct_submission(row, cast.iec_secretary, 1, submitted_on=before, paper_number="SMB/7100/R", board_meeting=other)
    entry = row.proposal.history.first()
    assert (entry.action, entry.organization) == ("correct", "IEC")
    assert entry.before == {"paper_number": "", "board_meeting": None}
    assert entry.after == {"paper_number": "SMB/7100/R", "board_meeting": str(other)}
    data = {"submitted_on": format_date(before), "paper_number": "SMB/mine", "version": 1}
    page = text_of(client_of("iec_secretary").post(url("correct", row.proposal, "iec"), data))
    assert "Somebody changed this while you were writing" in page
    assert "SMB/7100/R" in page
    assert "SMB/mine" in page
    with pytest.raises(Refused):
        correct_submission(row, cast.iec_secretary, 2, submitted_on=before, board_meeting=meeting(cast.ISO))


def test_result_of_another_board_is_noted_and_told_and_noted_again(cast):
    row = submitted(cast, days=1)
    note_result(row, cast.iec_secretary, 1, result="noted", result_on=today(), note="No objection.", next_step="None.")
    assert (row.get_result_display(), row.result_note, row.next_step) == ("Noted", "No objection.", "None.")
    assert row.proposal.history.first().text == f"noted the result of IEC/SMB of {format_date(today())}: noted"
    told = Delivery.objects.filter(mailing__title__startswith="IEC/SMB").count()
    assert told == 9
    with pytest.raises(Conflict):
        note_result(row, cast.iec_secretary, 1, result="rejected", result_on=today())
    note_result(row, cast.iec_secretary, 2, result="rejected", result_on=today())
    assert Submission.objects.get().result == "rejected"
    assert Proposal.objects.get().result == "unknown"


def test_bad_results_are_refused(cast):
    row = submitted(cast)
    early = row.submitted_on - timedelta(days=1)
    for wrong in (
        {"result": "unknown", "result_on": today()},
        {"result": "purple", "result_on": today()},
        {"result": "noted", "result_on": today() + timedelta(days=1)},
        {"result": "noted", "result_on": early},
    ):
        with pytest.raises(Refused):
            note_result(row, cast.iec_secretary, 1, **wrong)
    own = submitted(cast, cast.ISO)
    with pytest.raises(WrongState):
        note_result(own, cast.iso_secretary, 1, result="approved", result_on=today())


def test_outcome_and_result_of_the_deciding_board_are_one(cast):
    row = submitted(cast, cast.ISO)
    proposal = Proposal.objects.get(pk=row.proposal.pk)
    record_outcome(proposal, cast.iso_secretary, result="changed", result_on=today(), note="N.", next_step="S.")
    row.refresh_from_db()
    assert (row.result, row.result_on, row.result_note, row.next_step) == ("changed", today(), "N.", "S.")


def test_outcome_waits_for_the_deciding_board_and_not_for_another(cast):
    row = submitted(cast)
    with pytest.raises(WrongState):
        record_outcome(row.proposal, cast.iso_secretary, result="approved", result_on=today())


def test_page_shows_each_board_and_offers_only_the_own(cast, client_of):
    row = submitted(cast, days=2)
    proposal = row.proposal
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=today(), paper_number="TMB 150/2020")
    page = text_of(client_of("iec_secretary").get(proposal.get_absolute_url()))
    assert "Before the boards" in page
    assert "TMB 150/2020" in page
    assert url("note", proposal, "iec") in page
    assert url("correct", proposal, "iec") in page
    assert url("correct", proposal, "iso") not in page
    assert url("submit_to", proposal, "itu-t") not in page
    assert url("submit_to", proposal, "itu-t") in text_of(client_of("itu_t_secretary").get(proposal.get_absolute_url()))


def test_the_track_in_the_browser(cast, client_of):
    proposal, _revision = make_approved(cast)
    met = meeting(cast.IEC)
    client = client_of("iec_secretary")
    bad = text_of(client.post(url("submit_to", proposal, "iec"), {"submitted_on": "soon", "paper_number": "x" * 99}))
    assert "Enter a date, for example" in bad
    assert "soon" in bad
    data = {"submitted_on": format_date(today()), "paper_number": "SMB/1", "board_meeting": met.pk}
    client.post(url("submit_to", proposal, "iec"), data)
    bad = text_of(client.post(url("note", proposal, "iec"), {"result_on": "", "version": 1, "note": "Kept."}))
    assert "Choose what the board decided." in bad
    assert "Kept." in bad
    client.post(url("note", proposal, "iec"), {"result": "noted", "result_on": format_date(today()), "version": 1})
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "Noted, " in page
    assert "Note it again" in page
    assert client.get(url("note", proposal, "itu-t")).status_code == 404
    assert client_of("iso_secretary").get(url("note", proposal, "iso")).status_code == 404


# Reminders


@pytest.mark.parametrize(("days", "steps"), [(2, []), (3, [3]), (9, [3]), (10, [10]), (30, [30]), (89, [30]), (91, [])])
def test_reminder_goes_at_its_step_to_the_responsible_secretary_only(cast, days, steps):
    submitted(cast, days=days)
    Delivery.objects.all().delete()
    assert remind_of_results() == len(steps)
    assert addresses() == ["iec.secretary@spcg.example"] * len(steps)
    assert [row.days for row in ResultReminder.objects.all()] == steps


def test_each_step_reminds_exactly_once_day_after_day(cast):
    row = submitted(cast, days=0)
    sent = {day: remind_of_results(today() + timedelta(days=day)) for day in range(60) for _twice in range(1)}
    again = sum(remind_of_results(today() + timedelta(days=day)) for day in range(60))
    assert [day for day, count in sent.items() if count] == [3, 10, 30]
    assert (again, row.reminders.count()) == (0, 3)


def test_steps_come_from_the_settings(cast, settings):
    settings.RESULT_REMINDER_DAYS = [1]
    submitted(cast, days=1)
    assert (remind_of_results(), remind_of_results()) == (1, 0)


def test_no_reminder_once_there_is_a_result_or_the_proposal_is_withdrawn(cast):
    row, other = submitted(cast, days=5), None
    note_result(row, cast.iec_secretary, 1, result="noted", result_on=today())
    other = submitted(cast, cast.ITU_T, days=5)
    Proposal.objects.filter(pk=other.proposal.pk).update(state="withdrawn")
    assert remind_of_results() == 0


def test_deciding_board_without_a_named_meeting_goes_by_the_day_of_its_decision(cast):
    row = submitted(cast, cast.ISO)
    Proposal.objects.update(board_decision_on=today() - timedelta(days=4))
    Delivery.objects.all().delete()
    assert remind_of_results() == 1
    assert addresses() == ["iso.secretary@spcg.example"]
    body = Delivery.objects.get().body.text
    assert f"no result on {row.revision.reference} is recorded" in body
    assert url("record", row.proposal) in body


def test_a_mail_that_cannot_be_written_leaves_the_step_for_the_next_pass(cast, monkeypatch):
    submitted(cast, days=3)

    def broken(*_args, **_more):
        raise RuntimeError("no room on the disk")

    with monkeypatch.context() as patch:
        patch.setattr("proposals.services.boards.notify", broken)
        with pytest.raises(RuntimeError):
            remind_of_results()
    assert ResultReminder.objects.count() == 0
    assert remind_of_results() == 1


def test_without_a_secretary_the_step_waits_for_the_successor(cast):
    submitted(cast, days=3)
    cast.iec_secretary.appointments.update(to_on=today() - timedelta(days=1), from_on=today() - timedelta(days=9))
    assert (remind_of_results(), ResultReminder.objects.count()) == (0, 0)


def test_home_tells_the_secretary_of_the_board_that_has_met(cast):
    row = submitted(cast, days=1)
    titles = [item.title for item in waiting(cast.iec_secretary)]
    assert f"Record what IEC/SMB decided on {row.proposal.reference}" in titles
    assert not any("IEC/SMB" in item.title for item in waiting(cast.iso_secretary))


def test_the_database_itself_refuses_a_merger_with_nothing_and_a_second_submission(cast):
    row = submitted(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sequel.objects.create(proposal=row.proposal, kind="merged", by=cast.iso_secretary, by_label="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            recommendation=row.recommendation,
            organization=cast.IEC,
            revision=row.revision,
            submitted_on=today(),
            submitted_by=cast.iec_secretary,
            submitted_by_label="x",
        )


def test_no_recommendation_no_submission(cast, client_of):
    bare, (drafted, _revision) = make_circulated(cast), make_recommended(cast)
    for proposal in (bare, drafted):
        with pytest.raises(WrongState):
            submit_recommendation(proposal, cast.iso_secretary, submitted_on=today())
        client_of("iso_secretary").post(url("submit", proposal), {"submitted_on": format_date(today())})
    assert Submission.objects.count() == 0


def test_detail_page_takes_as_many_queries_for_one_board_as_for_three(cast, client_of):
    from django.test.utils import CaptureQueriesContext

    row = submitted(cast)
    client, counts = client_of("administrator"), []
    for by, organization in ((None, None), (cast.iso_secretary, cast.ISO), (cast.itu_t_secretary, cast.ITU_T)):
        if by:
            submit_recommendation(row.proposal, by, organization=organization, submitted_on=today())
        client.get(row.proposal.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(row.proposal.get_absolute_url())
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_migration_gives_every_earlier_submission_its_board_and_result(cast):
    """What stood on the proposal alone is written to the submission; nothing recorded is lost."""
    row = submitted(cast, cast.ISO)
    proposal = Proposal.objects.get(pk=row.proposal.pk)
    record_outcome(proposal, cast.iso_secretary, result="changed", result_on=today(), note="N.", next_step="S.")
    still = submitted(cast, cast.ISO)
    Submission.objects.update(organization=cast.IEC, result="unknown", result_on=None, result_note="", next_step="")
    import_module("proposals.migrations.0005_boards").name_the_board(apps, None)
    for item in (row, still):
        item.refresh_from_db()
    assert (row.organization, row.result, row.result_on) == (cast.ISO, "changed", today())
    assert (row.result_note, row.next_step) == ("N.", "S.")
    assert (still.organization, still.result) == (cast.ISO, "unknown")
