"""The mailbox in which bounces arrive: a maildir, or a folder on an IMAP server."""

from __future__ import annotations

import imaplib
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TIMEOUT = 30


class Mailbox(Protocol):
    """What is unread, and what becomes of it: removed, or kept and marked as read."""

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]: ...

    def done(self, key: str, *, remove: bool) -> None: ...


@contextmanager
def open_mailbox(url: str) -> Iterator[Mailbox]:
    """`maildir:///var/mail/bounces`, `imaps://user:password@host/INBOX` or `imap://...` (without encryption, for a
    server on this host). Raises ImproperlyConfigured for anything else, OSError when it cannot be reached."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield _Maildir(unquote(parts.path))
    elif parts.scheme in ("imap", "imaps"):
        box = _Imap(parts)
        try:
            yield box
        finally:
            box.close()
    else:
        raise ImproperlyConfigured("BOUNCE_MAILBOX must be maildir:///folder or imaps://user:password@host/INBOX")


class _Maildir:
    def __init__(self, path: str):
        try:
            self._box = mailbox.Maildir(path, create=False)
        except mailbox.NoSuchMailboxError as error:
            raise FileNotFoundError(f"there is no maildir {path}") from error

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        keys = [key for key, message in self._box.iteritems() if "S" not in message.get_flags()]
        for key in keys[:limit]:
            yield key, self._box.get_bytes(key)

    def done(self, key: str, *, remove: bool) -> None:
        if remove:
            self._box.discard(key)
            return
        message = self._box[key]
        message.set_subdir("cur")
        message.add_flag("S")
        self._box[key] = message


class _Imap:
    def __init__(self, parts: Any):
        kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
        port = parts.port or (993 if parts.scheme == "imaps" else 143)
        try:
            self._server = kind(parts.hostname, port, timeout=_TIMEOUT)
            self._server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            self._ask("select", _quoted(unquote(parts.path.strip("/")) or "INBOX"))
        except imaplib.IMAP4.error as error:
            raise ConnectionError(f"the mailbox of bounces refuses: {error}") from error

    def _ask(self, name: str, *arguments: str) -> list[Any]:
        state, data = getattr(self._server, name)(*arguments)
        if state != "OK":
            raise ConnectionError(f"the mailbox of bounces refuses {name}")
        return data

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        keys = self._ask("uid", "SEARCH", "UNSEEN")[0].split()
        for key in keys[:limit]:
            found = [
                part for part in self._ask("uid", "FETCH", key.decode(), "(BODY.PEEK[])") if isinstance(part, tuple)
            ]
            if found:
                yield key.decode(), found[0][1]

    def done(self, key: str, *, remove: bool) -> None:
        self._ask("uid", "STORE", key, "+FLAGS", r"(\Seen \Deleted)" if remove else r"(\Seen)")

    def close(self) -> None:
        try:
            self._server.expunge()
            self._server.logout()
        except (imaplib.IMAP4.error, OSError):
            return


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
