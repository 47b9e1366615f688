"""What a person was told of letters and milestones and no longer needs to hear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from communications.models import Letter
from communications.queries.work_plan import standing_steps
from core.addresses import numbers_in
from core.dates import today

S = Letter.State
# While the letter is in one of these states somebody still has to do what the notice asks for.
ASKS = {
    "letter_changes": (S.DRAFT, S.FOR_APPROVAL),
    "letter_approved": (S.APPROVED,),
    "letter_refused": (S.FOR_APPROVAL, S.APPROVED),
}


def settled(rows: Iterable[Any], user: Any) -> set[int]:
    """A letter that went, was withdrawn or was changed since somebody asked for it; a milestone reached, moved or
    withdrawn."""
    rows = list(rows)
    return _of_letters(rows) | _of_steps(rows)


def _of_letters(rows: list[Any]) -> set[int]:
    told = numbers_in(rows, ASKS, "pk", "communications:letter")
    letters = Letter.objects.in_bulk(set(told.values())) if told else {}
    return {row.pk for row in rows if row.pk in told and _is_settled(row, letters.get(told[row.pk]))}


def _is_settled(row: Any, letter: Letter | None) -> bool:
    if letter is None or letter.state not in ASKS[row.kind]:
        return letter is not None
    return row.kind == "letter_changes" and letter.saved_at > row.at


def _of_steps(rows: list[Any]) -> set[int]:
    told = numbers_in(rows, ("work plan",), "pk", "communications:step")
    late = standing_steps().filter(pk__in=set(told.values()), done_on__isnull=True, due_on__lt=today())
    open_now = set(late.values_list("pk", flat=True)) if told else set()
    return {key for key, step in told.items() if step not in open_now}
