"""Reads of the work plan. A step's state is computed from its dates and today, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import PlanBaseline, Step, StepEntry, WorkPlan, WorkPlanEntry
from core.dates import distance, format_date, today
from core.reading import read_once
from core.registry import Waiting
from organizations.permissions import can_read
from organizations.queries import Role, standing_of

SOON = timedelta(days=14)
WAITS_BEFORE = timedelta(days=30)
WAITS_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class StepState:
    """`kind` is withdrawn, done, late, blocked, soon, running or ahead; `words` say it as the page does."""

    kind: str
    words: str

    @property
    def is_late(self) -> bool:
        return self.kind == "late"


def state_of(step: Step, day: date | None = None) -> StepState:
    """Withdrawn, reached, late by whole days after the milestone, blocked by what it waits for since it should have
    begun, due within 14 days, on time since it began, or not started."""
    day = day or today()
    if step.withdrawn_at:
        return StepState("withdrawn", _("withdrawn"))
    if step.done_on:
        return StepState("done", _reached(step))
    blocked = _blocked(step) if step.start_on <= day else ""
    if step.due_on < day:
        return StepState("late", ", ".join(filter(None, (distance(step.due_on, day), blocked))))
    if blocked:
        return StepState("blocked", blocked)
    if step.due_on - day <= SOON:
        return StepState("soon", _("due %(when)s") % {"when": distance(step.due_on, day)})
    if step.start_on <= day:
        return StepState("running", _("on time"))
    return StepState("ahead", _("not started"))


def _blocked(step: Step) -> str:
    waits_for = step.depends_on.all() if step.pk else ()
    titles = [f"“{other.title}”" for other in waits_for if other.done_on is None and other.withdrawn_at is None]
    return _("blocked by %(titles)s") % {"titles": ", ".join(titles)} if titles else ""


def _reached(step: Step) -> str:
    late = (step.done_on - step.due_on).days
    if late <= 0:
        return _("reached")
    return ngettext("reached, %(n)d day late", "reached, %(n)d days late", late) % {"n": late}


def work_plans() -> QuerySet[WorkPlan]:
    """The work plans, newest first."""
    return WorkPlan.objects.select_related("revision__document")


def recent_work_plan_entries(user: Any) -> QuerySet[WorkPlanEntry]:
    """What happened to work plans as a whole, for everybody with an appointment."""
    rows = WorkPlanEntry.objects.select_related("subject")
    return rows if can_read(user) else rows.none()


def current_work_plan() -> WorkPlan | None:
    """The newest work plan."""
    return work_plans().first()


def standing_steps() -> QuerySet[Step]:
    """Steps that were not withdrawn: all that is shown, counted, exported and reminded of is one of these."""
    return Step.objects.filter(withdrawn_at__isnull=True)


def steps_of(work_plan: WorkPlan) -> QuerySet[Step]:
    """The standing steps of a plan in their order, with everything that a page shows of them."""
    rows = standing_steps().filter(work_plan=work_plan)
    rows = rows.select_related("evidence_revision__document", "evidence_letter", "person")
    return rows.prefetch_related("owners", Prefetch("depends_on", standing_steps()))


def withdrawn_steps(work_plan: WorkPlan) -> QuerySet[Step]:
    """What was withdrawn from a plan and stays on record, the newest withdrawal first."""
    return work_plan.steps.filter(withdrawn_at__isnull=False).order_by("-withdrawn_at", "-pk")


def waits_for(step: Step) -> list[Step]:
    """The standing steps that this one waits for."""
    return list(standing_steps().filter(followed_by=step))


def followers_of(step: Step) -> list[Step]:
    """The standing steps that wait for this one."""
    return list(standing_steps().filter(depends_on=step))


def place_of(step: Step) -> int:
    """Where the step stands among the standing ones of its plan, the first being 1."""
    standing = standing_steps().filter(work_plan=step.work_plan)
    return list(standing.values_list("pk", flat=True)).index(step.pk) + 1


def steps_visible_to(user: Any) -> QuerySet[Step]:
    """The work plan is shared with everybody who holds an appointment; what was withdrawn has its page too."""
    rows = Step.objects.select_related("work_plan", "evidence_revision__document", "evidence_letter", "person")
    rows = rows.prefetch_related(
        "owners", *(Prefetch(name, standing_steps()) for name in ("depends_on", "followed_by"))
    )
    return rows if can_read(user) else rows.none()


def by_audience(steps: Iterable[Step]) -> dict[str, list[Step]]:
    """The steps grouped by audience, in the order in which the audiences first appear."""
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.audience, []).append(step)
    return groups


_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def summary(steps: list[Step], day: date | None = None) -> str:
    """ "9 steps for four audiences. 1 is reached, 1 is late." """
    audiences = len(by_audience(steps))
    kinds = [state_of(step, day).kind for step in steps]
    first = _("%(steps)s for %(audiences)s.") % {
        "steps": ngettext("%(n)d step", "%(n)d steps", len(steps)) % {"n": len(steps)},
        "audiences": ngettext("%(n)s audience", "%(n)s audiences", audiences)
        % {"n": _NUMBERS[audiences] if audiences < len(_NUMBERS) else audiences},
    }
    counted = [
        ngettext("%(n)d is reached", "%(n)d are reached", kinds.count("done")) % {"n": kinds.count("done")},
        ngettext("%(n)d is late", "%(n)d are late", kinds.count("late")) % {"n": kinds.count("late")},
    ]
    shown = [text for text, kind in zip(counted, ("done", "late"), strict=True) if kinds.count(kind)]
    return f"{first} {', '.join(shown)}." if shown else first


def recent_step_entries(user: Any) -> QuerySet[StepEntry]:
    """History of the steps that the reader may see, newest first."""
    rows = StepEntry.objects.select_related("subject")
    return rows if can_read(user) else rows.none()


def waiting_steps(user: Any) -> list[Waiting]:
    """Open steps of the person's organization, as its writing secretary: due within 30 days or late by fewer than 60,
    so that an old plan does not fill Home."""
    day = today()
    own = {
        row.organization_id
        for row in standing_of(user).appointments
        if row.role == Role.SECRETARY and row.may_write and row.organization_id
    }
    rows = _steps_due(day + WAITS_BEFORE) if own else []
    return [_waiting(step, day) for step in rows if own & {owner.pk for owner in step.owners.all()}]


@read_once
def _steps_due(until: date) -> list[Step]:
    """The open steps of all plans that are due up to that day, or are late by fewer than 60."""
    rows = standing_steps().filter(done_on__isnull=True, due_on__lte=until, due_on__gt=today() - WAITS_AFTER)
    return list(rows.prefetch_related("owners").order_by("due_on", "pk"))


def late_steps() -> int:
    """How many steps of the newest work plan were not reached by their day."""
    newest = WorkPlan.objects.order_by("-pk").values("pk")[:1]
    return standing_steps().filter(work_plan__in=newest, done_on__isnull=True, due_on__lt=today()).count()


def _waiting(step: Step, day: date) -> Waiting:
    return Waiting(
        title=step.title,
        sentence=_("Step of the work plan for %(audience)s, %(when)s.")
        % {"audience": step.audience, "when": distance(step.due_on, day)},
        url=step.get_absolute_url(),
        action=_("Mark as reached"),
        due_on=step.due_on,
        organization=", ".join(owner.code for owner in step.owners.all()),
        illustrative_mark=step.illustrative_mark,
    )


def deadlines_of_steps(user: Any, until: date) -> list[Waiting]:
    """Open milestones from today until that day, for everybody who reads the work plan."""
    rows = [step for step in _steps_due(until) if step.due_on >= today()] if can_read(user) else []
    return [
        Waiting(
            title=step.title,
            sentence=_("Milestone of the work plan, %(day)s") % {"day": format_date(step.due_on)},
            url=step.get_absolute_url(),
            action=_("Open the step"),
            due_on=step.due_on,
            organization=", ".join(owner.code for owner in step.owners.all()),
            illustrative_mark=step.illustrative_mark,
        )
        for step in rows
    ]


@dataclass(frozen=True)
class Moved:
    """One step beside its baseline: the days by which its milestone moved, later counted upwards; 0 for one that is
    new or was withdrawn since."""

    step: Step
    before: date | None
    days: int

    @property
    def earlier(self) -> int:
        return -self.days

    @property
    def kind(self) -> str:
        if self.step.withdrawn_at:
            return "withdrawn"
        return "moved" if self.before else "new"


def baseline_of(work_plan: WorkPlan, wanted: str) -> PlanBaseline | None:
    """The baseline with this key, else the newest one of the plan."""
    rows = work_plan.baselines.all()
    return next((row for row in rows if str(row.pk) == wanted), None) or next(iter(rows), None)


def moved_since(baseline: PlanBaseline) -> list[Moved]:
    """Every step whose milestone is another than in the baseline, every step that it does not know, and in the end
    those that it knows and that were withdrawn since."""
    known = {row.step_id: row.due_on for row in baseline.steps.all()}
    rows = []
    for step in steps_of(baseline.work_plan):
        before = known.get(step.pk)
        days = (step.due_on - before).days if before else 0
        if before is None or days:
            rows.append(Moved(step, before, days))
    gone = withdrawn_steps(baseline.work_plan).filter(pk__in=known)
    return [*rows, *(Moved(step, known[step.pk], 0) for step in gone)]


def movement(rows: list[Moved]) -> str:
    """ "Three milestones moved, by 12 days on average. One step is new. Two steps were withdrawn." """
    kinds = [row.kind for row in rows]
    moved = [abs(row.days) for row in rows if row.kind == "moved"]
    sentences = [_movement_of(moved)] if moved else []
    if new := kinds.count("new"):
        sentences.append(ngettext("%(n)s step is new.", "%(n)s steps are new.", new) % {"n": _number(new)})
    if gone := kinds.count("withdrawn"):
        words = ngettext("%(n)s step was withdrawn.", "%(n)s steps were withdrawn.", gone)
        sentences.append(words % {"n": _number(gone)})
    return " ".join(sentence.capitalize() for sentence in sentences) or _("No milestone moved.")


def _movement_of(moved: list[int]) -> str:
    count = ngettext("%(n)s milestone moved", "%(n)s milestones moved", len(moved)) % {"n": _number(len(moved))}
    average = round(sum(moved) / len(moved))
    return f"{count}, {ngettext('by %(n)d day on average', 'by %(n)d days on average', average) % {'n': average}}."


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
