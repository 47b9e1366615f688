"""The writers of outcomes: information, decisions and actions."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import registry
from core.history import record, record_changes
from core.moves import AlreadyDone, NotAllowed, Refused, WrongState, save_version
from meetings.models import AgendaItem, Meeting, Outcome
from meetings.permissions import can_complete
from meetings.queries import revision_named
from meetings.services.agenda import check_open
from meetings.services.schedule import index_meeting, lock
from organizations.models import Organization

K = Outcome.Kind


@transaction.atomic
def record_outcome(
    meeting: Meeting,
    by: Any,
    *,
    kind: str,
    text: str,
    item: AgendaItem | None = None,
    reference: str = "",
    owner_text: str = "",
    owner_organization: Organization | None = None,
    due_on: date | None = None,
    token: uuid.UUID | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> Outcome:
    """Records information, a decision (numbered within the meeting) or an action; the same text with the same token
    again returns the first one, other text (a page that the browser brought back) is another outcome.
    A reference to a document pins its revision, any other is offered to the rooms above."""
    meeting = lock(meeting)
    check_open(meeting, by, at)
    known = Outcome.objects.filter(token=token).first() if token else None
    if known and (known.meeting_id, known.text) == (meeting.pk, text):
        return known
    _check_item(meeting, item)
    outcome = Outcome.objects.create(
        meeting=meeting,
        item=item,
        position=(meeting.outcomes.aggregate(n=Max("position"))["n"] or 0) + 1,
        kind=kind,
        number=_next_decision(meeting) if kind == K.DECISION else None,
        text=text,
        **_about(reference),
        **_charge(kind, owner_text, owner_organization, due_on),
        recorded_at=at or timezone.now(),
        illustrative=illustrative,
        token=uuid.uuid4() if known or not token else token,
    )
    record(meeting, "record", by, _sentence(outcome), after=_facts(outcome), at=at)
    index_meeting(meeting)
    if outcome.reference:
        registry.first("attach_outcome", outcome.reference, outcome)
    return outcome


def _check_item(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None and item.meeting_id != meeting.pk:
        raise Refused(_("The item belongs to another meeting."))


def _next_decision(meeting: Meeting) -> int:
    """A number once given stays with its outcome, also when that is withdrawn or is no decision any more."""
    return (meeting.outcomes.aggregate(n=Max("number"))["n"] or 0) + 1


def _about(reference: str) -> dict[str, Any]:
    """A document is named by its canonical reference, whatever was typed."""
    revision = revision_named(reference)
    return {"reference": revision.reference if revision else reference, "revision": revision}


def _charge(kind: str, owner_text: str, owner: Organization | None, due_on: date | None) -> dict[str, Any]:
    """Only an action has somebody in charge and a date."""
    if kind != K.ACTION:
        return {"owner_text": "", "owner_organization": None, "due_on": None}
    return {"owner_text": owner_text, "owner_organization": owner, "due_on": due_on}


def _sentence(outcome: Outcome) -> str:
    form = {
        K.INFORMATION: _("noted: “%(text)s”"),
        K.DECISION: _("recorded decision %(label)s: “%(text)s”"),
        K.ACTION: _("recorded the action “%(text)s”"),
    }[outcome.kind]
    return form % {"text": outcome.text, "label": outcome.label}


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "text": outcome.text,
        "reference": outcome.reference,
        "owner": outcome.owner,
        "due_on": outcome.due_on,
    }


@transaction.atomic
def edit_outcome(
    outcome: Outcome,
    by: Any,
    version: int,
    *,
    kind: str,
    text: str,
    item: AgendaItem | None = None,
    reference: str = "",
    owner_text: str = "",
    owner_organization: Organization | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Outcome:
    """Changes an outcome; one that becomes a decision is numbered. Raises Conflict when somebody saved in between."""
    meeting = lock(outcome.meeting)
    check_open(meeting, by, at)
    _check_item(meeting, item)
    number = outcome.number or (_next_decision(meeting) if kind == K.DECISION else None)
    changed = save_version(
        outcome,
        version,
        kind=kind,
        number=number,
        text=text,
        item=item,
        **_about(reference),
        **_charge(kind, owner_text, owner_organization, due_on),
    )
    words = {"kind": str(outcome.get_kind_display()).lower(), "text": outcome.text}
    record_changes(meeting, "edit_outcome", by, _("changed the %(kind)s “%(text)s”") % words, changed, at=at)
    index_meeting(meeting)
    if changed and outcome.reference:
        registry.first("attach_outcome", outcome.reference, outcome)
    return outcome


@transaction.atomic
def withdraw_outcome(outcome: Outcome, by: Any) -> None:
    """Withdraws what was recorded by mistake; a decision's number is not used again."""
    meeting = lock(outcome.meeting)
    check_open(meeting, by)
    gone = Outcome.objects.filter(pk=outcome.pk, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    if not gone:
        raise AlreadyDone(_("This has already been done."))
    record(meeting, "withdraw_outcome", by, _("withdrew “%(text)s”") % {"text": outcome.text})
    index_meeting(meeting)


@transaction.atomic
def complete_action(outcome: Outcome, by: Any, on: date, *, at: datetime | None = None) -> Outcome:
    """Says that an action was done on that day. Only the secretary of the organization in charge says so; where none
    is named, any secretary."""
    if at is None and not can_complete(by, outcome):
        raise NotAllowed(_("The secretary of the organization in charge says that an action is done."))
    if outcome.kind != K.ACTION or outcome.withdrawn_at:
        raise WrongState(_("Only an action can be done."))
    rows = Outcome.objects.filter(pk=outcome.pk, kind=K.ACTION, withdrawn_at__isnull=True, done_on__isnull=True)
    if not rows.update(done_on=on, version=outcome.version + 1):
        raise AlreadyDone(_("This has already been done."))
    outcome.refresh_from_db()
    organization = str(outcome.owner_organization or "")
    text = _("said that the action is done: “%(text)s”") % {"text": outcome.text}
    record(outcome.meeting, "complete", by, text, organization=organization, after={"done_on": on}, at=at)
    return outcome
