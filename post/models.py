"""The post office's ledger: every outgoing mail is a row here before anything is sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from post.streams import AT_ONCE, DAILY, NEVER, STREAMS


class Mailing(models.Model):
    """One letter or notice to a frozen list of recipients. It does not know what it carries: `key` is the
    carrier's own reference, and one key is one mailing; an undone one frees its key."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("Letter")
        NOTICE = "notice", _("Notice")

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        HELD = "held", _("On hold")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        ABORTED = "aborted", _("Stopped")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(_("reference"), max_length=120)
    title = models.CharField(_("title"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    recipients = models.PositiveIntegerField(_("recipients"), default=0)
    rate_per_minute = models.PositiveIntegerField(_("most messages per minute"), null=True)
    hold_until = models.DateTimeField(_("held until"), null=True)
    paused_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    # What may have arrived is sent again by itself, or, where twice would confuse, when a person says so.
    ask_when_in_doubt = models.BooleanField(default=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(undone_at__isnull=True), name="one_mailing_per_key"
            )
        ]
        indexes = [
            models.Index(
                fields=["kind", "started_at"],
                condition=~Q(state__in=["finished", "aborted"]),
                name="mailing_open",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Body(models.Model):
    """What every recipient of one group and language reads. A body with a secret (a reset link) is forgotten
    once all its deliveries have ended."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="bodies")
    group = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    from_header = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True)
    list_id = models.CharField(max_length=200, blank=True)
    in_reply_to = models.CharField(max_length=200, blank=True)
    list_unsubscribe = models.CharField(max_length=300, blank=True)
    auto_submitted = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["mailing", "group", "language"], name="one_body_per_cover")]

    def __str__(self) -> str:
        return self.subject


def stored_name(instance: BodyFile, filename: str) -> str:
    """Attachments are stored under a generated name; the reader's name is kept beside it."""
    return f"post/{uuid.uuid4().hex}"


class BodyFile(models.Model):
    """One attachment of a body, frozen with it. Bodies of one mailing share the stored content."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    content = models.FileField(upload_to=stored_name)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Words:
    """A delivery in plain words: what became of it, why, and what to do next."""

    state: Any
    why: Any = ""
    next_step: Any = ""

    def __str__(self) -> str:
        return str(self.state)


class Delivery(models.Model):
    """One recipient of one mailing: its line in the ledger. Every line ends as sent, failed, skipped, bounced
    or aborted, each with its reason."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Being sent")
        DOUBTFUL = "doubtful", _("Perhaps sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        SKIPPED = "skipped", _("Left out")
        BOUNCED = "bounced", _("Came back")
        ABORTED = "aborted", _("Stopped")

    class Reason(models.TextChoices):
        NO_ADDRESS = "no_address", _("Address does not exist")
        MALFORMED = "malformed", _("Not an e-mail address")
        FULL = "full", _("Mailbox is full")
        NOT_ACCEPTING = "not_accepting", _("Refused by the recipient's server")
        TOO_LARGE = "too_large", _("Too large for the recipient's server")
        LATER = "later", _("The server asks to try again later")
        NO_ANSWER = "no_answer", _("Mail server did not answer")
        US = "us", _("Our mail server or our settings")
        INSIDE = "inside", _("Kept inside: demonstration")
        STOPPED = "stopped", _("Stopped by a person")

    TERMINAL = (State.SENT, State.FAILED, State.SKIPPED, State.BOUNCED, State.ABORTED)
    OPEN = (State.WAITING, State.CLAIMED, State.DOUBTFUL)

    # Every index is written twice for each mail that is sent. The unique constraint begins with the mailing.
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    address = models.CharField(_("address"), max_length=254)
    name = models.CharField(_("name"), max_length=200, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    salutation = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    detail = models.CharField(_("in the server's words"), max_length=300, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempted_at = models.DateTimeField(_("last attempt"), null=True)
    give_up_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=32, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    dated_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    possible_duplicate = models.BooleanField(_("possible duplicate"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint("mailing", "group", Lower("address"), name="one_delivery_per_group_and_address")
        ]
        indexes = [
            models.Index(fields=["mailing", "next_attempt_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["lease_until"], condition=Q(state="claimed"), name="delivery_leased"),
            models.Index(fields=["claimed_by"], condition=Q(state="claimed"), name="delivery_claimed"),
        ]

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def in_trouble(self) -> bool:
        """Whether a person has to do something about it."""
        return self.state in (self.State.FAILED, self.State.BOUNCED)

    @property
    def words(self) -> Words:
        """The line in plain words with the next step."""
        from post.wording import words_of

        return words_of(self)


class Address(models.Model):
    """The health of one address, whoever it belongs to; contacts read it, letters leave troubled ones out."""

    email = models.EmailField(unique=True)
    bounced_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    # Mails that came back for a reason that may pass, since a person last mended the address.
    soft_bounces = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return self.email


class Preference(models.Model):
    """How a person wants one stream of notices. Without a row the stream's own default holds."""

    class How(models.TextChoices):
        AT_ONCE = AT_ONCE, _("By mail at once")
        DAILY = DAILY, _("In one mail each morning")
        NEVER = NEVER, _("Only in the portal")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="preferences")
    stream = models.CharField(max_length=20, choices=[(stream.key, stream.label) for stream in STREAMS])
    how = models.CharField(max_length=10, choices=How)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "stream"], name="one_choice_per_stream")]

    def __str__(self) -> str:
        return f"{self.get_stream_display()}: {self.get_how_display()}"


class Digest(models.Model):
    """The one mail of a morning for one person; its row is what makes it one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="digests")
    day = models.DateField()
    mailing = models.ForeignKey(Mailing, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_per_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"


class Notification(models.Model):
    """What one person was told in the portal: plain text, the reason for it and a link."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    reason = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    by_label = models.CharField(max_length=120)
    official = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    # How it came, as its reader had chosen; one that waits for the morning has no digest yet.
    how = models.CharField(max_length=10, choices=Preference.How, default=Preference.How.AT_ONCE)
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="notifications")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="notification_newest"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["at"], condition=Q(how=DAILY, digest=None), name="notification_for_digest"),
        ]

    def __str__(self) -> str:
        return self.subject


class MailboxMessage(models.Model):
    """A mail of the demonstration, kept inside the portal exactly as its recipient would have got it."""

    recipient = models.CharField(max_length=254, db_index=True)
    subject = models.CharField(max_length=300, blank=True)
    raw = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["-received_at", "-id"], name="mailbox_newest")]

    def __str__(self) -> str:
        return self.subject


class SendingHold(models.Model):
    """While one is open nothing leaves the post office, be it a letter or a notice; a person ends it."""

    reason = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)
    released_label = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.reason
