"""The report's own cycle: circulated for comments, answered, revised with the next letter, approved by the next
meeting, frozen."""

from __future__ import annotations

import io
import uuid
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_date
from core.history import record
from core.moves import AlreadyDone, Refused, WrongState
from documents.judge import judge_upload
from documents.models import Revision
from documents.publishing.docx import docx_body_text
from documents.publishing.formats import render
from documents.services.register import (
    approve_revision,
    attach_file,
    edit_revision,
    propose_revision,
    revise_document,
)
from meetings import permissions
from meetings.models import AgendaItem, Meeting, Outcome, ReportRemark
from meetings.queries import planned_after
from meetings.report import compose_meeting_report
from meetings.services.approvals import place_approvals, remove_approvals
from meetings.services.keeping import index_report_comment, lock, refuse
from meetings.services.outcomes import record_outcome
from organizations.queries import everybody, secretaries
from organizations.services import remarks
from post.services.notices import notify

KIND = "meeting_report"


@transaction.atomic
def circulate_report(meeting: Meeting, by: Any, at: datetime | None = None) -> Revision:
    """Sends the numbered draft to all members for comments: its text and its files are made from the record as it is
    now, the record stays so until the report is revised, and the next meeting gets the item that approves it.
    Raises AlreadyDone when it is circulated, WrongState when there is no numbered draft."""
    meeting = lock(meeting)
    refuse(permissions.can_schedule(by) or at is not None)
    if meeting.is_circulated:
        raise AlreadyDone(_("This has already been done."))
    if not permissions.can_circulate_report(by, meeting) and at is None:
        raise WrongState(_("Number the report of a meeting that was held first; an approved one stays as it is."))
    revision = Revision.objects.select_related("document").get(pk=meeting.report_id)
    _keep_as_read(meeting, revision, by, at)
    propose_revision(revision, by, at=at)
    words = {"reference": revision.reference, "meeting": meeting.title}
    text = _("circulated the report %(reference)s for comments") % words
    record(meeting, "circulate_report", by, text, after={"report": revision.reference}, at=at)
    place_approvals(by, at)
    following = planned_after(meeting)
    by_when = _("Comments until %(day)s.") % {"day": format_date(following.starts_at)} if following else ""
    _tell(meeting, by, _("For comments: %(reference)s, report from the %(meeting)s"), words, by_when, at)
    return revision


def _keep_as_read(meeting: Meeting, revision: Revision, by: Any, at: datetime | None) -> None:
    """What is circulated stays as it was read, whatever the record says later: the text and both files."""
    content = compose_meeting_report(meeting)
    for format in ("docx", "pdf"):
        data = render(content, format).data
        if format == "docx":
            edit_revision(revision, by, revision.version, text=docx_body_text(data), at=at)
        name = f"{revision.reference}.{format}"
        attach_file(revision, by, judge_upload(name, io.BytesIO(data)), File(io.BytesIO(data)), at=at)


def _tell(meeting: Meeting, by: Any, subject: str, words: dict[str, Any], more: str, at: datetime | None) -> None:
    notify(
        everybody(),
        kind=KIND,
        subject=subject % words,
        lead=_("The report from the %(meeting)s is registered as %(reference)s.") % words,
        text=more,
        facts=[
            (_("Document"), words["reference"]),
            (_("Meeting"), f"{meeting.title}, {format_date(meeting.starts_at)}"),
        ],
        reason=_("you are a member or secretary of the group"),
        url=f"{meeting.get_absolute_url()}#report",
        action=_("Read the report"),
        by=by,
        thread=f"meeting-{meeting.number}",
        at=at,
    )


@transaction.atomic
def comment_on_report(
    meeting: Meeting, by: Any, text: str, *, token: uuid.UUID | None = None, at: datetime | None = None
) -> ReportRemark:
    """Adds a comment for the writer's organization on the revision that is circulated, and tells the secretaries; the
    same words with the same token are one comment."""
    meeting = lock(meeting)
    if not permissions.can_comment_on_report(by) and at is None:
        refuse(False)
    if not meeting.is_circulated:
        raise WrongState(_("The report takes comments while it is circulated."))
    remark, created = remarks.add_remark(meeting, by, text, token=token, at=at, revision=meeting.report)
    if created:
        said, code = _("commented on %(r)s") % {"r": meeting.report}, str(remark.organization or "")
        record(meeting, "comment", by, said, organization=code, after={"remark": remark.pk}, at=at)
        index_report_comment(remark)
        _tell_of_comment(meeting, by, remark, at)
    return remark


