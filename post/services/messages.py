"""A ledger row becomes the bytes of a message.

The parts are put together as bytes: it is fast, and no header is ever parsed again, so that neither a line end
nor an encoded word in somebody's text can begin a header of its own."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, formataddr, parseaddr
from html import escape

from django.conf import settings
from django.utils.encoding import punycode

from core.forms import clean_line
from post.models import Body, Delivery

_SLOT = re.compile("\ue000([a-z_]+)\ue001")
_EOL = b"\r\n"
_LINE = "\r\n"


@dataclass
class Wrapping:
    """What all messages of one body share: the encoded attachments and the marks between the parts."""

    body: Body
    files: list[bytes] = field(default_factory=list)
    # "=_" occurs neither in base64 nor in quoted-printable text, so no content can look like a mark.
    mark: str = field(default_factory=lambda: f"=_{secrets.token_hex(12)}")


class OutgoingMessage:
    """What Django's mail backends ask of a message: one recipient, a sender, the bytes."""

    encoding = "utf-8"

    def __init__(self, delivery: Delivery, content: bytes):
        self.to = [delivery.address]
        self.from_email = envelope_sender()
        self.subject = delivery.body.subject
        self._content = content

    def recipients(self) -> list[str]:
        return self.to

    def message(self) -> OutgoingMessage:
        return self

    def as_bytes(self, linesep: str = "\r\n") -> bytes:
        return self._content


def envelope_sender() -> str:
    """The address to which a mail server returns what it cannot deliver."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def wrap(body: Body) -> Wrapping:
    """Reads and encodes the attachments of a body, once for all its recipients."""
    wrapping = Wrapping(body)
    for file in body.files.all():
        with file.content.open("rb") as stream:
            wrapping.files.append(_attachment(file.name, file.content_type, stream.read()))
    return wrapping


def _attachment(name: str, content_type: str, content: bytes) -> bytes:
    kind = content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", content_type) else "application/octet-stream"
    lines = [
        f"Content-Type: {kind}",
        f"Content-Disposition: attachment; {_file_name(name)}",
        "Content-Transfer-Encoding: base64",
    ]
    encoded = base64.encodebytes(content).replace(b"\n", _EOL)
    return "\r\n".join(lines).encode() + _EOL + _EOL + encoded


def _file_name(name: str) -> str:
    """Any file name: in quotes where it is plain, else as RFC 2231 writes it."""
    if re.fullmatch(r"[A-Za-z0-9 ._()+,-]{1,200}", name):
        return f'filename="{name}"'
    return f"filename*={encode_rfc2231(name or 'attachment', 'utf-8')}"


def compose(delivery: Delivery, wrapping: Wrapping) -> OutgoingMessage:
    """The message of one row; its Message-ID and Date are the row's own, whichever attempt this is."""
    return OutgoingMessage(delivery, _head(delivery) + _payload(delivery, wrapping))


def _head(delivery: Delivery) -> bytes:
    body = delivery.body
    headers = {
        "From": address_header(*parseaddr(body.from_header)),
        "To": address_header(delivery.name, delivery.address),
        "Subject": text_header(body.subject),
        "Date": format_datetime(delivery.dated_at.astimezone(UTC)),
        "Message-ID": delivery.message_id,
        "Reply-To": address_header(*parseaddr(body.reply_to)) if body.reply_to else "",
        "In-Reply-To": body.in_reply_to,
        "References": body.in_reply_to,
        "List-Id": body.list_id,
        "Auto-Submitted": "auto-generated" if body.auto_submitted else "",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    return b"".join(_header(name, value) for name, value in headers.items() if value)


def _header(name: str, value: str) -> bytes:
    if re.search(r"\r(?!\n )|(?<!\r)\n|\n(?! )|[\x00-\x08]", value):
        raise ValueError(f"line end in the header {name}")
    return f"{name}: {value}\r\n".encode("ascii")


def text_header(text: str) -> str:
    """A subject; encoded where it is not plain ASCII, or where it only pretends to be an encoded word."""
    text = clean_line(text)
    if text.isascii() and "=?" not in text and len(text) <= 200:
        return text
    return Header(text, "utf-8", header_name="Subject").encode(linesep=_LINE)


def address_header(name: str, address: str) -> str:
    """One address with or without a name, the name encoded where needed, the domain in ASCII."""
    name, address = clean_line(name), clean_line(address)
    local, _at, domain = address.rpartition("@")
    address = f"{local}@{punycode(domain)}"
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', header_name='From').encode(linesep=_LINE)} <{address}>"


def _payload(delivery: Delivery, wrapping: Wrapping) -> bytes:
    alternative = _multipart("alternative", f"{wrapping.mark}a", _texts(delivery))
    if not wrapping.files:
        return alternative
    return _multipart("mixed", f"{wrapping.mark}m", [alternative, *wrapping.files])


def _texts(delivery: Delivery) -> list[bytes]:
    body = delivery.body
    parts = [_text_part("plain", fill(body.text, delivery))]
    if body.html:
        parts.append(_text_part("html", fill(body.html, delivery, is_html=True)))
    return parts


def fill(template: str, delivery: Delivery, is_html: bool = False) -> str:
    """The recipient's own words in their slots, in one pass: words that look like a slot stay words."""
    words = {"salutation": delivery.salutation, "name": delivery.name, **delivery.values}

    def own(match: re.Match[str]) -> str:
        word = str(words.get(match[1], ""))
        return escape(word) if is_html else word

    return _SLOT.sub(own, template)


def _text_part(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(lines.replace("\n", "\r\n").encode())


def _multipart(subtype: str, mark: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{subtype}; boundary="{mark}"\r\n\r\n'.encode()
    between = f"--{mark}\r\n".encode()
    return head + b"".join(between + part.rstrip(_EOL) + _EOL for part in parts) + f"--{mark}--\r\n".encode()
