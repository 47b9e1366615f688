"""How a person wants to be told: the choices, and the signed way out that stands in a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from core.models import User
from post.models import Notification, Preference
from post.streams import BY_KEY, DAILY, NEVER, STREAMS, default_of, is_refusable, stream_of

SALT = "post.unsubscribe"
# In the place of a stream: all that comes in the mail of the morning.
MORNING = "digest"


def hows_of(users: Iterable[User], kind: str, official: bool) -> dict[int, str]:
    """How each of these people is told of this kind: what official mail does is nobody's choice."""
    people = [user.pk for user in users]
    if not is_refusable(kind, official):
        return dict.fromkeys(people, Preference.How.AT_ONCE)
    stream = stream_of(kind)
    chosen = Preference.objects.filter(user__in=people, stream=stream.key).values_list("user_id", "how")
    return {**dict.fromkeys(people, default_of(stream)), **dict(chosen)}


def choices_of(user: User) -> dict[str, str]:
    """The way of each stream for this person."""
    chosen = dict(Preference.objects.filter(user=user).values_list("stream", "how"))
    return {stream.key: chosen.get(stream.key, default_of(stream)) for stream in STREAMS}


@transaction.atomic
def choose(user: User, ways: Mapping[str, str]) -> None:
    """Keeps how these streams come. What waits for the next morning in a stream that is no longer wanted by mail stays
    in the portal. Raises ValueError for an unknown stream or way; nothing is kept then."""
    for key, how in ways.items():
        if key not in BY_KEY or how not in Preference.How.values:
            raise ValueError(f"{key}: {how}")
    for key, how in ways.items():
        Preference.objects.update_or_create(user=user, stream=key, defaults={"how": how})
    dropped = {key for key, how in ways.items() if how == NEVER}
    waiting = Notification.objects.filter(user=user, how=DAILY, digest=None)
    gone = [row.pk for row in waiting.only("kind") if stream_of(row.kind).key in dropped]
    Notification.objects.filter(pk__in=gone).update(how=NEVER)


def way_out(user: User, stream: str) -> str:
    """The address in a mail by which its reader ends this stream without signing in."""
    return f"{settings.SITE_URL}{reverse('post:unsubscribe', args=[signing.dumps([user.pk, stream], salt=SALT)])}"


def read_way_out(token: str) -> tuple[User, str] | None:
    """Whose mail and which stream a signed address names; None when it was not ours."""
    try:
        key, stream = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    return (user, stream) if user and (stream == MORNING or stream in BY_KEY) else None


def unsubscribe(user: User, stream: str) -> None:
    """Ends one stream's mail, or with MORNING all that comes in the morning; the portal goes on telling."""
    keys = [key for key, how in choices_of(user).items() if how == DAILY] if stream == MORNING else [stream]
    choose(user, dict.fromkeys(keys, NEVER))


def label_of(stream: str) -> Any:
    """The name of a stream, empty for the mail of the morning."""
    return BY_KEY[stream].label if stream in BY_KEY else ""
