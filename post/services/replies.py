"""What a mail server's answer means: for the address, for now, or about us."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from enum import Enum

from django.db import DatabaseError

from core.forms import clean_line
from post.models import Delivery

R = Delivery.Reason


class Kind(Enum):
    """PERMANENT ends the row, TEMPORARY tries it again, US pauses the mailing and blames no address."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    US = "us"


@dataclass(frozen=True)
class Verdict:
    """One attempt that failed: what kind of failure, why, and the server's own words. `in_doubt`: the message
    may have been taken all the same. `connection_lost`: the next message needs a new connection."""

    kind: Kind
    reason: str
    detail: str = ""
    in_doubt: bool = False
    connection_lost: bool = False


# Authentication, or rules about the sender's domain: RFC 4954, RFC 7372, and what large providers answer.
_ABOUT_US_CODES = {530, 534, 535, 538}
_ABOUT_US = re.compile(
    r"\b5\.7\.(0|8|9|11|20|2[1-9]|30|50\d|51[0-9]|60|606|708|750)\b"
    r"|relay(ing)? (access )?(is )?(denied|not (permitted|allowed))|not permitted to relay|unable to relay",
    re.IGNORECASE,
)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def judge(error: Exception) -> Verdict:
    """The verdict on an exception of one attempt to connect or to send."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return judge_reply(code, _text(words))
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _about_sender(error.smtp_code, _text(error.smtp_error))
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return _at_the_door(error.smtp_code, _text(error.smtp_error))
    if isinstance(error, smtplib.SMTPResponseException):
        return judge_reply(error.smtp_code, _text(error.smtp_error))
    return _without_reply(error)


def _without_reply(error: Exception) -> Verdict:
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError):
        return Verdict(Kind.US, R.US, clean_line(str(error))[:300], connection_lost=True)
    if isinstance(error, smtplib.SMTPException | OSError):
        return Verdict(Kind.TEMPORARY, R.NO_ANSWER, clean_line(str(error))[:300], in_doubt=True, connection_lost=True)
    if isinstance(error, DatabaseError):
        return Verdict(Kind.TEMPORARY, R.US, type(error).__name__)
    # Whatever we cannot even write is our fault, and ends only this row.
    return Verdict(Kind.PERMANENT, R.US, type(error).__name__)


def judge_reply(code: int, text: str) -> Verdict:
    """The verdict on a reply to RCPT or to the message itself."""
    detail = _line(code, text)
    gone = code == 421 or code == -1
    if code in _ABOUT_US_CODES or (code >= 500 and _ABOUT_US.search(text)):
        return Verdict(Kind.US, R.US, detail)
    if code < 500:
        full = code == 452 and _enhanced(text).startswith("4.2.")
        return Verdict(Kind.TEMPORARY, R.FULL if full else R.LATER, detail, in_doubt=code == -1, connection_lost=gone)
    return Verdict(Kind.PERMANENT, _why(code, _enhanced(text)), detail)


def _why(code: int, enhanced: str) -> str:
    """The reason of a permanent refusal, by the enhanced code (RFC 3463) where there is one."""
    if enhanced.startswith("5.1."):
        return R.NO_ADDRESS
    if enhanced == "5.2.1":
        return R.NOT_ACCEPTING
    if enhanced in ("5.2.3", "5.3.4"):
        return R.TOO_LARGE
    if enhanced.startswith("5.2.") or (not enhanced and code == 552):
        return R.FULL
    if not enhanced and code in (550, 551, 553):
        return R.NO_ADDRESS
    return R.NOT_ACCEPTING


def _about_sender(code: int, text: str) -> Verdict:
    """MAIL FROM was refused: with 4xx for now, with 5xx because of our sender address or our size."""
    if code < 500:
        return Verdict(Kind.TEMPORARY, R.LATER, _line(code, text), connection_lost=code in (421, -1))
    return Verdict(Kind.US, R.US, _line(code, text))


def _at_the_door(code: int, text: str) -> Verdict:
    kind = Kind.US if code >= 500 else Kind.TEMPORARY
    reason = R.US if kind is Kind.US else R.NO_ANSWER
    return Verdict(kind, reason, _line(code, text), connection_lost=True)


def _enhanced(text: str) -> str:
    found = _ENHANCED.search(text)
    return found[1] if found else ""


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _line(code: int, text: str) -> str:
    return clean_line(f"{code} {text}")[:300]
