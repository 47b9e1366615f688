"""Telling people: a line under their notifications, and a mail through the post office."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_moment
from core.forms import clean_line, clean_lines
from core.models import User
from post.models import Mailing, Notification
from post.services.mailings import BodySpec, FileSpec, RecipientSpec, open_mailing, slot
from post.services.preferences import hows_of, way_out
from post.streams import AT_ONCE, DAILY, is_refusable, stream_of

SUBJECT_LENGTH = 70
# Two requests for one approval would confuse: one that may have arrived waits for a person's word.
ASK_WHEN_IN_DOUBT = frozenset({"approval", "letter_approval"})


@transaction.atomic
def notify(
    users: Iterable[User],
    *,
    kind: str,
    subject: str,
    text: str,
    reason: str,
    url: str,
    action: str = "Open",
    by: Any = None,
    lead: str = "",
    reply_to: str = "",
    thread: str = "",
    facts: Iterable[tuple[Any, Any]] = (),
    at: datetime | None = None,
    official: bool = False,
    files: Iterable[FileSpec] = (),
    also: Iterable[RecipientSpec] = (),
) -> list[Notification]:
    """Tells each of these people once, in the portal and by mail; never `by`, never a disabled account.

    `subject` says what and by when (cut at a word after 70 characters in the mail); `lead` is the first sentence,
    `text` the rest, blank lines between paragraphs; `facts` are pairs of a word and its value. `url` is a path of
    this site, with the field as fragment. `reason` either continues "You receive this because ..." or is a whole
    sentence. Mails with the same `thread` are shown as one conversation. `official` marks an act of the group,
    which nobody can switch off; everything else comes as its reader chose (post/streams.py). `files` are attached,
    `also` are addresses without an account. With `at` (the past is being loaded) nothing is told to anybody."""
    if at is not None:
        return []
    people = [user for user in dict.fromkeys(users) if user.is_active and user != by]
    if not people and not also:
        return []
    notice = {
        "subject": clean_line(str(subject)),
        "lead": clean_line(str(lead)),
        "text": clean_lines(str(text)),
        "reason": whole_reason(str(reason)),
        "action": clean_line(str(action)),
        "by_label": clean_line(str(by)) if by else _("SPCG portal"),
        "facts": [(clean_line(str(name)), clean_line(str(value))) for name, value in facts],
        "link": site_link(url),
        "official": official,
    }
    files = tuple(files)
    hows = _hows(people, kind, official, files)
    at_once = [user for user in people if hows[user.pk] == AT_ONCE]
    headers = {"reply_to": str(reply_to or ""), "in_reply_to": thread_root(thread), "files": files}
    if at_once or also:
        _post(kind, at_once, list(also), notice, by, headers)
    return _write_down(kind, people, notice, url, hows)


def _hows(people: list[User], kind: str, official: bool, files: tuple[FileSpec, ...]) -> dict[int, str]:
    """How each is told. A file has no place in the mail of the morning: it comes at once, unless it is not wanted."""
    hows = hows_of(people, kind, official)
    return {key: AT_ONCE if files and how == DAILY else how for key, how in hows.items()}


def _post(
    kind: str,
    people: list[User],
    also: list[RecipientSpec],
    notice: dict[str, Any],
    by: Any,
    headers: dict[str, Any],
) -> Mailing:
    """What can be refused has a body for each reader, since the way out is the reader's own."""
    headers = {**headers, "auto_submitted": True, "list_id": list_id(kind)}
    bodies, recipients = [], [_recipient(user) for user in people]
    if is_refusable(kind, notice["official"]):
        recipients = [replace(spec, group=f"person-{spec.account.pk}") for spec in recipients]
        for user, spec in zip(people, recipients, strict=True):
            leave = way_out(user, stream_of(kind).key)
            words = words_of_mail({**notice, "leave": leave})
            bodies.append(BodySpec(group=spec.group, list_unsubscribe=leave, **words, **headers))
    if also or not bodies:
        bodies.append(BodySpec(**words_of_mail({**notice, "official": True}), **headers))
    recipients += also
    return open_mailing(
        Mailing.Kind.NOTICE,
        f"{kind}-{uuid.uuid4().hex}",
        notice["subject"],
        bodies=bodies,
        recipients=recipients,
        ask_when_in_doubt=kind in ASK_WHEN_IN_DOUBT,
        opened_by=by if isinstance(by, User) else None,
    )


