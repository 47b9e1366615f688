"""The envelope's sender: with BOUNCE_ADDRESS a signed address for each delivery, so that what comes back names its row.

`bounces@spcg.org` becomes `bounces+<delivery>-<last day>-<signature>@spcg.org`; only lower-case letters and digits,
since some servers change the case, and at most 64 characters before the @."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings

# Servers give up after days; whoever sends something back after a month is not a mail server.
VALID_FOR = timedelta(days=30)
_SIGNATURE = 10  # bytes
_DAY_ZERO = datetime(1970, 1, 1, tzinfo=UTC)


def sender_of(key: int, dated_at: datetime) -> str:
    """The envelope sender of one delivery; without BOUNCE_ADDRESS the portal's own address for all."""
    if not settings.BOUNCE_ADDRESS:
        return _plain(settings.DEFAULT_FROM_EMAIL)
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    day = (dated_at + VALID_FOR - _DAY_ZERO).days
    return f"{local}+{key}-{day}-{_signature(f'{key}-{day}')}@{domain}"


@lru_cache
def _plain(header: str) -> str:
    return parseaddr(header)[1]


def delivery_of(address: str, now: datetime) -> int | None:
    """The number of the delivery that a bounce address was signed for; None for a forged or an expired one."""
    expected, _at, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    local, _at, found_domain = parseaddr(address)[1].lower().rpartition("@")
    name, _plus, token = local.rpartition("+")
    key, _dash, rest = token.partition("-")
    day, _dash, signature = rest.partition("-")
    if not expected or (name, found_domain) != (expected, domain):
        return None
    if not (_is_number(key) and _is_number(day)) or not hmac.compare_digest(
        signature.encode(), _signature(f"{key}-{day}").encode()
    ):
        return None
    return int(key) if (now - _DAY_ZERO).days <= int(day) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _signature(text: str) -> str:
    digest = hmac.digest(_key(settings.SECRET_KEY), text.encode(), "sha256")[:_SIGNATURE]
    return base64.b32encode(digest).decode().lower()


@lru_cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"post.envelope" + secret.encode()).digest()
