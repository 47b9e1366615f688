"""What the answers of mail servers mean."""

import smtplib
import ssl

import pytest

from post.services.replies import Kind, judge, judge_reply

P, T, US = Kind.PERMANENT, Kind.TEMPORARY, Kind.US


@pytest.mark.parametrize(
    ("code", "text", "kind", "reason"),
    [
        (550, "5.1.1 no such user", P, "no_address"),
        (550, "5.1.10 recipient not found", P, "no_address"),
        (550, "User unknown", P, "no_address"),
        (553, "mailbox name not allowed", P, "no_address"),
        (552, "5.2.2 mailbox full", P, "full"),
        (552, "over quota", P, "full"),
        (550, "5.2.1 mailbox disabled", P, "not_accepting"),
        (552, "5.3.4 message too big", P, "too_large"),
        (554, "5.7.1 message refused as spam", P, "not_accepting"),
        (550, "5.4.1 recipient address rejected: access denied", P, "not_accepting"),
        (451, "4.7.1 greylisted", T, "later"),
        (452, "4.2.2 over quota", T, "full"),
        (421, "too many messages", T, "later"),
        (530, "5.7.0 authentication required", US, "us"),
        (535, "5.7.8 bad credentials", US, "us"),
        (550, "5.7.515 access denied, sending domain does not meet the required authentication level", US, "us"),
        (550, "5.7.26 unauthenticated sender", US, "us"),
        (554, "5.7.1 relay access denied", US, "us"),
    ],
)
def test_reply_is_judged(code, text, kind, reason):
    verdict = judge_reply(code, text)
    assert (verdict.kind, verdict.reason) == (kind, reason)
    assert verdict.detail == f"{code} {text}"


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"5.1.1 unknown")}), P, "no_address"),
        (smtplib.SMTPDataError(554, b"5.7.1 content"), P, "not_accepting"),
        (smtplib.SMTPSenderRefused(550, b"5.1.8 bad sender", "p@x.example"), US, "us"),
        (smtplib.SMTPSenderRefused(451, b"later", "p@x.example"), T, "later"),
        (smtplib.SMTPAuthenticationError(535, b"no"), US, "us"),
        (smtplib.SMTPAuthenticationError(454, b"4.7.0 temporary"), T, "no_answer"),
        (smtplib.SMTPConnectError(554, b"go away"), US, "us"),
        (smtplib.SMTPConnectError(421, b"busy"), T, "no_answer"),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), US, "us"),
        (smtplib.SMTPServerDisconnected("lost"), T, "no_answer"),
        (ssl.SSLCertVerificationError("self signed"), US, "us"),
        (TimeoutError("timed out"), T, "no_answer"),
        (ConnectionRefusedError("refused"), T, "no_answer"),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no"), P, "us"),
    ],
)
def test_error_is_judged(error, kind, reason):
    verdict = judge(error)
    assert (verdict.kind, verdict.reason) == (kind, reason)


def test_servers_words_hold_no_line_ends():
    assert judge_reply(550, "5.1.1 a\r\nb\x07").detail == "550 5.1.1 a b"
