"""What came back: a report is believed only under the signed address of its delivery, and is scored once."""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from flufl.bounce import all_failures

from core.forms import clean_line
from post.envelope import delivery_of
from post.models import Delivery
from post.services.incoming import open_mailbox
from post.services.outcomes import note_soft_bounce, note_trouble
from post.services.replies import Kind, Verdict, judge_reply

logger = logging.getLogger(__name__)
R = Delivery.Reason
_ADDRESSED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To")


@dataclass(frozen=True)
class Report:
    """A failure that a mail server reports about one delivery."""

    delivery: int
    reason: str
    detail: str

    @property
    def hard(self) -> bool:
        """The address itself is wrong; anything else may pass."""
        return self.reason == R.NO_ADDRESS


def process_bounces(limit: int = 1000) -> Counter[str]:
    """Reads what is new in BOUNCE_MAILBOX. Counts: bounced (scored now), known (scored before), other (answers,
    out-of-office, delays, what nobody signed: they stay in the mailbox, marked as read)."""
    found: Counter[str] = Counter()
    with open_mailbox(settings.BOUNCE_MAILBOX) as mailbox:
        for key, raw in mailbox.unread(limit):
            report = _read_carefully(raw)
            scored = bool(report) and score(report)
            found["bounced" if scored else "known" if report else "other"] += 1
            mailbox.done(key, remove=report is not None)
    return found


def _read_carefully(raw: bytes) -> Report | None:
    try:
        return read_report(raw)
    except Exception:
        logger.exception("a mail in the mailbox of bounces cannot be read")
        return None


def read_report(raw: bytes) -> Report | None:
    """The failure that a mail reports, or None for anything else and for a signature that is forged or expired."""
    # The older policy of the standard library: it parses headers that break the rules, as reports often do.
    mail = message_from_bytes(raw, policy=policy.compat32)
    now = timezone.now()
    values = [value for name in _ADDRESSED_TO for value in mail.get_all(name, [])]
    delivery = next((key for value in values if (key := delivery_of(str(value), now)) is not None), None)
    if delivery is None:
        return None
    verdict = _standard(mail) if mail.get_content_type() == "multipart/report" else _unusual(mail)
    if verdict is None:
        return None
    return Report(delivery, verdict.reason, verdict.detail)


def _standard(mail: Message) -> Verdict | None:
    """RFC 3464: the first recipient whose action is "failed"; a delay is no failure."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            if str(block.get("Action", "")).strip().lower() == "failed":
                return _judge(str(block.get("Status", "")), str(block.get("Diagnostic-Code", "")))
    return None


def _judge(status: str, diagnostic: str) -> Verdict:
    """A report says what an answer to the message would have said; without a code the status' class speaks."""
    words = clean_line(diagnostic.rpartition(";")[2])
    given = re.match(r"[45]\d\d\b", words)
    code = int(given[0]) if given else 450 if status.strip().startswith("4") else 550
    text = words[3:].lstrip(" -") if given else words
    return judge_reply(code, text if status.strip() in text else f"{status.strip()} {text}")


def _unusual(mail: Message) -> Verdict | None:
    """Servers that keep to no standard, as the detectors of flufl.bounce know them; never an automatic answer."""
    if str(mail.get("Auto-Submitted", "")).lower().startswith("auto-replied") or not _from_a_server(mail):
        return None
    _temporary, permanent = all_failures(mail)
    return Verdict(Kind.PERMANENT, R.NO_ADDRESS, clean_line(str(mail.get("Subject", "")))[:300]) if permanent else None


def _from_a_server(mail: Message) -> bool:
    sender = str(mail.get("From", "")).lower()
    return str(mail.get("Return-Path", "")).strip() == "<>" or "mailer-daemon" in sender or "postmaster" in sender


@transaction.atomic
def score(report: Report) -> bool:
    """The row came back; its address is flagged at once, after several passing failures, or, where the trouble is
    ours, never. False when the row had come back before, or was never sent."""
    row = Delivery.objects.filter(pk=report.delivery).first()
    sent = Delivery.objects.filter(pk=report.delivery, state=Delivery.State.SENT)
    if row is None or not sent.update(state=Delivery.State.BOUNCED, reason=report.reason, detail=report.detail):
        return False
    if report.hard:
        note_trouble(row.address, report.detail)
    elif report.reason != R.US:
        note_soft_bounce(row.address, report.detail)
    return True
