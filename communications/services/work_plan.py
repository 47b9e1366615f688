"""The writers of the steps of the work plan."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from communications.models import Letter, Step, WorkPlan
from communications.permissions import can_complete_step, can_edit_plan
from communications.queries.evidence import evidence_of
from communications.queries.letters import sent_letters
from communications.queries.work_plan import place_of
from core import registry
from core.dates import format_date, in_geneva, today
from core.history import record, record_changes
from core.models import SearchText, User
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState, save_version
from core.search import index
from documents.models import Revision
from organizations.models import Organization


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries keep the work plan. Ask the secretary of your organization."))


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
    channel: str = "",
    person: User | None = None,
    depends_on: Iterable[Step] = (),
    illustrative: bool = False,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Step:
    """Adds a step, at the end unless a position is named; the same token again returns the first one.
    Raises Refused when the milestone lies before the start or nobody is responsible."""
    _refuse(can_edit_plan(by) or at is not None)
    _check_step(owners := list(owners), start_on, due_on)
    check_dependencies(None, work_plan, depends_on := list(depends_on))
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
            "channel": channel,
            "person": person,
            "illustrative": illustrative,
        },
    )
    if created:
        step.owners.set(owners)
        step.depends_on.set(depends_on)
        record(step, "add", by, _("added the step “%(title)s”") % {"title": title}, at=at)
        index_step(step)
    return step


def check_dependencies(step: Step | None, work_plan: WorkPlan, wanted: list[Step]) -> None:
    """A step waits for steps of its own plan, and never, over however many others, for itself. Raises Refused."""
    if any(other.work_plan_id != work_plan.pk for other in wanted):
        raise Refused(_("A step waits for steps of the same work plan only."))
    links = Step.depends_on.through.objects.filter(from_step__work_plan=work_plan)
    waits_for: dict[int, set[int]] = {}
    for first, second in links.values_list("from_step", "to_step"):
        waits_for.setdefault(first, set()).add(second)
    reached, ahead = set(), {other.pk for other in wanted}
    while ahead:
        reached |= ahead
        ahead = set().union(*(waits_for.get(key, set()) for key in ahead)) - reached
    if step and step.pk in reached:
        raise Refused(_("“%(title)s” would wait for itself.") % {"title": step.title})


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
    depends_on: Iterable[Step] | None = None,
    place: int | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Step:
    """Changes title, audience, channel, dates, progress, note, who is responsible, what the step waits for, or its
    place in the plan, the first being 1. Raises Conflict when somebody saved in between."""
    _refuse(can_edit_plan(by) or at is not None)
    sets = {"owners": owners, "depends_on": depends_on}
    before = {name: list(getattr(step, name).all()) for name in sets}
    after = {name: before[name] if wanted is None else list(wanted) for name, wanted in sets.items()}
    _check_step(after["owners"], changes.get("start_on", step.start_on), changes.get("due_on", step.due_on))
    check_dependencies(step, step.work_plan, after["depends_on"])
    changed = save_version(step, version, **changes)
    for name in sets:
        if {item.pk for item in before[name]} != {item.pk for item in after[name]}:
            if not changed:
                _next_version(step, version)
            getattr(step, name).set(after[name])
            changed[name] = (_names(before[name]), _names(after[name]))
    if place is not None and place != (was := place_of(step)):
        if not changed:
            _next_version(step, version)
        changed["place"] = (was, _move_to(step, place))
    record_changes(step, "edit", by, _("edited the step “%(title)s”") % {"title": step.title}, changed, at=at)
    index_step(step)
    return step


def _move_to(step: Step, place: int) -> int:
    """Numbers the steps of the plan anew; beyond the last place is the last. Returns the place that it has now."""
    order = list(step.work_plan.steps.exclude(pk=step.pk).values_list("pk", flat=True))
    order.insert(max(place, 1) - 1, step.pk)
    for position, pk in enumerate(order, 1):
        Step.objects.filter(pk=pk).exclude(position=position).update(position=position)
    step.refresh_from_db()
    return step.position


def _next_version(step: Step, version: int) -> None:
    if not Step.objects.filter(pk=step.pk, version=version).update(version=F("version") + 1):
        raise Conflict(Step.objects.get(pk=step.pk))
    step.refresh_from_db()


def _names(rows: list[Any]) -> str:
    return ", ".join(map(str, rows))


@transaction.atomic
def complete_step(
    step: Step,
    by: Any,
    *,
    on: date | None = None,
    evidence: str = "",
    evidence_revision: Revision | None = None,
    evidence_letter: Letter | None = None,
    evidence_record: str = "",
    evidence_link: str = "",
    at: datetime | None = None,
) -> Step:
    """Marks a step as reached on that day (today by default), with what shows it: words, a document that is shared, a
    letter that has gone out, a record of a higher room (`evidence_record`, for example publication-4), a link. Raises
    NotAllowed for anybody but a secretary of an organization responsible, AlreadyDone when it is reached already, and
    Refused for evidence that shows nothing."""
    _refuse_for_owner(step, by, at)
    _check_evidence(evidence_revision, evidence_letter)
    day = on or (in_geneva(at).date() if at else today())
    if day > today():
        raise Refused(_("A milestone cannot be reached in the future."))
    changed = Step.objects.filter(pk=step.pk, done_on__isnull=True).update(
        done_on=day,
        evidence=evidence,
        evidence_revision=evidence_revision,
        evidence_letter=evidence_letter,
        evidence_link=evidence_link,
        version=F("version") + 1,
    )
    if not changed:
        raise AlreadyDone(_("This step is marked as reached already."))
    step.refresh_from_db()
    if evidence_record and not any(registry.tell("prove", step, evidence_record)):
        raise Refused(_("What is chosen as evidence is no longer there. Choose again."))
    text = _("marked “%(title)s” as reached on %(day)s") % {"title": step.title, "day": format_date(day)}
    record(
        step,
        "complete",
        by,
        text,
        after={
            "reached on": day,
            "evidence": "; ".join(evidence_of([step])[step.pk]),
        },
        at=at,
    )
    return step


def _check_evidence(revision: Revision | None, letter: Letter | None) -> None:
    if revision and revision.state in (Revision.Status.DRAFT, Revision.Status.WITHDRAWN):
        words = {"reference": revision.reference, "state": revision.get_state_display().lower()}
        raise Refused(_("%(reference)s is %(state)s: it shows nothing to the others.") % words)
    if letter and not sent_letters().filter(pk=letter.pk).exists():
        raise Refused(_("“%(letter)s” has not gone out, so it shows nothing yet.") % {"letter": letter})


def _refuse_for_owner(step: Step, by: Any, at: datetime | None) -> None:
    if not can_complete_step(by, step) and at is None:
        raise NotAllowed(
            _("Only a secretary of %(organizations)s changes whether this step is reached.")
            % {"organizations": _names(list(step.owners.all()))}
        )


@transaction.atomic
def reopen_step(step: Step, by: Any, *, reason: str = "", at: datetime | None = None) -> Step:
    """Takes back that a step is reached; the earlier date and evidence stay in its history."""
    _refuse_for_owner(step, by, at)
    if step.done_on is None:
        raise WrongState(_("This step is not marked as reached."))
    before = {"reached on": step.done_on, "evidence": "; ".join(evidence_of([step])[step.pk])}
    changed = Step.objects.filter(pk=step.pk, version=step.version, done_on__isnull=False).update(
        done_on=None,
        evidence="",
        evidence_revision=None,
        evidence_letter=None,
        evidence_link="",
        version=F("version") + 1,
    )
    if not changed:
        raise Stale(_("Somebody else changed this at the same moment. Look at the page again."))
    step.refresh_from_db()
    registry.tell("prove", step, "")
    text = _("reopened “%(title)s”") % {"title": step.title} + (f": {reason}" if reason else "")
    record(step, "reopen", by, text, before=before, at=at)
    return step


def index_step(step: Step) -> None:
    """One search row per step; the work plan is shared with everybody who holds an appointment."""
    words = f"{step.audience} {step.note} {step.work_plan.title}"
    index("step", step.pk, step.title, words, step.get_absolute_url(), SearchText.Audience.SHARED)
