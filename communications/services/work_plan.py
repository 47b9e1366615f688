"""The writers of the steps of the work plan."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Letter, Step, WorkPlan
from communications.permissions import can_complete_step, can_edit_plan, can_reopen_step, can_withdraw_step
from communications.queries.evidence import evidence_of
from communications.queries.letters import sent_letters
from communications.queries.work_plan import followers_of, place_of, standing_steps, state_of, waits_for
from core import registry
from core.dates import format_date, in_geneva, today
from core.history import record, record_changes
from core.models import SearchText, User
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState, save_version
from core.search import index, unindex
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
    """A step waits for standing steps of its own plan, and never, over however many others, for itself. Raises
    Refused."""
    if any(other.work_plan_id != work_plan.pk for other in wanted):
        raise Refused(_("A step waits for steps of the same work plan only."))
    for other in wanted:
        if other.withdrawn_at:
            raise Refused(_("“%(title)s” is withdrawn: nothing waits for it.") % {"title": other.title})
    links = Step.depends_on.through.objects.filter(from_step__work_plan=work_plan, from_step__withdrawn_at=None)
    next_of: dict[int, set[int]] = {}
    for first, second in links.filter(to_step__withdrawn_at=None).values_list("from_step", "to_step"):
        next_of.setdefault(first, set()).add(second)
    reached, ahead = set(), {other.pk for other in wanted}
    while ahead:
        reached |= ahead
        ahead = set().union(*(next_of.get(key, set()) for key in ahead)) - reached
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
    place in the plan, the first being 1. Raises WrongState for a step that is withdrawn, Conflict when somebody saved
    in between."""
    _refuse(can_edit_plan(by) or at is not None)
    refuse_withdrawn(step)
    sets = {"owners": owners, "depends_on": depends_on}
    before = {"owners": list(step.owners.all()), "depends_on": waits_for(step)}
    after = {name: before[name] if wanted is None else list(wanted) for name, wanted in sets.items()}
    _check_step(after["owners"], changes.get("start_on", step.start_on), changes.get("due_on", step.due_on))
    check_dependencies(step, step.work_plan, after["depends_on"])
    changed = save_version(step, version, **changes)
    for name in sets:
        if {item.pk for item in before[name]} != {item.pk for item in after[name]}:
            if not changed:
                _next_version(step, version)
            getattr(step, name).set([*after[name], *_kept(step, name)])
            changed[name] = (_names(before[name]), _names(after[name]))
    if place is not None and place != (was := place_of(step)):
        if not changed:
            _next_version(step, version)
        changed["place"] = (was, _move_to(step, place))
    record_changes(step, "edit", by, _("edited the step “%(title)s”") % {"title": step.title}, changed, at=at)
    index_step(step)
    return step


def _kept(step: Step, name: str) -> list[Step]:
    """What the step waited for and was withdrawn stays linked: reopened, it is waited for again."""
    withdrawn = Step.objects.filter(followed_by=step, withdrawn_at__isnull=False)
    return list(withdrawn) if name == "depends_on" else []


def refuse_withdrawn(step: Step) -> None:
    """Raises WrongState: a withdrawn step is kept as it was."""
    if step.withdrawn_at:
        raise WrongState(_("This step is withdrawn. Reopen it first."))


