"""One claim on its way: one connection, message after message, each noted in the journal before and after it is
handed over, the results written into the ledger in groups."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from post.journal import BEGUN, REFUSED, TAKEN, Journal
from post.models import Delivery, Mailing
from post.services import claims, outcomes
from post.services.lines import Line
from post.services.messages import OutgoingMessage, Wrapping, compose, wrap
from post.services.replies import Kind, Verdict, judge
from post.stopping import asked_to_stop

logger = logging.getLogger(__name__)

# How old the answer to "is this mailing still sending?", and how old a lease, may be when a message begins.
CHECK_SECONDS = 0.25
RENEW_SECONDS = 15
# So many results, or those of so many seconds, are written together.
GROUP = 100
GROUP_SECONDS = 1
# So many lost connections in a row are the server's trouble, not that of a recipient.
LOST_IN_A_ROW = 2


class ServerUnavailable(Exception):
    """The mail server takes nothing from us now: this pass is over."""


def leaves_the_house(address: str) -> bool:
    """In a demonstration with a mail server, mail goes only to the domains of MAIL_ALLOW (".example" stands for
    all domains that end so)."""
    if not (settings.DEMO and settings.EMAIL_URL):
        return True
    return _is_allowed(address.rpartition("@")[2], tuple(settings.MAIL_ALLOW))


@lru_cache
def _is_allowed(domain: str, allowed_domains: tuple[str, ...]) -> bool:
    domain = punycode(domain.lower())
    return any(
        domain == allowed.lower() or (allowed.startswith(".") and domain.endswith(allowed.lower()))
        for allowed in allowed_domains
    )


def wait_for_disk(wait: bool) -> None:
    """Whether PostgreSQL answers a commit only when it is on the disk. A group that is lost with the database server
    is still in the journal, which goes only after a commit that waited."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET synchronous_commit TO {'on' if wait else 'off'}")


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
        self.journal = Journal(self.token)
        # Rows not yet attempted; and rows taken by the server, which the ledger does not know yet. A row in hand is
        # in neither, so that a failure to write its result leaves it to the journal and the lease.
        self.untouched = {row.pk for row in rows}
        self.taken: list[Delivery] = []
        self.sending = {row.mailing_id for row in rows}
        self.checked_at = self.renewed_at = self.grouped_at = time.monotonic()

    def send(self) -> None:
        """Sends message after message; whatever happens, rows that were not attempted are given back."""
        settled = False
        try:
            wait_for_disk(False)
            self._send_all()
        finally:
            self.line.close()
            try:
                settled = self._settle()
            except DatabaseError:
                logger.exception("the ledger does not answer; the journal keeps what was sent")
            finally:
                self.journal.close(settled)

    def _send_all(self) -> None:
        messages = self._messages()
        current = next(messages, None)
        while current is not None:
            following = next(messages, None)
            self._send_one(*current, following[1] if following else None)
            current = following

    def _settle(self) -> bool:
        """Writes what is left; True when the ledger, on the disk, knows all that the journal knows."""
        wait_for_disk(True)
        self._write_group()
        if self.untouched:
            claims.give_back(self.token, self.untouched)
        return not claims.claimed(self.token).exists()

    def _messages(self) -> Iterator[tuple[Delivery, OutgoingMessage]]:
        """The rows that may leave now, each with its bytes; what may not is dealt with on the way."""
        for row in self.rows:
            if time.monotonic() >= self.until or asked_to_stop():
                return
            if not self._may_send(row):
                continue
            if not leaves_the_house(row.address):
                self._finish(row, outcomes.write_skipped(row))
                continue
            message = self._composed(row)
            if message is not None:
                yield row, message

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

    def _composed(self, row: Delivery) -> OutgoingMessage | None:
        """The message, or None after the row or its mailing has been dealt with."""
        try:
            if row.body_id not in self.wrappings:
                self.wrappings[row.body_id] = wrap(row.body)
        except OSError:
            self._write_failure(row, Verdict(Kind.US, Delivery.Reason.US, _("An attachment cannot be read.")))
            return None
        try:
            return compose(row, self.wrappings[row.body_id])
        except Exception as error:
            logger.exception("delivery %d cannot be written", row.pk)
            self._write_failure(row, judge(error))
            return None

    def _send_one(self, row: Delivery, message: OutgoingMessage, following: OutgoingMessage | None) -> None:
        if asked_to_stop() or not self._may_send(row) or not self._offered(row, message):
            return
        self.journal.note(BEGUN, row.pk)
        self.untouched.discard(row.pk)
        try:
            self.line.hand_over(message, following)
        except Exception as error:
            self._not_sent(row, judge(error))
        else:
            self._taken(row)

    def _taken(self, row: Delivery) -> None:
        self.sent += 1
        self.lost = 0
        try:
            self.journal.note(TAKEN, row.pk)
        finally:
            self._finish(row)

    def _offered(self, row: Delivery, message: OutgoingMessage) -> bool:
        """Whether the server wants the text. A kept connection that the server closes, as many do after so many
        messages, is no failure of the next one, which gets a new connection."""
        for kept in (True, False):
            self._connect()
            kept = kept and self.line.taken > 0
            try:
                self.line.offer(message)
            except Exception as error:
                verdict = judge(error)
                if kept and verdict.connection_lost:
                    self.line.close()
                    continue
                self._not_sent(row, verdict)
                return False
            return True
        return False

    def _connect(self) -> None:
        """Opens the line; when that fails all rows come later, a letter is paused, and the pass is over."""
        try:
            self.line.open()
        except Exception as error:
            verdict = judge(error)
            for row in [row for row in self.rows if row.pk in self.untouched]:
                self._write_failure(row, verdict)
            raise ServerUnavailable from error

    def _finish(self, row: Delivery, written: bool | None = None) -> None:
        """A row has ended: taken by the server, to be written with its group, or already written. A result that was
        no longer ours to write means that the whole lease is over."""
        self.untouched.discard(row.pk)
        if written is None:
            # The group before it: the last row of a batch always waits for the commit that reaches the disk.
            if len(self.taken) >= GROUP or time.monotonic() - self.grouped_at >= GROUP_SECONDS:
                self._write_group()
            self.taken.append(row)
        elif not written:
            self.untouched.clear()

    def _write_group(self) -> None:
        group, self.taken = self.taken, []
        self.grouped_at = time.monotonic()
        if outcomes.write_sent_group(group) < len(group):
            self.untouched.clear()

    def _not_sent(self, row: Delivery, verdict: Verdict) -> None:
        in_doubt = verdict.in_doubt and self.line.handed_over
        if self.line.handed_over and not in_doubt:
            self.journal.note(REFUSED, row.pk)
        self._write_failure(row, verdict, in_doubt)
        if verdict.connection_lost:
            self.line.close()
            self.lost += 1
            if self.lost >= LOST_IN_A_ROW and self.untouched:
                raise ServerUnavailable

    def _write_failure(self, row: Delivery, verdict: Verdict, in_doubt: bool = False) -> None:
        self.untouched.discard(row.pk)
        if verdict.kind is Kind.PERMANENT:
            outcomes.write_failed(row, verdict)
        elif verdict.kind is Kind.US and row.mailing.kind == Mailing.Kind.LETTER:
            outcomes.pause_letter(row, verdict)
            self.sending.discard(row.mailing_id)
        else:
            outcomes.write_retry(row, verdict, in_doubt)
