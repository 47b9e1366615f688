"""Reads of the post office: progress and ledger of a mailing, a person's notifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from core.registry import Waiting
from post.models import Delivery, MailboxMessage, Mailing, Notification

S = Delivery.State


def progress(mailing: Mailing) -> dict[str, Any]:
    """What became of a mailing so far, in total and per group, counted from the ledger at this moment.

    Keys of the total and of each of `groups`: group, recipients, sent, waiting (with those being sent), failed,
    skipped, bounced, aborted, left, doubtful (of those waiting), duplicates (possible ones), trouble (failed +
    bounced), and bar (x and width of the drawn parts in per cent). The total also
    has speed (per minute), minutes (until the end, or None), moving (whether the
    numbers still change by themselves), sentence (the rest in words) and at."""
    rows: dict[str, dict[str, Any]] = {group: _empty(group) for group in _groups(mailing)}
    counts = mailing.deliveries.order_by().values("group", "state")
    for line in counts.annotate(n=Count("pk"), doubtful=Count("pk", filter=Q(possible_duplicate=True))):
        _add(rows.setdefault(line["group"], _empty(line["group"])), line)
    total = _empty("")
    for row in rows.values():
        for name in _COUNTS:
            total[name] += row[name]
        _draw(row)
    total = {**_draw(total), **_speed(mailing, total["left"]), "groups": list(rows.values()), "at": timezone.now()}
    return {**total, "moving": mailing.state in _MOVING, "sentence": _sentence(mailing, total)}


_COUNTS = (
    *("recipients", "sent", "waiting", "failed", "skipped", "bounced", "aborted"),
    *("left", "doubtful", "duplicates", "trouble"),
)


_MOVING = (Mailing.State.PREPARED, Mailing.State.HELD, Mailing.State.SENDING)


def _groups(mailing: Mailing) -> list[str]:
    return list(dict.fromkeys(mailing.bodies.values_list("group", flat=True)))


def _empty(group: str) -> dict[str, Any]:
    return {"group": group, **dict.fromkeys(_COUNTS, 0)}


def _add(row: dict[str, Any], line: dict[str, Any]) -> None:
    state = S.WAITING if line["state"] in Delivery.OPEN else line["state"]
    row[str(state)] += line["n"]
    row["doubtful"] += line["n"] if line["state"] == S.DOUBTFUL else 0
    row["recipients"] += line["n"]
    row["duplicates"] += line["doubtful"]
    row["left"] = row["waiting"]
    row["trouble"] = row["failed"] + row["bounced"]


def _draw(row: dict[str, Any]) -> dict[str, Any]:
    whole = row["recipients"] or 1
    sent, trouble = (round(100 * row[name] / whole, 2) for name in ("sent", "trouble"))
    row["bar"] = {"sent": sent, "trouble": trouble}
    return row


def _speed(mailing: Mailing, left: int) -> dict[str, Any]:
    """Sent per minute: of the last minute, or since the start where that was later."""
    now = timezone.now()
    since = max(now - timedelta(minutes=1), mailing.started_at or now)
    sent = mailing.deliveries.filter(state=S.SENT, sent_at__gte=since).count()
    seconds = max((now - since).total_seconds(), 1)
    speed = round(sent * 60 / seconds)
    moving = mailing.state == Mailing.State.SENDING and speed > 0
    return {"speed": speed if moving else 0, "minutes": ceil(left / speed) if moving and left else None}


def _sentence(mailing: Mailing, total: dict[str, Any]) -> str:
    """ "183 waiting, about 4 minutes left · 6 failed · 3 came back"."""
    words = {
        "waiting": _("%(n)s waiting"),
        "failed": _("%(n)s failed"),
        "bounced": _("%(n)s came back"),
        "skipped": _("%(n)s left out"),
        "aborted": _("%(n)s stopped"),
        "doubtful": _("%(n)s need a person's word"),
        "duplicates": _("%(n)s perhaps twice"),
    }
    parts = {name: text % {"n": f"{total[name]:,}"} for name, text in words.items() if total[name]}
    if "waiting" in parts and total["minutes"]:
        left = ngettext("about %(n)d minute left", "about %(n)d minutes left", total["minutes"])
        parts["waiting"] += ", " + left % {"n": total["minutes"]}
    return " · ".join([str(mailing.get_state_display()), *parts.values()])


def ledger(mailing: Mailing, filters: Mapping[str, str] | None = None) -> QuerySet[Delivery]:
    """The lines of a mailing, in their order. `filters`: group, state ("trouble" for failed and bounced), q (part
    of name or address); what is unknown or empty filters nothing."""
    filters = filters or {}
    rows = mailing.deliveries.all()
    if group := _clean(filters.get("group")):
        rows = rows.filter(group=group)
    state = _clean(filters.get("state"))
    if state == "trouble":
        rows = rows.filter(state__in=[S.FAILED, S.BOUNCED])
    elif state == S.WAITING:
        rows = rows.filter(state__in=Delivery.OPEN)
    elif state in S.values:
        rows = rows.filter(state=state)
    if q := _clean(filters.get("q")):
        rows = rows.filter(Q(name__icontains=q) | Q(address__icontains=q))
    return rows


def _clean(value: Any) -> str:
    # PostgreSQL refuses NUL in a text.
    return str(value or "").replace("\x00", "").strip()[:200]


def doubtful(user: User) -> QuerySet[Delivery]:
    """Mails that may have arrived and wait for this person's word: what the person sent, all for an administrator."""
    rows = Delivery.objects.filter(state=S.DOUBTFUL).select_related("mailing", "body").order_by("attempted_at", "pk")
    return rows if user.is_staff else rows.filter(mailing__opened_by=user)


def waiting(user: User) -> list[Waiting]:
    """What the post office asks a person to decide."""
    number = doubtful(user).count()
    if not number:
        return []
    sentence = ngettext(
        "%(n)d request for an approval may or may not have arrived: its connection broke at the last moment.",
        "%(n)d requests for an approval may or may not have arrived: the connection broke at the last moment.",
        number,
    )
    title = _("Say whether a mail is sent again")
    return [Waiting(title, sentence % {"n": number}, reverse("post:doubts"), _("Decide"))]


def notifications_of(user: User) -> QuerySet[Notification]:
    """A person's notifications, newest first."""
    return Notification.objects.filter(user=user)


def unread(user: User) -> QuerySet[Notification]:
    """A person's notifications not yet marked as read."""
    return notifications_of(user).filter(read_at=None)


def mailbox(recipient: str = "") -> QuerySet[MailboxMessage]:
    """The mails of the demonstration, newest first, without their content; `recipient` is part of an address."""
    rows = MailboxMessage.objects.defer("raw")
    recipient = _clean(recipient)
    return rows.filter(recipient__icontains=recipient) if recipient else rows
