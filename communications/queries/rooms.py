"""What the room offers to Home: what waits, what changed, what comes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from communications.models import LetterEntry
from communications.queries.letters import deadlines_of_letters, recent_letter_entries, waiting_letters
from communications.queries.work_plan import deadlines_of_steps, waiting_steps
from core.registry import Waiting


def recent_entries(user: Any) -> QuerySet[LetterEntry]:
    """History of the letters that the reader may see, newest first; that of the steps is `recent_step_entries`."""
    return recent_letter_entries(user)


def waiting(user: Any) -> list[Waiting]:
    """Letters to approve and to send, and steps that are due."""
    return [*waiting_letters(user), *waiting_steps(user)]


def deadlines(user: Any, until: date) -> list[Waiting]:
    """Milestones and planned letters from today until that day."""
    return [*deadlines_of_letters(user, until), *deadlines_of_steps(user, until)]
