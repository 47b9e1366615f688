"""Named reads of considerations: the lists, one proposal's checklist, and how much of it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.queries import revisions_visible_to
from organizations.permissions import can_administer, can_read
from proposals.models import (
    Checklist,
    Consideration,
    ConsiderationAnswer,
    ConsiderationEntry,
    ConsiderationList,
    Proposal,
)

State = ConsiderationList.State


def lists_visible_to(user: Any) -> QuerySet[ConsiderationList]:
    """All lists that are or were in force, for every appointed reader; drafts for the administrator."""
    rows = ConsiderationList.objects.prefetch_related("lines")
    if not can_read(user):
        return rows.none()
    return rows if can_administer(user) else rows.exclude(state=State.DRAFT)


def list_in_force() -> ConsiderationList | None:
    """The list that new checklists are answered on, or None before the first one."""
    return ConsiderationList.objects.filter(state=State.IN_FORCE).prefetch_related("lines").first()


def considerations_before(considerations: ConsiderationList, user: Any) -> ConsiderationList | None:
    """The list before this one that the reader may see: with it a comparison begins."""
    return lists_visible_to(user).filter(number__lt=considerations.number).first()


def recent_consideration_entries(user: Any) -> QuerySet[ConsiderationEntry]:
    """History of the lists that the reader may see, newest first."""
    visible = lists_visible_to(user).values("pk")
    return ConsiderationEntry.objects.filter(subject__in=visible).select_related("subject")


@dataclass(frozen=True)
class Completeness:
    """How many considerations of the list are answered."""

    answered: int = 0
    total: int = 0

    @property
    def is_complete(self) -> bool:
        return 0 < self.total <= self.answered

    def __str__(self) -> str:
        return _("%(n)d of %(total)d answered") % {"n": self.answered, "total": self.total}


def completeness_of(proposals: Iterable[Proposal]) -> dict[int, Completeness]:
    """By proposal, how much of its checklist is answered; one that was never begun counts by the list in force.
    At most two queries, however many proposals."""
    wanted = [proposal.pk for proposal in proposals]
    lines = Consideration.objects.filter(listed_in=OuterRef("considerations")).order_by()
    on_list = Q(answers__consideration__listed_in=F("considerations")) & ~Q(answers__verdict="")
    rows = Checklist.objects.filter(proposal__in=wanted).annotate(
        answered=Count("answers", filter=on_list),
        total=Subquery(lines.values("listed_in").annotate(n=Count("pk")).values("n")),
    )
    begun = {row.proposal_id: Completeness(row.answered, row.total or 0) for row in rows}
    if len(begun) == len(set(wanted)):
        return begun
    fresh = Completeness(0, Consideration.objects.filter(listed_in__state=State.IN_FORCE).count())
    return {pk: begun.get(pk, fresh) for pk in wanted}


def add_completeness(proposals: Iterable[Proposal]) -> None:
    """Gives every proposal of a page its `completeness`."""
    rows = list(proposals)
    found = completeness_of(rows)
    for proposal in rows:
        proposal.completeness = found[proposal.pk]


@dataclass
class Line:
    """One consideration and what the proposal's checklist answers to it."""

    consideration: Consideration
    answer: ConsiderationAnswer | None = None
    revision: Revision | None = None

    @property
    def verdict(self) -> str:
        return self.answer.get_verdict_display() if self.answer else ""

    @property
    def evidence(self) -> list[tuple[str, str]]:
        """(words, address) of what shows the answer; a document that the reader may not open has no address."""
        answer = self.answer
        if answer is None:
            return []
        rows = [(answer.link, answer.link)] if answer.link else []
        if answer.revision:
            rows.append((answer.revision.reference, self.revision.get_absolute_url() if self.revision else ""))
        if answer.file:
            rows.append((answer.file.name, _file_url(answer)))
        return rows


def _file_url(answer: ConsiderationAnswer) -> str:
    from django.urls import reverse

    return reverse("proposals:file", args=[answer.file.subject.reference, answer.file_id])


@dataclass
class Sheet:
    """One proposal's checklist as a page, a form or a paper needs it."""

    considerations: ConsiderationList | None
    lines: list[Line]
    version: int
    is_begun: bool
    newer: ConsiderationList | None = None

    @property
    def completeness(self) -> Completeness:
        return Completeness(sum(bool(line.verdict) for line in self.lines), len(self.lines))


def checklist_of(proposal: Proposal) -> Checklist | None:
    """The proposal's checklist, read anew; None as long as nothing was answered."""
    rows = Checklist.objects.select_related("considerations").prefetch_related("considerations__lines")
    return rows.filter(proposal=proposal).first()


def sheet_of(proposal: Proposal, user: Any, on: ConsiderationList | None = None) -> Sheet:
    """The lines of the proposal's own list, or of the list in force where nothing was answered, each with its answer
    and its document as far as the reader may open it. `on` names another list."""
    checklist = checklist_of(proposal)
    current = list_in_force()
    considerations = on or (checklist.considerations if checklist else current)
    if considerations is None:
        return Sheet(None, [], 1, False)
    lines = _lines(considerations, answers_of(checklist), user)
    newer = current if checklist and current and current.number > considerations.number else None
    return Sheet(considerations, lines, checklist.version if checklist else 1, checklist is not None, newer)


def answers_of(checklist: Checklist | None) -> dict[int, ConsiderationAnswer]:
    """What was answered, by consideration, also to those that are no longer in the list."""
    if checklist is None:
        return {}
    rows = checklist.answers.select_related("consideration", "revision__document", "file__subject")
    return {answer.consideration_id: answer for answer in rows}


def _lines(considerations: ConsiderationList, answers: dict[int, ConsiderationAnswer], user: Any) -> list[Line]:
    named = [answer.revision_id for answer in answers.values() if answer.revision_id]
    open_to = {item.pk: item for item in revisions_visible_to(user).filter(pk__in=named)} if named else {}
    rows = []
    for line in considerations.lines.all():
        answer = answers.get(line.pk)
        rows.append(Line(line, answer, open_to.get(answer.revision_id) if answer else None))
    return rows


@dataclass(frozen=True)
class Fate:
    """What a move to a newer list does to one answer or brings in: kept, new or gone."""

    kind: str
    consideration: Consideration
    answer: ConsiderationAnswer | None = None


def fates(checklist: Checklist, newer: ConsiderationList) -> list[Fate]:
    """Every line of the newer list, kept with its answer or new, then what is gone with what was answered to it."""
    answers = answers_of(checklist)
    old = {line.key: line for line in checklist.considerations.lines.all()}
    rows = []
    for line in newer.lines.all():
        before = old.pop(line.key, None)
        rows.append(Fate("kept", line, answers.get(before.pk)) if before else Fate("new", line))
    return [*rows, *(Fate("gone", line, answers.get(line.pk)) for line in old.values())]
