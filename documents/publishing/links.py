"""Which links a document may carry: the web, mail, and pages of this site."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

LONGEST = 2000  # Word refuses to open a file with a longer target
_SAFE = "!#$%&'()*+,-./:;=?@[]_~"


def allowed_link(value: Any) -> str:
    """The address if it is http, https, mailto or starts at this site's root; else an empty string."""
    if not isinstance(value, str):
        raise ValueError(f"An address is expected here, not {type(value).__name__}.")
    address = value.strip()
    if not address or len(address) > LONGEST or re.search(r"[\s\\\x00-\x1f\x7f-\x9f\ud800-\udfff]", address):
        return ""
    address = quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", address), safe=_SAFE)
    return address if len(address) <= LONGEST and _points_somewhere(address) else ""


def _points_somewhere(address: str) -> bool:
    if address.startswith("/"):
        return not address.startswith("//")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading the port is what finds a wrong one
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname)
    return parts.scheme == "mailto" and "@" in parts.path


def absolute_link(link: str, base_url: str) -> str:
    """The link as a file outside the site needs it; empty where it needs a base and there is none."""
    if not link.startswith("/"):
        return link
    return urljoin(base_url, link) if base_url else ""
