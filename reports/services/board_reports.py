"""The writers of board reports: draft, edit once, three approvals on an exact revision, covers."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import format_date
from core.history import record, record_changes
from core.models import SearchText
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState, check, make, save_version
from core.search import index
from documents.models import Revision
from documents.publishing.content import body_to_json, fingerprint
from organizations.models import Approval, Organization
from organizations.queries import is_approved_by_all, organizations, secretaries
from organizations.services.verdicts import check_approves_for, give_verdict
from post.services.notices import notify
from reports.compose import as_json, attached_revisions, body_of, compose_sections
from reports.covers import default_cover
from reports.merging import Merged, merge_sections
from reports.models import BoardCover, BoardReport, ReportRevision
from reports.permissions import can_draft, can_edit, can_edit_cover
from reports.queries import newest_revision
from reports.workflow import MOVES

S = BoardReport.State
VERDICT_WORDS = {
    Approval.Verdict.APPROVED: gettext_lazy("approved revision %(n)d"),
    Approval.Verdict.COMMENTS: gettext_lazy("approved revision %(n)d with comments"),
    Approval.Verdict.CHANGES: gettext_lazy("asked for changes to revision %(n)d"),
}


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries write the board reports. Ask the secretary of your organization."))


@transaction.atomic
def draft_report(
    by: Any,
    *,
    title: str,
    period_from: date,
    period_to: date,
    token: uuid.UUID | None = None,
    illustrative: bool = False,
    illustrative_note: str = "",
    at: datetime | None = None,
) -> BoardReport:
    """Drafts a report out of the records of the period and the three covers. The same token again returns the first.
    Raises Refused when the period ends before it begins."""
    _refuse(can_draft(by))
    if period_to < period_from:
        raise Refused(_("The period ends before it begins."))
    report, created = BoardReport.objects.get_or_create(
        token=token or uuid.uuid4(),
        defaults={
            "title": title,
            "period_from": period_from,
            "period_to": period_to,
            "illustrative": illustrative,
            "illustrative_note": illustrative_note,
            "created_at": at or timezone.now(),
        },
    )
    if created:
        attachments = attached_revisions(period_from, period_to)
        _add_revision(report, by, as_json(compose_sections(period_from, period_to)), attachments, "", at)
        for organization in organizations():
            values = default_cover(report, organization, attachments)
            BoardCover.objects.create(report=report, organization=organization, **values)
        _record(report, "draft", by, _("drafted the board report from the records"), at)
    return report


def _add_revision(
    report: BoardReport,
    by: Any,
    sections: list[dict[str, Any]],
    attachments: list[Revision],
    reason: str,
    at: datetime | None,
) -> ReportRevision:
    body = body_of(sections, attachments)
    newest = newest_revision(report)
    revision = ReportRevision.objects.create(
        subject=report,
        number=newest.number + 1 if newest else 1,
        text="\n\n".join(f"{section['heading']}\n\n{section['text']}" for section in sections),
        sections=sections,
        body=body_to_json(body),
        fingerprint=fingerprint(body),
        author=by,
        author_label=str(by),
        reason=reason,
        at=at or timezone.now(),
    )
    for position, item in enumerate(attachments):
        revision.attachments.create(revision=item, position=position)
    return revision


def _record(report: BoardReport, action: str, by: Any, text: str, at: datetime | None, **more: Any) -> None:
    record(report, action, by, text, at=at, **more)
    index_report(report)


def index_report(report: BoardReport) -> None:
    """One search row per board report; a draft is found only by those who see drafts."""
    newest = newest_revision(report)
    audience = SearchText.Audience.SECRETARIES if report.state == S.DRAFT else SearchText.Audience.SHARED
    index("board report", report.pk, report.title, newest.text if newest else "", report.get_absolute_url(), audience)


def _next_version(report: BoardReport, version: int) -> None:
    """The lock of every edit: the version moves on, or somebody else was faster."""
    rows = BoardReport.objects.filter(pk=report.pk, version=version).exclude(state=S.APPROVED)
    if rows.update(version=F("version") + 1, state=S.DRAFT):
        report.refresh_from_db()
        return
    current = BoardReport.objects.get(pk=report.pk)
    if current.state == S.APPROVED:
        raise WrongState(_("An approved report does not change. Draft the next one."))
    raise Conflict(current)


class SectionConflict(Conflict):
    """Two people changed the same sections; `clashes` are their keys, `sections` what stands when both edits count."""

    def __init__(self, current: BoardReport, merged: Merged):
        super().__init__(current)
        self.sections, self.clashes = merged


@transaction.atomic
def edit_report(
    report: BoardReport,
    by: Any,
    version: int,
    texts: dict[str, str],
    *,
    base: int | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> ReportRevision:
    """Writes a new revision with the given texts by section key. Approvals of the earlier revision no longer count and
    the report asks again. With `base`, the number of the revision that the writer opened, sections that others changed
    since are kept beside the own ones; raises Conflict when the same section was changed, or when the report was
    proposed in between."""
    _refuse(can_edit(by, report))
    # The lock: of two edits at one instant the later one sees the earlier.
    BoardReport.objects.filter(pk=report.pk).update(version=F("version"))
    newest = newest_revision(report)
    opened = report.revisions.filter(number=base).first() if base else None
    merged = merge_sections((opened or newest).sections, newest.sections, texts)
    version = _version_to_save(report, version, merged, opened, newest)
    sections, reason = merged.sections, _reason(reason, opened, newest)
    if sections == newest.sections and report.version == version:
        return newest
    withdrawn = newest.approvals.count()
    _next_version(report, version)
    attachments = [item.revision for item in newest.attachments.select_related("revision__document")]
    revision = _add_revision(report, by, sections, attachments, reason, at)
    text = _("edited the body: revision %(n)d") % {"n": revision.number}
    if withdrawn:
        text += _(", which withdraws the approvals given")
    _record(report, "edit", by, text, at, before={"text": newest.text}, after={"text": revision.text})
    return revision


def _version_to_save(
    report: BoardReport, version: int, merged: Merged, opened: ReportRevision | None, newest: ReportRevision
) -> int:
    """The version that an edit replaces: a newer one than the writer opened when it is a draft that only others'
    sections were changed in."""
    current = BoardReport.objects.get(pk=report.pk)
    if current.version == version or current.state != S.DRAFT or opened in (None, newest):
        return version
    if merged.clashes:
        raise SectionConflict(current, merged)
    return current.version


def _reason(reason: str, opened: ReportRevision | None, newest: ReportRevision) -> str:
    if opened is None or opened == newest:
        return reason
    together = _("together with the edits since revision %(n)d") % {"n": opened.number}
    return f"{reason}; {together}" if reason else together


@transaction.atomic
def compose_report(report: BoardReport, by: Any, version: int, *, at: datetime | None = None) -> ReportRevision:
    """Composes the body again from the records of the period: a new revision, edits of the old one stay on record.
    Raises AlreadyDone when the newest revision says just that, Stale when the report was changed since `version`."""
    _refuse(can_edit(by, report))
    attachments = attached_revisions(report.period_from, report.period_to)
    sections = as_json(compose_sections(report.period_from, report.period_to))
    if report.state != S.APPROVED and _says(newest_revision(report), sections, attachments):
        raise AlreadyDone(_("This has already been done."))
    try:
        _next_version(report, version)
    except Conflict:
        raise Stale(_("Somebody changed the report since you opened this page. Look at it again.")) from None
    revision = _add_revision(report, by, sections, attachments, _("composed from the records"), at)
    _record(report, "compose", by, _("composed revision %(n)d from the records") % {"n": revision.number}, at)
    return revision


def _says(revision: ReportRevision, sections: list[dict[str, Any]], attachments: list[Revision]) -> bool:
    same_body = revision.fingerprint == fingerprint(body_of(sections, attachments))
    return same_body and [item.revision_id for item in revision.attachments.all()] == [item.pk for item in attachments]


@transaction.atomic
def edit_cover(cover: BoardCover, by: Any, version: int, *, at: datetime | None = None, **changes: Any) -> BoardCover:
    """Changes the cover of one board; the body and its approvals are not touched."""
    if not can_edit_cover(by, cover.organization):
        raise NotAllowed(
            _("The secretary of %(organization)s keeps this cover.") % {"organization": cover.organization}
        )
    changed = save_version(cover, version, **changes)
    text = _("changed the cover for %(board)s") % {"board": cover.organization.board}
    record_changes(cover.report, "cover", by, text, changed, organization=cover.organization.code, at=at)
    return cover


@transaction.atomic
def propose_report(report: BoardReport, by: Any, *, at: datetime | None = None) -> BoardReport:
    """Asks the three secretaries to approve the revision that stands now."""
    make(report, MOVES["propose"], by)
    revision = newest_revision(report)
    _record(report, "propose", by, _("asked for the approval of revision %(n)d") % {"n": revision.number}, at)
    notify(
        secretaries(right="may_approve"),
        kind="approval",
        subject=_("Your approval of the board report"),
        text=_(
            "“%(title)s” covers %(start)s to %(end)s. One body goes to the three boards; each organization approves it."
        )
        % {"title": report.title, "start": format_date(report.period_from), "end": format_date(report.period_to)},
        reason=_("You are the secretary of an organization and approve for it."),
        url=report.get_absolute_url() + "#approval",
        action=_("Review and approve"),
        by=by,
        official=True,
        at=at,
    )
    return report


@transaction.atomic
def approve_report(
    report: BoardReport,
    organization: Organization,
    by: Any,
    *,
    number: int,
    verdict: str = Approval.Verdict.APPROVED,
    note: str = "",
    for_absent_colleague: bool = False,
    at: datetime | None = None,
) -> BoardReport:
    """One organization's verdict on revision `number`; with the third approval the report is approved by itself.
    Raises Stale for an older revision."""
    move = MOVES["approve"]
    # The lock: two verdicts at one instant follow each other, so that the later one sees both.
    BoardReport.objects.filter(pk=report.pk).update(version=F("version") + 1)
    report.refresh_from_db()
    check_approves_for(by, organization)
    revision = newest_revision(report)
    # Before the state: who read an older revision learns that there is a newer one, not that it is a draft.
    if number != revision.number:
        raise Stale(_("There is a newer revision. Look at it before you approve."))
    check(report, move, by)
    if revision.approvals.filter(organization=organization, verdict=verdict).exists():
        raise AlreadyDone(_("This has already been done."))
    approval = give_verdict(
        revision, organization, by, verdict, note=note, for_absent_colleague=for_absent_colleague, at=at
    )
    text = VERDICT_WORDS[approval.verdict] % {"n": revision.number}
    _record(report, "approve", by, text, at, organization=organization.code, after={"note": note})
    if is_approved_by_all(list(revision.approvals.all())):
        make(report, move, by, approved_at=at or timezone.now())
        _record(report, "approve", None, _("all three organizations have approved: the body is final"), at)
    return report
