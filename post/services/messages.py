"""A ledger row becomes the bytes of a message.

The parts are put together as bytes: it is fast, and no header is ever parsed again, so that neither a line end
nor an encoded word in somebody's text can begin a header of its own."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, parseaddr
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any

from django.utils.encoding import punycode

from core.forms import clean_line
from post.envelope import sender_of
from post.models import Body, BodyFile, Delivery

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>]")
_SLOT = re.compile("\ue000([a-z_]+)\ue001")
_QUOTED, _BACKSLASH = re.compile(r'([\\"])'), r"\\\1"
_EOL = b"\r\n"
_LINE = "\r\n"
_END = b".\r\n"
# Bytes that all recipients share, and (subtype, lines) that hold a slot.
Pieces = list[bytes | tuple[str, str]]


class OutgoingMessage:
    """What Django's mail backends ask of a message: one recipient, a sender, the bytes. `stuffed` is what goes over
    the line: dots doubled, the final dot in its place."""

    encoding = "utf-8"

    def __init__(self, delivery: Delivery, stuffed: bytes):
        self.key = delivery.pk
        self.to = [ascii_address(delivery.address)]
        self.from_email = sender_of(delivery.pk, delivery.dated_at)
        self.subject = delivery.body.subject
        self.stuffed = stuffed

    def recipients(self) -> list[str]:
        return self.to

    def message(self) -> OutgoingMessage:
        return self

    def as_bytes(self, linesep: str = "\r\n") -> bytes:
        return self.stuffed[: -len(_END)].replace(b"\r\n..", b"\r\n.")


@dataclass
class Wrapping:
    """What all messages of one body share, as bytes ready for the line. Between the pieces stand the few lines that
    hold a slot. It is made once for a batch."""

    head: bytes
    pieces: Pieces


def wrap(body: Body) -> Wrapping:
    """Writes everything of a body that is the same for all its recipients. Raises OSError when an attachment cannot
    be read."""
    # "=_" occurs neither in base64 nor in quoted-printable text, so no content can look like a mark.
    mark = f"=_{secrets.token_hex(12)}"
    pieces = _alternative(body, f"{mark}a")
    files = [_attachment(file) for file in body.files.all()]
    if files:
        pieces = _multipart("mixed", f"{mark}m", [pieces, *files])
    return Wrapping(_shared_head(body), _joined(pieces))


def _joined(pieces: Pieces) -> Pieces:
    """Neighbouring bytes become one piece, with dots doubled at the beginning of a line. Every piece ends a line."""
    joined: Pieces = []
    for fixed, group in groupby(pieces, lambda piece: isinstance(piece, bytes)):
        neighbours = list(group)
        joined += [_stuff(b"".join(neighbours))] if fixed else neighbours
    return joined


def _stuff(lines: bytes) -> bytes:
    return re.sub(rb"(?m)^\.", b"..", lines)


def _attachment(file: BodyFile) -> Pieces:
    with file.content.open("rb") as stream:
        content = stream.read()
    known = re.fullmatch(r"[\w.+-]+/[\w.+-]+(; [\w-]+=[\w.-]+){0,3}", file.content_type)
    kind = file.content_type if known else "application/octet-stream"
    lines = [
        f"Content-Type: {kind}",
        f"Content-Disposition: attachment; {_file_name(file.name)}",
        "Content-Transfer-Encoding: base64",
    ]
    encoded = base64.encodebytes(content).replace(b"\n", _EOL)
    return ["\r\n".join(lines).encode() + _EOL + _EOL + encoded]


def _file_name(name: str) -> str:
    """Any file name: in quotes where it is plain, else as RFC 2231 writes it."""
    if re.fullmatch(r"[A-Za-z0-9 ._()+,-]{1,200}", name):
        return f'filename="{name}"'
    return f"filename*={encode_rfc2231(name or 'attachment', 'utf-8')}"


def compose(delivery: Delivery, wrapping: Wrapping) -> OutgoingMessage:
    """The message of one row; its Message-ID and Date are the row's own, whichever attempt this is. Raises ValueError
    for an address that would begin a command or a header of its own."""
    if _FORBIDDEN.search(delivery.address) or not delivery.address.rpartition("@")[0].isascii():
        raise ValueError("an address with a space, a line end, an angle bracket, or letters that mail servers refuse")
    words = {"salutation": delivery.salutation, "name": delivery.name, **delivery.values}
    own = (piece if isinstance(piece, bytes) else _stuff(_own_line(piece, words)) for piece in wrapping.pieces)
    return OutgoingMessage(delivery, b"".join((_own_head(delivery), wrapping.head, *own, _END)))


def _own_head(delivery: Delivery) -> bytes:
    to = _header("To", address_header(delivery.name, delivery.address))
    own = _header("Message-ID", delivery.message_id)
    return to + own + _date_header(delivery.dated_at)


@lru_cache(maxsize=64)
def _date_header(moment: datetime) -> bytes:
    return _header("Date", format_datetime(moment.astimezone(UTC)))


def _shared_head(body: Body) -> bytes:
    headers = {
        "From": address_header(*parseaddr(body.from_header)),
        "Subject": text_header(body.subject),
        "Reply-To": address_header(*parseaddr(body.reply_to)) if body.reply_to else "",
        "In-Reply-To": body.in_reply_to,
        "References": body.in_reply_to,
        "List-Id": body.list_id,
        "List-Unsubscribe": f"<{body.list_unsubscribe}>" if body.list_unsubscribe else "",
        # RFC 8058: the mail program may end the stream with one POST, without a visit.
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if body.list_unsubscribe.startswith("http") else "",
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


def _clean(text: str) -> str:
    return text if text.isprintable() else clean_line(text)


def ascii_address(address: str) -> str:
    """The domain as mail servers know it."""
    if address.isascii():
        return address
    local, _at, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"


def address_header(name: str, address: str) -> str:
    """One address with or without a name, the name encoded where needed, the domain in ASCII."""
    name, address = _clean(name), ascii_address(_clean(address))
    if name.isascii() and "=?" not in name:
        return f'"{_QUOTED.sub(_BACKSLASH, name)}" <{address}>' if name else address
    return f"{Header(name, 'utf-8', header_name='From').encode(linesep=_LINE)} <{address}>"


def _alternative(body: Body, mark: str) -> Pieces:
    texts = [_text_part("plain", body.text)]
    if body.html:
        texts.append(_text_part("html", body.html))
    return _multipart("alternative", mark, texts)


def _text_part(subtype: str, text: str) -> Pieces:
    """Lines with a slot stay text until their recipient is known; all between them is encoded now."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    pieces: Pieces = [head.encode()]
    for own, group in groupby(re.findall(r"[^\n]*\n", lines), lambda line: bool(_SLOT.search(line))):
        text = "".join(group)
        pieces.append((subtype, text) if own else _encode(text))
    return pieces


def _encode(lines: str) -> bytes:
    lines = lines.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return binascii.b2a_qp(lines.encode())


def _own_line(piece: tuple[str, str], words: Mapping[str, Any]) -> bytes:
    subtype, text = piece
    return _encode(fill(text, words, is_html=subtype == "html"))


def fill(template: str, words: Mapping[str, Any], is_html: bool = False) -> str:
    """The recipient's own words in their slots, in one pass: words that look like a slot stay words."""

    def own(match: re.Match[str]) -> str:
        word = str(words.get(match[1], ""))
        return escape(word) if is_html else word

    return _SLOT.sub(own, template)


def _multipart(subtype: str, mark: str, parts: list[Pieces]) -> Pieces:
    pieces: Pieces = [f'Content-Type: multipart/{subtype}; boundary="{mark}"\r\n\r\n'.encode()]
    for part in parts:
        pieces += [f"--{mark}\r\n".encode(), *part]
    return [*pieces, f"--{mark}--\r\n".encode()]
