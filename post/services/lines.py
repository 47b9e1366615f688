"""One connection to the mail server, kept for a whole batch.

Where the server offers PIPELINING (RFC 2920) the text of one message and the envelope of the next leave together, and
the answers are read in their order; a group ends in DATA. A message's text leaves only after the answer to the one
before it has been read, so that never more than one message is in doubt."""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from django.core.mail import get_connection

from post.services.messages import OutgoingMessage

logger = logging.getLogger(__name__)

_LONGEST_REPLY = 8192


class Line:
    """Opened when needed. `taken` counts the messages of this connection; `handed_over` says whether the message in
    hand may have been taken although no answer came."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._smtp: Any = None
        self._ahead: OutgoingMessage | None = None
        self._begun = self._awaits_text = False
        self.handed_over = False
        self.taken = 0

    def open(self) -> None:
        """Raises what the mail backend raises."""
        if self._backend is None:
            backend = get_connection(fail_silently=False)
            backend.open()
            self._backend, self._smtp = backend, getattr(backend, "connection", None)
            self._ahead, self._begun, self._awaits_text, self.taken = None, False, False, 0
            if self._smtp is not None:
                self._smtp.ehlo_or_helo_if_needed()
                self._smtp.file = self._smtp.file or self._smtp.sock.makefile("rb")

    def offer(self, message: OutgoingMessage) -> None:
        """Gives the envelope; raises the refusal. Nothing can be in doubt yet."""
        self.handed_over = False
        if self._smtp is None:
            return
        if self._ahead is message:
            self._ahead, answers = None, self._answers(3)
        else:
            self._leave_behind()
            answers = self._converse(_envelope(message, self._begun, self._smtp.has_extn("size")))
        self._begun = True
        _refuse(answers, message)
        self._awaits_text = True

    def _leave_behind(self) -> None:
        """The message whose envelope went ahead may not leave any more: on a new connection nobody waits for it."""
        if self._ahead is not None:
            self.close()
            self.open()

    def hand_over(self, message: OutgoingMessage, following: OutgoingMessage | None) -> None:
        """Sends the text, with the next envelope behind it where the server allows; raises the refusal."""
        self.handed_over = True
        if self._smtp is None:
            self._backend.send_messages([message])
        else:
            self._send_text(message, following)
        self.taken += 1

    def _send_text(self, message: OutgoingMessage, following: OutgoingMessage | None) -> None:
        text = message.stuffed
        if following is not None and self._smtp.has_extn("pipelining"):
            text += b"".join(_envelope(following, False, self._smtp.has_extn("size")))
            self._ahead = following
        self._smtp.sock.sendall(text)
        code, words = self._answer()
        self._begun, self._awaits_text = self._ahead is not None, False
        if code != 250:
            raise smtplib.SMTPDataError(code, words)

    def _converse(self, commands: list[bytes]) -> list[tuple[int, bytes]]:
        """All commands at once and then all answers, or one by one up to the first refusal."""
        if self._smtp.has_extn("pipelining"):
            self._smtp.sock.sendall(b"".join(commands))
            return self._answers(len(commands))[-3:]
        answers = []
        for command in commands:
            self._smtp.sock.sendall(command)
            answers.append(self._answer())
            if answers[-1][0] >= 400:
                break
        return answers[1:] if commands[0] == _RESET and len(answers) > 1 else answers

    def _answers(self, number: int) -> list[tuple[int, bytes]]:
        answers = [self._answer() for _ in range(number)]
        if answers[-1][0] == 354 and any(code >= 400 for code, _words in answers):
            # The server waits for a text without having a recipient: an empty one ends it.
            self._smtp.sock.sendall(b".\r\n")
            answers[-1] = self._answer()
        return answers

    def _answer(self) -> tuple[int, bytes]:
        """One reply; raises SMTPServerDisconnected at its end, SMTPResponseException when the server closes."""
        words = []
        while True:
            line = self._smtp.file.readline(_LONGEST_REPLY)
            if len(line) < 4 or not line[:3].isdigit():
                raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
            words.append(line[4:].strip())
            if line[3:4] != b"-":
                break
        code = int(line[:3])
        if code == 421:
            raise smtplib.SMTPResponseException(code, b" ".join(words))
        return code, b" ".join(words)

    def close(self) -> None:
        """Never raises: what was sent was sent. Where the server waits for a text it hangs up."""
        backend, self._backend = self._backend, None
        if backend is None:
            return
        try:
            if self._smtp is not None and (self._awaits_text or self._ahead is not None):
                self._smtp.close()
            backend.close()
        except Exception:
            logger.info("the mail server did not say goodbye")


_RESET = b"RSET\r\n"


def _envelope(message: OutgoingMessage, begun: bool, size_words: bool) -> list[bytes]:
    """The commands before a text; the message has seen to it that its addresses are harmless."""
    size = f" SIZE={len(message.stuffed)}" if size_words else ""
    commands = [f"MAIL FROM:<{message.from_email}>{size}", f"RCPT TO:<{message.to[0]}>", "DATA"]
    return [_RESET] * begun + [f"{command}\r\n".encode("ascii") for command in commands]


def _refuse(answers: list[tuple[int, bytes]], message: OutgoingMessage) -> None:
    """Raises the first refusal among the answers to MAIL, RCPT and DATA."""
    (code, words), *rest = answers
    if code >= 400:
        raise smtplib.SMTPSenderRefused(code, words, message.from_email)
    if rest[0][0] >= 400:
        raise smtplib.SMTPRecipientsRefused({message.to[0]: rest[0]})
    if rest[1][0] != 354:
        raise smtplib.SMTPDataError(*rest[1])
