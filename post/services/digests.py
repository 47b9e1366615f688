"""The mail of the morning: what a person was told and wants once a day, grouped by item, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import registry
from core.dates import format_moment, in_geneva, moment
from core.models import User
from post.models import Digest, Mailing, Notification, Preference
from post.services.mailings import BodySpec, RecipientSpec, open_mailing, slot
from post.services.notices import list_id, short_subject, site_link
from post.services.preferences import MORNING, way_out

MORNING_AT = time(7)


@dataclass
class Item:
    """One page of the portal with all that was said about it, newest first."""

    link: str
    rows: list[Notification] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.rows[0].subject


def send_due_digests(now: datetime | None = None) -> int:
    """From seven in the morning in Geneva: one mail for everybody to whom something was told before that hour and who
    has neither read it in the portal nor had a mail of this morning. Returns how many were written; called again, or
    by two at once, it writes none twice."""
    now = in_geneva(now or timezone.now())
    if now.time() < MORNING_AT:
        return 0
    until = moment(now.date(), MORNING_AT)
    people = User.objects.filter(is_active=True, pk__in=_waiting(until).values("user")).exclude(digests__day=now.date())
    return sum(_write(user, until) for user in people.order_by("pk"))


def _waiting(until: datetime) -> QuerySet[Notification]:
    daily = Notification.objects.filter(how=Preference.How.DAILY, digest=None, read_at=None, at__lt=until)
    return daily.order_by("-at", "-pk")


def _write(user: User, until: datetime) -> bool:
    """All or nothing: the row that makes it one, the rows that it tells, and the mail. What was settled over night is
    not told, and where nothing is left there is no mail."""
    try:
        with transaction.atomic():
            digest = Digest.objects.create(user=user, day=in_geneva(until).date())
            rows = list(_waiting(until).filter(user=user))
            Notification.objects.filter(pk__in=[row.pk for row in rows]).update(digest=digest)
            settled = set(registry.every("settled", rows, user))
            rows = [row for row in rows if row.pk not in settled]
            if rows:
                digest.mailing = _open(digest, rows)
                digest.save(update_fields=["mailing"])
    except IntegrityError:
        return False
    return bool(rows)


def _open(digest: Digest, rows: list[Notification]) -> Mailing:
    user, key = digest.user, f"digest-{digest.user_id}-{digest.day.isoformat()}"
    leave, news = way_out(user, MORNING), registry.every("news", user, user.seen_at)
    body = BodySpec(auto_submitted=True, list_id=list_id(MORNING), list_unsubscribe=leave, **_words(rows, news, leave))
    salutation = _("Dear %(name)s,") % {"name": user}
    reader = RecipientSpec(user.email, str(user), salutation=salutation, account=user)
    return open_mailing(Mailing.Kind.NOTICE, key, body.subject, bodies=[body], recipients=[reader])


def _words(rows: list[Notification], news: Sequence[registry.News], leave: str) -> dict[str, str]:
    """The mail: what was told, and below it what is new since the reader's last visit."""
    items = grouped(rows)
    subject = ngettext("SPCG today: %(title)s", "SPCG today: news on %(n)d items", len(items))
    context = {
        "subject": short_subject(subject % {"title": items[0].title, "n": len(items)}),
        "items": items,
        "news": [(item, site_link(item.url)) for item in news],
        "salutation": slot("salutation"),
        "moment": format_moment(timezone.now()),
        "notifications": site_link(reverse("post:notifications")),
        "choices": site_link(reverse("post:preferences")),
        "leave": leave,
    }
    return {
        "subject": context["subject"],
        "text": render_to_string("mail/digest.txt", context),
        "html": render_to_string("mail/digest.html", context),
    }


def grouped(rows: list[Notification]) -> list[Item]:
    """Rows, newest first, under the page that they lead to; the page with the newest row comes first."""
    items: dict[str, Item] = {}
    for row in rows:
        page = row.url.partition("#")[0]
        items.setdefault(page, Item(site_link(page))).rows.append(row)
    return list(items.values())
