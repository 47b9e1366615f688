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
from core.models import User
from core.moves import AlreadyDone, Refused, save_version
from meetings.models import AgendaItem, Meeting, Outcome, OutcomeAbout
from meetings.queries import revision_named
from meetings.services.keeping import check_open, index_meeting, lock
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
    owner_user: User | None = None,
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
        **_charge(kind, owner_text, owner_organization, owner_user, due_on),
        recorded_at=at or timezone.now(),
        illustrative=illustrative,
        token=uuid.uuid4() if known or not token else token,
    )
    record(meeting, "record", by, _sentence(outcome), after=_facts(outcome), at=at)
    index_meeting(meeting)
    if outcome.reference:
        registry.tell("attach_outcome", outcome.reference, outcome)
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


def _charge(
    kind: str, text: str, organization: Organization | None, user: User | None, due_on: date | None
) -> dict[str, Any]:
    """Only an action has somebody in charge and a date."""
    if kind != K.ACTION:
        text, organization, user, due_on = "", None, None, None
    return {"owner_text": text, "owner_organization": organization, "owner_user": user, "due_on": due_on}


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
    owner_user: User | None = None,
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
        **_charge(kind, owner_text, owner_organization, owner_user, due_on),
    )
    words = {"kind": str(outcome.get_kind_display()).lower(), "text": outcome.text}
    record_changes(meeting, "edit_outcome", by, _("changed the %(kind)s “%(text)s”") % words, changed, at=at)
    index_meeting(meeting)
    if "reference" in changed:
        registry.tell("attach_outcome", outcome.reference, outcome)
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


def point_outcome(kind: type[OutcomeAbout], outcome: Outcome, subject: Any | None, **more: Any) -> bool:
    """Makes the outcome point at this record of a higher room, or at none of that kind; tells whether it does. Rooms
    call it from what they offer as `attach_outcome`, so that the row follows the outcome's reference."""
    rows = kind.objects.filter(outcome=outcome)
    if subject is None:
        rows.delete()
        return False
    kind.objects.update_or_create(outcome=outcome, defaults={"subject": subject, **more})
    return True


@transaction.atomic
def attach_outcomes() -> int:
    """Offers every outcome that names something to the rooms again: what was recorded before its proposal or area was
    in the portal points at it from now on. Returns how many point at something."""
    rows = Outcome.objects.exclude(reference="")
    return sum(any(registry.tell("attach_outcome", row.reference, row)) for row in rows)