def _recipient(user: User) -> RecipientSpec:
    return RecipientSpec(user.email, str(user), salutation=_("Dear %(name)s,") % {"name": user}, account=user)


def _write_down(
    kind: str, people: list[User], notice: dict[str, Any], url: str, hows: dict[int, str]
) -> list[Notification]:
    text = "\n\n".join(part for part in (notice["lead"], notice["text"]) if part)
    return Notification.objects.bulk_create(
        Notification(
            user=user,
            kind=kind,
            subject=notice["subject"][:300],
            text=text,
            reason=notice["reason"][:300],
            url=url,
            by_label=notice["by_label"][:120],
            official=not is_refusable(kind, notice["official"]),
            how=hows[user.pk],
        )
        for user in people
    )


def words_of_mail(notice: dict[str, Any]) -> dict[str, str]:
    """Subject, text and HTML of a notice. The first two lines say what, by when and from whom."""
    context = {
        **notice,
        "salutation": slot("salutation"),
        "paragraphs": [part for part in notice["text"].split("\n\n") if part.strip()],
        "moment": format_moment(timezone.now()),
        "notifications": site_link(reverse("post:notifications")),
        "choices": site_link(reverse("post:preferences")),
    }
    return {
        "subject": short_subject(notice["subject"]),
        "text": render_to_string("mail/notice.txt", context),
        "html": render_to_string("mail/notice.html", context),
    }


def short_subject(text: str) -> str:
    """At most 70 characters, cut at a word."""
    if len(text) <= SUBJECT_LENGTH:
        return text
    head = text[: SUBJECT_LENGTH - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:.") + "…"


def whole_reason(reason: str) -> str:
    """The reason as a sentence: "you are a secretary" becomes "You receive this because you are a secretary."."""
    reason = clean_line(reason)
    if not reason or reason[0].isupper():
        return reason
    return _("You receive this because %(reason)s.") % {"reason": reason.rstrip(".")}


def site_link(path: str) -> str:
    """A link that leads to this portal whatever the request's Host said. Raises ValueError for another site."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/"):
        raise ValueError(f"not a path of this site: {path}")
    return f"{settings.SITE_URL}{path}"


def list_id(stream: str) -> str:
    """One List-Id per stream of mail, so that readers can sort it."""
    word = "".join(char if char.isalnum() else "-" for char in stream.lower())
    return f"<{word}.{site_host()}>"


def thread_root(thread: str) -> str:
    """The Message-ID that all mails of one thread answer; nobody ever sent it, mail programs need only the name."""
    if not thread:
        return ""
    return f"<thread-{hashlib.sha256(thread.encode()).hexdigest()[:32]}@{site_host()}>"


def site_host() -> str:
    """The host of SITE_URL, the right side of every Message-ID."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def send_secret(address: str, *, subject: str, text: str, url: str, action: str, reason: str) -> Mailing:
    """A mail that carries a secret link: no notification is written, and the ledger forgets the text once it
    is sent. `url` is a whole address here."""
    notice = {
        "subject": clean_line(subject),
        "lead": "",
        "text": clean_lines(text),
        "reason": whole_reason(reason),
        "action": action,
        "by_label": _("SPCG portal"),
        "facts": [],
        "link": url,
        "official": True,
    }
    account = User.objects.filter(email__iexact=address).first()
    body = BodySpec(auto_submitted=True, secret=True, list_id=list_id("account"), **words_of_mail(notice))
    salutation = _("Dear %(name)s,") % {"name": account} if account else _("Good day,")
    recipient = RecipientSpec(address, str(account or ""), salutation=salutation, account=account)
    return open_mailing(
        Mailing.Kind.NOTICE, f"account-{uuid.uuid4().hex}", notice["subject"], bodies=[body], recipients=[recipient]
    )


@transaction.atomic
def mark_all_read(user: User) -> int:
    """Marks all notifications of this person as read; returns how many were not."""
    return user.notifications.filter(read_at=None).update(read_at=timezone.now())
