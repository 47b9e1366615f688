"""How often one address may ask for something costly; counted in the cache, so over all workers that share it."""

from __future__ import annotations

import ipaddress
import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def seconds_to_wait(request: HttpRequest, name: str, limit: int, seconds: int) -> int:
    """Counts one request of this reader's address; 0 while it is among the first `limit` of the current window of so
    many seconds, else the seconds until the next window.

    Of the address only a keyed digest is kept, and no longer than the window; a network of IPv6 (/64) is one reader."""
    now = int(time.time())
    window, passed = divmod(now, seconds)
    key = f"throttle:{name}:{window}:{_reader(request)}"
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the window ended between the two calls
        count = 1
    return seconds - passed if count > limit else 0


def _reader(request: HttpRequest) -> str:
    """core.middleware.trusted_proxy has put the reader's own address there, or dropped what strangers claim."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return _digest(text)
    mapped = getattr(address, "ipv4_mapped", None)
    if address.version == 6 and not mapped:
        return _digest(str(ipaddress.ip_network((address, 64), strict=False)))
    return _digest(str(mapped or address))


def _digest(text: str) -> str:
    return salted_hmac("core.throttle", text, algorithm="sha256").hexdigest()[:32]
