"""The mailbox of the demonstration: a mail backend that keeps every message inside the portal."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

from post.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """Writes one row per recipient, with the bytes that would have left."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        rows = [row for message in email_messages for row in self._rows(message)]
        MailboxMessage.objects.bulk_create(rows)
        return len(email_messages)

    def _rows(self, message: Any) -> list[MailboxMessage]:
        raw = message.message().as_bytes(linesep="\r\n")
        subject = str(parse(raw)["Subject"] or "")[:300]
        return [MailboxMessage(recipient=to[:254], subject=subject, raw=raw) for to in message.recipients()]


def parse(raw: bytes) -> ParsedMessage:
    """A message as a mail program reads it."""
    return message_from_bytes(bytes(raw), policy=policy.default)
