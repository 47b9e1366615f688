"""How the audience of a letter differs from the last one that went to the same groups; no writes."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from communications.models import Letter
from communications.queries.audience import count_recipients
from core.dates import format_date, in_geneva

MUCH = 0.2
FEW = 5


def last_letter(letter: Letter) -> Letter | None:
    """The newest released letter to the same groups, else the newest at all."""
    rows = Letter.objects.filter(state__in=(Letter.State.SENDING, Letter.State.SENT), mailing__isnull=False)
    rows = rows.exclude(pk=letter.pk).select_related("mailing").order_by("-sent_at", "-pk")
    newest = list(rows[:20])
    same = [item for item in newest if sorted(item.capacities) == sorted(letter.capacities)]
    return next(iter(same or newest), None)


def audience_changes(letter: Letter) -> list[str]:
    """A sentence for each organization whose number of recipients differs much from the last letter: by more than a
    fifth, and by more than five."""
    last = last_letter(letter)
    if last is None or last.mailing is None:
        return []
    rows = last.mailing.deliveries.order_by().values("group").annotate(n=Count("pk"))
    before = {row["group"]: row["n"] for row in rows}
    found = []
    for code, now in count_recipients(letter).items():
        then = before.get(code)
        if then is None or abs(now - then) <= max(FEW, MUCH * then):
            continue
        words = {
            "o": code,
            "now": f"{now:,}",
            "then": f"{then:,}",
            "n": f"{abs(now - then):,}",
            "subject": last.subject,
            "day": format_date(in_geneva(last.sent_at).date()) if last.sent_at else "",
        }
        more = _("%(o)s: %(now)s recipients, %(n)s more than the %(then)s of the last letter (“%(subject)s”, %(day)s).")
        fewer = _(
            "%(o)s: %(now)s recipients, %(n)s fewer than the %(then)s of the last letter (“%(subject)s”, %(day)s)."
        )
        found.append((more if now > then else fewer) % words)
    return found
