"""The writers of the communication plan: every save is a revision, and no edit is overwritten unseen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import PLAN_PARTS, Plan, PlanRevision
from communications.permissions import can_edit_plan, can_restore_plan
from communications.queries.plan import label_of, newest_plan_revision
from core.history import record
from core.moves import NotAllowed, save_version
from core.search import index
from documents.models import Revision
from documents.queries import revision_of


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries keep the communication plan. Ask the secretary of your organization."))


@transaction.atomic
def set_plan(
    by: Any,
    *,
    title: str,
    purpose: str,
    key_messages: str,
    objectives: str = "",
    audiences: str = "",
    channels: str = "",
    revision: Revision | None = None,
    version: int | None = None,
    reason: str = "",
    illustrative: bool = False,
    illustrative_note: str = "",
    at: datetime | None = None,
) -> Plan:
    """Writes the communication plan; there is one, and it is living text. `version` is the one that the writer has
    read, 0 where there was none yet: Conflict when somebody saved in between, be it at the same instant. A save that
    changes nothing, as a second click, is no revision."""
    _refuse(can_edit_plan(by) or at is not None)
    values = {"title": title, "purpose": purpose, "key_messages": key_messages, "objectives": objectives}
    values |= {"audiences": audiences, "channels": channels, "revision": revision}
    marks = {"illustrative": illustrative, "illustrative_note": illustrative_note}
    plan, is_first = _plan_or_first({**values, **marks})
    if is_first:
        _add_revision(plan, by, reason or _("First text"), at)
        record(plan, "set", by, _("wrote the communication plan"), at=at)
    elif any(getattr(plan, name) != value for name, value in values.items()):
        _save(plan, by, plan.version if version is None else version, "edit", values, reason, at)
    index_plan(plan)
    return plan


def _plan_or_first(values: dict[str, Any]) -> tuple[Plan, bool]:
    """There is one plan, and its key is always the first, so that of two who write it at once the second meets the
    text of the first."""
    known = Plan.objects.first()
    return (known, False) if known else Plan.objects.get_or_create(pk=1, defaults=values)


@transaction.atomic
def restore_plan(
    plan: Plan, by: Any, version: int, revision: PlanRevision, *, reason: str, at: datetime | None = None
) -> PlanRevision:
    """Makes an earlier revision the newest one: its title, number and texts stand again, as a new revision, so that
    nothing of what came between is lost. Raises Conflict as an edit does."""
    _refuse(can_restore_plan(by) or at is not None)
    values = {name: revision.parts.get(name, "") for name in PLAN_PARTS}
    number = revision_of(revision.reference, by) if revision.reference else None
    _save(plan, by, version, "restore", {**values, "title": revision.title, "revision": number}, reason, at)
    index_plan(plan)
    return newest_plan_revision(plan)


def _save(
    plan: Plan, by: Any, version: int, action: str, values: dict[str, Any], reason: str, at: datetime | None
) -> None:
    """The history names what changed; the texts themselves stand in the revisions."""
    changed = save_version(plan, version, **values)
    if not changed:
        return
    saved = _add_revision(plan, by, reason, at)
    words = {"what": ", ".join(label_of(name).lower() for name in changed), "n": saved.number}
    text = _("changed %(what)s (revision %(n)d)") % words
    record(
        plan,
        action,
        by,
        f"{text}: {reason}" if reason else text,
        before={"revision": saved.number - 1},
        after={"revision": saved.number},
        at=at,
    )


def _add_revision(plan: Plan, by: Any, reason: str, at: datetime | None) -> PlanRevision:
    last = newest_plan_revision(plan)
    parts = {name: getattr(plan, name) for name in PLAN_PARTS}
    return PlanRevision.objects.create(
        subject=plan,
        number=last.number + 1 if last else 1,
        title=plan.title,
        parts=parts,
        text="\n\n".join(part for part in parts.values() if part),
        reference=plan.revision.reference if plan.revision else "",
        author=by,
        author_label=str(by) if by else "SPCG portal",
        reason=reason,
        at=at or timezone.now(),
    )


def index_plan(plan: Plan) -> None:
    """The search row of the communication plan, which everybody reads."""
    words = " ".join(getattr(plan, name) for name in PLAN_PARTS)
    index("plan", plan.pk, plan.title, words, plan.get_absolute_url())
