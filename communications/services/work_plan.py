"""The writers of the communication plan, the work plan and its steps."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from communications.models import Plan, Step, WorkPlan
from communications.permissions import can_complete_step, can_edit_plan
from core.dates import format_date, in_geneva, today
from core.history import record, record_changes
from core.models import SearchText
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState, save_version
from core.search import index
from documents.models import Revision
from organizations.models import Organization


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries keep the work plan. Ask the secretary of your organization."))


@transaction.atomic
def set_plan(
    by: Any,
    *,
    title: str,
    purpose: str,
    key_messages: str,
    revision: Revision | None = None,
    version: int | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> Plan:
    """Writes the communication plan; there is one, and it is living text. With `version` it is an edit and raises
    Conflict when somebody saved in between."""
    _refuse(can_edit_plan(by) or at is not None)
    values = {"title": title, "purpose": purpose, "key_messages": key_messages, "revision": revision}
    plan = Plan.objects.first()
    if plan is None:
        plan = Plan.objects.create(illustrative=illustrative, **values)
        record(plan, "set", by, _("wrote the communication plan"), at=at)
    else:
        changed = save_version(plan, version or plan.version, **values)
        record_changes(plan, "edit", by, _("edited the communication plan"), changed, at=at)
    index("plan", plan.pk, plan.title, f"{plan.purpose} {plan.key_messages}", plan.get_absolute_url())
    return plan


@transaction.atomic
def set_work_plan(
    by: Any,
    *,
    title: str,
    period: str,
    revision: Revision | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> WorkPlan:
    """Opens a work plan for a period, or changes title and register number of the one that is there."""
    _refuse(can_edit_plan(by) or at is not None)
    work_plan, _created = WorkPlan.objects.update_or_create(
        period=period, defaults={"title": title, "revision": revision, "illustrative": illustrative}
    )
    return work_plan


@transaction.atomic
def add_step(
    by: Any,
    *,
    work_plan: WorkPlan,
    title: str,
    audience: str,
    owners: Iterable[Organization],
    start_on: date,
    due_on: date,
    position: int | None = None,
    note: str = "",
    illustrative: bool = False,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Step:
    """Adds a step, at the end unless a position is named; the same token again returns the first one.
    Raises Refused when the milestone lies before the start or nobody is responsible."""
    _refuse(can_edit_plan(by) or at is not None)
    _check_step(owners := list(owners), start_on, due_on)
    step, created = Step.objects.get_or_create(
        token=token or uuid.uuid4(),
        defaults={
            "work_plan": work_plan,
            "position": _next_position(work_plan) if position is None else position,
            "title": title,
            "audience": audience,
            "start_on": start_on,
            "due_on": due_on,
            "note": note,
            "illustrative": illustrative,
        },
    )
    if created:
        step.owners.set(owners)
        record(step, "add", by, _("added the step “%(title)s”") % {"title": title}, at=at)
        _index(step)
    return step


def _check_step(owners: list[Organization], start_on: date, due_on: date) -> None:
    if not owners:
        raise Refused(_("Name at least one organization that is responsible."))
    if due_on < start_on:
        raise Refused(_("The milestone cannot lie before the start."))


def _next_position(work_plan: WorkPlan) -> int:
    return (work_plan.steps.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def edit_step(
    step: Step,
    by: Any,
    version: int,
    *,
    owners: Iterable[Organization] | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Step:
    """Changes title, audience, dates, note or who is responsible. Raises Conflict when somebody saved in between."""
    _refuse(can_edit_plan(by) or at is not None)
    before = list(step.owners.all())
    after = before if owners is None else list(owners)
    _check_step(after, changes.get("start_on", step.start_on), changes.get("due_on", step.due_on))
    changed = save_version(step, version, **changes)
    if {item.pk for item in before} != {item.pk for item in after}:
        if not changed:
            _next_version(step, version)
        step.owners.set(after)
        changed["owners"] = (_codes(before), _codes(after))
    record_changes(step, "edit", by, _("edited the step “%(title)s”") % {"title": step.title}, changed, at=at)
    _index(step)
    return step


def _next_version(step: Step, version: int) -> None:
    if not Step.objects.filter(pk=step.pk, version=version).update(version=F("version") + 1):
        raise Conflict(Step.objects.get(pk=step.pk))
    step.refresh_from_db()


def _codes(owners: list[Organization]) -> str:
    return ", ".join(owner.code for owner in owners)


@transaction.atomic
def complete_step(
    step: Step,
    by: Any,
    *,
    on: date | None = None,
    evidence: str = "",
    evidence_revision: Revision | None = None,
    at: datetime | None = None,
) -> Step:
    """Marks a step as reached on that day (today by default), with what shows it. Raises NotAllowed for anybody but
    a secretary of an organization responsible, AlreadyDone when it is reached already."""
    _refuse_for_owner(step, by, at)
    day = on or (in_geneva(at).date() if at else today())
    if day > today():
        raise Refused(_("A milestone cannot be reached in the future."))
    changed = Step.objects.filter(pk=step.pk, done_on__isnull=True).update(
        done_on=day, evidence=evidence, evidence_revision=evidence_revision, version=F("version") + 1
    )
    if not changed:
        raise AlreadyDone(_("This step is marked as reached already."))
    step.refresh_from_db()
    text = _("marked “%(title)s” as reached on %(day)s") % {"title": step.title, "day": format_date(day)}
    record(step, "complete", by, text, after={"reached on": day, "evidence": evidence}, at=at)
    return step


def _refuse_for_owner(step: Step, by: Any, at: datetime | None) -> None:
    if not can_complete_step(by, step) and at is None:
        raise NotAllowed(
            _("Only a secretary of %(organizations)s changes whether this step is reached.")
            % {"organizations": _codes(list(step.owners.all()))}
        )


@transaction.atomic
def reopen_step(step: Step, by: Any, *, reason: str = "", at: datetime | None = None) -> Step:
    """Takes back that a step is reached; the earlier date and evidence stay in its history."""
    _refuse_for_owner(step, by, at)
    if step.done_on is None:
        raise WrongState(_("This step is not marked as reached."))
    before = {"reached on": step.done_on, "evidence": step.evidence}
    changed = Step.objects.filter(pk=step.pk, version=step.version, done_on__isnull=False).update(
        done_on=None, evidence="", evidence_revision=None, version=F("version") + 1
    )
    if not changed:
        raise Stale(_("Somebody else changed this at the same moment. Look at the page again."))
    step.refresh_from_db()
    text = _("reopened “%(title)s”") % {"title": step.title} + (f": {reason}" if reason else "")
    record(step, "reopen", by, text, before=before, at=at)
    return step


def _index(step: Step) -> None:
    words = f"{step.audience} {step.note} {step.work_plan.title}"
    index("step", step.pk, step.title, words, step.get_absolute_url(), SearchText.Audience.SHARED)
