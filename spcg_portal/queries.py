"""Home's reads: what waits, what changed, what comes next; no writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import communications.queries
import landscape.queries
import meetings.queries
import proposals.queries
from communications.queries.work_plan import late_steps
from core import registry
from core.dates import today
from core.models import Entry, SearchText
from core.registry import Waiting
from organizations.permissions import can_administer
from organizations.queries import standing_of
from post.models import Delivery
from post.services.dispatch import open_hold
from proposals.queries.asked import asked_together
from proposals.queries.waiting import open_matters
from spcg_portal.history import entries_of, keys_in

ROOMS = ["proposals", "landscape", "documents", "meetings", "letters", "work-plan", "reports"]
DEADLINES = (
    proposals.queries.deadlines,
    landscape.queries.deadlines,
    meetings.queries.deadlines,
    communications.queries.deadlines,
)
DAYS_AHEAD = 30
CHANGES_SHOWN = 20
FIRST_LOOK = timedelta(days=90)  # how far back the first visit shows what is new
ONE_DEED = timedelta(minutes=1)
MAILINGS_SHOWN = 50


def waits_on(user: Any) -> list[Waiting]:
    """What waits on a person in all rooms, the earliest due first, what has no date last."""
    rows = registry.every("waiting", user)
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or date.max, row.title))


def deadlines(user: Any, days: int = DAYS_AHEAD) -> list[Waiting]:
    """Deadlines of the next days in all rooms, the earliest first."""
    until = today() + timedelta(days=days)
    rows = [row for ask in DEADLINES for row in ask(user, until)]
    return sorted((row for row in rows if row.due_on and today() <= row.due_on <= until), key=lambda row: row.due_on)


@dataclass
class Deed:
    """One line of changes: what somebody did to a record, and how often the same within a minute before. Several
    questions to committees are one sentence that names them."""

    entry: Entry
    before: list[Entry] = field(default_factory=list)

    @property
    def together(self) -> str:
        """All of it in one sentence, where there is one."""
        return asked_together([entry.text for entry in (*reversed(self.before), self.entry)])

    @property
    def more(self) -> int:
        return 0 if self.together else len(self.before)


def deeds(entries: list[Entry]) -> list[Deed]:
    """Entries, newest first, with the same deed of one person on one record within a minute as one line."""
    found: list[Deed] = []
    for entry in entries:
        last = found[-1].entry if found else None
        if last is not None and _deed(last) == _deed(entry) and last.at - entry.at <= ONE_DEED:
            found[-1].before.append(entry)
        else:
            found.append(Deed(entry))
    return found


def _deed(entry: Entry) -> tuple[Any, ...]:
    return type(entry), entry.subject_id, entry.action, entry.actor_id, entry.actor_label


@dataclass(frozen=True)
class Changes:
    """History lines that the reader may see since the last visit, newest first; `total` counts all of them."""

    since: datetime | None
    shown: list[Deed]
    total: int


def changes(user: Any) -> Changes:
    """What others did since the reader's previous visit; on a first visit the newest lines of 90 days."""
    since = user.previous_visit_at
    condition = Q(at__gt=since or timezone.now() - FIRST_LOOK) & ~Q(actor=user)
    asked = keys_in(ROOMS, user, condition)
    keys = list(asked[: CHANGES_SHOWN + 1])
    total = asked.count() if since and len(keys) > CHANGES_SHOWN else min(len(keys), CHANGES_SHOWN)
    shown = entries_of(keys[:CHANGES_SHOWN], user, briefly=True)
    return Changes(since, deeds([entry for _room, entry in shown]), total)


@dataclass(frozen=True)
class Mark:
    """One deadline on the strip of days: its place from the left in per cent, and whether it is the reader's."""

    left: str
    mine: bool


def strip(rows: list[Waiting], mine: set[str]) -> list[Mark]:
    """Places of the deadlines on a line of 30 days."""
    return [Mark(f"{(row.due_on - today()).days / DAYS_AHEAD:.2%}", row.url in mine) for row in rows]


def ticks() -> list[dict[str, Any]]:
    """The days of the strip; Mondays are named."""
    days = [today() + timedelta(days=n) for n in range(DAYS_AHEAD + 1)]
    return [
        {"left": f"{n / DAYS_AHEAD:.2%}", "label": f"{day.day} {day:%b}" if day.weekday() == 0 and 0 < n < 29 else ""}
        for n, day in enumerate(days)
    ]


def in_hand(user: Any) -> dict[str, int]:
    """Three numbers on what is under way."""
    shared = [row for row in open_matters(user) if row.state in ("circulated", "recommendation")]
    return {"proposals": len(shared), "areas": landscape.queries.areas().count(), "late": late_steps()}


def audiences_of(user: Any) -> list[str]:
    """Whose search rows a person may find: nobody's without an appointment, drafts with the secretaries, people with
    the administrator."""
    standing, audience = standing_of(user), SearchText.Audience
    audiences = [audience.SHARED] if standing.appointments else []
    audiences += [audience.SECRETARIES] if standing.sees_drafts else []
    return [*audiences, audience.ADMINISTRATOR] if standing.is_administrator else audiences


def speaks(user: Any) -> bool:
    """Whether the reader holds any appointment; without one nothing is shown, and the page says whom to ask."""
    return bool(standing_of(user).appointments)


def waiting_sending(user: Any) -> list[Waiting]:
    """After a restored backup: that nothing is sent until the administrator releases it."""
    hold = open_hold() if can_administer(user) else None
    if hold is None:
        return []
    row = Waiting(
        title=str(_("Sending is held")),
        sentence=str(_("Nothing leaves the portal. Look at what waits, then release it.")),
        url=reverse("sending"),
        action=str(_("Look and release")),
        due_on=today(),
    )
    return [row]


def waiting_to_be_sent() -> list[tuple[str, int]]:
    """What would leave when sending is released: the subject of each mailing and how many recipients wait."""
    open_rows = Delivery.objects.filter(state__in=Delivery.OPEN)
    named = open_rows.values_list("mailing__title").annotate(n=Count("pk")).order_by("-n", "mailing__title")
    return list(named[:MAILINGS_SHOWN])
