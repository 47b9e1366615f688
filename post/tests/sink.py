"""A real SMTP server on the loopback address, with scripted replies; it records what it took."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """`rcpt`, `data`: address -> reply, or a list of replies for one attempt after the other; `mail`: the reply to
    MAIL FROM; `on_message`: called after a message was taken; `drop_after_dot`: addresses whose message is taken
    without an answer; `close_after`: so many messages of one connection, then 421; `offers`: lines of EHLO."""

    def __init__(self):
        self.messages = []
        self.connections = 0
        self.rcpt, self.data = {}, {}
        self.mail = None
        self.on_message = lambda number: None
        self.drop_after_dot = set()
        self.close_after = None
        self.offers = []

    def start(self, **options):
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()
        self.connections = 0
        return self

    def stop(self):
        self.controller.stop()

    @property
    def recipients(self):
        return [message["envelope_to"] for message in self.messages]

    @staticmethod
    def _scripted(script, address):
        reply = script.get(address)
        return (reply.pop(0) if reply else None) if isinstance(reply, list) else reply

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return [responses[0], *self.offers, *responses[1:]]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.mail:
            return self.mail
        session.number = getattr(session, "number", 0) + 1
        if self.close_after and session.number > self.close_after:
            return "421 4.7.0 too many messages"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self._scripted(self.rcpt, address)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        address = envelope.rcpt_tos[0]
        reply = self._scripted(self.data, address)
        if reply:
            return reply
        self.messages.append(
            {
                "envelope_from": envelope.mail_from,
                "envelope_to": address,
                "recipients": list(envelope.rcpt_tos),
                "raw": envelope.original_content,
                "mail": message_from_bytes(envelope.original_content, policy=policy.default),
            }
        )
        self.on_message(len(self.messages))
        if address in self.drop_after_dot:
            self.drop_after_dot.discard(address)
            server.transport.abort()
        return "250 taken"


def refuse_everybody(server, session, envelope, mechanism, auth_data):
    return AuthResult(success=False, handled=False)
