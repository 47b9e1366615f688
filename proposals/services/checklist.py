"""One proposal's checklist: answered by the secretary who received the proposal, moved to a newer list knowingly."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.history import record
from core.moves import Conflict, Refused
from proposals.models import Checklist, Consideration, ConsiderationAnswer, ConsiderationList, Proposal
from proposals.queries.checklist import answers_of, checklist_of, completeness_of, fates, list_in_force
from proposals.services.record import check_act, index_checklist

NAMES = ("verdict", "text", "link", "revision", "file")
EMPTY = {"verdict": "", "text": "", "link": "", "revision": None, "file": None}
Values = dict[str, Any]


@transaction.atomic
def answer_considerations(
    proposal: Proposal,
    by: Any,
    version: int,
    *,
    considerations: ConsiderationList,
    answers: Mapping[uuid.UUID, Values],
    at: datetime | None = None,
) -> Checklist | None:
    """Writes the answers by the keys of their considerations; the first answer binds the checklist to its list.

    Only the secretary of the receiving organization may. Raises Conflict when somebody saved in between or moved the
    checklist to another list. What did not change writes nothing; the history keeps before and after."""
    check_act(proposal, "consider", by)
    checklist = checklist_of(proposal)
    changed = _changed(considerations, answers_of(checklist), answers)
    _check_files(proposal, changed)
    if checklist is None:
        checklist = _begin(proposal, considerations) if changed else None
    if checklist is None:
        return None
    if (checklist.version, checklist.considerations_id) != (version, considerations.pk):
        raise Conflict(checklist)
    if changed:
        _take(checklist, version)
        _write(checklist, by, changed, at)
    return checklist


Changed = list[tuple[Consideration, Values, Values]]


def _changed(
    considerations: ConsiderationList,
    known: dict[int, ConsiderationAnswer],
    answers: Mapping[uuid.UUID, Values],
) -> Changed:
    """(consideration, before, after) of every line whose answer is another."""
    rows = []
    for line in considerations.lines.all():
        answer = known.get(line.pk)
        before = {name: getattr(answer, name) for name in NAMES} if answer else EMPTY
        after = {**EMPTY, **answers[line.key]} if line.key in answers else before
        if before != after:
            rows.append((line, before, after))
    return rows


def _check_files(proposal: Proposal, changed: Changed) -> None:
    if any(after["file"] and after["file"].subject_id != proposal.pk for _line, _before, after in changed):
        raise Refused(_("The file belongs to another proposal."))


def _begin(proposal: Proposal, considerations: ConsiderationList) -> Checklist:
    if considerations.state == ConsiderationList.State.DRAFT:
        raise Refused(_("This list is not in force yet."))
    return Checklist.objects.get_or_create(proposal=proposal, defaults={"considerations": considerations})[0]


def _take(checklist: Checklist, version: int, **changes: Any) -> None:
    """Whoever writes answers takes the checklist's version first: of two at one instant the second sees the first's."""
    rows = Checklist.objects.filter(pk=checklist.pk, version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise Conflict(Checklist.objects.get(pk=checklist.pk))
    checklist.refresh_from_db()


def _write(checklist: Checklist, by: Any, changed: Changed, at: datetime | None) -> None:
    for line, _before, after in changed:
        ConsiderationAnswer.objects.update_or_create(checklist=checklist, consideration=line, defaults=after)
    proposal = checklist.proposal
    facts = {
        "lines": ", ".join(str(line.position) for line, _before, _after in changed),
        "done": completeness_of([proposal])[proposal.pk],
    }
    text = ngettext(
        "answered consideration %(lines)s; %(done)s", "answered considerations %(lines)s; %(done)s", len(changed)
    )
    before = {str(line): in_words(values) for line, values, _after in changed}
    after = {str(line): in_words(values) for line, _before, values in changed}
    code = proposal.organization.code
    record(proposal, "consider", by, text % facts, organization=code, before=before, after=after, at=at)
    index_checklist(checklist)


def in_words(values: Values) -> str:
    """An answer as the history keeps it: Yes. Searched in May. (SPCG-32C)"""
    verdict = ConsiderationAnswer.Verdict(values["verdict"]).label if values["verdict"] else ""
    shown = (
        values["link"],
        values["revision"] and values["revision"].reference,
        values["file"] and values["file"].name,
    )
    evidence = ", ".join(str(item) for item in shown if item)
    parts = (f"{verdict}." if verdict else "", values["text"], f"({evidence})" if evidence else "")
    return " ".join(part for part in parts if part)


def stands(answer: ConsiderationAnswer | None) -> str:
    """What is answered now, in words."""
    return in_words(_values(answer)) if answer else ""


def differs(answer: ConsiderationAnswer | None, typed: Values | None) -> bool:
    """Whether what somebody typed is another answer than the one that stands."""
    return typed is not None and (_values(answer) if answer else EMPTY) != {**EMPTY, **typed}


@transaction.atomic
def adopt_considerations(
    proposal: Proposal, by: Any, version: int, *, number: int, at: datetime | None = None
) -> Checklist:
    """Moves the checklist to the list in force, whose number the person has read: lines with the same words keep their
    answers, answers to lines that are gone stay on record and in the history. Raises Conflict when the checklist or the
    list in force is no longer what was read."""
    check_act(proposal, "adopt", by)
    checklist, newer = checklist_of(proposal), list_in_force()
    if checklist is None or newer is None:
        raise Refused(_("Nothing has been answered yet: the list in force is used."))
    if checklist.considerations_id == newer.pk and number == newer.number:
        return checklist
    if newer.number != number or newer.number < checklist.considerations.number:
        raise Conflict(checklist)
    rows, old = fates(checklist, newer), checklist.considerations
    _take(checklist, version, considerations=newer)
    for row in rows:
        if row.kind == "kept" and row.answer:
            ConsiderationAnswer.objects.filter(pk=row.answer.pk).update(consideration=row.consideration)
    lost = {str(row.consideration): in_words(_values(row.answer)) for row in rows if row.kind == "gone" and row.answer}
    text = _("moved the checklist from list %(old)d to list %(new)d; %(done)s") % {
        "old": old.number,
        "new": newer.number,
        "done": completeness_of([proposal])[proposal.pk],
    }
    record(proposal, "adopt", by, text, before={"list": old.number, **lost}, after={"list": newer.number}, at=at)
    index_checklist(checklist)
    return checklist


def _values(answer: ConsiderationAnswer) -> Values:
    return {name: getattr(answer, name) for name in NAMES}
