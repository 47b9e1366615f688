"""The lists of considerations: prepared and edited by the administrator, put in force, then never changed again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core.history import record, record_changes
from core.moves import Conflict, NotAllowed, Refused, WrongState, check, make, save_version
from proposals.models import Consideration, ConsiderationList
from proposals.permissions import can_prepare
from proposals.queries.checklist import list_in_force
from proposals.services.record import index_considerations, moment_of
from proposals.workflow import LIST_MOVES

State = ConsiderationList.State
MOST_LINES = 60
Lines = Sequence[tuple[str, str]]


@transaction.atomic
def ship_considerations(
    *, title: str, source: str, lines: Lines, is_reconstruction: bool, at: datetime | None = None
) -> bool:
    """Puts the first list in force, for a new portal; where any list exists nothing changes. Returns whether it did."""
    if ConsiderationList.objects.exists():
        return False
    values = {"title": title, "source": source, "is_reconstruction": is_reconstruction}
    moment = moment_of(at)
    first = ConsiderationList.objects.create(
        number=1, state=State.IN_FORCE, drafted_at=moment, in_force_at=moment, **values
    )
    _write(first, lines, {})
    record(first, "enforce", None, _("put the first list in force"), after={**values, "text": first.text}, at=at)
    index_considerations(first)
    return True


@transaction.atomic
def prepare_considerations(by: Any, *, at: datetime | None = None) -> ConsiderationList:
    """A draft that begins as a copy of the list in force. Only the administrator may; there is one draft at a time, and
    asked again it is the same one."""
    if not can_prepare(by):
        raise NotAllowed(_("The administrator keeps the list of considerations."))
    known = ConsiderationList.objects.filter(state=State.DRAFT).first()
    return known or _copy(by, at)


def _copy(by: Any, at: datetime | None) -> ConsiderationList:
    current = list_in_force()
    number = (ConsiderationList.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    names = ("title", "source", "is_reconstruction")
    values = {name: getattr(current, name) for name in names} if current else {"title": _("Considerations")}
    try:
        with transaction.atomic():
            draft = ConsiderationList.objects.create(number=number, drafted_by=by, drafted_at=moment_of(at), **values)
    except IntegrityError:  # a colleague at the same instant
        return ConsiderationList.objects.get(state=State.DRAFT)
    rows = [(line.text, line.help) for line in current.lines.all()] if current else []
    _write(draft, rows, _known_keys(current))
    record(draft, "prepare", by, _("prepared the list"), at=at)
    return draft


def _known_keys(*lists: ConsiderationList | None) -> dict[str, uuid.UUID]:
    """A line with the same words keeps its key from list to list, so that its answers can follow it."""
    return {line.text: line.key for item in lists if item for line in item.lines.all()}


def _write(considerations: ConsiderationList, lines: Lines, keys: dict[str, uuid.UUID]) -> None:
    considerations.lines.all().delete()
    Consideration.objects.bulk_create(
        Consideration(listed_in=considerations, key=keys.get(text) or uuid.uuid4(), position=n, text=text, help=help)
        for n, (text, help) in enumerate(lines, start=1)
    )


@transaction.atomic
def edit_considerations(
    considerations: ConsiderationList,
    by: Any,
    version: int,
    *,
    title: str,
    source: str,
    is_reconstruction: bool,
    lines: Lines,
    at: datetime | None = None,
) -> ConsiderationList:
    """Changes a draft; a list that is or was in force is refused. Raises Conflict when somebody saved in between."""
    check(considerations, LIST_MOVES["edit"], by)
    _check_lines(lines)
    keys = _known_keys(considerations, list_in_force())
    before = considerations.text
    same = [(line.text, line.help) for line in considerations.lines.all()] == list(lines)
    changed = save_version(considerations, version, title=title, source=source, is_reconstruction=is_reconstruction)
    if not same:
        _take(considerations, version, bumped=bool(changed))
        _write(considerations, lines, keys)
        considerations = ConsiderationList.objects.get(pk=considerations.pk)
        changed["text"] = (before, considerations.text)
    record_changes(considerations, "edit", by, _("edited the list"), changed, at=at)
    return considerations


def _take(considerations: ConsiderationList, version: int, bumped: bool) -> None:
    """The lines are rows of their own; whoever writes them or puts them in force takes the list's version first."""
    rows = ConsiderationList.objects.filter(pk=considerations.pk, state=State.DRAFT)
    if not bumped and not rows.filter(version=version).update(version=F("version") + 1):
        raise Conflict(ConsiderationList.objects.get(pk=considerations.pk))


def _check_lines(lines: Lines) -> None:
    texts = [text for text, _help in lines]
    if not texts:
        raise Refused(_("A list needs at least one consideration."))
    if len(texts) > MOST_LINES:
        raise Refused(_("A list has at most %(n)d considerations.") % {"n": MOST_LINES})
    twice = next((text for text in texts if texts.count(text) > 1), None)
    if twice:
        raise Refused(_("“%(text)s” stands in the list twice.") % {"text": twice})


@transaction.atomic
def enforce_considerations(
    considerations: ConsiderationList, by: Any, version: int, *, at: datetime | None = None
) -> ConsiderationList:
    """Puts a draft in force in place of the list before it, which stays on record; answered checklists stay on theirs.
    Raises Conflict when the draft is no longer what was checked."""
    move = LIST_MOVES["enforce"]
    check(considerations, move, by)
    _take(considerations, version, bumped=False)
    if not considerations.lines.exists():
        raise WrongState(_("A list needs at least one consideration."))
    ConsiderationList.objects.filter(state=State.IN_FORCE).update(state=State.REPLACED)
    make(considerations, move, by, in_force_at=moment_of(at))
    text = _("put list %(number)d in force") % {"number": considerations.number}
    record(considerations, "enforce", by, text, after={"text": considerations.text}, at=at)
    index_considerations(considerations)
    return considerations