def _tell_of_comment(meeting: Meeting, by: Any, remark: ReportRemark, at: datetime | None) -> None:
    words = {"reference": meeting.report.reference, "who": remark.author_label}
    notify(
        secretaries(),
        kind=KIND,
        subject=_("Comment on %(reference)s by the %(who)s") % words,
        text=remark.text,
        reason=_("you are a secretary"),
        url=f"{meeting.get_absolute_url()}#report",
        action=_("Answer the comment"),
        by=by,
        thread=f"meeting-{meeting.number}",
        at=at,
    )


@transaction.atomic
def dispose_remark(
    remark: ReportRemark, by: Any, disposition: str, resolution: str = "", *, at: datetime | None = None
) -> ReportRemark:
    """Says what becomes of a comment, with a word why; said again it replaces what was said, until the report is
    approved. Raises ValueError for an unknown disposition."""
    if disposition not in ReportRemark.Disposition.values:
        raise ValueError(disposition)
    meeting = lock(remark.subject)
    refuse(permissions.can_schedule(by) or at is not None)
    if not permissions.can_dispose(by, meeting) and at is None:
        raise WrongState(_("The report is approved; its comments are closed."))
    before = {"disposition": remark.disposition, "resolution": remark.resolution}
    after = {"disposition": disposition, "resolution": resolution}
    if before != after:
        values = {"resolved_at": at or timezone.now(), "resolved_label": str(by)}
        ReportRemark.objects.filter(pk=remark.pk).update(**after, **values)
        remark.refresh_from_db()
        form = _("answered the comment of the %(who)s: %(answer)s")
        said = form % {"who": remark.author_label, "answer": str(remark.get_disposition_display()).lower()}
        record(meeting, "dispose", by, said, before=before, after=after, at=at)
    return remark


@transaction.atomic
def revise_report(meeting: Meeting, by: Any, note: str = "", *, at: datetime | None = None) -> Revision:
    """Registers the next letter of a circulated report as a draft and opens the record again; what was circulated
    before stays under its own letter. Raises AlreadyDone when a draft is there already."""
    meeting = lock(meeting)
    refuse(permissions.can_schedule(by))
    if meeting.report_id and meeting.report.state == Revision.Status.DRAFT:
        raise AlreadyDone(_("This has already been done."))
    if not permissions.can_revise_report(by, meeting):
        raise WrongState(_("Only a circulated report is revised; an approved one stays as it is."))
    before = Revision.objects.select_related("document").get(pk=meeting.report_id)
    revision = revise_document(before.document, by, after=before, text=before.text, note=note, at=at)
    Meeting.objects.filter(pk=meeting.pk).update(report=revision, version=F("version") + 1)
    words = {"before": before.reference, "after": revision.reference}
    text = _("began %(after)s to revise the report %(before)s") % words
    names = {"report": before.reference}, {"report": revision.reference}
    record(meeting, "revise_report", by, text, before=names[0], after=names[1], at=at)
    return revision


@transaction.atomic
def approve_report(item: AgendaItem, by: Any, *, at: datetime | None = None) -> Outcome:
    """Records under an item of the next meeting that it approved the circulated report: a numbered decision there,
    and the approval of exactly that revision, which freezes the earlier meeting's record. Raises AlreadyDone the
    second time, Refused before the meeting has begun, WrongState while the report is being revised."""
    meeting = lock(item.meeting)
    refuse(permissions.can_schedule(by))
    item = AgendaItem.objects.select_related("approves").get(pk=item.pk)
    if item.approves_id is None:
        raise WrongState(_("This item approves no report."))
    reported = lock(item.approves)
    if reported.is_frozen:
        raise AlreadyDone(_("This has already been done."))
    if not meeting.has_begun or meeting.state == Meeting.State.CANCELLED:
        raise Refused(_("A meeting approves a report once it has begun."))
    if not reported.is_circulated:
        raise WrongState(_("The report is being revised. Circulate the revision first."))
    revision = Revision.objects.select_related("document").get(pk=reported.report_id)
    words = {"meeting": reported.title, "reference": revision.reference, "other": meeting.title}
    text = _("The report from the %(meeting)s, %(reference)s, is approved.") % words
    decision = {"kind": Outcome.Kind.DECISION, "text": text, "item": item, "reference": revision.reference}
    outcome = record_outcome(meeting, by, **decision, at=at)
    approve_revision(revision, by, on=meeting.held_on, at=at)
    said = _("recorded that the %(other)s approved the report %(reference)s") % words
    record(reported, "approve_report", by, said, after={"report": revision.reference}, at=at)
    remove_approvals(reported)
    more = _("The %(other)s approved it; the record stays as it is.") % words
    _tell(reported, by, _("Approved: %(reference)s, report from the %(meeting)s"), words, more, at)
    return outcome
