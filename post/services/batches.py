"""One claim on its way: one connection, row by row, each result written before the next message begins."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from post.models import Delivery, Mailing
from post.services import claims, outcomes
from post.services.messages import OutgoingMessage, Wrapping, compose, wrap
from post.services.replies import Kind, Verdict, judge

logger = logging.getLogger(__name__)

# How old the answer to "is this mailing still sending?", and how old a lease, may be when a message begins.
CHECK_SECONDS = 0.25
RENEW_SECONDS = 15
# So many lost connections in a row are the server's trouble, not that of a recipient.
LOST_IN_A_ROW = 2


class ServerUnavailable(Exception):
    """The mail server takes nothing from us now: this pass is over."""


def leaves_the_house(address: str) -> bool:
    """In a demonstration with a mail server, mail goes only to the domains of MAIL_ALLOW (".example" stands for
    all domains that end so)."""
    if not (settings.DEMO and settings.EMAIL_URL):
        return True
    domain = punycode(address.rpartition("@")[2].lower())
    return any(
        domain == allowed.lower() or (allowed.startswith(".") and domain.endswith(allowed.lower()))
        for allowed in settings.MAIL_ALLOW
    )


class Line:
    """One connection to the mail server, opened when needed; it knows whether a message may have been handed
    over before an answer failed to come."""

    def __init__(self) -> None:
        self._backend: Any = None
        self.handed_over = False

    def open(self) -> None:
        """Raises what the mail backend raises."""
        if self._backend is None:
            backend = get_connection(fail_silently=False)
            backend.open()
            self._watch(backend)
            self._backend = backend

    def _watch(self, backend: Any) -> None:
        smtp = getattr(backend, "connection", None)
        if smtp is None:
            return
        send_data = smtp.data

        def data(message: Any) -> Any:
            self.handed_over = True
            return send_data(message)

        smtp.data = data

    def send(self, message: OutgoingMessage) -> None:
        self.handed_over = False
        self._backend.send_messages([message])

    def close(self) -> None:
        """Never raises: what was sent was sent."""
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except Exception:
                logger.info("the mail server did not say goodbye")


class Batch:
    """The rows of one claim. Before each message it looks whether the mailing still sends and the lease holds."""

    def __init__(self, rows: list[Delivery], until: float):
        self.token = rows[0].claimed_by
        self.rows = rows
        self.until = until
        self.sent = 0
        self.lost = 0
        self.line = Line()
        self.wrappings: dict[int, Wrapping] = {}
        # Rows that are claimed and not yet attempted; a row in hand is in neither, so that a failure to write its
        # result leaves it to the lease, which marks it.
        self.untouched = {row.pk for row in rows}
        self.sending = {row.mailing_id for row in rows}
        self.checked_at = self.renewed_at = time.monotonic()

    def send(self) -> None:
        """Sends row by row; whatever happens, rows that were not attempted are given back."""
        try:
            for row in self.rows:
                if time.monotonic() >= self.until:
                    break
                if self._may_send(row):
                    self._send_one(row)
        finally:
            self.line.close()
            if self.untouched:
                claims.give_back(self.token, self.untouched)

    def _may_send(self, row: Delivery) -> bool:
        now = time.monotonic()
        if now - self.checked_at >= CHECK_SECONDS:
            sending = Mailing.objects.filter(pk__in={row.mailing_id for row in self.rows}, state=Mailing.State.SENDING)
            self.sending = set(sending.values_list("pk", flat=True))
            self.checked_at = now
        if now - self.renewed_at >= RENEW_SECONDS:
            self.untouched &= claims.renew(self.token)
            self.renewed_at = now
        return row.pk in self.untouched and row.mailing_id in self.sending

    def _send_one(self, row: Delivery) -> None:
        if not leaves_the_house(row.address):
            self._take(row, outcomes.write_skipped(row))
            return
        message = self._composed(row)
        if message is None or not self._connected() or not self._may_send(row):
            return
        self.untouched.discard(row.pk)
        try:
            self.line.send(message)
        except Exception as error:
            self._not_sent(row, judge(error))
        else:
            self.sent += 1
            self.lost = 0
            self._take(row, outcomes.write_sent(row))

    def _take(self, row: Delivery, still_ours: bool) -> None:
        """After a result: a row that was no longer ours means that the whole lease is over."""
        self.untouched.discard(row.pk)
        if not still_ours:
            self.untouched.clear()

    def _composed(self, row: Delivery) -> OutgoingMessage | None:
        """The message, or None after the row or its mailing has been dealt with."""
        try:
            if row.body_id not in self.wrappings:
                self.wrappings[row.body_id] = wrap(row.body)
        except OSError:
            self._not_sent(row, Verdict(Kind.US, Delivery.Reason.US, _("An attachment cannot be read.")))
            return None
        try:
            return compose(row, self.wrappings[row.body_id])
        except Exception as error:
            logger.exception("delivery %d cannot be written", row.pk)
            self._not_sent(row, judge(error))
            return None

    def _connected(self) -> bool:
        """Opens the line; when that fails all rows come later, a letter is paused, and the pass is over."""
        try:
            self.line.open()
        except Exception as error:
            verdict = judge(error)
            for row in [row for row in self.rows if row.pk in self.untouched]:
                self._write_failure(row, verdict, in_doubt=False)
            raise ServerUnavailable from error
        return True

    def _not_sent(self, row: Delivery, verdict: Verdict) -> None:
        self._write_failure(row, verdict, in_doubt=verdict.in_doubt and self.line.handed_over)
        if verdict.connection_lost:
            self.line.close()
            self.lost += 1
            if self.lost >= LOST_IN_A_ROW and self.untouched:
                raise ServerUnavailable

    def _write_failure(self, row: Delivery, verdict: Verdict, in_doubt: bool) -> None:
        self.untouched.discard(row.pk)
        if verdict.kind is Kind.PERMANENT:
            outcomes.write_failed(row, verdict)
        elif verdict.kind is Kind.US and row.mailing.kind == Mailing.Kind.LETTER:
            outcomes.pause_letter(row, verdict)
            self.sending.discard(row.mailing_id)
        else:
            outcomes.write_retry(row, verdict, in_doubt)
