"""The record of autumn 2020, with its own dates."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import File

from communications.services.plan import set_plan
from communications.services.work_plan import add_step, complete_step
from communications.services.work_plans import open_work_plan
from core.dates import moment
from documents.judge import judge_upload
from documents.models import Document, Revision
from documents.publishing.content import Content, Note, Paragraph
from documents.publishing.formats import render
from documents.services.register import (
    approve_revision,
    attach_file,
    propose_revision,
    register_document,
)
from meetings.models import Attendance, Meeting, Outcome
from meetings.services.agenda import add_agenda_item
from meetings.services.attendance import record_attendances
from meetings.services.outcomes import record_outcome
from meetings.services.report import attach_report
from meetings.services.schedule import hold_meeting, schedule_meeting
from organizations.models import Organization
from organizations.queries import find_committee
from proposals.models import Interest, Proposal
from proposals.services.boards import submit_recommendation
from proposals.services.circulation import circulate_proposal
from proposals.services.forwarding import forward_comments
from proposals.services.proposals import log_proposal
from proposals.services.recommendations import (
    approve_recommendation,
    draft_recommendation,
    propose_recommendation,
)
from proposals.services.replies import ask_committee, comment_on_proposal, declare_interest
from reports.services.board_reports import approve_report, draft_report, propose_report
from spcg_portal.loading.source import (
    account,
    clock,
    number_and_letter,
    organization,
    record,
    revision,
    secretary,
)

KINDS = {"slide set": Document.Kind.SLIDES}
ANSWERS = {"interested": Interest.Answer.INTERESTED, "sees overlap": Interest.Answer.OVERLAP}


def load_past() -> None:
    """Documents, meetings, proposals, the communication plans and the report to the boards."""
    for row in record()["documents"]:
        if row["kind"] != "recommendation":
            load_document(row)
    for row in record()["meetings"]:
        load_meeting(row)
    load_proposals()
    load_communications()
    load_report()


def _registered_on(row: dict[str, Any]) -> date:
    return row.get("date") or date(2020, 10, 1)


def load_document(row: dict[str, Any]) -> Revision:
    """A document of the register up to its letter, each revision with a one-page file."""
    number, letter = number_and_letter(row["ref"]) if row.get("ref") else (None, "")
    at = moment(_registered_on(row))
    contains = ", ".join(row.get("contains", []))
    newest = register_document(
        secretary("ISO"),
        title=row["title"],
        kind=KINDS.get(row["kind"], row["kind"].replace(" ", "_")),
        number=number,
        numbered=bool(number),
        letter=letter,
        short_title=row.get("short_title", ""),
        text=record()["placeholder_text"],
        note=f"Contains: {contains}" if contains else "",
        dated_on=row.get("date"),
        illustrative_note=row.get("illustrative_note", ""),
        at=at,
    )
    for item in newest.document.revisions.select_related("document"):
        add_placeholder(item, at)
        if row["status"] != "draft":
            propose_revision(item, secretary("ISO"), at=at)
    if row["status"] == "approved":
        approve_revision(revision(row["ref"]), secretary("ISO"), at=moment(_meeting_day(row["approved_at_meeting"])))
    return newest


def _meeting_day(number: int) -> date:
    return next(row["date"] for row in record()["meetings"] if row["number"] == number)


def add_placeholder(item: Revision, at: datetime) -> None:
    """One page that says that the text was not supplied."""
    content = Content(
        title=f"{item.reference}: {item.title}",
        body=(Note("Text not supplied"), Paragraph(record()["placeholder_text"])),
        reference=item.reference if item.document.number else "",
    )
    data, _content_type, extension = render(content, "docx")
    name = f"{item.reference}.{extension}"
    attach_file(item, secretary("ISO"), judge_upload(name, io.BytesIO(data)), File(io.BytesIO(data)), at=at)


def load_meeting(row: dict[str, Any]) -> Meeting:
    """A meeting with agenda, outcomes, attendance and report."""
    by = secretary("ITU-T")
    before = moment(row["date"] - timedelta(days=30))
    meeting = schedule_meeting(
        by,
        kind=row["kind"],
        number=row["number"],
        starts_at=clock(row["date"], row["start"]),
        ends_at=clock(row["date"], row["end"]),
        illustrative_note=row.get("illustrative_note", ""),
        at=before,
    )
    items = [_agenda_item(meeting, item, before) for item in row.get("agenda", [])]
    after = clock(row["date"], row["end"])
    if row.get("held"):
        hold_meeting(meeting, by, at=after)
    for outcome in row.get("outcomes", []):
        _outcome(meeting, outcome, items, after)
    attended = [_attendance(code, one) for code, people in row.get("attendance", {}).items() for one in people]
    if attended:
        record_attendances(meeting, by, attended, at=after)
    if row.get("report"):
        attach_report(meeting, by, revision(row["report"]), at=after)
    return meeting


def _attendance(code: str, row: str | dict[str, str]) -> dict[str, Any]:
    """A role name alone was present; a substitute says for whom."""
    label, absent = (row, "") if isinstance(row, str) else (row["label"], row["substitute_for"])
    presence = Attendance.Presence.SUBSTITUTE if absent else Attendance.Presence.PRESENT
    line = {"organization": organization(code), "label": label, "presence": presence, "user": None}
    return line | {"substitute_for": absent}


def _agenda_item(meeting: Meeting, row: dict[str, Any], at: datetime) -> Any:
    return add_agenda_item(
        meeting,
        secretary("ITU-T"),
        title=row["title"],
        minutes=row["minutes"],
        presenter=organization(row["presenter"]),
        revisions=[revision(reference) for reference in row.get("documents", [])],
        illustrative=True,
        at=at,
    )


def _outcome(meeting: Meeting, row: dict[str, Any], items: list[Any], at: datetime) -> None:
    record_outcome(
        meeting,
        secretary("ITU-T"),
        kind=Outcome.Kind(row["kind"]),
        text=row["text"],
        item=items[row["item"] - 1] if items else None,
        reference=row["about"],
        owner_text=row.get("owner", ""),
        due_on=row.get("due"),
        at=at,
    )


def load_proposals() -> None:
    """The proposals of the period and how each was handled, by its own dates."""
    for row in sorted(record()["proposals"], key=lambda item: item["reference"]):
        proposal = _log(row)
        for comment in row.get("comments", []):
            comment_on_proposal(
                proposal,
                account(comment["by"]),
                comment["text"],
                stance=comment["stance"],
                illustrative=True,
                at=moment(comment["day"]),
            )
        if row["handled_by"] == "recommendation":
            _recommend(proposal, row)
        else:
            forward_comments(proposal, secretary(row["organization"]), at=moment(row["forwarded_on"]))


def _log(row: dict[str, Any]) -> Proposal:
    by = secretary(row["organization"])
    proposal = log_proposal(
        by,
        organization=organization(row["organization"]),
        title=row["title"],
        proposer=row["proposer"],
        scope=row["scope"],
        kind=Proposal.Kind.NEW_FIELD,
        received_on=row["received_on"],
        reply_by_on=row["comments_close_on"],
        reference=row["reference"],
        illustrative=row.get("illustrative", False),
        illustrative_note=row.get("illustrative_note", ""),
        at=moment(row["received_on"]),
    )
    return circulate_proposal(proposal, by, reply_by_on=row["comments_close_on"], at=moment(row["circulated_on"]))


def _recommend(proposal: Proposal, row: dict[str, Any]) -> None:
    by = secretary(row["organization"])
    asked = moment(row["circulated_on"])
    for interest in row["named_interest"]:
        committee = find_committee(interest["committee"])
        speaker = secretary(committee.codes[0])
        ask_committee(proposal, committee, by, at=asked)
        declare_interest(proposal, committee, speaker, ANSWERS[interest["answer"]], at=moment(row["comments_close_on"]))
    document = next(item for item in record()["documents"] if item.get("ref") == row["recommendation"])
    number, letter = number_and_letter(document["ref"])
    drafted = moment(row["drafted_on"])
    draft_recommendation(
        proposal,
        by,
        text=record()["placeholder_text"],
        title=document["title"],
        number=number,
        letter=letter,
        illustrative_note=row["recommendation_illustrative_note"],
        at=drafted,
    )
    exact = revision(document["ref"])
    for item in exact.document.revisions.select_related("document"):
        add_placeholder(item, drafted)
        if item.pk != exact.pk:
            propose_revision(item, by, at=drafted)
    approved = moment(row["handled_by_organizations_on"])
    propose_recommendation(proposal, by, revision=revision(document["ref"]), at=approved)
    for place in Organization.objects.all():
        approve_recommendation(proposal, place, secretary(place.code), revision=revision(document["ref"]), at=approved)
    submitted = row["submitted_on"]
    submit_recommendation(proposal, by, submitted_on=submitted, at=moment(submitted))


def load_communications() -> None:
    """The communication plan and the work plan of 2020-2021. Its steps are illustrative from end to end and count as
    reached on the day they were due: matters of 2020 do not wait today."""
    by = secretary("ITU-T")
    source = record()["communications"]
    at = moment(_meeting_day(8))
    plan = source["plan"]
    set_plan(
        by,
        title=revision(plan["ref"]).title,
        purpose=plan["purpose"],
        **plan["sample"],
        illustrative_note="objectives, key messages, audiences and channels",
        revision=revision(plan["ref"]),
        at=at,
    )
    work_plan = open_work_plan(
        by,
        title=revision(source["work_plan"]["ref"]).title,
        period=source["work_plan"]["period"],
        revision=revision(source["work_plan"]["ref"]),
        at=at,
    )
    for row in source["steps"]:
        owners = [organization(code) for code in row["owner"]]
        step = add_step(
            by,
            work_plan=work_plan,
            title=row["step"],
            audience=row["audience"],
            owners=owners,
            start_on=row["start"],
            due_on=row["due"],
            illustrative=True,
            at=at,
        )
        complete_step(step, secretary(row["owner"][0]), on=row["due"], at=moment(row["due"]))


def load_report() -> None:
    """The report of progress to the three boards, composed from the records above and approved."""
    period = record()["report_to_boards"]["period"]
    by = secretary("ITU-T")
    at = moment(period["to"] - timedelta(days=15))
    report = draft_report(
        by,
        title="SPCG progress report",
        period_from=period["from"],
        period_to=period["to"],
        illustrative_note="days of the approvals",
        at=at,
    )
    propose_report(report, by, at=at)
    for place in Organization.objects.all():
        approve_report(report, place, secretary(place.code), number=1, at=at)
