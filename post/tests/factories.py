"""Plain makers of what the tests need."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.utils import timezone

from core.models import User
from post.models import Delivery, Mailing
from post.services.mailings import BodySpec, RecipientSpec, open_mailing, slot

numbers = count(1)


def make_person(label="ISO member", **overrides):
    values = {"email": f"person{next(numbers)}@spcg.example", "label": label, **overrides}
    return User.objects.create_user(**values)


def make_body(**overrides):
    values = {
        "group": "ISO",
        "subject": "Effective coordination",
        "text": f"{slot('salutation')}\n\nThe paper is attached.",
        "html": f"<html><head></head><body><p>{slot('salutation')}</p><p>The paper is attached.</p></body></html>",
        "from_header": "ISO Central Secretariat <iso@spcg.example>",
        "reply_to": "ISO secretary <iso.secretary@spcg.example>",
        "list_id": "<letters.spcg.example>",
    }
    return BodySpec(**{**values, **overrides})


def make_recipients(number, group="ISO", start=1):
    return [
        RecipientSpec(f"r{n}@{group.lower()}.example", f"Chair {n}", group, f"Dear Chair {n},")
        for n in range(start, start + number)
    ]


def make_letter(recipients=3, **overrides):
    """A letter that is sending, unless `hold_seconds` says otherwise."""
    if isinstance(recipients, int):
        recipients = make_recipients(recipients)
    values = {"bodies": [make_body()], "recipients": recipients, "hold_seconds": 0, **overrides}
    key = values.pop("key", f"letter-{next(numbers)}")
    return open_mailing(Mailing.Kind.LETTER, key, values.pop("title", "Circular letter"), **values)


def make_notice(address="a@spcg.example", **overrides):
    return open_mailing(
        Mailing.Kind.NOTICE,
        f"notice-{next(numbers)}",
        "Notice",
        bodies=[make_body(group="", auto_submitted=True, **overrides)],
        recipients=[RecipientSpec(address, "A")],
    )


def states_of(mailing):
    return list(mailing.deliveries.values_list("state", flat=True))


def come_due(mailing):
    """The time of the next attempt has come."""
    mailing.deliveries.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def let_leases_expire():
    Delivery.objects.filter(state="claimed").update(lease_until=timezone.now() - timedelta(seconds=1))
