"""Reads of the communication plan: what stands, what two revisions say differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from communications.models import PLAN_PARTS, Plan, PlanEntry, PlanRevision
from documents.comparison import Line, compare_texts
from organizations.permissions import can_read


def plan_for(user: Any) -> Plan | None:
    """The communication plan, for everybody with an appointment."""
    return Plan.objects.select_related("revision__document").first() if can_read(user) else None


def label_of(part: str) -> str:
    """The name of a part of the plan as readers know it."""
    name = str(Plan._meta.get_field(part).verbose_name)
    return name[:1].upper() + name[1:]


def parts_of(plan: Plan) -> list[tuple[str, str, str]]:
    """(name, label, text) of each part in the order in which they are read."""
    return [(name, label_of(name), getattr(plan, name)) for name in PLAN_PARTS]


def newest_plan_revision(plan: Plan) -> PlanRevision | None:
    """The revision that stands now."""
    return plan.revisions.order_by("-number").first()


def plan_revision_numbered(plan: Plan, number: str) -> PlanRevision | None:
    """The revision with this number as typed; nothing for what is no number."""
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        return None
    return plan.revisions.filter(number=int(number)).first()


@dataclass(frozen=True)
class PartChange:
    """One part of the plan in two revisions, paragraph by paragraph."""

    label: str
    lines: list[Line]

    @property
    def same(self) -> bool:
        return all(change.kind == "same" for line in self.lines for change in line)


def compare_plans(before: PlanRevision, after: PlanRevision) -> list[PartChange]:
    """Title, register number and every part of two revisions, word by word; parts empty in both are left out."""
    heads = [("title", before.title, after.title), ("revision", before.reference, after.reference)]
    texts = [(name, before.parts.get(name, ""), after.parts.get(name, "")) for name in PLAN_PARTS]
    return [PartChange(label_of(name), compare_texts(old, new)) for name, old, new in [*heads, *texts] if old or new]


def recent_plan_entries(user: Any) -> QuerySet[PlanEntry]:
    """What happened to the communication plan, for everybody with an appointment."""
    rows = PlanEntry.objects.select_related("subject")
    return rows if can_read(user) else rows.none()