def _move_to(step: Step, place: int) -> int:
    """Numbers the standing steps anew; beyond the last place is the last. Returns the place that it has now."""
    others = standing_steps().filter(work_plan=step.work_plan).exclude(pk=step.pk)
    order = list(others.values_list("pk", flat=True))
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
    NotAllowed for anybody but a secretary of an organization responsible, AlreadyDone when it is reached already,
    WrongState when it is withdrawn, and Refused for evidence that shows nothing."""
    _refuse_for_owner(step, by, at)
    refuse_withdrawn(step)
    _check_evidence(evidence_revision, evidence_letter)
    day = on or (in_geneva(at).date() if at else today())
    if day > today():
        raise Refused(_("A milestone cannot be reached in the future."))
    changed = (
        standing_steps()
        .filter(pk=step.pk, done_on__isnull=True)
        .update(
            done_on=day,
            evidence=evidence,
            evidence_revision=evidence_revision,
            evidence_letter=evidence_letter,
            evidence_link=evidence_link,
            version=F("version") + 1,
        )
    )
    step.refresh_from_db()
    if not changed:
        refuse_withdrawn(step)
        raise AlreadyDone(_("This step is marked as reached already."))
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
def withdraw_step(step: Step, by: Any, *, reason: str, at: datetime | None = None) -> Step:
    """Withdraws a step that was added by mistake, with the reason: it leaves the plan and all that is drawn from it,
    and what waits for it waits no longer. It stays on record. Raises NotAllowed for anybody but a secretary with the
    right to write, AlreadyDone when it is withdrawn, WrongState when it is reached."""
    _refuse(can_withdraw_step(by))
    if not reason.strip():
        raise Refused(_("Say why the step is withdrawn."))
    before = {"state": state_of(step).words}
    after = {"state": _("withdrawn")} | _freed(step)
    open_now = standing_steps().filter(pk=step.pk, done_on__isnull=True)
    changed = open_now.update(withdrawn_at=at or timezone.now(), withdrawn_reason=reason, version=F("version") + 1)
    step.refresh_from_db()
    if not changed:
        _refuse_withdrawal(step)
    text = _("withdrew “%(title)s”: %(reason)s") % {"title": step.title, "reason": reason}
    record(step, "withdraw", by, text, before=before, after=after, at=at)
    index_step(step)
    return step


def _freed(step: Step) -> dict[str, str]:
    followers = followers_of(step)
    return {"no longer waited for by": _names(followers)} if followers else {}


def _refuse_withdrawal(step: Step) -> None:
    if step.withdrawn_at:
        raise AlreadyDone(_("This has already been done."))
    raise WrongState(_("A step that is reached is not withdrawn: its evidence stands. Reopen it first."))


@transaction.atomic
def reopen_step(step: Step, by: Any, *, reason: str = "", at: datetime | None = None) -> Step:
    """Takes back that a step is reached, or withdrawn; the earlier date and evidence, or the reason of the withdrawal,
    stay in its history. What waited for a withdrawn step waits for it again, unless it would then wait for itself:
    Refused."""
    if step.withdrawn_at:
        _refuse(can_reopen_step(by, step))
        before = _reinstate(step)
    else:
        _refuse_for_owner(step, by, at)
        before = _unreach(step)
    text = _("reopened “%(title)s”") % {"title": step.title} + (f": {reason}" if reason else "")
    record(step, "reopen", by, text, before=before, after={"state": state_of(step).words}, at=at)
    index_step(step)
    return step


def _reinstate(step: Step) -> dict[str, Any]:
    before = {"state": _("withdrawn"), "reason": step.withdrawn_reason}
    _swap(step, {"withdrawn_at__isnull": False}, withdrawn_at=None, withdrawn_reason="")
    check_dependencies(step, step.work_plan, waits_for(step))
    return before


def _unreach(step: Step) -> dict[str, Any]:
    if step.done_on is None:
        raise WrongState(_("This step is not marked as reached."))
    before = {"reached on": step.done_on, "evidence": "; ".join(evidence_of([step])[step.pk])}
    nothing = {"evidence": "", "evidence_revision": None, "evidence_letter": None, "evidence_link": ""}
    _swap(step, {"done_on__isnull": False}, done_on=None, **nothing)
    registry.tell("prove", step, "")
    return before


def _swap(step: Step, state: dict[str, Any], **changes: Any) -> None:
    """Compare-and-swap: as it was read, in this state. Raises Stale."""
    rows = Step.objects.filter(pk=step.pk, version=step.version, **state)
    if not rows.update(version=F("version") + 1, **changes):
        raise Stale(_("Somebody else changed this at the same moment. Look at the page again."))
    step.refresh_from_db()


def index_step(step: Step) -> None:
    """One search row per standing step; the work plan is shared with everybody who holds an appointment."""
    if step.withdrawn_at:
        unindex("step", [step.pk])
        return
    words = f"{step.audience} {step.note} {step.work_plan.title}"
    index("step", step.pk, step.title, words, step.get_absolute_url(), SearchText.Audience.SHARED)
