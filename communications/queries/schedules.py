"""Reads of planned releases."""

from __future__ import annotations

from communications.models import Letter, Schedule
from communications.queries.letters import current_approvals
from organizations.models import Organization
from organizations.queries import organizations


def open_schedule(letter: Letter) -> Schedule | None:
    """The planned release of a letter, if there is one."""
    return letter.schedules.filter(outcome=Schedule.Outcome.OPEN).first()


def last_refusal(letter: Letter) -> Schedule | None:
    """The last planned release, if the portal refused it and nobody has planned or sent the letter since."""
    last = None if letter.is_released else letter.schedules.first()
    return last if last and last.outcome == Schedule.Outcome.REFUSED else None


def waiting_for(letter: Letter) -> list[Organization]:
    """The organizations that have not approved the letter as it stands now."""
    given = {item.organization_id for item in current_approvals(letter) if item.approves}
    return [item for item in organizations() if item.pk not in given]
