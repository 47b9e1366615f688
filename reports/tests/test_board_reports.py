"""Board reports: composed from records, one body, three covers, approvals on an exact revision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from core.dates import moment, today
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState
from documents.publishing.content import fingerprint, text_of
from documents.publishing.docx import docx_body_text
from documents.publishing.formats import render
from documents.services.register import approve_revision, propose_revision, register_document
from landscape.tests.factories import make_area
from meetings.services.outcomes import record_outcome
from meetings.services.schedule import hold_meeting, schedule_meeting
from proposals.services.boards import submit_recommendation
from proposals.services.circulation import circulate_proposal
from proposals.services.forwarding import forward_comments
from proposals.services.proposals import log_proposal
from proposals.services.replies import comment_on_proposal
from proposals.tests.factories import make_approved
from reports.compose import compose_sections
from reports.covers import content_for, study_period
from reports.models import BoardReport
from reports.queries import newest_revision
from reports.services.board_reports import (
    approve_report,
    compose_report,
    edit_cover,
    edit_report,
    propose_report,
)
from reports.tests.factories import END, START, make_report


def approved_document(cast, title: str, day: date):
    at = moment(day)
    by = cast.iso_secretary
    revision = register_document(by, title=title, kind="paper", short_title=title.lower(), at=at)
    propose_revision(revision, by, at=at)
    return approve_revision(revision, by, at=at)


def forwarded_comment(cast, title: str, day: date):
    by, earlier = cast.iso_secretary, moment(day - timedelta(days=20))
    proposal = log_proposal(
        by,
        organization=cast.ISO,
        title=title,
        proposer="SAC",
        scope="Scope of the proposal",
        received_on=earlier.date(),
        reply_by_on=day - timedelta(days=5),
        at=earlier,
    )
    proposal = circulate_proposal(proposal, by, reply_by_on=day - timedelta(days=5), at=earlier)
    comment_on_proposal(proposal, cast.iec_member, "A comment.", at=moment(day - timedelta(days=8)))
    forward_comments(proposal, by, at=moment(day))
    return proposal


def decision(cast, text: str, day: date):
    by = cast.itu_t_secretary
    meeting = schedule_meeting(
        by, kind="remote", starts_at=moment(day), ends_at=moment(day) + timedelta(hours=2), at=moment(day)
    )
    hold_meeting(meeting, by, at=moment(day))
    return record_outcome(meeting, by, kind="decision", text=text, at=moment(day))


def words(sections) -> str:
    return "\n".join(f"{section.heading}\n{section.text}" for section in sections)


def test_report_tells_what_the_period_recorded_and_nothing_of_outside(cast):
    approved_document(cast, "Inside paper", date(2026, 4, 2))
    approved_document(cast, "Outside paper", date(2026, 7, 1))
    forwarded_comment(cast, "Inside field", date(2026, 5, 5))
    forwarded_comment(cast, "Outside field", date(2026, 2, 28))
    decision(cast, "The inside decision stands.", START)
    decision(cast, "The outside decision stands.", date(2026, 7, 1))

    report = make_report(cast)

    text = newest_revision(report).text
    assert "Inside paper" in text
    assert "“Inside field” (SAC proposal to ISO/TMB): comments shared with ISO on 5 May 2026" in text
    assert "The inside decision stands." in text
    assert "Outside" not in text
    assert "outside" not in text


def test_period_includes_both_its_days(cast):
    decision(cast, "First day.", START)
    decision(cast, "Last day.", END)
    assert "First day." in words(compose_sections(START, END))
    assert "Last day." in words(compose_sections(START, END))


def test_report_of_a_period_without_records_says_so(cast):
    sections = compose_sections(START, END)
    assert [section.key for section in sections] == ["background", "situation", "proposals", "next"]
    assert "SPCG did not meet in the period." in words(sections)


def test_draft_has_the_seven_parts_of_a_progress_report_in_order_and_the_attachments(cast):
    approved_document(cast, "Paper", today())
    forwarded_comment(cast, "Field", today())
    decision(cast, "Another decision.", today())
    make_area(cast.iso_secretary)
    report = make_report(cast, period_from=today() - timedelta(days=1), period_to=today())
    revision = newest_revision(report)
    parts = [section["key"].partition("-")[0] for section in revision.sections]
    assert parts == ["background", "situation", "proposals", "approval", "landscape", "decisions", "next"]
    headings = [block["text"] for block in revision.body if block["block"] == "heading"]
    assert headings == [*(section["heading"] for section in revision.sections), "Attachments"]
    assert "Paper" in str(revision.body[-2])


def test_a_decision_outside_is_reported_when_the_period_is_moved(cast):
    decision(cast, "The outside decision stands.", date(2026, 7, 1))
    assert "The outside decision stands." in words(compose_sections(date(2026, 7, 1), date(2026, 7, 1)))


def test_three_reports_have_the_same_body_and_three_covers(cast):
    decision(cast, "One text for three boards.", START)
    report = make_report(cast)
    revision = newest_revision(report)
    contents = [content_for(report, revision, cover) for cover in report.covers.all()]

    assert len({fingerprint(content.body) for content in contents}) == 1
    assert {fingerprint(content.body) for content in contents} == {revision.fingerprint}
    assert len({content.cover for content in contents}) == 3
    texts = {docx_body_text(render(content, "docx")[0]) for content in contents}
    assert len(texts) == 1
    assert "One text for three boards." in texts.pop()


def test_tsag_cover_is_a_td_with_abstract_and_action(cast):
    report = make_report(cast)
    cover = content_for(report, newest_revision(report), report.covers.get(organization=cast.ITU_T)).cover
    rows = {row.label: text_of(row.value) for row in cover.rows}
    assert cover.marker == "TD"
    assert rows["Title:"] == "SPCG progress report"
    assert rows["Purpose:"] == "Information"
    assert rows["Abstract:"].startswith("This document reports on the progress made by SPCG")
    assert rows["Action:"] == "ITU-T TSAG is invited to take note of this report."


@pytest.mark.parametrize(
    ("year", "period"),
    [(2020, "2017-2020"), (2021, "2017-2020"), (2023, "2022-2024"), (2026, "2025-2028"), (2029, "2029-2032")],
)
def test_study_period_of_itu_t(year, period):
    assert study_period(year) == period


def test_draft_is_marked_until_all_three_have_approved(cast):
    report = propose_report(make_report(cast), cast.iso_secretary)
    for code in ("ISO", "IEC", "ITU_T"):
        content = content_for(report, newest_revision(report), report.covers.first())
        assert content.draft
        by = getattr(cast, f"{code.lower()}_secretary")
        report = approve_report(report, getattr(cast, code), by, number=1)
    assert report.state == "approved"
    assert not content_for(report, newest_revision(report), report.covers.first()).draft


def test_only_the_own_secretary_approves(cast):
    report = propose_report(make_report(cast), cast.iso_secretary)
    with pytest.raises(NotAllowed):
        approve_report(report, cast.IEC, cast.iso_secretary, number=1)
    with pytest.raises(NotAllowed):
        approve_report(report, cast.IEC, cast.iec_member, number=1)
    assert newest_revision(report).approvals.count() == 0


def test_edit_after_the_first_approval_makes_it_not_count(cast):
    report = propose_report(make_report(cast), cast.iso_secretary)
    report = approve_report(report, cast.ISO, cast.iso_secretary, number=1)
    revision = edit_report(report, cast.iec_secretary, report.version, {"background": "Changed."})

    report.refresh_from_db()
    assert (report.state, revision.number, revision.approvals.count()) == ("draft", 2, 0)
    assert report.revisions.get(number=1).approvals.count() == 1
    assert "withdraws the approvals given" in report.history.first().text
    for _state in ("draft", "for_approval"):
        with pytest.raises(Stale):
            approve_report(report, cast.ITU_T, cast.itu_t_secretary, number=1)
        if report.state == "draft":
            propose_report(report, cast.iec_secretary)


def test_second_editor_sees_the_conflict_and_nothing_is_lost(cast):
    report = make_report(cast)
    opened_at = report.version
    edit_report(report, cast.iso_secretary, opened_at, {"background": "First."})
    with pytest.raises(Conflict):
        edit_report(report, cast.iec_secretary, opened_at, {"background": "Second."})
    assert newest_revision(report).sections[0]["text"] == "First."


def test_approved_report_does_not_change(cast):
    report = propose_report(make_report(cast), cast.iso_secretary)
    for code in ("ISO", "IEC", "ITU_T"):
        report = approve_report(report, getattr(cast, code), getattr(cast, f"{code.lower()}_secretary"), number=1)
    with pytest.raises(WrongState):
        edit_report(report, cast.iso_secretary, report.version, {"background": "Late."})
    with pytest.raises(WrongState):
        compose_report(report, cast.iso_secretary, report.version)


def test_second_verdict_is_one_verdict(cast):
    report = propose_report(make_report(cast), cast.iso_secretary)
    approve_report(report, cast.ISO, cast.iso_secretary, number=1)
    with pytest.raises(AlreadyDone):
        approve_report(report, cast.ISO, cast.iso_secretary, number=1)
    assert newest_revision(report).approvals.count() == 1


def test_cover_is_changed_by_its_own_secretary_only_and_the_body_stays(cast):
    report = make_report(cast)
    cover = report.covers.get(organization=cast.IEC)
    before = newest_revision(report).fingerprint
    with pytest.raises(NotAllowed):
        edit_cover(cover, cast.iso_secretary, cover.version, reference="SMB/1/R")
    edit_cover(cover, cast.iec_secretary, cover.version, reference="SMB/1/R")
    assert newest_revision(report).fingerprint == before
    assert report.history.first().text == "changed the cover for IEC/SMB"


def test_the_same_token_drafts_one_report(cast):
    import uuid

    token = uuid.uuid4()
    assert make_report(cast, token=token).pk == make_report(cast, token=token).pk
    assert BoardReport.objects.count() == 1


def test_period_that_runs_backwards_is_refused(cast):
    with pytest.raises(Refused):
        make_report(cast, period_from=END, period_to=START)


def test_illustrative_records_are_marked_in_the_body(cast):
    proposal = forwarded_comment(cast, "Sample field", date(2026, 5, 5))
    type(proposal).objects.filter(pk=proposal.pk).update(illustrative=True)
    assert "(illustrative)" in words(compose_sections(START, END))


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_command_writes_each_board_and_format(cast, tmp_path, format):
    make_report(cast)
    starts = {"docx": b"PK", "pdf": b"%PDF", "html": b"<!doctype"}
    for board in ("TSAG", "TMB", "SMB"):
        out = tmp_path / f"{board}.{format}"
        call_command("export_board_report", board=board, format=format, out=out)
        assert out.read_bytes().startswith(starts[format])


def test_command_says_what_is_wrong(cast, tmp_path):
    with pytest.raises(CommandError, match="no such board report"):
        call_command("export_board_report", board="TMB", format="html", out=tmp_path / "x")
    make_report(cast)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_board_report", board="TMB", format="html", out=tmp_path / "none" / "x")


def test_report_tells_several_boards_in_one_sentence(cast):
    proposal, revision = make_approved(cast)
    for organization, by in ((cast.ISO, cast.iso_secretary), (cast.IEC, cast.iec_secretary)):
        submit_recommendation(proposal, by, organization=organization, submitted_on=today())
    section = next(item for item in compose_sections(today(), today()) if item.key == "proposals")
    assert f"SPCG submitted its recommendation {revision.reference} to ISO/TMB and IEC/SMB." in section.text
    assert [label for label, _url in section.sources] == [proposal.reference]
